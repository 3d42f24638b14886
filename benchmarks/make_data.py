"""Makes the benchmarks' practices in a folder, each once: CSV of several sizes, XLSX, and state files with messages.

python make_data.py FOLDER [SIZE ...]
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AS_OF = "2026-11-20"

#: Families (there are about 2.2 patients in each), ledger rows of each family, and the form.
SIZES = {
    "S": (2_300, 87, "csv"),
    "M": (23_000, 87, "csv"),
    "M3": (23_000, 261, "csv"),
    "M4": (92_000, 87, "csv"),
    "L": (230_000, 87, "csv"),
    "X": (9_200, 22, "xlsx"),
    "R": (32_000, 14, "csv"),
}

SETTINGS = """\
practice: {{name: Maple Street Dental, phone: "+1 207-555-0148", timezone: America/New_York}}
exports: {{folder: ., patients: patients.{form}, ledger: ledger.{form}, max_age_hours: 100000}}
payment_link: {{url: "https://pay.example.com/m?ref={{request_id}}"}}
snooze: {{reasons: [Other]}}
"""
PROVIDERS = ("Hygiene 1", "Dr. Fairweather", "Dr. Underhill", "Hygiene 2", "Dr. Fairweather", "Dr. Penhallow")


def make(folder: Path, size: str) -> Path:
    """The practice of that size, made where it is not there yet."""
    made = folder / size
    settings = made / "config.yaml"
    if not settings.exists():
        families, rows, form = SIZES[size]
        layout = "generic-xlsx" if form == "xlsx" else "generic"
        print(f"making {size}: {families:,} families, {families * rows:,} rows", file=sys.stderr)
        generate = [sys.executable, str(ROOT / "samples" / "generate.py"), "--out", str(made), "--layout", layout]
        generate += ["--families", str(families), "--rows-per-family", str(rows), "--as-of", AS_OF]
        subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
        if form == "csv":
            _as_in_the_us(made / "ledger.csv")
        settings.write_text(SETTINGS.format(form=form))
    return made


def _as_in_the_us(ledger: Path) -> None:
    """The ledger as programs of the United States write it: month first, and who did the work. 75 bytes a row."""
    written = ledger.with_suffix(".new")
    with ledger.open(newline="") as plain, written.open("w", newline="") as file:
        number, patient, day, rest = next(plain).split(",", 3)
        file.write(f"{number},{patient},{day},provider,{rest}")
        file.writelines(map(_row_as_in_the_us, plain))
    written.replace(ledger)


def _row_as_in_the_us(line: str) -> str:
    number, patient, day, rest = line.split(",", 3)
    provider = PROVIDERS[int(patient) % len(PROVIDERS)]
    return f"{number},{patient},{day[5:7]}/{day[8:]}/{day[:4]},{provider},{rest}"


def make_with_messages(folder: Path, size: str, messages: int) -> Path:
    """The same practice with a state file that holds so many old messages, twenty to each former account."""
    plain, made = make(folder, size), folder / f"{size} {messages} messages"
    if not (made / "config.yaml").exists():
        print(f"making {size} with {messages:,} messages", file=sys.stderr)
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        for name in ("patients.csv", "ledger.csv"):
            (made / name).hardlink_to(plain / name)
        _fill_state(made, messages)
        shutil.copy(plain / "config.yaml", made)
    return made


def _fill_state(folder: Path, messages: int) -> None:
    from dipay.state.beside import marker_for
    from dipay.state.store import open_for_writing
    from dipay.state.summaries import refresh

    accounts = messages // 20
    now = datetime(2026, 1, 5, 15, tzinfo=UTC)

    def row(number: int) -> tuple[object, ...]:
        # Two years of messages, one to each account every 36 days.
        account = f"f{number % accounts}"
        at = now - timedelta(days=36 * (number // accounts))
        moment = at.isoformat()
        return (
            secrets.token_urlsafe(18), account, "single", 0, 0, 1, 0, 0, f"+1207{number % accounts:07d}", 12_500,
            "Maple Street Dental: you have a balance with us.", "0" * 64, 1, "twilio", 0, "accepted",
            at.date().isoformat(), moment, moment, f"SM{number:032x}", "delivered", "office", 1, "1",
        )  # fmt: skip

    state = folder / "dipay.db"
    with open_for_writing(state, marker_for(folder, state), actor="benchmark", now=now) as store:
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
