"""Reconciling: what is in doubt is looked for in the provider's log, by number and token. Nothing here sends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from dipay.domain.campaign import is_last_step
from dipay.domain.messages import count_segments
from dipay.domain.problems import Problem, Severity
from dipay.messaging import ProviderTrouble, Sender, SentMessage
from dipay.state.claims import new_token
from dipay.state.journal import add_unlogged
from dipay.state.outcomes import adopt, mark_absent, recover
from dipay.state.reading import in_doubt

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dipay.domain.settings import Settings
    from dipay.office import Office
    from dipay.services.worklist import Listing
    from dipay.state.requests import Request
    from dipay.state.store import Store

#: How far back a restored state is compared with the provider's log.
RESTORE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many requests in doubt were found at the provider, and those that stay in doubt."""

    found: int
    still_in_doubt: tuple[Request, ...]
    problems: tuple[Problem, ...] = ()


def reconcile(office: Office, store: Store, sender: Sender) -> Reconciled:
    """Settles what the provider's log can settle; what it can't stays in doubt for a person."""
    now = office.clock()
    recover(store, now)
    found, problems = 0, []
    for request in in_doubt(store, sender.name):
        if request.provider != sender.name or request.number is None:
            continue
        try:
            log = sender.sent_to(request.number, request.claimed_at - timedelta(minutes=10))
        except ProviderTrouble as trouble:
            problems.append(trouble.problem)
            break
        match = next((each for each in log if each.carries(request.token, request.text or "")), None)
        if match is not None:
            adopt(store, request.id, match.provider_id, now=now)
            found += 1
        else:
            mark_absent(store, request.id, now=now)
    return Reconciled(found, tuple(in_doubt(store, sender.name)), tuple(problems))


def reconcile_restored(office: Office, store: Store, sender: Sender, listing: Listing) -> tuple[int, list[Problem]]:
    """Completes a restored state from the provider's log, so that sending may go on; how many messages were missing.

    A message to a number that no account of today's export has can't be put to an account: it is said, and then the
    state stays closed to sending until the export has it or a person looks.
    """
    settings, now = office.settings, office.clock()
    accounts: dict[str, list[str]] = {}
    for judged in listing.worklist.accounts:
        if judged.account.phone is not None:
            accounts.setdefault(judged.account.phone, []).append(judged.account.guarantor_id)
    added, problems = 0, []
    for message in sender.sent_since(now - timedelta(days=RESTORE_DAYS)):
        token = _token_in(message.text, settings)
        if token is None:
            continue
        owners = accounts.get(message.to, [])
        if len(owners) != 1:
            problems.append(_nobodys(message))
            continue
        step = _step_of(message.text, settings)
        request = add_unlogged(
            store,
            guarantor_id=owners[0],
            number=message.to,
            text=message.text,
            segments=count_segments(message.text),
            token=token or new_token(),
            provider=sender.name,
            provider_id=message.provider_id,
            step=step,
            last_step=is_last_step(step, [each.day for each in settings.campaign.messages]),
            sent_at=message.created_at,
            day=message.created_at.astimezone(office.zone).date(),
            now=now,
        )
        added += request is not None
    if not problems:
        store.record_reconciled(now)
    return added, problems


def _token_in(text: str, settings: Settings) -> str | None:
    """The request's token in a message's link; None for a message that is not one of dipay's."""
    before, _, _ = settings.payment_link.url.partition("{request_id}")
    before = re.escape(before.partition("{")[0]) + (".*?" if "{" in before else "")
    match = re.search(before + r"([A-Za-z0-9_%-]{20,})", text)
    return unquote(match[1]) if match and before else None


def _step_of(text: str, settings: Settings) -> int:
    """The message of the campaign whose own words are in the text; the first where none is."""

    def shared(template: str) -> int:
        return sum(len(piece) for piece in re.split(r"\{\w+\}", template) if piece.strip() and piece in text)

    templates = [message.text for message in settings.campaign.messages]
    return max(range(len(templates)), key=lambda step: (shared(templates[step]), -step))


def _nobodys(message: SentMessage) -> Problem:
    return Problem(
        Severity.ERROR,
        f"the provider's log has a message of {message.created_at:%Y-%m-%d %H:%M} UTC to a number that belongs to no "
        "single account of today's export.",
        f"Look up {message.provider_id} at the provider; deal with it before sending.",
        kind="restored",
    )


def doubt_problems(requests: Iterable[Request]) -> list[Problem]:
    """What a person must know of each request in doubt; only a person releases one."""
    return [
        Problem(
            Severity.WARNING,
            f"it is not known whether request {request.id} to account {request.guarantor_id} went out"
            + ("; the provider's log does not have it." if request.absent_at else "."),
            "Ask the patient or look at the provider; then "
            f"`dipay sync --release {request.id} --reason TEXT` if it did not arrive, "
            f"or `dipay sync --arrived {request.id}`.",
            kind="in doubt",
        )
        for request in requests
    ]
