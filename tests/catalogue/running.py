"""Runs a case through the real readers: asserts what dipay does, and gives the words it says."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dipay.config import read_settings
from dipay.domain.account import Account
from dipay.domain.day import Day
from dipay.domain.problems import CannotGoOn, Problem, Severity, grouped
from dipay.domain.settings import PaymentSettings
from dipay.domain.worklist import View, judge
from dipay.exports.reading import Exports, read_exports
from tests.catalogue.building import LEDGER, PATIENTS, put, text_of
from tests.catalogue.cases import Case, Does
from tests.exports.reading import AS_OF, assert_adds_up, by_id, plan

USUAL = {"patients.csv": text_of(PATIENTS), "ledger.csv": text_of(LEDGER)}
DAY = Day(AS_OF, PaymentSettings())


@cache
def usual_accounts() -> dict[str, Account]:
    """The accounts of the usual two files: all of them would be asked, and nothing is said of them."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        put(folder, USUAL)
        exports = read_exports(plan(folder))
    assert exports.problems == ()
    assert {each.view for each in judge(exports.accounts, DAY).judged} == {View.PENDING}
    return by_id(exports)


def texts_of(case: Case, folder: Path) -> list[str]:
    """What dipay says of the case's files, a long list of one sort shortened as on the screen."""
    if case.run is not None:
        texts = case.run(folder)
        assert bool(texts) == (case.does is not Does.ACCEPTS)
    elif case.settings is not None:
        texts = _refused(case.settings)
    elif case.does is Does.STOPS:
        texts = _stopped(case, folder)
    else:
        texts = _read(case, folder)
    return [text.replace(str(folder), "FOLDER") for text in texts]


def _said(problems: tuple[Problem, ...]) -> list[str]:
    assert all(each.fix for each in problems), problems
    # The run log has these, so they must be dipay's own words and quote no cell.
    assert all(re.fullmatch(r"[a-z ,:]*", each.kind) for each in problems), problems
    return [str(each) for each in grouped(problems)]


def _read_case(case: Case, folder: Path) -> Exports:
    put(folder, {name: content for name, content in USUAL.items() if name not in case.files} | dict(case.files))
    return read_exports(plan(folder, **case.plan))


def _refused(settings: bytes) -> list[str]:
    with pytest.raises(CannotGoOn) as refused:
        read_settings(settings, Path("config.yaml"))
    assert refused.value.exit_code == 2
    return _said(refused.value.problems)


def _stopped(case: Case, folder: Path) -> list[str]:
    with pytest.raises(CannotGoOn) as stopped:
        _read_case(case, folder)
    assert stopped.value.exit_code == 3
    return _said(stopped.value.problems)


def _read(case: Case, folder: Path) -> list[str]:
    exports = _read_case(case, folder)
    assert_adds_up(exports)
    found = by_id(exports)
    for key, account in usual_accounts().items():
        if key not in case.reasons and key not in case.concerned:
            assert found[key] == account
    worklist = judge(exports.accounts, DAY)
    judged = {each.account.guarantor_id: each for each in worklist.judged}
    said = _said(exports.problems)
    for key, code in case.reasons.items():
        rule = next(reason for reason in judged[key].reasons if reason.code == code)
        assert judged[key].view is not View.PENDING
        if code != "bad-data":
            account = judged[key].account
            said.append(f"account {key}: {rule.detail(account, worklist.day)}. {rule.fix(account, worklist.day)}")
    severities = {each.severity for each in exports.problems}
    if case.does is Does.UNREACHABLE:
        for key in case.concerned:
            assert judged[key].view is View.PENDING
            assert found[key].phone is None
            said.append(f"account {key}: {found[key].phone_problem}")
    elif case.does in (Does.HOLDS, Does.EXCLUDES):
        assert case.reasons
        assert said
    else:
        assert not any(account.held_for for account in exports.accounts)
        by_what_it_does = {Does.ACCEPTS: set(), Does.NOTES: {Severity.NOTE}, Does.REMARKS: {Severity.WARNING}}
        assert severities == by_what_it_does.get(case.does, severities)
    if case.look is not None:
        case.look(exports)
    return said
