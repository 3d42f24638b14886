"""The demo's practice: its files in a folder of their own, a clock set by hand, and what its patients answer."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from dipay.config import load_settings
from dipay.demo.playback import Playback, Recorded
from dipay.disk import new_file
from dipay.domain.outcomes import Delivery
from dipay.messaging import DeliveryReport
from dipay.messaging.twilio_codes import meaning_of
from dipay.office import Office

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILES: Final = Path(__file__).parent / "files"
#: When the PMS saves its exports.
_EXPORTED: Final = time(7, 30)


def _undelivered(code: str) -> DeliveryReport:
    meaning = meaning_of(code)
    return DeliveryReport(Delivery.UNDELIVERED, code, meaning.why, meaning.kind)


#: What a provider could tell of these numbers, and what their owners text back.
RECORD: Final[Mapping[str, Recorded]] = {
    "+12075550105": Recorded(reply="Muchas gracias", after=timedelta(minutes=4)),
    "+12075550106": Recorded(_undelivered("30006")),  # a landline
    "+12075550108": Recorded(reply="STOP", after=timedelta(minutes=9)),
    "+12075550109": Recorded(reply="I already paid this on Friday", after=timedelta(minutes=31)),
    "+12075550110": Recorded(reply="Can I pay half now and half in December?", after=timedelta(minutes=52)),
}


class Practice:
    """An invented practice in that folder, which is empty before, on the morning of its first day. Its clock stands.

    `exports` are the day's files.
    """

    def __init__(self, folder: Path, day: date) -> None:
        self._folder = folder
        loaded = load_settings(self._lay(_FILES / "config.yaml"))
        self._zone = ZoneInfo(loaded.settings.practice.timezone)
        outbox = loaded.resolve(loaded.settings.messaging.outbox.folder)
        self._office = Office(loaded, self._clock, sender=Playback(outbox, self._clock, RECORD))
        self._now = self._export(day)

    def office(self) -> Office:
        """The practice's office, for any command to work in."""
        return self._office

    def turn_to(self, day: date, hour: time) -> None:
        """Has it be that hour, until it is turned on; of a new day there are new exports."""
        if day != self._now.date():
            self._export(day)
        self._now = datetime.combine(day, hour, self._zone)

    def _clock(self) -> datetime:
        return self._now.astimezone(UTC)

    def _export(self, day: date) -> datetime:
        """Saves that day's exports, as the PMS does in the morning; when that was."""
        when = datetime.combine(day, _EXPORTED, self._zone)
        self.exports = tuple(self._lay(_FILES / str(day) / name) for name in ("patients.csv", "ledger.csv"))
        for each in self.exports:
            os.utime(each, (when.timestamp(), when.timestamp()))
        return when

    def _lay(self, bundled: Path) -> Path:
        """Puts a copy of the file into the folder, in place of an older one; where it is."""
        path = self._folder / bundled.name
        path.unlink(missing_ok=True)
        with os.fdopen(new_file(path), "wb") as file:
            file.write(bundled.read_bytes())
        return path
