"""The demo's steps: what each is called, why it is done, and the commands as one would type them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Final


@dataclass(frozen=True, slots=True)
class Step:
    """`commands` are what stands behind `dipay`. `by_keys`: it wants somebody at a terminal."""

    title: str
    words: str
    day: date
    hour: time
    commands: tuple[str, ...]
    by_keys: bool = False


_TODAY: Final = date(2026, 11, 17)  # a Tuesday
_NEXT_WEEK: Final = date(2026, 11, 24)

OPENING: Final = (
    "A day at Birch Lane Dental, an invented practice, and the week after. Nothing is to be set up, nobody is texted, "
    "and nothing of yours is read or changed. The commands are dipay's own and so are their answers; only the clock, "
    "and what the provider and the patients tell, are played back. In the morning the PMS saved two exports in this "
    "folder, which is removed at the end:"
)
#: What to do next: what it is for, and how it is typed.
NEXT: Final = (
    ("settings of your own, from your exports", "dipay init --folder FOLDER"),
    ("is all of it right?", "dipay check"),
    ("all commands", "dipay --help"),
    ("everything else", "README and docs/"),
)

STEPS: Final = (
    Step(
        "Who is asked today",
        "Who owes more than $25 for more than 30 days, and why others are not asked. One row of the ledger can't be "
        "read: it is named, and its account is held.",
        _TODAY, time(9, 0),
        ("list",),
    ),
    Step(
        "Why somebody is asked",
        "An account is a family: this one pays for three, and what insurance is still to pay is taken off.",
        _TODAY, time(9, 5),
        ("why Birkdale",),
    ),
    Step(
        "Why somebody is not",
        "Two accounts share a number, and nobody can tell whose it is: neither is asked. Here is what would change it.",
        _TODAY, time(9, 10),
        ("why 1014",),
    ),
    Step(
        "The review",
        "The same list as a table: tick, snooze, see why, send; q leaves it. What you do in it stays for the "
        "rest of the demo.",
        _TODAY, time(9, 15),
        ("review",),
        by_keys=True,
    ),
    Step(
        "Leave somebody out",
        "Every key of the review is a command, too. Mr. Pendrake called: he pays in two weeks, and is not asked until "
        "then.",
        _TODAY, time(9, 40),
        ('snooze 1019 --days 14 --reason "Personal arrangement"',),
    ),
    Step(
        "Look before sending",
        "A dry run shows messages as they would go out, each in its reader's language, and sends nothing. Without "
        "`--only` it shows all.",
        _TODAY, time(10, 0),
        ("send --dry-run --only 1002 --only 1005",),
    ),
    Step(
        "Send",
        "Each request is written down before it goes out, so that nobody ever gets it twice. The provider here is "
        "`outbox`: messages become files.",
        _TODAY, time(10, 5),
        ("send --yes",),
    ),
    Step(
        "What became of them",
        "In the afternoon dipay asks the provider. Here the demo plays back a record: one number is a landline, and "
        "four patients answered. Who wrote STOP is never texted again.",
        _TODAY, time(13, 30),
        ("sync",),
    ),
    Step(
        "What they answered",
        "Thanks and STOP settle themselves. Every other answer holds its account until somebody deals with it.",
        _TODAY, time(13, 35),
        ("replies --all",),
    ),
    Step(
        "Settle the answers",
        "Ms. Garrick's check came on Friday. Mr. Hathersage may pay in two parts, so he gets no reminder for a month.",
        _TODAY, time(13, 40),
        (
            "paid 1009",
            'replies --done 4 --note "half now, half in December"',
            'snooze 1010 --days 30 --reason "Personal arrangement"',
        ),
    ),
    Step(
        "Who was not reached",
        "Why in plain words, and what to do. Mr. Dunmere gave his mobile number on the phone: it is used for this "
        "message, and stays on a list until the PMS has it.",
        _TODAY, time(14, 0),
        ("undeliverable", "resend 1006 --phone 207-555-0186"),
    ),
    Step(
        "What is left to do",
        "The daily checks on one screen, each with its command. Exit code 1 says that something needs a person.",
        _TODAY, time(16, 0),
        ("today",),
    ),
    Step(
        "A week later",
        "There are new exports: some have paid, the bad row is mended, the number is keyed in. Whoever still owes is "
        "due for a reminder.",
        _NEXT_WEEK, time(9, 30),
        ("list",),
    ),
    Step(
        "Reminders",
        "The same command sends first requests and reminders. Whoever paid, opted out or has an arrangement gets none.",
        _NEXT_WEEK, time(9, 35),
        ("send --yes",),
    ),
    Step(
        "What came of it",
        "What was paid after requests, and the practice's own figures: longer than a screen. A payment after a request "
        "is not one because of it, and the report says so.",
        _NEXT_WEEK, time(17, 0),
        ("report",),
    ),
)  # fmt: skip
