"""What a run answers: every line in order, although of an accepted message only the state keeps the text."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer

from dipay.cli.common import Answer, Manner, _let_out
from dipay.domain.problems import CannotGoOn
from dipay.render.as_json import write_json
from dipay.render.sending import send_data
from dipay.services import deciding
from dipay.services.run import SendReport, SentLine
from tests.messaging.behaviours import accept_as, drop, refuse, too_many
from tests.messaging.double import ProviderDouble
from tests.sending.practice import Practice, practice_on, sender_for


def messages(report: SendReport) -> Any:
    written = StringIO()
    write_json({"data": send_data(report)}, written)
    return json.loads(written.getvalue())["data"]["messages"]


@pytest.fixture
def mixed(tmp_path: Path, double: ProviderDouble) -> Practice:
    """Eight accounts, the last of them without a number."""
    return practice_on(double, tmp_path, size=8, numbers={"8": ""})


def test_the_answer_has_every_line_as_it_was_told_on_the_way(mixed: Practice, double: ProviderDouble) -> None:
    double.script(too_many("1"), turn=2)
    double.script(refuse(21211), turn=4)
    double.script(drop(accepted=True), turn=5)
    double.script(refuse(20003, 401), turn=7)
    told: list[SentLine] = []

    def progress(line: SentLine) -> None:
        told.append(line)
        if line.guarantor_id == "4":
            deciding.mark_paid(mixed.office, ["5"])
            # An id that the provider gave before: the state holds the message in doubt, the run says what it was told.
            double.script(accept_as(sid=told[1].provider_id), turn=6)

    report = mixed.send(sender_for(double), progress=progress)
    assert list(report.lines) == told
    assert [(each["guarantor_id"], each["outcome"]) for each in messages(report)] == [
        ("8", "undeliverable"),
        ("1", "accepted"),
        ("2", "accepted"),
        ("3", "undeliverable"),
        ("4", "in doubt"),
        ("5", "skipped"),
        ("6", "accepted"),
        ("7", "not sent"),
    ]
    for said, line in zip(messages(report), told, strict=True):
        assert said == {
            "request_id": line.request_id, "guarantor_id": line.guarantor_id, "to": line.to, "text": line.text,
            "segments": line.segments, "step": line.step, "outcome": line.outcome, "provider_id": line.provider_id,
            "why": line.why or None,
        }  # fmt: skip
    texts = [post.text for post in double.posts]
    assert [each.text for each in told] == ["", texts[0], texts[2], texts[3], texts[4], "", texts[5], texts[6]]
    assert report.count("accepted") == 3
    assert report.count("skipped", "not sent") == 2


def test_nothing_of_an_accepted_message_stays_in_memory_but_its_request(
    practice: Practice, double: ProviderDouble
) -> None:
    report = practice.send(sender_for(double))
    assert (report.kept, report.count("accepted")) == ([], 3)
    assert list(report.requests) == [line.request_id for line in report.lines]


def test_a_state_that_is_lost_before_the_answer_is_told(
    practice: Practice, double: ProviderDouble, capsys: pytest.CaptureFixture[str]
) -> None:
    report = practice.send(sender_for(double))
    path = practice.office.state_path
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(CannotGoOn, match="is gone") as caught:
        list(report.lines)
    assert caught.value.exit_code == 5
    with pytest.raises(typer.Exit) as ended:
        _let_out(Manner("send", json=True), Answer(data=lambda: send_data(report)))
    assert ended.value.exit_code == 5
    assert "is gone" in capsys.readouterr().err
    path.write_bytes(kept)
