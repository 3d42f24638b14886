"""The desk at which dipay's commands are given, at any moment. What commands and their answers are called stands here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from typer.testing import CliRunner

from dipay.cli import app
from dipay.cli.signals import signals_kept
from dipay.config import load_settings
from dipay.office import Office
from dipay.state.invariants import check_invariants
from dipay.state.store import open_for_reading
from pms import Kind
from practice import PRACTICE_NAME
from tests.messaging.double import ProviderDouble
from tests.weeks.facts import Standing

ROOT = Path(__file__).parents[2]
#: Which message of the campaign a text is, by its words; and the day of each.
STEPS = ("please pay", "still open", "a last reminder")
STEP_DAYS = (0, 7, 14)
ZONE = "America/New_York"
FILES = {
    Kind.LEDGER: {"patients": "patients.csv", "ledger": "ledger.csv"},
    Kind.LEDGER_WITHOUT_VISITS: {"patients": "patients.csv", "ledger": "ledger.csv"},
    Kind.BALANCES: {"patients": "patients.csv", "balances": "aging.xls"},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended and what it answered."""

    exit_code: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WaitingReply:
    """One of the replies that wait for a person."""

    number: int
    account: str | None
    words: str


class Desk:
    """A practice's settings and state in a folder, and `now`. `processes`: each command is one, as with cron.

    `settings` are more of them, or other ones, by their section.
    """

    def __init__(
        self, folder: Path, double: ProviderDouble, kind: Kind, now: datetime, **settings: dict[str, Any]
    ) -> None:
        self.folder, self.now, self.processes = folder, now, False
        self.config = folder / "config.yaml"
        for name, secret in (("sid", double.account_sid), ("token", double.auth_token)):
            (folder / name).touch(0o600)
            (folder / name).write_text(secret)
        self.config.write_text(yaml.safe_dump(_settings(double, kind) | settings))

    def run(self, *command: str) -> Answer:
        given = [*command, "--config", str(self.config), "--json"]
        if self.processes:
            return self._in_a_process(given)
        with mock.patch("dipay.office.open_office", self._office), signals_kept():
            result = CliRunner().invoke(app, given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return _answer(result.exit_code, result.stdout)

    def replies(self) -> list[WaitingReply]:
        """The replies that wait."""
        return [
            WaitingReply(each["reply_id"], each["guarantor_id"], each["text"])
            for each in self.run("replies").data.get("replies", [])
        ]

    def done(self, reply: WaitingReply) -> Answer:
        return self.run("replies", "--done", str(reply.number))

    def release(self, account: str, reason: str) -> Answer:
        """Frees an account whose request in doubt did not arrive."""
        requests = self.run("history", account).data["requests"]
        in_doubt = [each["request_id"] for each in requests if each["outcome"] == "in_doubt"]
        if not in_doubt:
            return Answer(2, {})
        return self.run("sync", "--release", str(in_doubt[0]), "--reason", reason)

    def standings(self) -> list[Standing]:
        accounts = self.run("list", "--view", "all").data["accounts"]
        return [
            Standing(each["guarantor_id"], each["view"], tuple(reason["code"] for reason in each["reasons"]))
            for each in accounts
        ]

    def what_is_wrong_with_the_state(self) -> list[str]:
        with open_for_reading(self.folder / "dipay.db") as store:
            return check_invariants(store.connection)

    def _office(self, config: Path | None = None) -> Office:
        return Office(load_settings(config), lambda: self.now)

    def _in_a_process(self, given: list[str]) -> Answer:
        result = subprocess.run(
            [sys.executable, "-m", "tests.weeks.at", self.now.isoformat(), *given],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}, capture_output=True, text=True,
            encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return _answer(result.returncode, result.stdout)


def _answer(exit_code: int, stdout: str) -> Answer:
    return Answer(exit_code, json.loads(stdout)["data"] if stdout else {})


def _settings(double: ProviderDouble, kind: Kind) -> dict[str, Any]:
    words = (
        "{practice}: {first_name}, please pay {amount}: {link} Questions? {phone}. Reply STOP to opt out.",
        "{practice}: {first_name}, still open: {amount}. Pay here: {link} or {phone}. Reply STOP to opt out.",
        "{practice}: {first_name}, a last reminder: {amount}. Pay here: {link} or {phone}. Reply STOP to opt out.",
    )
    return {
        "practice": {"name": PRACTICE_NAME, "phone": "+1 207-555-0148", "timezone": ZONE},
        "exports": FILES[kind],
        "payment_settings": {"exclude_billing_types": ["*collections*"]},
        "campaign": {"messages": [{"day": day, "text": text} for day, text in zip(STEP_DAYS, words, strict=True)]},
        "payment_link": {"url": "https://pay.example.com/{guarantor_id}?ref={request_id}"},
        "messaging": {
            "provider": "twilio",
            "confirm_above": 250,
            "twilio": {
                "account_sid": "file:sid", "auth_token": "file:token", "from": double.number, "base_url": double.url,
            },
        },
    }  # fmt: skip
