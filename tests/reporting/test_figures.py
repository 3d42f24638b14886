"""The figures worked out by hand in `docs/report.md`, and what is not known."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.domain.report import Row
from dipay.grammar.money import format_cents
from dipay.services.report import make_report
from dipay.services.run import Conduct
from dipay.services.syncing import sync
from dipay.services.undeliverable import resend
from tests.messaging.behaviours import accept, drop, refuse
from tests.messaging.double import ProviderDouble
from tests.reporting.toy import AS_OF, BO, EVE, WithLedger, at, lived_through
from tests.sending.practice import practice_on, sender_for


@pytest.fixture
def toy(double: ProviderDouble, tmp_path: Path) -> WithLedger:
    return lived_through(double, tmp_path)


def collected(row: Row) -> list[int]:
    return [each.collected_cents for each in row.within]


def by_name(rows: tuple[Row, ...]) -> dict[str, list[int]]:
    return {row.name: collected(row) for row in rows}


def test_the_page_says_what_comes_out(toy: WithLedger) -> None:
    report = make_report(toy.office)
    assert report.as_of == AS_OF
    assert report.known_until == date(2026, 11, 19)
    assert by_name(report.messages) == {
        "first request": [5_000, 5_000, 11_000], "follow-up 1": [0, 0, 0], "follow-up 2": [15_000] * 3,
    }  # fmt: skip
    total = report.total
    assert collected(total) == [20_000, 20_000, 26_000]
    assert [each.paid for each in total.within] == [2, 2, 3]
    assert (total.messages, total.accounts, total.same_day_cents) == (6, 4, 0)
    assert (total.reached, total.on_its_way, total.undeliverable, total.in_doubt) == (3, 2, 1, 0)
    assert (total.answered, total.opted_out) == (1, 0)
    assert by_name(report.ages) == {"61-90 days": [20_000, 20_000, 26_000]}
    assert by_name(report.months) == {"2026-09": [20_000, 20_000, 26_000]}
    assert by_name(report.campaigns) == {"2026-09": [20_000, 20_000, 26_000], "no campaign began": [0, 0, 0]}
    (ends,) = report.campaign_ends
    assert (ends.campaigns, ends.paid, ends.completed, ends.running) == (3, 1, 1, 1)
    owed, made = report.receivables, report.production
    assert owed.total_cents == 46_000
    assert owed.buckets == (20_000, 10_000, 4_000, 12_000)
    assert owed.over_90_share == pytest.approx(0.2609, abs=1e-4)
    assert made.period is not None
    assert (made.period.first, made.period.last) == (date(2026, 8, 23), AS_OF)
    assert (made.period.gross_production_cents, made.period.net_production_cents) == (100_000, 90_000)
    assert (made.period.patient_payments_cents, made.period.insurance_payments_cents) == (54_000, 40_000)
    assert made.working_days == 3
    assert made.days_in_receivables == pytest.approx(1.468, abs=1e-3)
    assert made.to_monthly_production == pytest.approx(1.533, abs=1e-3)
    assert made.collected_share == pytest.approx(1.044, abs=1e-3)
    assert [(f"{month.moved.first:%m}", month.receivables_cents, month.over_90_cents) for month in made.months] == [
        ("07", 50_000, 0), ("08", 50_000, 0), ("09", 24_000, 20_000), ("10", 26_000, 12_000), ("11", 46_000, 12_000),
    ]  # fmt: skip


def test_the_rows_of_the_page_are_the_reports(toy: WithLedger) -> None:
    text = (Path(__file__).parents[2] / "docs" / "report.md").read_text("utf-8").replace("**", "")
    report = make_report(toy.office)
    for row in (*report.messages, report.total):
        name = "together" if row is report.total else row.name
        went_out = row.reached + row.on_its_way
        of_all = f"{went_out} of {row.messages}" if went_out < row.messages else str(went_out)
        assert f"| {name} | {of_all} | {' | '.join(map(format_cents, collected(row)))} |" in text, name


@pytest.mark.parametrize("rows", ["months", "messages", "ages", "campaigns"])
def test_whatever_the_rows_are_made_by_they_come_to_the_total(toy: WithLedger, rows: str) -> None:
    report = make_report(toy.office)
    parts: tuple[Row, ...] = getattr(report, rows)
    for name in ("messages", "reached", "on_its_way", "undeliverable", "in_doubt", "answered", "opted_out"):
        assert sum(getattr(row, name) for row in parts) == getattr(report.total, name), name
    for place, within in enumerate(report.total.within):
        for name in ("collected_cents", "paid", "over", "not_over"):
            assert sum(getattr(row.within[place], name) for row in parts) == getattr(within, name), name


def test_no_names_unless_somebody_asks(toy: WithLedger) -> None:
    assert make_report(toy.office).accounts is None
    named = make_report(toy.office, with_names=True).accounts
    assert named is not None
    assert [(each.name, each.messages, each.collected_cents) for each in named] == [
        ("First1 Last1", 3, 20_000), ("First2 Last2", 1, 6_000), ("First3 Last3", 1, 0), ("First4 Last4", 1, 0),
    ]  # fmt: skip


def test_days_choose_messages_and_payments_still_count_for_the_last_one(toy: WithLedger) -> None:
    first = make_report(toy.office, until=date(2026, 9, 7))
    rest = make_report(toy.office, since=date(2026, 9, 8))
    assert by_name(first.messages) == {"first request": [5_000, 5_000, 11_000]}
    assert by_name(rest.messages) == {"follow-up 1": [0, 0, 0], "follow-up 2": [15_000] * 3}
    assert first.receivables == rest.receivables
    with pytest.raises(CannotGoOn, match="2026-09-08 is after 2026-09-07"):
        make_report(toy.office, since=date(2026, 9, 8), until=date(2026, 9, 7))


def test_a_window_that_is_not_over_is_told_so_far(toy: WithLedger) -> None:
    toy.go_on("2026-09-21")
    report = make_report(toy.office)
    seven, fourteen, thirty = report.total.within
    assert (seven.over, seven.not_over, seven.collected_cents) == (4, 1, 20_000)
    assert (fourteen.over, fourteen.not_over) == (3, 2)
    assert (thirty.over, thirty.not_over, thirty.collected_cents) == (0, 5, 20_000)
    assert not thirty.is_known


def test_as_of_an_earlier_day_nothing_later_is_known(toy: WithLedger) -> None:
    report = make_report(toy.office, date(2026, 9, 7))
    assert report.known_until == date(2026, 9, 7)
    assert report.total.messages == 4
    assert collected(report.total) == [5_000 + 10_000] * 3  # the check has not come back yet
    assert report.total.same_day_cents == 10_000


def test_without_a_type_credits_are_not_told_apart_and_production_is_not_known(toy: WithLedger) -> None:
    toy.with_type = False
    toy.export()
    report = make_report(toy.office)
    assert not report.payments_told
    assert report.production.collected_share is report.production.days_in_receivables is None
    assert "tells treatment" in report.production.why
    assert collected(report.total) == [30_000, 30_000, 36_000]
    assert any("no column for the type" in each.message for each in report.problems)


def test_without_a_ledger_no_money_is_known(toy: WithLedger) -> None:
    toy.settings["exports"] = {"patients": "patients.csv", "balances": "balances.csv"}
    balances = f"guarantor_id,days_0_30,days_31_60,days_61_90,over_90\n{BO},0,0,40.00,0\n{EVE},200.00,100.00,0,0\n"
    (toy.folder / "balances.csv").write_text(balances)
    report = make_report(toy.office)
    assert report.no_money
    assert report.total.within == ()
    assert report.total.reached == 3
    assert report.receivables.total_cents == 34_000
    assert report.production.period is None
    assert report.production.collected_share is None
    assert report.beside == report.beside_months == {}
    assert [row.name for row in report.ages] == ["not known"]


def test_a_ledger_that_begins_too_late_tells_no_production(toy: WithLedger) -> None:
    toy.entries = tuple(entry for entry in toy.entries if entry[1] >= "2026-09-02")
    toy.export()
    made = make_report(toy.office).production
    assert made.period is None
    assert made.why == "the ledger does not go back 90 days"
    assert len(made.months) == 3


def test_an_account_that_left_the_exports_is_told_apart(toy: WithLedger) -> None:
    toy.rename(BO, "77")
    toy.entries = tuple(
        ("77" if account == BO else account, day, what, amount) for account, day, what, amount in toy.entries
    )
    toy.export()
    report = make_report(toy.office)
    assert report.total.payments_not_known == 1
    assert by_name(report.ages) == {"61-90 days": [20_000] * 3, "not in the exports": [0, 0, 0]}
    assert report.total.within[0].over == 4


def test_what_an_account_paid_whose_rows_cannot_be_read_is_not_known(toy: WithLedger) -> None:
    toy.entries = (*toy.entries, (BO, "2026-10-20", "payment", "-1O.00"))
    toy.export()
    report = make_report(toy.office)
    assert report.total.payments_not_known == 1
    assert collected(report.total) == [20_000] * 3
    assert report.receivables.not_known == 1
    assert report.receivables.total_cents == 46_000 - 4_000


def test_before_the_first_request_there_are_the_figures_of_the_practice(tmp_path: Path) -> None:
    report = make_report(WithLedger(tmp_path, 5, at("2026-11-20")).office)
    assert report.total.messages == 0
    assert report.months == report.campaigns == ()
    assert report.receivables.total_cents == 46_000
    assert report.rehearsal


def test_each_message_is_what_became_of_it(double: ProviderDouble, tmp_path: Path) -> None:
    practice = practice_on(double, tmp_path, size=6)
    for account, behaviour in (
        ("1", accept(("delivered", None))), ("2", refuse(21614)), ("3", drop(accepted=False)), ("4", refuse(21610)),
        ("5", accept(("undelivered", 30005))),
    ):  # fmt: skip
        double.script(behaviour, to=practice.number(account))
    practice.send(sender_for(double))
    practice.later(days=1)
    double.incoming(practice.number("1"), "STOP")
    practice.later(hours=1)
    sync(practice.office, sender_for(double))
    resend(practice.office, sender_for(double), "2", "+12075550150", Conduct(sleep=lambda _: None))
    report = make_report(practice.office)
    (first,) = report.messages
    assert (first.reached, first.on_its_way, first.undeliverable, first.in_doubt) == (1, 2, 3, 1)
    assert (first.messages, first.accounts) == (7, 6)
    assert (first.answered, first.opted_out) == (1, 2)
    assert {row.name: row.messages for row in report.campaigns} == {"2026-11": 4, "no campaign began": 3}


def test_what_surely_never_went_out_is_no_message(double: ProviderDouble, tmp_path: Path) -> None:
    practice = practice_on(double, tmp_path)
    double.script(refuse(20003, 401), to=practice.number("1"))
    with suppress(CannotGoOn):
        practice.send(sender_for(double))
    assert make_report(practice.office).total.messages == 0
