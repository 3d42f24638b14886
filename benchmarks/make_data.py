"""Makes the benchmarks' practices in a folder, each once: CSV of four sizes, XLSX, and a state file of many messages.

python make_data.py FOLDER [SIZE ...]
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AS_OF = "2026-11-20"

#: Families (there are about 2.2 patients in each) and ledger rows of each family.
SIZES = {
    "S": (2_300, 87, "generic"),
    "M": (23_000, 87, "generic"),
    "M4": (92_000, 87, "generic"),
    "L": (230_000, 87, "generic"),
    "X": (9_200, 22, "generic-xlsx"),
    "R": (32_000, 14, "generic"),
}
MESSAGES = 1_000_000

SETTINGS = """\
practice: {{name: Maple Street Dental, phone: "+1 207-555-0148", timezone: America/New_York}}
exports: {{folder: ., patients: patients.{ending}, ledger: ledger.{ending}, max_age_hours: 100000}}
payment_link: {{url: "https://pay.example.com/m?ref={{request_id}}"}}
snooze: {{reasons: [Other]}}
"""


def make(folder: Path, size: str) -> Path:
    """The practice of that size, made where it is not there yet."""
    made = folder / size
    settings = made / "config.yaml"
    if not settings.exists():
        families, rows, layout = SIZES[size]
        generate = [sys.executable, str(ROOT / "samples" / "generate.py"), "--out", str(made), "--layout", layout]
        generate += ["--families", str(families), "--rows-per-family", str(rows), "--as-of", AS_OF]
        subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
        settings.write_text(SETTINGS.format(ending="xlsx" if "xlsx" in layout else "csv"))
    return made


def make_with_messages(folder: Path, size: str) -> Path:
    """The same practice with a state file that holds a million old messages, to its accounts and to former ones."""
    plain, made = make(folder, size), folder / f"{size}-messages"
    made.mkdir(exist_ok=True)
    for name in ("patients.csv", "ledger.csv", "config.yaml"):
        if not (made / name).exists():
            (made / name).hardlink_to(plain / name)
    if not (made / "dipay.db").exists():
        fill_state(made, MESSAGES)
    return made


def fill_state(folder: Path, messages: int) -> None:
    from dipay.office import STATE_MARKER
    from dipay.state.store import open_for_writing
    from dipay.state.summaries import refresh

    accounts = messages // 20
    now = datetime(2026, 1, 5, 15, tzinfo=UTC)

    def row(number: int) -> tuple[object, ...]:
        # Former accounts, two years of messages.
        account = f"f{number % accounts}"
        at = now - timedelta(days=36 * (number // accounts))
        moment = at.isoformat()
        return (
            secrets.token_urlsafe(18), account, "single", 0, 0, 1, 0, 0, f"+1207{number % accounts:07d}", 12_500,
            "Maple Street Dental: you have a balance with us.", "0" * 64, 1, "twilio", 0, "accepted",
            at.date().isoformat(), moment, moment, f"SM{number:032x}", "delivered", "office", 1, "1",
        )  # fmt: skip

    with open_for_writing(folder / "dipay.db", folder / STATE_MARKER, actor="benchmark", now=now) as store:
        columns = (
            "token, guarantor_id, kind, in_campaign, step, last_step, named, typed, number, amount_cents, text, "
            "text_sha256, segments, provider, rehearsal, state, day, claimed_at, outcome_at, provider_id, delivery, "
            "host, pid, process_started"
        )
        marks = ", ".join("?" * len(columns.split(",")))
        with store.writing() as connection:
            insert = f"INSERT INTO requests ({columns}) VALUES ({marks})"
            connection.executemany(insert, (row(number) for number in range(messages)))
            for number in range(accounts):
                refresh(connection, f"f{number}")


if __name__ == "__main__":
    for name in sys.argv[2:] or SIZES:
        print(make(Path(sys.argv[1]), name))
