"""What came in after requests, and the field's own figures: from the exports' ledger and the state alone.

Nothing here says that a request is why somebody paid. What the files can't tell is None, and never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from dipay.domain.collected import LONGEST, Payments, collected, last_before, patients_payments
from dipay.domain.not_asked import Asked, Beside, categories, compare, groups_of
from dipay.domain.outcomes import Reach
from dipay.domain.practice_figures import NO_LEDGER, Production, Receivables, production, receivables
from dipay.domain.problems import ExitCode, Problem, Severity, cannot
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.report import (
    ALL,
    BUCKETS,
    NO_CAMPAIGN,
    NOT_IN_EXPORTS,
    NOT_KNOWN,
    SINGLE,
    WENT_OUT,
    Campaigns,
    Followed,
    Message,
    Row,
    aging_label,
    campaigns_by_month,
    row_of,
    rows_by,
)
from dipay.domain.running_sums import PastBalances
from dipay.state import whole
from dipay.state.reading import history
from dipay.state.replies import replies
from dipay.state.requests import REHEARSAL_PROVIDER, Request, RequestKind, RequestState, reach_of
from dipay.state.store import open_for_reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dipay.domain.columns import Flags, Numbers
    from dipay.exports.reading import Exports
    from dipay.office import Office
    from dipay.state.store import Store


@dataclass(frozen=True, slots=True)
class AskedAccount:
    """An account that was asked: how often, when last and for how much, and what came in within 30 days of messages.

    `collected_cents` is None where nobody knows, `is_so_far` where some window is not over.
    """

    guarantor_id: str
    name: str
    messages: int
    last_day: date
    asked_cents: int | None
    collected_cents: int | None
    is_so_far: bool


@dataclass(frozen=True, slots=True)
class Report:
    """A report as of a day, of the messages from `since` to `until`.

    `known_until` is the last day of which the ledger may know everything. `payments_told`: payments are told apart from
    other credits. `no_money` is why nobody knows what came in, "" where it is known. `accounts` only where somebody
    asked for names.
    """

    practice: str
    as_of: date
    since: date | None
    until: date | None
    known_until: date
    rehearsal: bool
    no_money: str
    payments_told: bool
    total: Row
    months: tuple[Row, ...]
    messages: tuple[Row, ...]
    ages: tuple[Row, ...]
    campaigns: tuple[Row, ...]
    campaign_ends: tuple[Campaigns, ...]
    beside: dict[str, list[Beside]]
    beside_months: dict[str, list[Beside]]
    receivables: Receivables
    production: Production
    accounts: tuple[AskedAccount, ...] | None
    problems: tuple[Problem, ...]


def make_report(
    office: Office,
    as_of: date | None = None,
    since: date | None = None,
    until: date | None = None,
    *,
    with_names: bool = False,
) -> Report:
    """The report as of that day or today. Reads the exports and the state; changes nothing and asks nobody."""
    day = as_of or office.today()
    last = min(until or day, day)
    if since is not None and since > last:
        raise cannot(
            ExitCode.USAGE, f"{since} is after {last}: no message is of such a day.",
            "Choose an earlier day, or a later --until.", key="--since",
        )  # fmt: skip
    figures, problems = look_back(office, day)
    exports, state = figures.exports, figures.state
    chosen = np.array(
        [place for place, each in enumerate(state.messages) if (since or date.min) <= each.day <= last], np.int64
    )
    owed = receivables(exports.accounts)
    return Report(
        practice=office.settings.practice.name,
        as_of=day,
        since=since,
        until=until,
        known_until=figures.known_until,
        rehearsal=office.settings.messaging.provider == REHEARSAL_PROVIDER,
        no_money="" if figures.payments is not None else NO_LEDGER,
        payments_told=exports.payments is not None and exports.payments.kinds_are_told,
        total=row_of(ALL, state.messages, figures.followed, chosen),
        months=figures.rows([f"{each.day:%Y-%m}" for each in state.messages], chosen),
        messages=figures.rows([each.name for each in state.messages], chosen),
        ages=figures.rows(figures.ages, chosen),
        campaigns=figures.rows([each.campaign for each in state.messages], chosen),
        campaign_ends=tuple(campaigns_by_month(state.ends(since, last))),
        **figures.beside(chosen),
        receivables=owed,
        production=production(exports.payments, owed, day),
        accounts=tuple(figures.accounts(chosen)) if with_names else None,
        problems=(*problems, *_notes(exports)),
    )


def look_back(office: Office, day: date) -> tuple[LookBack, tuple[Problem, ...]]:
    """The messages until that day and what followed them, with what is wrong with the state and the exports."""
    exports = office.read_exports(day, payments=True)
    with open_for_reading(office.state_path, office.state_marker) as store:
        state = _State.read(store, office.settings.messaging.provider, day)
        # What no rule can see belongs to `list` and `check`: here nobody is asked.
        troubles = (each for each in exports.problems if each.severity is not Severity.NOTE)
        problems = (*store.problems, *troubles)
    return LookBack(office, exports, state, day), problems


def _notes(exports: Exports) -> Iterator[Problem]:
    if exports.payments is None:
        yield Problem(
            Severity.NOTE, "without a ledger nobody knows what came in: those figures are \"not known\".",
            "Export the ledger, and name it under exports.ledger.",
        )  # fmt: skip
    elif not exports.payments.kinds_are_told:
        yield Problem(
            Severity.NOTE,
            "the ledger has no column for the type of an entry: every credit counts, payments of insurance and "
            'write-offs too, and figures of production are "not known".',
            "Export the type too, or name its column under exports.columns.ledger.type.",
        )


@dataclass(frozen=True, slots=True)
class _State:
    """What the state knows of messages up to a day, in the order they were sent, and of what followed."""

    messages: tuple[Message, ...]
    #: When accounts answered, and when they opted out.
    answers: tuple[tuple[str, date], ...]
    opt_outs: tuple[tuple[str, date], ...]
    campaigns: tuple[whole.Campaign, ...]

    @classmethod
    def read(cls, store: Store, provider: str, day: date) -> _State:
        is_rehearsal = provider == REHEARSAL_PROVIDER
        campaigns = {each.id: each for each in whole.campaigns(store) if is_rehearsal or not each.rehearsal}
        entries = list(whole.unreached(store))
        listed = {each.request_id for each in entries}
        kept = list(replies(store, waiting_only=False))
        outs = [(each.guarantor_id, each.day) for each in whole.opt_outs(store) if each.guarantor_id is not None]
        outs += [(each.guarantor_id, each.day) for each in kept if each.guarantor_id and each.kind is ReplyKind.OPT_OUT]
        refusing = set(outs)
        messages = [
            message
            for each in history(store)
            if (is_rehearsal or not each.rehearsal) and each.day <= day
            if (message := _message(each, campaigns, listed, refusing)) is not None
        ]
        messages += [
            Message(each.guarantor_id, each.since, 0, NO_CAMPAIGN, Reach.UNDELIVERABLE)
            for each in entries
            if each.request_id is None and (is_rehearsal or not each.rehearsal) and each.since <= day
        ]
        return cls(
            tuple(messages),
            tuple((each.guarantor_id, each.day) for each in kept if each.guarantor_id and each.day <= day),
            tuple(each for each in outs if each[1] <= day),
            tuple(campaigns.values()),
        )

    def ends(self, since: date | None, until: date) -> dict[str, list[str]]:
        """How the campaigns ended that began from that day to the other, by the month they began in."""
        found: dict[str, list[str]] = {}
        for each in self.campaigns:
            if (since or date.min) <= each.began <= until:
                found.setdefault(f"{each.began:%Y-%m}", []).append(each.how)
        return found


def _message(
    request: Request,
    campaigns: dict[int, whole.Campaign],
    listed: set[int | None],
    refusing: set[tuple[str, date]],
) -> Message | None:
    """The request as a message; None where it surely never went out, which is nobody's fault but the provider's."""
    reach = reach_of(request)
    is_refused = request.state is RequestState.REFUSED
    if is_refused and request.id not in listed and (request.guarantor_id, request.day) not in refusing:
        reach = Reach.NOT_SENT
    if reach is Reach.NOT_SENT:
        return None
    campaign = campaigns.get(request.campaign_id or 0)
    began = f"{campaign.began:%Y-%m}" if campaign is not None else NO_CAMPAIGN
    is_single = request.kind is RequestKind.SINGLE or not request.in_campaign
    return Message(
        request.guarantor_id, request.day, None if is_single else request.step, SINGLE if is_single else began, reach,
        request.amount_cents, request.id,
    )  # fmt: skip


class LookBack:
    """The messages and what followed them, worked out once for all rows.

    `ages` is each message's aging category; `payments` and `past` are None where there is no ledger.
    """

    def __init__(self, office: Office, exports: Exports, state: _State, day: date) -> None:
        self.exports, self.state = exports, state
        self.limits = office.settings.payment_settings
        self.known_until = min(day, _written(office, exports) - timedelta(days=1))
        places = {guarantor_id: place for place, guarantor_id in enumerate(exports.accounts.ids)}
        self.account = np.array([places.get(each.guarantor_id, -1) for each in state.messages], np.int64)
        self.day = np.array([each.day.toordinal() for each in state.messages], np.int64)
        self.went_out = np.array([each.reach in WENT_OUT for each in state.messages], np.bool_)
        self.payments: Payments | None = None
        self.past: PastBalances | None = None
        money, known = None, np.zeros(len(self.account), np.bool_)
        if exports.payments is not None:
            self.payments, self.past = patients_payments(exports.payments), PastBalances(exports.payments)
            there = np.flatnonzero(self.account >= 0)
            known[there] = exports.accounts.amount_is_known[self.account[there]]
            counts = self.went_out & known
            money = collected(self.account, self.day, counts, self.payments, self.known_until.toordinal())
        self.followed = Followed(known, self._after(state.answers), self._after(state.opt_outs), money)
        self.ages = self._ages()

    def _after(self, told: Sequence[tuple[str, date]]) -> Flags:
        """After which messages an account said something: each time the last one before it."""
        numbers: dict[str, int] = {}
        mine = np.array([numbers.setdefault(each.guarantor_id, len(numbers)) for each in self.state.messages], np.int64)
        known = [(numbers[account], day.toordinal()) for account, day in told if account in numbers]
        then_account, then_day = np.array(known, np.int64).reshape(-1, 2).T
        # An opt-out may be the answer to a message that was refused for it.
        place = last_before(mine, self.day, np.ones(len(mine), np.bool_), then_account, then_day)
        found = np.zeros(len(mine), np.bool_)
        found[place[place >= 0]] = True
        return found

    def _ages(self) -> list[str]:
        if self.past is None:
            return [NOT_KNOWN if account >= 0 else NOT_IN_EXPORTS for account in self.account.tolist()]
        known = np.flatnonzero(self.account >= 0)
        category = np.zeros(len(self.account), np.int64)
        category[known] = categories(self.past.owed(self.account[known], self.day[known]))
        return [aging_label(*each) for each in zip(category.tolist(), self.account.tolist(), strict=True)]

    def rows(self, labels: Sequence[str], chosen: Numbers) -> tuple[Row, ...]:
        return tuple(rows_by(labels, self.state.messages, self.followed, chosen))

    def beside(self, chosen: Numbers) -> dict[str, dict[str, list[Beside]]]:
        """What comparable accounts paid that were not asked: for all requests and each age, and for each month."""
        if self.payments is None or self.past is None:
            return {"beside": {}, "beside_months": {}}
        first = self._first_requests(chosen)
        groups = {ALL: np.ones(len(first), np.bool_)}
        ages = groups_of([self.ages[place] for place in first.tolist()])
        groups |= {age: ages[age] for age in BUCKETS if age in ages}
        months = groups_of([f"{self.state.messages[place].day:%Y-%m}" for place in first.tolist()])
        tried = np.flatnonzero(self.account >= 0)
        accounts, limits = self.exports.accounts, self.limits
        found = compare(
            Asked(self.account[first], self.day[first]),
            groups | months,
            self.past,
            self.payments,
            Asked(self.account[tried], self.day[tried]),
            accounts.amount_is_known,
            max(1, limits.minimum_balance + (0 if limits.minimum_inclusive else 1)),
            self.known_until.toordinal(),
        )
        return {
            "beside": {each: found[each] for each in groups},
            "beside_months": {each: found[each] for each in months},
        }

    def _first_requests(self, chosen: Numbers) -> Numbers:
        """The first and single requests that went out to an account of which nobody was asked in the 30 days before."""
        wanted = [
            place
            for place in chosen.tolist()
            if self.went_out[place] and self.followed.payments_known[place] and not self.state.messages[place].step
        ]
        last: dict[int, int] = {}
        fresh: set[int] = set()
        for place in np.flatnonzero(self.went_out).tolist():
            account, day = int(self.account[place]), int(self.day[place])
            if day - last.get(account, -LONGEST) > LONGEST:
                fresh.add(place)
            last[account] = day
        return np.array([place for place in wanted if place in fresh], np.int64)

    def accounts(self, chosen: Numbers) -> Iterator[AskedAccount]:
        """The accounts that were asked, those after whose messages most came in first."""
        by_account: dict[str, list[int]] = {}
        for place in chosen.tolist():
            by_account.setdefault(self.state.messages[place].guarantor_id, []).append(place)
        found, money = [], self.followed.money
        for guarantor_id, places in by_account.items():
            newest = max(places, key=lambda each: self.state.messages[each].day)
            place, collected_cents, is_so_far = int(self.account[newest]), None, False
            if money is not None and self.followed.payments_known[newest]:
                counted = [each for each in places if money.counts[each]]
                collected_cents = int(money.cents[counted, -1].sum())
                is_so_far = not bool(money.is_over[counted, -1].all())
            found.append(
                AskedAccount(
                    guarantor_id,
                    self.exports.accounts.name(place) if place >= 0 else "",
                    len(places),
                    self.state.messages[newest].day,
                    self.state.messages[newest].amount_cents,
                    collected_cents,
                    is_so_far,
                )
            )
        return iter(sorted(found, key=lambda each: (-(each.collected_cents or 0), each.guarantor_id)))


def _written(office: Office, exports: Exports) -> date:
    """The day the ledger was saved; of the exports without one, the earliest."""
    kinds = {report.file: report.kind for report in exports.reports}
    ledgers = [each for each in exports.files if kinds.get(each.name) == "ledger"] or exports.files
    return min(each.written for each in ledgers).astimezone(office.zone).date()
