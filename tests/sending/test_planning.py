"""The plan of a run: who of those that were named, are in a campaign or are on the list gets which message, and why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dipay.services import deciding
from dipay.services.planning import LeftOut
from dipay.services.run import SendReport
from dipay.services.sending import dry_run
from tests.messaging.behaviours import accept
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, outcomes, sender_for

DUE = "a follow-up is due, but "


@pytest.fixture
def asked(tmp_path: Path) -> Practice:
    """Five accounts that were asked a week ago, so that a follow-up is due for each."""
    practice = Practice(tmp_path, size=5)
    assert practice.send().count("accepted") == 5
    practice.later(days=7)
    return practice


def left_out(report: SendReport) -> dict[str, str]:
    assert len({each.guarantor_id for each in report.left_out}) == len(report.left_out)
    return {each.guarantor_id: each.why for each in report.left_out}


def sent(report: SendReport) -> dict[str, int]:
    """The step of each message that was accepted."""
    return {each.guarantor_id: each.step for each in report.lines if each.outcome == "accepted"}


def with_settings(practice: Practice, **payment_settings: Any) -> None:
    practice.settings["payment_settings"] = payment_settings


def test_only_who_is_named_gets_a_follow_up(asked: Practice) -> None:
    report = asked.send(only=["4", "2"])
    assert (sent(report), left_out(report)) == ({"2": 1, "4": 1}, {})


def test_only_who_is_named_gets_a_first_request(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=5, balances={"2": "5.00", "3": "6.00"})
    report = practice.send(only=["4", "2", "5", "9"])
    assert sent(report) == {"4": 0, "5": 0}
    assert left_out(report) == {"2": "patient portion $5.00; asked above $25.00", "9": "no account has this id"}


def test_who_is_named_and_in_a_campaign_gets_the_follow_up_or_why_not(asked: Practice) -> None:
    deciding.snooze(asked.office, ["2"], until=None, days=30, reason="Other", note="")
    asked.size = 6
    asked.export()
    report = asked.send(only=["2", "3", "6"])
    assert sent(report) == {"3": 1, "6": 0}
    assert left_out(report) == {
        "2": f"{DUE}snoozed until 2026-12-25 by {deciding.who()}: Other; asked again on the snooze's date"
    }
    again = asked.send(only=["3", "6"])
    nothing = "its campaign is running, and no follow-up is due today"
    assert (sent(again), left_out(again)) == ({}, {"3": nothing, "6": nothing})


def test_a_follow_up_stays_with_why_where_something_came_between(asked: Practice) -> None:
    deciding.deselect(asked.office, ["1"])
    asked.numbers["2"] = ""
    asked.size = 4
    with_settings(asked, hold_above=9_900)
    asked.balances = {"4": "98.00"}
    asked.export()
    report = asked.send()
    assert sent(report) == {"4": 1}
    assert left_out(report) == {
        "1": f"{DUE}amount $100.00; held above $99.00",
        "2": f"{DUE}amount $100.00; held above $99.00",
        "3": f"{DUE}amount $100.00; held above $99.00",
        "5": f"{DUE}the export no longer has the account",
    }
    with_settings(asked)
    report = asked.send()
    assert sent(report) == {"3": 1}
    assert left_out(report) == {
        "1": f"{DUE}it is deselected today",
        "2": f"{DUE}there is no mobile number",
        "5": f"{DUE}the export no longer has the account",
    }


def test_whoever_names_an_account_passes_its_deselection_and_the_holds_that_may_be_released(asked: Practice) -> None:
    with_settings(asked, hold_above=9_900)
    asked.size = 7
    asked.export()
    deciding.deselect(asked.office, ["1", "6"])
    assert sent(asked.send()) == {}
    assert sent(asked.send(only=["1", "6"])) == {"1": 1, "6": 0}
    # No name passes a rule that only the office's own doing can end.
    deciding.snooze(asked.office, ["2", "7"], until=None, days=30, reason="Other", note="")
    assert sent(asked.send(only=["2", "7"])) == {}


def test_of_several_reasons_the_first_is_told(tmp_path: Path) -> None:
    practice = Practice(tmp_path, balances={"2": "5.00"})
    deciding.snooze(practice.office, ["2"], until=None, days=30, reason="Other", note="")
    (told,) = practice.send(only=["2"]).left_out
    assert told == LeftOut("2", "patient portion $5.00; asked above $25.00")


def test_nobody_is_left_out_of_a_run_that_named_nobody(tmp_path: Path) -> None:
    practice = Practice(tmp_path, size=4, balances={"2": "5.00"})
    deciding.deselect(practice.office, ["3"])
    report = practice.send()
    assert (sent(report), left_out(report)) == ({"1": 0, "4": 0}, {})


def test_a_name_that_is_left_in_the_midst_of_a_text_is_the_accounts(tmp_path: Path) -> None:
    text = "{practice}: {amount} for {first_name} to pay. {link} {phone} STOP"
    practice = Practice(tmp_path, settings={"campaign": {"messages": [{"day": 0, "text": text}]}})
    patients = practice.folder / "patients.csv"
    patients.write_text(patients.read_text().replace("First2,", ","))
    shown = {each.message.account.guarantor_id: each.rendered.text for each in dry_run(practice.office).previews}
    assert shown["1"].startswith("Maple: $100.00 for First to pay. ")
    assert shown["2"].startswith("Maple: $100.00 for Last to pay. ")


def test_a_failed_follow_up_is_sent_again_as_the_last_of_the_messages_that_there_are_now(
    practice: Practice, double: ProviderDouble
) -> None:
    from dipay.services.run import Conduct
    from dipay.services.syncing import sync
    from dipay.services.undeliverable import resend

    for turn, days in enumerate((0, 7, 7), start=1):
        practice.later(days=days)
        if turn == 3:
            double.script(accept(("undelivered", 30003)), to=practice.number("1"))
        assert practice.send(sender_for(double), only=["1"]).count("accepted") == 1
    practice.later(minutes=30)
    sync(practice.office, sender_for(double))
    practice.settings["campaign"] = {
        "messages": [
            {"day": day, "text": f"{text} {{link}} {{phone}} STOP"} for day, text in ((0, "First"), (7, "Last"))
        ]
    }
    practice.later(days=1)
    report = resend(practice.office, sender_for(double), "1", None, Conduct(sleep=lambda _: None))
    assert outcomes(report) == {"1": "accepted"}
    assert double.posts[-1].text.startswith("Last ")
