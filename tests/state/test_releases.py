"""Released holds: what counts, what is kept where, and what older files made of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from dipay.domain.rules import RULES
from dipay.state import releases
from dipay.state.backup import backups_beside
from dipay.state.connection import connect
from dipay.state.events import append_event, broken_links, events, last_event, strip
from dipay.state.invariants import check_invariants
from dipay.state.marker import Mark, write_mark
from dipay.state.moments import as_text
from dipay.state.purge import purge
from dipay.state.releases import Release, releases_of
from dipay.state.schema import MIGRATIONS, migrate, version_of
from dipay.state.store import Store, open_for_reading
from tests.state.state_helpers import (
    DAY,
    MINUTE,
    NOW,
    TODAY,
    ask,
    assert_sound,
    claimed,
    opened,
    opened_for_writing,
    paths,
)

WHY = "Karin Abernethy phoned from 207-555-0142"


def release(store: Store, guarantor_id: str = "001", codes: tuple[str, ...] = ("above-limit",), why: str = WHY) -> None:
    releases.release(store, guarantor_id, codes, why, day=TODAY, by="Kim", now=NOW)


def take_back(store: Store, guarantor_id: str = "001") -> bool:
    return releases.take_back(store, guarantor_id, day=TODAY, by="Lee", now=NOW)


def written(store: Store) -> list[object]:
    return store.connection.execute(
        "SELECT guarantor_id, what, codes, why, day, by FROM releases ORDER BY id"
    ).fetchall()


def test_a_release_holds_for_its_day_until_it_is_taken_back(store: Store) -> None:
    release(store, codes=("bad-data", "above-limit"))
    assert releases_of(store, TODAY) == {"001": Release(frozenset({"above-limit", "bad-data"}), WHY)}
    assert releases_of(store, TODAY + DAY) == {}
    assert take_back(store)
    assert releases_of(store, TODAY) == {}
    assert not take_back(store)
    release(store, why="Asked the owner")
    assert releases_of(store, TODAY) == {"001": Release(frozenset({"above-limit"}), "Asked the owner")}
    day = TODAY.isoformat()
    assert written(store) == [
        ("001", "released", "above-limit,bad-data", WHY, day, "Kim"),
        ("001", "taken back", "", "", day, "Lee"),
        ("001", "released", "above-limit", "Asked the owner", day, "Kim"),
    ]


def test_a_message_that_passes_holds_releases_nothing_and_takes_nothing_back(store: Store) -> None:
    releases.note_passed(store, "002", ("shared-number",), day=TODAY, by="Kim", now=NOW)
    release(store, codes=("above-limit", "bad-data"))
    releases.note_passed(store, "001", ("above-limit",), day=TODAY, by="Kim", now=NOW)
    assert releases_of(store, TODAY) == {"001": Release(frozenset({"above-limit", "bad-data"}), WHY)}
    take_back(store)
    releases.note_passed(store, "001", ("above-limit",), day=TODAY, by="Kim", now=NOW)
    assert releases_of(store, TODAY) == {}


def test_what_was_typed_is_in_the_table_alone_and_a_purge_takes_it(store: Store) -> None:
    release(store)
    take_back(store)
    releases.note_passed(store, "001", ("above-limit",), day=TODAY, by="Kim", now=NOW)
    told = list(events(store.connection, "001"))
    assert [(each.kind, each.detail) for each in told] == [
        ("hold-released", '{"codes":"above-limit"}'),
        ("release-taken-back", "{}"),
        ("hold-passed", '{"codes":"above-limit"}'),
    ]
    purge(store, TODAY + DAY, by="Kim", now=NOW + DAY)
    assert written(store) == []
    assert b"Karin" not in store.path.read_bytes()


def test_two_people_at_once_are_written_one_after_the_other(tmp_path: Path) -> None:
    opened(tmp_path).close()

    def press(act: Callable[[Store], object]) -> None:
        with opened_for_writing(tmp_path) as mine:
            for _ in range(10):
                act(mine)

    with ThreadPoolExecutor(3) as people:
        list(people.map(press, [release, take_back, lambda mine: release(mine, why="Lee, too")]))
    with opened(tmp_path) as store:
        rows = store.connection.execute("SELECT what FROM releases ORDER BY id").fetchall()
        kinds = [what for (what,) in rows]
        assert kinds.count("released") == 20
        assert kinds[0] == "released"
        assert ("taken back", "taken back") not in pairwise(kinds)
        assert ("001" in releases_of(store, TODAY)) == (kinds[-1] == "released")
        assert_sound(store)


class TestOlderFiles:
    """Files of a dipay that wrote releases as texts, into the table and into the event log."""

    def older(self, folder: Path, rows: list[tuple[str, str]], marked: int | None = None) -> None:
        """A state file with its marker as that dipay left them; the marker names event `marked`, the last if None."""
        state, marker = paths(folder)
        state.parent.mkdir(parents=True)
        state.touch(0o600)
        with closing(connect(state, writing=True)) as connection:
            migrate(connection, lambda _version: None, MIGRATIONS[:3])
            for place, (account, text) in enumerate(rows):
                at = as_text(NOW + MINUTE * place)
                connection.execute(
                    "INSERT INTO released_holds (guarantor_id, reason, by, day, at) VALUES (?, ?, 'Kim', ?, ?)",
                    (account, text, TODAY.isoformat(), at),
                )
                append_event(
                    connection, "hold-released", at=at, actor="Kim", guarantor_id=account, detail={"reason": text}
                )
            number, digest = last_event(connection)
            if marked is not None:
                number, digest = connection.execute("SELECT id, hash FROM events WHERE id = ?", (marked,)).fetchone()
            (state_id,) = connection.execute("SELECT value FROM meta WHERE key = 'state_id'").fetchone()
        write_mark(marker, Mark(state_id, number, digest))

    @pytest.mark.parametrize(
        ("texts", "stands"),
        [
            ([f"1 released above-limit,bad-data: {WHY}"], Release(frozenset({"above-limit", "bad-data"}), WHY)),
            (["1 released bad-data: a: colon, a\nline"], Release(frozenset({"bad-data"}), "a: colon, a\nline")),
            ([f"1 released above-limit: {WHY}", "2 taken back : "], None),
            (["1 released bad-data: a", "2 taken back : ", "3 released bad-data: b"], Release(frozenset({"bad-data"}), "b")),
            # Two people at once: they read the same last turn.
            (["1 released bad-data: a", "2 taken back : ", "2 released bad-data: b"], None),
            (["1 released bad-data: a", "2 released bad-data: b", "2 taken back : "], None),
            (["1 taken back : ", "2 released bad-data: b", "1 released bad-data: a"], Release(frozenset({"bad-data"}), "b")),
            ([f"{turn} released bad-data: {turn}" for turn in (9, 10)], Release(frozenset({"bad-data"}), "10")),
            # A run wrote what its message passed: that released nothing else, and took nothing back.
            (["above-limit"], None),
            (
                ["1 released above-limit,bad-data: a", "above-limit", "bad-data"],
                Release(frozenset({"above-limit", "bad-data"}), "a"),
            ),
            (["1 released bad-data: a", "2 taken back : ", "bad-data"], None),
        ],
    )  # fmt: skip
    def test_what_counted_counts(self, tmp_path: Path, texts: list[str], stands: Release | None) -> None:
        self.older(tmp_path, [("001", text) for text in texts])
        expected = {} if stands is None else {"001": stands}
        state, marker = paths(tmp_path)
        with open_for_reading(state, marker) as store:
            assert store.problems == ()
            assert releases_of(store, TODAY) == expected
        with opened(tmp_path) as store:
            assert releases_of(store, TODAY) == expected
            assert releases_of(store, TODAY + DAY) == {}
            assert len(written(store)) == len(texts)
            assert_sound(store)

    def test_every_column_is_filled(self, tmp_path: Path) -> None:
        self.older(
            tmp_path, [("001", f"1 released above-limit: {WHY}"), ("001", "above-limit"), ("002", "1 taken back : ")]
        )
        with opened(tmp_path) as store:
            rows = store.connection.execute(
                "SELECT guarantor_id, what, codes, why, day, by, at FROM releases"
            ).fetchall()
        day = TODAY.isoformat()
        assert sorted(rows) == [
            ("001", "passed", "above-limit", "", day, "Kim", as_text(NOW + MINUTE)),
            ("001", "released", "above-limit", WHY, day, "Kim", as_text(NOW)),
            ("002", "taken back", "", "", day, "Kim", as_text(NOW + MINUTE * 2)),
        ]

    def test_the_log_forgets_what_was_typed_and_its_chain_holds(self, tmp_path: Path) -> None:
        self.older(
            tmp_path,
            [("001", f"1 released above-limit: {WHY}"), ("002", "bad-data"), ("001", f"2 released above-limit: {WHY}")],
        )
        with opened(tmp_path) as store:
            told = list(events(store.connection))
            assert "Karin" not in repr(told)
            assert [each.detail for each in told[:3]] == [
                '{"codes":"above-limit","what":"released"}', '{"reason":"bad-data"}',
                '{"codes":"above-limit","what":"released"}',
            ]  # fmt: skip
            assert [each.kind for each in told[3:]] == ["stripped", "stripped"]
            assert broken_links(store.connection) == []
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                store.connection.execute("UPDATE events SET detail = '{}'")
            purge(store, TODAY + DAY, by="Kim", now=NOW + DAY)
            assert b"Karin" not in store.path.read_bytes()

    @pytest.mark.parametrize(
        "statement",
        [
            'UPDATE events SET detail = \'{"codes":"bad-data","what":"released"}\' WHERE id = 1',
            "UPDATE events SET actor = 'Lee' WHERE id = 1",
            "UPDATE events SET detail = '{}' WHERE id = 2",
        ],
        ids=["its codes", "its actor", "another one"],
    )
    def test_a_stripped_event_can_not_be_changed_again(self, tmp_path: Path, statement: str) -> None:
        self.older(tmp_path, [("001", f"1 released above-limit: {WHY}"), ("002", "bad-data")])
        with opened(tmp_path) as store:
            store.connection.execute("DROP TRIGGER events_never_change")
            store.connection.execute(statement)
            assert any(each.endswith("was changed") for each in broken_links(store.connection))

    def test_only_releases_can_be_stripped(self, unsound_store: Callable[[], Store]) -> None:
        store = unsound_store()
        claimed(store, ask())
        strip(store.connection, {1: {"step": "1"}})
        assert broken_links(store.connection) == ["event 1 was changed"]

    @pytest.mark.parametrize("marked", [1, None], ids=["behind", "up to date"])
    def test_the_marker_still_knows_the_file(self, tmp_path: Path, marked: int | None) -> None:
        self.older(tmp_path, [("001", f"1 released above-limit: {WHY}"), ("002", "bad-data")], marked)
        for _ in range(2):
            with opened(tmp_path) as store:
                assert not store.needs_reconciliation
                assert check_invariants(store.connection) == []

    def test_a_copy_is_made_first(self, tmp_path: Path) -> None:
        self.older(tmp_path, [("001", f"1 released above-limit: {WHY}")])
        opened(tmp_path).close()
        (backup,) = backups_beside(paths(tmp_path)[0]).glob("*-v3.db")
        with closing(sqlite3.connect(backup)) as copy:
            assert version_of(copy) == 3
            assert copy.execute("SELECT reason FROM released_holds").fetchall() == [(f"1 released above-limit: {WHY}",)]


def test_every_rules_code_could_be_read_in_the_older_texts() -> None:
    assert all(set(rule.code) <= set("abcdefghijklmnopqrstuvwxyz-") for rule in RULES)
