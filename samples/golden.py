"""The golden answers beside each layout's exports: what `list --view all` and `report` say as of the samples' day.

    python samples/golden.py        writes them anew; look at the difference before you commit it

The answers are dipay's own and show every change of them. That they are right is known from `intended.json`, which the
generator works out without dipay.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from dipay.config import LoadedSettings
from dipay.domain.choices import Choice
from dipay.domain.settings import settings_from
from dipay.office import Office
from dipay.render.as_json import encode
from dipay.render.data import list_data
from dipay.render.report.sections import report_data
from dipay.services.report import make_report
from dipay.services.worklist import make_worklist

HERE = Path(__file__).resolve().parent
AS_OF = date(2026, 11, 20)
NAME, REPORT = "worklist.json", "report.json"

LAYOUTS: Mapping[str, Mapping[str, str]] = {
    ".": {"patients": "patients*.csv", "ledger": "ledger*.csv"},
    "open-dental/query": {"patients": "patients.csv", "ledger": "ledger.csv"},
    "open-dental/aging": {"patients": "patients.csv", "balances": "aging.xls"},
    "dentrix": {"patients": "Patients.csv", "balances": "Aging.csv"},
    "dentrix-xlsx": {"patients": "Patients.xlsx", "balances": "Aging.xlsx"},
    "eaglesoft": {"patients": "patient.csv", "ledger": "transactions.csv", "balances": "responsible_party.csv"},
}


def office(layout: str, samples: Path = HERE) -> Office:
    """The sample practice with one layout's exports, on the samples' day."""
    settings = settings_from(
        {
            "practice": {"name": "Maple Street Dental", "phone": "+1 207-555-0148", "timezone": "America/New_York"},
            "exports": {"folder": layout, **LAYOUTS[layout]},
            "payment_link": {"url": "https://pay.example.com/maple?ref={request_id}"},
        }
    )
    noon = datetime.combine(AS_OF, time(17), UTC)
    return Office(LoadedSettings(settings, samples / "config.yaml"), lambda: noon)


def answer(layout: str, samples: Path = HERE) -> dict[str, Any]:
    """`list`'s data for every account of a layout."""
    here = office(layout, samples)
    data = list_data(make_worklist(here, AS_OF), Choice.ALL, here.settings)
    return {**data, "accounts": [json.loads(encode(each)) for each in data["accounts"]]}


def report_text(layout: str, samples: Path = HERE) -> str:
    """`report`'s data for a layout, of which nobody was asked yet."""
    return json.dumps(report_data(make_report(office(layout, samples), AS_OF)), indent=1, ensure_ascii=False) + "\n"


def golden_text(data: Mapping[str, Any]) -> str:
    """The answer as text, an account a line, so that a difference can be read."""
    lines = [
        f'"summary": {json.dumps(data["summary"])}',
        f'"files": [\n{_lines(data["files"])}\n]',
        f'"accounts": [\n{_lines(data["accounts"])}\n]',
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _lines(items: list[Any]) -> str:
    return ",\n".join(json.dumps(each, ensure_ascii=False) for each in items)


def main() -> None:
    """Writes every golden answer."""
    for layout in LAYOUTS:
        for name, text in ((NAME, golden_text(answer(layout))), (REPORT, report_text(layout))):
            (HERE / layout / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
