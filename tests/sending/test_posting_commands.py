"""A link's life as an office sees it: `send`, a patient who pays at a double of Stripe's, `sync`, `posting`, `why`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dipay.cli import app
from dipay.config_writer import render_settings_yaml
from settings_pages import EXAMPLE_VALUES
from tests.messaging.double import ProviderDouble
from tests.processors.behaviours import answer, drop
from tests.processors.double import ProcessorDouble, processor_double
from tests.sending.practice import Practice


@pytest.fixture
def stripe() -> Iterator[ProcessorDouble]:
    with processor_double() as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path, double: ProviderDouble, stripe: ProcessorDouble, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A practice in files that sends to the one double at any hour, with links by the other."""
    Practice(tmp_path, size=3, now=datetime.now(UTC))
    values: dict[str, object] = {
        **{key: value for key, value in EXAMPLE_VALUES.items() if key != "payment_link.url"},
        "exports.folder": ".",
        "payment_link.provider": "stripe",
        "payment_link.stripe.base_url": stripe.url,
        "messaging.provider": "twilio",
        "messaging.send_window.from": "00:00",
        "messaging.send_window.to": "23:59",
        "messaging.send_window.days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "messaging.twilio.from": double.number,
        "messaging.twilio.base_url": double.url,
    }
    (tmp_path / "config.yaml").write_text(render_settings_yaml(values))
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", double.account_sid)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", double.auth_token)
    monkeypatch.setenv("STRIPE_API_KEY", stripe.api_key)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(app, args, prog_name="dipay")


def data(*args: str) -> Any:
    return json.loads(run(*args, "--json").stdout)["data"]


def pay(double: ProviderDouble, stripe: ProcessorDouble, number: str) -> None:
    """The patient pays by the link in the newest text to that number."""
    text = double.posts_to(number)[-1].text
    (link,) = [each for each in stripe.links.values() if each.url in text]
    stripe.pay(link.link_id)


def test_from_the_text_to_the_books(folder: Path, double: ProviderDouble, stripe: ProcessorDouble) -> None:
    assert run("send", "--yes").exit_code == 0
    assert len(double.posts) == len(stripe.links) == 3
    assert run("posting").stdout == "The exports show every payment.\n"
    pay(double, stripe, "+12075550101")
    told = run("sync")
    assert "Payments: 1 paid, $100.00. `dipay posting` lists those to key into the PMS." in told.stdout
    listed = run("posting")
    assert listed.exit_code == 1
    assert "1  First1 Last1 (1), " in listed.stdout
    assert "stripe pi_" in listed.stdout
    (entry,) = data("posting")["posting"]
    assert {key: entry[key] for key in ("payment", "guarantor_id", "amount_cents", "refunded_cents", "state")} == {
        "payment": 1, "guarantor_id": "1", "amount_cents": 10_000, "refunded_cents": 0, "state": "paid",
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(run("posting", "--csv").stdout)))
    assert [(each["guarantor_id"], each["amount"], each["reference"]) for each in rows] == [
        ("1", "100.00", entry["reference"])
    ]
    account = data("why", "1")
    assert (account["unposted_cents"], account["patient_portion_cents"]) == (10_000, 0)
    why = run("why", "1").stdout
    assert "is not in the exports yet" in why
    assert "$100.00 paid by the payment link" in why
    assert [each["reference"] for each in account["payments"]] == [entry["reference"]]
    assert data("list")["summary"]["unposted_cents"] == 10_000
    [paid, *_] = csv.DictReader(io.StringIO(run("list", "--view", "all", "--csv").stdout))
    assert (paid["guarantor_id"], paid["unposted"], paid["balance"]) == ("1", "100.00", "0.00")
    assert paid["status"] == "paid $100.00 by link, owes $0.00 (+2)"
    assert "Paid and not in the exports yet: $100.00 of 1 account" in run("list").stdout
    assert "1 payment to key into the PMS, $100.00" in run("today").stdout
    assert "Keyed in: payment 1 of " in run("posting", "--done", "1", "--note", "by hand").stdout
    assert run("posting").exit_code == 0
    told = run("history", "1")
    for words in ("$100.00 paid by the payment link", "payment link off: it is paid", "keyed in by", "by hand"):
        assert words in told.stdout


@pytest.mark.parametrize("args", [("--done", "7"), ("--note", "x"), ("--csv", "--json")])
def test_what_can_not_be_said(args: tuple[str, ...], folder: Path) -> None:
    assert run("posting", *args).exit_code == 2


def test_a_link_in_doubt_is_asked_for_once_more_with_the_same_key(
    folder: Path, double: ProviderDouble, stripe: ProcessorDouble
) -> None:
    stripe.script("make", drop(processed=True))
    assert run("send", "--yes").exit_code == 0
    assert len(stripe.links) == len(double.posts) == 3
    assert [each.key for each in stripe.asked("make")[:2]] == [stripe.asked("make")[0].key] * 2


def test_a_link_that_is_not_known_to_be_made_is_found_and_switched_off(
    folder: Path, double: ProviderDouble, stripe: ProcessorDouble
) -> None:
    stripe.script("make", drop(processed=True), answer(500))
    told = run("send", "--yes")
    assert told.exit_code == 1
    assert "not sent: no payment link" in told.stdout
    assert len(double.posts) == 2
    assert "Payment links switched off: 1." in told.stdout
    assert run("send", "--yes").exit_code == 0
    assert len(double.posts) == 3
    assert sum(each.active for each in stripe.links.values()) == 3


def test_a_key_that_is_refused_stops_the_run(folder: Path, double: ProviderDouble, stripe: ProcessorDouble) -> None:
    stripe.revoked = True
    told = run("send", "--yes")
    assert told.exit_code == 4
    assert double.posts == []
    assert stripe.api_key not in told.stdout + told.stderr


def test_a_missing_key_sends_nothing(folder: Path, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIPE_API_KEY")
    assert run("send", "--yes").exit_code == 2
    assert double.posts == []
    assert run("send", "--dry-run").exit_code == 0


def test_a_rehearsal_needs_no_key_and_says_that_links_are_stand_ins(
    folder: Path, stripe: ProcessorDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STRIPE_API_KEY")
    settings = folder / "config.yaml"
    settings.write_text(settings.read_text().replace("provider: twilio", "provider: outbox"))
    assert "which the processor makes when it is sent" in " ".join(run("send", "--dry-run").stdout.split())
    told = run("send", "--yes")
    assert "Their links are stand-ins: no payment link is made in a rehearsal." in told.stdout
    assert stripe.requests == []
