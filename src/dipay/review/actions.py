"""What can be done in the review: one table. The keys, the line of keys, the help screen, the typed commands of
`--plain` and docs/review.md are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from dipay.review.rows import ORDERS, TABS


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do.

    `name` is what the screen's and plain mode's tables of functions have it under. `keys` are Textual's names for them,
    the first is the one shown. `label` is its word in the line of keys, empty where that leaves it out. `plain` is how
    it is typed in plain mode, empty where that has no use for it. `everywhere`: over the table's own screen and every
    other.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    help: str
    plain: str = ""
    everywhere: bool = False

    @property
    def key_names(self) -> str:
        """The keys as people read them."""
        return ", ".join(_KEY_NAMES.get(key, key) for key in self.keys)

    @property
    def word(self) -> str:
        """The word of plain mode."""
        return self.plain.partition(" ")[0]


_KEY_NAMES = {
    "slash": "/", "question_mark": "?", "ctrl+z": "Ctrl-Z", "ctrl+a": "Ctrl-A", "ctrl+r": "Ctrl-R", "f5": "F5",
    "exclamation_mark": "!", "space": "Space", "enter": "Enter", "escape": "Esc", "f1": "F1", "ctrl+q": "Ctrl-Q",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that belong together, for help and docs."""

    title: str
    actions: tuple[Action, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        "What is shown",
        (
            *(Action(tab.word, (str(key),), "", tab.help, tab.word) for key, tab in enumerate(TABS, 1)),
            Action("search", ("slash",), "Search",
                   "Search by name, with or without accents, id, number or state (held, plan, follow-up); Esc ends.",
                   "search [WORDS]"),
            Action("sort", ("o",), "", "Sort by name, amount, age, last visit or status; each press the next.",
                   f"sort {'|'.join(order.name for order in ORDERS)}"),
            Action("reverse", ("O",), "", "Turn the order around.", "reverse"),
            Action("why", ("w", "enter"), "Why", "Why this account is or isn't asked, its history and its message.",
                   "why ROW"),
            Action("rules", ("v",), "", "The rules that it passed, and what else speaks against a first request.",
                   "rules ROW"),
            Action("problems", ("exclamation_mark",), "", "What was said at last, and what is wrong with the exports.",
                   "problems"),
            Action("reload", ("f5", "ctrl+r"), "", "Read the exports and the state again.", "reload"),
        ),
    ),
    Group(
        "Today's batch",
        (
            Action("toggle", ("space",), "Tick", "Tick or untick the account, or the range; saved at once.",
                   "toggle ROWS"),
            Action("tick-all", ("a",), "", "Tick every account shown.", "tick-all"),
            Action("untick-all", ("n",), "", "Untick every account shown.", "untick-all"),
            Action("invert", ("i",), "", "Tick what is unticked and untick what is ticked, of those shown.", "invert"),
            Action("mark", ("ctrl+a",), "", "Mark every row shown as one range, for the next action."),
        ),
    ),
    Group(
        "Decisions",
        (
            Action("snooze", ("s",), "Snooze", "Keep the account, or the range, off the list until a date.",
                   "snooze ROWS"),
            Action("unsnooze", ("b",), "", "Back on the list: end the snooze.", "unsnooze ROWS"),
            Action("release", ("r",), "", "Let one held request or follow-up go out today, for a reason you type. "
                   "Opt-outs can't be released.", "release ROW"),
            Action("finish", ("f",), "", "Settle a reply, or those that hold the account: somebody dealt with it.",
                   "finish ROWS"),
            Action("paid", ("p",), "", "Paid: not asked until a newer export.", "paid ROWS"),
            Action("wrong-number", ("m",), "", "A mistaken number: somebody else has it. Onto the Undeliverable list.",
                   "wrong-number ROWS"),
            Action("optout", ("t",), "", "No more texts, ever.", "optout ROWS"),
            Action("remove", ("e",), "", "End the campaign: no follow-up goes out any more.", "remove ROWS"),
            Action("undo", ("u", "ctrl+z"), "Undo", "Take back the last tick, snooze, release or settled reply.",
                   "undo"),
        ),
    ),
    Group(
        "Sending",
        (
            Action("send", ("x",), "Send", "See what would go out, confirm by typing how many, and send.", "send"),
            Action("resend", ("d",), "", "Who was not reached; send again, to a number typed in.",
                   "resend ROW [NUMBER]"),
        ),
    ),
    Group(
        "This screen",
        (
            Action("help", ("question_mark", "f1"), "Help", "This help.", "help", everywhere=True),
            Action("quit", ("q", "ctrl+q"), "Quit", "Leave; everything is saved already.", "quit", everywhere=True),
        ),
    ),
)  # fmt: skip

ACTIONS: tuple[Action, ...] = tuple(action for group in GROUPS for action in group.actions)

#: Moving about is the table's own; it is here for help and docs.
MOVING: tuple[tuple[str, str], ...] = (
    ("Up, Down, PgUp, PgDn, Home, End", "Move."),
    ("the same with Shift", "Mark a range of rows; the next action is done to all of it."),
    ("mouse", "Click a row, click its box to tick it, drag or Shift-click for a range, click a caption to sort."),
    ("Tab", "To the search line, the why panel, and back to the table."),
    ("Esc", "Back: ends a search, a range, the why panel, a dialog. While sending: stop after the message in hand."),
)


def help_groups() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each group's title with its keys and what they do."""
    groups = [(group.title, [(action.key_names, action.help) for action in group.actions]) for group in GROUPS]
    return [("Moving about", list(MOVING)), *groups]


def plain_help_lines() -> list[str]:
    """The typed commands of plain mode and what they do."""
    lines = [
        "ROW is the number before a row, or an account's id. ROWS: 3, 2-5, or 1 4 7-9.",
        "list [PAGE]: Read a page of rows. Enter alone: the next page.",
    ]
    for group in GROUPS:
        lines.append(f"{group.title}:")
        lines += [f"  {action.plain}: {action.help}" for action in group.actions if action.plain]
    return lines


def docs_table() -> str:
    """The table of docs/review.md."""
    lines = ["| keys | does | typed with `--plain` |", "|---|---|---|"]
    lines += [f"| {keys} | {words} | |" for keys, words in MOVING]
    for group in GROUPS:
        lines.append(f"| **{group.title}** | | |")
        for action in group.actions:
            plain = f"`{action.plain}`".replace("|", "\\|") if action.plain else ""
            lines.append(f"| {action.key_names} | {action.help} | {plain} |")
    return "\n".join(lines) + "\n"


def page_with_table(page: str) -> str:
    """The page of the docs with the table of now between its two marks."""
    start = page.index("-->", page.index("<!-- Made from")) + len("-->")
    end = page.index("<!-- Until here. -->")
    return f"{page[:start]}\n\n{docs_table()}\n{page[end:]}"


if __name__ == "__main__":
    from pathlib import Path

    target = Path(__file__).parents[3] / "docs" / "review.md"
    target.write_text(page_with_table(target.read_text("utf-8")), encoding="utf-8", newline="\n")
