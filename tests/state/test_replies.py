"""Replies as the state keeps them: once each, whose they are, what they stop, and who dealt with them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from dipay.domain.outcomes import Accepted
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.situation import WaitingReply
from dipay.state import decisions
from dipay.state.events import events
from dipay.state.outcomes import record
from dipay.state.replies import (
    is_known,
    reopen_reply,
    replies,
    replies_of,
    settle_reply,
    take_reply,
    waiting_of,
    waits,
    waits_for_a_person,
)
from dipay.state.store import Store
from tests.state.state_helpers import DAY, MINUTE, NOW, TODAY, ask, claimed, number

TEXT = "I sold the car to pay you"


def take(
    store: Store,
    account: str | None = "001",
    to: str = number(1),
    kind: ReplyKind = ReplyKind.OTHER,
    *,
    provider_id: str = "SMin1",
) -> bool:
    return take_reply(
        store, provider_id=provider_id, number=to, guarantor_id=account, kind=kind, text=TEXT, at=NOW - MINUTE,
        day=TODAY - DAY, today=TODAY, now=NOW,
    )  # fmt: skip


def told(store: Store, account: str | None = None) -> list[tuple[str, str | None, dict[str, object]]]:
    """The kind, account and facts of each event that concerns a reply."""
    kinds = ("reply", "reply-handled", "reply-waits-again", "opted-out")
    found = events(store.connection, account) if account else events(store.connection)
    return [(each.kind, each.guarantor_id, json.loads(each.detail)) for each in found if each.kind in kinds]


def test_a_reply_is_kept_as_it_came_until_somebody_deals_with_it(store: Store) -> None:
    assert not is_known(store, "SMin1")
    assert take(store)
    assert is_known(store, "SMin1")
    assert not is_known(store, "SMin2")
    (kept,) = replies(store)
    assert (kept.provider_id, kept.number, kept.guarantor_id, kept.text) == ("SMin1", number(1), "001", TEXT)
    assert (kept.kind, kept.at, kept.day) == (ReplyKind.OTHER, NOW - MINUTE, TODAY - DAY)
    assert (kept.handled_at, kept.handled_by, kept.how, kept.note) == (None, "", "", "")
    assert waiting_of(store.connection) == (
        WaitingReply(kept.id, ReplyKind.OTHER, TODAY - DAY, "001", number(1)),
    )  # fmt: skip
    assert settle_reply(store, kept.id, note="phoned Ann", by="Kim", now=NOW)
    (kept,) = replies(store, waiting_only=False)
    assert (kept.handled_at, kept.handled_by, kept.how, kept.note) == (NOW, "Kim", "done", "phoned Ann")
    assert (replies(store), waiting_of(store.connection)) == ([], ())
    assert [each for each in ("phoned Ann", number(1), TEXT) if each in repr(kept)] == []


def test_what_nobody_has_to_read_is_kept_as_dealt_with(store: Store) -> None:
    take(store, kind=ReplyKind.THANKS)
    assert replies(store) == []
    (kept,) = replies(store, waiting_only=False)
    assert (kept.handled_at, kept.how) == (NOW, "")
    assert not reopen_reply(store, kept.id, by="Kim", now=NOW)


def test_one_reply_is_settled_and_opened_again_at_a_time(store: Store) -> None:
    for each in (1, 2, 3):
        take(store, f"00{each}", number(each), provider_id=f"SMin{each}")
    assert settle_reply(store, 2, by="Kim", now=NOW)
    assert not settle_reply(store, 2, by="Lee", now=NOW + DAY)
    assert not settle_reply(store, 9, by="Kim", now=NOW)
    assert [each.id for each in replies(store)] == [1, 3]
    assert settle_reply(store, 3, by="Kim", now=NOW)
    assert reopen_reply(store, 2, by="Lee", now=NOW)
    assert told(store)[-1][0] == "reply-waits-again"
    assert not reopen_reply(store, 2, by="Lee", now=NOW)
    assert not reopen_reply(store, 9, by="Lee", now=NOW)
    assert [each.id for each in replies(store)] == [1, 2]
    (second,) = [each for each in replies(store) if each.id == 2]
    assert (second.handled_at, second.handled_by, second.how) == (None, "", "")
    assert told(store)[3:] == [
        ("reply-handled", "002", {"reply": 2}),
        ("reply-handled", "003", {"reply": 3}),
        ("reply-waits-again", "002", {"reply": 2}),
    ]


def test_what_a_command_dealt_with_is_not_opened_again_as_a_persons(store: Store) -> None:
    take(store)
    decisions.mark_paid(store, "001", day=TODAY, by="Kim", now=NOW)
    (kept,) = replies(store, waiting_only=False)
    assert kept.how not in ("", "done")
    assert not reopen_reply(store, kept.id, by="Kim", now=NOW)
    assert replies(store) == []


def test_an_opt_out_is_written_with_its_reply_and_once(store: Store) -> None:
    assert take(store, kind=ReplyKind.OPT_OUT)
    assert not take(store, kind=ReplyKind.OPT_OUT)
    assert take(store, kind=ReplyKind.OPT_OUT, provider_id="SMin2")
    first, opted_out, second = told(store, "001")
    assert first == ("reply", "001", {"kind": "opt_out", "provider_id": "SMin1"})
    assert (opted_out[0], opted_out[2]["source"]) == ("opted-out", "reply")
    assert second == ("reply", "001", {"kind": "opt_out", "provider_id": "SMin2"})
    rows = store.connection.execute("SELECT guarantor_id, number, source, day FROM opt_outs").fetchall()
    assert rows == [("001", number(1), "reply", TODAY.isoformat())]


def test_a_question_opts_nobody_out(store: Store) -> None:
    take(store)
    assert store.connection.execute("SELECT count(*) FROM opt_outs").fetchone() == (0,)


def test_whose_a_reply_is(store: Store) -> None:
    """The account's it was taken for, and of each that was asked at its number."""
    record(store, claimed(store, ask("001", number(1))).id, Accepted("SM1"), now=NOW)
    record(store, claimed(store, ask("002", number(2))).id, Accepted("SM2"), now=NOW)
    take(store, None, number(1), provider_id="SMin1")
    take(store, "001", number(7), provider_id="SMin2")
    take(store, "003", number(8), provider_id="SMin3")
    assert [each.id for each in replies_of(store, "001")] == [1, 2]
    assert replies_of(store, "002") == []
    assert [each.id for each in replies_of(store, "003")] == [3]


@pytest.mark.parametrize(
    ("account", "to", "stopped"),
    [
        ("001", number(7), True),  # it was asked at the number of the reply
        ("003", number(8), True),  # the reply is its own
        ("004", number(1), True),  # it has the number now
        ("002", number(2), False),
        ("005", number(5), False),
        ("005", None, False),
    ],
)
def test_whom_a_reply_stops(account: str, to: str | None, stopped: bool, store: Store) -> None:
    record(store, claimed(store, ask("001", number(1))).id, Accepted("SM1"), now=NOW)
    record(store, claimed(store, ask("002", number(2))).id, Accepted("SM2"), now=NOW)
    take(store, None, number(1), provider_id="SMin1")
    take(store, "003", number(9), provider_id="SMin2")
    assert waits_for_a_person(store.connection, account, to) is stopped
    for each in (1, 2):
        settle_reply(store, each, by="Kim", now=NOW)
    assert not waits_for_a_person(store.connection, account, to)


def test_a_kind_of_reply_that_a_newer_dipay_wrote_waits_for_a_person(unsound_store: Callable[[], Store]) -> None:
    store = unsound_store()
    take(store)
    store.connection.execute("UPDATE replies SET kind = 'complaint'")
    (kept,) = replies(store)
    assert kept.kind is ReplyKind.OTHER
    assert waits("complaint")
    assert not waits(ReplyKind.THANKS)
