"""What happened so far: to one account, whoever's id was typed, or to all of them and the state. Changes nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

from dipay.domain.problems import CannotGoOn, ExitCode, Problem, Severity, cannot
from dipay.services.deciding import ExportedAccounts, names_of
from dipay.state.store import open_for_reading
from dipay.state.timeline import Kind, is_known, timeline, timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from dipay.office import Office
    from dipay.state.requests import Request
    from dipay.state.timeline import Happening


@dataclass(frozen=True)
class History:
    """What happened since that day's beginning, the newest `limit` of it; of one account, or of all (None)."""

    office: Office
    account: str | None
    since: date | None = None
    limit: int | None = None
    problems: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[Happening]:
        """What happened, oldest first, read anew each time: of all accounts it may not fit into memory."""
        found = self._all()
        return found if self.limit is None else iter(deque(found, self.limit))

    def _all(self) -> Iterator[Happening]:
        zone = self.office.zone
        since = datetime.combine(self.since, time(), zone) if self.since is not None else None
        with open_for_reading(self.office.state_path, self.office.state_marker) as store:
            if self.account is None:
                yield from timeline(store, zone, since, self.limit)
            else:
                found = timeline_of(store, zone, self.account)
                yield from (each for each in found if since is None or each.at >= since)

    @property
    def requests(self) -> Iterator[Request]:
        """The requests among it, in the order they were claimed."""
        return (each.request for each in self if each.kind is Kind.REQUEST and each.request is not None)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the accounts are called in today's patients export."""
        return names_of(self.office, [self.account] if self.account is not None else None)


def history(
    office: Office, given: str | None = None, *, since: date | None = None, limit: int | None = None
) -> History:
    """What happened to the account that an id means, or to all. An id of nobody is a usage error."""
    if given is None:
        return History(office, None, since, limit)
    account, problems = _account(office, given)
    return History(office, account, since, limit, problems)


def _account(office: Office, given: str) -> tuple[str, tuple[Problem, ...]]:
    """The account that is meant, with what somebody should know: the id's own history, or its guarantor's.

    Where today's patients export can't be read, the id as it is: what happened is there without exports, too.
    """
    try:
        account = ExportedAccounts(office).account_of(given)
    except CannotGoOn:
        return given, ()
    with open_for_reading(office.state_path, office.state_marker) as store:
        has_own = is_known(store, given)
    if account is None and not has_own:
        raise cannot(
            ExitCode.USAGE,
            f'no patient or guarantor has the id "{given}", and nothing happened to such an account.',
            "Ids are text: leading zeros count. `dipay list --view all` shows every account's id.",
            key="ID",
        )
    if account is None or account == given:
        return given, ()
    if has_own:
        words = f"{given} is on account {account} now."
        return given, (Problem(Severity.NOTE, words, f"`dipay history {account}` has what happened there."),)
    return account, (Problem(Severity.NOTE, f"{given} is on account {account}: that account is meant.", ""),)
