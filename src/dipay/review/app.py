"""The review on a screen: one method for each action of the table of actions, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from textual.widgets import Input

from dipay.domain.worklist import View
from dipay.render.safe import printable
from dipay.review import dialogs, sending
from dipay.review.batch import Batch
from dipay.review.frame import ReviewFrame
from dipay.review.model import ORDERS, Row, Tab
from dipay.review.tabs import TabBar
from dipay.review.words import accounts
from dipay.services.reviewing import Review, can_be_released
from dipay.services.undeliverable import NotReached


class ReviewApp(ReviewFrame):
    """The review. What an action does is done by the desk, in a thread, one thing after the other."""

    # What is shown.

    def on_tab_bar_chosen(self, event: TabBar.Chosen) -> None:
        self._show_tab(event.tab)

    def on_review_table_box_clicked(self) -> None:
        self.do_toggle()

    def on_review_table_opened(self) -> None:
        self._open_why()

    def _show_tab(self, tab: Tab) -> None:
        self.model.show(tab)
        self.show_model()
        self.table.focus()

    def do_pending(self) -> None:
        self._show_tab(Tab.PENDING)

    def do_snoozed(self) -> None:
        self._show_tab(Tab.SNOOZED)

    def do_everybody(self) -> None:
        self._show_tab(Tab.ALL)

    def do_search(self) -> None:
        self.query_one("#search", Input).focus()

    def do_sort(self) -> None:
        self.model.sort_by(ORDERS[(ORDERS.index(self.model.order) + 1) % len(ORDERS)])
        self.show_model()

    def do_reverse(self) -> None:
        self.model.sort_by(self.model.order, not self.model.reverse)
        self.show_model()

    def do_reload(self) -> None:
        self.say("Reading the exports ...")

        def done(review: Review) -> None:
            self._take(review, frozenset(), "Read again.")

        self.work(self.desk.read, done)

    def do_help(self) -> None:
        self.push_screen(dialogs.HelpScreen())

    def do_quit(self) -> None:
        if self.sending is not None:
            self.sending.action_back()
        else:
            self.leave()

    async def action_quit(self) -> None:
        self.do_quit()

    def do_why(self) -> None:
        panel = self.query_one("#why")
        if panel.display:
            panel.display = False
            self.table.focus()
        else:
            self._open_why()

    def _open_why(self) -> None:
        self.query_one("#why").display = True
        self._why_of = None
        self._show_why()
        self.call_after_refresh(self.table.refresh_rows)

    # Deciding.

    def _tick(self, wanted: dict[str, bool], words: str) -> None:
        if not wanted:
            self.say("Nothing here can be ticked: only pending and released accounts are in a batch.")
            return
        self.model.seen(wanted)
        for ticked in (True, False):
            self.model.tick([each for each, to in wanted.items() if to is ticked], ticked)
        self.show_model()
        self._decide(lambda: self.desk.tick_as(wanted, words), wanted)

    def do_toggle(self) -> None:
        rows = [row for row in self.model.targets() if row.may_go]
        to = not all(row.ticked for row in rows)
        self._tick({row.id: to for row in rows}, f"{'Ticked' if to else 'Unticked'} {accounts(rows)}.")

    def do_all(self) -> None:
        self._tick_shown(lambda _: True, "Ticked")

    def do_none(self) -> None:
        self._tick_shown(lambda _: False, "Unticked")

    def do_invert(self) -> None:
        self._tick_shown(lambda row: not row.ticked, "Inverted")

    def _tick_shown(self, to: Callable[[Row], bool], what: str) -> None:
        rows = [row for row in self.model.shown_rows() if row.may_go and row.ticked is not to(row)]
        if not rows and any(row.may_go for row in self.model.shown_rows()):
            self.say("They are all so already.")
            return
        self._tick({row.id: to(row) for row in rows}, f"{what} {accounts(rows)}.")

    def do_mark(self) -> None:
        self.model.mark_all()
        self.show_model()

    def do_snooze(self) -> None:
        rows = self.model.targets()
        if not rows:
            return
        settings = self.office.settings.snooze
        ids = [row.id for row in rows]

        def answered(answer: dialogs.SnoozeAnswer | None) -> None:
            if answer is not None:
                self.model.seen(ids)
                self._decide(lambda: self.desk.snooze(ids, answer.until, answer.reason, answer.note))

        dialog = dialogs.SnoozeDialog(accounts(rows), settings.reasons, self.office.today(), settings.max_days)
        self.push_screen(dialog, answered)

    def do_unsnooze(self) -> None:
        ids = [row.id for row in self.model.targets() if self._is_snoozed(row)]
        if not ids:
            self.say("No account here is snoozed.")
            return
        self.model.seen(ids)
        self._decide(lambda: self.desk.unsnooze(ids))

    def _is_snoozed(self, row: Row) -> bool:
        return self.desk.review.worklist.day.state(row.judged.account).snooze is not None

    def do_release(self) -> None:
        row = self.model.current
        if row is None:
            return
        if row.release is not None:
            self.say("It is released already; undo takes that back.")
        elif not can_be_released(row.judged):
            self.say(self._why_not_released(row))
        else:
            self._ask_release(row)

    def _why_not_released(self, row: Row) -> str:
        codes = ", ".join(rule.code for rule in row.judged.reasons)
        if any(rule.code == "opted-out" for rule in row.judged.reasons):
            return "It opted out: nothing overrides that."
        if row.judged.view is not View.HELD:
            return f"Only held accounts can be released; this one is {row.standing}."
        return f"A release does not lift {codes}: w says what does."

    def _ask_release(self, row: Row) -> None:
        day = self.desk.review.worklist.day
        lines = [f"{rule.code}: {rule.saw(row.judged.account, day)}." for rule in row.judged.reasons]
        lines.append("Why may it be asked all the same? Kept for good: no names, no numbers.")

        def answered(reason: str | None) -> None:
            if reason is not None:
                self.model.seen([row.id])
                self._decide(lambda: self.desk.release(row.id, reason))

        printed = [printable(line) for line in lines]
        self.push_screen(dialogs.TextDialog(f"Release {accounts([row])}", printed, "Release"), answered)

    def do_undo(self) -> None:
        if self.desk.undo_words:
            self.say(f"Undoing: {self.desk.undo_words}")
        self._decide(self.desk.undo)

    # Sending.

    def do_send(self) -> None:
        self.say("Looking at the exports and the state once more ...")

        def ready(found: tuple[Batch, Review]) -> None:
            batch, review = found
            self.say("")
            self._take(review, frozenset())
            self.push_screen(sending.SendScreen(batch))

        self.work(self.desk.prepare, ready)

    def do_undeliverable(self) -> None:
        def ready(entries: list[NotReached]) -> None:
            self.push_screen(sending.UndeliverableScreen(entries))

        self.work(self.desk.not_reached, ready)
