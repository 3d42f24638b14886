"""The daily checks: a screen on which each thing to do has its command, and an exit code for whoever isn't there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from dipay.domain.problems import CannotGoOn, ExitCode
from dipay.messaging import SentMessage
from dipay.render.today import print_today, today_data
from dipay.review.words import Paper
from dipay.services import answers, deciding, reviewing
from dipay.services.run import Conduct
from dipay.services.syncing import sync
from dipay.services.today import Matter, Today, today
from dipay.services.undeliverable import resend
from tests.messaging.behaviours import answer, drop, refuse
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, sender_for

AT_ONCE = Conduct(sleep=lambda _: None, per_second=1e9)


def shown(practice: Practice, found: Today | None = None, width: int = 80) -> list[str]:
    """The screen of this moment."""
    office, paper = practice.office, Paper(width)
    now, rehearsal = practice.now.astimezone(office.zone), practice.provider == "outbox"
    print_today(found or today(office), "Maple", now, paper.console, rehearsal=rehearsal)
    return paper.lines()


def counts(practice: Practice) -> dict[Matter, int]:
    return {each.matter: each.count for each in today(practice.office).checks}


def days_of_sending(practice: Practice, double: ProviderDouble) -> None:
    """Nine are asked; one is no mobile number, one is in doubt, three answer."""
    practice.size = 9
    practice.export()
    double.script(refuse(21614), to=practice.number("2"))
    double.script(drop(accepted=False), to=practice.number("3"))
    practice.send(sender_for(double))
    for account, text in (("4", "I already paid"), ("5", "how much is it?"), ("6", "STOP")):
        double.incoming(practice.number(account), text, at=practice.now)
    practice.later(hours=1)
    sync(practice.office, sender_for(double))


def test_the_first_morning(practice: Practice) -> None:
    practice.numbers["3"] = ""
    practice.export()
    deciding.deselect(practice.office, ["2"])
    assert shown(practice) == [
        "Maple, Wed 18 Nov 2026",
        "",
        "To send",
        "  2 first requests, $200.00 (1 without a number, 1 left out today)    dipay send",
        "",
        "Nothing needs a person.",
    ]
    assert today(practice.office).exit_code == ExitCode.DONE


def test_a_day_on_which_all_kinds_of_things_wait(practice: Practice, double: ProviderDouble) -> None:
    days_of_sending(practice, double)
    resend(practice.office, sender_for(double), "2", "207-555-0177", AT_ONCE)
    double.settle(
        next(each.sid for each in double.messages.values() if each.to == practice.number("7")), "failed", 30005
    )
    deciding.snooze(practice.office, ["8"], until=None, days=3, reason="Other", note="")
    practice.size, practice.numbers["10"], practice.numbers["11"] = 11, "+12075550150", "+12075550150"
    practice.later(hours=1)
    sync(practice.office, sender_for(double))
    assert shown(practice) == [
        "Maple, Wed 18 Nov 2026",
        "",
        "To see to",
        "  2 replies wait                                       dipay replies",
        "    First4 Last4 (already paid), First5 Last5 (question)",
        "  1 message: not known whether it went out             dipay sync",
        "    First3 Last3 (18 Nov)",
        "  1 was not reached, $100.00                           dipay undeliverable",
        "    First7 Last7 $100.00",
        "  1 number to key into the PMS                         dipay undeliverable",
        "    First2 Last2 (207) 555-0177",
        "  2 are held until you decide, $200.00                 dipay list --view held",
        "    First10 Last10 (same number as account 11) and 1 more",
        "",
        "Good to know",
        "  1 snooze ends by Wed 25 Nov                          dipay list --view snoozed",
        "    First8 Last8 (Sat 21 Nov)",
        "",
        "Answers and deliveries as of today 12:00.",
    ]
    assert today(practice.office).exit_code == ExitCode.ATTENTION


def test_each_thing_leaves_once_it_is_dealt_with(practice: Practice, double: ProviderDouble) -> None:
    days_of_sending(practice, double)
    office = practice.office
    deciding.mark_paid(office, ["4"])
    answers.settle(office, [next(each.reply.id for each in answers.answers(office))], "told her")
    resend(office, sender_for(double), "2", "207-555-0177", AT_ONCE)
    assert counts(practice) == {Matter.IN_DOUBT: 1, Matter.KEY_IN: 1}
    practice.numbers["2"] = "+12075550177"
    practice.export()
    assert counts(practice) == {Matter.IN_DOUBT: 1}


def test_a_week_later(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    practice.later(days=7)
    found = today(practice.office)
    assert {each.matter: (each.count, each.amount_cents) for each in found.checks} == {
        Matter.EXPORTS: (1, None),  # the ledger is the same as a week ago
        Matter.PROVIDER: (1, None),
        Matter.FOLLOW_UPS: (3, 30_000),
    }
    assert any(line.startswith("  patients' answers are as of Wed 18 Nov 10:00  ") for line in shown(practice))
    practice.send(sender_for(double))
    practice.later(days=7)
    practice.send(sender_for(double))
    practice.later(hours=1)
    (exhausted,) = today(practice.office).checks
    assert (exhausted.matter, exhausted.count, exhausted.amount_cents) == (Matter.EXHAUSTED, 3, 30_000)
    assert not exhausted.matter.needs_person
    assert today(practice.office).exit_code == ExitCode.DONE


def test_old_news_is_told_only_while_something_can_come(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    practice.later(hours=23)
    assert Matter.PROVIDER not in counts(practice)
    practice.later(hours=2)
    assert Matter.PROVIDER in counts(practice)
    double.answer_gets_with = answer(503, "busy")
    assert sync(practice.office, sender_for(double)).trouble is not None
    assert Matter.PROVIDER in counts(practice)
    double.answer_gets_with = None
    sync(practice.office, sender_for(double))
    assert Matter.PROVIDER not in counts(practice)
    deciding.remove(practice.office, ["1", "2", "3"])
    practice.later(days=20)
    assert Matter.PROVIDER not in counts(practice)


def test_a_rehearsal_waits_for_no_answer(tmp_path: Any) -> None:
    practice = Practice(tmp_path)
    practice.send()
    practice.later(days=3)
    assert Matter.PROVIDER not in counts(practice)
    assert shown(practice)[0] == "Maple, Sat 21 Nov 2026  REHEARSAL: nobody is texted"


def test_who_owes_nothing_or_is_snoozed_waits_for_no_number(practice: Practice, double: ProviderDouble) -> None:
    for account in ("1", "2", "3"):
        double.script(refuse(21614), to=practice.number(account))
    practice.send(sender_for(double))
    assert counts(practice) == {Matter.UNDELIVERABLE: 3}
    practice.balances["1"] = "0.00"
    deciding.snooze(practice.office, ["2"], until=None, days=30, reason="Other", note="")
    practice.later(minutes=5)
    (check,) = today(practice.office).checks
    assert [each.guarantor_id for each in check.accounts] == ["3"]
    # A number that the PMS has by now is asked without anybody's doing.
    practice.numbers["3"] = "+12075550177"
    practice.later(minutes=5)
    assert counts(practice) == {Matter.FIRST_REQUESTS: 1}


def test_what_was_released_is_decided(practice: Practice) -> None:
    practice.numbers["2"] = practice.number("1")
    practice.export()
    assert counts(practice) == {Matter.HELD: 2, Matter.FIRST_REQUESTS: 1}
    review = reviewing.begin(practice.office)
    reviewing.record_release(practice.office, "1", reviewing.release_for(review, "1", "it is hers"))
    assert counts(practice) == {Matter.HELD: 1, Matter.FIRST_REQUESTS: 1}


def test_who_was_asked_under_another_id_waits_for_a_visit(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    practice.rename("1", "901")
    found = today(practice.office)
    assert [each.matter for each in found.checks] == [Matter.ELSEWHERE]
    assert found.exit_code == ExitCode.DONE


def test_a_follow_up_that_is_held_is_told_of(practice: Practice, double: ProviderDouble) -> None:
    practice.settings["payment_settings"] = {"hold_above": "150"}
    practice.send(sender_for(double))
    practice.balances["1"] = "200.00"
    practice.later(days=7)
    sync(practice.office, sender_for(double))
    assert counts(practice) == {Matter.HELD: 1, Matter.FOLLOW_UPS: 2}


def test_a_claim_whose_sender_died_is_in_doubt(practice: Practice, double: ProviderDouble) -> None:
    class Dead(Exception):  # noqa: N818  what a killed process looks like from here
        pass

    class Killed:
        name = "twilio"

        def send(self, _: object) -> Any:
            raise Dead

        def sent_since(self, _: object) -> Iterator[SentMessage]:
            return iter(())

        def time_there(self) -> None:
            return None

    with pytest.raises(Dead):
        practice.send(Killed())  # type: ignore[arg-type]
    practice.later(minutes=5)
    assert Matter.IN_DOUBT not in counts(practice)
    practice.later(minutes=10)
    assert counts(practice)[Matter.IN_DOUBT] == 1


@pytest.mark.parametrize("kept", ["patients.csv", "ledger.csv"])
def test_exports_that_cannot_be_read_hide_nothing_else(practice: Practice, double: ProviderDouble, kept: str) -> None:
    days_of_sending(practice, double)
    deciding.snooze(practice.office, ["8"], until=None, days=3, reason="Other", note="")
    (practice.folder / ({"patients.csv", "ledger.csv"} - {kept}).pop()).unlink()
    found = today(practice.office)
    assert found.exit_code == ExitCode.EXPORTS
    assert {each.matter: each.count for each in found.checks} == {
        Matter.EXPORTS: 1, Matter.REPLIES: 2, Matter.IN_DOUBT: 1, Matter.UNDELIVERABLE: 1, Matter.SNOOZES: 1,
    }  # fmt: skip
    lines = shown(practice, found)
    assert lines[3].startswith("  the exports can't be read: nothing can be sent  ")
    assert "Correct the name in the settings, or run the export." in " ".join(" ".join(lines).split())
    names = "First4 Last4 (already paid)" if kept == "patients.csv" else "account 4 (already paid)"
    assert any(names in line for line in lines)


def test_exports_with_which_nothing_is_sent_come_first(practice: Practice) -> None:
    practice.now += timedelta(hours=40)
    found = today(practice.office)
    assert found.exit_code == ExitCode.ATTENTION
    assert shown(practice, found)[2:6] == [
        "To see to",
        "  2 problems in the exports: nothing is sent                         dipay check",
        "    patients.csv: is 40 hours old (limit 30): balances may have changed. Export",
        "    again before anything is sent.",
    ]


def test_a_state_that_needs_a_look(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    older = practice.office.state_path.read_bytes()
    practice.later(days=7)
    practice.send(sender_for(double))
    newer = practice.office.state_path.read_bytes()
    practice.office.state_path.write_bytes(older)
    assert shown(practice)[3].startswith("  trouble with the state file: nothing is sent  ")
    practice.office.state_path.unlink()
    with pytest.raises(CannotGoOn, match="is gone") as caught:
        shown(practice)
    assert caught.value.exit_code == ExitCode.STATE
    # For the check that every test ends with.
    practice.office.state_path.write_bytes(newer)


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_it_fits_the_screen(practice: Practice, double: ProviderDouble, width: int) -> None:
    practice.size = 40
    practice.export()
    for account in range(1, 31):
        double.script(refuse(21614), to=practice.number(str(account)))
    practice.send(sender_for(double))
    for account in range(31, 41):
        double.incoming(practice.number(str(account)), "I already paid", at=practice.now)
    sync(practice.office, sender_for(double))
    lines = shown(practice, width=width)
    assert len(lines) <= 23
    assert all(len(line) <= width for line in lines)
    assert any("more" in line for line in lines)


def test_programs_get_all_of_it(practice: Practice, double: ProviderDouble) -> None:
    days_of_sending(practice, double)
    found = json.loads(json.dumps(today_data(today(practice.office), practice.office.zone)))
    assert (found["exports_read"], found["provider_asked_at"]) == (True, "2026-11-18T11:00:00-05:00")
    replies = found["checks"][0]
    assert replies == {
        "check": "replies",
        "count": 2,
        "amount_cents": None,
        "needs_person": True,
        "command": "dipay replies",
        "accounts": [
            {"guarantor_id": "4", "name": "First4 Last4", "detail": "already_paid", "amount_cents": 10_000},
            {"guarantor_id": "5", "name": "First5 Last5", "detail": "question", "amount_cents": 10_000},
        ],
    }


def test_another_day(practice: Practice, double: ProviderDouble) -> None:
    practice.send(sender_for(double))
    found = today(practice.office, date(2026, 11, 25))
    assert [(each.matter, each.count) for each in found.checks] == [(Matter.FOLLOW_UPS, 3)]


def test_it_asks_nobody_and_changes_nothing(practice: Practice, double: ProviderDouble) -> None:
    days_of_sending(practice, double)
    asked, state = len(double.gets), practice.office.state_path.read_bytes()
    today(practice.office)
    assert (len(double.gets), practice.office.state_path.read_bytes()) == (asked, state)
