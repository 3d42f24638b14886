from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from dipay.domain.outcomes import Accepted
from dipay.state import decisions
from dipay.state.events import broken_links, events
from dipay.state.invariants import check_invariants
from dipay.state.outcomes import record
from dipay.state.store import Store
from tests.state.state_helpers import NOW, TODAY, ask, claimed, number


def test_events_tell_what_happened_without_anything_personal(store: Store) -> None:
    request = claimed(store, ask("007", number(100)))
    record(store, request.id, Accepted("SM1"), now=NOW)
    decisions.snooze(store, ["007"], until=TODAY, reason="Private reason", note="Private note", by="Kim", now=NOW)
    told = list(events(store.connection, "007"))
    assert [event.kind for event in told] == ["claimed", "accepted", "snoozed"]
    assert [event.actor for event in told] == ["tests", "tests", "Kim"]
    written = repr(told)
    for personal in (number(100), "Private", "12500", request.token, "Pay here"):
        assert personal not in written


@pytest.mark.parametrize("statement", ["UPDATE events SET actor = 'x'", "DELETE FROM events", "DELETE FROM opt_outs"])
def test_events_and_opt_outs_are_only_ever_added(store: Store, statement: str) -> None:
    decisions.opt_out(store, guarantor_id="007", source="letter", day=TODAY, by="Kim", now=NOW)
    with pytest.raises(sqlite3.IntegrityError, match="never"):
        store.connection.execute(statement)


TAMPERINGS: dict[str, tuple[str, str]] = {
    "an event changed": ("UPDATE events SET actor = 'nobody' WHERE id = 2", "event 2 was changed"),
    "an event taken out": ("DELETE FROM events WHERE id = 2", "event 2 is missing"),
    "the first event taken out": ("DELETE FROM events WHERE id = 1", "event 1 is missing"),
    "a hash changed": ("UPDATE events SET hash = 'f' WHERE id = 1", "event 1 was changed"),
    "a provider id swapped": ("UPDATE requests SET provider_id = 'SM9'", "another provider id"),
    "a number changed": ("UPDATE requests SET number = '+12075550199'", "not what was claimed"),
    "an amount changed": ("UPDATE requests SET amount_cents = 1", "not what was claimed"),
    "an acceptance undone": (
        "UPDATE requests SET state = 'not_sent', provider_id = NULL, delivery = ''",
        "which the event log does not say",
    ),
    "a delivery made up": ("UPDATE requests SET delivery = 'delivered'", "which the event log does not say"),
    "a request deleted": ("DELETE FROM requests", "in the event log and nowhere else"),
    "a guard dropped": ("DROP INDEX one_open_per_account", "one_open_per_account is missing"),
    "a summary changed": ("UPDATE summaries SET last_asked = NULL", "summary of account 007"),
    "a campaign deleted": ("DELETE FROM campaigns", "refers to one that is missing"),
    "an opt-out slipped in": (
        "INSERT INTO opt_outs (number, source, day, at) VALUES ('+12075550100', '', '2026-01-01', '2026-01-01')",
        "claimed after an opt-out",
    ),
}


@pytest.mark.parametrize(("statement", "said"), TAMPERINGS.values(), ids=TAMPERINGS.keys())
def test_tampering_shows(unsound_store: Callable[[], Store], statement: str, said: str) -> None:
    store = unsound_store()
    record(store, claimed(store, ask("007", number(100))).id, Accepted("SM1"), now=NOW)
    decisions.deselect(store, ["008"], day=TODAY, by="Kim", now=NOW)
    assert check_invariants(store.connection) == []
    store.connection.execute("PRAGMA foreign_keys = OFF")
    for trigger in ("events_never_change", "events_never_go"):
        store.connection.execute(f"DROP TRIGGER {trigger}")
    store.connection.execute(statement)
    assert any(said in each for each in check_invariants(store.connection))


def test_an_event_slipped_in_shows(unsound_store: Callable[[], Store]) -> None:
    store = unsound_store()
    decisions.deselect(store, ["008"], day=TODAY, by="Kim", now=NOW)
    store.connection.execute(
        "INSERT INTO events "
        "SELECT id + 1, at, actor, 'made-up', guarantor_id, request_id, detail, prev_hash, 'x' FROM events"
    )
    assert broken_links(store.connection)
