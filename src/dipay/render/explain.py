"""`why` and `rules` as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dipay.domain.fields import LANGUAGE
from dipay.domain.rules import RULES
from dipay.domain.worklist import View
from dipay.grammar.languages import language_name
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.aging_bar import LEGEND, aging_bar
from dipay.render.safe import printable

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.domain.day import Day
    from dipay.domain.settings import Settings
    from dipay.services.explaining import ExplainedRule, Explanation


def print_explanation(explanation: Explanation, settings: Settings, console: Console) -> None:
    """The account, the verdict, the rules that stop it with what would change it, and those it passed."""
    account = explanation.judged.account
    aged = account.aged
    if explanation.asked_about != account.guarantor_id:
        console.print(
            Text(
                f"{explanation.asked_about} is not a guarantor and is never asked: "
                f"account {account.guarantor_id} ({printable(account.name)}) pays."
            )
        )
        console.print()
    console.print(Text(f"{printable(account.name)}, account {account.guarantor_id}", style="bold"))
    people = ", ".join(f"{printable(each.name)} ({each.patient_id})" for each in account.patients)
    buckets = ", ".join(
        f"{label} {format_cents(cents)}"
        for label, cents in zip(("0-30", "31-60", "61-90", "over 90"), aged.portion_buckets, strict=True)
    )
    facts = {
        "Pays for": people or "nobody in the export",
        "Balance": format_cents(aged.balance_cents),
        "Estimates": (
            f"insurance {format_cents(aged.insurance_estimate_cents)}, "
            f"write-off {format_cents(aged.writeoff_estimate_cents)}"
        ),
        "Patient portion": format_cents(aged.patient_portion_cents),
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
    console.print()
    console.print(Text(_verdict(explanation), style="bold"))
    for each in explanation.rules:
        if each.applies:
            _print_reason(each, console)
    passed = [each for each in explanation.rules if not each.applies]
    console.print()
    console.print(Text(f"Passed: {len(passed)} of {len(explanation.rules)} rules", style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in passed:
        table.add_row(each.rule.code, Text(printable(f"{each.saw}; {_limit(each)}")))
    console.print(Padding(table, (0, 0, 0, 2)))


def _language(own: str, settings: Settings) -> str:
    """The language that the account is asked in, and where it is not its own, why."""
    used = settings.language_for(own)
    if own == used:
        return language_name(used)
    why = f"there is no text in {language_name(own)}" if own else "the exports name none"
    return f"{language_name(used)}, the practice's: {why}"


def _verdict(explanation: Explanation) -> str:
    judged = explanation.judged
    when = explanation.day.as_of
    if judged.view is View.PENDING:
        amount = format_cents(judged.account.amount_cents)
        if not judged.selected:
            return f"Pending on {when}, but deselected today: not asked for {amount} in today's batch."
        if judged.account.phone is None:
            return f"Pending on {when}: {amount}, but it can't be texted: {judged.account.phone_problem}."
        return f"Pending on {when}: may be asked for {amount}."
    count = len(judged.reasons)
    return f"Not asked on {when}: {judged.view}, for {count} reason{'' if count == 1 else 's'}."


def _print_reason(each: ExplainedRule, console: Console) -> None:
    lines = f"{each.rule.code} ({each.rule.verdict}): {each.saw}; {_limit(each)}."
    console.print(Padding(Text(printable(lines)), (0, 0, 0, 2)))
    if each.fix:
        console.print(Padding(Text(printable(each.fix), style="dim"), (0, 0, 0, 4)))


def _limit(each: ExplainedRule) -> str:
    if not each.place:
        return each.limit
    key = (each.rule.setting or "").rpartition(".")[2]
    return f"{each.limit} ({key}, {each.place})"


def print_rules(console: Console, day: Day | None) -> None:
    """The rule table; with a day, what each is held against in this practice."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Code", no_wrap=True)
    table.add_column("An account is not asked when", overflow="fold")
    table.add_column("Verdict", no_wrap=True)
    if day is not None:
        table.add_column("Here", overflow="fold")
    for rule in RULES:
        here = [Text(rule.limit(day))] if day is not None else []
        table.add_row(rule.code, Text(rule.summary), rule.verdict.value, *here)
    console.print(table)
    console.print()
    console.print(
        Text(
            "Every rule is run on every account and every reason is kept. The view is the first of active, "
            "undeliverable, snoozed, excluded, held among them, else pending."
        )
    )
