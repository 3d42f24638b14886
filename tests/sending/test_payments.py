"""What is paid by links: polled, taken off what is owed, keyed in, shown by an export; and who is not asked for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dipay.domain.payments import PaymentState
from dipay.domain.problems import CannotGoOn
from dipay.domain.worklist import Judged, View
from dipay.services import deciding, provider
from dipay.services.posting import mark_done, to_post
from dipay.services.requesting import Wish, request
from dipay.services.run import Conduct
from dipay.services.syncing import SyncReport, sync
from dipay.services.worklist import make_worklist
from dipay.state.lists import list_of
from dipay.state.purge import purge
from dipay.state.reading import history as requests
from dipay.state.store import open_for_reading
from dipay.state.timeline import Kind
from tests.messaging.double import ProviderDouble
from tests.processors.memory import Failure, MemoryProcessor
from tests.sending.practice import Practice, history, outcomes, practice_on, sender_for

#: Everybody is asked for whatever is above ten dollars, of any age.
EASY: dict[str, Any] = {
    "payment_link": {"provider": "stripe"},
    "payment_settings": {"minimum_balance": "10.00", "aging": "any"},
}


@pytest.fixture
def practice(tmp_path: Path, double: ProviderDouble) -> Iterator[Practice]:
    made = practice_on(double, tmp_path, settings=EASY)
    yield made
    made.check()


class Desk:
    """The practice with everybody asked, and what is done then."""

    def __init__(self, practice: Practice, double: ProviderDouble, processor: MemoryProcessor) -> None:
        self.practice, self.double, self.processor = practice, double, processor
        practice.send(sender_for(double))
        self.credits: list[str] = []

    def token(self, account: str) -> str:
        with open_for_reading(self.practice.office.state_path) as store:
            return requests(store, account)[-1].token

    def pay(self, account: str, state: PaymentState = PaymentState.PAID) -> Any:
        return self.processor.pay(self.token(account), state)

    def sync(self) -> SyncReport:
        return sync(self.practice.office, sender_for(self.double))

    def send(self) -> dict[str, str]:
        return outcomes(self.practice.send(sender_for(self.double)))

    def judged(self, account: str) -> Judged:
        judged = make_worklist(self.practice.office).worklist.judged
        return next(each for each in judged if each.account.guarantor_id == account)

    def to_post(self) -> list[tuple[str, int]]:
        return [(each.payment.guarantor_id, each.payment.left_cents) for each in to_post(self.practice.office)[0]]

    def credit(self, account: str, day: date, amount: str) -> None:
        """The office keys a payment in: every export from now on has it."""
        self.credits.append(f"{account},{day},-{amount}")

    def export(self, **later: int) -> None:
        """Time passes, and the PMS exports anew, with what was keyed in."""
        self.practice.later(**later)
        ledger = self.practice.folder / "ledger.csv"
        ledger.write_text(ledger.read_text() + "".join(f"{each}\n" for each in self.credits))
        os.utime(ledger, (self.practice.now.timestamp(), self.practice.now.timestamp()))

    def ends(self, account: str) -> list[str | None]:
        with open_for_reading(self.practice.office.state_path) as store:
            rows = store.connection.execute("SELECT how FROM campaigns WHERE guarantor_id = ?", (account,))
            return [how for (how,) in rows]

    def link(self, account: str) -> list[tuple[str, str]]:
        with open_for_reading(self.practice.office.state_path) as store:
            return store.connection.execute(
                "SELECT l.state, off_why FROM payment_links l JOIN requests r ON r.id = request_id "
                "WHERE guarantor_id = ? ORDER BY r.id",
                (account,),
            ).fetchall()


@pytest.fixture
def desk(practice: Practice, double: ProviderDouble, processor: MemoryProcessor) -> Desk:
    return Desk(practice, double, processor)


def test_who_paid_by_the_link_gets_no_follow_up_and_is_keyed_in(desk: Desk) -> None:
    desk.export(days=1)
    desk.pay("1")
    report = desk.sync()
    assert (report.payments, report.paid_cents) == ({"paid": 1}, 10_000)
    assert desk.ends("1") == ["paid"]
    assert desk.link("1") == [("off", "paid")]
    assert desk.to_post() == [("1", 10_000)]
    assert desk.judged("1").account.amount_cents == 0
    assert desk.judged("1").view is View.EXCLUDED
    assert desk.sync().payments == {}
    desk.export(days=7)
    assert desk.send() == {"2": "accepted", "3": "accepted"}
    # The export shows it: it leaves the list, and nothing is taken off twice.
    desk.credit("1", desk.practice.office.today(), "100.00")
    desk.export(days=1)
    assert desk.to_post() == []
    assert desk.judged("1").account.aged.patient_portion_cents == 0
    desk.send()
    assert desk.to_post() == []
    assert desk.judged("1").account.aged.patient_portion_cents == 0


def test_what_the_processor_can_not_be_asked_keeps_everybody_from_being_texted(desk: Desk) -> None:
    desk.export(days=8)
    posts = len(desk.double.posts)
    desk.processor.fails = lambda _number, name: "unanswered" if name == "payments_since" else None
    with pytest.raises(CannotGoOn) as stop:
        desk.send()
    assert stop.value.exit_code == 4
    assert len(desk.double.posts) == posts


def test_a_payment_that_comes_late_to_the_list_is_found(desk: Desk) -> None:
    desk.export(hours=2)
    desk.sync()
    desk.practice.now += timedelta(hours=20)
    paid = desk.pay("2")
    desk.processor.begun_at[paid.payment_id] = desk.practice.now - timedelta(hours=23)
    assert desk.sync().payments == {"paid": 1}


def test_a_bank_debit_counts_while_it_is_on_its_way_and_is_owed_again_when_it_fails(desk: Desk) -> None:
    paid = desk.pay("1", PaymentState.PENDING)
    assert desk.sync().payments == {"pending": 1}
    assert desk.judged("1").account.amount_cents == 0
    assert desk.ends("1") == [None]
    desk.export(days=8)
    assert set(desk.send()) == {"2", "3"}
    desk.processor.settle(paid, PaymentState.FAILED)
    assert desk.sync().payments == {"failed": 1}
    assert desk.judged("1").account.amount_cents == 10_000
    assert desk.to_post() == []
    assert desk.send() == {"1": "accepted"}
    assert desk.link("1") == [("off", "paid"), ("made", "")]


def test_a_bank_debit_that_is_paid_ends_the_campaign(desk: Desk) -> None:
    paid = desk.pay("1", PaymentState.PENDING)
    desk.sync()
    desk.processor.settle(paid, PaymentState.PAID)
    desk.practice.later(days=3)
    assert desk.sync().payments == {"paid": 1}
    assert desk.ends("1") == ["paid"]


def test_a_refund_is_owed_again_and_counts_once(desk: Desk) -> None:
    paid = desk.pay("1")
    desk.sync()
    desk.processor.refund(paid, 4_000)
    assert desk.sync().refunds == 1
    assert desk.sync().refunds == 0
    assert desk.judged("1").account.amount_cents == 4_000
    assert desk.to_post() == [("1", 6_000)]
    desk.processor.refund(paid, 6_000)
    desk.sync()
    assert desk.judged("1").account.amount_cents == 10_000
    assert desk.to_post() == []


def test_the_list_kept_of_a_day_knows_what_was_paid_and_given_back_since_the_last_one(desk: Desk) -> None:
    """Payments alone, refunds alone, neither; each learned by the run that keeps its day's list."""

    def kept() -> int:
        with open_for_reading(desk.practice.office.state_path) as store:
            listed = {each.guarantor_id: each for each in list_of(store, desk.practice.office.today())}
        return listed["1"].portion_cents

    paid = desk.pay("1")
    desk.practice.balances["1"] = "140.00"
    desk.export(days=1)
    desk.send()
    assert kept() == 4_000
    desk.processor.refund(paid, 2_500)
    desk.export(days=1)
    desk.send()
    assert kept() == 6_500
    desk.export(days=1)
    desk.send()
    assert kept() == 6_500


@pytest.mark.parametrize("same", ["number", "patients"])
def test_what_was_paid_goes_along_with_the_people_where_the_pms_has_another_account_for_them(
    desk: Desk, same: str
) -> None:
    desk.pay("1")
    if same == "number":
        desk.practice.rename("1", "91")
    else:
        # Account 1 is a patient of account 3 now; what 1 owes is 3's.
        desk.practice.guarantors["1"] = "3"
    new = {"number": "91", "patients": "3"}[same]
    desk.export(days=1)
    desk.sync()
    assert desk.to_post() == [(new, 10_000)]
    assert desk.judged(new).account.amount_cents == {"number": 0, "patients": 10_000}[same]
    # It is keyed in for the new account: then it is shown there.
    desk.credit({"number": "91", "patients": "1"}[same], desk.practice.office.today(), "100.00")
    desk.export(days=1)
    assert desk.to_post() == []
    assert desk.judged(new).account.amount_cents == {"number": 0, "patients": 10_000}[same]


def test_what_was_paid_goes_to_nobody_where_the_people_may_stand_in_several_accounts(desk: Desk) -> None:
    desk.pay("1")
    for other in ("2", "3"):
        desk.practice.numbers[other] = desk.practice.number("1")
    desk.practice.rename("1", "91")
    desk.practice.numbers["1"] = "+12075550199"
    desk.export(days=1)
    desk.sync()
    assert desk.to_post() == [("1", 10_000)]


def test_a_credit_that_shows_the_new_accounts_own_payment_shows_no_other(desk: Desk) -> None:
    desk.pay("3")
    desk.sync()
    desk.credit("3", desk.practice.office.today(), "100.00")
    desk.export(days=1)
    desk.send()
    assert desk.to_post() == []
    desk.pay("1")
    desk.practice.guarantors["1"] = "3"
    desk.export(days=1)
    desk.sync()
    assert desk.to_post() == [("3", 10_000)]


def test_a_part_that_was_paid_lowers_what_is_asked(desk: Desk) -> None:
    """A visit since: the link asked for the first hundred, the account owes a hundred and forty."""
    desk.pay("1")
    desk.practice.balances["1"] = "140.00"
    desk.export(days=1)
    desk.sync()
    judged = desk.judged("1")
    assert judged.account.amount_cents == 4_000
    assert judged.account.aged.portion_buckets == (0, 0, 4_000, 0)
    assert "$100.00 paid on 18 Nov is not in the exports yet" in RULE_WORDS(judged, desk)


def RULE_WORDS(judged: Judged, desk: Desk) -> str:  # noqa: N802
    from dipay.domain.rules import RULE_BY_CODE

    day = make_worklist(desk.practice.office).worklist.day
    return RULE_BY_CODE["below-minimum"].saw(judged.account, day)


def test_another_payment_of_the_day_does_not_pass_for_the_links(desk: Desk) -> None:
    desk.pay("1")
    desk.sync()
    desk.credit("1", desk.practice.office.today(), "30.00")
    desk.export(days=1)
    assert desk.to_post() == [("1", 10_000)]


def test_an_export_of_before_the_payment_shows_nothing(desk: Desk) -> None:
    desk.credit("1", desk.practice.office.today(), "100.00")
    desk.practice.now += timedelta(days=1)
    desk.pay("1")
    desk.sync()
    assert desk.to_post() == [("1", 10_000)]


class TestKeyedIn:
    def test_what_a_person_keyed_in_leaves_the_list_and_is_not_asked_for(self, desk: Desk) -> None:
        desk.pay("1")
        desk.sync()
        assert [each.number for each in mark_done(desk.practice.office, [1], "by hand")] == [1]
        assert desk.to_post() == []
        # This morning's export does not have it.
        assert desk.judged("1").account.amount_cents == 0
        desk.export(days=1)
        # The next one must.
        assert desk.judged("1").account.amount_cents == 10_000

    @pytest.mark.parametrize("numbers", [[2], [1, 9]])
    def test_a_number_that_is_not_there_changes_nothing(self, numbers: list[int], desk: Desk) -> None:
        desk.pay("1")
        desk.sync()
        with pytest.raises(CannotGoOn) as stop:
            mark_done(desk.practice.office, numbers)
        assert stop.value.exit_code == 2
        assert desk.to_post() == [("1", 10_000)]


class TestSwitchingOff:
    def test_a_run_counts_what_it_switched_off_before_and_after_its_messages(self, desk: Desk) -> None:
        desk.practice.balances["1"] = "5.00"
        desk.export(days=8)
        report = desk.practice.send(sender_for(desk.double))
        assert outcomes(report) == {"2": "accepted", "3": "accepted"}
        assert report.asked is not None
        assert (report.asked.links_off, report.problems) == (3, [])

    @pytest.mark.parametrize("when", ["before", "after", "always"])
    def test_a_run_says_once_which_links_are_still_on(self, when: str, desk: Desk) -> None:
        before = len(desk.double.posts)

        def fails(_number: int, name: str) -> Failure | None:
            is_due = when == "always" or (when == "after") == (len(desk.double.posts) > before)
            return "unanswered" if name == "switch_off" and is_due else None

        desk.practice.balances["1"] = "5.00"
        desk.export(days=8)
        desk.processor.fails = fails
        report = desk.practice.send(sender_for(desk.double))
        assert outcomes(report) == {"2": "accepted", "3": "accepted"}
        assert [each.kind for each in report.problems] == ["links"]

    def test_a_newer_text_replaces_the_older_link(self, desk: Desk) -> None:
        desk.export(days=8)
        assert set(desk.send().values()) == {"accepted"}
        for account in ("1", "2", "3"):
            assert desk.link(account) == [("off", "replaced"), ("made", "")]
        assert sum(each.active for each in desk.processor.links.values()) == 3

    def test_paid_otherwise_another_amount_and_the_last_day(self, desk: Desk) -> None:
        desk.practice.balances |= {"1": "0.00", "2": "90.00"}
        desk.export(days=1)
        desk.send()
        assert [desk.link(each) for each in "123"] == [[("off", "paid")], [("off", "amount")], [("made", "")]]
        desk.practice.settings = EASY | {"campaign": {"messages": [{"day": 0, "text": "Maple: {link}"}]}}
        desk.export(days=60)
        desk.sync()
        assert desk.link("3") == [("off", "expired")]

    @pytest.mark.parametrize(
        ("decision", "why"),
        [("mark_paid", "paid"), ("opt_out", "opted-out"), ("remove", "removed"), ("wrong_number", "undeliverable")],
    )
    def test_a_decision_switches_off_at_once_or_by_the_next_sync(self, decision: str, why: str, desk: Desk) -> None:
        decide = getattr(deciding, decision)
        office = desk.practice.office
        assert decide(office, "1" if decision == "wrong_number" else ["1"]).problems == ()
        assert desk.link("1") == [("off", why)]
        desk.processor.fails = lambda _number, name: "unanswered" if name == "switch_off" else None
        decided = decide(office, "2" if decision == "wrong_number" else ["2"])
        assert decided.done == ("2",)
        assert [each.kind for each in decided.problems] == ["links"]
        assert desk.link("2") == [("made", why)]
        assert [each.kind for each in desk.sync().problems] == ["links"]
        desk.processor.fails = lambda _number, _name: None
        assert desk.sync().links_off == 1
        assert desk.link("2") == [("off", why)]
        assert desk.link("3") == [("made", "")]

    def test_a_link_that_is_off_is_not_asked_to_be_once_more(self, desk: Desk) -> None:
        desk.practice.balances["1"] = "0.00"
        desk.export(days=1)
        desk.send()
        calls = desk.processor.calls.count("switch_off")
        desk.sync()
        desk.send()
        assert desk.processor.calls.count("switch_off") == calls == 1


def test_settings_that_went_back_to_a_template_still_hear_of_payments(desk: Desk) -> None:
    desk.practice.settings = EASY | {"payment_link": {"url": "https://pay.example.com/{request_id}"}}
    desk.pay("1")
    desk.export(days=8)
    assert set(desk.send()) == {"2", "3"}
    assert desk.link("2") == [("off", "replaced")]
    assert "pay.example.com" in desk.double.posts[-1].text


def test_without_a_key_a_template_goes_on_and_says_what_nobody_asks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dipay.domain.problems import ExitCode, cannot

    def refuse(_office: object) -> None:
        raise cannot(ExitCode.USAGE, "there is no key.", "Set it.")

    monkeypatch.setattr(provider, "open_processor", refuse)
    desk.practice.settings = EASY | {"payment_link": {"url": "https://pay.example.com/{request_id}"}}
    desk.export(days=8)
    report = desk.practice.send(sender_for(desk.double))
    assert report.count("accepted") == 3
    assert [each.kind for each in report.problems] == ["links"]
    desk.practice.settings = EASY
    desk.export(days=8)
    with pytest.raises(CannotGoOn) as stop:
        desk.send()
    assert stop.value.exit_code == 2


def test_history_tells_of_links_and_payments(desk: Desk) -> None:
    paid = desk.pay("1")
    desk.sync()
    desk.processor.refund(paid, 1_000)
    desk.sync()
    mark_done(desk.practice.office, [1], "by hand")
    kinds = [each.kind for each in history(desk.practice.office, "1")]
    told = [Kind.REQUEST, Kind.PAYMENT, Kind.LINK_OFF, Kind.CAMPAIGN_ENDED, Kind.REFUND, Kind.POSTED]
    assert [each for each in kinds if each in told] == told


def test_a_purge_takes_amounts_and_addresses_and_the_state_stays_whole(desk: Desk) -> None:
    paid = desk.pay("1")
    desk.sync()
    desk.processor.refund(paid, 1_000)
    desk.sync()
    mark_done(desk.practice.office, [1], "a note")
    desk.practice.later(days=800)
    with desk.practice.office.open_state() as store:
        purge(store, date(2028, 1, 1), by="Kim", now=desk.practice.now)
        left = store.connection.execute(
            "SELECT (SELECT count(*) FROM payment_links WHERE url IS NOT NULL AND state = 'off'), "
            "(SELECT count(*) FROM payments WHERE amount_cents IS NOT NULL OR note <> ''), "
            "(SELECT count(*) FROM refunds WHERE amount_cents IS NOT NULL)"
        ).fetchone()
    assert left == (0, 0, 0)


def test_the_account_worked_through_in_the_docs(desk: Desk) -> None:
    def stands(portion: int, unposted: int, oldest: int) -> None:
        aged = desk.judged("1").account.aged
        assert (aged.patient_portion_cents, aged.oldest_unpaid_days) == (portion, oldest)
        assert make_worklist(desk.practice.office).worklist.day.situation.unposted_cents("1") == unposted

    stands(10_000, 0, 60)
    desk.export(days=1)
    paid = desk.pay("1")
    desk.credits.append("1,2026-11-19,140.00")
    desk.practice.visits["1"] = date(2026, 11, 19)
    desk.export(days=1)
    assert desk.sync().payments == {"paid": 1}
    assert desk.ends("1") == ["paid"]
    stands(14_000, 10_000, 0)
    desk.export(days=3)
    desk.processor.refund(paid, 3_000)
    desk.export(days=1)
    assert desk.sync().refunds == 1
    stands(17_000, 7_000, 61)
    assert desk.to_post() == [("1", 7_000)]
    desk.credits += ["1,2026-11-24,-100.00", "1,2026-11-24,30.00"]
    desk.export(days=1)
    stands(17_000, 0, 6)
    assert desk.to_post() == []


class TestAnAgingReportAlone:
    """Where the PMS exports balances and no ledger."""

    @pytest.fixture
    def practice(self, tmp_path: Path, double: ProviderDouble) -> Iterator[Practice]:
        exports = {"patients": "patients.csv", "balances": "balances.csv"}
        made = Reporting(tmp_path, provider="twilio", settings={"exports": exports, **EASY})
        made.settings["messaging"] = {"twilio": {"from": double.number}}
        double.now = lambda: made.now
        yield made
        made.check()

    def test_an_account_that_owes_exactly_less_shows_its_payment(self, desk: Desk) -> None:
        # What asked accounts owed is written down by the next run.
        desk.practice.later(days=1)
        desk.send()
        desk.practice.later(days=1)
        desk.pay("1")
        desk.pay("2")
        desk.sync()
        assert desk.to_post() == [("1", 10_000), ("2", 10_000)]
        assert desk.judged("1").account.amount_cents == 0
        # One is keyed in; of the other something else was taken off.
        desk.practice.balances |= {"1": "0.00", "2": "60.00"}
        desk.practice.later(days=1)
        assert desk.to_post() == [("2", 10_000)]
        assert desk.judged("1").account.aged.patient_portion_cents == 0
        assert desk.judged("2").account.amount_cents == 0
        desk.send()
        mark_done(desk.practice.office, [2])
        desk.practice.later(days=1)
        assert desk.to_post() == []
        assert desk.judged("2").account.amount_cents == 6_000


class Reporting(Practice):
    def export(self) -> None:
        super().export()
        (self.folder / "ledger.csv").unlink()
        rows = ["guarantor_id,days_0_30,days_31_60,days_61_90,over_90"]
        rows += [f"{each},0.00,{self.balances.get(str(each), '100.00')},0.00,0.00" for each in range(1, self.size + 1)]
        path = self.folder / "balances.csv"
        path.write_text("\n".join(rows) + "\n")
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))


class TestWhatAPersonAsksFor:
    """`request ID --amount`: less or more than the exports show."""

    @pytest.mark.parametrize(
        ("cents", "owes", "why"),
        [(4_000, "100.00", ""), (4_000, "60.00", "amount"), (20_000, "100.00", ""), (20_000, "0.00", "paid")],
    )
    def test_only_a_lower_amount_in_the_exports_speaks_against_its_link(
        self, cents: int, owes: str, why: str, practice: Practice, double: ProviderDouble, processor: MemoryProcessor
    ) -> None:
        wish = Wish(cents, "", "they phoned")
        request(practice.office, sender_for(double), "1", wish, Conduct(sleep=lambda _: None, per_second=1e9))
        (link,) = processor.links.values()
        assert link.amount_cents == cents
        assert link.url in double.posts[0].text
        practice.balances["1"] = owes
        practice.later(days=1)
        practice.send(sender_for(double), only=["2"])
        with open_for_reading(practice.office.state_path) as store:
            rows = store.connection.execute("SELECT off_why FROM payment_links WHERE request_id = 1").fetchall()
        assert rows == [(why,)]


def test_what_was_paid_is_not_asked_for_in_the_weeks_to_come(desk: Desk) -> None:
    """`simulate` judges by the same amounts."""
    from dipay.services.worklist import read_day

    desk.pay("1")
    desk.sync()
    _, situation, _ = read_day(desk.practice.office, desk.practice.office.today())
    assert situation.unposted_cents("1") == 10_000
