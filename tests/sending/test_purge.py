"""What is past retention goes from the file and its backups; what happened when stays."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn, ExitCode
from dipay.services import answers, deciding
from dipay.services.state_log import back_up, purge, to_purge
from dipay.services.syncing import sync
from dipay.services.worklist import make_worklist
from dipay.state.purge import finish
from dipay.state.store import Store
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, outcomes, sender_for


def everything(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*.db*"))


def test_what_is_past_retention_is_gone_from_file_and_backups(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["retention"] = {"texts_days": 90}
    practice.send(sender_for(double))
    double.incoming(practice.number("1"), "a question of mine?", at=practice.now)
    double.incoming(practice.number("2"), "STOP", at=practice.now)
    practice.later(days=1)
    sync(practice.office, sender_for(double))
    answers.settle(practice.office, [each.reply.id for each in answers.answers(practice.office)], "told her by phone")
    deciding.remove(practice.office, ["1", "3"])
    for text in (b"a question of mine", b"told her by phone", practice.number("1").encode()):
        assert text in everything(practice.folder)
    assert not to_purge(practice.office).purged.anything

    practice.later(days=100)
    told = to_purge(practice.office)
    assert (told.purged.requests, told.purged.replies) == (3, 2)
    assert b"a question of mine" in everything(practice.folder)
    done = purge(practice.office)
    assert (done.purged, done.backups > 0) == (told.purged, True)
    for text in (b"a question of mine", b"told her by phone", practice.number("1").encode()):
        assert text not in everything(practice.folder)
    assert not to_purge(practice.office).purged.anything

    codes = {
        e.account.guarantor_id: [r.code for r in e.reasons] for e in make_worklist(practice.office).worklist.judged
    }
    assert codes == {
        "1": ["campaign-since-visit"], "2": ["campaign-since-visit", "opted-out"], "3": ["campaign-since-visit"],
    }  # fmt: skip
    assert outcomes(practice.send(sender_for(double))) == {}


def test_what_is_not_done_with_stays(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["retention"] = {"texts_days": 2}
    practice.send(sender_for(double))
    double.incoming(practice.number("1"), "a question of mine?", at=practice.now)
    practice.later(days=3)
    sync(practice.office, sender_for(double))
    # Their campaigns run, and the reply waits.
    assert not to_purge(practice.office).purged.anything


class TestAPurgeThatIsCutOff:
    """What it took is gone from the state; the older copies that hold it still must go."""

    @pytest.fixture
    def ready(self, practice: Practice, double: ProviderDouble) -> Practice:
        practice.settings["retention"] = {"texts_days": 90}
        practice.send(sender_for(double))
        deciding.remove(practice.office, ["1"])
        back_up(practice.office, None)
        practice.later(days=100)
        return practice

    @pytest.mark.parametrize("where", ["old backups", "new backup", "room"])
    def test_it_says_so_and_the_next_one_ends_it(
        self, where: str, ready: Practice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_given: object, **_named: object) -> None:
            raise OSError(errno.EIO, "Input/output error")

        number = ready.number("1").encode()
        with monkeypatch.context() as broken:
            if where == "old backups":
                broken.setattr(Path, "unlink", fails)
            elif where == "new backup":
                broken.setattr("dipay.state.backup.make_folder", fails)
            else:
                broken.setattr("dipay.services.state_log.drop_all_but", lambda _: 0)
                broken.setattr("dipay.services.state_log.finish", _gives_up)
            with pytest.raises(CannotGoOn) as caught:
                purge(ready.office)
        assert caught.value.exit_code is ExitCode.STATE
        assert number in everything(ready.folder)
        told = to_purge(ready.office)
        assert (told.purged.anything, told.unfinished, told.anything) == (False, True, True)

        assert purge(ready.office).backups > 0
        assert number not in everything(ready.folder)
        assert not to_purge(ready.office).anything

    def test_copies_that_killed_processes_left_go_too(self, ready: Practice) -> None:
        backups = ready.folder / "dipay-backups"
        newest = max(backups.iterdir())
        left = backups / f"{newest.name}.99999999-0123abcd.tmp"
        left.write_bytes(newest.read_bytes())
        purge(ready.office)
        assert not left.exists()


def _gives_up(store: Store) -> None:
    """The disk fails once the older backups are gone, or before."""
    store.connection.set_progress_handler(lambda: 1, 1)
    finish(store)
