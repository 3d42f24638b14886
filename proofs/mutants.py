"""One change at a time is made in the modules that everything rests on: some test of theirs must fail.

    python -m proofs.mutants                    some changes of each module
    python -m proofs.mutants --long             all of them, in hours
    ... --places 60                             so many of each module, chosen by `--seed`
    ... --only state.claims                     of that module
    ... --write                                 and writes the figures into proofs/RESULTS.md

A change is a comparison, a sign, a number, a truth, a word of code, a condition of SQL turned round, or a statement left
out. What no test notices is a gap in the tests, or is explained below: then the program does the same, or as well. What is
explained is tried in a long run alone.

The changes are made here and by no library: mutmut leaves tables like that of the rules alone, and both it and cosmic-ray
know nothing of SQL, in which half of what is promised about claims is written. Each change is tried in a fork of a process
that has everything else imported, so most take a second.
"""

from __future__ import annotations

import ast
import os
import random
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from proofs.results import Options, finish

ROOT = Path(__file__).parents[1]
#: So many changes of each module are tried in a short run, and so long a test may take: processor seconds, and seconds.
PLACES = 12
MOST_CPU, MOST_TIME = 120, 600

_STATE = tuple(
    f"tests/state/test_{name}.py"
    for name in (
        "claims", "outcomes", "requests", "replies", "consequences", "payment_links", "campaign", "staff", "releases",
        "events", "state_machine",
    )
)  # fmt: skip
#: The modules, each with the tests that must notice, the quick ones first.
MODULES: dict[str, tuple[str, ...]] = {
    "grammar.money": ("tests/grammar/test_money.py",),
    "grammar.dates": ("tests/grammar/test_dates.py", "tests/exports/test_reading.py", "tests/settings/test_settings.py"),
    "domain.aging": ("tests/domain", "tests/exports/test_entries.py"),
    "domain.rules": ("tests/domain/test_rules.py", "tests/sending/test_list.py", "tests/sending/test_why.py"),
    "domain.conditions": (
        "tests/domain/test_conditions.py", "tests/domain/test_rules.py", "tests/sending/test_list.py",
        "tests/sending/test_why.py",
    ),
    "domain.campaigns": ("tests/domain", "tests/sending/test_send.py", "tests/weeks/test_model.py"),
    "domain.windows": ("tests/messaging/test_windows.py", "tests/sending/test_send.py"),
    "domain.outcomes": ("tests/state/test_outcomes.py", "tests/messaging/test_twilio_sending.py", "tests/sending/test_send.py"),
    "state.requests": _STATE,
    "state.claims": _STATE,
    "state.outcomes": (*_STATE, "tests/sending/test_send.py"),
    "state.consequences": _STATE,
    "state.replies": _STATE,
    "services.planning": tuple(
        f"tests/sending/test_{name}.py"
        for name in ("planning", "run", "request", "languages", "words", "send", "unattended")
    ),
    "services.sending": (
        *(f"tests/sending/test_{name}.py" for name in ("run", "request", "between_days", "payments", "unattended", "send")),
        "tests/sending/test_links.py::TestMaking", "tests/sending/test_witness.py",
    ),
    "services.run": (
        "tests/sending/test_run.py", "tests/sending/test_report.py", "tests/sending/test_links.py::TestMaking",
        "tests/sending/test_words.py", "tests/sending/test_send.py", "tests/sending/test_unattended.py",
    ),
}  # fmt: skip

_QUICKER = "only how most are read in less time; the way of all others says the same"
_TWO_ORDERS = "the two orders are told apart all the same; which is called which does not matter"
_HAS_NUMBER = "who has no number shares none"
_STOPPED = "said only of an account that the rule stops, and that has it"
_ONE_ROW = "both are read in the same transaction just before, so that the row is this one; a second guard"
_NAME = "what a member of an enumeration is called, which no file and no answer holds"
#: What changes nothing that counts: the change, as it is printed, and why no test can or need notice it.
EXPLAINED: dict[str, str] = {
    "grammar.money: 9 -> 10": "ten digits are more than the largest amount, which is looked at behind it",
    "grammar.dates.DateGrammar: False -> True (3)": "patterns are the same where the formats are",
    **{
        f"grammar.dates.DateGrammar.parse: {each}": _QUICKER
        for each in (
            "10 -> 11",
            "10 -> 9",
            "4 -> 5",
            "4 -> 3",
            "7 -> 6",
            "text[4] == text[7] == '-' -> text[4] != text[7] == '-'",
            "text[4] == text[7] == '-' -> text[4] == text[7] != '-'",
            "1900 -> 1901",
            "2200 -> 2199",
            "1900 < found.year <= 2200 -> 1900 < found.year < 2200",
        )
    },
    **{
        f"grammar.dates.settle_order: not day_first or not month_first -> {each}": (
            "formats of one order are proved by the first text, too, or by none"
        )
        for each in ("not day_first and (not month_first)", "not month_first", "not day_first")
    },
    "grammar.dates.DateGrammar._readings: 0 -> -1": "neither is a month",
    "grammar.dates.DateGrammar: False -> True (2)": "only how it is shown to whoever works on dipay",
    "grammar.money: 9 -> 8": "nine digits are more than the largest amount",
    "grammar.money._bounded: len(digits) <= _MOST_DIGITS -> len(digits) < _MOST_DIGITS": (
        "nine digits are more than the largest amount"
    ),
    "grammar.money._signed: 0 -> -1 (2)": "the first of one is the last",
    "grammar.dates._month_first: not 0 <= form.find('%d') < max(form.find('%m'), form.find('%b')) -> "
    "0 <= form.find('%d') < max(form.find('%m'), form.find('%b'))": _TWO_ORDERS,
    "grammar.dates._month_first: 0 <= form.find('%d') < max(form.find('%m'), form.find('%b')) -> "
    "0 <= form.find('%d') >= max(form.find('%m'), form.find('%b'))": _TWO_ORDERS,
    "grammar.dates._month_first: 0 <= form.find('%d') < max(form.find('%m'), form.find('%b')) -> "
    "0 <= form.find('%d') <= max(form.find('%m'), form.find('%b'))": "no two directives stand in one place",
    "grammar.dates._month_first: 0 -> -1": "what has no day is no format of a date, and is refused before",
    "domain.windows: 15 -> 16": "a week has every day, and two of them lie before the last",
    "domain.windows: 15 -> 14": "a week has every day, and two of them lie before the last",
    "domain.windows._starts: 1 -> 2": "what began two days before lies behind, too",
    "domain.windows._starts: start > after -> start >= after": "of that very moment it is known that it is not allowed",
    "domain.windows._starts: 1 -> 0": "what began the day before lies behind; a guard for zones that leave a day out",
    "domain.windows._starts: day <= last -> day < last": "a week has every day, and two of them lie before the last",
    "domain.rules.Rule.stops: 0 -> -1": "the first of one is the last",
    "domain.conditions.opted_out: bool(day.situation.opted_out_numbers) and account.phone in "
    "day.situation.opted_out_numbers -> account.phone in day.situation.opted_out_numbers": (
        "it spares reading every number where none opted out"
    ),
    "domain.conditions.shares_number: account.phone or '' -> account.phone": _HAS_NUMBER,
    "domain.conditions.saw_sharers: account.phone or '' -> account.phone": _HAS_NUMBER,
    "domain.conditions.short_sharers: account.phone or '' -> account.phone": _HAS_NUMBER,
    "domain.conditions.fix_asked: asked is not None and wait is not None -> wait is not None": _STOPPED,
    "domain.conditions.short_claims: account.outstanding_claims or 0 -> account.outstanding_claims": _STOPPED,
    "domain.conditions.short_claims: 0 -> 1": _STOPPED,
    "domain.conditions.short_claims: 0 -> -1": _STOPPED,
    "domain.conditions.short_above: day.settings.hold_above or 0 -> day.settings.hold_above": _STOPPED,
    "domain.conditions.short_above: 0 -> 1": _STOPPED,
    "domain.conditions.short_above: 0 -> -1": _STOPPED,
    "domain.campaigns.message_name: 0 -> -1": "with no follow-up known there is no step before the first",
    **{
        f"domain.outcomes.RefusalKind: '{each}' -> '{each}x'": _NAME
        for each in ("number", "opted_out", "content", "run_stop", "slow_down", "day_stop", "unknown")
    },
    "domain.outcomes.settled: before is Delivery.SENT and told is Delivery.QUEUED -> told is Delivery.QUEUED": (
        "where it was queued, too, it stays queued by either way"
    ),
    "domain.aging: 1 -> 2": "any number below zero stands for nothing that is unpaid",
    "domain.aging.AccountSums.aged: cents < 0 -> cents <= 0": "nothing is added where there is nothing",
    "domain.aging.AccountSums.aged: 0 -> 1 (4)": "nothing is added where there is nothing",
    "domain.aging.AccountSums._netted: cents > 0 -> cents >= 0": "an adjustment of nothing lowers nothing",
    "domain.aging.AccountSums._netted: 0 -> -1": "an adjustment of nothing lowers nothing",
    "domain.aging.aged_from_buckets: cents > 0 -> cents >= 0": "a bucket of nothing leaves nothing",
    "domain.aging.aged_from_buckets: 0 -> -1": "a bucket of nothing leaves nothing",
    "domain.aging.aged_from_buckets: True -> False": "the two have one length, which zip only makes sure of",
    "domain.aging.youngest_day: True -> False": "the two have one length, which zip only makes sure of",
    "domain.aging._lower_bucket: 0 -> 1": "the day of a charge is among the days of charges",
    "domain.aging._lower_bucket: 0 -> -1": "the day of a charge is among the days of charges",
    "domain.aging._pay_oldest_first: credit >= sum(charges.values()) -> credit > sum(charges.values())": (
        "paying what is owed to the cent leaves nothing, by the long way too"
    ),
    "state.claims.give_link: request.state is RequestState.CLAIMED and request.amount_cents is not None -> "
    "request.state is RequestState.CLAIMED": "what is claimed has its amount; a purge leaves it alone",
    "state.claims.give_link: request.number or '' -> request.number": "what is claimed has its number",
    "state.claims._refuse_what_stands_against: 0 -> -1": "the first of one is the last",
    "state.claims._write: 0 -> -1": "the first of one is the last",
    "state.claims._write: raise RuntimeError('SQLite gave no row id') -> pass": "SQLite always gives one; for types",
    "state.claims._refuse_resend: running_id is not None and step_is_taken(connection, running_id, ask.step) -> "
    "step_is_taken(connection, running_id, ask.step)": "no campaign has NULL for its id, to SQLite",
    "state.consequences._campaign_for: 0 -> -1": "the first of one is the last",
    "state.consequences._campaign_for: 0 -> -1 (2)": "the first of one is the last",
    "services.run.SendReport.add: in_state and line.request_id -> in_state": (
        "what the state has of a line it has of its request; for types"
    ),
    "services.run._line_of: request.text or '' -> request.text": "what was sent just now has its text; for types",
    "services.run.SendRun._send_one: claimed.text or '' -> claimed.text": "a claim has its text; for types",
    "services.run.SendRun._line: request.text or '' -> request.text": "what was claimed just now has its text; for types",
    "services.run.SendRun._line: request is not None and provider_id is not None and (request.provider_id == provider_id) "
    "-> provider_id is not None and request.provider_id == provider_id": (
        "the provider names only what there is a request of; for types"
    ),
    "services.run.SendRun.send_all: account.phone_problem or 'there is no mobile number' -> account.phone_problem": (
        "an account without a number has a reason for it; for types"
    ),
    "services.run.SendRun._settled: assert_never(outcome) -> pass": "mypy sees to it that it is never reached",
    "services.planning.make_plan: named and rule.may_be_released -> rule.may_be_released": (
        "who was not named is pending, and nothing speaks against them; a second guard"
    ),
    "services.sending._is_before_the_state: newest > office.clock() + CLOCK_MARGIN -> "
    "newest >= office.clock() + CLOCK_MARGIN": "clocks do not differ by the margin to the millionth of a second",
    "services.sending.send_plan: processor is not None and report.count('accepted') -> processor is not None": (
        "what was switched off before the messages stays so: asking again without a new one only takes time"
    ),
    "state.requests._whole: raise TypeError('a whole number was expected') -> pass": "the tables are STRICT; for types",
    "state.requests._from_row: True -> False": "what is asked for are these columns, each by its name",
    "state.requests.request_of: 0 -> -1": "the first of one is the last",
    "state.outcomes.record: False -> True": "the marker is written once more than it must be, which only takes time",
    "state.outcomes.record: assert_never(outcome) -> pass": "mypy sees to it that it is never reached",
    "state.outcomes.abandoned: \"state IN ('claimed', 'in_doubt') AND state = 'claimed'\" -> "
    "\"state IN ('claimed', '-') AND state = 'claimed'\"": "the first condition is there for SQLite to use an index",
    "state.outcomes.recover: request.state is RequestState.CLAIMED and lacks_link(connection, request.id) -> "
    "lacks_link(connection, request.id)": "what has no link and is no claim any more is given up already",
    "state.outcomes.recover: refresh(connection, request.guarantor_id) -> pass (2)": (
        "to a summary what is claimed and what is in doubt are one"
    ),
    "state.outcomes.adopt: provider_id is not None and _is_taken(connection, request, provider_id) -> "
    "_is_taken(connection, request, provider_id)": "no request has NULL for its id, to SQLite",
    'state.outcomes.record_delivery: "UPDATE requests SET delivery = ?, delivery_at = ?, code = ?, why = ? '
    "WHERE id = ? AND state = 'accepted' AND delivery = ?\" -> \"UPDATE requests SET delivery = ?, delivery_at = ?, "
    "code = ?, why = ? WHERE id = ? AND (state = 'accepted' OR 1) AND delivery = ?\"": _ONE_ROW,
    'state.outcomes.record_delivery: "UPDATE requests SET delivery = ?, delivery_at = ?, code = ?, why = ? '
    "WHERE id = ? AND state = 'accepted' AND delivery = ?\" -> \"UPDATE requests SET delivery = ?, delivery_at = ?, "
    "code = ?, why = ? WHERE id = ? AND state = 'accepted' AND (delivery = ? OR 1)\"": _ONE_ROW,
    "state.outcomes._move: False -> True": "only an acceptance may come late: of others nobody asks it",
    "state.outcomes._move: provider_id is None and to is RequestState.ACCEPTED -> provider_id is None": (
        "what is not accepted has no delivery anyway"
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Mutant:
    """One change: where, what it reads before and after, and how it is made and taken back."""

    function: str
    before: str
    after: str
    line: int
    make: Callable[[], Callable[[], None]]


# What can be changed.

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
#: A word that programs read: a state, a kind, a code.
_CODE = re.compile(r"[a-z][a-z0-9]*([-_. ][a-z0-9]+)?")
_SQL = re.compile(r"\b(SELECT|UPDATE|INSERT|DELETE|WHERE|AND|HAVING)\b|^state |(=|<>|<|>) \?|^handled_at ")
_CONDITION = re.compile(
    r"(?<![\w?])(?P<left>\+?[\w.]+(?:\(\w+\))?) (?P<sign>=|<>|<=|>=|<|>|IS NOT|IS) (?P<right>\?|NULL|\d+|'[\w -]+'|[\w.]+)"
)
_OTHER_SIGN = {"=": "<>", "<>": "=", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "IS": "IS NOT", "IS NOT": "IS"}
_ONE_OF = re.compile(r"'\w+'(?=[^()]*\))")
#: Calls that are there for tests, and those whose words nobody but people read.
_SAYS = ("crash_point", "Problem", "cannot", "CannotGoOn", "RuntimeError", "ValueError", "KeyError", "TypeError")


def _sql(text: str) -> Iterator[str]:
    """The text with each of its conditions turned round, or made always true; or with one of a list less."""
    # What a statement sets is no condition.
    begins = text.find(" WHERE ") if re.search(r"\b(SET|VALUES)\b", text) else 0
    if begins >= 0:
        for each in _CONDITION.finditer(text, begins):
            turned = f"{each['left']} {_OTHER_SIGN[each['sign']]} {each['right']}"
            for other in (turned, f"({each[0]} OR 1)"):
                yield text[: each.start()] + other + text[each.end() :]
    for each in _ONE_OF.finditer(text):
        yield text[: each.start()] + "'-'" + text[each.end() :]
    for before, after in ((r" AND \(", " OR ("), (r" OR (?!IGNORE|REPLACE)", " AND ")):
        for each in re.finditer(before, text):
            yield text[: each.start()] + after + text[each.end() :]


def _others(node: ast.AST) -> Iterator[ast.AST | None]:
    """What may stand in a node's place; None: nothing at all."""
    match node:
        case ast.Compare(left, operators, right):
            for place, operator in enumerate(operators):
                for other in _COMPARED[type(operator)]:
                    yield ast.Compare(left, [*operators[:place], other(), *operators[place + 1 :]], right)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.And() if isinstance(operator, ast.Or) else ast.Or(), values)
            for place in range(len(values)):
                rest = [*values[:place], *values[place + 1 :]]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(operator, rest)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.BinOp(left, operator, right_side) if type(operator) in _COUNTED:
            yield ast.BinOp(left, _COUNTED[type(operator)](), right_side)
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield from (ast.Constant(value + by) for by in (1, -1))
        case ast.Constant(str(value)) if _SQL.search(value):
            yield from map(ast.Constant, _sql(value))
        case ast.Constant(str(value)) if _CODE.fullmatch(value):
            yield ast.Constant(f"{value}x")
        # A comparison or "not" is turned round by itself.
        case ast.If(test, body, orelse) if not isinstance(test, (ast.Compare, ast.UnaryOp)):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.IfExp(test, yes, no) if not isinstance(test, (ast.Compare, ast.UnaryOp)):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), yes, no)
        case ast.Expr(ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Break():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.match_case(pattern, guard, body) if guard is not None:
            yield ast.match_case(pattern, None, body)


def _is_left_alone(node: ast.AST) -> bool:
    """What is no behaviour: docstrings, types, imports, words for people, calls for tests."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(ast.Constant()) | ast.If(ast.Name("TYPE_CHECKING")):
            return True
        case ast.Call(ast.Name(name) | ast.Attribute(attr=name)):
            return name in _SAYS
        case ast.Expr(ast.Call(ast.Name("crash_point"))):
            return True
    return False


def mutants_of(source: str) -> tuple[ast.Module, list[Mutant]]:
    """The module's tree, and every change that can be made in it."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    holders = (ast.FunctionDef, ast.ClassDef)

    def walk(parent: ast.AST, function: str) -> None:
        for name, value in ast.iter_fields(parent):
            if name in ("annotation", "returns", "decorator_list", "bases", "type_params", "keywords") and not (
                name == "keywords" and isinstance(parent, ast.Call)
            ):
                continue
            for place, node in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(node, ast.AST) or _is_left_alone(node):
                    continue
                for other in _others(node):
                    found.append(
                        _mutant(parent, name, place if isinstance(value, list) else None, node, other, function)
                    )
                walk(node, f"{function}.{node.name}".lstrip(".") if isinstance(node, holders) else function)

    walk(tree, "")
    return tree, found


def _mutant(
    parent: ast.AST, name: str, place: int | None, node: ast.AST, other: ast.AST | None, function: str
) -> Mutant:
    def make() -> Callable[[], None]:
        held = getattr(parent, name)
        new = ast.fix_missing_locations(ast.copy_location(other, node)) if other is not None else None
        if place is None:
            setattr(parent, name, new)
            return lambda: setattr(parent, name, held)
        held[place] = new
        return lambda: held.__setitem__(place, node)

    return Mutant(function, _said(node), _said(other), getattr(node, "lineno", getattr(parent, "lineno", 0)), make)


def _said(node: ast.AST | None) -> str:
    """One line of it: of a statement with a body its condition."""
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    if isinstance(node, ast.match_case):
        return (
            ast.unparse(ast.Match(ast.Name("_"), [ast.match_case(node.pattern, node.guard, [ast.Pass()])]))
            .splitlines()[1]
            .strip()
        )
    return " ".join(ast.unparse(node).split()) if node is not None else "nothing"


# How a change is tried.


class _InPlaceOf(MetaPathFinder, Loader):
    """Imports that module from this code in place of its file."""

    def __init__(self, module: str, path: Path, code: CodeType) -> None:
        self.module, self.path, self.code = module, path, code

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_file_location(fullname, self.path, loader=self) if fullname == self.module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self.code, vars(module))


#: Once, without shrinking what is found; that plugins were imported before pytest says nothing.
_AS_USUAL = (
    "-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning",
    "--hypothesis-profile", "mutants",
)  # fmt: skip


def passes(module: str, path: Path, code: CodeType, tests: Sequence[str]) -> bool | None:
    """Whether these tests pass with that code in place of the module's; in a fork. None where they did not end in time:
    on a busy computer that says nothing of the code.
    """
    child = os.fork()
    if child == 0:
        import resource

        # Whoever starts this in the background has them ignored; commands in the tests are stopped by them.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        signal.alarm(MOST_TIME)
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.meta_path.insert(0, _InPlaceOf(module, path, code))
        import pytest

        answer = 1
        try:
            answer = pytest.main([*_AS_USUAL, *tests])
        finally:
            os._exit(answer)
    answer = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return None if answer == -signal.SIGALRM else answer == 0


def named(module: str, mutants: Sequence[Mutant]) -> dict[Mutant, str]:
    """What each is called, without its line: the second of a function that reads the same is called so."""
    counts: Counter[str] = Counter()
    names = {}
    for each in mutants:
        name = f"{module}.{each.function}: {each.before} -> {each.after}".replace(".:", ":")
        counts[name] += 1
        names[each] = name if counts[name] == 1 else f"{name} ({counts[name]})"
    return names


def warm_up() -> None:
    """Imports what the tests import and is not dipay's, and has Hypothesis look for the same, and not for the simplest."""
    for name in (
        "pytest", "hypothesis.stateful", "hypothesis.extra", "numpy", "pandas", "yaml", "phonenumbers", "typer.testing",
        "rich.table", "python_calamine", "psutil", "msgspec", "sqlite3", "twilio.rest", "requests", "textual.app",
    ):  # fmt: skip
        import_module(name)
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants", deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def main() -> int:
    options = Options.of(__doc__)
    if not hasattr(os, "fork"):
        print("skipped: no forks here")
        return 0
    os.chdir(ROOT)
    warm_up()
    rows: list[tuple[object, ...]] = []
    wrong: list[str] = []
    unused = set(EXPLAINED)
    for name, tests in MODULES.items():
        if options.only not in name:
            continue
        module, path = f"dipay.{name}", ROOT / "src" / "dipay" / f"{name.replace('.', '/')}.py"
        source = path.read_text(encoding="utf-8")
        tree, every = mutants_of(source)
        chosen = every
        if not options.long:
            count = min(options.places or PLACES, len(every))
            chosen = random.Random(options.seed).sample(every, count)
        if not passes(module, path, compile(source, str(path), "exec"), tests):
            wrong.append(f"{name}: its tests fail without any change")
            continue
        counts: Counter[str] = Counter()
        names = named(name, every)
        for mutant in [each for each in every if each in set(chosen)]:
            called = names[mutant]
            unused.discard(called)
            if called in EXPLAINED and not options.long:
                counts["explained"] += 1
                continue
            take_back = mutant.make()
            try:
                code = compile(tree, str(path), "exec")
                survives = passes(module, path, code, tests)
            finally:
                take_back()
            if survives is False:
                counts["killed"] += 1
            elif called in EXPLAINED:
                counts["explained"] += 1
            else:
                what = "survives" if survives else f"not known after {MOST_TIME} s"
                wrong.append(f"{what}, line {mutant.line}: {called}")
                print(wrong[-1], flush=True)
        rows.append((name, len(every), len(chosen), counts["killed"], counts["explained"]))
        print(*rows[-1], flush=True)
    if options.long and not options.only:
        wrong += [f"explained, and is no change any more: {each}" for each in sorted(unused)]
    head = ("module", "changes there are", "tried", "noticed by its tests", "explained")
    return finish(options, "mutants", head, rows, wrong, how="explanations stand in `proofs/mutants.py`")


if __name__ == "__main__":
    sys.exit(main())
