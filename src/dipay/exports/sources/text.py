"""Text exports: bytes to rows of cells. The encoding is decided, not guessed; the rows are read strictly."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING

from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.exports.sources.code_pages import MOST_WORDS, other_page, words_beyond_ascii
from dipay.exports.sources.files import ExportFile

if TYPE_CHECKING:
    from _csv import Reader as CsvReader
    from concurrent.futures import Future

DELIMITERS = (",", "\t", ";", "|")
DELIMITER_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}

Line = tuple[int, list[str]]
Columns = Mapping[int, Sequence[str]]
#: Rows of one block; of the first only a few, for many a question is answered by them.
FIRST_ROWS, BLOCK_ROWS = 256, 16_384
#: From this size on reading by the column saves time.
LONG_BYTES = 1 << 17
#: Bytes of one block. Large enough for few calls a row, small enough for the processor's own memory.
BLOCK_BYTES = 1 << 21
#: So many blocks are looked at ahead, by a second thread, while the last one is worked on.
_AHEAD = 2
_HEAD_BYTES = 1 << 16
#: A row is a few hundred letters; where a line has more than this, no line ends.
LONGEST_LINE = 1 << 20
_LINE_END = re.compile(r"\r\n|\r|\n")
# Western letters and punctuation in UTF-8. The same bytes in Windows-1252 are an A with a tilde or circumflex before a
# sign, or an a with a circumflex before a euro sign: no word has these.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x90-\xa6]")


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
class PlainBlock:
    """Consecutive rows of one line each, all of the header's width, with the columns asked for by their index.

    `reread` gives the same rows as the strict reader reads them.
    """

    lines: range
    columns: Columns
    reread: Callable[[], list[list[str]]]


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text export, which can be read again and again. Lines are counted from 1."""

    file: ExportFile
    encoding: str

    def blocks(self, delimiter: str) -> Iterator[Block]:
        """The rows as cells, strictly: a quote that opens must close, and only a separator may follow it."""
        with self.file.opened() as file, io.TextIOWrapper(file, self.encoding, newline="") as lines:
            yield from self._strictly(lines, delimiter, 0)

    def columns(
        self, delimiter: str, below: int, width: int, wanted: Sequence[int], tell: Callable[[float], None]
    ) -> Iterator[Block | PlainBlock]:
        """The same rows; of a long file those below that line by the column, wherever its blocks are plain.

        `tell` is given the share of the file that was read, from time to time.
        """
        if self.file.size_bytes < LONG_BYTES or self.encoding == "utf-16":
            yield from self.blocks(delimiter)
            return
        from concurrent.futures import ThreadPoolExecutor

        with self.file.opened() as file, ThreadPoolExecutor(1) as pool:
            ahead: deque[tuple[bytearray, Future[Columns | None]]] = deque()
            contents = _whole_lines(file)

            def look_ahead() -> bool:
                for content in islice(contents, _AHEAD - len(ahead)):
                    ahead.append((content, pool.submit(self._plain, content, delimiter, width, wanted)))
                return bool(ahead)

            line = 0
            while look_ahead():
                tell(min(0.99, file.tell() / self.file.size_bytes))
                content, reading = ahead.popleft()
                columns = reading.result() if line >= below else None
                if columns is not None:
                    rows = len(columns[wanted[0]])
                    reread = partial(self._reread, content, delimiter)
                    yield PlainBlock(range(line + 1, line + rows + 1), columns, reread)
                    line += rows
                    continue
                # A row that goes on in the next block takes that block with it.
                following = (ahead.popleft()[0] for _ in iter(look_ahead, False))
                lines = _Lines(chain((content,), following), self.encoding if line == 0 else self._inner_encoding)
                yield from self._strictly(lines, delimiter, line, lines)
                line += lines.count

    def _plain(self, content: bytes | bytearray, delimiter: str, width: int, wanted: Sequence[int]) -> Columns | None:
        from dipay.exports.engine import read_plain

        if self.encoding != "utf-8" and not content.isascii():
            # UTF-8 without a mark was looked through when the file was opened.
            try:
                content = content.decode(self._inner_encoding).encode()
            except UnicodeDecodeError:
                return None
        return read_plain(content, delimiter, width, wanted)

    def _reread(self, content: bytearray, delimiter: str) -> list[list[str]]:
        lines = io.StringIO(content.decode(self._inner_encoding), newline="")
        return list(csv.reader(lines, delimiter=delimiter, strict=True))

    @property
    def _inner_encoding(self) -> str:
        return "utf-8" if self.encoding == "utf-8-sig" else self.encoding

    def _strictly(
        self, lines: Iterable[str], delimiter: str, line: int, until: _Lines | None = None
    ) -> Iterator[Block]:
        """The rows of these lines, which follow that line; to the end, or to the first row that ends with `until`."""
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        source = reader if until is None else until.rows(reader)
        taken = 0
        while True:
            rows: list[list[str]] = []
            try:
                rows.extend(islice(source, BLOCK_ROWS if taken else FIRST_ROWS))
            except csv.Error as error:
                raise self._broken(str(error), line + taken + sum(map(_lines_taken, rows)) + 1) from None
            except UnicodeDecodeError:
                raise self._undecodable() from None
            if not rows:
                return
            if reader.line_num - taken == len(rows):
                yield Block(range(line + taken + 1, line + reader.line_num + 1), rows)
            else:
                ends = accumulate(map(_lines_taken, rows), initial=line + taken)
                yield Block([end + 1 for end in ends][:-1], rows)
            taken = reader.line_num

    def head(self, delimiter: str, rows: int = 30) -> list[Line]:
        """The first rows, as far as they can be read with that delimiter."""
        found: list[Line] = []
        with self.file.opened() as file, io.TextIOWrapper(file, self.encoding, "replace", newline="") as lines:
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
        with self.file.opened() as file:
            file.seek(max(0, self.file.size_bytes - 4))
            return file.read(4).rstrip(b"\x00\x1a").endswith((b"\n", b"\r", b"\n\x00", b"\r\x00"))

    def _broken(self, error: str, line: int) -> Exception:
        if "field larger" in error:
            return cannot(
                ExitCode.EXPORTS,
                "a cell holds more than 128,000 characters: a quote is opened and never closed.",
                "Export again; if it stays, look at this line in a text editor.",
                self.file.name,
                row=line,
            )
        return cannot(
            ExitCode.EXPORTS,
            "the quotes of this row don't fit together: the row can't be told from the next one.",
            'Export again with quotes inside a cell doubled (""), not escaped with a backslash.',
            self.file.name,
            row=line,
        )

    def _undecodable(self) -> Exception:
        return cannot(
            ExitCode.EXPORTS,
            "holds bytes that are no text in any encoding dipay knows (UTF-8, UTF-16, Windows-1252).",
            "Save it as UTF-8 (in Excel: CSV UTF-8) or export again.",
            self.file.name,
        )


class _Lines:
    """The lines of pieces of a file, counted; a piece is taken only when a row asks for it."""

    def __init__(self, contents: Iterator[bytearray], encoding: str) -> None:
        self.contents, self.encoding = contents, encoding
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        for content in self.contents:
            lines = io.StringIO(content.decode(self.encoding), newline="").readlines()
            self.encoding = "utf-8" if self.encoding == "utf-8-sig" else self.encoding
            self.count += len(lines)
            yield from lines

    def rows(self, reader: CsvReader) -> Iterator[list[str]]:
        """The rows of a reader of these lines, to the first that ends where the lines taken so far do."""
        for row in reader:
            yield row
            if reader.line_num == self.count:
                return


def _whole_lines(file: io.BufferedReader) -> Iterator[bytearray]:
    """The file in pieces that end with a line; the first is small, for the header stands in it."""
    rest, size = bytearray(), _HEAD_BYTES
    while True:
        # Read behind what the last piece left over: nothing large is copied.
        content = rest.ljust(len(rest) + max(size, len(rest)))
        with memoryview(content) as room, room[len(rest) :] as behind:
            end = len(rest) + file.readinto(behind)
        del content[end:]
        if end == len(rest):
            break
        # Of old line ends the last is left: the other half of a new one may come with the next piece.
        cut = content.rfind(b"\n") + 1 or content.rfind(b"\r", 0, end - 1) + 1
        rest = content[cut:]
        if cut:
            del content[cut:]
            yield content
            size = BLOCK_BYTES
    if rest:
        yield rest


def _lines_taken(cells: list[str]) -> int:
    """How many lines a row stands on: one, and one more for each line break inside a cell."""
    return 1 + sum(len(_LINE_END.findall(cell)) for cell in cells)


def open_text(file: ExportFile) -> TextSource:
    """The file with its encoding: what its byte order mark says, else UTF-8, else Windows-1252; nothing is guessed.

    A file whose words can't be Windows-1252's stops.
    """
    with file.opened() as raw:
        head = raw.read(4)
    if head.startswith(codecs.BOM_UTF8):
        _stop_at_long_line(file, "utf-8-sig")
        return TextSource(file, "utf-8-sig")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _stop_at_long_line(file, "utf-16")
        return TextSource(file, "utf-16")
    encoding = "utf-8"
    decoder = codecs.getincrementaldecoder("utf-8")()
    with file.opened() as raw:
        while chunk := raw.read(LONGEST_LINE):
            if b"\x00" in chunk:
                raise cannot(
                    ExitCode.EXPORTS,
                    "holds NUL bytes: it is UTF-16 without its mark, or damaged.",
                    "Save it as UTF-8 (in Excel: CSV UTF-8) or export again.",
                    file.name,
                )
            if len(chunk) == LONGEST_LINE and b"\n" not in chunk and b"\r" not in chunk:
                raise _line_without_end(file)
            if chunk.isascii() and not decoder.getstate()[0]:
                continue
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                encoding = "cp1252"
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        encoding = "cp1252"
    if encoding == "cp1252":
        _stop_if_misread(file)
    return TextSource(file, encoding)


def _stop_at_long_line(file: ExportFile, encoding: str) -> None:
    """A file without line ends (a hole in it, say) stops: whoever reads a line takes memory for all of it."""
    try:
        with file.opened() as raw, io.TextIOWrapper(raw, encoding, newline="") as lines:
            while piece := lines.read(LONGEST_LINE):
                if len(piece) == LONGEST_LINE and "\n" not in piece and "\r" not in piece:
                    raise _line_without_end(file)
    except UnicodeDecodeError:
        # Told with its line once it is read.
        return


def _line_without_end(file: ExportFile) -> CannotGoOn:
    return cannot(
        ExitCode.EXPORTS,
        "holds a line of more than a million letters: it is damaged, or no table.",
        "Export again; if it stays, look at the file in a text editor.",
        file.name,
    )


def _stop_if_misread(file: ExportFile) -> None:
    """A file that is not UTF-8 stops where its letters would not be right in Windows-1252 either.

    It may have letters written in UTF-8, having been put together from two, or be in the page of an old program.
    """
    words: set[bytes] = set()
    with file.opened() as raw:
        for line in iter(partial(raw.readline, 1 << 20), b""):
            if line.isascii():
                continue
            if _UTF8_LETTER.search(line):
                raise cannot(
                    ExitCode.EXPORTS,
                    "holds text in two encodings, UTF-8 and another: some of its letters would be read wrongly.",
                    "Export again to a new file; don't add to an older one.",
                    file.name,
                )
            if len(words) < MOST_WORDS:
                words.update(words_beyond_ascii(line))
    if page := other_page(words):
        raise cannot(
            ExitCode.EXPORTS,
            f"is not UTF-8, and its letters look like {page}: names would be read wrongly.",
            "Save it as UTF-8 (in Excel: CSV UTF-8), or export again as that.",
            file.name,
        )
