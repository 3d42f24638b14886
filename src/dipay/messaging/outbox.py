"""The provider that sends nothing: one readable text file per message, and an index. For rehearsals and tests.

Files are the owner's alone (0600 in a 0700 folder), are never overwritten, and have nothing personal in their names.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dipay.disk import kind_of, make_folder, new_file, open_own, open_to_read
from dipay.domain.outcomes import Accepted, Delivery, InDoubt, NotSent, Outcome
from dipay.domain.problems import Problem, Severity
from dipay.messaging import DeliveryReport, IncomingReply, Outgoing, ProviderTrouble, SentMessage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

INDEX_NAME: Final = "index.jsonl"

_OURS: Final = re.compile(r"index\.jsonl|[0-9TZ-]+_[0-9]+_OB[0-9a-f]{8}\.txt")
_ID: Final = re.compile(r"OB[0-9a-f]{32}")
_KEY: Final = "messaging.outbox.folder"
#: The state's clock and this one are the same machine's; a second covers rounding.
_MARGIN: Final = timedelta(seconds=1)


class Outbox:
    """Writes messages into `folder`, which must hold nothing else. `clock` gives the time they are dated with."""

    name: Final = "outbox"

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def send(self, message: Outgoing) -> Outcome:
        """`Accepted` once the file and its line in the index are on disk, `NotSent` where the folder can't be used."""
        problem = self.ping()
        if problem is not None:
            return NotSent(problem.message.removesuffix("."))
        now = self._clock().astimezone(UTC).replace(microsecond=0)
        provider_id = f"OB{secrets.token_hex(16)}"
        name = f"{now:%Y-%m-%dT%H%M%SZ}_{message.request_id:06d}_{provider_id[:10]}.txt"
        entry: dict[str, str | int] = {
            "id": provider_id,
            "request": message.request_id,
            "at": now.isoformat(),
            "to": message.to,
            "text": message.text,
            "file": name,
        }
        try:
            _write_new(self._folder / name, _page(entry))
        except FileExistsError:
            return NotSent("the outbox has a file of that name already")
        except OSError:
            with contextlib.suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)
            return NotSent("the outbox folder can't be written to")
        try:
            self._add_to_index(entry)
        except OSError:
            # The message is in the folder, so it counts as sent even if its line is not in the index.
            return InDoubt("the outbox's index can't be written to")
        return Accepted(provider_id)

    def sent_to(self, number: str, since: datetime) -> list[SentMessage]:
        return [each for each in self.sent_since(since) if each.to == number]

    def sent_since(self, since: datetime) -> Iterator[SentMessage]:
        sent = (each for each in self._all() if each.created_at >= since - _MARGIN)
        return iter(sorted(sent, key=lambda each: each.created_at, reverse=True))

    def time_there(self) -> datetime | None:
        """None: its clock is this computer's."""
        return None

    def fetch(self, provider_id: str) -> DeliveryReport | None:
        """Delivered, always: it is a rehearsal. None for an id that is not in the folder."""
        if _ID.fullmatch(provider_id) is None:
            return None
        # Its file is found without reading the index, which is read only where somebody cleared files away.
        with _as_trouble():
            has_file = any(name.endswith(f"_{provider_id[:10]}.txt") for name in self._names())
        known = has_file or any(each.provider_id == provider_id for each in self._all())
        return DeliveryReport(Delivery.DELIVERED) if known else None

    def replies(self, since: datetime, limit: int) -> list[IncomingReply]:  # noqa: ARG002  nobody got anything to reply to
        return []

    def ping(self) -> Problem | None:
        """Makes the folder ready; what is wrong with it, or None."""
        try:
            problem = self._no_folder()
            if problem is not None:
                return problem
            make_folder(self._folder)
            with os.scandir(self._folder) as entries:
                foreign = any(_OURS.fullmatch(entry.name) is None for entry in entries)
            # A folder of other things may have other readers: it is left as it is.
            if not foreign:
                self._folder.chmod(0o700)
            elif os.name == "posix" and self._folder.stat().st_mode & 0o077:
                return _problem(
                    "The outbox folder holds other files, and others can read it.",
                    "Give the outbox a folder of its own.",
                )
            if not os.access(self._folder, os.W_OK | os.X_OK):
                raise PermissionError
        except OSError:
            return _problem("The outbox folder can't be used.", "Check that it is a folder and can be written to.")
        return None

    def _no_folder(self) -> Problem | None:
        """What is wrong where something else lies in its place: also a link, for its end may have other readers."""
        kind = kind_of(self._folder, follow=False)
        if kind in ("", "a folder"):
            return None
        return _problem(f"The outbox folder is {kind}.", "Name the folder itself, or one that is not there.")

    def _add_to_index(self, entry: dict[str, str | int]) -> None:
        # A line begins with its own line break: a torn line before it spoils only itself.
        line = "\n" + json.dumps(entry, ensure_ascii=False)
        _write(open_own(self._folder / INDEX_NAME, os.O_APPEND), line)

    def _all(self) -> Iterator[SentMessage]:
        """What the index holds, then files whose line was lost."""
        with _as_trouble():
            problem = self._no_folder()
            if problem is not None:
                raise ProviderTrouble(problem)
            names = sorted(self._names())
            lines = self._read(INDEX_NAME).split("\n") if INDEX_NAME in names else []
            listed = set()
            for line in lines:
                message = _from_line(line)
                if message is not None:
                    listed.add(message.provider_id[:10])
                    yield message
            for name in names:
                if name.endswith(".txt") and _OURS.fullmatch(name) and name[-14:-4] not in listed:
                    message = _from_page(self._read(name))
                    if message is not None:
                        yield message

    def _names(self) -> list[str]:
        """All that lies in the folder, without a pattern: what can't be read must not look like nothing."""
        return [each.name for each in self._folder.iterdir()] if kind_of(self._folder, follow=False) else []

    def _read(self, name: str) -> str:
        with open_to_read(self._folder / name, follow=False) as file:
            return file.read().decode("utf-8", "replace")


@contextlib.contextmanager
def _as_trouble() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise ProviderTrouble(
            _problem("The outbox folder can't be read.", "Check that it is there and can be read.")
        ) from None


def _problem(message: str, fix: str) -> Problem:
    return Problem(Severity.ERROR, message, fix, key=_KEY)


def _page(entry: dict[str, str | int]) -> str:
    return f"To: {entry['to']}\nAt: {entry['at']}\nRequest: {entry['request']}\nId: {entry['id']}\n\n{entry['text']}"


def _from_page(page: str) -> SentMessage | None:
    head, _, text = page.partition("\n\n")
    fields = dict(line.partition(": ")[::2] for line in head.split("\n"))
    return _message(fields.get("Id"), fields.get("To"), text, fields.get("At"))


def _from_line(line: str) -> SentMessage | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict):
        return None
    return _message(entry.get("id"), entry.get("to"), entry.get("text"), entry.get("at"))


def _message(provider_id: object, to: object, text: object, at: object) -> SentMessage | None:
    if not all(isinstance(each, str) for each in (provider_id, to, text, at)):
        return None
    try:
        created_at = datetime.fromisoformat(str(at))
    except ValueError:
        return None
    if _ID.fullmatch(str(provider_id)) is None or created_at.tzinfo is None:
        return None
    return SentMessage(str(provider_id), str(to), str(text), created_at)


def _write_new(path: Path, text: str) -> None:
    _write(new_file(path), text)


def _write(descriptor: int, text: str) -> None:
    """Writes the text, on disk when it returns, and closes."""
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())
