from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dipay.domain.outcomes import Accepted, Delivery, InDoubt, NotSent
from dipay.messaging import DeliveryReport, Outgoing, ProviderTrouble, Sender
from dipay.messaging.outbox import INDEX_NAME, Outbox

NUMBER = "+12075550148"
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
TEXT = "Maple Street Dental: Quintessa, you have a balance with us.\nPay: https://pay.example.com/tok3n"

posix = pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
not_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere"
)


def clock() -> Callable[[], datetime]:
    """Goes on by a minute each time it is read."""
    minutes = itertools.count()
    return lambda: NOW + timedelta(minutes=next(minutes))


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox", clock())


def out(number: str = NUMBER, token: str = "tok3n", text: str = TEXT, request_id: int = 7) -> Outgoing:
    return Outgoing(request_id, token, number, text)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.txt"))


def test_a_message_is_a_readable_file(outbox: Outbox, tmp_path: Path) -> None:
    sent = outbox.send(out())
    assert isinstance(sent, Accepted)
    (file,) = files(tmp_path / "outbox")
    assert file.read_text(encoding="utf-8") == (
        f"To: {NUMBER}\nAt: 2026-11-23T14:00:00+00:00\nRequest: 7\nId: {sent.provider_id}\n\n{TEXT}"
    )
    entry = json.loads((tmp_path / "outbox" / INDEX_NAME).read_text(encoding="utf-8"))
    assert (entry["id"], entry["to"], entry["text"], entry["file"]) == (sent.provider_id, NUMBER, TEXT, file.name)


def test_names_hold_nothing_personal(outbox: Outbox, tmp_path: Path) -> None:
    for request_id in (1, 999_999, 12_345_678):
        outbox.send(out(request_id=request_id))
    for file in files(tmp_path / "outbox"):
        assert re.fullmatch(r"2026-11-23T14\d{4}Z_\d{6,8}_OB[0-9a-f]{8}\.txt", file.name)
        assert "2075550148" not in file.name
        assert "tok3n" not in file.name


@posix
def test_files_are_the_owners_alone(outbox: Outbox, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        outbox.send(out())
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "outbox").iterdir()}
    assert modes == {0o600}
    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o700


@posix
def test_a_folder_that_others_can_read_is_closed_when_it_is_only_ours(outbox: Outbox, tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox").chmod(0o755)
    assert outbox.ping() is None
    assert (tmp_path / "outbox").stat().st_mode & 0o777 == 0o700


@posix
def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "ledger.csv").touch()
    outbox = Outbox(tmp_path, clock())
    problem = outbox.ping()
    assert problem is not None
    assert problem.key == "messaging.outbox.folder"
    assert isinstance(outbox.send(out()), NotSent)
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert files(tmp_path) == []
    tmp_path.chmod(0o700)
    assert isinstance(outbox.send(out()), Accepted)


def test_the_log(outbox: Outbox) -> None:
    first, other, last = outbox.send(out()), outbox.send(out("+12075550199", "0ther")), outbox.send(out(token="2nd"))
    assert isinstance(first, Accepted)
    assert isinstance(other, Accepted)
    assert isinstance(last, Accepted)
    assert [each.provider_id for each in outbox.sent_to(NUMBER, NOW)] == [last.provider_id, first.provider_id]
    assert [each.provider_id for each in outbox.sent_to(NUMBER, NOW + timedelta(seconds=30))] == [last.provider_id]
    assert len(list(outbox.sent_since(NOW))) == 3
    (message,) = outbox.sent_to("+12075550199", NOW)
    assert message.carries("none", TEXT)
    assert message.created_at.tzinfo is not None


def test_deliveries_are_delivered(outbox: Outbox, tmp_path: Path) -> None:
    sent = outbox.send(out())
    assert isinstance(sent, Accepted)
    assert outbox.fetch(sent.provider_id) == DeliveryReport(Delivery.DELIVERED)
    files(tmp_path / "outbox")[0].unlink()
    assert outbox.fetch(sent.provider_id) == DeliveryReport(Delivery.DELIVERED)
    assert outbox.fetch("OB" + "0" * 32) is None
    assert outbox.fetch("*") is None
    assert outbox.replies(NOW, 10) == []
    assert outbox.time_there() is None


def test_another_outbox_on_the_folder_sees_the_same(outbox: Outbox, tmp_path: Path) -> None:
    outbox.send(out())
    assert Outbox(tmp_path / "outbox", clock()).sent_to(NUMBER, NOW) == outbox.sent_to(NUMBER, NOW)


def test_a_line_that_was_torn_spoils_only_itself(outbox: Outbox, tmp_path: Path) -> None:
    outbox.send(out(token="1st"))
    index = tmp_path / "outbox" / INDEX_NAME
    index.write_bytes(index.read_bytes()[:-20])
    outbox.send(out(token="2nd"))
    # The first is still known by its file.
    assert len(outbox.sent_to(NUMBER, NOW)) == 2
    assert len({each.provider_id for each in outbox.sent_since(NOW)}) == 2
    last = index.read_text(encoding="utf-8").split("\n")[-1]
    assert json.loads(last)["at"] == "2026-11-23T14:01:00+00:00"


def test_no_file_is_ever_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda size: "0a" * size)
    outbox = Outbox(tmp_path / "outbox", lambda: NOW)
    assert isinstance(outbox.send(out(text="the first")), Accepted)
    assert isinstance(outbox.send(out(text="the second")), NotSent)
    (file,) = files(tmp_path / "outbox")
    assert file.read_text(encoding="utf-8").endswith("the first")


@posix
def test_a_link_in_the_file_s_place_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda size: "0a" * size)
    folder, target = tmp_path / "outbox", tmp_path / "target"
    folder.mkdir(mode=0o700)
    (folder / INDEX_NAME).symlink_to(target)
    assert isinstance(Outbox(folder, lambda: NOW).send(out()), InDoubt)
    assert not target.exists()


def test_a_lost_index_is_read_from_the_files(outbox: Outbox, tmp_path: Path) -> None:
    text = "Line one\n\nTo: somebody else\nLine — three"
    outbox.send(out(text=text))
    before = list(outbox.sent_since(NOW))
    (tmp_path / "outbox" / INDEX_NAME).unlink()
    assert list(outbox.sent_since(NOW)) == before
    assert before[0].text == text


@pytest.mark.parametrize(
    "line", ["[]", "null", "{}", '{"id": 1}', "\x00", '{"id": "x", "to": "", "text": "", "at": "now"}']
)
def test_lines_of_somebody_else_are_passed_over(line: str, outbox: Outbox, tmp_path: Path) -> None:
    outbox.send(out())
    with (tmp_path / "outbox" / INDEX_NAME).open("a", encoding="utf-8") as index:
        index.write(f"\n{line}")
    assert len(list(outbox.sent_since(NOW))) == 1


def test_an_index_that_can_not_be_written_leaves_a_doubt_that_the_log_settles(outbox: Outbox, tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir(mode=0o700)
    (tmp_path / "outbox" / INDEX_NAME).mkdir()
    assert isinstance(outbox.send(out()), InDoubt)
    (tmp_path / "outbox" / INDEX_NAME).rmdir()
    (found,) = outbox.sent_to(NUMBER, NOW)
    assert found.carries("tok3n", TEXT)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "outbox").touch()
    outbox = Outbox(tmp_path / "outbox", clock())
    outcome = outbox.send(out())
    assert isinstance(outcome, NotSent)
    assert str(tmp_path) not in outcome.why
    with pytest.raises(ProviderTrouble):
        outbox.sent_since(NOW)


def test_no_folder_yet_is_an_empty_log(outbox: Outbox) -> None:
    assert list(outbox.sent_since(NOW)) == []


@not_root
def test_a_folder_that_can_not_be_written_to(outbox: Outbox, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert isinstance(outbox.send(out()), NotSent)
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_that_can_not_be_looked_through_is_no_folder_without_messages(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Path) -> None:
        raise OSError(5, "Input/output error")

    sent = outbox.send(out())
    assert isinstance(sent, Accepted)
    monkeypatch.setattr(Path, "iterdir", fails)
    for ask in (lambda: outbox.fetch(sent.provider_id), lambda: outbox.sent_to(NUMBER, NOW)):
        with pytest.raises(ProviderTrouble, match="can't be read"):
            ask()


def test_it_is_a_sender(outbox: Outbox) -> None:
    checked: Sender = outbox
    assert isinstance(checked, Sender)
    assert checked.name == "outbox"
