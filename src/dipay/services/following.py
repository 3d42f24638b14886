"""What an export settles: paid campaigns end, corrected numbers leave their lists, and the import is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dipay.domain.campaigns import is_last_step
from dipay.domain.rules import RULE_BY_CODE
from dipay.services.comparing import digest
from dipay.state import decisions
from dipay.state.journal import ImportedFile, record_import
from dipay.state.reading import phone_corrections, running_campaigns, undeliverables
from dipay.state.summaries import asked_accounts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dipay.domain.accounts import Account
    from dipay.domain.worklist import Judged
    from dipay.office import Office
    from dipay.services.worklist import Listing
    from dipay.state.store import Store


def follow_export(office: Office, store: Store, listing: Listing) -> None:
    """Brings the state up to what today's export says. Saying it twice changes nothing."""
    now, today = office.clock(), listing.worklist.day.as_of
    provider = office.settings.messaging.provider
    by_id = {each.account.guarantor_id: each for each in listing.worklist.judged}
    record_exports(office, store, listing)
    days = [message.day for message in office.settings.campaign.messages]
    for campaign in running_campaigns(store, provider):
        judged = by_id.get(campaign.guarantor_id)
        if judged is not None and _is_settled(judged, listing):
            decisions.end_campaign(store, campaign.guarantor_id, "paid", day=today, by="export", now=now)
        elif is_last_step(campaign.step, days):
            # The settings had more messages when it was sent.
            decisions.end_campaign(store, campaign.guarantor_id, "completed", day=today, by="settings", now=now)
    for entry in undeliverables(store, provider):
        account = _account(by_id, entry.guarantor_id)
        if account is not None and account.phone is not None and account.phone != entry.number:
            decisions.take_off_undeliverable_list(
                store, entry.guarantor_id, "number-changed", day=today, by="export", now=now
            )
    keyed = [
        each.guarantor_id
        for each in phone_corrections(store)
        if (account := _account(by_id, each.guarantor_id)) is not None and account.phone == each.number
    ]
    if keyed:
        decisions.number_is_in_pms(store, keyed, by="export", now=now)


def _is_settled(judged: Judged, listing: Listing) -> bool:
    """Whether the export shows the account at or below the minimum; where a row can't be read it shows nothing."""
    return not judged.account.held_for and RULE_BY_CODE["below-minimum"].applies(judged.account, listing.worklist.day)


def _account(by_id: Mapping[str, Judged], guarantor_id: str) -> Account | None:
    judged = by_id.get(guarantor_id)
    return judged.account if judged is not None else None


def record_exports(
    office: Office, store: Store, listing: Listing, *, accepted: str = "", by: str | None = None
) -> None:
    """Writes down what these exports came to: the next ones are compared with it. `accepted` is a person's reason."""
    accounts = listing.worklist.accounts
    reports = {report.file: report for report in listing.reports}
    files = [
        ImportedFile(
            kind=report.kind,
            sha256=digest(file.path),
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
        # The day the export was made, not today: an old file knows nothing of what was paid since.
        as_of=min(file.written for file in listing.files).astimezone(office.zone).date(),
        accounts=len(accounts),
        balance_cents=int(accounts.aged.balance_cents.sum()),
        files=files,
        portions=dict(zip(accounts.ids, accounts.patient_portion_cents.tolist(), strict=True)),
        now=office.clock(),
        strangers=strangers,
        accepted=accepted,
        by=by,
    )
