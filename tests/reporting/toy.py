"""The small practice of `docs/report.md`, whose figures are worked out there by hand: some autumn weeks of five accounts.

python -m tests.reporting.toy --write       writes what `report --json` says of it; look at what changed
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from dipay.render.report.sections import report_data
from dipay.services.report import make_report
from dipay.services.syncing import sync
from tests.messaging.behaviours import accept
from tests.messaging.double import ProviderDouble, provider_double
from tests.sending.practice import Practice, sender_for

ANN, BO, CY, DEE, EVE = "1", "2", "3", "4", "5"
#: The account, the day, what the entry is, its amount.
Entry = tuple[str, str, str, str]
ENTRIES: tuple[Entry, ...] = (
    (ANN, "2026-07-01", "procedure", "200.00"),
    (BO, "2026-07-01", "procedure", "100.00"),
    (CY, "2026-07-01", "procedure", "80.00"),
    (DEE, "2026-07-01", "procedure", "120.00"),
    (EVE, "2026-09-02", "procedure", "500.00"),
    (EVE, "2026-09-02", "write-off", "-100.00"),
    (EVE, "2026-09-25", "insurance payment", "-400.00"),
    (EVE, "2026-10-01", "procedure", "300.00"),
    (EVE, "2026-10-01", "payment", "-200.00"),
    (EVE, "2026-11-02", "procedure", "200.00"),
    # After requests.
    (ANN, "2026-09-04", "payment", "-50.00"),
    (ANN, "2026-09-20", "payment", "-150.00"),
    (BO, "2026-09-01", "payment", "-100.00"),
    (BO, "2026-09-10", "payment", "100.00"),  # the check came back
    (BO, "2026-09-29", "payment", "-60.00"),
    (CY, "2026-10-05", "payment", "-80.00"),
)
AS_OF = date(2026, 11, 20)
GOLDEN = Path(__file__).parents[1] / "data" / "report.json"


def at(day: str) -> datetime:
    """Eleven in the morning in Maine."""
    return datetime.fromisoformat(f"{day}T15:00:00").replace(tzinfo=UTC)


@dataclass
class WithLedger(Practice):
    """A practice whose ledger has entries of its own, each of which its exports have from the next morning on."""

    entries: tuple[Entry, ...] = ENTRIES
    with_type: bool = True

    def export(self) -> None:
        super().export()
        head = "patient_id,date,type,amount" if self.with_type else "patient_id,date,amount"
        rows = [
            f"{account},{day},{what},{amount}" if self.with_type else f"{account},{day},{amount}"
            for account, day, what, amount in self.entries
            if day < self.now.date().isoformat()
        ]
        path = self.folder / "ledger.csv"
        path.write_text("\n".join((head, *rows)) + "\n")
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))

    def go_on(self, day: str) -> None:
        self.now = at(day)
        self.export()


def lived_through(double: ProviderDouble, folder: Path, **given: Any) -> WithLedger:
    """The practice on 20 November 2026: requests of 1 September, follow-ups of the 8th and the 15th."""
    made = WithLedger(
        folder, 5, at("2026-09-01"), "twilio",
        settings={"messaging": {"twilio": {"from": double.number}}}, numbers={DEE: ""},
        visits=dict.fromkeys((ANN, BO, CY, DEE), date(2026, 7, 1)) | {EVE: date(2026, 9, 1)}, **given,
    )  # fmt: skip
    double.now = lambda: made.now
    sender = sender_for(double)
    for account in (ANN, BO):
        double.script(accept(("delivered", None)), to=made.number(account))
    made.send(sender)
    made.go_on("2026-09-02")
    sync(made.office, sender)
    made.go_on("2026-09-08")
    double.incoming(made.number(CY), "Who is this? Please call me")
    made.now = at("2026-09-08").replace(hour=16)
    made.send(sender)
    made.go_on("2026-09-15")
    made.send(sender)
    made.go_on("2026-11-20")
    return made


def golden_text(toy: WithLedger) -> str:
    return json.dumps(report_data(make_report(toy.office)), indent=1) + "\n"


def main() -> None:
    """Writes the golden answer."""
    with provider_double() as double, tempfile.TemporaryDirectory() as folder:
        GOLDEN.write_text(golden_text(lived_through(double, Path(folder))), encoding="utf-8", newline="\n")


if __name__ == "__main__" and "--write" in sys.argv:
    main()
