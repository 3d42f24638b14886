"""A report as sections: captions, figures and rows, of which every form of it is made. Names of figures are promises.

What is not known is None here, and "not known" wherever somebody reads it; never 0.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple, TextIO

from dipay.domain.collected import WINDOWS
from dipay.domain.not_asked import LEAST
from dipay.domain.practice_figures import PERIOD_DAYS
from dipay.domain.report import ALL, BUCKETS
from dipay.grammar.money import format_cents, plain_cents
from dipay.render.safe import printable, spreadsheet_safe
from dipay.render.sheets import Cell, Column, Kind, Sheet

if TYPE_CHECKING:
    from dipay.domain.not_asked import Beside
    from dipay.domain.report import Campaigns, Row
    from dipay.render.as_json import Data
    from dipay.services.report import Report

NOT_KNOWN: Final = "not known"
#: Marks what is so far, for its days are not over.
SO_FAR: Final = "*"


class Value(NamedTuple):
    """A figure's value; None where it is not known."""

    is_: int | float | str | None
    so_far: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A column: its name for programs, its caption, and what its values are. `short`: where there is little room."""

    name: str
    caption: str
    kind: Kind
    short: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the report: rows by name, each with a value for each figure. `key`: what programs call the name."""

    name: str
    title: str
    label: str
    figures: tuple[Figure, ...]
    rows: tuple[tuple[str, tuple[Value, ...]], ...]
    note: str = ""
    key: str = "name"
    captions: Mapping[str, str] = field(default_factory=dict)

    def shown(self, row: str) -> str:
        """A row's name as people read it."""
        return printable(self.captions.get(row, row))


#: What became of messages.
_REACHED: Final = (
    Figure("messages", "Messages", Kind.NUMBER, "Msgs"),
    Figure("accounts", "Accounts", Kind.NUMBER, "Accts"),
    Figure("reached", "Reached", Kind.NUMBER, "Reached"),
    Figure("on_its_way", "No receipt", Kind.NUMBER, "No rcpt"),
    Figure("undeliverable", "Undeliverable", Kind.NUMBER, "Undeliv"),
    Figure("in_doubt", "In doubt", Kind.NUMBER, "Doubt"),
    Figure("answered", "Answered", Kind.NUMBER, "Replied"),
    Figure("opted_out", "Opted out", Kind.NUMBER, "Opt-out"),
    Figure("payments_not_known", "Payments not known", Kind.NUMBER, "Unknown"),
)
_COLLECTED: Final = (
    *(Figure(f"collected_within_{days}_cents", f"Within {days} days", Kind.CENTS, f"{days} days") for days in WINDOWS),
    *(Figure(f"paid_within_{days}", f"Paid in {days}", Kind.NUMBER) for days in WINDOWS),
    *(Figure(f"over_{days}", f"{days} days over", Kind.NUMBER) for days in WINDOWS),
    *(Figure(f"not_over_{days}", f"{days} days not over", Kind.NUMBER) for days in WINDOWS),
    Figure("collected_same_day_cents", "Same day", Kind.CENTS),
)


def sections(report: Report) -> list[Section]:
    """Everything the report has, in the order it is read."""
    by = "paid after a request" if report.payments_told else "credits after a request"
    found = [
        _messages("total", f"All messages: {by}", "", [report.total]),
        _messages("campaigns", f"By campaign: {by}", "Campaign", report.campaigns, _campaign_captions(report)),
        _messages("messages", f"By message: {by}", "Message", report.messages),
        _messages("aging", f"By aging category: {by}", "Oldest part", report.ages),
        _messages("months", f"By month of the message: {by}", "Month", report.months),
        _ends(report),
        _comparison(report),
        _receivables(report),
        _figures(report),
        _by_month(report),
    ]
    if report.accounts is not None:
        found.append(_accounts(report))
    return found


def _campaign_captions(report: Report) -> dict[str, str]:
    return {row.name: f"began {row.name}" for row in report.campaigns if row.name[0].isdigit()}


def _messages(
    name: str, title: str, label: str, rows: Sequence[Row], captions: Mapping[str, str] | None = None
) -> Section:
    return Section(
        name,
        title,
        label,
        (*_REACHED, *_COLLECTED),
        tuple((row.name, _message_values(row)) for row in rows),
        captions=captions or {},
    )


def _message_values(row: Row) -> tuple[Value, ...]:
    counts = [Value(getattr(row, each.name)) for each in _REACHED]
    if not row.within:
        return (*counts, *(Value(None) for _ in _COLLECTED))
    return (
        *counts,
        *(Value(each.collected_cents, not each.is_known) for each in row.within),
        *(Value(each.paid, not each.is_known) for each in row.within),
        *(Value(each.over) for each in row.within),
        *(Value(each.not_over) for each in row.within),
        Value(row.same_day_cents),
    )


def _ends(report: Report) -> Section:
    return Section(
        "campaign_ends",
        "How campaigns ended that began in a month",
        "Began in",
        (
            Figure("campaigns", "Campaigns", Kind.NUMBER, "Begun"),
            Figure("running", "Running", Kind.NUMBER),
            Figure("paid", "Paid", Kind.NUMBER),
            Figure("completed", "Completed", Kind.NUMBER, "Complete"),
            Figure("removed", "Removed", Kind.NUMBER),
            Figure("opted_out", "Opted out", Kind.NUMBER, "Opt-out"),
            Figure("undeliverable", "Undeliverable", Kind.NUMBER, "Undeliv"),
        ),
        tuple((each.name, tuple(map(Value, _how_they_ended(each)))) for each in report.campaign_ends),
        "Paid: an export showed the account at or below the minimum. Completed: every message went out.",
    )


def _how_they_ended(each: Campaigns) -> tuple[int, ...]:
    return (
        each.campaigns, each.running, each.paid, each.completed, each.removed, each.opted_out, each.undeliverable,
    )  # fmt: skip


_COMPARED: Final = (
    ("asked_paid_share", "Asked", Kind.SHARE),
    ("not_asked_paid_share", "Not asked", Kind.SHARE),
    ("asked_owed_paid_share", "Asked: of owed", Kind.SHARE),
    ("not_asked_owed_paid_share", "Not asked: of owed", Kind.SHARE),
    ("requests", "Requests", Kind.NUMBER),
    ("requests_compared", "Compared", Kind.NUMBER),
    ("not_asked_accounts", "Accounts not asked", Kind.NUMBER),
)


def _comparison(report: Report) -> Section:
    groups = {**report.beside, **report.beside_months} if any(each.asked for each in report.beside.get(ALL, ())) else {}
    figures = tuple(
        Figure(f"{name}_within_{days}", f"{caption}, {days} days", kind)
        for days in WINDOWS
        for name, caption, kind in _COMPARED
    )
    return Section(
        "comparison",
        "Paid anything: accounts asked, beside comparable ones that were not",
        "Oldest part, or month",
        figures,
        tuple((name, tuple(value for each in found for value in _compared(each))) for name, found in groups.items()),
        "Not asked: accounts of the same aging category that owed more than the minimum on the same mornings, and got "
        f"no message from 30 days before to the window's end. Told of {LEAST} or more of each. They differ in more "
        "than that: no cause is shown.",
    )


def _compared(each: Beside) -> tuple[Value, ...]:
    return (
        Value(each.of_asked_paid), Value(each.of_not_asked_paid), Value(each.of_asked_owed_paid),
        Value(each.of_owed_paid), Value(each.asked), Value(each.compared), Value(each.not_asked),
    )  # fmt: skip


def _receivables(report: Report) -> Section:
    owed = report.receivables
    rows = [
        *(
            (name, cents, portion)
            for name, cents, portion in zip(BUCKETS, owed.buckets, owed.portion_buckets, strict=True)
        ),
        ("total", owed.total_cents, owed.portion_cents),
    ]
    left_out = f" {owed.not_known} whose amount is not known are left out." if owed.not_known else ""
    return Section(
        "receivables",
        "Accounts receivable by age",
        "Unpaid since",
        (
            Figure("owed_cents", "Owed", Kind.CENTS),
            Figure("share", "Share", Kind.SHARE),
            Figure("patient_portion_cents", "Patient portion", Kind.CENTS, "Portion"),
        ),
        tuple(
            (name, (Value(cents), Value(cents / owed.total_cents if owed.total_cents else None), Value(portion)))
            for name, cents, portion in rows
        ),
        f"{owed.accounts:,} {'account owes' if owed.accounts == 1 else 'accounts owe'} it; accounts in credit hold "
        f"{format_cents(owed.credit_cents)} beside it.{left_out}",
    )


def _figures(report: Report) -> Section:
    made, owed = report.production, report.receivables
    period = made.period
    rows = (
        ("receivables_cents", "Accounts receivable", Kind.CENTS, owed.total_cents, ""),
        ("over_90_share", "Share over 90 days", Kind.SHARE, owed.over_90_share, ""),
        ("days_in_receivables", "Working days in A/R", Kind.DAYS, made.days_in_receivables, ""),
        ("receivables_to_monthly_production", "A/R to monthly production", Kind.RATIO, made.to_monthly_production,
         "1.5 to 2 at most"),
        ("collected_share_of_production", "Collected share of production", Kind.SHARE, made.collected_share,
         "95 % or more"),
        ("net_production_cents", f"Net production, {PERIOD_DAYS} days", Kind.CENTS,
         period.net_production_cents if period else None, ""),
        ("gross_production_cents", f"Gross production, {PERIOD_DAYS} days", Kind.CENTS,
         period.gross_production_cents if period else None, ""),
        ("patient_payments_cents", f"Paid by patients, {PERIOD_DAYS} days", Kind.CENTS,
         period.patient_payments_cents if period else None, ""),
        ("insurance_payments_cents", f"Paid by insurance, {PERIOD_DAYS} days", Kind.CENTS,
         period.insurance_payments_cents if period else None, ""),
        ("working_days", f"Working days of {PERIOD_DAYS}", Kind.NUMBER, made.working_days if period else None, ""),
    )  # fmt: skip
    why = f"Not known: {made.why}." if made.why else ""
    return Section(
        "figures",
        "The practice's figures",
        "Figure",
        (Figure("value", "Value", Kind.TEXT), Figure("guide", "Usual guide", Kind.TEXT)),
        tuple((name, (Value(written(kind, Value(value))), Value(guide))) for name, _, kind, value, guide in rows),
        why,
        captions={name: caption for name, caption, *_ in rows},
    )


def figures_data(report: Report) -> Data:
    """The practice's figures as numbers; null for what is not known."""
    made, owed = report.production, report.receivables
    period = made.period
    return {
        "receivables_cents": owed.total_cents,
        "over_90_share": _rounded(owed.over_90_share),
        "days_in_receivables": _rounded(made.days_in_receivables),
        "receivables_to_monthly_production": _rounded(made.to_monthly_production),
        "collected_share_of_production": _rounded(made.collected_share),
        "from": period.first.isoformat() if period else None,
        "until": period.last.isoformat() if period else None,
        "net_production_cents": period.net_production_cents if period else None,
        "gross_production_cents": period.gross_production_cents if period else None,
        "patient_payments_cents": period.patient_payments_cents if period else None,
        "insurance_payments_cents": period.insurance_payments_cents if period else None,
        "working_days": made.working_days if period else None,
        "not_known_because": made.why or None,
    }


def _rounded(value: int | float | str | None) -> int | float | str | None:
    """A share or a ratio with as many digits as it means something by; anything else as it is."""
    return round(value, 4) if isinstance(value, float) else value


def _by_month(report: Report) -> Section:
    return Section(
        "production_by_month",
        "Production and collections by month",
        "Month",
        (
            Figure("net_production_cents", "Net production", Kind.CENTS, "Production"),
            Figure("collections_cents", "Collected", Kind.CENTS),
            Figure("patient_payments_cents", "Paid by patients", Kind.CENTS, "By patients"),
            Figure("receivables_cents", "A/R at its end", Kind.CENTS, "A/R at end"),
            Figure("over_90_cents", "Over 90 days", Kind.CENTS, "Over 90"),
        ),
        tuple(
            (
                f"{each.moved.first:%Y-%m}",
                (
                    Value(each.moved.net_production_cents, not each.is_over),
                    Value(each.moved.collections_cents, not each.is_over),
                    Value(each.moved.patient_payments_cents, not each.is_over),
                    Value(each.receivables_cents, not each.is_over),
                    Value(each.over_90_cents, not each.is_over),
                ),
            )
            for each in report.production.months
        ),
        "" if report.production.months else f"Not known: {report.production.why}.",
    )


def _accounts(report: Report) -> Section:
    return Section(
        "accounts",
        "Accounts that were asked",
        "Account",
        (
            Figure("name", "Name", Kind.TEXT),
            Figure("messages", "Messages", Kind.NUMBER, "Msgs"),
            Figure("last_message", "Last message", Kind.TEXT, "Last"),
            Figure("asked_cents", "Asked for", Kind.CENTS),
            Figure("collected_within_30_cents", "Within 30 days", Kind.CENTS, "30 days"),
        ),
        tuple(
            (
                each.guarantor_id,
                (
                    Value(each.name or NOT_KNOWN), Value(each.messages), Value(each.last_day.isoformat()),
                    Value(each.asked_cents), Value(each.collected_cents, each.is_so_far),
                ),
            )
            for each in report.accounts or ()
        ),
        key="guarantor_id",
    )  # fmt: skip


# How it is written.


def written(kind: Kind, value: Value) -> str:
    """The value as people read it, marked where it is so far."""
    mark = SO_FAR if value.so_far else ""
    match kind, value.is_:
        case _, None:
            return NOT_KNOWN
        case Kind.CENTS, int() as cents:
            return f"{format_cents(cents)}{mark}"
        case Kind.SHARE, int() | float() as share:
            return f"{share * 100:.0f} %{mark}"
        case Kind.DAYS, int() | float() as number:
            return f"{number:,.1f}{mark}"
        case Kind.RATIO, int() | float() as number:
            return f"{number:.2f}{mark}"
        case Kind.NUMBER, int() as count:
            return f"{count:,}{mark}"
        case _, text:
            return printable(str(text))


def period_words(report: Report) -> str:
    """Which messages the report is about, and until when payments are known."""
    since, until = report.since, report.until
    if since is None and until is None:
        which = "all messages"
    elif since is None:
        which = f"messages until {until}"
    else:
        which = f"messages since {since}" if until is None else f"messages from {since} to {until}"
    known = f"; payments are known until {report.known_until}" if not report.no_money else ""
    return f"As of {report.as_of}: {which}{known}."


def notes(report: Report) -> list[str]:
    """What one must know to read the figures."""
    found = [
        "Paid after a request says when, not why: on the day of the message, perhaps before it, or in so many days "
        "after it. Nobody knows whether the message is the reason. Each payment counts once, for the account's last "
        "message before it."
    ]
    if report.no_money:
        found.append(f"What came in is not known: {report.no_money}.")
    elif not report.payments_told:
        found.append("The ledger does not tell kinds of entries apart: every credit counts, payments of insurance and "
                     "write-offs too.")  # fmt: skip
    if report.total.payments_not_known and not report.no_money:
        found.append(
            f"{report.total.payments_not_known:,} of the messages went to accounts that the exports no longer have, or "
            "whose rows can't all be read: what these paid is not known, and not counted."
        )
    if any(value.so_far for section in sections(report) for _, values in section.rows for value in values):
        found.append(f"{SO_FAR} so far: not all of these days are over.")
    if report.rehearsal:
        found.append("These messages were a rehearsal: nobody was texted.")
    return found


def report_data(report: Report) -> Data:
    """The report for `--json`: each section's rows with the figures by their names, null for what is not known."""

    def rows(section: Section) -> list[Data]:
        return [
            {section.key: name}
            | {figure.name: _rounded(value.is_) for figure, value in zip(section.figures, values, strict=True)}
            for name, values in section.rows
        ]

    by_name = {each.name: each for each in sections(report)}

    def day(each: date | None) -> str | None:
        return each.isoformat() if each else None

    return {
        "since": day(report.since),
        "until": day(report.until),
        "payments_known_until": None if report.no_money else day(report.known_until),
        "payments_told_apart": report.payments_told,
        "rehearsal": report.rehearsal,
        "total": rows(by_name["total"])[0],
        **{
            name: rows(by_name[name])
            for name in ("campaigns", "messages", "aging", "months", "campaign_ends", "comparison", "receivables")
        },
        "figures": figures_data(report),
        "production_by_month": rows(by_name["production_by_month"]),
        "accounts": rows(by_name["accounts"]) if "accounts" in by_name else None,
    }


def write_csv(report: Report, file: TextIO) -> None:
    """One flat table: section, row, figure, value. Amounts are plain numbers, shares parts of 1."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("section", "row", "figure", "value"))
    for section in sections(report):
        if section.name == "figures":
            for name, value in figures_data(report).items():
                writer.writerow(("figures", "practice", *_plain(name, value)))
            continue
        for row, values in section.rows:
            for figure, each in zip(section.figures, values, strict=True):
                writer.writerow((section.name, spreadsheet_safe(printable(row)), *_plain(figure.name, each.is_)))


def _plain(name: str, value: int | float | str | None) -> tuple[str, str]:
    """A figure's name without its unit, and its value."""
    figure = name.removesuffix("_cents")
    if value is None:
        return figure, NOT_KNOWN
    if isinstance(value, str):
        return figure, spreadsheet_safe(printable(value))
    if isinstance(value, int):
        return figure, plain_cents(value) if figure != name else str(value)
    return figure, str(_rounded(value))


def workbook_sheets(report: Report) -> list[Sheet]:
    """A sheet for each section that has rows; what is not known is said in words, so that nobody adds it up."""
    return [
        Sheet(
            section.name.replace("_", " "),
            [Column(section.label or "Of"), *(Column(figure.caption, figure.kind) for figure in section.figures)],
            [(section.shown(row), *(_cell(value) for value in values)) for row, values in section.rows],
        )
        for section in sections(report)
        if section.rows
    ]


def _cell(value: Value) -> Cell:
    return NOT_KNOWN if value.is_ is None else value.is_
