"""`why` after a campaign began: its first sentence answers, and what went before stands below it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from rich.console import Console

from dipay.domain.problems import CannotGoOn
from dipay.render.data import why_data
from dipay.render.explain import print_why
from dipay.services import answers, deciding
from dipay.services.explaining import Explained, Explanation, explain
from dipay.services.history import history as look_at
from dipay.services.records import Record
from dipay.services.undeliverable import resend
from tests.messaging.behaviours import refuse
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, history, sender_for
from tests.sending.test_answers import AT_ONCE, asked


def explained(practice: Practice, typed: str) -> Explained:
    found = explain(practice.office, typed)
    assert isinstance(found, Explained)
    return found


def shown(practice: Practice, typed: str = "1", *, verbose: bool = False) -> list[str]:
    found = explained(practice, typed)
    out = io.StringIO()
    console = Console(file=out, width=160, color_system=None, highlight=False)
    print_why(found.explanation, found.record, practice.office.settings, console, verbose=verbose)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def _both(practice: Practice) -> tuple[Explanation, Record]:
    found = explained(practice, "1")
    return found.explanation, found.record


def test_the_first_line_answers(practice: Practice, double: ProviderDouble) -> None:
    assert shown(practice)[0] == "Will be asked today for $100.00."
    deciding.deselect(practice.office, ["1"])
    assert shown(practice)[0] == "Not asked today: deselected today. Otherwise it would be, for $100.00."
    assert "    `dipay select 1` puts it back into today's batch." in shown(practice)
    deciding.select(practice.office, ["1"])
    asked(practice, double, "I already paid")
    practice.later(days=1)
    assert shown(practice, "2")[0] == "Not asked today: asked 18 Nov, 1 of 3, next 25 Nov."
    practice.later(days=6)
    assert shown(practice, "2")[0] == "Follow-up 1 of 2 goes out today for $100.00."
    practice.send(sender_for(double))
    assert shown(practice)[0] == "Follow-up 1 of 2 is due today, but reply 1 waits (already paid)."
    (reply,) = answers.answers(practice.office)
    answers.settle(practice.office, [reply.reply.id], "posted by hand")
    deciding.snooze(practice.office, ["1"], until=None, days=9, reason="other", note="")
    by = deciding.who()
    assert shown(practice)[0] == f"Follow-up 1 of 2 is due today, but snoozed until 4 Dec (Other by {by})."
    for _ in range(2):
        practice.later(days=8)
        practice.send(sender_for(double))
    assert shown(practice, "2")[0] == (
        "Not asked today: asked 3 times, last 3 Dec, and it owes $100.00. Somebody should call."
    )


def test_what_went_before_stands_in_order(practice: Practice, double: ProviderDouble) -> None:
    asked(practice, double, "I already paid")
    practice.later(days=7)
    practice.send(sender_for(double))
    lines = shown(practice)
    assert lines[2] == "First1 Last1, account 1."
    at = lines.index("Sent so far:")
    assert lines[at + 1 : at + 5] == [
        "  18 Nov: first request for $100.00 to (207) 555-0101: on its way",
        "Replies:",
        '  1 of 18 Nov, already paid: "I already paid"',
        "    Waits; settled by: dipay paid 1",
    ]
    # First what stops its follow-ups, then what only another first request would wait for.
    order = [
        lines.index(each) for each in lines if each.startswith(("  reply-waiting", "Against another", "  active-c"))
    ]
    assert order == sorted(order)
    assert lines[order[1]] == "Against another first request:"
    assert lines[-1] == "Passed: 18 of 21 rules (all with `-v`)."
    assert any(each.startswith("  below-minimum ") for each in shown(practice, verbose=True))
    data = why_data(*_both(practice), practice.office.settings)
    assert len(data["rules"]) == 21
    assert [each["step"] for each in data["requests"]] == [0]
    assert [(each["kind"], each["settled_by"]) for each in data["replies"]] == [("already_paid", "dipay paid 1")]
    assert data["campaign"].due
    assert data["guarantor_id"] == "1"


def test_a_reply_that_holds_it_is_shown_though_it_is_another_accounts(
    practice: Practice, double: ProviderDouble
) -> None:
    practice.send(sender_for(double), only=["1"])
    practice.numbers["2"] = practice.number("1")
    double.incoming(practice.number("1"), "who is this?", at=practice.now + timedelta(seconds=1))
    practice.later(days=1)
    practice.send(sender_for(double))
    assert '  1 of 18 Nov, question: "who is this?"' in shown(practice, "2")


def test_a_number_to_key_in_is_shown_until_an_export_has_it(practice: Practice, double: ProviderDouble) -> None:
    double.script(refuse(21614), to=practice.number("1"))
    practice.send(sender_for(double))
    assert shown(practice)[0] == "Not asked today: not reached 18 Nov (it is not a mobile number)."
    resend(practice.office, sender_for(double), "1", "207-555-0177", AT_ONCE)
    (line,) = [each for each in shown(practice) if each.startswith("Key into the PMS")]
    assert line.startswith("Key into the PMS: (207) 555-0177, by ")
    assert [each["number"] for each in why_data(*_both(practice), practice.office.settings)["key_into_pms"]] == [
        "+12075550177"
    ]
    practice.numbers["1"] = "+12075550177"
    practice.later(days=1)
    assert "Key into the PMS" not in "".join(shown(practice))


def test_history_takes_a_name_too_and_asks_no_export_for_an_id_it_knows(
    practice: Practice, double: ProviderDouble
) -> None:
    practice.send(sender_for(double))
    assert [each.guarantor_id for each in history(practice.office, "last2").requests] == ["2"]
    several = look_at(practice.office, "first")
    assert isinstance(several, tuple)
    assert [each.patient_id for each in several] == ["1", "2", "3"]
    with pytest.raises(CannotGoOn):
        look_at(practice.office, "nobody")
    (practice.folder / "patients.csv").unlink()
    assert [each.guarantor_id for each in history(practice.office, "2").requests] == ["2"]
    assert len(list(history(practice.office).requests)) == 3


def test_an_amount_of_which_a_row_could_not_be_read_is_not_told_as_known(practice: Practice) -> None:
    with (practice.folder / "ledger.csv").open("a") as ledger:
        ledger.write("1,2026-09-20,1O0.00\n")
    lines = shown(practice)
    for name in ("Balance", "Patient portion"):
        [line] = [each for each in lines if each.startswith(name)]
        assert line.split(maxsplit=len(name.split()))[-1] == "$100.00, as far as its rows could be read"
    assert not any("as far as" in each for each in shown(practice, "2"))
