"""Bugs are planted in dipay, one at a time: the machine of random orders of events (tests/state) must find each.

    python -m proofs.planted
    ... --long                  also tries many more orders in which nothing is to be found
    ... --write                 and writes the figures into proofs/RESULTS.md

A test that passes says nothing of what it would have seen; this says it of the test that everything else rests on.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from unittest import mock

from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import HypothesisException
from hypothesis.stateful import run_state_machine_as_test

from proofs.results import Options, finish

#: So many orders are tried before it is given up; and so many of no bug at all.
EXAMPLES, OF_NO_BUG, OF_NO_BUG_LONG = 1000, 50, 2000

#: What is found only where a processor makes links.
OF_LINKS = (
    "an opt-out switches no link off",
    "a text may go out without its link",
    "a claim that lacks its link is in doubt, when it is found",
    "a link of which nobody knows is not looked for",
)

Planted = Callable[[ExitStack], None]


def _put(stack: ExitStack, where: str, what: object) -> None:
    stack.enter_context(mock.patch(where, what))


def _without(stack: ExitStack, *names: str) -> None:
    """The state is made without these indexes."""
    from dipay.state import schema

    tables = tuple(each for each in schema._FIRST_TABLES if not any(f" {name} " in each for name in names))
    assert len(tables) == len(schema._FIRST_TABLES) - len(names)
    _put(stack, "dipay.state.schema._FIRST_TABLES", tables)


def no_claim_looks(stack: ExitStack) -> None:
    _put(stack, "dipay.state.claims._refuse_what_stands_against", lambda *_, **__: None)
    _without(
        stack, "one_open_per_account", "one_open_per_number", "one_per_campaign_step", "one_per_number_and_day",
        "one_live_resend",
    )  # fmt: skip
    _put(stack, "tests.state.test_state_machine.assert_sound", lambda _: None)


def _changed(stack: ExitStack, module: str, before: str, after: str, *, count: int = 1) -> None:
    """The module's source with one change, run anew in place of what it was."""
    import inspect
    from importlib import import_module

    target = import_module(module)
    source = inspect.getsource(target)
    assert source.count(before) >= 1, f"{module} has no {before!r} any more"
    changed = source.replace(before, after, count)
    before_it = dict(vars(target))
    fresh: dict[str, object] = dict(before_it)
    exec(compile(changed, f"{target.__file__} with a bug", "exec"), fresh)
    for name, value in fresh.items():
        # Functions see the globals they were made with; the classes stay those that others know.
        if callable(value) and inspect.isfunction(value) and value.__module__ == module:
            for other in [each for key, each in sys.modules.items() if key.startswith(("dipay.", "tests.state"))]:
                if name in before_it and vars(other).get(name) is before_it[name]:
                    stack.enter_context(mock.patch.object(other, name, value))
    fresh |= {name: value for name, value in before_it.items() if inspect.isclass(value)}


def source(module: str, before: str, after: str) -> Planted:
    return lambda stack: _changed(stack, module, before, after)


CLAIMS, OUTCOMES, REPLIES = "dipay.state.claims", "dipay.state.outcomes", "dipay.state.replies"

#: That a changed module alone is no bug.
CONTROL = "none: the module is only made anew"

BUGS: dict[str, Planted] = {
    CONTROL: source(CLAIMS, "Writes one request, or says", "Writes a request, or says"),
    "a claim looks at nothing, and no index stands in its way": no_claim_looks,
    "a claim does not look at opt-outs": source(
        CLAIMS, 'if any_of("standing_opt_outs", "guarantor_id = ? OR number = ?"', 'if False and any_of("standing_opt_outs", "1 = 1"'
    ),
    "a claim looks at the account's opt-outs alone": source(
        CLAIMS, 'any_of("standing_opt_outs", "guarantor_id = ? OR number = ?", ask.guarantor_id, ask.number)',
        'any_of("standing_opt_outs", "guarantor_id = ?", ask.guarantor_id)',
    ),
    "replies hold nobody at a claim": source(
        CLAIMS, "if waits_for_a_person(connection, ask.guarantor_id, ask.number):", "if False:"
    ),
    "a reply holds its account, and not its number": source(
        REPLIES, "AND (guarantor_id = ? OR number = ? OR number IN", "AND (guarantor_id = ? OR (number = ? AND 0) OR 0 AND number IN"
    ),
    "nothing is looked at again before the call": source(
        CLAIMS, "if request.state is not RequestState.CLAIMED:\n        return False", "return True"
    ),
    "opt-outs are not looked at again before the call": source(
        CLAIMS, "if opted_out is not None:", "if False:"
    ),
    "replies are not looked at again before the call": source(
        CLAIMS, 'elif waits_for_a_person(store.connection, request.guarantor_id, request.number):', "elif False:"
    ),
    "what is in doubt counts as not sent": source(
        OUTCOMES, "_move(store, request, RequestState.IN_DOUBT, now, why=why)", "_move(store, request, RequestState.NOT_SENT, now, why=why)"
    ),
    "a claim that was left is not sent, when it is found": source(
        OUTCOMES, "RequestState.IN_DOUBT,\n                    now,\n                    why=\"the program ended",
        "RequestState.NOT_SENT,\n                    now,\n                    why=\"the program ended",
    ),
    "a person may release what is being sent": source(
        OUTCOMES, "if request.state is not RequestState.IN_DOUBT or (request.absent_at is None and not even_if_unchecked):\n            return False",
        "pass",
    ),
    "accepted begins no campaign": source(
        "dipay.state.consequences", "if request.in_campaign:", "if False:"
    ),
    "an opt-out ends no campaign": source(
        "dipay.state.consequences", 'end_campaigns(connection, account, day, "opted_out")', "pass"
    ),
    "the provider's opt-out is not written": source(
        OUTCOMES, "if kind is RefusalKind.OPTED_OUT:\n                    _opt_out(store, request, now, code)\n            case", "pass\n            case"
    ),
    "the same reply is taken twice": source(
        REPLIES, "if added:\n            store.log(\"reply\"", "if True:\n            store.log(\"reply\""
    ),
    "a snooze settles everybody's replies": source(
        "dipay.state.consequences", "WHERE handled_at IS NULL AND (guarantor_id = ? ", "WHERE handled_at IS NULL AND (1 OR guarantor_id = ? "
    ),
    "a re-send does not look who else was asked there": source(CLAIMS, "if asked_there and not ask.told:", "if False:"),
    "a re-send does not look at what it repeats": source(
        CLAIMS, "if gone_out or parent.state in (RequestState.CLAIMED, RequestState.IN_DOUBT) or repeated:", "if False:"
    ),
    "summaries are not kept up": source(OUTCOMES, "refresh(connection, request.guarantor_id)\n        crash_point(\"record.written\")", "crash_point(\"record.written\")"),
    "a text may go out without its link": source(
        CLAIMS, "elif payment_links.lacks_link(store.connection, request_id):", "elif False:"
    ),
    "a claim that lacks its link is in doubt, when it is found": source(
        OUTCOMES, "if request.state is RequestState.CLAIMED and lacks_link(connection, request.id):", "if False:"
    ),
    "a link of which nobody knows is not looked for": source(
        "dipay.state.payment_links", "AND r.state <> 'claimed' AND l.processor", "AND r.state = 'claimed' AND l.processor"
    ),
    # Both what says that somebody opted out and what says that the campaign ended for it.
    "an opt-out switches no link off": source(
        "dipay.domain.payment_links", "for why, so in found if so)", "for why, so in found if so and not link.opted_out)"
    ),
    "the event log lacks what was accepted": source(
        OUTCOMES, "    store.log(\n        event or", "    event == 'accepted' or store.log(\n        event or"
    ),
}  # fmt: skip


def found(name: str, examples: int) -> str:
    """What the machine found with that bug planted; empty where it found nothing."""
    from tests.state.test_state_machine import Sending, SendingLinks

    machine = SendingLinks if name in OF_LINKS else Sending
    quiet = settings(
        max_examples=examples, stateful_step_count=40, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    with ExitStack() as stack:
        BUGS[name](stack)
        try:
            run_state_machine_as_test(machine, settings=quiet)
        except HypothesisException:
            raise
        except BaseException as error:
            return type(error).__name__
    return ""


def _found(given: tuple[str, int]) -> tuple[str, float]:
    sys.stdout = sys.stderr = open("/dev/null", "w")  # noqa: SIM115, PTH123  Hypothesis prints each step
    began = time.monotonic()
    return found(*given), time.monotonic() - began


def main() -> int:
    options = Options.of(__doc__)
    rows, wrong = [], []
    with multiprocessing.Pool(1, maxtasksperchild=1) as pool:
        for name in [each for each in BUGS if options.only in each]:
            nothing = OF_NO_BUG_LONG if options.long else OF_NO_BUG
            error, seconds = pool.apply(_found, ((name, nothing if name == CONTROL else EXAMPLES),))
            rows.append((name, error or "nothing"))
            print(*rows[-1], f"{seconds:.1f} s", flush=True)
            if bool(error) == (name == CONTROL):
                wrong.append(f"{error or 'not found'}: {name}")
    return finish(
        options, "planted", ("planted bug", "found by"), rows, wrong, how=f"up to {EXAMPLES} orders of 40 events"
    )


if __name__ == "__main__":
    sys.exit(main())
