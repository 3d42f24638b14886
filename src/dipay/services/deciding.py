"""What staff decide about accounts: snooze, deselect, opt out, end a campaign, mark paid. Saved at once.

Whose account an id is comes from today's export, or from whoever knows the accounts already: then no file is read.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.exports.tables.account_ids import read_account_ids, read_names
from dipay.state import decisions
from dipay.state.payments import any_link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dipay.domain.accounts import Accounts
    from dipay.office import Office
    from dipay.state.store import Store


class KnownAccounts(Protocol):
    """The accounts that a decision can be about. Both may end with `CannotGoOn` where nobody can say."""

    def account_of(self, given: str) -> str | None:
        """The account that a guarantor's or a patient's id means; None where nobody has it."""
        ...

    def number_of(self, account: str) -> str | None:
        """Where the account would be texted (E.164); None where it has no usable number."""
        ...


class ExportedAccounts:
    """The accounts of today's exports. They are read when somebody asks, and no more of them than was asked for."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def account_of(self, given: str) -> str | None:
        return given if given in self._guarantors else self._account_of_patients.get(given)

    def number_of(self, account: str) -> str | None:
        there = self._accounts.ids
        return self._accounts[there.index(account)].phone if account in there else None

    @cached_property
    def _account_of_patients(self) -> Mapping[str, str]:
        return read_account_ids(self._office.reading_plan(self._office.today()))

    @cached_property
    def _guarantors(self) -> frozenset[str]:
        return frozenset(self._account_of_patients.values())

    @cached_property
    def _accounts(self) -> Accounts:
        return self._office.read_exports(self._office.today()).accounts


@dataclass(frozen=True, slots=True)
class Decided:
    """The accounts it was done to, those it was not and why, what somebody should know, and the day it holds for."""

    done: tuple[str, ...]
    not_done: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    day: date | None = None


def names_of(office: Office, ids: Sequence[str] | None = None) -> Mapping[str, str]:
    """What these accounts' guarantors are called, or everybody; nobody where the patients export can't be read."""
    try:
        return read_names(office.reading_plan(office.today()), frozenset(ids) if ids is not None else None)
    except CannotGoOn:
        return {}


def called(office: Office, ids: Sequence[str]) -> str:
    """These accounts by their names and ids, for an answer to read."""
    names = names_of(office, ids)
    return ", ".join(f"{names[each]} ({each})" if each in names else each for each in ids)


def who() -> str:
    """Who is at the keyboard, as the computer knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"


def snooze(
    office: Office,
    ids: Sequence[str],
    *,
    until: date | None,
    days: int | None,
    reason: str,
    note: str,
    known: KnownAccounts | None = None,
) -> Decided:
    """Keeps accounts off the list until a date, for one of the settings' reasons."""
    settings = office.settings.snooze
    day = _until(office, until, days)
    reasons = {each.casefold(): each for each in settings.reasons}
    if reason.casefold() not in reasons:
        one_of = f"Use one of: {'; '.join(settings.reasons)}."
        raise cannot(ExitCode.USAGE, f'"{reason}" is not one of the reasons.', one_of, key="--reason")
    accounts, problems = _accounts(known or ExportedAccounts(office), ids)
    with office.open_state() as store:
        decisions.snooze(
            store, accounts, until=day, reason=reasons[reason.casefold()], note=note, by=who(), now=office.clock()
        )
    return Decided(tuple(accounts), problems=problems, day=day)


def unsnooze(office: Office, ids: Sequence[str], known: KnownAccounts | None = None) -> Decided:
    """Ends snoozes."""

    def forget(store: Store, accounts: Sequence[str]) -> list[str]:
        return decisions.unsnooze(store, accounts, by=who(), now=office.clock())

    return _taken_back(office, ids, known, forget, "was not snoozed")


def deselect(office: Office, ids: Sequence[str], known: KnownAccounts | None = None) -> Decided:
    """Leaves accounts out of today's batch."""
    accounts, problems = _accounts(known or ExportedAccounts(office), ids)
    with office.open_state() as store:
        decisions.deselect(store, accounts, day=office.today(), by=who(), now=office.clock())
    return Decided(tuple(accounts), problems=problems, day=office.today())


def select(office: Office, ids: Sequence[str], known: KnownAccounts | None = None) -> Decided:
    """Takes accounts into today's batch again."""

    def forget(store: Store, accounts: Sequence[str]) -> list[str]:
        return decisions.select(store, accounts, by=who(), now=office.clock())

    return _taken_back(office, ids, known, forget, "was not deselected")


def opt_out(office: Office, ids: Sequence[str], known: KnownAccounts | None = None) -> Decided:
    """Records that accounts must never be texted again, and so must not the numbers the export has for them."""
    known = known or ExportedAccounts(office)
    accounts, problems = _accounts(known, ids)
    numbers, trouble = _numbers(known, accounts)
    with office.open_state() as store:
        for account in accounts:
            decisions.opt_out(
                store, guarantor_id=account, number=numbers.get(account), source="staff", day=office.today(),
                by=who(), now=office.clock(),
            )  # fmt: skip
        trouble += _links_off(office, store, accounts)
    return Decided(tuple(accounts), problems=(*problems, *trouble), day=office.today())


def opt_in(office: Office, given: str, reason: str, known: KnownAccounts | None = None) -> Decided:
    """Ends an account's opt-outs, and its number's: those that staff recorded, or whose owner replied START since.

    Any other ends only by its owner: a usage error, and nothing is changed.
    """
    if not reason.strip():
        raise cannot(
            ExitCode.USAGE, "ending an opt-out needs a reason.", "Say who asked for it, and how.", key="--reason"
        )
    known = known or ExportedAccounts(office)
    accounts, problems = _accounts(known, [given])
    (account,) = accounts
    numbers, trouble = _numbers(known, accounts)
    with office.open_state() as store:
        standing = decisions.standing_opt_outs(store, account, numbers.get(account))
        if not standing:
            return Decided((), {account: "has not opted out"}, (*problems, *trouble), office.today())
        if owners := [each for each in standing if not each.may_end]:
            raise cannot(
                ExitCode.USAGE,
                f"account {account}, or its number, opted out itself on {owners[0].day}.",
                "Only its owner ends that: a text with START from that number; `dipay sync` reads it.",
                key="ID",
            )
        decisions.opt_in(
            store, standing, account, reason=" ".join(reason.split()), day=office.today(), by=who(), now=office.clock()
        )
    return Decided((account,), problems=(*problems, *trouble), day=office.today())


def wrong_number(office: Office, given: str, known: KnownAccounts | None = None) -> Decided:
    """Puts an account on the Undeliverable list because somebody else answered at the number it was last asked at."""
    accounts, problems = _accounts(known or ExportedAccounts(office), [given])
    (account,) = accounts
    with office.open_state() as store:
        number = decisions.wrong_number(store, account, day=office.today(), by=who(), now=office.clock())
        problems += _links_off(office, store, accounts)
    if number is None:
        return Decided((), {account: "was never texted"}, problems, office.today())
    return Decided((account,), problems=problems, day=office.today())


def remove(office: Office, ids: Sequence[str], known: KnownAccounts | None = None) -> Decided:
    """Ends running campaigns: no follow-up goes out any more."""
    day, trouble = office.today(), list[Problem]()

    def end(store: Store, accounts: Sequence[str]) -> list[str]:
        ended = [
            each
            for each in accounts
            if decisions.end_campaign(store, each, "removed", day=day, by=who(), now=office.clock())
        ]
        trouble.extend(_links_off(office, store, ended))
        return ended

    decided = _taken_back(office, ids, known, end, "has no running campaign")
    return replace(decided, problems=(*decided.problems, *trouble))


def mark_paid(office: Office, ids: Sequence[str], known: KnownAccounts | None = None) -> Decided:
    """Marks accounts paid until a newer export shows their balance, and ends their campaigns."""
    accounts, problems = _accounts(known or ExportedAccounts(office), ids)
    with office.open_state() as store:
        for account in accounts:
            decisions.mark_paid(store, account, day=office.today(), by=who(), now=office.clock())
        problems += _links_off(office, store, accounts)
    return Decided(tuple(accounts), problems=problems, day=office.today())


def _links_off(office: Office, store: Store, accounts: Sequence[str]) -> tuple[Problem, ...]:
    """Switches off the payment links of accounts that nobody is to pay by now; what somebody must know."""
    if not any_link(store):
        return ()
    from dipay.services.links import switch_off_at_once

    return switch_off_at_once(office, store, frozenset(accounts))


def _until(office: Office, until: date | None, days: int | None) -> date:
    today, most = office.today(), office.settings.snooze.max_days
    if (until is None) == (days is None):
        raise cannot(ExitCode.USAGE, "say either --until or --days.", "For example --days 14.", key="--until")
    day = until if until is not None else today + timedelta(days=days or 0)
    if day <= today:
        raise cannot(ExitCode.USAGE, f"{day} is not after today.", "A snooze ends on a later day.", key="--until")
    if (day - today).days > most:
        raise cannot(
            ExitCode.USAGE,
            f"{day} is more than {most} days from now.",
            "Snooze for less, or raise snooze.max_days.",
            key="--until",
        )
    return day


def _accounts(known: KnownAccounts, ids: Sequence[str]) -> tuple[list[str], tuple[Problem, ...]]:
    """The accounts of the ids given: a patient's is their guarantor's. An id nobody has ends it, all named at once.

    Where today's patients export can't be read the ids are taken as they are, and that is said: a snooze must be
    possible on a morning without exports.
    """
    try:
        account_of = {each: known.account_of(each) for each in ids}
    except CannotGoOn as error:
        note = Problem(
            Severity.WARNING, "the patients export can't be read, so nobody checked that these accounts exist.",
            "Look at the ids once more.", error.problems[0].file,
        )  # fmt: skip
        return list(dict.fromkeys(ids)), (note,)
    if unknown := [each for each, account in account_of.items() if account is None]:
        raise cannot(
            ExitCode.USAGE,
            f"no patient or guarantor has the id {', '.join(unknown)}.",
            "Ids are text: leading zeros count; `dipay why NAME` finds one. Nothing was changed.",
            key="ID",
        )
    meant = {each: account for each, account in account_of.items() if account is not None}
    return list(dict.fromkeys(meant.values())), _notes(meant)


def _notes(meant: Mapping[str, str]) -> tuple[Problem, ...]:
    """What somebody should know who typed a patient's id."""
    return tuple(
        Problem(Severity.NOTE, f"{each} is on account {account}: that account is meant.", "")
        for each, account in meant.items()
        if account != each
    )


def _numbers(known: KnownAccounts, accounts: Sequence[str]) -> tuple[dict[str, str | None], tuple[Problem, ...]]:
    try:
        return {each: known.number_of(each) for each in accounts}, ()
    except CannotGoOn:
        warning = Problem(
            Severity.WARNING, "the exports can't be read: the accounts opted out, but not their numbers.",
            "Run it again once the exports are readable.",
        )  # fmt: skip
        return {}, (warning,)


def _taken_back(
    office: Office,
    ids: Sequence[str],
    known: KnownAccounts | None,
    take_back: Callable[[Store, Sequence[str]], list[str]],
    why_not: str,
) -> Decided:
    """Takes back what the state has of these accounts, whether the export still has them or not.

    Whose account an id means is asked only where the state has nothing of the id itself.
    """
    with office.open_state() as store:
        done = take_back(store, ids)
        left = [each for each in ids if each not in done]
        account_of = _accounts_if_known(known or ExportedAccounts(office), left)
        meant = {each: account for each, account in account_of.items() if account is not None and account != each}
        done += take_back(store, list(dict.fromkeys(meant.values())))
    not_done = {
        each: why_not if account_of.get(each, each) else "is no patient's or guarantor's id"
        for each in left
        if meant.get(each) not in done
    }
    return Decided(tuple(done), not_done, _notes(meant), office.today())


def _accounts_if_known(known: KnownAccounts, ids: Sequence[str]) -> dict[str, str | None]:
    """Whose account each id means, None for nobody's; nothing where that can't be read."""
    try:
        return {each: known.account_of(each) for each in ids}
    except CannotGoOn:
        return {}
