"""Two worklists held against each other: who is new, who is gone and why, who paid, whose amount changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from dipay.domain.problems import ExitCode, Problem, cannot
from dipay.frames.columns import CENTS, TEXT, frame_of
from dipay.frames.listed import of_worklist
from dipay.services.worklist import make_worklist
from dipay.state import lists
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from dipay.domain.worklist import Worklist
    from dipay.office import Office

PENDING, SETTLED, UNREADABLE = "pending", "below-minimum", "bad-data"


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from the worklist of `since` to today's, each account in at most one of the frames, by name.

    `new` are on the list and were not, `gone` were and are not though they owe as before, `paid` owed more than the
    minimum and do no longer (paid, or written off: the exports' balances don't tell), `changed` owe another amount.
    Columns: `guarantor_id`, `name`, `before_cents`, `after_cents` (patient portions), `view_before`, `view`, `why`
    (what keeps it from the list now, in words; "" where it is on it).
    """

    since: date
    until: date
    new: pd.DataFrame
    gone: pd.DataFrame
    paid: pd.DataFrame
    changed: pd.DataFrame
    problems: tuple[Problem, ...] = ()

    @property
    def parts(self) -> dict[str, pd.DataFrame]:
        """The frames by what changed."""
        return {"new": self.new, "gone": self.gone, "paid": self.paid, "changed": self.changed}


def diff(office: Office, since: date | None = None) -> Difference:
    """Today's worklist beside that of a day, or of the last day before today on which something was sent.

    `CannotGoOn` (2) where no worklist is kept of that day or an earlier one.
    """
    listing = make_worklist(office)
    worklist, today = listing.worklist, listing.worklist.day.as_of
    wanted = since if since is not None else today - timedelta(days=1)
    with open_for_reading(office.state_path, office.state_marker) as store:
        day, first = lists.last_list_day(store, wanted), lists.first_list_day(store)
        kept = lists.list_of(store, day) if day is not None else []
    if day is None:
        known = (
            f"The first one that is kept is of {first}." if first else "One is kept of each day on which dipay sends."
        )
        raise cannot(
            ExitCode.USAGE,
            f"no worklist of {wanted} or an earlier day is kept.",
            known,
            key="--since" if since else None,
        )
    both = _both(kept, worklist)
    was_on, is_on = both["view_before"] == PENDING, both["view"] == PENDING
    is_known = ~_have(both["reasons_before"], UNREADABLE) & ~_have(both["reasons"], UNREADABLE)
    # Whom no worklist had then owed nothing.
    owed = (both["view_before"] != "") & ~_have(both["reasons_before"], SETTLED)
    paid = is_known & owed & _have(both["reasons"], SETTLED)
    new, gone = is_on & ~was_on, was_on & ~is_on & ~paid
    changed = is_known & owed & ~paid & (both["before_cents"] != both["after_cents"]) & ~new & ~gone
    told = ["guarantor_id", "name", "before_cents", "after_cents", "view_before", "view"]

    def part(chosen: pd.Series) -> pd.DataFrame:
        found = both.loc[chosen, [*told, "place"]].reset_index(drop=True)
        why = pd.Series([_why(worklist, place) for place in found.pop("place").tolist()], dtype=TEXT)
        return found.assign(why=why)

    return Difference(day, today, part(new), part(gone), part(paid), part(changed), listing.problems)


def _both(kept: list[lists.Listed], worklist: Worklist) -> pd.DataFrame:
    """The accounts of either worklist in the order of the names; `place` is -1 for who is in the exports no more."""
    before = frame_of(
        [(each.guarantor_id, each.view, each.reasons, each.portion_cents) for each in kept],
        {"guarantor_id": TEXT, "view_before": TEXT, "reasons_before": TEXT, "before_cents": CENTS},
    )
    now = of_worklist(worklist)[["guarantor_id", "name", "view", "reasons", "patient_portion_cents"]]
    now = now.rename(columns={"patient_portion_cents": "after_cents"})
    now["place"] = worklist.accounts.by_name
    both = now.merge(before, on="guarantor_id", how="outer", sort=False)
    texts = ["name", "view", "reasons", "view_before", "reasons_before"]
    both[texts] = both[texts].fillna("")
    both[["before_cents", "after_cents"]] = both[["before_cents", "after_cents"]].fillna(0)
    both["place"] = both["place"].fillna(-1).astype("int64")
    return both


def _have(reasons: pd.Series, code: str) -> pd.Series:
    """Whose codes have that one."""
    return (" " + reasons + " ").str.contains(f" {code} ", regex=False)


def _why(worklist: Worklist, place: int) -> str:
    if place < 0:
        return "no longer in the exports"
    judged = worklist.at(place)
    if not judged.reasons:
        return ""
    return judged.reasons[0].short(judged.account, worklist.day)
