"""A small practice whose clock the test holds, sending to a double of the provider on this computer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from dipay.config import LoadedSettings
from dipay.domain.settings import settings_from
from dipay.messaging import Sender
from dipay.messaging.outbox import Outbox
from dipay.messaging.twilio import TwilioSender
from dipay.office import Office
from dipay.services.history import History
from dipay.services.history import history as look_at
from dipay.services.run import Conduct, SendReport
from dipay.services.sending import send
from dipay.state.invariants import check_invariants
from dipay.state.store import open_for_reading
from tests.messaging.double import ProviderDouble

#: A Wednesday, ten in the morning in Maine.
MORNING = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


@dataclass
class Practice:
    """Accounts 1 to `size`, each owing $100.00 for 60 days, with the numbers (207) 555-0101 and so on.

    The export has a column for languages where some account has one.
    """

    folder: Path
    size: int = 3
    now: datetime = MORNING
    provider: str = "outbox"
    settings: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    balances: dict[str, str] = field(default_factory=dict)
    visits: dict[str, date] = field(default_factory=dict)
    guarantors: dict[str, str] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.export()

    def number(self, account: str) -> str:
        return self.numbers.get(account, f"+120755501{int(account):02d}")

    def rename(self, account: str, to: str) -> None:
        """The PMS has another id for the same person from now on."""
        self.renamed[account] = to
        self.export()

    def export(self) -> None:
        """Writes the exports as they are this morning."""
        ids = [str(each) for each in range(1, self.size + 1)]
        patients = ["patient_id,guarantor_id,first_name,last_name,mobile_phone,birth_date,last_visit,zip"]
        for each in ids:
            key, guarantor = self.renamed.get(each, each), self.guarantors.get(each, "")
            visit = self.visits.get(key, date(2026, 9, 19))
            patients.append(f"{key},{guarantor},First{each},Last{each},{self.number(each)},1980-01-01,{visit},04101")
        if self.languages:
            cells = ["language", *(self.languages.get(each, "") for each in ids)]
            patients = [f"{row},{cell}" for row, cell in zip(patients, cells, strict=True)]
        ledger = ["patient_id,date,amount"]
        ledger += [f"{self.renamed.get(each, each)},2026-09-19,{self.balances.get(each, '100.00')}" for each in ids]
        for name, lines in (("patients.csv", patients), ("ledger.csv", ledger)):
            path = self.folder / name
            path.write_text("\n".join(lines) + "\n")
            os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    @property
    def office(self) -> Office:
        base: dict[str, Any] = {
            "practice": {"name": "Maple", "phone": "207-555-0148", "timezone": "America/New_York"},
            "exports": {"patients": "patients.csv", "ledger": "ledger.csv"},
            "payment_link": {"url": "https://pay.example.com/{request_id}"},
            "messaging": {"provider": self.provider, **self.settings.get("messaging", {})},
        }
        rest = {key: value for key, value in self.settings.items() if key != "messaging"}
        settings = settings_from(base | rest)
        return Office(LoadedSettings(settings, self.folder / "config.yaml"), lambda: self.now)

    def later(self, **by: int) -> None:
        """Lets time pass, and the PMS export anew."""
        self.now += timedelta(**by)
        self.export()

    def outbox(self) -> Outbox:
        return Outbox(self.folder / "outbox", lambda: self.now)

    def send(self, sender: Sender | None = None, only: Sequence[str] = (), **conduct: Any) -> SendReport:
        """One run with nobody watching; it waits for nothing."""
        given: dict[str, Any] = {"unattended": True, "sleep": lambda _: None, "per_second": 1e9} | conduct
        return send(self.office, sender or self.outbox(), Conduct(**given), only)

    def check(self) -> None:
        """Whatever happened, the state must be whole."""
        with open_for_reading(self.office.state_path) as store:
            assert check_invariants(store.connection) == []


def practice_on(double: ProviderDouble, folder: Path, **given: Any) -> Practice:
    """A practice that sends through the double, whose clock goes by the practice's."""
    settings = given.pop("settings", {})
    twilio = {"from": double.number, "base_url": double.url}
    made = Practice(folder, provider="twilio", settings={"messaging": {"twilio": twilio}} | settings, **given)
    double.now = lambda: made.now
    return made


def sender_for(double: ProviderDouble, **changes: Any) -> TwilioSender:
    """A sender that speaks to the double, with limits that a busy machine keeps and a test can wait for."""
    given: dict[str, Any] = {
        "from_number": double.number, "base_url": double.url,
        "connect_seconds": 5.0, "read_seconds": 1.0, "total_seconds": 10.0,
    }  # fmt: skip
    return TwilioSender(double.account_sid, double.auth_token, **(given | changes))


def outcomes(report: SendReport) -> dict[str, str]:
    return {line.guarantor_id: line.outcome for line in report.lines}


def history(office: Office, typed: str | None = None, **given: Any) -> History:
    """What happened to one account, or to all; a name that several have is none."""
    found = look_at(office, typed, **given)
    assert isinstance(found, History)
    return found
