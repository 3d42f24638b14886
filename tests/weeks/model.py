"""What may be sent and what must be, worked out from what happened alone: no code of dipay's decides here.

`judge` goes through the facts in their order. Every text that the provider was asked to send is held against what
people had said, paid and failed to get by then; and who should have got one on a day is held against who did. Where
dipay may do either (which number a reminder goes to once a re-send went to one that is not in the PMS), an account is
unclear: then nothing is missed, but everything forbidden stays so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from layouts import grouped_money
from plots import OPTS_OUT, STORIES, WAITS
from pms import Account
from scenarios import MINIMUM_CENTS
from tests.weeks.desk import STEP_DAYS
from tests.weeks.facts import Began, Delivered, Did, Ended, Exported, Fact, Keyed, PaidByLink, Posted, Run, Said
from tests.weeks.living import Lived
from weeks import FIRST_DAY

LAST_STEP = len(STEP_DAYS) - 1
STEP_NAMES = ("request", *(f"reminder {each}" for each in range(1, len(STEP_DAYS))))


class Wrong(Enum):
    """What can be wrong with a text, with its not being sent, or with a command."""

    TWICE = "the same message of a campaign again, or a request while a campaign runs"
    OUT_OF_ORDER = "a reminder before its day, or of no running campaign"
    STOPPED = "after an opt-out of the account or the number"
    WAITING = "after an answer that waits"
    PAID = "who owes no more than the minimum, or was marked paid"
    SNOOZED = "who is snoozed, or was left out today"
    PLAN = "who is on a payment plan"
    BOOKS = "who is not to be asked by the books"
    NUMBER = "at a number known wrong, or another than the PMS has"
    ELSEWHERE = "people or a number asked as another account, without a visit since"
    NO_VISIT = "a request without a visit since the last text"
    SAME_DAY = "two texts to a number on one day"
    AMOUNT = "an amount that is not owed"
    NAME = "another's first name"
    HOUR = "when nothing may go out (Sunday, old exports, no answer from the provider)"
    UNCALLED = "without a reason to"
    MISSED = "not asked who should have been"
    EXIT = "a run that ended otherwise than it should"
    COMMAND = "a command of staff that did not do what it is for"


#: The rules' codes by which the books forbid a text, and what it is called here; the others are `Wrong.BOOKS`.
_BY_REASON = {"below-minimum": Wrong.PAID, "payment-plan": Wrong.PLAN, "no-number": Wrong.NUMBER}
#: Commands after which an account's replies wait no more.
_SETTLING = frozenset({"paid", "optout", "wrong-number", "snooze"})


@dataclass(slots=True)
class Judgement:
    """What was wrong, in words, by what it is; and with each text that was."""

    found: Mapping[Wrong, list[str]]
    texts: Mapping[str, frozenset[Wrong]]
    #: How many requests and reminders were due to accounts of which nothing is unclear.
    due: int


@dataclass(slots=True)
class _Text:
    """One text that the provider took. `code`: why it reached nobody; `to_stranger`: staff said so."""

    posted: Posted
    code: str = ""
    to_stranger: bool = False

    @property
    def reached(self) -> bool:
        return not self.code and not self.to_stranger


@dataclass(slots=True)
class _Waiting:
    said: Said
    account: str | None


def judged(lived: Lived) -> Judgement:
    """Everything that was wrong in the weeks as they went."""
    # Of two families that are sent again to one number, the second one rightly is refused.
    return judge(lived.facts, frozenset(each.people for each in lived.weeks.plots.values() if STORIES[each.story].twos))


def judge(facts: Iterable[Fact], staff_may_fail: frozenset[int] = frozenset()) -> Judgement:
    """Everything that was wrong. `staff_may_fail`: the people about whom a command may rightly be refused."""
    model = Model(staff_may_fail)
    for fact in facts:
        model.take(fact)
    model.note_commands()
    texts = {message: frozenset(wrong) for message, wrong in model.texts.items()}
    return Judgement(model.found, texts, model.due)


@dataclass(slots=True)
class Model:
    staff_may_fail: frozenset[int]
    found: dict[Wrong, list[str]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[str, set[Wrong]] = field(default_factory=lambda: defaultdict(set))
    due: int = 0
    accounts: Mapping[str, Account] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()
    sent: dict[str, list[_Text]] = field(default_factory=lambda: defaultdict(list))
    of_message: dict[str, _Text] = field(default_factory=dict)
    #: Accounts whose last campaign was ended before its last message.
    over: set[str] = field(default_factory=set)
    last_account_at: dict[str, str] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    waiting: list[_Waiting] = field(default_factory=list)
    snoozed_until: dict[str, date] = field(default_factory=dict)
    left_out: set[tuple[str, date]] = field(default_factory=set)
    marked_paid: set[str] = field(default_factory=set)
    #: People and the numbers at which they can't be reached.
    wrong_numbers: set[tuple[int, str]] = field(default_factory=set)
    unclear: set[int] = field(default_factory=set)
    accounts_of: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    run: Run = Run.OPEN
    expected: dict[str, int] = field(default_factory=dict)
    in_run: dict[str, Posted] = field(default_factory=dict)
    commands: dict[tuple[int, tuple[str, ...]], Did] = field(default_factory=dict)

    def take(self, fact: Fact) -> None:
        match fact:
            case Exported():
                self._exported(fact)
            case Began():
                self.run, self.in_run = fact.run, {}
                self.expected = self._due_on(fact.day) if fact.run is Run.OPEN else {}
            case Posted():
                self._posted(fact)
            case Delivered():
                self._delivered(fact)
            case Ended():
                self._ended(fact)
            case Said():
                self._said(fact)
            case Did():
                self._did(fact)
            case PaidByLink():
                self.over.add(fact.account)
            case Keyed():
                pass

    # What is known

    def _exported(self, fact: Exported) -> None:
        self.accounts, self.unsure = fact.accounts, fact.unsure
        self.marked_paid.clear()
        at_number: dict[str, list[Account]] = defaultdict(list)
        for account in fact.accounts.values():
            self.accounts_of[account.people].add(account.guarantor_id)
            if account.number is not None:
                at_number[account.number].append(account)
        # Who of several at a number is asked is the settings' and the day's matter.
        self.unclear |= {each.people for sharers in at_number.values() if len(sharers) > 1 for each in sharers}
        self.unclear |= {people for people, accounts in self.accounts_of.items() if len(accounts) > 1}

    def _delivered(self, fact: Delivered) -> None:
        text = self.of_message[fact.message]
        text.code = fact.code
        posted = text.posted
        if fact.code:
            self._is_wrong(posted)
            if posted.step > 0:
                self.unclear.add(posted.people)
        else:
            self.wrong_numbers.discard((posted.people, posted.number))

    def _is_wrong(self, posted: Posted) -> None:
        self.wrong_numbers.add((posted.people, posted.number))

    def _said(self, fact: Said) -> None:
        account = self.last_account_at.get(fact.number)
        if fact.kind in OPTS_OUT:
            self.stopped |= {fact.number} if account is None else {fact.number, account}
            if account is not None:
                self.over.add(account)
        elif fact.kind in WAITS:
            self.waiting.append(_Waiting(fact, account))

    def _did(self, fact: Did) -> None:
        self.commands[fact.people, fact.command] = fact
        if not fact.worked:
            return
        verb, account = fact.command[0], fact.account or ""
        if verb == "done":
            self.waiting = [
                each for each in self.waiting if each.said.words != fact.told or each.account != fact.account
            ]
        if verb in _SETTLING:
            number = self.accounts[account].number if account in self.accounts else None
            self.waiting = [each for each in self.waiting if each.account != account and each.said.number != number]
        match verb:
            case "snooze":
                self.snoozed_until[account] = fact.day + timedelta(days=int(fact.command[2]))
            case "deselect":
                self.left_out.add((account, fact.day))
            case "remove":
                self.over.add(account)
            case "paid":
                self.over.add(account)
                self.marked_paid.add(account)
            case "optout":
                self.over.add(account)
                self.stopped |= {account, self.accounts[account].number or account}
            case "optin":
                self.stopped -= {account, self.accounts[account].number or account}
                self.unclear.add(fact.people)
            case "wrong-number":
                for text in self.sent[account][-1:]:
                    text.to_stranger = True
                    self._is_wrong(text.posted)
                self.unclear.add(fact.people)

    # What is sent

    def _posted(self, fact: Posted) -> None:
        wrong = set(self._wrong_with(fact))
        if Wrong.STOPPED in wrong:
            # An opt-out ends the campaign: one thing, said once.
            wrong.discard(Wrong.OUT_OF_ORDER)
        if not fact.by_staff:
            self.in_run[fact.account] = fact
            clear = fact.people not in self.unclear
            if not wrong and clear and self.expected.get(fact.account) != fact.step:
                wrong.add(Wrong.UNCALLED)
        for each in wrong:
            self._note(each, fact.day, fact.account, STEP_NAMES[fact.step] + (", by staff" if fact.by_staff else ""))
        self.texts[fact.message] |= wrong
        self.last_account_at[fact.number] = fact.account
        if fact.kept:
            if fact.step == 0:
                self.over.discard(fact.account)
            text = _Text(fact)
            self.sent[fact.account].append(text)
            self.of_message[fact.message] = text
        elif fact.refused == "21610":
            self.stopped |= {fact.account, fact.number}
            self.over.add(fact.account)
        elif fact.refused:
            self._is_wrong(fact)
        if fact.typed or not (fact.kept or fact.refused):
            self.unclear.add(fact.people)

    def _wrong_with(self, fact: Posted) -> Iterable[Wrong]:
        account = self.accounts.get(fact.account)
        if account is None:
            yield Wrong.BOOKS
            return
        by_state = self._stops(account, fact.number, fact.at, fact.day)
        if fact.by_staff:
            # Who names an account lifts its holds.
            by_state -= {Wrong.WAITING}
        yield from by_state
        yield from (_BY_REASON.get(each, Wrong.BOOKS) for each in self._against(account, fact.step, fact.by_staff))
        if not fact.typed:
            if fact.number != account.number:
                yield Wrong.NUMBER
            if (fact.people, fact.number) in self.wrong_numbers and not fact.by_staff:
                yield Wrong.NUMBER
        yield from self._wrong_place_in_campaign(fact, account)
        same_day = (each.posted for texts in self.sent.values() for each in texts if each.posted.day == fact.day)
        if any(each.number == fact.number for each in same_day):
            yield Wrong.SAME_DAY
        if fact.amount != f"${grouped_money(account.portion_cents)}":
            yield Wrong.AMOUNT
        if fact.first_name != account.first_name:
            yield Wrong.NAME
        if not fact.by_staff and self.run is not Run.OPEN:
            yield Wrong.HOUR

    @staticmethod
    def _against(account: Account, step: int, by_staff: bool) -> frozenset[str]:
        """What the books have against a text; a campaign that runs, or a person, asks about no age."""
        typed = {"no-number"} if by_staff else set()
        return account.reasons - typed - ({"aging"} if step > 0 or by_staff else set())

    def _stops(self, account: Account, number: str | None, at: datetime | None, day: date) -> set[Wrong]:
        """What people and staff did that forbids any text to this account at this number."""
        name = account.guarantor_id
        found = set()
        if name in self.stopped or number in self.stopped:
            found.add(Wrong.STOPPED)
        if any(name == each.account or number == each.said.number for each in self.waiting):
            found.add(Wrong.WAITING)
        if day < self.snoozed_until.get(name, day) or (name, day) in self.left_out:
            found.add(Wrong.SNOOZED)
        if name in self.marked_paid:
            found.add(Wrong.PAID)
        return found

    def _wrong_place_in_campaign(self, fact: Posted, account: Account) -> Iterable[Wrong]:
        campaign, asked = self._campaign(fact.account), self._reached(fact.account)
        if any(each.posted.step == fact.step for each in campaign) and self._runs(fact.account):
            yield Wrong.TWICE
        if fact.step == 0:
            if not self._runs(fact.account) and not self._visited_since(asked, account):
                yield Wrong.NO_VISIT
            if self._runs(fact.account) and Wrong.TWICE not in self.texts[fact.message]:
                yield Wrong.TWICE
            if not self._free_of_others(fact, account):
                yield Wrong.ELSEWHERE
        elif not fact.by_staff:
            # Whether a campaign goes on whose request went to a stranger is dipay's to say.
            began = next((each.posted.day for each in reversed(self.sent[fact.account]) if each.posted.step == 0), None)
            runs = self._runs(fact.account) or any(each.to_stranger for each in self.sent[fact.account])
            if began is None or not runs or fact.day < began + timedelta(days=STEP_DAYS[fact.step]):
                yield Wrong.OUT_OF_ORDER

    def _reached(self, account: str) -> list[_Text]:
        return [each for each in self.sent[account] if each.reached]

    def _campaign(self, account: str) -> list[_Text]:
        """What reached the account since its last request."""
        reached = self._reached(account)
        begins = [place for place, each in enumerate(reached) if each.posted.step == 0]
        return reached[begins[-1] :] if begins else []

    def _runs(self, account: str) -> bool:
        campaign = self._campaign(account)
        return bool(campaign) and account not in self.over and campaign[-1].posted.step < LAST_STEP

    @staticmethod
    def _visited_since(asked: list[_Text], *accounts: Account | None) -> bool:
        last = max((each.posted.day for each in asked), default=date.min)
        return not asked or any(each and each.last_visit and each.last_visit > last for each in accounts)

    def _free_of_others(self, fact: Posted, account: Account) -> bool:
        """Whether nobody else's campaign, of these people or at this number, stands against a first request."""
        for other, texts in self.sent.items():
            if other == fact.account:
                continue
            theirs = [each for each in texts if each.reached]
            at_issue = [
                each for each in theirs if fact.people == each.posted.people or fact.number == each.posted.number
            ]
            if not at_issue:
                continue
            still_there = self.accounts.get(other)
            if (still_there and self._runs(other)) or not self._visited_since(theirs, account, still_there):
                return False
        return True

    # Who should be asked

    def _due_on(self, day: date) -> dict[str, int]:
        """The message that each account of which nothing is unclear should get in today's run."""
        due = {}
        for name, account in self.accounts.items():
            step = None if account.people in self.unclear else self._due(name, account, day)
            if step is not None:
                due[name] = step
        self.due += len(due)
        return due

    def _due(self, name: str, account: Account, day: date) -> int | None:
        if self._stops(account, account.number, None, day) or (account.people, account.number) in self.wrong_numbers:
            return None
        campaign = self._campaign(name)
        if self._runs(name):
            step = campaign[-1].posted.step + 1
            apart = timedelta(days=STEP_DAYS[step] - STEP_DAYS[step - 1])
            is_day = day >= max(
                campaign[0].posted.day + timedelta(days=STEP_DAYS[step]), campaign[-1].posted.day + apart
            )
            return step if is_day and not self._against(account, step, by_staff=False) else None
        if self._against(account, 0, by_staff=False) or not self._visited_since(self._reached(name), account):
            return None
        return 0

    def _ended(self, fact: Ended) -> None:
        if fact.exit_code not in fact.run.exit_codes:
            words = f"`{fact.command}` ended with {fact.exit_code} ({fact.run.value})"
            self._note(Wrong.EXIT, fact.day, None, words)
        if fact.command != "send" or fact.exit_code not in (0, 1):
            return
        for name, step in self.expected.items():
            if name not in self.in_run:
                self._note(Wrong.MISSED, fact.day, name, STEP_NAMES[step])
        settled = {name for name, each in self.accounts.items() if each.portion_cents <= MINIMUM_CENTS}
        self.over |= settled - self.unsure

    def note_commands(self) -> None:
        """Commands that staff gave and gave again, and that never worked."""
        for (people, command), fact in self.commands.items():
            if not fact.worked and people not in self.staff_may_fail:
                self._note(Wrong.COMMAND, fact.day, fact.account, f"`{' '.join(command)}` ended with {fact.exit_code}")

    def _note(self, wrong: Wrong, day: date, account: str | None, words: str) -> None:
        who = f" {account}" if account is not None else ""
        self.found[wrong].append(f"day {(day - FIRST_DAY).days + 1}{who}: {words}")
