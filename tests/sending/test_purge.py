"""What is past retention goes from the file and its backups; what happened when stays."""

from __future__ import annotations

from pathlib import Path

from dipay.services import answers, deciding
from dipay.services.state_log import purge, to_purge
from dipay.services.syncing import sync
from dipay.services.worklist import make_worklist
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
