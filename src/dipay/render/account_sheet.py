"""The accounts of `list` as a table for other programs: one row each, with everything that is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dipay.grammar.phones import format_phone
from dipay.render.sheets import Cell, Column, Kind, Sheet
from dipay.render.status import status_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dipay.domain.choices import Choice
    from dipay.domain.day import Day
    from dipay.domain.worklist import Judged
    from dipay.services.records import ToCall
    from dipay.services.worklist import Listing

#: In this order the cells of a row are made.
COLUMNS: Final = (
    Column("guarantor_id"),
    Column("name"),
    Column("phone"),
    Column("phone_problem"),
    Column("patient_portion", Kind.CENTS),
    Column("balance", Kind.CENTS),
    Column("insurance_estimate", Kind.CENTS),
    Column("writeoff_estimate", Kind.CENTS),
    Column("days_0_30", Kind.CENTS),
    Column("days_31_60", Kind.CENTS),
    Column("days_61_90", Kind.CENTS),
    Column("over_90", Kind.CENTS),
    Column("oldest_unpaid_days", Kind.NUMBER),
    Column("last_visit", Kind.DATE),
    Column("outstanding_claims", Kind.NUMBER),
    Column("view"),
    Column("selected"),
    Column("reasons"),
    Column("why"),
    Column("status"),
    Column("campaign_began", Kind.DATE),
    Column("campaign_next", Kind.DATE),
    Column("unposted", Kind.CENTS),  # paid by a link, and taken off above, but in no export yet
)
#: Two columns more for those whom somebody has to call: the words of their other numbers.
NUMBERS_TO_CALL: Final = ("home", "work")


def account_sheet(listing: Listing, choice: Choice, calls: Sequence[ToCall]) -> Sheet:
    """The chosen accounts. `calls` are the same where they are to be called."""
    day = listing.worklist.day
    rows = [_cells(judged, day) for judged in listing.worklist.of(choice)]
    if not calls:
        return Sheet(choice.value, COLUMNS, rows)
    numbers = {each.judged.account.guarantor_id: each.numbers for each in calls}
    for row in rows:
        row += [numbers[str(row[0])].get(each, "") for each in NUMBERS_TO_CALL]
    return Sheet(choice.value, (*COLUMNS, *map(Column, NUMBERS_TO_CALL)), rows)


def _cells(judged: Judged, day: Day) -> list[Cell]:
    account, aged = judged.account, judged.account.aged
    follow_up = day.next_follow_up(account.guarantor_id)
    return [
        account.guarantor_id,
        account.name,
        format_phone(account.phone or ""),
        account.phone_problem or "",
        aged.patient_portion_cents,
        aged.balance_cents,
        aged.insurance_estimate_cents,
        aged.writeoff_estimate_cents,
        *aged.portion_buckets,
        aged.oldest_unpaid_days,
        account.last_visit,
        account.outstanding_claims,
        judged.view.value,
        "yes" if judged.selected else "no",
        "; ".join(rule.code for rule in judged.reasons),
        "; ".join(rule.detail(account, day) for rule in judged.reasons),
        status_words(judged, day),
        day.state(account).campaign_began,
        follow_up.on if follow_up is not None else None,
        day.situation.unposted_cents(account.guarantor_id),
    ]
