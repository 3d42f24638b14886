"""What may take long tells how far it is, whoever watches: each question to the provider, each look at the state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dipay.domain.jobs import Tell
from dipay.domain.problems import Problem, Severity
from dipay.messaging import ProviderTrouble
from dipay.office import Office
from dipay.services import state_log, syncing
from dipay.services.run import Conduct
from dipay.services.sending import send
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, practice_on, sender_for

CONDUCT = Conduct(unattended=True, sleep=lambda _: None, per_second=1e9)


@dataclass
class Watcher:
    """Remembers each job, what it told, and that it ended."""

    jobs: list[str] = field(default_factory=list)
    told: dict[str, list[tuple[int, int | None]]] = field(default_factory=dict)
    open: int = 0

    @contextmanager
    def doing(self, what: str, counted: str = "") -> Iterator[Tell]:
        self.jobs.append(what)
        self.open += 1
        told = self.told.setdefault(what, [])
        try:
            yield lambda done, of: told.append((done, of))
        finally:
            self.open -= 1


def watched(practice: Practice) -> tuple[Office, Watcher]:
    watcher = Watcher()
    return replace(practice.office, doing=watcher.doing), watcher


def test_sending_says_what_it_does_before_the_first_message(double: ProviderDouble, tmp_path: Path) -> None:
    practice = practice_on(double, tmp_path)
    office, watcher = watched(practice)
    send(office, sender_for(double), CONDUCT)
    assert watcher.jobs == [
        "opening the state file",
        "opening and checking the state file",
        "reading the provider's log",
        "backing up the state file",
        "looking for messages in doubt",
        "asking what became of the messages",
    ]
    practice.later(hours=2)
    office, watcher = watched(practice)
    send(office, sender_for(double), CONDUCT)
    assert watcher.told["reading the provider's log"] == [(1, None), (2, None), (3, None)]
    assert watcher.told["asking what became of the messages"] == [(0, 3), (1, 3), (2, 3)]
    assert watcher.jobs[-1] == "reading what patients replied"
    assert watcher.open == 0


def test_a_job_ends_where_the_provider_gives_no_answer(
    double: ProviderDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_answer(*_: object) -> None:
        raise ProviderTrouble(Problem(Severity.ERROR, "no answer.", "Wait."))

    practice = practice_on(double, tmp_path)
    office, watcher = watched(practice)
    sender = sender_for(double)
    send(office, sender, CONDUCT)
    monkeypatch.setattr(type(sender), "fetch", no_answer)
    assert syncing.sync(office, sender).trouble is not None
    assert watcher.jobs[-1] == "asking what became of the messages"
    assert watcher.open == 0


def test_backups_and_purges_say_what_they_do(tmp_path: Path) -> None:
    practice = Practice(tmp_path)
    practice.send()
    office, watcher = watched(practice)
    state_log.back_up(office, None)
    practice.later(days=900)
    office = replace(practice.office, doing=watcher.doing)
    state_log.to_purge(office)
    state_log.purge(office)
    assert watcher.jobs == [
        "backing up the state file",
        "looking for what is past retention",
        "opening the state file",
        "taking out what is past retention",
        "backing up the state file",
        "clearing the disk of it",
    ]
    assert watcher.open == 0
