"""Reconciling: what is in doubt is looked for in the provider's log, by number and token. Nothing here sends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from string import Formatter
from typing import TYPE_CHECKING

from dipay.domain.campaigns import is_last_step
from dipay.domain.messages import count_segments, straighten, without_name
from dipay.domain.problems import Problem, Severity
from dipay.messaging import ProviderTrouble, Sender, SentMessage
from dipay.services.deciding import who
from dipay.state.outcomes import adopt, mark_absent, recover
from dipay.state.reading import in_doubt
from dipay.state.unlogged import add_unlogged, is_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dipay.domain.settings import Settings
    from dipay.office import Office
    from dipay.services.worklist import Listing
    from dipay.state.requests import Request
    from dipay.state.store import Store

#: A restored state is compared with the provider's log from the last thing it knows on, and a little before.
RESTORE_MARGIN = timedelta(days=1)
#: And so far back where it knows nothing.
LONGEST_GAP = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many requests in doubt turned up at the provider, those that stay in doubt, and why it could not be asked."""

    found: int
    still_in_doubt: tuple[Request, ...]
    trouble: Problem | None = None


def reconcile(office: Office, store: Store, sender: Sender) -> Reconciled:
    """Settles what the provider's log can settle; what it can't stays in doubt for a person."""
    now = office.clock()
    recover(store, now)
    adopted, problem = 0, None
    for request in in_doubt(store, sender.name):
        if request.provider != sender.name or request.number is None:
            continue
        try:
            log = sender.sent_to(request.number, request.claimed_at - timedelta(minutes=10))
        except ProviderTrouble as trouble:
            problem = trouble.problem
            break
        match = next((each for each in log if each.carries(request.token, request.text or "")), None)
        if match is not None:
            adopt(store, request.id, match.provider_id, now=now)
            adopted += 1
        else:
            mark_absent(store, request.id, now=now)
    return Reconciled(adopted, tuple(in_doubt(store, sender.name)), problem)


def reconcile_restored(
    office: Office, store: Store, sender: Sender, listing: Listing, *, accept: bool = False
) -> tuple[int, list[Problem]]:
    """Completes a restored state from the provider's log, so that sending may go on; how many messages were missing.

    What can't be put to an account, and what may have been sent with other settings, is said, and keeps the state
    closed to sending until the settings or the export tell more, or a person accepts the log as it is.
    """
    settings, now = office.settings, office.clock()
    accounts: dict[str, list[str]] = {}
    for judged in listing.worklist.judged:
        if judged.account.phone is not None:
            accounts.setdefault(judged.account.phone, []).append(judged.account.guarantor_id)
    name, _ = straighten(settings.practice.name)
    added, nobodys, strange = 0, list[SentMessage](), list[SentMessage]()
    until = store.whole_until()
    since = until - RESTORE_MARGIN if until is not None else now - LONGEST_GAP
    # Oldest first: a follow-up belongs to the campaign that its first request begins.
    for message in reversed(sender.sent_since(since)):
        token = token_in(message.text, settings.payment_link.url)
        if is_known(store, sender.name, message.provider_id, token):
            continue
        owners = accounts.get(message.to, [])
        if token is None:
            if owners and name in message.text:
                strange.append(message)
            continue
        if len(owners) != 1:
            nobodys.append(message)
            continue
        step = _step_of(message.text, settings)
        request = add_unlogged(
            store,
            guarantor_id=owners[0],
            number=message.to,
            text=message.text,
            segments=count_segments(message.text),
            token=token,
            provider=sender.name,
            provider_id=message.provider_id,
            step=step,
            last_step=is_last_step(step, [each.day for each in settings.campaign.messages]),
            sent_at=message.created_at,
            day=message.created_at.astimezone(office.zone).date(),
            now=now,
        )
        added += request is not None
    problems = [*_nobodys(nobodys), *_strange(strange)]
    if problems and accept:
        store.record_reconciled(now, by=who())
        return added, []
    if not problems:
        store.record_reconciled(now)
    return added, problems


def token_in(text: str, url: str) -> str | None:
    """The request's token in the text's payment link; None where there is no such link.

    `url` is the settings' `payment_link.url`; its values are percent-encoded (`links.payment_link`).
    """
    pattern, rest = "", {"request_id": _TOKEN}
    for literal, name, _, _ in Formatter().parse(url):
        pattern += re.escape(literal) + (rest.pop(name, _VALUE) if name else "")
    match = re.search(pattern, text)
    return match["token"] if match is not None else None


#: What `claims.new_token` makes, where it first stands, and any other value in a link.
_TOKEN = r"(?P<token>[A-Za-z0-9_-]{24})"  # noqa: S105  a pattern
_VALUE = r"[A-Za-z0-9_.~%-]+"


def _step_of(text: str, settings: Settings) -> int:
    """The message of the campaign whose own words, in any language, are in the text; the first where none is."""

    def shared(template: str) -> int:
        pieces = (re.split(r"\{\w+\}", each) for each in (template, without_name(template)))
        return max(sum(len(piece) for piece in each if piece.strip() and piece in text) for each in pieces)

    templates = [message.texts.values() for message in settings.campaign.messages]
    return max(range(len(templates)), key=lambda step: (max(map(shared, templates[step])), -step))


def _nobodys(messages: Sequence[SentMessage]) -> Iterator[Problem]:
    if messages:
        yield Problem(
            Severity.ERROR,
            f"the provider's log has {_so_many(messages)} with a payment link to a number that belongs to no single "
            f"account of today's export, the first of {_named(messages[0])}.",
            f"See at the provider whom it reached; snooze that account if need be. Then {_ACCEPT}.",
            kind="restored",
        )


def _strange(messages: Sequence[SentMessage]) -> Iterator[Problem]:
    if messages:
        yield Problem(
            Severity.ERROR,
            f"the provider's log has {_so_many(messages)} with the practice's name and without today's payment link "
            f"to numbers of today's export, the first of {_named(messages[0])}.",
            "If dipay sent them with another payment_link.url, set that one again and run `dipay sync` again. "
            f"If another program sent them, {_ACCEPT}.",
            kind="restored",
        )


_ACCEPT = "`dipay sync --accept-log` opens the state for sending"


def _so_many(messages: Sequence[SentMessage]) -> str:
    return "a message" if len(messages) == 1 else f"{len(messages)} messages"


def _named(message: SentMessage) -> str:
    return f"{message.created_at:%Y-%m-%d %H:%M} UTC ({message.provider_id})"


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
