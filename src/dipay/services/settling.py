"""What an export settles: paid campaigns end, corrected numbers leave their lists, and the import is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dipay.domain.campaigns import is_last_step
from dipay.domain.payments import PaymentState
from dipay.domain.rules import RULE_BY_CODE, RULES
from dipay.services.comparing import digest
from dipay.services.worklist import payments_of_listing
from dipay.state import decisions
from dipay.state.imports import ImportedFile, record_import
from dipay.state.lists import Listed, keep_list
from dipay.state.payments import record_posted
from dipay.state.reading import phone_corrections, running_campaigns, undeliverables
from dipay.state.situations import asked_accounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dipay.domain.account import Account
    from dipay.domain.day import Day
    from dipay.domain.worklist import Judged, Worklist
    from dipay.office import Office
    from dipay.services.worklist import Listing
    from dipay.state.store import Store


def settle_by_export(office: Office, store: Store, listing: Listing) -> None:
    """Brings the state up to what today's export says. Saying it twice changes nothing."""
    record_exports(office, store, listing)
    shown = payments_of_listing(office, store, listing).shown
    record_posted(store, shown, day=listing.exported_on(office.zone), now=office.clock())
    keep_list(store, listing.worklist.day.as_of, _listed(listing.worklist))
    judged = {each.account.guarantor_id: each for each in listing.worklist.judged}
    _end_campaigns(office, store, listing.worklist.day, judged)
    _take_off_lists(office, store, listing.worklist.day, {key: each.account for key, each in judged.items()})


def _listed(worklist: Worklist) -> list[Listed]:
    """The accounts that owe, or that more speaks against than that they owe nothing."""
    accounts, marks = worklist.accounts, worklist.marks
    nothing = 1 << RULES.index(RULE_BY_CODE["below-minimum"])
    places = np.flatnonzero((accounts.patient_portion_cents > 0) | (marks & ~nothing != 0))
    portions = accounts.patient_portion_cents[places].tolist()
    found = zip(places.tolist(), worklist.views(places), worklist.reasons(places), portions, strict=True)
    return [
        Listed(accounts.ids[place], view.value, " ".join(rule.code for rule in reasons), cents)
        for place, view, reasons, cents in found
    ]


def _end_campaigns(office: Office, store: Store, day: Day, accounts: Mapping[str, Judged]) -> None:
    """Ends the campaigns of accounts that owe no more or are another account's now, and those at their last message."""
    message_days = [message.day for message in office.settings.campaign.messages]
    moved = {each.guarantor_id for others in day.elsewhere.values() for each in others} - accounts.keys()
    for campaign in running_campaigns(store, office.settings.messaging.provider):
        judged = accounts.get(campaign.guarantor_id)
        if campaign.guarantor_id in moved:
            # Its people stand under another account: nobody can get its follow-ups any more.
            decisions.end_campaign(
                store, campaign.guarantor_id, "removed", day=day.as_of, by="export", now=office.clock()
            )
            continue
        if judged is not None and is_settled(judged, day):
            decisions.end_campaign(store, campaign.guarantor_id, "paid", day=day.as_of, by="export", now=office.clock())
        elif is_last_step(campaign.step, message_days):
            # The settings had more messages when it was sent.
            decisions.end_campaign(
                store, campaign.guarantor_id, "completed", day=day.as_of, by="settings", now=office.clock()
            )


def is_settled(judged: Judged, day: Day) -> bool:
    """Whether the account is at or below the minimum, by the export and what was paid since; where a row can't be read
    the export shows nothing, and a payment that is on its way may still fail.
    """
    paid = day.situation.unposted.get(judged.account.guarantor_id, ())
    is_sure = not judged.account.held_for and all(each.state is PaymentState.PAID for each in paid)
    return is_sure and RULE_BY_CODE["below-minimum"] in judged.reasons


def _take_off_lists(office: Office, store: Store, day: Day, accounts: Mapping[str, Account]) -> None:
    """Takes off the Undeliverable list whose number changed, and off the list to key in what the PMS has by now."""
    phones = {guarantor_id: account.phone for guarantor_id, account in accounts.items()}
    for entry in undeliverables(store, office.settings.messaging.provider):
        if phones.get(entry.guarantor_id) not in (None, entry.number):
            decisions.take_off_undeliverable_list(
                store, entry.guarantor_id, "number-changed", day=day.as_of, by="export", now=office.clock()
            )
    keyed = [each.guarantor_id for each in phone_corrections(store) if phones.get(each.guarantor_id) == each.number]
    if keyed:
        decisions.number_is_in_pms(store, keyed, by="export", now=office.clock())


def record_exports(
    office: Office, store: Store, listing: Listing, *, accepted: str = "", by: str | None = None
) -> None:
    """Writes down what these exports came to: the next ones are compared with it. `accepted` is a person's reason."""
    accounts = listing.worklist.accounts.as_exported
    reports = {report.file: report for report in listing.reports}
    files = [
        ImportedFile(
            kind=report.kind,
            sha256=digest(file),
            rows=report.rows,
            total_cents=None if report.kind == "patients" else report.read_cents,
            fields=report.fields,
        )
        for file in listing.files
        for report in (reports[file.name],)
    ]
    _, strangers = asked_accounts(store, office.settings.messaging.provider, accounts.ids)
    record_import(
        store,
        as_of=listing.exported_on(office.zone),
        accounts=len(accounts),
        balance_cents=int(accounts.aged.balance_cents.sum()),
        files=files,
        portions=dict(zip(accounts.ids, accounts.patient_portion_cents.tolist(), strict=True)),
        now=office.clock(),
        strangers=strangers,
        accepted=accepted,
        by=by,
    )
