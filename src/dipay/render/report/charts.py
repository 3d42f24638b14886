"""Charts of a report as SVG that stands in a page: bars side by side or one in the other, with their values as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from dipay.render.report.sections import Value, written

if TYPE_CHECKING:
    from dipay.render.report.sections import Section
    from dipay.render.sheets import Kind

#: In the chart's own units, which are about the pixels of a phone.
_WIDTH: Final = 360
_LABEL: Final = 104
_VALUE: Final = 88
_BAR: Final = 14
_GAP: Final = 8
_LEGEND: Final = 20
#: Letters of a label that fit beside the bars, and the width of a letter in the legend.
_LETTERS, _LETTER = 17, 6.4


@dataclass(frozen=True, slots=True)
class Series:
    """A figure of a section, what it is called in the chart, and its colour."""

    figure: str
    words: str
    colour: str


@dataclass(frozen=True, slots=True)
class Bars:
    """What a chart shows: for each row its values, in the order of the series. `nested`: each holds the one before."""

    series: Sequence[Series]
    kind: Kind
    rows: tuple[tuple[str, tuple[Value, ...]], ...]
    nested: bool = False

    @classmethod
    def of(
        cls,
        section: Section,
        series: Sequence[Series],
        *,
        without: Sequence[str] = (),
        nested: bool = False,
        newest: int | None = None,
    ) -> Bars:
        """Those of a section's rows of which anything is known."""
        names = [figure.name for figure in section.figures]
        places = [names.index(each.figure) for each in series]
        rows = [
            (section.shown(row), tuple(values[place] for place in places))
            for row, values in section.rows
            if row not in without
        ]
        rows = [(row, values) for row, values in rows if any(value.is_ is not None for value in values)]
        kept = rows if newest is None else rows[-newest:]
        return cls(series, section.figures[places[0]].kind, tuple(kept), nested)


def chart(title: str, bars: Bars) -> str:
    """The figure with its caption; every value stands beside its bar, so that nothing is told by colour alone."""
    lines = 1 if bars.nested else len(bars.series)
    step = lines * _BAR + _GAP
    top = _LEGEND if len(bars.series) > 1 else 0
    height = top + len(bars.rows) * step
    numbers = [_number(value) for _, values in bars.rows for value in values]
    greatest, room = max(numbers, default=0), _WIDTH - _LABEL - _VALUE
    parts = _legend(bars.series) if top else []
    for place, (row, values) in enumerate(bars.rows):
        y = top + place * step
        middle = y + lines * _BAR / 2 + 4
        label = row if len(row) <= _LETTERS else f"{row[: _LETTERS - 1]}\u2026"
        parts.append(f'<text x="{_LABEL - 6}" y="{middle:g}" text-anchor="end">{escape(label)}</text>')
        if bars.nested:
            # The widest first, so that those within it stay in sight.
            widths = [(_number(value), each.colour) for value, each in zip(values, bars.series, strict=True)]
            parts += [_bar(y, number, greatest, room, colour) for number, colour in reversed(widths)]
            parts.append(_words(max(number for number, _ in widths), greatest, room, y, bars.kind, values[-1]))
        else:
            for line, (value, each) in enumerate(zip(values, bars.series, strict=True)):
                parts.append(_bar(y + line * _BAR, _number(value), greatest, room, each.colour))
                parts.append(_words(_number(value), greatest, room, y + line * _BAR, bars.kind, value))
    told = escape(title)
    return (
        f'<figure><figcaption>{told}</figcaption><svg viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{told}">{"".join(parts)}</svg></figure>'
    )


def _number(value: Value) -> float:
    return float(value.is_) if isinstance(value.is_, int | float) and value.is_ > 0 else 0.0


def _width(number: float, greatest: float, room: int) -> float:
    return max(1.0, number * room / greatest) if number > 0 else 0.0


def _bar(y: float, number: float, greatest: float, room: int, colour: str) -> str:
    if not number:
        return ""
    width = _width(number, greatest, room)
    return f'<rect x="{_LABEL}" y="{y + 1:g}" width="{width:.1f}" height="{_BAR - 2}" fill="{colour}"/>'


def _words(number: float, greatest: float, room: int, y: float, kind: Kind, value: Value) -> str:
    x = _LABEL + _width(number, greatest, room) + 4
    return f'<text x="{x:.1f}" y="{y + _BAR - 3:g}">{escape(written(kind, value))}</text>'


def _legend(series: Sequence[Series]) -> list[str]:
    parts, x = [], 0.0
    for each in series:
        parts.append(f'<rect x="{x:g}" y="2" width="10" height="10" fill="{each.colour}"/>')
        parts.append(f'<text x="{x + 14:g}" y="11">{escape(each.words)}</text>')
        x += 14 + len(each.words) * _LETTER + 12
    return parts
