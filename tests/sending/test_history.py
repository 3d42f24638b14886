"""What happened to an account, in order and in words; and to everybody, however much it is."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest

from dipay.domain.problems import CannotGoOn, ExitCode
from dipay.render.as_json import write_json
from dipay.render.history import history_data, history_lines
from dipay.services import answers, deciding, reviewing
from dipay.services.history import History
from dipay.services.run import Conduct
from dipay.services.sending import accept_changed
from dipay.services.syncing import mark_arrived, release_doubt, sync
from dipay.services.undeliverable import resend
from dipay.state import timeline
from dipay.state.purge import purge
from tests.messaging.behaviours import drop, refuse
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, history, sender_for

AT_ONCE = Conduct(sleep=lambda _: None, per_second=1e9)


@pytest.fixture(autouse=True)
def _ann_is_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ann")


def lines(practice: Practice, account: str | None = None, width: int | None = None, **given: Any) -> list[str]:
    found = history(practice.office, account, **given)
    return list(history_lines(found, practice.office.zone, 2, width))


def data(found: History) -> dict[str, Any]:
    out = StringIO()
    write_json(history_data(found, found.office.zone, 2), out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_nothing_yet(practice: Practice) -> None:
    assert lines(practice) == ["Nothing happened yet."]
    assert lines(practice, "1") == ["Nothing happened to First1 Last1 (1) yet."]
    assert lines(practice, "1", since=date(2026, 11, 1)) == ["Nothing happened to First1 Last1 (1) since 2026-11-01."]


def test_an_account_from_its_first_request_to_its_last_word(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21614), to=practice.number("1"))
    practice.send(sender_for(double))
    practice.later(minutes=30)
    resend(practice.office, sender_for(double), "1", "207-555-0177", AT_ONCE)
    double.settle(next(each.sid for each in double.messages.values() if each.to == "+12075550177"), "delivered")
    practice.later(minutes=4)
    sync(practice.office, sender_for(double))
    double.incoming("+12075550177", "how much is it?", at=practice.now)
    practice.later(minutes=20)
    sync(practice.office, sender_for(double))
    practice.later(minutes=10)
    answers.settle(practice.office, [1], "told her")
    deciding.snooze(practice.office, ["1"], until=None, days=5, reason="Other", note="pays on Friday")
    practice.numbers["1"] = "+12075550177"
    practice.later(days=2)
    deciding.unsnooze(practice.office, ["1"])
    practice.balances["1"] = "40.00"
    practice.later(days=5)
    practice.send(sender_for(double))
    double.incoming("+12075550177", "I already paid", at=practice.now)
    practice.later(hours=2)
    sync(practice.office, sender_for(double))
    deciding.mark_paid(practice.office, ["1"])
    practice.later(hours=1)
    deciding.opt_out(practice.office, ["1"])
    practice.later(hours=1)
    deciding.opt_in(practice.office, "1", "it was for her husband")
    assert lines(practice, "1", 80) == [
        "First1 Last1, account 1",
        "2026-11-18 10:00  first request to (207) 555-0101, $100.00: refused: it is not a",
        "                  mobile number; on the Undeliverable list",
        "2026-11-18 10:30  re-send of the first request to (207) 555-0177, a number typed",
        "                  in, $100.00: delivered by 10:34",
        '2026-11-18 10:34  reply, question: "how much is it?"; dealt with 11:04 by ann:',
        "                  told her",
        "2026-11-18 11:04  snoozed until 23 Nov 2026 by ann",
        "2026-11-20 11:04  back on the list, put there by ann",
        "2026-11-25 11:04  owed $40.00 in the exports of 25 Nov 2026",
        "2026-11-25 11:04  the export has the number that was typed in",
        "2026-11-25 11:04  follow-up 1 of 2 to (207) 555-0177, $40.00: on its way",
        '2026-11-25 11:04  reply, already paid: "I already paid"; settled by paid 13:04',
        "                  by ann",
        "2026-11-25 13:04  marked paid by ann, until a newer export; its campaign ended",
        "2026-11-25 14:04  opted out, recorded by ann: never texted again",
        "2026-11-25 15:04  may be texted again, recorded by ann: it was for her husband",
    ]


def test_a_campaign_that_went_to_its_end(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    deciding.snooze(practice.office, ["1"], until=None, days=5, reason="Other", note="pays on Friday")
    for _ in range(2):
        practice.later(days=7)
        practice.send(sender_for(double))
    assert lines(practice, "1")[1:] == [
        "2026-11-18 10:00  first request to (207) 555-0101, $100.00: on its way",
        "2026-11-18 10:00  snoozed until 23 Nov 2026 by ann: Other, pays on Friday",
        "2026-11-25 10:00  owed $100.00 in the exports of 25 Nov 2026",
        "2026-11-25 10:00  follow-up 1 of 2 to (207) 555-0101, $100.00: on its way",
        "2026-12-02 10:00  follow-up 2 of 2 to (207) 555-0101, $100.00: on its way; the last message of its campaign",
    ]


def test_campaigns_that_ended_otherwise(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    practice.later(minutes=5)
    deciding.remove(practice.office, ["1"])
    double.incoming(practice.number("2"), "STOP", at=practice.now)
    practice.later(minutes=5)
    sync(practice.office, sender_for(double))
    practice.balances["3"] = "0.00"
    practice.later(days=7)
    practice.send(sender_for(double))
    assert lines(practice, "1")[2:3] == ["2026-11-18 10:05  campaign ended by ann"]
    assert lines(practice, "2")[2:4] == [
        '2026-11-18 10:05  reply, opt-out: "STOP"',
        "2026-11-18 10:10  opted out by a reply: never texted again; its campaign ended",
    ]
    assert lines(practice, "3")[2:] == [
        "2026-11-25 10:10  owed $0.00 in the exports of 25 Nov 2026",
        "2026-11-25 10:10  campaign ended: the export shows it paid",
    ]


def test_whom_nothing_reaches(practice: Practice, double: ProviderDouble) -> None:
    practice.numbers["3"] = ""
    practice.export()
    practice.send(sender_for(double))
    double.settle(
        next(each.sid for each in double.messages.values() if each.to == practice.number("1")), "failed", 30005
    )
    practice.later(days=1)
    sync(practice.office, sender_for(double))
    deciding.wrong_number(practice.office, "2")
    practice.numbers["1"] = practice.numbers["2"] = "+12075550177"
    practice.numbers["3"] = "+12075550178"
    practice.later(days=1)
    practice.send(sender_for(double))
    assert lines(practice, "1")[1:] == [
        "2026-11-18 10:00  first request to (207) 555-0101, $100.00: not delivered, known at 19 Nov 10:00: the number is "
        "not in service; on the Undeliverable list; its campaign reached nobody",
        "2026-11-20 10:00  off the Undeliverable list: the export has another number",
    ]
    assert lines(practice, "2")[1:3] == [
        "2026-11-18 10:00  first request to (207) 555-0102, $100.00: on its way (it reached somebody else)",
        "2026-11-19 10:00  wrong number by ann: (207) 555-0102 is somebody else's; on the Undeliverable list",
    ]
    assert lines(practice, "3")[1:4] == [
        "2026-11-18 10:00  not asked: there is no mobile number; on the Undeliverable list",
        "2026-11-20 10:00  off the Undeliverable list: the export has another number",
        "2026-11-20 10:00  first request to (207) 555-0178, $100.00: on its way",
    ]


def test_what_was_in_doubt(practice: Practice, double: ProviderDouble) -> None:
    for account, accepted in (("1", True), ("2", False), ("3", False)):
        double.script(drop(accepted=accepted), to=practice.number(account))
    practice.send(sender_for(double))
    assert lines(practice, "1")[1] == (
        "2026-11-18 10:00  first request to (207) 555-0101, $100.00: not known whether it went out: the connection broke off"
    )
    practice.later(hours=1)
    sync(practice.office, sender_for(double))
    numbers = {each.guarantor_id: each.id for each in history(practice.office).requests}
    release_doubt(practice.office, numbers["2"], "she has nothing on her phone")
    mark_arrived(practice.office, numbers["3"])
    assert lines(practice, "1")[1:] == [
        "2026-11-18 10:00  first request to (207) 555-0101, $100.00: on its way",
        "2026-11-18 11:00  the first request of 18 Nov 2026 went out: the provider's log has it",
    ]
    assert lines(practice, "2")[1:] == [
        "2026-11-18 10:00  first request to (207) 555-0102, $100.00: it did not arrive, as a person knows: she has nothing "
        "on her phone",
        "2026-11-18 11:00  the first request of 18 Nov 2026 did not arrive, told by ann",
    ]
    assert lines(practice, "3")[1:] == [
        "2026-11-18 10:00  first request to (207) 555-0103, $100.00: it arrived, as a person knows",
        "2026-11-18 11:00  the first request of 18 Nov 2026 arrived, told by ann",
    ]


def test_holds_ticks_and_another_accounts_number(practice: Practice, double: ProviderDouble) -> None:
    practice.numbers["2"] = practice.number("1")
    practice.export()
    review = reviewing.begin(practice.office)
    reviewing.record_release(practice.office, "1", reviewing.release_for(review, "1", "it is hers"))
    reviewing.record_release(practice.office, "1", None)
    deciding.deselect(practice.office, ["1"])
    deciding.select(practice.office, ["1"])
    practice.send(sender_for(double), only=["1"])
    double.incoming(practice.number("1"), "STOP", at=practice.now)
    practice.later(hours=1)
    sync(practice.office, sender_for(double))
    assert lines(practice, "1")[1:6] == [
        "2026-11-18 10:00  released for that day (shared-number) by ann: it is hers",
        "2026-11-18 10:00  held again by ann",
        "2026-11-18 10:00  left out of the batch of 18 Nov 2026 by ann",
        "2026-11-18 10:00  in the batch again, put there by ann",
        "2026-11-18 10:00  the next message passes its holds (shared-number) by ann",
    ]
    assert [line[18:] for line in lines(practice, "1")[-2:]] == [
        'reply, opt-out: "STOP"', "opted out by a reply: never texted again; its campaign ended",
    ]  # fmt: skip


def test_an_opt_out_of_the_number_as_another_account_is_told(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    practice.later(days=1)
    practice.numbers["2"] = practice.number("1")
    practice.export()
    deciding.opt_out(practice.office, ["2"])
    assert lines(practice, "1")[-1] == (
        "2026-11-19 10:00  the number (207) 555-0101 opted out, recorded: never texted again"
    )


def test_everybody(practice: Practice, double: ProviderDouble) -> None:
    practice.size = 25
    practice.export()
    practice.send(sender_for(double), limit=2)
    double.incoming(practice.number("2"), "xyzzy", at=practice.now + timedelta(minutes=1))
    practice.size = 60
    practice.later(days=1)
    accept_changed(practice.office, "a second practice came in")
    sync(practice.office, sender_for(double))
    (practice.folder / "patients.csv").write_text(
        (practice.folder / "patients.csv").read_text().replace("\n2,,First2,Last2,", "\n902,,First2,Last2,")
    )
    assert lines(practice) == [
        "2026-11-18 10:00  exports of 18 Nov 2026: 25 accounts, $2,500.00 in all",
        "2026-11-18 10:00  send: 2 accepted",
        "2026-11-18 10:00  First1 Last1 (1): first request to (207) 555-0101, $100.00: on its way",
        "2026-11-18 10:00  First10 Last10 (10): first request to (207) 555-0110, $100.00: on its way",
        '2026-11-18 10:01  reply, other: "xyzzy"; it waits: dipay replies',
        "2026-11-19 10:00  exports of 19 Nov 2026: 60 accounts, $6,000.00 in all; different from the last ones, taken by "
        "ann: a second practice came in",
    ]
    assert lines(practice, since=date(2026, 11, 19)) == lines(practice)[-1:]
    for newest in range(1, 8):
        assert lines(practice, limit=newest) == lines(practice)[-newest:]
    assert lines(practice, "1", limit=1)[1:] == lines(practice, "1")[-1:]


def test_it_is_read_as_it_is_asked_for(
    practice: Practice, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.send(sender_for(double))
    whole = lines(practice)
    monkeypatch.setattr(timeline, "_AT_ONCE", 2)
    assert lines(practice) == whole
    assert next(iter(history(practice.office))).kind is timeline.Kind.IMPORTED


def test_programs_get_requests_and_events(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21614), to=practice.number("1"))
    practice.send(sender_for(double))
    deciding.snooze(practice.office, ["1"], until=None, days=5, reason="Other", note="")
    told = data(history(practice.office, "1"))
    assert told["account"] == "1"
    (request,) = told["requests"]
    assert (request["outcome"], request["code"], request["to"]) == ("refused", "21614", "+12075550101")
    asked, snoozed = told["events"]
    assert asked == {
        "at": "2026-11-18T10:00:00-05:00",
        "kind": "request",
        "what": "first request to (207) 555-0101, $100.00: refused: it is not a mobile number; on the Undeliverable list",
        "by": None,
        "guarantor_id": "1",
        "name": "First1 Last1",
        "request_id": request["request_id"],
        "reply_id": None,
        "campaign_ended": None,
        "undeliverable": {
            "since": "2026-11-18", "code": "21614", "why": "It is not a mobile number", "number": "+12075550101",
            "resolved": None, "how": None,
        },
        "details": {},
    }  # fmt: skip
    assert (snoozed["kind"], snoozed["by"], snoozed["details"]) == (
        "snoozed", "ann", {"until": "2026-11-23", "reason": "Other", "note": ""},
    )  # fmt: skip
    everybody = data(history(practice.office))
    assert [each["guarantor_id"] for each in everybody["requests"]] == ["1", "2", "3"]
    assert [each["kind"] for each in everybody["events"]] == ["imported", "run", *["request"] * 3, "snoozed"]


class TestWhoseHistory:
    def test_a_patients_id_means_their_guarantor(self, practice: Practice, double: ProviderDouble) -> None:
        practice.guarantors["2"] = "1"
        practice.export()
        practice.send(sender_for(double))
        found = history(practice.office, "2")
        assert found.account == "1"
        assert [str(each) for each in found.problems] == ["2 is on account 1: that account is meant."]
        assert lines(practice, "2") == lines(practice, "1")

    def test_an_id_that_paid_for_itself_before_has_its_own(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        practice.guarantors["2"] = "1"
        practice.later(days=1)
        found = history(practice.office, "2")
        assert found.account == "2"
        assert [str(each) for each in found.problems] == [
            "2 is on account 1 now. `dipay history 1` has what happened there."
        ]

    def test_who_left_the_exports_is_still_there(self, practice: Practice, double: ProviderDouble) -> None:
        practice.send(sender_for(double))
        practice.size = 2
        practice.later(days=1)
        assert lines(practice, "3")[0] == "Account 3"
        (practice.folder / "patients.csv").unlink()
        assert lines(practice, "1")[0] == "Account 1"
        assert lines(practice)[2].startswith("2026-11-18 10:00  account 1: first request")

    def test_an_id_of_nobody(self, practice: Practice) -> None:
        with pytest.raises(CannotGoOn, match='nobody in the exports has the id "77"') as caught:
            history(practice.office, "77")
        assert caught.value.exit_code == ExitCode.USAGE


def test_what_is_past_retention_is_told_without_it(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    double.incoming(practice.number("1"), "thanks", at=practice.now)
    practice.later(hours=1)
    sync(practice.office, sender_for(double))
    deciding.snooze(practice.office, ["1"], until=None, days=3, reason="Other", note="")
    deciding.remove(practice.office, ["1"])
    practice.later(days=30)
    with practice.office.open_state() as store:
        purge(store, practice.now.date(), by="ann", now=practice.now)
    assert [line[18:] for line in lines(practice, "1")[1:]] == [
        "first request: on its way",
        "reply, thanks or will pay: (past retention)",
        "snoozed until 21 Nov 2026 by ann",
        "campaign ended by ann",
    ]
    assert lines(practice)[-1][18:] == "texts and numbers from before 18 Dec 2026 were deleted by ann"


def test_every_kind_that_the_state_writes_down_has_its_words() -> None:
    from dipay.render.history import _WORDS

    assert set(_WORDS) == set(timeline.Kind)
