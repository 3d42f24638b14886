"""Text exports: bytes to rows of cells. The encoding is decided, not guessed; the rows are read strictly."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from dipay.exports.files import ExportFile, stop

DELIMITERS = (",", "\t", ";", "|")
DELIMITER_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}

Row = tuple[int, list[str]]
BLOCK_ROWS = 16_384
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive rows of a file, and the line each begins on. `lines` is a range where each takes one line."""

    lines: Sequence[int]
    rows: list[list[str]]

    def after(self, line: int) -> Block:
        """The rows below that line."""
        if not self.lines or self.lines[0] > line:
            return self
        first = next((index for index, each in enumerate(self.lines) if each > line), len(self.lines))
        return Block(self.lines[first:], self.rows[first:])


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text export, which can be read again and again. Lines are counted from 1."""

    file: ExportFile
    encoding: str

    def blocks(self, delimiter: str) -> Iterator[Block]:
        """The rows as cells, strictly: a quote that opens must close, and only a separator may follow it."""
        with self.file.path.open(encoding=self.encoding, newline="") as lines:
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            rows: list[list[str]] = []
            line = 0
            while True:
                rows = []
                try:
                    rows.extend(islice(reader, BLOCK_ROWS))
                except csv.Error as error:
                    raise self._broken(str(error), line + sum(map(_lines_taken, rows)) + 1) from None
                except UnicodeDecodeError:
                    raise self._undecodable() from None
                if not rows:
                    return
                if reader.line_num - line == len(rows):
                    yield Block(range(line + 1, reader.line_num + 1), rows)
                else:
                    ends = accumulate(map(_lines_taken, rows), initial=line)
                    yield Block([end + 1 for end in ends][:-1], rows)
                line = reader.line_num

    def head(self, delimiter: str, rows: int = 30) -> list[Row]:
        """The first rows, as far as they can be read with that delimiter."""
        found: list[Row] = []
        with self.file.path.open(encoding=self.encoding, newline="", errors="replace") as lines:
            reader = csv.reader(lines, delimiter=delimiter)
            line = 0
            try:
                for cells in islice(reader, rows):
                    found.append((line + 1, cells))
                    line = reader.line_num
            except csv.Error:
                pass
        return found

    def ends_with_line_end(self) -> bool:
        """Whether the last line is complete; a file cut off in the middle of a number looks like a smaller number."""
        with self.file.path.open("rb") as file:
            file.seek(max(0, self.file.size_bytes - 4))
            return file.read().rstrip(b"\x00\x1a").endswith((b"\n", b"\r", b"\n\x00", b"\r\x00"))

    def _broken(self, error: str, line: int) -> Exception:
        if "field larger" in error:
            return stop(
                "a cell holds more than 128,000 characters: a quote is opened and never closed.",
                "Export again; if it stays, look at this line in a text editor.",
                self.file.name,
                row=line,
            )
        return stop(
            "the quotes of this row don't fit together: the row can't be told from the next one.",
            'Export again with quotes inside a cell doubled (""), not escaped with a backslash.',
            self.file.name,
            row=line,
        )

    def _undecodable(self) -> Exception:
        return stop(
            "holds bytes that are no text in any encoding dipay knows (UTF-8, UTF-16, Windows-1252).",
            "Save it as UTF-8 (in Excel: CSV UTF-8) or export again.",
            self.file.name,
        )


def _lines_taken(cells: list[str]) -> int:
    """How many lines a row stands on: one, and one more for each line break inside a cell."""
    return 1 + sum(len(_LINE_END.findall(cell)) for cell in cells)


def open_text(file: ExportFile) -> TextSource:
    """The file with its encoding: what its byte order mark says, else UTF-8, else Windows-1252; nothing is guessed."""
    with file.path.open("rb") as raw:
        head = raw.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return TextSource(file, "utf-8-sig")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return TextSource(file, "utf-16")
    encoding = "utf-8"
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.path.open("rb") as raw:
        while chunk := raw.read(1 << 20):
            if b"\x00" in chunk:
                raise stop(
                    "holds NUL bytes: it is UTF-16 without its mark, or damaged.",
                    "Save it as UTF-8 (in Excel: CSV UTF-8) or export again.",
                    file.name,
                )
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                encoding = "cp1252"
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        encoding = "cp1252"
    return TextSource(file, encoding)
