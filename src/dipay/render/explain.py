"""`why` and `rules` as people read them. Each part of an explanation is a function, for whoever shows fewer of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dipay.domain.conditions import unposted_words
from dipay.domain.fields import LANGUAGE
from dipay.domain.rules import RULES
from dipay.domain.worklist import View
from dipay.grammar.languages import language_name
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.aging_bar import LEGEND, aging_bar
from dipay.render.fitting import wrapped
from dipay.render.records import record_lines
from dipay.render.safe import printable
from dipay.render.status import answer_words

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.domain.day import Day
    from dipay.domain.settings import Settings
    from dipay.domain.worklist import Judged
    from dipay.services.explaining import ExplainedRule, Explanation
    from dipay.services.records import Record

_INSIDE, _FURTHER_INSIDE = (0, 0, 0, 2), (0, 0, 0, 4)


def print_why(
    explanation: Explanation, record: Record, settings: Settings, console: Console, *, verbose: bool = False
) -> None:
    """The answer in a sentence, what speaks against the account, what went before, the facts, and what it passed."""
    print_answer(explanation, console)
    print_reasons(explanation, console)
    console.print()
    print_record(record, explanation.day, console)
    console.print()
    print_facts(explanation, settings, console)
    console.print()
    print_passed(explanation, console, verbose=verbose)


def print_answer(explanation: Explanation, console: Console) -> None:
    """Whether the account is asked, or why not, in a sentence; whose account it is, where somebody else was named."""
    account = explanation.judged.account
    when = "today" if explanation.is_today else f"on {explanation.day.as_of}"
    answer = answer_words(explanation.judged, explanation.day, when)
    console.print(Text(wrapped(answer, console.width), style="bold"))
    console.print()
    whose = f"{printable(account.name)}, account {printable(account.guarantor_id)}"
    if explanation.asked_about != account.guarantor_id:
        named = next((each.name for each in account.patients if each.patient_id == explanation.asked_about), "")
        named = printable(f"{named} ({explanation.asked_about})".strip())
        whose += f". {named} is not a guarantor and is never asked: this account pays"
    console.print(Text(f"{whose}."))


def print_reasons(explanation: Explanation, console: Console, *, others: bool = True) -> None:
    """Each rule that speaks against the account, with its limit and what would change it.

    Of a running campaign first what stops its follow-ups, then the `others`: what another first request would wait for.
    """
    judged = explanation.judged
    is_active = judged.view is View.ACTIVE
    stops = [each for each in explanation.against if not (is_active and each.rule.for_first_requests)]
    behind = [each for each in explanation.against if each not in stops] if others else []
    for each in stops:
        print_reason(each, console)
    if judged.may_be_asked(explanation.day):
        _print_marks(judged, console)
    if behind:
        console.print(Text("Against another first request:"))
    for each in behind:
        print_reason(each, console)


def print_record(record: Record, day: Day, console: Console) -> None:
    """What went before with the account."""
    for line in record_lines(record, day):
        console.print(Text(wrapped(line, console.width, further="      ")))


def print_facts(explanation: Explanation, settings: Settings, console: Console) -> None:
    """Who the account pays for, what it owes and since when, its last visit and its number."""
    account = explanation.judged.account
    aged = account.aged
    people = ", ".join(f"{printable(each.name)} ({printable(each.patient_id)})" for each in account.patients)
    buckets = ", ".join(
        f"{label} {format_cents(cents)}"
        for label, cents in zip(("0-30", "31-60", "61-90", "over 90"), aged.portion_buckets, strict=True)
    )
    unread = "" if account.amount_is_known else ", as far as its rows could be read"
    facts = {
        "Pays for": people or "nobody in the export",
        "Balance": format_cents(aged.balance_cents) + unread,
        "Estimates": (
            f"insurance {format_cents(aged.insurance_estimate_cents)}, "
            f"write-off {format_cents(aged.writeoff_estimate_cents)}"
        ),
        "Patient portion": format_cents(aged.patient_portion_cents) + unread,
        **({"Paid": paid} if (paid := unposted_words(account, explanation.day)) else {}),
        "Aging": f"{buckets}  {aging_bar(aged.portion_buckets, 12)}",
        "Last visit": str(account.last_visit or "not known"),
        "Number": format_phone(account.phone) if account.phone else f"none: {account.phone_problem}",
        "Language": _language(account.of_guarantor(LANGUAGE), settings),
    }
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts.items():
        grid.add_row(name, Text(value))
    console.print(grid)
    console.print(Text(LEGEND, style="dim"))


def passed_line(explanation: Explanation) -> str:
    """How many rules the account passed."""
    return f"Passed: {len(explanation.passed)} of {len(explanation.rules)} rules"


def print_passed(explanation: Explanation, console: Console, *, verbose: bool = False) -> None:
    """The rules that the account passed: how many, and what each saw where somebody wants to know."""
    if not verbose:
        console.print(Text(f"{passed_line(explanation)} (all with `-v`)."))
        return
    console.print(Text(f"{passed_line(explanation)}:"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in explanation.passed:
        table.add_row(each.rule.code, Text(printable(f"{each.saw}; {_limit(each)}")))
    console.print(Padding(table, _INSIDE))


def _language(own: str, settings: Settings) -> str:
    """The language that the account is asked in, and where it is not its own, why."""
    used = settings.language_for(own)
    if own == used:
        return language_name(used)
    why = f"there is no text in {language_name(own)}" if own else "the exports name none"
    return f"{language_name(used)}, the practice's: {why}"


def print_reason(each: ExplainedRule, console: Console) -> None:
    """A rule with what it saw, its limit, and what would change it."""
    lines = f"{each.rule.code} ({each.rule.verdict}): {each.saw}; {_limit(each)}."
    console.print(Padding(Text(printable(lines)), _INSIDE))
    if each.fix:
        console.print(Padding(Text(printable(each.fix), style="dim"), _FURTHER_INSIDE))


def _print_marks(judged: Judged, console: Console) -> None:
    """What keeps an account back that no rule speaks against, with what would change it."""
    account = judged.account
    marks = []
    if not judged.selected:
        marks.append(("deselected today.", f"`dipay select {account.guarantor_id}` puts it back into today's batch."))
    if account.phone_problem is not None:
        marks.append((f"{account.phone_problem}.", "A mobile number in the PMS would change it."))
    for what, fix in marks:
        console.print(Padding(Text(printable(what)), _INSIDE))
        console.print(Padding(Text(printable(fix), style="dim"), _FURTHER_INSIDE))


def _limit(each: ExplainedRule) -> str:
    if not each.place:
        return each.limit
    key = (each.rule.setting or "").rpartition(".")[2]
    return f"{each.limit} ({key}, {each.place})"


def print_rules(console: Console, day: Day | None) -> None:
    """The rules in their order; with a day, what those that follow a setting are held against in this practice."""
    console.print(Text("An account is not asked when ...", style="bold"))
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for rule in RULES:
        table.add_row(Text(rule.code, style="bold"), Text(f"{rule.summary}: {rule.verdict}."))
        if day is not None and rule.setting is not None:
            key = rule.setting.rpartition(".")[2]
            table.add_row("", Text(f"Here: {rule.limit(day)} ({key}).", style="dim"))
    console.print(table)
    console.print()
    console.print(
        Text(
            "Every rule is run on every account and every reason is kept. An account's view is the first of active, "
            "undeliverable, snoozed, excluded, held among the verdicts of its reasons, else pending. A campaign that "
            f"runs is not stopped by {_first_requests_only()}."
        )
    )


def _first_requests_only() -> str:
    codes = [rule.code for rule in RULES if rule.for_first_requests]
    return f"{', '.join(codes[:-1])} and {codes[-1]}"
