"""What is said of messages: why nothing went out, what each was, and why one did not arrive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.render.history import history_lines
from dipay.render.outcomes import print_undeliverable
from dipay.render.sending import print_dry_run, print_report, send_data
from dipay.review.words import Paper
from dipay.services import deciding
from dipay.services.run import Conduct, SendReport, SentLine
from dipay.services.sending import dry_run
from dipay.services.undeliverable import not_reached, resend
from dipay.services.worklist import make_worklist
from tests.messaging.behaviours import drop, refuse
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, history, sender_for

AT_ONCE = Conduct(sleep=lambda _: None)


def said(report: SendReport, practice: Practice, *, only_named: bool = False) -> list[str]:
    paper = Paper(200)
    names = deciding.names_of(practice.office) if only_named else None
    print_report(report, practice.provider, practice.office.zone, paper.console, only_named=names)
    return paper.lines()


def history_of(practice: Practice, account: str) -> list[str]:
    """The lines of `history` without their moments, numbers and amounts; requests alone."""
    lines = history_lines(history(practice.office, account), practice.office.zone, 2)
    return [re.sub(r".{18}(.*?) to .*?\$\d+.00(: .*)", r"\1\2", line) for line in lines if " to (" in line]


def test_what_waits_for_its_hour_is_not_called_nothing_to_send(practice: Practice, double: ProviderDouble) -> None:
    practice.later(hours=11)
    lines = said(practice.send(sender_for(double)), practice)
    assert lines[0] == "Nothing was sent."
    assert lines[1].startswith("Outside the send window: 3 messages; the next allowed time is ")


def test_of_an_account_that_was_named_and_not_asked_is_said_why(practice: Practice, double: ProviderDouble) -> None:
    practice.balances["1"] = "10.00"
    practice.export()
    report = practice.send(sender_for(double), only=("1", "77"))
    assert said(report, practice, only_named=True) == [
        "Nothing was sent.",
        "Left out: account 1: patient portion $10.00; asked above $25.00.",
        "Left out: account 77: no account has this id.",
    ]
    assert send_data(report)["left_out"] == [
        {"guarantor_id": "1", "why": "patient portion $10.00; asked above $25.00"},
        {"guarantor_id": "77", "why": "no account has this id"},
    ]
    assert send_data(report)["held"] == 2


def test_of_an_account_whose_campaign_runs_is_said_that_nothing_is_due(
    practice: Practice, double: ProviderDouble
) -> None:
    practice.send(sender_for(double))
    practice.later(days=1)
    lines = said(practice.send(sender_for(double), only=("1",)), practice, only_named=True)
    assert lines == [
        "Nothing was sent.",
        "Left out: account 1: its campaign is running, and no follow-up is due today.",
    ]


def test_of_an_account_that_was_named_is_said_what_became_of_it(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21614), to=practice.number("1"))
    lines = said(practice.send(sender_for(double), only=("1", "2")), practice, only_named=True)
    assert lines == [
        "1 accepted, 1 undeliverable.",
        "First1 Last1 (1), (207) 555-0101: undeliverable: It is not a mobile number (21614)",
        "First2 Last2 (2), (207) 555-0102: accepted",
        "`dipay undeliverable` says what to do for each that was not reached.",
    ]
    report = resend(practice.office, sender_for(double), "1", "207-555-0177", AT_ONCE)
    assert said(report, practice, only_named=True) == ["1 accepted.", "First1 Last1 (1), (207) 555-0177: accepted"]


def test_of_others_that_are_left_out_only_the_number_is_told(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    deciding.snooze(practice.office, ["2"], until=None, days=30, reason="Other", note="", known=None)
    practice.later(days=8)
    lines = said(practice.send(sender_for(double)), practice)
    assert lines == ["2 accepted.", "Left out: 1 follow-up that is due. `dipay send --dry-run` says why."]


def test_a_message_has_one_name_everywhere(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    assert history_of(practice, "1") == ["first request: on its way"]
    listing = make_worklist(practice.office)
    account = listing.worklist.judged[0].account
    active = listing.worklist.judged[0].deciding
    assert active is not None
    assert active.saw(account, listing.worklist.day) == "active since 2026-11-18: first request sent"
    practice.later(days=7)
    paper = Paper(200)
    print_dry_run(dry_run(practice.office), practice.office.zone, paper.console)
    assert "$100.00, follow-up 1 of 2 in English (en): GSM-7, " in paper.lines()[0]
    practice.send(sender_for(double))
    assert history_of(practice, "1") == ["first request: on its way", "follow-up 1 of 2: on its way"]


def test_why_a_message_did_not_arrive_has_one_full_stop(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21614), turn=2)
    lines = said(practice.send(sender_for(double)), practice)
    assert lines[0] == "2 accepted, 1 undeliverable."
    paper = Paper(200)
    entries, listing = not_reached(practice.office)
    print_undeliverable(entries, paper.console)
    assert paper.lines()[1:] == [
        "  It is not a mobile number.",
        "  Ask for a mobile number, correct it in the PMS and re-send. With another number: "
        "dipay resend 2 --phone NUMBER",
    ]
    judged = next(each for each in listing.worklist.judged if each.account.guarantor_id == "2")
    assert judged.deciding is not None
    assert judged.deciding.saw(judged.account, listing.worklist.day) == (
        "undeliverable since 2026-11-18: it is not a mobile number; the number in the export is still the same"
    )
    assert history_of(practice, "2") == ["first request: refused: it is not a mobile number; on the Undeliverable list"]
    resend(practice.office, sender_for(double), "2", "207-555-0177", AT_ONCE)
    assert history_of(practice, "2")[1] == "re-send of the first request: on its way"


def test_the_history_says_of_a_run_what_became_of_its_messages(practice: Practice, double: ProviderDouble) -> None:
    practice.size = 5
    practice.export()
    double.script(refuse(21614), to=practice.number("2"))
    double.script(drop(accepted=False), to=practice.number("3"))

    def fourth_pays(line: SentLine) -> None:
        if line.guarantor_id == "1":
            deciding.mark_paid(practice.office, ["4"])

    practice.send(sender_for(double), progress=fourth_pays)
    lines = [line for line in history_lines(history(practice.office), practice.office.zone, 2) if " send: " in line]
    assert [line.partition(" send: ")[2] for line in lines] == ["2 accepted, 1 undeliverable, 1 in doubt, 1 skipped"]


def test_what_stops_a_run_is_said_with_what_to_do(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(20003, 401), turn=1)
    (problem,) = practice.send(sender_for(double)).problems
    assert problem.message == ("Twilio does not accept the account's credentials. Check account_sid and auth_token.")


def test_why_a_resend_is_refused_names_nobody_and_no_amount(tmp_path: Path) -> None:
    practice = Practice(tmp_path, numbers={"1": ""})
    practice.send()
    practice.balances["1"] = "10.00"
    practice.export()
    judged = make_worklist(practice.office).worklist.judged[0]
    assert judged.deciding is not None
    assert judged.deciding.saw(judged.account, make_worklist(practice.office).worklist.day).endswith(
        "; the export still has none to text"
    )
    with pytest.raises(CannotGoOn) as caught:
        resend(practice.office, practice.outbox(), "1", "207-555-0177", AT_ONCE)
    assert str(caught.value) == "account 1 is not asked: the patient portion is not above the minimum balance."
