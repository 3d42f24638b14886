"""The log that the state file is: what it holds of requests, and safe copies of it. Changes nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.domain.problems import ExitCode, cannot
from dipay.state.backup import back_up as copy_to
from dipay.state.backup import back_up_into, backups_beside
from dipay.state.reading import history
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from pathlib import Path

    from dipay.office import Office
    from dipay.state.requests import Request


def sent(office: Office, guarantor_id: str | None) -> list[Request]:
    """The requests of one account or of all, oldest first."""
    with open_for_reading(office.state_path, office.state_marker) as store:
        return history(store, guarantor_id)


def back_up(office: Office, target: Path | None) -> Path:
    """Writes a checked copy of the state to `target`, or into the folder of backups beside it; where it is."""
    with open_for_reading(office.state_path, office.state_marker) as store:
        if not office.state_path.exists():
            raise cannot(ExitCode.STATE, f"there is no state file {office.state_path} yet.", "Nothing was sent so far.")
        if target is None:
            return back_up_into(store.connection, backups_beside(office.state_path), office.clock())
        copy_to(store.connection, target)
        return target
