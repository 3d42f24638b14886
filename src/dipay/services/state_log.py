"""Safe copies of the state file, and what is past retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from dipay.domain.problems import ExitCode, cannot
from dipay.services.deciding import who
from dipay.state.backup import back_up as copy_to
from dipay.state.backup import back_up_into, backups_beside, drop_all_but
from dipay.state.looking import is_there
from dipay.state.purge import Purged, past_retention
from dipay.state.purge import purge as purge_state
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from dipay.office import Office


BACKING_UP: Final = "backing up the state file"


def back_up(office: Office, target: Path | None) -> Path:
    """Writes a checked copy of the state to `target`, or into the folder of backups beside it; where it is."""
    with open_for_reading(office.state_path, office.state_marker) as store:
        if not is_there(office.state_path):
            raise cannot(ExitCode.STATE, f"there is no state file {office.state_path} yet.", "Nothing was sent so far.")
        with office.doing(BACKING_UP):
            if target is None:
                return back_up_into(store.connection, backups_beside(office.state_path), office.clock())
            copy_to(store.connection, target)
            return target


@dataclass(frozen=True, slots=True)
class Purge:
    """What is older than `before` and goes, or went; `backups` are the older copies that went with it."""

    before: date
    purged: Purged
    backups: int = 0


def to_purge(office: Office) -> Purge:
    """What a purge would take today. Changes nothing."""
    before = _oldest_kept(office)
    with (
        office.doing("looking for what is past retention"),
        open_for_reading(office.state_path, office.state_marker) as store,
    ):
        return Purge(before, past_retention(store, before))


def purge(office: Office) -> Purge:
    """Takes what is past retention out of the state file, and makes a new backup in place of the older ones.

    The older backups hold what was taken out, so they go once the new one is checked and on disk.
    """
    before = _oldest_kept(office)
    with office.open_state() as store:
        with office.doing("taking out what is past retention"):
            purged = purge_state(store, before, by=who(), now=office.clock())
        with office.doing(BACKING_UP):
            backup = back_up_into(store.connection, backups_beside(office.state_path), office.clock())
    return Purge(before, purged, drop_all_but(backup))


def _oldest_kept(office: Office) -> date:
    return office.today() - timedelta(days=office.settings.retention.texts_days)
