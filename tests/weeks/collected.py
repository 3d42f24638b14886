"""What `report` should say at the end of the weeks, worked out from the last ledger and what went out: plain Python.

Read by the words of docs/report.md, with no code of dipay's.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from plots import OPTS_OUT
from pms import RETURNED, Account
from practice import PAYMENT
from tests.weeks.facts import Delivered, Did, Ended, Exported, Fact, Posted, Run, Said

WINDOWS = (7, 14, 30)


@dataclass(slots=True)
class _Message:
    account: str
    day: date
    undeliverable: bool
    told: bool
    answered: bool = False
    opted_out: bool = False


def should_be_reported(facts: list[Fact], folder: Path) -> dict[str, int]:
    """The figures of all messages together, by the names that `report --json` has for them."""
    messages = _messages(facts)
    _note_answers(facts, messages)
    found = {
        "messages": len(messages),
        "accounts": len({each.account for each in messages}),
        "reached": sum(each.told and not each.undeliverable for each in messages),
        "on_its_way": sum(not each.told and not each.undeliverable for each in messages),
        "undeliverable": sum(each.undeliverable for each in messages),
        "answered": sum(each.answered for each in messages),
        "opted_out": sum(each.opted_out for each in messages),
    }
    payments, there = _payments(folder)
    for days in WINDOWS:
        found[f"collected_within_{days}_cents"] = 0
    for account, theirs in payments.items():
        for day, cents in theirs:
            last = [each for each in messages if each.account == account and not each.undeliverable and each.day <= day]
            for days in WINDOWS:
                if last and (day - last[-1].day).days <= days:
                    found[f"collected_within_{days}_cents"] += cents
    found["payments_not_known"] = sum(not each.undeliverable and each.account not in there for each in messages)
    return found


def _messages(facts: list[Fact]) -> list[_Message]:
    """Every text that went out or was refused for good, and one for each account that could not be asked for want of a
    number.
    """
    became = {each.message: each for each in facts if isinstance(each, Delivered)}
    accounts: Mapping[str, Account] = {}
    found: list[_Message] = []
    numberless: dict[str, _Message] = {}
    for fact in facts:
        match fact:
            case Exported():
                accounts = fact.accounts
            case Posted() if fact.kept or fact.refused:
                told = became.get(fact.message)
                failed = bool(fact.refused or (told and told.code))
                found.append(_Message(fact.account, fact.day, failed, bool(told and told.receipt)))
                numberless.pop(fact.account, None)
            case Did() if fact.worked and fact.command[0] == "wrong-number":
                mine = [each for each in found if each.account == fact.account]
                mine[-1].undeliverable = True
            case Ended() if fact.command == "send" and fact.run is Run.OPEN:
                asked = {each.account for each in found}
                for name, each in accounts.items():
                    if each.reasons == {"no-number"} and name not in asked:
                        numberless.setdefault(name, _Message(name, fact.day, True, True))
    return [*found, *numberless.values()]


def _note_answers(facts: list[Fact], messages: list[_Message]) -> None:
    """An answer counts for the account's last message before it, whatever became of that; so does an opt-out."""
    whose: dict[str, str] = {}
    last_run = max(place for place, each in enumerate(facts) if isinstance(each, Ended))
    for fact in facts[:last_run]:
        match fact:
            case Posted():
                whose[fact.number] = fact.account
                if fact.refused == "21610":
                    _last(messages, fact.account, fact.day).opted_out = True
            case Said() if fact.number in whose:
                message = _last(messages, whose[fact.number], fact.day)
                message.answered = True
                message.opted_out |= fact.kind in OPTS_OUT
            case Did() if fact.worked and fact.command[0] == "optout" and fact.account:
                _last(messages, fact.account, fact.day).opted_out = True


def _last(messages: list[_Message], account: str, day: date) -> _Message:
    return [each for each in messages if each.account == account and each.day <= day][-1]


def _payments(folder: Path) -> tuple[dict[str, list[list[Any]]], set[str]]:
    """What the patients of each account paid, as day and cents, less what came back; and the accounts that there are.

    What the ledger calls returned, or a payment above zero, takes back the newest payments before it.
    """
    account_of = {row["patient_id"]: row["guarantor_id"] for row in _rows(folder / "patients.csv")}
    paid: dict[str, list[list[Any]]] = defaultdict(list)
    rows = sorted(_rows(folder / "ledger.csv"), key=lambda row: (row["date"], not row["amount"].startswith("-")))
    for row in rows:
        account = account_of.get(row["patient_id"], "")
        cents = round(Decimal(row["amount"]) * 100)
        if row["type"] == PAYMENT and cents < 0:
            paid[account].append([date.fromisoformat(row["date"]), -cents])
        elif row["type"] in (PAYMENT, RETURNED):
            for each in reversed(paid[account]):
                taken = min(cents, each[1])
                each[1] -= taken
                cents -= taken
    return paid, set(account_of.values())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keyed_in_cents(folder: Path) -> int:
    """What the last ledger has of payments that came in by links, less what it has as given back of payments."""
    rows = _rows(folder / "ledger.csv")
    of_links = [row for row in rows if row["description"] in ("Online payment", "Payment returned")]
    return -sum(round(Decimal(row["amount"]) * 100) for row in of_links)
