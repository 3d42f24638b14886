"""dipay as a process of its own whose clock stands: python -m tests.weeks.at MOMENT COMMAND..."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from dipay import office
from dipay.config import load_settings


def main() -> None:
    moment = datetime.fromisoformat(sys.argv.pop(1))

    def open_office(config: Path | None = None) -> office.Office:
        return office.Office(load_settings(config), lambda: moment)

    office.open_office = open_office
    # It looks at the command when it is imported.
    from dipay.cli import main as dipay

    dipay()


if __name__ == "__main__":
    main()
