"""Each distinct text has one number, whatever the texts are and however they are spread over blocks."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.exports.engine import distinct
from dipay.exports.engine.cells import Readings
from dipay.exports.engine.columns import Cells, read_plain
from dipay.exports.engine.distinct import UNREADABLE, Meanings, Texts
from dipay.grammar import Unreadable
from dipay.grammar.money import parse_cents
from tests.properties import examples

#: Short ones that are often the same, ones at the edges of eight and sixty-four bytes, and any others.
TEXTS = (
    st.text("01", max_size=9)
    | st.text("é0", min_size=3, max_size=5)
    | st.integers(60, 68).map(lambda size: "x" * size)
    | st.integers(0, 10**18).map(str)
    | st.text(st.characters(exclude_characters="\0"), max_size=12)
)
BLOCKS = st.lists(st.lists(TEXTS, max_size=30), max_size=6)


@given(BLOCKS)
@examples(300)
def test_a_number_is_one_text_and_a_text_one_number(blocks: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # So full a table that many texts are not in the first place they are looked for.
        patch.setattr(distinct, "_FIRST_BITS", 3)
        patch.setattr(distinct, "_PLACES_A_TEXT", 1)
        texts, number_of = Texts(), dict[str, int]()
        for block in blocks:
            for text, number in zip(block, texts.numbers(Cells.of(block)).tolist(), strict=True):
                assert number_of.setdefault(text, number) == number
    assert sorted(number_of.values()) == list(range(len(texts)))
    assert texts.between(0, len(texts)) == sorted(number_of, key=number_of.__getitem__)
    digits = [text.isascii() and text.isdecimal() and len(text) <= 64 for text in texts.between(0, len(texts))]
    assert texts.are_digits(0).tolist() == digits


def test_a_zero_in_a_text_is_no_end_of_it() -> None:
    texts = Texts()
    assert len(set(texts.numbers(Cells.of(["a", "a\0", "", "\0"])).tolist())) == 4
    assert texts.between(0, 4) == ["a", "a\1", "", "\1"]


@given(BLOCKS)
def test_a_meaning_is_asked_for_once(blocks: list[list[str]]) -> None:
    texts, asked = Texts(), list[str]()

    def lengths(some: list[str], _: object) -> list[int]:
        asked.extend(some)
        return [len(text) if text else UNREADABLE for text in some]

    meanings = Meanings(texts, lengths)
    for block in blocks:
        found = meanings.of(texts.numbers(Cells.of(block))).tolist()
        assert found == [len(text) or UNREADABLE for text in block]
    assert sorted(asked) == sorted({text for block in blocks for text in block})


AMOUNTS = st.sampled_from(["1.00", "-1.00", "1O.00", "", "(5.00)", "$1,234.50", "1e5", "\ufeff7.00", "\x07", "ﬁ"])


@given(st.lists(st.lists(AMOUNTS, max_size=9), max_size=4))
def test_what_is_read_many_at_a_time_is_what_each_cell_says(blocks: list[list[str]]) -> None:
    readings = Readings(parse_cents, int)
    for block in blocks:
        numbers = readings.numbers(Cells.of(block))
        values = [readings.read(text) for text in block]
        assert readings.are_bad(numbers).tolist() == [isinstance(value, Unreadable) for value in values]
        assert readings.as_numbers(numbers).tolist() == [value if isinstance(value, int) else 0 for value in values]
        assert list(map(str, readings.of(Cells.of(block)))) == list(map(str, values))


CELLS = st.text(st.sampled_from('ab"é,; \n\r\t1'), max_size=4)


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.data(),
)
@examples(500)
def test_a_plain_block_is_what_the_strict_reader_reads(
    rows: list[tuple[str, ...]], quoting: int, line_end: str, cut: bool, data: st.DataObject
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator=line_end).writerows(rows)  # type: ignore[arg-type]
    content = written.getvalue()
    place = data.draw(st.integers(0, len(content)))
    content = content[:place] + data.draw(st.sampled_from(["", '"', ",", "x", "\r", "\0"])) + content[place:]
    if cut:
        content = content.rstrip("\r\n")
    columns = read_plain(content.encode(), ",", 3, [0, 1, 2])
    if columns is not None:
        lines = list(csv.reader(io.StringIO(content, newline=""), strict=True))
        assert [list(cells) for cells in zip(*columns.values(), strict=True)] == lines
        assert len(lines) == len(content.splitlines())


def test_plain_blocks_are_read_as_such() -> None:
    """Else the property above says nothing."""
    content = 'a,"b, c",d\r\n"",e,"f"\r\ng,h,\r\n'
    columns = read_plain(content.encode(), ",", 3, [2, 1])
    assert columns is not None
    assert [list(columns[index]) for index in (2, 1)] == [["d", "f", ""], ["b, c", "e", "h"]]
    for broken in ('a,"b,c\n', 'a,b"c,d\n', 'a,"b""c",d\n', '"a\nb",c,d\n', "a,b\nc,d,e,f\n", "a,b,c\rd,e,f\n", "\n"):
        assert read_plain(broken.encode(), ",", 3, [0]) is None
