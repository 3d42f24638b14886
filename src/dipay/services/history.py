"""What happened so far: to one account, whoever's id was typed, or to all of them and the state. Changes nothing."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

from dipay.domain.problems import CannotGoOn, Problem, Severity
from dipay.services.deciding import names_of
from dipay.services.finding import find_in_exports
from dipay.state.store import open_for_reading
from dipay.state.timeline import Kind, is_known, timeline, timeline_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from dipay.office import Office
    from dipay.services.finding import Person
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
    office: Office, typed: str | None = None, *, since: date | None = None, limit: int | None = None
) -> History | tuple[Person, ...]:
    """What happened to the account that an id or a name means, or to all; or the persons whom a name fits.

    An id or a name of nobody is a usage error.
    """
    if typed is None:
        return History(office, None, since, limit)
    with open_for_reading(office.state_path, office.state_marker) as store:
        has_own = is_known(store, typed)
    try:
        found = find_in_exports(office, typed)
    except CannotGoOn:
        # In no export any more, and something happened to it all the same.
        if not has_own:
            raise
        return History(office, typed, since, limit)
    if found.several:
        return found.several
    account = found.account
    if account == typed or found.by != typed:
        return History(office, account, since, limit)
    if has_own:
        note = Problem(
            Severity.NOTE,
            f"{typed} is on account {account} now.",
            f"`dipay history {account}` has what happened there.",
        )
        return History(office, typed, since, limit, (note,))
    note = Problem(Severity.NOTE, f"{typed} is on account {account}: that account is meant.", "")
    return History(office, account, since, limit, (note,))
