"""Makes the exports of an invented practice.

    python samples/generate.py                    the committed samples, byte for byte
    python samples/generate.py --out DIR          the same somewhere else
    python samples/generate.py --families 230000 --rows-per-family 87 --out DIR
                                                  a practice of any size, by default in the generic layout

Everybody in it is invented. Practices of up to 20,000 families have telephone numbers reserved for fiction; in larger
ones the numbers may be somebody's: they are for reading and listing only, never for a provider that sends.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import layouts  # noqa: E402  the modules lie beside this file
import workbooks  # noqa: E402
from intended import intended_account  # noqa: E402
from practice import AS_OF, Family, Practice  # noqa: E402
from scenarios import make_practice, stream_families  # noqa: E402

STREAMED = {"generic": layouts.stream_generic, "generic-xlsx": workbooks.stream_generic_workbooks}
IN_MEMORY = {
    "open-dental-query": layouts.write_open_dental_query,
    "open-dental-aging": layouts.write_open_dental_aging,
    "dentrix": layouts.write_dentrix,
    "dentrix-xlsx": workbooks.write_dentrix_workbooks,
    "eaglesoft": layouts.write_eaglesoft,
}


def write_samples(practice: Practice, folder: Path) -> None:
    """The practice in every layout, in the folders of the committed samples, with its golden answers."""
    layouts.write_generic(practice, folder)
    layouts.write_open_dental_query(practice, folder / "open-dental" / "query")
    layouts.write_open_dental_aging(practice, folder / "open-dental" / "aging")
    layouts.write_dentrix(practice, folder / "dentrix")
    workbooks.write_dentrix_workbooks(practice, folder / "dentrix-xlsx")
    layouts.write_eaglesoft(practice, folder / "eaglesoft")
    layouts.write_intended(practice, folder)


def _with_answers(families: Iterable[Family], as_of: date, path: Path) -> Iterator[Family]:
    """The same families; what is intended for each is written on the way, so that memory stays flat."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        separator = "[\n"
        for family in families:
            file.write(separator + json.dumps(intended_account(family, as_of), ensure_ascii=False))
            separator = ",\n"
            yield family
        file.write("\n]\n")


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--families", type=int, help="how many guarantor accounts (60)")
    parser.add_argument("--seed", type=int, default=2026, help="another seed makes other people (2026)")
    parser.add_argument("--rows-per-family", type=int, help="ledger rows of each family that has any (a few visits)")
    parser.add_argument("--layout", choices=("all", *STREAMED, *IN_MEMORY), help="generic with --families, all without")
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF, help=f"the day it is made for ({AS_OF})")
    parser.add_argument("--out", type=Path, default=HERE, help="the folder (this one)")
    parser.add_argument("--intended", action="store_true", help="write intended.json too (always with all)")
    chosen = parser.parse_args(given)
    chosen.layout = chosen.layout or ("all" if chosen.families is None else "generic")
    chosen.families = 60 if chosen.families is None else chosen.families
    unchanged = chosen.seed == 2026 and chosen.as_of == AS_OF and chosen.rows_per_family is None
    if chosen.out == HERE and not (chosen.layout == "all" and chosen.families == 60 and unchanged):
        parser.error("the committed samples are made without arguments; name another folder with --out")
    if chosen.families < 1:
        parser.error("--families must be at least 1")
    return chosen


def main(given: list[str] | None = None) -> None:
    """Writes what the arguments ask for."""
    chosen = _arguments(given)
    if chosen.layout in STREAMED:
        families: Iterable[Family] = stream_families(chosen.families, chosen.seed, chosen.rows_per_family, chosen.as_of)
        if chosen.intended:
            families = _with_answers(families, chosen.as_of, chosen.out / "intended.json")
        patients, entries = STREAMED[chosen.layout](families, chosen.out)
        print(f"{chosen.families:,} families, {patients:,} patients, {entries:,} ledger rows in {chosen.out}")
        return
    practice = make_practice(chosen.families, chosen.seed, chosen.rows_per_family, chosen.as_of)
    if chosen.layout == "all":
        write_samples(practice, chosen.out)
    else:
        IN_MEMORY[chosen.layout](practice, chosen.out)
        if chosen.intended:
            layouts.write_intended(practice, chosen.out)
    print(f"{len(practice.families):,} families, {len(practice.persons):,} patients in {chosen.out}")


if __name__ == "__main__":
    main()
