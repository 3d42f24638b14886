"""What came in as frames: the same as the ledger and the report say."""

from __future__ import annotations

from pathlib import Path

from dipay import frames
from dipay.services.report import make_report
from tests.messaging.double import ProviderDouble
from tests.reporting.toy import EVE, WithLedger, at, lived_through


def test_payments_are_the_ledgers_by_day_and_kind(double: ProviderDouble, tmp_path: Path) -> None:
    toy = lived_through(double, tmp_path)
    found = frames.payments(toy.office)
    eve = found[found["guarantor_id"] == EVE]
    assert list(zip(eve["day"].dt.strftime("%m-%d"), eve["kind"], eve["amount_cents"], strict=True)) == [
        ("09-02", "charge", 50_000), ("09-02", "write-off", -10_000), ("09-25", "insurance-payment", -40_000),
        ("10-01", "charge", 30_000), ("10-01", "payment", -20_000), ("11-02", "charge", 20_000),
    ]  # fmt: skip
    assert found["amount_cents"].sum() == 46_000


def test_after_requests_is_what_the_report_adds_up(double: ProviderDouble, tmp_path: Path) -> None:
    toy = lived_through(double, tmp_path)
    found, report = frames.after_requests(toy.office), make_report(toy.office)
    assert len(found) == report.total.messages
    for within in report.total.within:
        assert found[f"collected_within_{within.days}_cents"].sum() == within.collected_cents
        assert found[f"is_over_{within.days}"].sum() == within.over
    by_message = found.groupby("message")["collected_within_30_cents"].sum()
    assert by_message.to_dict() == {row.name: row.within[-1].collected_cents for row in report.messages}
    assert found["outcome"].value_counts().to_dict() == {"reached": 3, "on its way": 2, "undeliverable": 1}


def test_without_rows_they_have_their_columns_and_types(double: ProviderDouble, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    full = lived_through(double, tmp_path / "a")
    empty = WithLedger(tmp_path, 5, at("2026-11-20"))
    empty.settings["exports"] = {"patients": "patients.csv", "balances": "balances.csv"}
    (tmp_path / "balances.csv").write_text("guarantor_id,days_0_30,days_31_60,days_61_90,over_90\n1,0,0,40.00,0\n")
    for make in (frames.payments, frames.after_requests):
        assert len(make(empty.office)) == 0
        assert make(empty.office).dtypes.to_dict() == make(full.office).dtypes.to_dict()
