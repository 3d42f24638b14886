"""What each action does on the screen: a function each, and the table of them. The desk decides, in its thread; here is
only what is shown, and what has to be asked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dipay.render.safe import printable
from dipay.review.batch import Batch
from dipay.review.desk import Done
from dipay.review.dialogs import SnoozeAnswer, SnoozeDialog, TextDialog
from dipay.review.rows import ORDERS, TABS, Tab, named
from dipay.review.screen import ReviewScreen
from dipay.review.sending import SendScreen, UndeliverableScreen
from dipay.services.reviewing import Review
from dipay.services.undeliverable import NotReached

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


def _reload(screen: ReviewScreen) -> None:
    def read(review: Review) -> None:
        screen.take(Done("Read again.", review, frozenset()))

    screen.say("Reading the exports ...")
    screen.hands.work(screen.desk.read, read, screen.say_why_not)


def _mark(screen: ReviewScreen) -> None:
    screen.model.mark_all()
    screen.show_model()


# Deciding.


def _toggle(screen: ReviewScreen) -> None:
    screen.tick(screen.model.toggled(screen.model.targets()))


def _tick_all(screen: ReviewScreen) -> None:
    screen.tick(screen.model.all_ticked(True))


def _untick_all(screen: ReviewScreen) -> None:
    screen.tick(screen.model.all_ticked(False))


def _invert(screen: ReviewScreen) -> None:
    screen.tick(screen.model.inverted())


def _snooze(screen: ReviewScreen) -> None:
    rows = screen.model.targets()
    if not rows:
        return
    ids, settings = [row.id for row in rows], screen.office.settings.snooze

    def answered(answer: SnoozeAnswer | None) -> None:
        if answer is not None:
            screen.model.seen(ids)
            screen.decide(lambda: screen.desk.snooze(ids, answer.until, answer.reason, answer.note))

    dialog = SnoozeDialog(named(rows), settings.reasons, screen.office.today(), settings.max_days)
    screen.app.push_screen(dialog, answered)


def _unsnooze(screen: ReviewScreen) -> None:
    ids = [row.id for row in screen.model.targets()]
    screen.model.seen(ids)
    screen.decide(lambda: screen.desk.unsnooze(ids))


def _release(screen: ReviewScreen) -> None:
    row = screen.model.current
    if row is None:
        return
    day = screen.desk.review.worklist.day
    lines = [f"{rule.code}: {rule.saw(row.account, day)}." for rule in screen.desk.holds_to_lift(row.id)]
    lines.append("Why may it be asked all the same? Kept for good: no names, no numbers.")

    def answered(reason: str | None) -> None:
        if reason is not None:
            screen.model.seen([row.id])
            screen.decide(lambda: screen.desk.release(row.id, reason))

    dialog = TextDialog(f"Release {named([row])}", [printable(line) for line in lines], "Release")
    screen.app.push_screen(dialog, answered)


def _undo(screen: ReviewScreen) -> None:
    if screen.desk.undo_words:
        screen.say(f"Undoing: {screen.desk.undo_words}")
    screen.decide(screen.desk.undo)


# Sending.


def _send(screen: ReviewScreen) -> None:
    def ended(look_at_undeliverable: bool | None) -> None:
        if look_at_undeliverable:
            _undeliverable(screen)

    def ready(prepared: tuple[Batch, Review]) -> None:
        batch, review = prepared
        screen.say("")
        screen.take(Done("", review, frozenset()))
        screen.app.push_screen(SendScreen(screen.desk, screen.hands, batch, screen.catch_up), ended)

    screen.say("Looking at the exports and the state once more ...")
    screen.hands.work(screen.desk.prepare, ready, screen.say_why_not)


def _undeliverable(screen: ReviewScreen) -> None:
    def ready(entries: list[NotReached]) -> None:
        screen.app.push_screen(UndeliverableScreen(screen.desk, screen.hands, entries, screen.catch_up))

    screen.hands.work(screen.desk.not_reached, ready, screen.say_why_not)


DOES: Mapping[str, Callable[[ReviewScreen], None]] = {
    **{tab.word: _opening(tab) for tab in TABS},
    "search": _search,
    "sort": _sort,
    "reverse": _reverse,
    "why": _why,
    "reload": _reload,
    "toggle": _toggle,
    "tick-all": _tick_all,
    "untick-all": _untick_all,
    "invert": _invert,
    "mark": _mark,
    "snooze": _snooze,
    "unsnooze": _unsnooze,
    "release": _release,
    "undo": _undo,
    "send": _send,
    "undeliverable": _undeliverable,
}
