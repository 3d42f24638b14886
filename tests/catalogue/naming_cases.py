"""Columns, words and profiles of one's own: cases 116 to 122."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dipay.domain.day import Day
from dipay.domain.problems import CannotGoOn
from dipay.domain.settings import PaymentSettings
from dipay.domain.worklist import View, judge
from dipay.exports.reading import read_exports
from tests.catalogue.building import BALANCES, LEDGER, PATIENTS, every, put, renamed, text_of, without
from tests.catalogue.cases import Case, Does
from tests.catalogue.report_cases import aging
from tests.exports.reading import AS_OF, plan

_P, _L, _B = text_of(PATIENTS), text_of(LEDGER), text_of(BALANCES)
_PROFILE = """\
title: our own
patients:
  columns:
    patient_id: [Acct]
    guarantor_id: [Pays]
    first_name: [first_name]
    last_name: [last_name]
    mobile_phone: [Cell]
    birth_date: [birth_date]
    status: [status]
    payment_plan: [payment_plan]
    do_not_recall: [do_not_recall]
    text_consent: [text_consent]
    last_visit: [last_visit]
    insurance_estimate: [insurance_estimate]
  words: {status: {active: [active]}, payment_plan: {blank: no}, do_not_recall: {blank: no}}
ledger:
  columns: {patient_id: [Acct], date: [date], type: [What], amount: [Sum]}
  words: {type: {charge: [procedure], payment: [payment]}}
"""
_OWN_P = text_of(renamed(PATIENTS, patient_id="Acct", guarantor_id="Pays", mobile_phone="Cell"))
_OWN_L = text_of(renamed(LEDGER, patient_id="Acct", type="What", amount="Sum"))
_OWN = {"patients.csv": _OWN_P, "ledger.csv": _OWN_L}
_HAND: dict[str, Any] = {
    "patients": {"patient_id": "Acct", "guarantor_id": "Pays", "first_name": "first_name", "last_name": "last_name", "mobile_phone": "Cell"},
    "ledger": {"patient_id": "Acct", "date": "date", "amount": "Sum", "type": "What"},
}  # fmt: skip


def _wrong_profile(text: str | bytes | None, name: str = "our.yaml") -> Callable[[Path], list[str]]:
    """What the settings' own profile is refused for."""

    def run(folder: Path) -> list[str]:
        put(folder, {**_OWN, **({"our.yaml": text} if text is not None else {})})
        with pytest.raises(CannotGoOn) as refused:
            read_exports(plan(folder, profile=name))
        assert all(each.fix for each in refused.value.problems)
        return [str(each) for each in refused.value.problems]

    return run


def _profile(holds: str, text: str | bytes | None, name: str = "our.yaml") -> Case:
    return Case(117, holds, Does.SETTINGS, run=_wrong_profile(text, name))


def _own(holds: str, **changes: Any) -> Case:
    return Case(117, holds, Does.ACCEPTS, {**_OWN, "our.yaml": _PROFILE}, {"profile": "our.yaml", **changes})


def _alias(holds: str, **captions: str) -> Case:
    files = {"patients.csv": text_of(renamed(PATIENTS, **captions)), "ledger.csv": text_of(renamed(LEDGER, **captions))}
    return Case(116, holds, Does.ACCEPTS, files)


def _words(holds: str, does: Does, kind: str, column: str, word: str, lists: dict[str, Any], **more: Any) -> Case:
    rows = PATIENTS if kind == "patients" else LEDGER
    usual = next(each[column] for each in reversed(rows) if each[column])
    text = text_of(every(rows, lambda row: row | {column: row[column].replace(usual, word)}))
    return Case(118, holds, does, {f"{kind}.csv": text}, {"words": {kind: {column: lists}} if lists else {}}, **more)


def _billing(patterns: tuple[str, ...], out: set[str], *, in_balances: bool = False) -> Callable[[Path], list[str]]:
    """The accounts that a practice's excluded billing types leave out."""
    types = {
        "0100": "1: Standard",
        "0101": "1: Standard",
        "0200": "9: Bad Debt - to collections",
        "0300": "10: No Statement",
    }

    def run(folder: Path) -> list[str]:
        def typed(rows: Any) -> str:
            return text_of(every(rows, lambda row: row | {"billing_type": types[next(iter(row.values()))]}))

        put(
            folder,
            {
                "patients.csv": _P if in_balances else typed(PATIENTS),
                "balances.csv": typed(BALANCES) if in_balances else _B,
            },
        )
        exports = read_exports(plan(folder, files={"patients": "patients.csv", "balances": "balances.csv"}))
        worklist = judge(exports.accounts, Day(AS_OF, PaymentSettings(exclude_billing_types=patterns)))
        views = {each.account.guarantor_id: each for each in worklist.judged}
        assert {key for key, each in views.items() if each.view is View.EXCLUDED} == out
        said = []
        for key in sorted(out):
            (rule,) = views[key].reasons
            assert rule.code == "billing-type"
            said.append(f"account {key}: {rule.detail(views[key].account, worklist.day)}.")
        return said

    return run  # fmt: skip


_FLAT = text_of(without(PATIENTS, "guarantor_id"))
_EACH = frozenset({"0100"})

CASES: tuple[Case, ...] = (
    _alias("capitals and blanks", patient_id="Patient ID", guarantor_id="Guarantor ID", date="DATE", amount="Amount"),
    _alias("blanks round captions, and two in them", patient_id=" patient  id ", mobile_phone=" Mobile Phone", amount="amount "),
    _alias("no-break blanks", patient_id="patient\u00a0id", type="\u00a0type"),
    aging(116, "the total called balance", _B.replace(",total", ",Balance")),
    aging(116, "the total called account balance", _B.replace(",total", ",Account Balance")),
    _own("a profile of one's own, by its path"),
    _own("the same, a column named by hand beside it", columns={"ledger": {"type": "What"}}),
    Case(117, "a profile of one's own in a folder of its own", Does.ACCEPTS, {**_OWN, "profile.yml": _PROFILE}, {"profile": "./profile.yml"}),
    _profile("a profile that is not there", None, "gone.yaml"),
    _profile("a profile's name that nobody knows", None, "dentricks"),
    _profile("a profile that is not YAML", "patients: [\n"),
    _profile("a profile that is nested without end", "a: " + "[" * 100 + "]" * 100),
    _profile("a profile of 300 kB", "# " + "x" * 300_000),
    _profile("a profile that is no text", b"\xff\xfe\x00"),
    _profile("an empty profile", ""),
    _profile("a list in place of a profile", "- patients\n"),
    _profile("a part that profiles don't have", _PROFILE + "patiens: {}\n"),
    _profile("a field that is none", _PROFILE.replace("birth_date:", "birthday:")),
    _profile("captions that are no list", _PROFILE.replace("[Acct]", "Acct")),
    _profile("a caption that is a table", _PROFILE.replace("[Acct]", "[{caption: Acct}]")),
    _profile("an id of two columns", _PROFILE.replace("[Acct]", "[[Acct, Sub]]")),
    _profile("a pattern that takes nothing", _PROFILE.replace("[Acct]", "[{caption: Acct, take: '[0-9]+', otherwise: x}]")),
    _profile("words that are no list", _PROFILE.replace("{active: [active]}", "{active: active}")),
    _profile("a blank that means neither yes nor no", _PROFILE.replace("{blank: no}", "{blank: maybe}")),
    _profile("ids without words for others", _PROFILE + "ids: {pattern: '[0-9]+'}\n"),
    _profile("another sign for decimals", _PROFILE + "decimal: '-'\n"),
    _profile("columns missing", "title: our own\npatients: {}\n"),
    _profile("a format of dates that is none", _PROFILE + "dates: [month first]\n"),
    _profile("a meaning that words don't have", _PROFILE.replace("{active: [active]}", "{alive: [active]}")),
    _profile("a pattern of ids that is none", _PROFILE + "ids: {pattern: '[', otherwise: x}\n"),
    Case(117, "a profile whose captions the files don't have", Does.STOPS, {"our.yaml": _PROFILE}, {"profile": "our.yaml"}),
    _words("a status in a PMS's own word", Does.ACCEPTS, "patients", "status", "Current Patient", {"active": ["Current Patient"]}),
    _words("a consent in a PMS's own words", Does.ACCEPTS, "patients", "text_consent", "Opted In", {"yes": ["opted in"], "no": ["Opted Out"]}),
    _words("the type of an entry in a PMS's own word", Does.ACCEPTS, "ledger", "type", "Tx Completed", {"charge": ["Tx Completed"]}),
    _words("a word that says no, where consent is kept", Does.EXCLUDES, "patients", "text_consent", "Opted Out", {"no": ["Opted Out"]}, reasons=dict.fromkeys(("0100", "0200", "0300"), "no-text-consent")),
    Case(
        118, "languages that nobody knows", Does.ACCEPTS,
        {"patients.csv": text_of(every(PATIENTS, lambda row: row | {"language": "Klingon"}))},
    ),
    _words("such a word that nobody was told of", Does.HOLDS, "patients", "text_consent", "Opted Out", {}, reasons=dict.fromkeys(("0100", "0200", "0300"), "bad-data")),
    Case(119, "every column that is needed named by hand", Does.ACCEPTS, _OWN, {"columns": _HAND}),
    Case(119, "in files that a profile would fit too", Does.ACCEPTS, {}, {"columns": {"patients": {"patient_id": "patient_id", "guarantor_id": "guarantor_id", "first_name": "first_name", "last_name": "last_name"}, "ledger": {"patient_id": "patient_id", "date": "date", "amount": "amount"}}}),
    Case(119, "a column that is not there", Does.STOPS, _OWN, {"columns": {**_HAND, "ledger": {**_HAND["ledger"], "amount": "Summ"}}}),
    Case(119, "one that is needed left out", Does.STOPS, _OWN, {"columns": {**_HAND, "ledger": {"patient_id": "Acct", "date": "date"}}}),
    Case(120, "each patient pays for themselves", Does.NOTES, {"patients.csv": _FLAT.replace("2016-02-03", "1996-02-03")}, concerned=frozenset({"0100", "0101"})),
    Case(120, "and names each column by hand", Does.NOTES, {"patients.csv": _FLAT.replace("2016-02-03", "1996-02-03").replace("patient_id", "Acct")}, {"columns": {"patients": {"patient_id": "Acct"}}}, concerned=frozenset({"0100", "0101"})),
    Case(120, "a child without anybody who pays for it", Does.HOLDS, {"patients.csv": _FLAT}, reasons={"0101": "minor-guarantor"}, concerned=_EACH),
    Case(121, "a pattern in the patients export", Does.EXCLUDES, run=_billing(("*collections*",), {"0200"})),
    Case(121, "two types of an aging report, in other capitals", Does.EXCLUDES, run=_billing(("9: bad debt*", "10: NO STATEMENT"), {"0200", "0300"}, in_balances=True)),
    Case(121, "any type of one digit", Does.EXCLUDES, run=_billing(("?: *",), {"0100", "0200"})),
    Case(121, "a type that nobody has", Does.ACCEPTS, run=_billing(("*payment plan*",), set())),
    Case(122, "names where the ids of who pays should be", Does.STOPS, {"patients.csv": 'Chart #,Last Name,First Name,Guarantor,Cell Phone\n0100,Marlow,Dana,"Marlow, Dana",2075550148\n', "ledger.csv": "Chart #,Date,Type,Amount\n0100,2026-09-01,Procedure,5.00\n"}),
    Case(122, "names where the ids of an aging report should be", Does.STOPS, {"patients.csv": "Chart #,Last Name,First Name,Guarantor,Cell Phone\n0100,Marlow,Dana,0100,2075550148\n", "balances.csv": 'Guarantor Chart #,0-30,31-60,61-90,91+\n"Marlow, Dana",0,50,0,0\n'}, {"files": {"patients": "patients.csv", "balances": "balances.csv"}}),
    Case(122, "names where a ledger's ids should be", Does.STOPS, {"ledger.csv": "patient_id,date,type,amount\n" + '"Marlow, Dana",2026-09-01,procedure,5.00\n' * 8}),
)  # fmt: skip
