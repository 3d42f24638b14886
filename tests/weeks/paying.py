"""Lives through the four weeks with links that know when they are paid, and looks at the money every day.

What should be is worked out from what the families did (`till`) and what was keyed in, with no code of dipay's.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from dipay.state.reading import history
from dipay.state.store import open_for_reading
from pms import Kind
from practice import PAYMENT, Entry
from tests.messaging.double import Message, Post, ProviderDouble, provider_double
from tests.processors.double import PaymentLink, processor_double
from tests.weeks.facts import Delivered, Exported, PaidByLink, Posted, Run
from tests.weeks.living import Life, Lived
from tests.weeks.model import Model
from tests.weeks.till import Payment, Till, stories
from weeks import Weeks, make_weeks

#: When people pay, and the office keys in.
EVENING = time(20)
EXPIRES_DAYS = 10
KIND = Kind.LEDGER


@dataclass(slots=True)
class Paid:
    """The weeks as they went, what was wrong with the money, and what `report` and the books say at the end."""

    lived: Lived
    till: Till
    wrong: list[str]
    report: dict[str, Any]
    folder: Path


def live_and_pay(folder: Path, seed: int, families: int) -> Paid:
    """Four weeks of the practice of that seed with Stripe's double, in a folder of its own."""
    with provider_double() as double, processor_double() as processor:
        till = Till(processor)
        life = PayingLife(folder, make_weeks(seed, families, stories(till)), double, till)
        lived = life.lived(seed)
        report = life.desk.run("report").data
        return Paid(lived, till, life.wrong, report, folder)


class PayingLife(Life):
    def __init__(self, folder: Path, weeks: Weeks, double: ProviderDouble, till: Till) -> None:
        processor = till.double
        (folder / "key").touch(0o600)
        (folder / "key").write_text(processor.api_key)
        links = {"api_key": "file:key", "base_url": processor.url, "expires_days": EXPIRES_DAYS}
        super().__init__(folder, weeks, KIND, double, payment_link={"provider": "stripe", "stripe": links})
        self.till, self.processor = till, processor
        till.has_paid, till.say_done = self._has_paid, self._say_done
        processor.now = lambda: self.moment
        self.wrong: list[str] = []
        self.model = Model(frozenset())
        #: What each account owed in the eyes of who asked it, by the request's token.
        self.asked_for: dict[str, int] = {}
        self.told = 0

    # What is paid

    def _has_paid(self, token: str) -> None:
        self.facts.append(PaidByLink(self.day, self._account_of_token(token)))

    def _say_done(self, paid: Payment) -> bool:
        """`dipay posting --done` of that payment; whether it worked."""
        listed = self.desk.run("posting").data["posting"]
        number = next(each["payment"] for each in listed if each["reference"] == paid.session.intent_id)
        return self.desk.run("posting", "--done", str(number)).exit_code == 0

    def _unposted(self, morning: date) -> list[tuple[Payment, int]]:
        """The payments that the exports of that morning lack, and what is left of each."""
        found = []
        for each in self.till.all:
            posted = (each.keyed is not None and each.keyed < morning) or (
                each.done is not None and each.done < morning
            )
            if not posted and self.till.left(each):
                found.append((each, self.till.left(each)))
        return found

    # The day

    def _export(self) -> None:
        super()._export()
        unposted = self._unposted(self.day)
        entered: list[tuple[Any, Any]] = []
        for paid, cents in unposted:
            family = self.weeks.pms.of(paid.people)
            row = (family.guarantor_id, Entry(self.day, PAYMENT, "not keyed in yet", -cents, self.day))
            family.entries.append(row)
            entered.append((family, row))
        self.accounts = {each.guarantor_id: each for each in self.weeks.pms.accounts(self.kind)}
        for family, row in entered:
            family.entries.remove(row)
        pending = {paid.people for paid, _ in unposted if paid.pending}
        unsure = frozenset(each.guarantor_id for each in self.accounts.values() if each.people in pending)
        self.facts[-1] = Exported(self.day, self.accounts, unsure)

    def _send(self, run: Run) -> None:
        super()._send(run)
        for fact in self.facts[self.told :]:
            self.model.take(fact)
        self.told = len(self.facts)
        sent = [each for each in self.facts if isinstance(each, Posted)]
        for each in sent:
            if each.message not in self.asked_for and each.account in self.accounts:
                self.asked_for[each.message] = self.accounts[each.account].portion_cents
        self._look_at_links(run, sent)
        if run in (Run.OPEN, Run.SUNDAY):
            self._look_at_posting()

    def _key(self) -> None:
        self._until(EVENING)
        super()._key()

    def _whose(self, link: str) -> tuple[str, str]:
        found = next(each for each in self.processor.links.values() if each.url == link)
        return self._account_of_token(found.token), found.token

    def _account_of_token(self, token: str) -> str:
        with open_for_reading(self.folder / "dipay.db") as store:
            return next(each.guarantor_id for each in history(store) if each.token == token)

    def _take(self, post: Post, message: Message | None, *, by_staff: bool, typed: bool) -> None:
        link = next(each for each in self.processor.links.values() if each.url in post.text)
        self.till.links[self.people_of[self._account_of_token(link.token)]].append(link.link_id)
        super()._take(post, message, by_staff=by_staff, typed=typed)

    # What is looked at

    def _note(self, words: str) -> None:
        self.wrong.append(f"{self.day}: {words}")

    def _look_at_links(self, run: Run, sent: list[Posted]) -> None:
        links = self.processor.links
        by_token = Counter(each.token for each in links.values())
        self.wrong += [f"{self.day}: {count} links of one request" for count in by_token.values() if count > 1]
        texts = Counter(each.message for each in sent)
        self.wrong += [f"{self.day}: {count} texts of one request" for count in texts.values() if count > 1]
        if set(by_token) != set(texts):
            self._note("links without a text, or texts without a link")
        posted = {each.message: each for each in sent}
        active = [posted[each.token] for each in links.values() if each.active and each.token in posted]
        on = Counter(each.account for each in active)
        for account, count in on.items():
            if count > 1:
                self._note(f"account {account} has {count} open links")
        if run not in (Run.OPEN, Run.SUNDAY):
            return
        for link in links.values():
            post = posted.get(link.token)
            if post is None:
                continue
            why = self._why_off(link, post, sent)
            if link.active and why:
                self._note(f"the link of {post.account} of {post.day} can be paid: {why}")
            if not link.active and not why and post.people not in self.model.unclear:
                self._note(f"the link of {post.account} of {post.day} is off, and nothing speaks against it")

    def _why_off(self, link: PaymentLink, post: Posted, sent: list[Posted]) -> str:
        """Why nobody is to pay by that link after today's run; empty where somebody may."""
        codes = {each.message: each.code for each in self.facts if isinstance(each, Delivered)}
        account = self.accounts.get(post.account)
        newer = sent[sent.index(post) + 1 :]
        model = self.model
        for why, is_so in (
            ("paid", link.completed > 0),
            ("never sent", not post.kept and bool(post.refused)),
            ("undeliverable", bool(codes.get(post.message)) and post.day < self.day),
            ("replaced", any(each.account == post.account and each.kept for each in newer)),
            ("opted out", post.account in model.stopped or post.number in model.stopped),
            ("its campaign is over", post.account in model.over),
            ("marked paid", post.account in model.marked_paid),
            ("expired", post.day + timedelta(days=EXPIRES_DAYS) < self.day),
            ("another amount", account is not None and account.portion_cents != self.asked_for.get(post.message)),
        ):
            if is_so:
                return why
        return ""

    def _look_at_posting(self) -> None:
        listed = self.desk.run("posting").data["posting"]
        told = {each["reference"]: each["amount_cents"] - each["refunded_cents"] for each in listed}
        if len(told) != len(listed):
            self._note("a payment is in `posting` twice")
        should = {paid.session.intent_id: cents for paid, cents in self._unposted(self.day) if paid.done is None}
        for reference in told.keys() | should.keys():
            if told.get(reference) != should.get(reference):
                paid = next(each for each in self.till.all if each.session.intent_id == reference)
                story = self.weeks.plots[paid.people].story
                self._note(f'posting has {told.get(reference)} of {should.get(reference)} of "{story}"')
        # To the cent: all that was paid, less what went back and what the books have, is what is to be keyed in.
        paid_cents = sum(
            each.amount
            for each in self.processor.sessions.values()
            if each.intent_status in ("succeeded", "processing")
        )
        given_back = sum(each.amount for each in self.processor.refunds.values())
        in_books = sum(
            self.till.left(each) for each in self.till.all if (each.keyed or each.done or self.day) < self.day
        )
        if sum(told.values()) != paid_cents - given_back - in_books:
            self._note(f"posting has {sum(told.values())} of {paid_cents - given_back - in_books} in all")
