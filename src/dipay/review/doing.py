"""What each action does on the screen: a function each, and the table of them. The desk decides, in its thread; here is
only what is shown, and what has to be asked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dipay.domain.problems import CannotGoOn
from dipay.render.safe import printable
from dipay.review.batch import Batch
from dipay.review.changes import LASTING, Lasting
from dipay.review.desk import Done, Unreached, words_of
from dipay.review.dialogs import ReadDialog, SnoozeAnswer, SnoozeDialog, TextDialog, YesDialog
from dipay.review.rows import ORDERS, TABS, Tab, TableRow, named, reply_ids
from dipay.review.screen import ReviewScreen
from dipay.review.sending import SendScreen, UndeliverableScreen
from dipay.review.words import problem_lines, reply_words
from dipay.services.reviewing import Review

# What is shown.


def _opening(tab: Tab) -> Callable[[ReviewScreen], None]:
    return lambda screen: screen.show_tab(tab)


def _search(screen: ReviewScreen) -> None:
    screen.search.focus()


def _sort(screen: ReviewScreen) -> None:
    screen.model.sort_by(ORDERS[(ORDERS.index(screen.model.order) + 1) % len(ORDERS)])
    screen.show_model()


def _reverse(screen: ReviewScreen) -> None:
    screen.model.sort_by(screen.model.order, not screen.model.reverse)
    screen.show_model()


def _why(screen: ReviewScreen) -> None:
    if screen.why_panel.display:
        screen.why_panel.display = False
        screen.table.focus()
    else:
        screen.open_why()


def _rules(screen: ReviewScreen) -> None:
    screen.why_panel.toggle_passed()
    screen.open_why()


def _problems(screen: ReviewScreen) -> None:
    screen.app.push_screen(
        ReadDialog("What is to be known", problem_lines(screen.said, screen.desk.review)),
        lambda _: screen.problems_were_read(),
    )


def _reload(screen: ReviewScreen) -> None:
    def read(review: Review) -> None:
        screen.take(Done("Read again.", review, frozenset()))

    screen.say("Reading the exports ...")
    screen.hands.work(screen.desk.read, read, screen.say_why_not)


def _mark(screen: ReviewScreen) -> None:
    screen.model.mark_all()
    screen.show_model()


# Deciding.


def _accounts(screen: ReviewScreen) -> list[TableRow]:
    """The accounts that an action is done to: those of the range, else the one under the cursor."""
    return screen.model.accounts_of(screen.model.targets())


def _toggle(screen: ReviewScreen) -> None:
    screen.tick(screen.model.toggled(screen.model.targets()))


def _tick_all(screen: ReviewScreen) -> None:
    screen.tick(screen.model.all_ticked(True))


def _untick_all(screen: ReviewScreen) -> None:
    screen.tick(screen.model.all_ticked(False))


def _invert(screen: ReviewScreen) -> None:
    screen.tick(screen.model.inverted())


def _snooze(screen: ReviewScreen) -> None:
    rows = _accounts(screen)
    ids, settings = [row.id for row in rows], screen.office.settings.snooze

    def answered(answer: SnoozeAnswer | None) -> None:
        if answer is not None:
            screen.model.seen(ids)
            screen.decide(lambda: screen.desk.snooze(ids, answer.until, answer.reason, answer.note))

    dialog = SnoozeDialog(named(rows), settings.reasons, screen.office.today(), settings.max_days)
    screen.app.push_screen(dialog, answered)


def _unsnooze(screen: ReviewScreen) -> None:
    ids = [row.id for row in _accounts(screen)]
    screen.model.seen(ids)
    screen.decide(lambda: screen.desk.unsnooze(ids))


def _release(screen: ReviewScreen) -> None:
    (row,) = _accounts(screen)[:1]
    day = screen.desk.review.worklist.day
    lines = [f"{rule.code}: {rule.saw(row.account, day)}." for rule in screen.desk.holds_to_lift(row.id)]
    lines.append("Why may it be asked all the same? Kept for good: no names, no numbers.")

    def answered(reason: str | None) -> None:
        if reason is not None:
            screen.model.seen([row.id])
            screen.decide(lambda: screen.desk.release(row.id, reason))

    dialog = TextDialog(
        f"Release {named([row])}", [printable(line) for line in lines], "Release",
        "Type a reason; Esc leaves it as it is.",
    )  # fmt: skip
    screen.app.push_screen(dialog, answered)


def _finish(screen: ReviewScreen) -> None:
    settled = screen.model.replies_of(screen.model.targets())
    numbers = [each.reply.id for each in settled]

    def answered(note: str | None) -> None:
        if note is not None:
            screen.decide(lambda: screen.desk.finish(numbers, note))

    lines = [*(reply_words(each, screen.desk.review) for each in settled), "What was done (may stay empty):"]
    what = "this reply" if len(settled) == 1 else f"these {len(settled):,} replies"
    screen.app.push_screen(TextDialog(f"Somebody dealt with {what}?", lines, "Settle", ""), answered)


def _deciding(decision: Lasting) -> Callable[[ReviewScreen], None]:
    def ask(screen: ReviewScreen) -> None:
        rows = _accounts(screen)
        ids, replies = [row.id for row in rows], reply_ids(screen.model.targets())

        def answered(said_yes: bool | None) -> None:
            if said_yes:
                screen.model.seen(ids)
                screen.decide(lambda: screen.desk.decide(decision, ids, replies))

        lines = [decision.says, "Its replies that wait are settled by it. Undo does not take it back."]
        screen.app.push_screen(YesDialog(decision.title.format(who=named(rows)), lines, decision.ok), answered)

    return ask


def _undo(screen: ReviewScreen) -> None:
    if screen.desk.undo_words:
        screen.say(f"Undoing: {screen.desk.undo_words}")
    screen.decide(screen.desk.undo)


# Sending.


def _send(screen: ReviewScreen) -> None:
    def ended(look_at_undeliverable: bool | None) -> None:
        if look_at_undeliverable:
            _resend(screen)

    def ready(prepared: tuple[Batch, Review]) -> None:
        batch, review = prepared
        screen.say("")
        screen.take(Done("", review, frozenset()))
        screen.app.push_screen(SendScreen(screen.desk, screen.hands, batch, screen.catch_up), ended)

    def failed(error: CannotGoOn) -> None:
        screen.say("")
        screen.app.push_screen(ReadDialog("Nothing can be sent now", [words_of(error)]))

    screen.say("Looking at the exports, the state and what patients answered once more ...")
    screen.hands.work(screen.desk.prepare, ready, failed)


def _resend(screen: ReviewScreen) -> None:
    current = screen.model.current

    def ready(unreached: Unreached) -> None:
        at = current.id if current is not None else ""
        screen.app.push_screen(UndeliverableScreen(screen.desk, screen.hands, unreached, at, screen.catch_up))

    screen.hands.work(screen.desk.not_reached, ready, screen.say_why_not)


DOES: Mapping[str, Callable[[ReviewScreen], None]] = {
    **{tab.word: _opening(tab) for tab in TABS},
    "search": _search,
    "sort": _sort,
    "reverse": _reverse,
    "why": _why,
    "rules": _rules,
    "problems": _problems,
    "reload": _reload,
    "toggle": _toggle,
    "tick-all": _tick_all,
    "untick-all": _untick_all,
    "invert": _invert,
    "mark": _mark,
    "snooze": _snooze,
    "unsnooze": _unsnooze,
    "release": _release,
    "finish": _finish,
    **{each.name: _deciding(each) for each in LASTING},
    "undo": _undo,
    "send": _send,
    "resend": _resend,
}
