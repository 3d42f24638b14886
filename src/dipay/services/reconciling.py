"""Reconciling: what is in doubt is looked for in the provider's log, by number and token. Nothing here sends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from string import Formatter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from dipay.domain.campaigns import is_last_step
from dipay.domain.messages import count_segments, own_words, straighten, without_name
from dipay.domain.problems import Problem, Severity
from dipay.links import STAND_IN
from dipay.messaging import CLOCK_MARGIN, ProviderTrouble, Sender, SentMessage
from dipay.processors import Link, Processor
from dipay.services.deciding import who
from dipay.state.outcomes import adopt, mark_absent, recover
from dipay.state.payment_links import LinkWanted, link_hosts, link_of
from dipay.state.provider_log import LogRead, accept_messages, is_known, log_read, record_log_read
from dipay.state.reading import in_doubt
from dipay.state.unlogged import UnloggedLink, add_unlogged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from dipay.domain.account import Account
    from dipay.domain.settings import Settings
    from dipay.office import Office
    from dipay.services.worklist import Listing
    from dipay.state.requests import Request
    from dipay.state.store import Store

#: A restored state is compared with the provider's log from where it was read last, and a little before.
RESTORE_MARGIN = timedelta(days=1)
#: And so far back where it never was: no provider keeps its messages longer.
LONGEST_GAP = timedelta(days=400)


READING_THE_LOG: Final = "reading the provider's log"


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
    with office.doing("looking for messages in doubt", "messages") as tell:
        doubts = list(in_doubt(store, sender.name))
        for done, request in enumerate(doubts):
            tell(done, len(doubts))
            if request.provider != sender.name or request.number is None:
                continue
            try:
                log = sender.sent_to(request.number, request.claimed_at - timedelta(minutes=10))
            except ProviderTrouble as trouble:
                problem = trouble.problem
                break
            # A processor's link stands for the token, which only the processor sees.
            mark = link_of(store, request.id) or request.token
            match = next((each for each in log if each.carries(mark, request.text or "")), None)
            if match is not None:
                adopt(store, request.id, match.provider_id, now=now)
                adopted += 1
            else:
                mark_absent(store, request.id, now=now)
    return Reconciled(adopted, tuple(in_doubt(store, sender.name)), problem)


def reconcile_restored(
    office: Office,
    store: Store,
    sender: Sender,
    listing: Listing,
    processor: Processor | None = None,
    *,
    accept: bool = False,
) -> tuple[int, list[Problem]]:
    """Completes a restored state from the provider's log, so that sending may go on; how many messages were missing.

    Whose token and amount a processor's link has, the processor says.

    What can't be put to an account, and what may have been sent with other settings, is said, and keeps the state
    closed to sending until the settings or the export tell more, or a person accepts the log as it is.
    """
    settings, now = office.settings, office.clock()
    accounts: dict[str, list[Account]] = {}
    for judged in listing.worklist.judged:
        if judged.account.phone is not None:
            accounts.setdefault(judged.account.phone, []).append(judged.account)
    name, _ = straighten(settings.practice.name)
    words = OwnWords(settings)
    ours, nobodys, strange = list[tuple[SentMessage, str]](), list[SentMessage](), list[SentMessage]()
    since = read_before(log_read(store, sender.name), now) - RESTORE_MARGIN
    made: dict[str, Link] | None = None
    with office.doing(READING_THE_LOG, "messages") as tell:
        for count, message in enumerate(sender.sent_since(since), start=1):
            tell(count, None)
            token = token_in(message.text, settings.payment_link.url)
            if token is None and processor is not None and words.are_in(message.text):
                if made is None:
                    made = {link.url: link for link in processor.links_since(since)}
                # At whatever host: an account may have links of its own name, which a new state does not know.
                token = next((made[each].token for each in _ADDRESS.findall(message.text) if each in made), None)
            owners = accounts.get(message.to, [])
            # Every message of dipay's has a link: what has none is another program's.
            may_be_ours = "://" in message.text and (name in message.text or words.are_in(message.text))
            if token is None and not (owners and may_be_ours):
                continue
            if is_known(store, sender.name, message.provider_id, token, message.to, message.text):
                continue
            if token is None:
                strange.append(message)
            elif len(owners) == 1:
                ours.append((message, token))
            else:
                nobodys.append(message)
    added = 0
    # Oldest first: a follow-up belongs to the campaign that its first request begins.
    for message, token in sorted(ours, key=lambda each: each[0].created_at):
        (account,) = accounts[message.to]
        step = words.step_of(message.text)
        request = add_unlogged(
            store,
            guarantor_id=account.guarantor_id,
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
            patient_ids=account.patient_ids,
            link=_unlogged_link(office, message, made or {}, processor),
        )
        added += request is not None
    problems = [*_nobodys(nobodys), *_strange(strange)]
    if problems and not accept:
        return added, problems
    accept_messages(store, sender.name, [each.provider_id for each in (*nobodys, *strange)])
    record_log_read(store, sender.name, LogRead(sender.time_there() or now))
    store.record_reconciled(now, by=who() if problems else None)
    return added, []


def _unlogged_link(
    office: Office, message: SentMessage, made: Mapping[str, Link], processor: Processor | None
) -> UnloggedLink | None:
    """The processor's link of a message that the state lacks; None where it has one of the template."""
    link = next((each for url, each in made.items() if url in message.text), None)
    if link is None or processor is None:
        return None
    day = message.created_at.astimezone(office.zone).date()
    expires_on = day + timedelta(days=office.settings.payment_link.stripe.expires_days)
    return UnloggedLink(
        LinkWanted(processor.name, expires_on, link.amount_cents), link.link_id, link.url, link.amount_cents
    )


def read_before(read: LogRead, now: datetime) -> datetime:
    """Until when a provider's log is read without a gap; where nobody knows, the longest that any keeps it."""
    until = read.gap.since if read.gap is not None else read.until
    # What a clock wrote that stood too late then says nothing of now.
    return until if until is not None and until <= now + CLOCK_MARGIN else now - LONGEST_GAP


def token_in(text: str, template: str | None) -> str | None:
    """The request's token in the text's payment link; None where there is no such link.

    `template` is the settings'; its values are percent-encoded (`links.payment_link`). A processor's has no token.
    """
    if template is None:
        return None
    pattern, rest = "", {"request_id": _TOKEN}
    for literal, name, _, _ in Formatter().parse(template):
        pattern += re.escape(literal) + (rest.pop(name, _VALUE) if name else "")
    match = re.search(pattern, text)
    return match["token"] if match is not None else None


#: What `claims.new_token` makes, where it first stands, and any other value in a link.
_TOKEN = r"(?P<token>[A-Za-z0-9_-]{24})"  # noqa: S105  a pattern
_VALUE = r"[A-Za-z0-9_.~%-]+"


#: An address in a text, without what ends a sentence behind it.
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9_/-]+")


class ProcessorLinks:
    """The addresses of links that a processor makes, or made while the settings said so."""

    def __init__(self, settings: Settings, store: Store) -> None:
        hosts = link_hosts(store)
        if settings.payment_link.provider != "template":
            hosts |= {urlsplit(STAND_IN).netloc}
        names = "|".join(re.escape(each) for each in sorted(hosts))
        self._address = re.compile(rf"https?://(?:{names})/[A-Za-z0-9_-]+") if hosts else None

    def address_in(self, text: str) -> str | None:
        """The address of such a link in a text; None where there is none."""
        found = self._address.search(text) if self._address is not None else None
        return found.group() if found is not None else None


class OwnWords:
    """The words of the campaign's messages, in any language: by them dipay's own texts are known without their link."""

    #: A template of fewer letters than these says nothing that others wouldn't.
    FEWEST_LETTERS: Final = 10

    def __init__(self, settings: Settings) -> None:
        self._steps = [
            [own_words(version) for text in message.texts.values() for version in _versions(text)]
            for message in settings.campaign.messages
        ]

    def are_in(self, text: str) -> bool:
        """Whether the text is one of a template's, with some link: all of its words, in their order."""
        return "://" in text and any(
            sum(map(str.isalpha, "".join(words))) >= self.FEWEST_LETTERS and _in_order(words, text)
            for versions in self._steps
            for words in versions
        )

    def step_of(self, text: str) -> int:
        """The message of the campaign whose own words are in the text; the first where none is."""

        def shared(step: int) -> int:
            return max(sum(len(each) for each in words if each in text) for words in self._steps[step])

        return max(range(len(self._steps)), key=lambda step: (shared(step), -step))


def _versions(template: str) -> tuple[str, str]:
    """The template, and what is left of it for whom nobody can greet by name."""
    return template, without_name(template)


def _in_order(words: Sequence[str], text: str) -> bool:
    at = 0
    for each in words:
        at = text.find(each, at) + len(each)
        if at < len(each):
            return False
    return True


def _nobodys(messages: Sequence[SentMessage]) -> Iterator[Problem]:
    if messages:
        yield Problem(
            Severity.ERROR,
            f"the provider's log has {so_many(messages)} with a payment link to a number that belongs to no single "
            f"account of today's export, one of them of {named(messages[0])}.",
            f"See at the provider whom it reached; snooze that account if need be. Then {_ACCEPT}.",
            kind="restored",
        )


def _strange(messages: Sequence[SentMessage]) -> Iterator[Problem]:
    if messages:
        yield Problem(
            Severity.ERROR,
            f"the provider's log has {so_many(messages)} with the practice's name or words and another link than "
            f"today's, to numbers of today's export, one of them of {named(messages[0])}.",
            "If dipay sent them with another payment_link.url or provider, set that again and run `dipay sync` again. "
            f"If another program sent them, {_ACCEPT}.",
            kind="restored",
        )


_ACCEPT = "`dipay sync --accept-log` opens the state for sending"


def so_many(messages: Sequence[SentMessage]) -> str:
    """How many they are, in words."""
    return "a message" if len(messages) == 1 else f"{len(messages)} messages"


def named(message: SentMessage) -> str:
    """A message of the log without anything personal: when it was sent, and what the provider calls it."""
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
