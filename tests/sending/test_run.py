"""A run from its first message to its last: what stops it and what does not, what it asks, tells and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from dipay.domain.outcomes import NotSent
from dipay.domain.problems import CannotGoOn, ExitCode, cannot
from dipay.messaging import Outgoing, Sender
from dipay.processors import Link, NoLink
from dipay.services import deciding
from dipay.services.run import Conduct, SentLine
from dipay.services.sending import dry_run, send
from dipay.services.undeliverable import not_reached
from dipay.services.witnessing import Watch
from dipay.state.backup import newest_backup
from dipay.state.claims import new_token
from dipay.state.reading import history
from dipay.state.sender_lock import sender_lock
from dipay.state.store import open_for_reading
from tests.messaging.behaviours import Behaviour, accept, drop, refuse
from tests.messaging.double import ProviderDouble
from tests.processors.memory import MemoryProcessor
from tests.sending.practice import MORNING, Practice, outcomes, practice_on, sender_for

STRIPE = {"payment_link": {"provider": "stripe"}}


@pytest.mark.parametrize(
    ("course", "tried"),
    [
        ("??.??.?.", 8),
        (".???....", 4),
        ("??x??x..", 8),
        ("x???....", 4),
    ],
)
def test_only_doubts_one_after_the_other_stop_a_run(
    course: str, tried: int, tmp_path: Path, double: ProviderDouble
) -> None:
    does: dict[str, Behaviour] = {"?": drop(accepted=False), ".": accept(), "x": refuse(21211)}
    practice = practice_on(double, tmp_path, size=8)
    for turn, each in enumerate(course, start=1):
        double.script(does[each], turn=turn)
    report = practice.send(sender_for(double))
    assert (len(double.posts), report.left, report.exit_code) == (tried, 8 - tried, 4 if tried < 8 else 0)
    practice.check()


@pytest.mark.parametrize(
    ("course", "tried"),
    [
        ("??.??.?.", 8),
        (".???....", 4),
        ("??x??x..", 8),
        ("x???....", 4),
        ("!!!.....", 3),
    ],
)
def test_only_links_without_an_answer_one_after_the_other_stop_a_run(
    course: str, tried: int, tmp_path: Path, double: ProviderDouble, processor: MemoryProcessor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """`?`: nobody answers; `!`: it may be there; `x`: this one can't be made."""
    practice = practice_on(double, tmp_path, size=8, settings=STRIPE)
    make, left = processor.make_link, iter(course)
    no_link = {"?": NoLink("?", unanswered=True), "!": NoLink("!", in_doubt=True), "x": NoLink("x")}

    def made(token: str, amount_cents: int) -> Link | NoLink:
        each = next(left)
        return make(token, amount_cents) if each == "." else no_link[each]

    monkeypatch.setattr(processor, "make_link", made)
    report = practice.send(sender_for(double))
    assert ("".join(left), report.left, report.exit_code) == (course[tried:], 8 - tried, 4 if tried < 8 else 0)
    assert report.count("accepted") == course[:tried].count(".")
    practice.check()


def test_each_message_leaves_a_line_that_is_told_at_once_and_kept(tmp_path: Path, double: ProviderDouble) -> None:
    practice = practice_on(double, tmp_path, size=6, numbers={"2": "", "6": "12"})
    double.script(refuse(21614), to=practice.number("4"))
    double.script(drop(accepted=False), to=practice.number("5"))
    told: list[SentLine] = []

    def third_pays(line: SentLine) -> None:
        told.append(line)
        if line.guarantor_id == "1":
            deciding.mark_paid(practice.office, ["3"])

    report = practice.send(sender_for(double), progress=third_pays)
    with open_for_reading(practice.office.state_path) as store:
        texts = {each.guarantor_id: (each.id, each.text or "", each.provider_id) for each in history(store)}
    (first, sent, sid), (fourth, refused, _), (fifth, doubtful, _) = (texts[each] for each in "145")
    assert sid is not None
    assert "pay.example.com" in sent
    no_number = SentLine(None, "2", None, "", 0, 0, "undeliverable", why="there is no mobile number")
    paid = "The account is marked paid until a newer export shows it."
    assert told == [
        no_number,
        SentLine(None, "6", None, "", 0, 0, "undeliverable", why=told[1].why),
        SentLine(first, "1", practice.number("1"), sent, 1, 0, "accepted", sid),
        SentLine(None, "3", practice.number("3"), "", 0, 0, "skipped", why=paid),
        SentLine(fourth, "4", practice.number("4"), refused, 1, 0, "undeliverable", why=told[4].why),
        SentLine(fifth, "5", practice.number("5"), doubtful, 1, 0, "in doubt", why=told[5].why),
    ]
    assert list(report.lines) == told
    assert told[1].why == "it has too few digits for a phone number"
    assert told[4].why == "It is not a mobile number (21614)"
    assert (report.left, report.exit_code) == (0, 0)
    entries = {each.entry.guarantor_id: each.entry for each in not_reached(practice.office)[0]}
    assert (entries["2"].code, entries["4"].code) == ("no-number", "21614")
    practice.check()


@dataclass
class Unreachable:
    """A sender of that name whose messages surely don't go out."""

    inner: Sender

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def send(self, message: Outgoing) -> NotSent:
        return NotSent("it can't be reached")


@pytest.mark.parametrize(("provider", "what"), [("twilio", "network"), ("outbox", "folder")])
def test_a_message_that_surely_did_not_go_out_ends_the_run_with_where_to_look(
    provider: str, what: str, practice: Practice, double: ProviderDouble
) -> None:
    practice.provider = provider
    sender = sender_for(double) if provider == "twilio" else practice.outbox()
    report = practice.send(Unreachable(sender))  # type: ignore[arg-type]
    assert outcomes(report) == {"1": "not sent"}
    assert (report.left, report.exit_code) == (2, 4)
    (problem,) = report.problems
    assert (problem.message, problem.fix) == ("it can't be reached.", f"Check the {what}, then send again.")
    assert practice.send(sender).count("accepted") == 3


def test_a_person_is_told_at_once_who_else_sends(practice: Practice, double: ProviderDouble) -> None:
    waited: list[float] = []
    lock = practice.office.state_path.with_suffix(".lock")
    with sender_lock(lock, 0, who="Kim", now=MORNING), pytest.raises(CannotGoOn, match=r"Kim on .* is sending"):
        send(practice.office, sender_for(double), Conduct(sleep=waited.append))
    assert waited == []


def test_confirm_above_is_the_most_that_goes_out_unasked_and_does_not_bind_who_watches(
    practice: Practice, double: ProviderDouble
) -> None:
    practice.settings["messaging"]["confirm_above"] = 3
    assert practice.send(sender_for(double)).count("accepted") == 3
    practice.settings["messaging"]["confirm_above"] = 2
    practice.later(days=7)
    assert practice.send(sender_for(double), unattended=False).count("accepted") == 3


def test_unfit_exports_end_a_run_before_it_asks_or_writes_anything(practice: Practice, double: ProviderDouble) -> None:
    def ends_at_once() -> None:
        asked = len(double.gets)
        with pytest.raises(CannotGoOn, match="hours old"):
            practice.send(sender_for(double))
        assert len(double.gets) == asked

    practice.now += timedelta(hours=31)
    ends_at_once()
    assert not practice.office.state_path.exists()
    practice.export()
    practice.send(sender_for(double))
    practice.now += timedelta(hours=31)
    ends_at_once()
    # Nor does it matter that staff was at it a moment ago.
    deciding.deselect(practice.office, ["1"])
    ends_at_once()


def test_a_run_makes_the_states_folder_and_a_backup_of_what_was_there_before_it(
    practice: Practice, double: ProviderDouble
) -> None:
    practice.settings["state"] = "kept/dipay.db"
    practice.send(sender_for(double), only=["1"])
    practice.later(minutes=5)
    practice.send(sender_for(double))
    made = newest_backup(practice.office.state_path)
    assert made is not None
    with open_for_reading(made) as store:
        assert [each.guarantor_id for each in history(store)] == ["1"]


def test_the_daily_limit_ends_a_run_with_what_to_do(tmp_path: Path, double: ProviderDouble) -> None:
    practice = practice_on(double, tmp_path, size=5)
    practice.settings["messaging"]["daily_limit"] = 2
    report = practice.send(sender_for(double))
    assert outcomes(report) == {"1": "accepted", "2": "accepted", "3": "skipped"}
    assert (report.left, report.exit_code) == (2, 0)
    (problem,) = report.problems
    assert problem.message == "Today's limit of 2 messages is reached."
    assert "daily_limit" in problem.fix


def test_a_message_that_passes_a_hold_says_so_in_the_history_and_no_other(
    practice: Practice, double: ProviderDouble
) -> None:
    practice.settings["payment_settings"] = {"hold_above": 9_900}
    practice.balances = {"1": "98.00"}
    practice.export()
    practice.send(sender_for(double), only=["1", "2"])
    with open_for_reading(practice.office.state_path) as store:
        rows = store.connection.execute("SELECT guarantor_id, what, codes, by FROM releases").fetchall()
    assert rows == [("2", "passed", "above-limit", deciding.who())]


def test_who_opts_out_while_the_link_is_made_gets_no_text_and_the_run_goes_on(
    tmp_path: Path, double: ProviderDouble, processor: MemoryProcessor, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = practice_on(double, tmp_path, settings=STRIPE)
    make = processor.make_link

    def made(token: str, amount_cents: int) -> Link | NoLink:
        if not processor.links:
            deciding.opt_out(practice.office, ["1"])
        return make(token, amount_cents)

    monkeypatch.setattr(processor, "make_link", made)
    report = practice.send(sender_for(double))
    assert outcomes(report) == {"1": "skipped", "2": "accepted", "3": "accepted"}
    assert double.posts_to(practice.number("1")) == []
    assert [each.active for each in processor.links.values()] == [False, True, True]
    practice.check()


@pytest.mark.parametrize(("course", "tried"), [(".", 1), ("?", 1), ("x.", 2)])
def test_whether_another_computer_sends_is_looked_at_after_what_may_have_gone_out(
    course: str, tried: int, practice: Practice, double: ProviderDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    does: dict[str, Behaviour] = {"?": drop(accepted=False), ".": accept(), "x": refuse(21211)}
    for turn, each in enumerate(course, start=1):
        double.script(does[each], turn=turn)
    another = cannot(ExitCode.STATE, "another computer sends too.", "Stop it.")
    monkeypatch.setattr(Watch, "look", lambda _: another)
    report = practice.send(sender_for(double))
    assert (len(double.posts), report.left, report.exit_code) == (tried, 3 - tried, 5)
    assert report.problems == list(another.problems)


def test_the_links_of_a_template_stand_in_for_none_in_a_rehearsal(tmp_path: Path) -> None:
    assert not Practice(tmp_path).send().has_stand_ins


def test_a_dry_run_measures_links_by_one_as_long_as_a_real_one(practice: Practice, double: ProviderDouble) -> None:
    dry = dry_run(practice.office)
    practice.send(sender_for(double))
    previewed = {each.message.number: (len(each.rendered.text), each.rendered.segments) for each in dry.previews}
    with open_for_reading(practice.office.state_path) as store:
        went_out = {each.number: (len(each.text or ""), each.segments) for each in history(store)}
    assert previewed == went_out
    assert "x" * len(new_token()) in dry.previews[0].rendered.text
    assert (dry.follow_ups, dry.links_are_made) == (2, False)


@pytest.mark.parametrize(("pressed", "exit_code"), [(True, ExitCode.INTERRUPTED), (False, ExitCode.DONE)])
def test_what_is_not_confirmed_stays_and_is_interrupted_only_by_a_key(
    pressed: bool, exit_code: ExitCode, tmp_path: Path, double: ProviderDouble
) -> None:
    practice, keys = practice_on(double, tmp_path, size=3), list[bool]()

    def confirm(_: object) -> bool:
        keys.extend([True] if pressed else [])
        return False

    report = practice.send(sender_for(double), confirm=confirm, stop_asked=lambda: bool(keys))
    assert (len(double.posts), report.left, report.exit_code) == (0, 3, exit_code)
