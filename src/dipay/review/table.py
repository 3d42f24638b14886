"""The table on the screen: draws only the lines that are seen, so that 20,000 rows cost what 20 do."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from dipay.domain.day import Day
from dipay.review.columns import BOX_AT, BOX_WIDTH, DARK, LIGHT, PLAIN, Look, caption_line, placed, row_line
from dipay.review.model import Model


class ReviewTable(ScrollView, can_focus=True):
    """The rows of a model. Moves the cursor and the range itself; everything else it asks the app to do."""

    DEFAULT_CSS = """
    ReviewTable { height: 1fr; overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1; }
    """
    BINDINGS = [  # noqa: RUF012  Textual's own way
        Binding(f"{shift}{key}", f"move('{key}', {bool(shift)})", show=False)
        for key in ("up", "down", "pageup", "pagedown", "home", "end")
        for shift in ("", "shift+")
    ]

    class Moved(Message):
        """The cursor is on another row."""

    class BoxClicked(Message):
        """The box of the row under the cursor was clicked."""

    class CaptionClicked(Message):
        """A caption was clicked; `order` is what it sorts by."""

        def __init__(self, order: str) -> None:
            super().__init__()
            self.order = order

    class Opened(Message):
        """A row was clicked twice."""

    def __init__(self, model: Model) -> None:
        super().__init__(id="table")
        self.model = model
        self.day: Day | None = None
        self.empty_words = ""
        self._dragging = False
        self._base = Style()

    def refresh_rows(self) -> None:
        """Draws what the model says now."""
        lines = len(self.model.shown) + 1
        # However many there are, the table stays as large as it is: nothing is laid out anew.
        self.set_reactive(ReviewTable.virtual_size, Size(self.scrollable_content_region.width, lines))
        self.vertical_scrollbar.window_virtual_size = lines
        self._keep_cursor_in_sight()
        self.refresh()

    def _line_width(self) -> int:
        return self.scrollable_content_region.width

    def _look(self) -> Look:
        if self.app.no_color:
            return Look.of(self.model, self._line_width(), PLAIN)
        return Look.of(self.model, self._line_width(), DARK if self.app.current_theme.dark else LIGHT)

    def render_line(self, y: int) -> Strip:
        width = self._line_width()
        model = self.model
        if y == 0:
            text = caption_line(self._look(), model.order.name, falls=model.order.falls(model.reverse))
            return self._strip(text, width, Style(bold=True, underline=True))
        index = int(self.scroll_offset.y) + y - 1
        if self.day is None or index >= len(model.shown):
            words = self.empty_words if y == 2 and not model.shown else ""
            return self._strip(Text(f"  {words}"), width, Style())
        cursor = index == model.cursor
        marked = model.anchor is not None and index in model.marked
        line = row_line(model.at(index), self.day, self._look(), cursor=cursor, marked=marked)
        return self._strip(line, width, Style(reverse=(cursor and self.has_focus) or None, bold=marked or None))

    def render_lines(self, crop: Region) -> list[Strip]:
        # To ask for the table's own style takes as long as to draw a line, and of all lines it is the same.
        self._base = self.rich_style
        return super().render_lines(crop)

    def _strip(self, text: Text, width: int, style: Style) -> Strip:
        base = self._base + style
        segments: list[Segment] = list(text.render(self.app.console, ""))
        return Strip(segments).adjust_cell_length(width).apply_style(base)

    def on_resize(self) -> None:
        self.refresh_rows()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    @property
    def page(self) -> int:
        """How many rows are seen at once."""
        return max(1, self.scrollable_content_region.height - 1)

    def action_move(self, where: str, extend: bool) -> None:
        """Moves the cursor; with `extend` the rows on the way become a range."""
        cursor, last = self.model.cursor, len(self.model.shown) - 1
        to = {
            "up": cursor - 1, "down": cursor + 1, "pageup": cursor - self.page, "pagedown": cursor + self.page,
            "home": 0, "end": last,
        }[where]  # fmt: skip
        self._go(to, extend)

    def _go(self, index: int, extend: bool) -> None:
        before = self.model.marked
        self.model.go(index, extend)
        now = self.model.marked
        # A table that scrolls is drawn whole anyway; else only the lines that look otherwise now.
        self._keep_cursor_in_sight()
        first, last = min(before.start, now.start), max(before.stop, now.stop)
        changed = Region(0, first - int(self.scroll_offset.y) + 1, self._line_width(), last - first)
        self.refresh(changed.intersection(Region(0, 1, self._line_width(), self.page)))
        self.post_message(self.Moved())

    def _keep_cursor_in_sight(self) -> None:
        # The caption covers the first line: one line more is asked for, so that a row is never under it.
        top = int(self.scroll_offset.y)
        cursor = self.model.cursor
        if cursor < top:
            self.scroll_to(y=cursor, animate=False, force=True)
        elif cursor >= top + self.page:
            self.scroll_to(y=cursor - self.page + 1, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.refresh(Region(0, 0, self.size.width, self.size.height))

    # The mouse.

    def _row_at(self, event: events.MouseEvent) -> int | None:
        if event.y < 1 or event.x >= self._line_width():
            return None
        index = int(self.scroll_offset.y) + event.y - 1
        return index if index < len(self.model.shown) else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.button != 1:
            return
        if event.y == 0:
            for place in placed(self._look()):
                if place.at <= event.x < place.at + place.width and place.column.order:
                    self.post_message(self.CaptionClicked(place.column.order))
            return
        index = self._row_at(event)
        if index is None:
            return
        in_box = BOX_AT <= event.x < BOX_AT + BOX_WIDTH
        self._go(index, event.shift)
        if in_box and not event.shift:
            self.post_message(self.BoxClicked())
        else:
            self._dragging = True
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if not self._dragging:
            return
        index = int(self.scroll_offset.y) + max(0, event.y - 1)
        index = min(index, len(self.model.shown) - 1)
        if event.y < 1:
            index = max(0, int(self.scroll_offset.y) - 1)
        if index != self.model.cursor:
            self._go(index, True)

    def on_mouse_up(self) -> None:
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        if event.chain == 2 and event.y >= 1 and event.x >= BOX_AT + BOX_WIDTH:
            self.post_message(self.Opened())
