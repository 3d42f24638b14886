"""A report as one page that stands alone: nothing is fetched, nothing runs, and it prints on Letter and on A4.

Every text goes through `escape`. Names are on it only where the report has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape as html_escape
from typing import TYPE_CHECKING, Final

from dipay.render.report.charts import Bars, Series, chart
from dipay.render.report.sections import (
    NOT_KNOWN,
    Figure,
    Section,
    Value,
    notes,
    period_words,
    sections,
    written,
)
from dipay.render.safe import printable
from dipay.render.sheets import Kind

if TYPE_CHECKING:
    from dipay.services.report import Report

#: Whatever the page is opened with, it may fetch and run nothing.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_OF_MESSAGES: Final = ("campaigns", "messages", "aging", "months")
#: The figures of messages that the page's tables have.
_SHOWN: Final = (
    "messages", "accounts", "collected_within_7_cents", "collected_within_14_cents", "collected_within_30_cents",
    "paid_within_30", "reached", "on_its_way", "undeliverable", "in_doubt", "answered", "opted_out",
)  # fmt: skip
_COMPARED: Final = (
    "asked_paid_share_within_7", "not_asked_paid_share_within_7", "asked_paid_share_within_14",
    "not_asked_paid_share_within_14", "asked_paid_share_within_30", "not_asked_paid_share_within_30",
    "asked_owed_paid_share_within_30", "not_asked_owed_paid_share_within_30", "requests_compared_within_30",
    "not_asked_accounts_within_30",
)  # fmt: skip
#: More months than these make a chart that nobody reads.
_MOST_BARS: Final = 12

_STYLE: Final = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: #fff; color: #1c2a33;
  font: 16px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 0 0 .5rem; }
p { margin: .25rem 0; }
.when, .note, footer { color: #51606a; }
.note, footer { font-size: .875rem; }
.rehearsal { display: inline-block; margin: .5rem 0; padding: .15rem .6rem; border: 2px solid #9a5b00; color: #7a4800; }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; margin: 1rem 0;
  padding: 0; list-style: none; }
.key li { border: 1px solid #d5dde2; border-radius: .4rem; padding: .6rem .75rem; }
.key b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.key small { color: #51606a; }
.charts { columns: 20rem 3; column-gap: 1.5rem; }
section { margin: 1.5rem 0 0; }
figure { margin: 0 0 1.5rem; break-inside: avoid; }
h2 { break-after: avoid; }
.wide { overflow-x: auto; }
figcaption { font-weight: 600; margin-bottom: .35rem; }
svg { display: block; width: 100%; max-width: 32rem; height: auto; }
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  fill: #1c2a33; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .35rem; border-bottom: 1px solid #d5dde2; text-align: right; vertical-align: bottom; }
th:first-child, td.text, th.text { text-align: left; }
thead th { font-size: .75rem; color: #51606a; }
tbody th { font-weight: 600; white-space: nowrap; }
tr { break-inside: avoid; }
.unknown { color: #51606a; font-style: italic; white-space: nowrap; }
@media screen and (max-width: 46rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td { display: block; }
  tr { border: 1px solid #d5dde2; border-radius: .4rem; margin-bottom: .6rem; padding: .3rem .6rem; }
  td { display: flex; justify-content: space-between; gap: 1rem; padding: .15rem 0; border: 0; text-align: right; }
  td::before { content: attr(data-label); color: #51606a; text-align: left; }
  td.text { text-align: right; }
  tbody th { border: 0; padding: .15rem 0; text-align: left; }
}
@page { margin: 14mm; }
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  table { font-size: 8pt; }
  thead th { font-size: 7.5pt; }
  th, td { padding: .15rem .25rem; }
  .charts { columns: 2; }
  .wide { overflow: visible; }
  svg, .key li { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def page(report: Report) -> str:
    """The whole page."""
    found = {section.name: section for section in sections(report)}
    title = f"{report.practice}: report as of {report.as_of}"
    parts = [
        f"<h1>{escape(report.practice)}</h1>",
        f'<p class="when">{escape(period_words(report))}</p>',
        '<p class="rehearsal">Rehearsal: nobody was texted</p>' if report.rehearsal else "",
        _key_figures(report, found),
        f'<div class="charts">{"".join(_charts(report, found))}</div>',
        *(_section(found[name], _SHOWN) for name in _OF_MESSAGES if report.total.messages),
        _section(found["campaign_ends"]),
        _section(found["comparison"], _COMPARED),
        *(_section(found[name]) for name in ("receivables", "figures", "production_by_month")),
        _section(found["accounts"]) if "accounts" in found else "",
        f"<footer>{''.join(f'<p>{escape(note)}</p>' for note in notes(report))}</footer>",
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def escape(text: str) -> str:
    """The text as a page may hold it, in an attribute too; nothing of it is obeyed."""
    return html_escape(printable(text), quote=True)


def _key_figures(report: Report, found: dict[str, Section]) -> str:
    """What an owner looks for first."""
    total = dict(zip((each.name for each in found["total"].figures), found["total"].rows[0][1], strict=True))
    figures = {row: str(values[0].is_) for row, values in found["figures"].rows}
    collected = total["collected_within_30_cents"] if report.total.messages else Value(None)
    after = "paid" if report.payments_told or report.no_money else "credits"
    shown = [
        (figures["receivables_cents"], "accounts receivable"),
        (figures["over_90_share"], "of it over 90 days"),
        (figures["days_in_receivables"], "working days in A/R"),
        (figures["receivables_to_monthly_production"], "A/R to monthly production"),
        (figures["collected_share_of_production"], "of production collected"),
        (f"{report.total.messages:,}", "payment request messages"),
        (written(Kind.CENTS, collected), f"{after} within 30 days after a request"),
    ]
    items = "".join(
        f"<li><b{_unknown(value)}>{escape(value)}</b><small>{escape(words)}</small></li>" for value, words in shown
    )
    return f'<ul class="key">{items}</ul>'


def _unknown(value: str) -> str:
    return ' class="unknown"' if value == NOT_KNOWN else ""


def _charts(report: Report, found: dict[str, Section]) -> Iterator[str]:
    owed = found["receivables"]
    yield chart(
        "Accounts receivable by age", Bars.of(owed, [Series("owed_cents", "owed", "#1f6f8b")], without=("total",))
    )
    within = [
        Series("collected_within_7_cents", "within 7 days", "#1f6f8b"),
        Series("collected_within_14_cents", "within 14", "#6fb1c7"),
        Series("collected_within_30_cents", "within 30", "#c3dfe8"),
    ]
    if report.total.within and report.total.messages:
        words = "Paid" if report.payments_told else "Credits"
        for name, by in (("months", "month of the request"), ("messages", "message"), ("aging", "aging category")):
            bars = Bars.of(found[name], within, nested=True, newest=_MOST_BARS)
            yield chart(f"{words} after a request, by {by}", bars)
    shares = [
        Series("asked_paid_share_within_30", "asked", "#1f6f8b"),
        Series("not_asked_paid_share_within_30", "comparable, not asked", "#b98a2f"),
    ]
    beside = Bars.of(found["comparison"], shares)
    if beside.rows:
        yield chart("Paid anything within 30 days: no cause is shown", beside)
    made = [
        Series("net_production_cents", "net production", "#9fb4be"),
        Series("collections_cents", "collected", "#1f6f8b"),
    ]
    if found["production_by_month"].rows:
        yield chart("Production and collections by month", Bars.of(found["production_by_month"], made))
        old = [
            Series("over_90_cents", "over 90 days", "#a4452c"),
            Series("receivables_cents", "all", "#e3b7aa"),
        ]
        bars = Bars.of(found["production_by_month"], old, nested=True)
        yield chart("Accounts receivable at the end of each month", bars)


def _section(section: Section, names: Sequence[str] | None = None) -> str:
    if not section.rows and not section.note:
        return ""
    places = [place for place, figure in enumerate(section.figures) if names is None or figure.name in names]
    figures = [section.figures[place] for place in places]
    note = f'<p class="note">{escape(section.note)}</p>' if section.note else ""
    if not section.rows:
        return f"<section><h2>{escape(section.title)}</h2>{note}</section>"
    captions = "".join(f'<th scope="col"{_as_text(each)}>{escape(each.caption)}</th>' for each in figures)
    rows = "".join(
        f'<tr><th scope="row">{escape(section.shown(row))}</th>'
        + "".join(_cell(section.figures[place], values[place]) for place in places)
        + "</tr>"
        for row, values in section.rows
    )
    head = f'<thead><tr><th scope="col">{escape(section.label)}</th>{captions}</tr></thead>'
    return (
        f'<section><h2>{escape(section.title)}</h2><div class="wide"><table>{head}<tbody>{rows}</tbody></table></div>'
        f"{note}</section>"
    )


def _as_text(figure: Figure) -> str:
    return ' class="text"' if figure.kind is Kind.TEXT else ""


def _cell(figure: Figure, value: Value) -> str:
    words = written(figure.kind, value)
    kinds = [kind for kind, is_it in (("text", figure.kind is Kind.TEXT), ("unknown", words == NOT_KNOWN)) if is_it]
    shown = f' class="{" ".join(kinds)}"' if kinds else ""
    return f'<td{shown} data-label="{escape(figure.caption)}">{escape(words)}</td>'
