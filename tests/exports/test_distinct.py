"""Each distinct text has one number, whatever the texts are and however they are spread over blocks."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.exports.engine import Texts, hashing, read_plain, switch
from dipay.exports.engine import readings as engine_readings
from dipay.exports.tables.fields import estimate
from dipay.grammar import Unreadable
from dipay.grammar.cells import clean, read_cell
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
        patch.setattr(hashing, "_FIRST_BITS", 3)
        patch.setattr(hashing, "_PLACES_A_ROW", 1)
        texts, number_of = Texts(), dict[str, int]()
        for block in blocks:
            for text, number in zip(block, texts.numbers(block).tolist(), strict=True):
                assert number_of.setdefault(text, number) == number
    assert sorted(number_of.values()) == list(range(len(texts)))
    assert texts.between(0, len(texts)) == sorted(number_of, key=number_of.__getitem__)
    digits = [text.isascii() and text.isdecimal() and len(text) <= 64 for text in texts.between(0, len(texts))]
    assert texts.are_digits(0).tolist() == digits


def test_a_zero_in_a_text_is_no_end_of_it() -> None:
    texts = Texts()
    assert len(set(texts.numbers(["a", "a\0", "", "\0"]).tolist())) == 4
    assert texts.between(0, 4) == ["a", "a\1", "", "\1"]


@given(BLOCKS)
def test_texts_are_the_same_where_each_is_looked_at_by_itself(blocks: list[list[str]]) -> None:
    many, one = Texts(), Texts()
    for block in blocks:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(switch, "many_at_once", False)
            numbers = one.numbers(block)
        assert one.of(numbers) == many.of(many.numbers(block)) == [text.replace("\0", "\1") for text in block]
        assert len(one) == len(many)


@given(st.lists(st.tuples(st.booleans(), st.lists(TEXTS, max_size=30)), max_size=6))
def test_a_column_reads_each_text_once_and_none_that_it_does_not_have(blocks: list[tuple[bool, list[str]]]) -> None:
    texts, asked = Texts(), list[str]()

    def size(text: str) -> int:
        asked.append(text)
        if not text:
            raise Unreadable("is blank", "Write something.")
        return len(text)

    readings = texts.read_by(size, int)
    for is_the_columns, block in blocks:
        numbers = texts.numbers(block)
        if is_the_columns:
            values = [read_cell(text, len) for text in block]
            assert readings.as_numbers(numbers).tolist() == [each if isinstance(each, int) else 0 for each in values]
            assert readings.are_bad(numbers).tolist() == [not each or isinstance(each, Unreadable) for each in values]
    theirs = {text for is_the_columns, block in blocks if is_the_columns for text in block}
    assert sorted(asked) == sorted(each for each in (read_cell(text, str) for text in theirs) if isinstance(each, str))


@given(BLOCKS)
def test_ids_are_the_numbers_of_what_stands_in_the_cells(blocks: list[list[str]]) -> None:
    ids = Texts()
    as_written = ids.read_as_ids_by(str, as_written=True)
    read_all = ids.read_as_ids_by(str, as_written=False)
    for block in blocks:
        numbers = ids.numbers(block)
        for readings in (as_written, read_all):
            found = readings.as_numbers(numbers)
            for text, number, is_bad in zip(block, found.tolist(), readings.are_bad(numbers).tolist(), strict=True):
                assert (number == -1) == is_bad == isinstance(read_cell(text, str), Unreadable)
                assert is_bad or ids.text(number) == clean(text)


AMOUNTS = st.sampled_from(["1.00", "-1.00", "1O.00", "", "(5.00)", "$1,234.50", "1e5", "\ufeff7.00", "\x07", "ﬁ"])


@given(st.lists(st.lists(AMOUNTS, max_size=9), max_size=4))
def test_what_is_read_many_at_a_time_is_what_each_cell_says(blocks: list[list[str]]) -> None:
    readings = Texts.of_one_column(parse_cents, int)
    for block in blocks:
        numbers = readings.numbers(block)
        values = [read_cell(text, parse_cents) for text in block]
        assert readings.are_bad(numbers).tolist() == [isinstance(value, Unreadable) for value in values]
        assert readings.as_numbers(numbers).tolist() == [value if isinstance(value, int) else 0 for value in values]
        assert list(map(str, readings.of(block))) == list(map(str, values))


@pytest.mark.parametrize("by_shape", [False, True])
def test_a_column_of_ever_new_texts_is_forgotten_and_read_anew(by_shape: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_readings, "MOST_REMEMBERED", 3)
    readings = Texts.of_one_column(parse_cents, int, by_shape=by_shape)
    for first in range(0, 60, 2):
        block = [f"{first}.00", f"{first + 1}.00", "x", f"{first}.00"]
        numbers = readings.numbers(block)
        assert readings.as_numbers(numbers).tolist() == [100 * first, 100 * first + 100, 0, 100 * first]
        assert [isinstance(value, Unreadable) for value in readings.values(numbers)] == [False, False, True, False]
        assert len(readings.texts) <= 6


#: In shapes that come again and again, at the edges of eight and sixteen letters, and too large; and any other text.
SHAPED = st.builds(
    str.format,
    st.sampled_from(
        (
            "{}",
            "${}",
            "-{}",
            "({})",
            "-$ {}",
            "{} CR",
            "{} DR",
            "{}-",
            "\u2212{}",
            '="{}"',
            "'-{}",
            "$  {}",
            "{}\xa0",
            "+{}x",
        )
    ),
    st.integers(0, 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
    | st.integers(0, 10**9).map(lambda cents: f"{cents / 100:,.2f}")
    | st.integers(0, 10**5).map(lambda cents: f"{cents}")
    | st.integers(0, 99).map(lambda cents: f".{cents:02d}")
    | st.floats(0, 1000).map(repr)
    | st.from_regex(r"[0-9]{0,9}[.,]?[0-9]{0,14}(e-?[0-9]{1,3})?", fullmatch=True),
)
PARSERS = {
    "money": parse_cents, "money with a decimal comma": lambda text: parse_cents(text, ","), "an estimate": estimate("."),
}  # fmt: skip


@pytest.mark.parametrize("what", PARSERS)
@given(st.lists(st.lists(SHAPED | TEXTS, max_size=60), max_size=4))
@examples(150)
def test_amounts_by_their_shapes_are_what_the_grammar_says(what: str, blocks: list[list[str]]) -> None:
    parse: Callable[[str], int | None] = PARSERS[what]

    def as_number(cents: int | None) -> int:
        return -1 if cents is None else cents

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_readings, "_FEW", 0)
        by_shape = Texts.of_one_column(parse, as_number, by_shape=True)
        for block in blocks:
            numbers = by_shape.numbers(block)
            values = [read_cell(text, parse) for text in block]
            are_bad = [isinstance(value, Unreadable) for value in values]
            assert by_shape.are_bad(numbers).tolist() == are_bad
            expected = [0 if isinstance(value, Unreadable) else as_number(value) for value in values]
            assert by_shape.as_numbers(numbers).tolist() == expected
            assert list(map(str, by_shape.values(numbers))) == list(map(str, values))


def test_within_a_shape_the_grammar_is_asked_for_few_texts() -> None:
    asked = []

    def parse(text: str) -> int:
        asked.append(text)
        return parse_cents(text)

    readings = Texts.of_one_column(parse, int, by_shape=True)
    cents = range(100_000, 999_999, 45)
    numbers = readings.numbers([f"${each // 100:,}.{each % 100:02d}" for each in cents])
    assert readings.as_numbers(numbers).tolist() == list(cents)
    assert len(asked) == 8


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
