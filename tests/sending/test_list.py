"""`list` over the days of a campaign: who is to be asked, what stops others, and whom somebody has to call."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from dipay.domain.choices import Choice
from dipay.domain.reply_kinds import ReplyKind
from dipay.render.account_sheet import account_sheet
from dipay.render.as_json import encode
from dipay.render.data import list_data
from dipay.render.listing import print_listing
from dipay.render.sheets import write_csv
from dipay.services import deciding
from dipay.services.records import to_call
from dipay.services.worklist import make_worklist
from dipay.state.replies import take_reply
from tests.sending.practice import Practice


@pytest.fixture
def practice(tmp_path: Any) -> Practice:
    """Four accounts; all were asked a week ago, and today a fifth is new."""
    made = Practice(tmp_path, size=4)
    made.send()
    made.size = 5
    made.later(days=7)
    return made


def listed(practice: Practice, choice: Choice = Choice.PENDING, width: int = 140) -> list[str]:
    listing = make_worklist(practice.office)
    calls = to_call(practice.office, listing) if choice is Choice.EXHAUSTED else []
    out = io.StringIO()
    print_listing(listing, choice, calls, Console(file=out, width=width, color_system=None, highlight=False))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def data(practice: Practice, choice: Choice = Choice.PENDING) -> dict[str, Any]:
    listing = make_worklist(practice.office)
    calls = to_call(practice.office, listing) if choice is Choice.EXHAUSTED else []
    found = list_data(listing, choice, practice.office.settings, calls)
    return {**found, "accounts": [json.loads(encode(each)) for each in found["accounts"]]}


def statuses(practice: Practice, choice: Choice, width: int = 140) -> dict[str, str]:
    """Each account's status as the table shows it."""
    lines = listed(practice, choice, width)
    at = lines[0].index("Status")
    return {line.split()[0]: line[at:] for line in lines[1:] if line.split() and line.split()[0].isdigit()}


def replied(practice: Practice, account: str, kind: ReplyKind) -> None:
    with practice.office.open_state() as store:
        take_reply(
            store, provider_id=f"in-{account}", number=practice.number(account), guarantor_id=account, kind=kind,
            text="...", at=practice.now, day=practice.office.today(), today=practice.office.today(), now=practice.now,
        )  # fmt: skip


def test_follow_ups_that_are_due_are_part_of_who_is_to_be_asked(practice: Practice) -> None:
    deciding.deselect(practice.office, ["2"])
    replied(practice, "3", ReplyKind.ALREADY_PAID)
    assert statuses(practice, Choice.PENDING) == {
        "1": "follow-up 1 of 2, asked 18 Nov",
        "2": "follow-up 1 of 2 due, but deselected today",
        "4": "follow-up 1 of 2, asked 18 Nov",
        "5": "pending",
    }
    lines = listed(practice)
    assert "To ask today: 1 first request, $100.00; 2 follow-ups, $200.00; 1 deselected today." in lines
    assert "Not asked: 1 follow-up that is due but stopped." in lines


def test_what_is_due_says_what_stops_it(practice: Practice) -> None:
    replied(practice, "3", ReplyKind.ALREADY_PAID)
    deciding.snooze(practice.office, ["4"], until=None, days=9, reason="other", note="")
    by = deciding.who()
    assert statuses(practice, Choice.DUE) == {
        "1": "follow-up 1 of 2, asked 18 Nov",
        "2": "follow-up 1 of 2, asked 18 Nov",
        "3": "follow-up 1 of 2 due, but reply 1 waits: already paid",
        "4": f"follow-up 1 of 2 due, but snoozed until 4 Dec: Other by {by}",
    }
    assert statuses(practice, Choice.DUE, width=80)["3"] == "due, but reply 1 waits: already paid"
    assert statuses(practice, Choice.ACTIVE).keys() == {"1", "2", "3", "4"}


def test_json_says_how_far_each_campaign_is(practice: Practice) -> None:
    replied(practice, "3", ReplyKind.QUESTION)
    deciding.deselect(practice.office, ["2"])
    found = data(practice)
    summary = found["summary"]
    assert (summary["pending"], summary["pending_amount_cents"]) == (1, 10_000)
    # As with first requests, those that are deselected count, and are not part of the amount.
    assert (summary["follow_ups_due"], summary["follow_ups_due_cents"], summary["due"]) == (3, 20_000, 4)
    by_id = {each["guarantor_id"]: each for each in found["accounts"]}
    assert by_id.keys() == {"1", "2", "4", "5"}
    assert by_id["5"]["campaign"] is None
    assert (by_id["1"]["view"], by_id["2"]["selected"]) == ("active", False)
    assert by_id["1"]["campaign"] == {
        "began": "2026-11-18", "step": 0, "of": 3, "last_sent": "2026-11-18", "next_day": "2026-11-25", "due": True,
    }  # fmt: skip
    practice.send()
    (third,) = [each for each in data(practice, Choice.ACTIVE)["accounts"] if each["guarantor_id"] == "1"]
    assert third["campaign"] == {
        "began": "2026-11-18", "step": 1, "of": 3, "last_sent": "2026-11-25", "next_day": "2026-12-02", "due": False,
    }  # fmt: skip
    assert statuses(practice, Choice.ACTIVE)["1"] == "asked 25 Nov, 2 of 3, next 2 Dec"


def test_without_a_state_nobody_has_a_campaign(tmp_path: Any) -> None:
    found = data(Practice(tmp_path), Choice.ALL)
    assert [each["campaign"] for each in found["accounts"]] == [None, None, None]
    assert (found["summary"]["follow_ups_due"], found["summary"]["exhausted"]) == (0, 0)


def asked_in_vain(practice: Practice) -> None:
    """Every message goes out, and account 2 has a visit behind them."""
    for _ in range(2):
        practice.send()
        practice.later(days=7)
    practice.visits["2"] = date(2026, 12, 4)
    practice.later(days=3)


def test_who_was_asked_in_vain_is_listed_for_a_call(practice: Practice) -> None:
    replied(practice, "4", ReplyKind.THANKS)
    asked_in_vain(practice)
    patients = practice.folder / "patients.csv"
    lines = patients.read_text("utf-8").splitlines()
    numbers = ["home_phone,work_phone", "207-555-0177,", ",", ",508 555 0178 x12", "none,", ","]
    patients.write_text("\n".join(",".join(pair) for pair in zip(lines, numbers, strict=True)) + "\n", "utf-8")
    os.utime(patients, (practice.now.timestamp(), practice.now.timestamp()))
    assert statuses(practice, Choice.EXHAUSTED) == dict.fromkeys("134", "asked 3 times, last 2 Dec: call")
    shown = listed(practice, Choice.EXHAUSTED)
    asked = "asked 18 Nov (on its way), 25 Nov (on its way), 2 Dec (on its way)"
    assert f"home (207) 555-0177; {asked.replace('on its way', 'delivered', 2)}" in shown[2].strip()
    assert "work 508 555 0178 x12; asked" in shown[4]
    assert shown[6].endswith("; reply 1 of 25 Nov: thanks or will pay")
    assert "Asked in vain: 3, to be called (`dipay list --view exhausted`)." in shown
    found = data(practice, Choice.EXHAUSTED)
    assert found["summary"]["exhausted"] == 3
    assert [each["guarantor_id"] for each in found["accounts"]] == ["1", "3", "4"]
    first = found["to_call"][0]
    assert (first["guarantor_id"], first["numbers"]) == ("1", {"home": "207-555-0177"})
    assert [each["step"] for each in first["requests"]] == [0, 1, 2]
    assert [each["kind"] for each in found["to_call"][2]["replies"]] == ["thanks_or_will_pay"]
    listing = make_worklist(practice.office)
    out = io.StringIO()
    write_csv(account_sheet(listing, Choice.EXHAUSTED, to_call(practice.office, listing)), out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [(each["home"], each["work"]) for each in rows] == [
        ("207-555-0177", ""),
        ("", "508 555 0178 x12"),
        ("none", ""),
    ]


def test_where_nobody_was_asked_in_vain_the_list_says_so(practice: Practice) -> None:
    assert listed(practice, Choice.EXHAUSTED)[0] == "Nobody who owes as before has had every message."
    assert data(practice, Choice.EXHAUSTED)["to_call"] == []


def test_csv_says_status_and_campaign(practice: Practice) -> None:
    out = io.StringIO()
    write_csv(account_sheet(make_worklist(practice.office), Choice.PENDING, []), out)
    rows = {each["guarantor_id"]: each for each in csv.DictReader(io.StringIO(out.getvalue()))}
    assert rows["1"]["status"] == "follow-up 1 of 2, asked 18 Nov"
    assert (rows["1"]["campaign_began"], rows["1"]["campaign_next"]) == ("2026-11-18", "2026-11-25")
    assert (rows["5"]["status"], rows["5"]["campaign_began"], rows["5"]["campaign_next"]) == ("pending", "", "")


@pytest.mark.parametrize("width", [60, 80, 100, 110, 140, 200])
@pytest.mark.parametrize("choice", [Choice.PENDING, Choice.ALL, Choice.DUE, Choice.ACTIVE])
def test_the_table_fits_and_uses_the_room_there_is(practice: Practice, choice: Choice, width: int) -> None:
    replied(practice, "3", ReplyKind.DISPUTE)
    note = "says she pays on the first of May"
    deciding.snooze(practice.office, ["4"], until=None, days=9, reason="other", note=note)
    lines = listed(practice, choice, width)
    assert max(map(len, lines)) <= width
    if width >= 110:
        assert lines[0].split() == ["Id", "Name", "Amount", "Aging", "Days", "Last", "visit", "Number", "Status"]


def test_the_table_says_the_same_without_colour(practice: Practice) -> None:
    out = io.StringIO()
    listing = make_worklist(practice.office)
    print_listing(
        listing, Choice.PENDING, [], Console(file=out, width=140, force_terminal=True, color_system="standard")
    )
    assert "\x1b[" in out.getvalue()
    assert "follow-up 1 of 2, asked 18 Nov" in out.getvalue()


def test_an_amount_that_is_not_sure_has_a_question_mark(practice: Practice) -> None:
    with (practice.folder / "ledger.csv").open("a") as ledger:
        ledger.write("1,2026-09-20,1O0.00\n")
    rows = {line.split()[0]: line for line in listed(practice, Choice.ALL) if line[:1].isdigit()}
    assert "$100.00? " in rows["1"]
    assert "$100.00 " in rows["2"]
