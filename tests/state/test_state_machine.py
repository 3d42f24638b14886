"""Any order of claims, answers, crashes, sleeps and decisions: what patients got, held against what must never be.

The provider is a list of messages. It may take a message and lose the answer, and its log shows everything at once. The
person who releases a request looks at it first; nothing else is assumed of anybody.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dipay.domain.campaigns import next_follow_up
from dipay.domain.outcomes import Accepted, Delivery, InDoubt, NotSent, RefusalKind, Refused
from dipay.domain.payment_links import why_off
from dipay.domain.reply_kinds import ReplyKind
from dipay.state import decisions, payment_links, reading
from dipay.state.claims import Claimed, NotClaimed, still_claimed
from dipay.state.outcomes import adopt, mark_absent, record, record_delivery, recover, release
from dipay.state.payment_links import lacks_link
from dipay.state.replies import replies, settle_reply, take_reply
from dipay.state.requests import Ask, Request, RequestKind, RequestState, request_of
from dipay.state.situations import situation
from dipay.state.store import Store
from tests.state.state_helpers import DAY, NOW, ask, assert_sound, link_for, number, opened, try_claim

ACCOUNTS = ("001", "002", "003")
NUMBERS = (number(101), number(102), number(103))
MESSAGE_DAYS = (0, 7, 14)

accounts = st.sampled_from(ACCOUNTS)
numbers = st.sampled_from(NUMBERS)
answers = st.sampled_from(
    [
        "accepted",
        "accepted",
        "accepted",
        "accepted",
        "lost",
        "lost",
        "refused",
        "refused",
        "opted out",
        "not sent",
        "crash",
    ]
)


@dataclass(frozen=True)
class Message:
    """What a patient got. `failed` is known later and kept beside it."""

    guarantor_id: str
    number: str
    step: int
    token: str
    in_campaign: bool


@dataclass(frozen=True)
class Reply:
    """What a patient wrote."""

    provider_id: str
    number: str
    guarantor_id: str | None
    kind: ReplyKind
    at: datetime


class Sending(RuleBasedStateMachine):
    folder: Path
    store: Store

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.now: datetime = NOW
        self.store = opened(self.folder, self.now)
        self.provider: list[Message] = []
        self.failed: set[str] = set()
        self.in_hand: list[Request] = []
        #: Requests of which the provider's log was found to know nothing.
        self.absent: set[int] = set()
        #: Replies that came, those that wait, with whose they are; and the numbers that each account was ever asked at.
        self.came: list[Reply] = []
        self.waiting: dict[int, tuple[str | None, str]] = {}
        self.asked_at: dict[str, set[str]] = {each: set() for each in ACCOUNTS}
        #: Who opted out: accounts, numbers, or both at once.
        self.opt_outs: set[tuple[str | None, str | None]] = set()

    @property
    def opted_out(self) -> set[str]:
        return {each for both in self.opt_outs for each in both if each is not None}

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert_sound(self.store)
            self.store.close()
            shutil.rmtree(self.folder)

    # What a sender does: claim, call, record. Between the steps anything may happen.

    @rule(
        days=st.sampled_from([0, 1, 7, 7]), said=st.tuples(answers, answers, answers), arrives=st.booleans(),
        tidied=st.sampled_from([True, True, False]),
    )  # fmt: skip
    def a_day_is_sent(self, days: int, said: tuple[str, str, str], arrives: bool, tidied: bool) -> None:
        """Everybody is asked at their own number, who may be, one after the other; first what waits is settled."""
        self.now += DAY * days
        if tidied:
            recover(self.store, self.now, gone=lambda _owner: False)
            self.sync()
            self.a_person_releases()
            for each in sorted(self.waiting):
                self.is_settled(each)
        for account, to, answer in zip(ACCOUNTS, NUMBERS, said, strict=True):
            for request in self.claims(account, to, 0):
                self.post(request, answer, arrives=arrives)

    def claims(self, account: str, to: str, days: int) -> list[Request]:
        """What a claim of what is due puts into the sender's hands, if anything."""
        before = len(self.in_hand)
        self.claim_what_is_due(account, to, days)
        return self.in_hand[before:]

    @rule(account=accounts, to=numbers, days=st.sampled_from([0, 0, 7]))
    def claim_what_is_due(self, account: str, to: str, days: int) -> None:
        self.now += DAY * days
        today = self.now.date()
        state = situation(self.store, today, "twilio").of(account)
        step: int | None = 0
        if state.campaign_began is not None:
            sent = state.campaign_last_sent
            assert sent is not None
            follow_up = next_follow_up(state.campaign_began, state.campaign_step, sent, MESSAGE_DAYS)
            step = follow_up.step if follow_up is not None and follow_up.on <= today else None
        elif state.last_asked is not None:
            step = None
        if step is not None:
            self.take(self.try_claim(ask(account, to, step=step, last_step=step == 2)))

    def try_claim(self, wanted: Ask) -> Claimed | NotClaimed:
        return try_claim(self.store, wanted, now=self.now)

    @rule(account=accounts, to=numbers, days=st.sampled_from([0, 1]))
    def claim_blindly(self, account: str, to: str, days: int) -> None:
        """A sender with an old list: only the claim itself stands in its way."""
        self.now += DAY * days
        known = situation(self.store, self.now.date(), "twilio").of(account)
        if known.last_asked is None or known.campaign_began is not None:
            self.take(self.try_claim(ask(account, to, step=known.campaign_step)))

    @rule(data=st.data(), to=numbers, told=st.booleans())
    def resend(self, data: st.DataObject, to: str, told: bool) -> None:
        if entries := reading.undeliverables(self.store, "twilio"):
            entry = data.draw(st.sampled_from(entries))
            account = entry.guarantor_id
            elsewhere = any(to in there for other, there in self.asked_at.items() if other != account)
            wanted = ask(
                account, to, kind=RequestKind.RESEND, parent_id=entry.request_id, named=True, typed=True, told=told
            )
            answer = self.try_claim(wanted)
            assert told or not elsewhere or not isinstance(answer, Claimed)
            self.take(answer)

    @rule(data=st.data(), to=numbers)
    def resend_what_arrived(self, data: st.DataObject, to: str) -> None:
        """On an old list there is what reached the person meanwhile, by itself or by a re-send."""
        reached = {each.token for each in self.provider} - self.failed
        written = reading.history(self.store)
        arrived = {each for request in written if request.token in reached for each in (request.id, request.parent_id)}
        if parents := [each for each in written if each.id in arrived]:
            parent = data.draw(st.sampled_from(parents))
            wanted = ask(
                parent.guarantor_id, to, kind=RequestKind.RESEND, parent_id=parent.id, named=True, typed=True, told=True
            )
            assert not isinstance(self.try_claim(wanted), Claimed)

    def take(self, answer: object) -> None:
        if isinstance(answer, Claimed):
            assert answer.request.number not in self.opted_out
            assert answer.request.guarantor_id not in self.opted_out
            self.nobody_waits(answer.request)
            self.asked_at[answer.request.guarantor_id].add(answer.request.number or "")
            self.in_hand.append(answer.request)

    def nobody_waits(self, request: Request) -> None:
        """No reply of the account, or from a number that it has or was asked at, waits."""
        numbers = {request.number, *self.asked_at[request.guarantor_id]}
        for account, replied_from in self.waiting.values():
            assert account != request.guarantor_id
            assert replied_from not in numbers

    @precondition(lambda self: self.in_hand)
    @rule(
        data=st.data(),
        answer=answers,
        arrives=st.booleans(),
    )
    def post_what_is_in_hand(self, data: st.DataObject, answer: str, arrives: bool) -> None:
        self.post(data.draw(st.sampled_from(self.in_hand)), answer, arrives=arrives)

    def post(self, request: Request, answer: str, *, arrives: bool) -> None:
        self.in_hand.remove(request)
        if not self.has_link(request) or not still_claimed(self.store, request.id, self.now):
            return
        assert request.number is not None
        if answer == "accepted" or (arrives and answer in ("lost", "crash")):
            message = Message(request.guarantor_id, request.number, request.step, request.token, request.in_campaign)
            assert request.guarantor_id not in self.opted_out
            assert request.number not in self.opted_out
            self.nobody_waits(request)
            self.provider.append(message)
        match answer:
            case "accepted":
                accepted = record(self.store, request.id, Accepted(f"SM-{request.token}"), now=self.now)
                self.its_campaign_is_known(accepted)
            case "lost":
                record(self.store, request.id, InDoubt("a timeout"), now=self.now)
            case "refused":
                record(self.store, request.id, Refused("21211", "x", RefusalKind.NUMBER), now=self.now)
            case "opted out" if request.number == NUMBERS[-1]:
                record(self.store, request.id, Refused("21610", "x", RefusalKind.OPTED_OUT), now=self.now)
                self.opt_outs.add((None if request.typed else request.guarantor_id, request.number))
                self.campaigns_are_over(request.guarantor_id, request.number)
            case "not sent" | "opted out":
                record(self.store, request.id, NotSent("refused"), now=self.now)

    def has_link(self, request: Request) -> bool:
        """Whether its text may go out with the link that it has: here always, for the claim holds it."""
        return True

    def its_campaign_is_known(self, accepted: Request) -> None:
        """What was accepted began a campaign or carried it on, unless that was ended."""
        state = situation(self.store, self.now.date(), "twilio").of(accepted.guarantor_id)
        assert state.last_asked == accepted.day
        if accepted.in_campaign and accepted.step == 0:
            assert state.campaign_began is not None
        if state.campaign_began is not None:
            assert (state.campaign_step, state.campaign_last_sent) == (accepted.step, accepted.day)

    def campaigns_are_over(self, account: str | None, to: str | None) -> None:
        """No campaign goes on of the account that opted out, nor one that texted the number that did."""
        for each in reading.running_campaigns(self.store, "twilio"):
            assert each.guarantor_id != account
            written = [request for request in reading.history(self.store, each.guarantor_id) if request.campaign_id]
            newest = max(request.campaign_id or 0 for request in written)
            assert to is None or to not in {request.number for request in written if request.campaign_id == newest}

    # What else happens meanwhile.

    @rule(passes=st.sampled_from([timedelta(seconds=30), timedelta(minutes=11), timedelta(minutes=30), DAY, 7 * DAY]))
    def time_passes(self, passes: timedelta) -> None:
        self.now += passes

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = opened(self.folder, self.now)

    @rule(dead=st.booleans())
    def recover(self, dead: bool) -> None:
        # A process that is dead has nothing in hand any more.
        if dead:
            self.in_hand.clear()
        recover(self.store, self.now, gone=lambda _owner: dead)

    @rule()
    def sync(self) -> None:
        there = {message.token for message in self.provider}
        for request in reading.in_doubt(self.store, "twilio"):
            if request.token in there:
                adopt(self.store, request.id, f"SM-{request.token}", now=self.now)
            elif mark_absent(self.store, request.id, now=self.now):
                self.absent.add(request.id)

    @rule()
    def a_person_releases(self) -> None:
        there = {message.token for message in self.provider}
        for request in reading.in_doubt(self.store, "twilio"):
            if request.token not in there:
                release(self.store, request.id, by="Kim", reason="never arrived", now=self.now)

    @rule(data=st.data())
    def a_person_is_hasty(self, data: st.DataObject) -> None:
        """Releases what is being sent, what arrived, or what nobody looked for: it must not be done."""
        if written := reading.history(self.store):
            request = data.draw(st.sampled_from(written))
            done = release(self.store, request.id, by="Kim", reason="never arrived", now=self.now)
            assert done == (request.state is RequestState.IN_DOUBT and request.id in self.absent)

    @rule(account=accounts, to=numbers)
    def another_station_tidies_up(self, account: str, to: str) -> None:
        """This machine slept with a message in hand, while another one gave it up, rightly, and asked anew."""
        self.now += timedelta(minutes=30)
        recover(self.store, self.now, gone=lambda _owner: False)
        self.sync()
        self.a_person_releases()
        self.claim_what_is_due(account, to, 0)

    @rule(data=st.data(), told=st.sampled_from([Delivery.SENT, Delivery.DELIVERED, Delivery.UNDELIVERED]))
    def delivery_is_told(self, data: st.DataObject, told: Delivery) -> None:
        if under_way := reading.under_way(self.store, "twilio", NOW):
            request = data.draw(st.sampled_from(under_way))
            record_delivery(self.store, request.id, told, now=self.now, today=self.now.date(), code="30003", why="x")
            if told.is_failure:
                self.failed.add(request.token)

    @rule(data=st.data(), to=numbers, told=st.booleans())
    def a_text_is_not_delivered(self, data: st.DataObject, to: str, told: bool) -> None:
        """It is sent again soon, on another day."""
        self.delivery_is_told(data, Delivery.UNDELIVERED)
        self.now += DAY
        self.resend(data, to, told)

    @rule(account=accounts)
    def snooze(self, account: str) -> None:
        until = self.now.date() + 2 * DAY
        decisions.snooze(self.store, [account], until=until, reason="Other", by="Kim", now=self.now)
        self.replies_are_settled(account)

    def replies_are_settled(self, account: str) -> None:
        """What was decided about the account dealt with its replies, and with no other account's."""
        still = {each.id for each in replies(self.store)}
        for key, (whose, _) in list(self.waiting.items()):
            if key not in still:
                assert whose in (account, None)
                del self.waiting[key]
            else:
                assert whose != account

    @rule(account=accounts)
    def remove(self, account: str) -> None:
        decisions.end_campaign(self.store, account, "removed", day=self.now.date(), by="Kim", now=self.now)

    # An opt-out is for good: were everybody to opt out early, little else would happen.
    @rule(who=st.sampled_from([ACCOUNTS[-1], NUMBERS[-1]]))
    def opt_out(self, who: str) -> None:
        account, to = (None, who) if who.startswith("+") else (who, None)
        day = self.now.date()
        decisions.opt_out(self.store, guarantor_id=account, number=to, source="STOP", day=day, by="Kim", now=self.now)
        self.opt_outs.add((account, to))
        self.campaigns_are_over(account, to)
        if account is not None:
            self.replies_are_settled(account)

    @rule(number=numbers, kind=st.sampled_from([ReplyKind.OTHER, ReplyKind.WRONG_PERSON, ReplyKind.THANKS]))
    def a_reply_comes(self, number: str, kind: ReplyKind) -> None:
        account = reading.last_account_of(self.store, number)
        self.came.append(Reply(f"SMin{len(self.came)}", number, account, kind, self.now))
        assert self.is_taken(self.came[-1])
        self.waiting = {each.id: (each.guarantor_id, each.number or "") for each in replies(self.store)}
        assert any(there == number for _, there in self.waiting.values()) or not kind.waits

    def is_taken(self, reply: Reply) -> bool:
        return take_reply(
            self.store, provider_id=reply.provider_id, number=reply.number, guarantor_id=reply.guarantor_id,
            kind=reply.kind, text="x", at=reply.at, day=reply.at.date(), today=self.now.date(), now=self.now,
        )  # fmt: skip

    @rule(to=numbers)
    def a_patient_stops_and_starts(self, to: str) -> None:
        self.stops(to)
        self.starts(to)

    @rule(account=accounts, to=numbers, days=st.sampled_from([0, 7]))
    def a_patient_stops_before_the_call(self, account: str, to: str, days: int) -> None:
        for request in self.claims(account, to, days):
            self.stops(to)
            self.post(request, "accepted", arrives=True)
            self.starts(to)

    def stops(self, to: str) -> None:
        self.a_reply_comes(to, ReplyKind.OPT_OUT)
        account = self.came[-1].guarantor_id
        self.opt_outs.add((account, to))
        self.campaigns_are_over(account, to)

    def starts(self, to: str) -> None:
        """Lets staff end what opted it out by a reply."""
        self.now += timedelta(seconds=1)
        account = self.came[-1].guarantor_id
        self.a_reply_comes(to, ReplyKind.OPT_IN)
        ends = [each for each in decisions.standing_opt_outs(self.store, account or "", to) if each.may_end]
        assert (account, to) in {(each.guarantor_id, each.number) for each in ends}
        self.opt_outs -= {(each.guarantor_id, each.number) for each in ends}
        day = self.now.date()
        decisions.opt_in(self.store, ends, account or "", reason="START", day=day, by="Kim", now=self.now)

    @precondition(lambda self: self.came)
    @rule()
    def replies_are_read_again(self) -> None:
        """The provider is asked from a day before the newest one on: what is known changes nothing."""
        count = "SELECT count(*) FROM events"
        before = self.store.connection.execute(count).fetchone()
        assert {self.is_taken(each) for each in self.came} == {False}
        assert self.store.connection.execute(count).fetchone() == before

    @rule(account=accounts, to=numbers, days=st.sampled_from([0, 7]))
    def a_reply_comes_before_the_call(self, account: str, to: str, days: int) -> None:
        for request in self.claims(account, to, days):
            self.a_reply_comes(to, ReplyKind.OTHER)
            self.post(request, "accepted", arrives=True)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def a_reply_is_settled(self, data: st.DataObject) -> None:
        self.is_settled(data.draw(st.sampled_from(sorted(self.waiting))))

    def is_settled(self, reply: int) -> None:
        assert settle_reply(self.store, reply, by="Kim", now=self.now)
        del self.waiting[reply]

    @rule(account=accounts)
    def the_number_is_wrong(self, account: str) -> None:
        told = decisions.wrong_number(self.store, account, day=self.now.date(), by="Kim", now=self.now)
        if told is not None:
            strays = [each for each in reading.history(self.store, account) if each.misdirected]
            self.failed.update(each.token for each in strays)
            self.replies_are_settled(account)

    # What must hold at every moment.

    @invariant()
    def nobody_gets_a_step_twice(self) -> None:
        got = Counter(
            (each.guarantor_id, each.step) for each in getattr(self, "provider", []) if each.token not in self.failed
        )
        assert all(count == 1 for count in got.values()), got

    @invariant()
    def every_message_is_written(self) -> None:
        if not hasattr(self, "store"):
            return
        written = {each.token: each.state for each in reading.history(self.store)}
        for message in self.provider:
            assert written[message.token] in (RequestState.ACCEPTED, RequestState.IN_DOUBT, RequestState.CLAIMED)


class SendingLinks(Sending):
    """The same where a processor makes a link for each claim; it may make one and lose the answer, too."""

    @initialize()
    def begin_links(self) -> None:
        #: The links that the processor has, by their requests; those that are off.
        self.links: dict[int, str] = {}
        self.off: set[str] = set()
        self.next_link = "made"

    def try_claim(self, wanted: Ask) -> Claimed | NotClaimed:
        return try_claim(self.store, wanted, now=self.now, linked=True)

    @rule(link=st.sampled_from(["none", "skipped", "lost", "crash"]))
    def the_next_link_is(self, link: str) -> None:
        self.next_link = link

    def has_link(self, request: Request) -> bool:
        """Whether its link is made and on disk; else the sender goes no further."""
        if request_of(self.store.connection, request.id).state is not RequestState.CLAIMED:
            return False
        link, self.next_link = self.next_link, "made"
        if link not in ("none", "skipped"):
            self.links[request.id] = f"plink_{request.id}"
        if link == "made":
            given = link_for(self.store, request, now=self.now)
            assert given is None or f"{request.id:023d}" in (given.text or "")
            return given is not None
        if link == "skipped":
            # A sender that forgets the link gets no further either.
            assert not still_claimed(self.store, request.id, self.now)
        elif link != "crash":
            record(self.store, request.id, NotSent("no payment link"), now=self.now)
        return False

    @rule()
    def switch_links_off(self) -> None:
        """What a sync does: what may be there is looked for, what nobody is to pay by is switched off."""
        for each in payment_links.wanted_links(self.store, "stripe"):
            request = request_of(self.store.connection, each.request_id)
            if each.request_id in self.links:
                url = f"https://buy.stripe.com/{each.request_id:023d}"
                payment_links.record_found(self.store, request, self.links[each.request_id], url, now=self.now)
            else:
                payment_links.record_absent(self.store, request, now=self.now)
        links = payment_links.open_links(self.store, "stripe")
        reasons = [(each.request_id, why_off(each, None, self.now.date())) for each in links]
        payment_links.want_off(self.store, [(each, why) for each, why in reasons if why is not None])
        for to_off in payment_links.links_to_switch_off(self.store, "stripe"):
            self.off.add(to_off.link_id)
            request = request_of(self.store.connection, to_off.request_id)
            payment_links.record_off(self.store, request, now=self.now)
        live = (RequestState.CLAIMED, RequestState.IN_DOUBT, RequestState.ACCEPTED)
        for request_id, link_id in self.links.items():
            request = request_of(self.store.connection, request_id)
            assert link_id in self.off or request.state in live
            if request.state is RequestState.CLAIMED and lacks_link(self.store.connection, request_id):
                continue
            assert link_id in self.off or {request.guarantor_id, request.number}.isdisjoint(self.opted_out)

    @invariant()
    def every_link_is_known(self) -> None:
        """Whatever the processor has is on disk, or is looked for; and no text went out that lacks its link."""
        if not hasattr(self, "store") or not hasattr(self, "links"):
            return
        rows = self.store.connection.execute("SELECT request_id, link_id, state FROM payment_links").fetchall()
        known = {request_id: link_id for request_id, link_id, state in rows if state != "absent"}
        assert all(known[each] in (None, link_id) for each, link_id in self.links.items())
        lacking = {each.token for each in reading.history(self.store) if lacks_link(self.store.connection, each.id)}
        assert lacking.isdisjoint(message.token for message in self.provider)


_LONG = settings(stateful_step_count=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
Sending.TestCase.settings = _LONG
SendingLinks.TestCase.settings = settings(_LONG, max_examples=_LONG.max_examples // 2)
TestSending = Sending.TestCase
TestSendingLinks = SendingLinks.TestCase
