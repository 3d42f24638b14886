"""Many senders at once, and senders killed at every point: nobody is texted twice, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

import dipay
from dipay.domain.problems import CannotGoOn
from dipay.state import reading
from dipay.state.outcomes import adopt, recover
from dipay.state.requests import RequestState
from tests.state import sender
from tests.state.state_helpers import assert_sound, opened, opened_for_writing, paths

SENDER = Path(__file__).parent / "sender.py"


def start(folder: Path, last: int, *, crash_at: str = "", shuffled: bool = False) -> subprocess.Popen[str]:
    source, tests = Path(dipay.__file__).parent.parent, SENDER.parent.parent.parent
    return subprocess.Popen(
        [
            sys.executable,
            str(SENDER),
            str(folder),
            "1",
            str(last),
            str(folder / "sent.log"),
            *(["--shuffled"] if shuffled else []),
        ],
        env={**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{tests}", "DIPAY_TEST_CRASH_AT": crash_at},
        stderr=subprocess.PIPE,
        text=True,
    )


def messages(folder: Path) -> Counter[str]:
    """How many messages each account got."""
    log = folder / "sent.log"
    return Counter(line.split()[0] for line in log.read_text().splitlines()) if log.exists() else Counter()


def test_eight_senders_at_once_send_each_message_once(tmp_path: Path) -> None:
    senders = [start(tmp_path, 60, shuffled=True) for _ in range(8)]
    for each in senders:
        _, errors = each.communicate()
        assert each.returncode == 0, errors
    assert messages(tmp_path) == Counter({f"{index:03d}": 1 for index in range(1, 61)})
    with opened(tmp_path) as store:
        assert Counter(each.state for each in reading.history(store)) == Counter({RequestState.ACCEPTED: 60})
        assert_sound(store)


def test_a_sender_killed_anywhere_never_texts_twice(tmp_path: Path) -> None:
    """Goes on until a run is not killed any more: every crash point, in every transaction of a first run."""
    seen_in_doubt = 0
    for point in range(1, 200):
        folder = tmp_path / str(point)
        folder.mkdir()
        killed = start(folder, 2, crash_at=f"any:{point}")
        _, errors = killed.communicate()
        if killed.returncode == 0:
            break
        assert killed.returncode in (-9, 137), errors
        assert max(messages(folder).values(), default=0) <= 1
        sender.main(folder, 1, 2, folder / "sent.log")
        got = messages(folder)
        with opened(folder) as store:
            doubtful = {each.guarantor_id for each in reading.in_doubt(store, "twilio")}
            seen_in_doubt += len(doubtful)
            accepted = {each.guarantor_id for each in reading.history(store) if each.state is RequestState.ACCEPTED}
            assert all(count == 1 for count in got.values())
            assert doubtful | accepted == {"001", "002"}
            assert accepted <= got.keys() <= accepted | doubtful
            settle_in_doubt(folder)
            assert_sound(store)
            assert reading.in_doubt(store, "twilio") == [
                each for each in reading.in_doubt(store, "twilio") if each.guarantor_id not in got
            ]
    else:
        pytest.fail("the sender never finished")
    assert point > 30
    assert seen_in_doubt > 5


def settle_in_doubt(folder: Path) -> None:
    """What a sync does: looks for each request in doubt in the provider's log."""
    log = folder / "sent.log"
    tokens = {line.split()[1] for line in log.read_text().splitlines()} if log.exists() else set()
    with opened_for_writing(folder) as store:
        for request in reading.in_doubt(store, "twilio"):
            if request.token in tokens:
                adopt(store, request.id, f"SM-{request.token}", now=datetime.now(UTC))


@pytest.mark.parametrize(
    "at", ["open.created", "migrate.changed", "migrate.committed", "marker.written", "marker.placed"]
)
def test_a_state_that_was_being_made_is_made_again(tmp_path: Path, at: str) -> None:
    killed = start(tmp_path, 1, crash_at=at)
    killed.communicate()
    assert killed.returncode in (-9, 137)
    with opened(tmp_path) as store:
        assert not store.needs_reconciliation
        assert_sound(store)


def test_a_backup_cut_short_leaves_no_half_backup(tmp_path: Path) -> None:
    opened(tmp_path).close()
    state, _ = paths(tmp_path)
    code = (
        "import sys; from pathlib import Path; from dipay.state.backup import back_up; "
        "from dipay.state.connection import connect; "
        "back_up(connect(Path(sys.argv[1]), writing=False), Path(sys.argv[2]))"
    )
    target = tmp_path / "copy.db"
    source = str(Path(dipay.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": source, "DIPAY_TEST_CRASH_AT": "backup.copied"}
    killed = subprocess.run([sys.executable, "-c", code, str(state), str(target)], env=environment, check=False)
    assert killed.returncode in (-9, 137)
    assert not target.exists()


def test_a_full_disk_stops_the_sender(tmp_path: Path) -> None:
    """The answer can't be recorded: the run ends, and the message is in doubt, never sent again."""
    from dipay.domain.outcomes import Accepted
    from dipay.state.outcomes import record
    from tests.state.state_helpers import NOW, ask, claimed, why_not

    with opened(tmp_path) as store:
        request = claimed(store, ask())
        pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
        store.connection.execute(f"PRAGMA max_page_count = {pages}")
        store.connection.execute("PRAGMA cache_size = 1")

        def fill() -> None:
            for _ in range(10_000):
                with store.writing():
                    store.log("filler", NOW, "x" * 500)

        with pytest.raises(CannotGoOn) as raised:
            fill()
        assert raised.value.exit_code == 5
        assert not store.connection.in_transaction
        with pytest.raises(CannotGoOn):
            record(store, request.id, Accepted("SM1" * 5000), now=NOW)
    with opened(tmp_path) as store:
        (doubtful,) = recover(store, NOW, gone=lambda _owner: True)
        assert doubtful.id == request.id
        assert why_not(store, ask()) == "outcome-unknown"
        assert_sound(store)
