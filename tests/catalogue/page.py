"""Makes docs/errors.md, the page of all that dipay says of bad files: `python -m tests.catalogue.page --write`."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.catalogue.all_cases import CASES, GROUPS, TITLES
from tests.catalogue.cases import Case, Does
from tests.catalogue.running import texts_of

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


def head() -> str:
    """What stands above the first group."""
    counts = Counter(case.does for case in CASES)
    lines = [
        "<!-- Made by tests/catalogue/page.py; change the code, not this page. -->",
        "",
        "# Errors: what dipay says of bad files",
        "",
        "For whoever met an error and wants to see it among its kind: search this page for its words.",
        "",
        f"{len(TITLES)} kinds of bad, odd and hostile exports and settings, in {len(CASES)} cases. A test makes the "
        "files of each case, reads them as dipay does, checks what becomes of every account in them, and holds the words "
        "below to what was really said. The words name the place, what is wrong and what to do; they never hold a name, "
        "a number or a birth date. FOLDER stands for the folder of the exports. Why something is done in this way and "
        "not another stands in [decisions](decisions.md).",
        "",
        "| what dipay does | cases |",
        "|---|---|",
        *(f"| {does.value} | {counts[does]} |" for does in Does),
        "",
        " · ".join(f"[{group}](#{_anchor(group)})" for group in GROUPS),
    ]
    return "\n".join(lines) + "\n\n"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def entry(case: Case, texts: list[str]) -> str:
    """A case as it stands on the page."""
    said = "\n".join(["```text", *texts, "```"]) if texts else "Nothing is said."
    return f"**{case.holds[0].upper()}{case.holds[1:]}**: dipay {case.does.value}.\n\n{said}\n\n"


def sections() -> list[str | Case]:
    """The page's headings, and the cases below them."""
    found: list[str | Case] = []
    for group, titles in GROUPS.items():
        found.append(f"## {group}\n\n")
        for number, title in titles.items():
            found.append(f"### {number}. {title}\n\n")
            found.extend(case for case in CASES if case.number == number)
    return found


def pieces(page: str) -> list[str]:
    """A page taken apart into its head, its headings and its entries."""
    return re.split(r"(?m)^(?=##|\*\*)", f"{page}\n")


def page() -> str:
    """The whole page; every case is run."""
    text = head()
    for each in sections():
        if isinstance(each, str):
            text += each
        else:
            with TemporaryDirectory() as folder:
                text += entry(each, texts_of(each, Path(folder)))
    return text.removesuffix("\n")


def main() -> None:
    """Shows the page, or writes it."""
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(page())


if __name__ == "__main__":
    main()
