"""What a browser would fetch from elsewhere for a built site: `python .ci/fetched.py FOLDER`; 1 where anything."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

#: An address with a host, whatever its scheme.
_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)


class _Page(HTMLParser):
    """Collects what a page has fetched by itself; a link to be clicked is none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if (name in {"src", "srcset", "data", "poster"} or (tag, name) == ("link", "href")) and value:
                self.fetched.append(value)


def fetched_by(path: Path) -> Iterator[str]:
    """The addresses elsewhere that this file of a site has fetched."""
    text = path.read_text("utf-8")
    yield from _IN_STYLES.findall(text)
    if path.suffix == ".html":
        page = _Page()
        page.feed(text)
        yield from filter(_ELSEWHERE.match, page.fetched)


def main(folder: Path) -> int:
    """1 where anything is fetched from elsewhere, else 0."""
    paths = [path for path in folder.rglob("*") if path.suffix in {".html", ".css", ".svg"}]
    found = [f"{path.relative_to(folder)} fetches {address}" for path in paths for address in fetched_by(path)]
    print("\n".join(found) or f"{len(paths)} files of the site fetch nothing from elsewhere")
    return int(bool(found) or not paths)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
