from __future__ import annotations

from pathlib import Path

import pytest

from dipay.domain.outcomes import Accepted, RefusalKind, Refused
from dipay.domain.reply_kinds import ReplyKind
from dipay.domain.situation import NOTHING_DONE, AccountState, Snooze
from dipay.state import decisions, reading
from dipay.state.backup import KEPT, back_up, back_up_into, newest_backup
from dipay.state.imports import ImportedFile, balances_seen, last_import, record_import
from dipay.state.moments import as_text
from dipay.state.outcomes import record
from dipay.state.purge import purge
from dipay.state.replies import replies, settle_reply, take_reply
from dipay.state.requests import RequestKind
from dipay.state.runs import begin_run, end_run
from dipay.state.situations import asked_accounts, situation
from dipay.state.store import Store
from tests.state.state_helpers import (
    DAY,
    MINUTE,
    NOW,
    TODAY,
    ask,
    assert_sound,
    claimed,
    ends_of,
    number,
    opened,
    paths,
)

IDS = ["7", "007", "7.0", "07 ", 'say "7"', "it's 7", "Ä7", "\U0001f9b77", "null", "[7]", "\\u0037"]


def test_accounts_are_looked_up_by_their_ids_letter_by_letter(store: Store) -> None:
    for place, each in enumerate(IDS):
        record(store, claimed(store, ask(each, number(place))).id, Accepted(f"SM{place}"), now=NOW)
    for each in IDS:
        assert set(situation(store, TODAY, "twilio", [each, "0"]).accounts) == {each}
        assert asked_accounts(store, "twilio", [each, "0"]) == (len(IDS), len(IDS) - 1)
    assert asked_accounts(store, "twilio", []) == (len(IDS), len(IDS))
    assert situation(store, TODAY, "twilio", []).accounts == {}
    decisions.snooze(store, ["8"], until=TODAY + DAY, reason="Other", note="", by="Kim", now=NOW)
    assert asked_accounts(store, "twilio", IDS) == (len(IDS), 0)


def test_a_situation_says_what_staff_decided(store: Store) -> None:
    until = TODAY + 30 * DAY
    decisions.snooze(store, ["001", "002"], until=until, reason="Other", note="Calls back", by="Kim", now=NOW)
    decisions.deselect(store, ["003"], day=TODAY, by="Kim", now=NOW)
    decisions.mark_paid(store, "004", day=TODAY, by="Kim", now=NOW)
    decisions.opt_out(store, guarantor_id="005", number=number(5), source="letter", day=TODAY, by="Kim", now=NOW)
    known = situation(store, TODAY, "twilio")
    some = situation(store, TODAY, "twilio", ["004", "006", "001", "4"])
    assert {each: some.of(each) for each in some.accounts} == {each: known.of(each) for each in ("001", "004")}
    assert some.opted_out_numbers == known.opted_out_numbers
    assert known.of("001") == AccountState(snooze=Snooze(until, "Other", "Calls back", "Kim"))
    assert known.of("003").deselected_on == TODAY
    assert situation(store, TODAY + DAY, "twilio").of("003").deselected_on is None
    assert known.of("004").paid_on == TODAY
    assert known.of("005").opted_out_on == TODAY
    assert known.opted_out_numbers == {number(5)}
    assert known.of("006") == NOTHING_DONE
    assert set(known.accounts) == {"001", "002", "003", "004", "005"}
    assert len(known.accounts) == 5
    assert "006" not in known.accounts

    assert decisions.unsnooze(store, ["001", "006"], by="Kim", now=NOW) == ["001"]
    assert decisions.select(store, ["003"], by="Kim", now=NOW) == ["003"]
    assert set(situation(store, TODAY, "twilio").accounts) == {"002", "004", "005"}


def test_an_opt_out_is_written_once(store: Store) -> None:
    def again() -> bool:
        return decisions.opt_out(store, number=number(1), source="STOP", day=TODAY, by="sync", now=NOW)

    assert again()
    assert not again()


def test_the_undeliverable_list_keeps_one_entry_per_account(store: Store) -> None:
    for code in ("no-number", "bad-number"):
        decisions.put_on_undeliverable_list(
            store, "001", number=None, code=code, why="x", day=TODAY, provider="twilio", now=NOW
        )
    assert [entry.code for entry in reading.undeliverables(store, "twilio")] == ["bad-number"]
    assert ends_of(store, "undeliverables", "001") == ["replaced", None]
    take_off = decisions.take_off_undeliverable_list
    assert take_off(store, "001", "number-changed", day=TODAY, by="import", now=NOW)
    assert not take_off(store, "001", "dropped", day=TODAY, by="Kim", now=NOW)
    assert situation(store, TODAY, "twilio").of("001") == NOTHING_DONE


def test_a_rehearsals_list_is_its_own(store: Store) -> None:
    request = claimed(store, ask(provider="outbox"))
    record(store, request.id, Refused("1", "x", RefusalKind.NUMBER), now=NOW)
    assert situation(store, TODAY, "twilio").of("007") == NOTHING_DONE
    assert situation(store, TODAY, "outbox").of("007").undeliverable is not None


def test_a_real_message_settles_a_rehearsals_entry_too_and_never_the_other_way_round(store: Store) -> None:
    for provider in ("outbox", "twilio"):
        record(store, claimed(store, ask(provider=provider)).id, Refused("1", "x", RefusalKind.NUMBER), now=NOW)
    rehearsed = claimed(store, ask(provider="outbox"), now=NOW + DAY)
    record(store, rehearsed.id, Accepted("file-1"), now=NOW + DAY)
    assert ends_of(store, "undeliverables") == ["resent", None]
    again = claimed(store, ask(provider="outbox", kind=RequestKind.SINGLE), now=NOW + 2 * DAY)
    record(store, again.id, Refused("1", "x", RefusalKind.NUMBER), now=NOW + 2 * DAY)
    assert ends_of(store, "undeliverables") == ["resent", None, None]
    record(store, claimed(store, ask(), now=NOW + 3 * DAY).id, Accepted("SM1"), now=NOW + 3 * DAY)
    assert ends_of(store, "undeliverables") == ["resent", "resent", "resent"]
    assert reading.undeliverables(store, "outbox") == []


def test_numbers_typed_in_wait_until_the_pms_has_them(store: Store) -> None:
    request = claimed(store, ask(typed=True, named=True))
    record(store, request.id, Accepted("SM1"), now=NOW)
    (correction,) = reading.phone_corrections(store)
    assert (correction.guarantor_id, correction.number, correction.by) == ("007", number(100), "tests")
    assert decisions.number_is_in_pms(store, ["007"], by="import", now=NOW) == ["007"]
    assert reading.phone_corrections(store) == []


def test_runs_say_what_they_did(store: Store) -> None:
    def written() -> list[object]:
        return store.connection.execute("SELECT command, provider, began, ended, counts FROM runs").fetchall()

    run = begin_run(store, "send", "twilio", now=NOW)
    assert written() == [("send", "twilio", as_text(NOW), None, "{}")]
    end_run(store, run, {"accepted": 3}, now=NOW + MINUTE)
    assert written() == [("send", "twilio", as_text(NOW), as_text(NOW + MINUTE), '{"accepted": 3}')]


def test_a_reply_is_kept_once(store: Store) -> None:
    def add() -> bool:
        return take_reply(
            store,
            provider_id="SMin1",
            number=number(1),
            guarantor_id="001",
            kind=ReplyKind.ALREADY_PAID,
            text="Paid on Friday",
            at=NOW,
            day=TODAY,
            today=TODAY,
            now=NOW,
        )

    assert add()
    assert not add()
    (reply,) = replies(store)
    assert (reply.kind, reply.text, reply.at) == (ReplyKind.ALREADY_PAID, "Paid on Friday", NOW)
    assert settle_reply(store, reply.id, by="Kim", now=NOW)
    assert not settle_reply(store, reply.id, by="Kim", now=NOW)
    assert replies(store) == []
    assert len(replies(store, waiting_only=False)) == 1


def test_imports_keep_balances_of_asked_accounts_where_they_change(store: Store) -> None:
    record(store, claimed(store, ask("001", number(1))).id, Accepted("SM1"), now=NOW)
    decisions.mark_paid(store, "002", day=TODAY, by="Kim", now=NOW)
    assert last_import(store) is None
    for day, portion in enumerate([12_500, 12_500, 2_500, None]):
        portions = {"002": 1} if portion is None else {"001": portion, "002": 1}
        record_import(
            store,
            as_of=TODAY + DAY * day,
            accounts=2,
            balance_cents=1,
            now=NOW + DAY * day,
            portions=portions,
            files=[ImportedFile("patients", f"{day}", 2), ImportedFile("ledger", f"{day}", 9, 1)],
        )
        assert (situation(store, TODAY, "twilio").of("002").paid_on is None) == (day > 0)
    assert balances_seen(store, "001") == [(TODAY, 12_500), (TODAY + 2 * DAY, 2_500), (TODAY + 3 * DAY, 0)]
    assert balances_seen(store, "002") == []
    last = last_import(store)
    assert last is not None
    assert (last.as_of, [file.kind for file in last.files]) == (TODAY + 3 * DAY, ["ledger", "patients"])


def test_the_same_import_twice_is_one(store: Store) -> None:
    for _ in range(2):
        record_import(
            store,
            as_of=TODAY,
            accounts=1,
            balance_cents=5,
            now=NOW,
            portions={},
            files=[ImportedFile("ledger", "a", 1, 5)],
        )
    assert store.connection.execute("SELECT count(*) FROM imports").fetchone() == (1,)


def test_history_is_one_accounts_or_everybodys(store: Store) -> None:
    ids = [claimed(store, ask(f"{index:03d}", number(index)), now=NOW + DAY * index).id for index in range(3)]
    assert [each.id for each in reading.history(store)] == ids
    assert [each.id for each in reading.history(store, "001")] == [ids[1]]


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        decisions.deselect(store, ["001"], day=TODAY, by="Kim", now=NOW.replace(tzinfo=None))


def test_backups_are_whole_and_the_newest_are_kept(tmp_path: Path) -> None:
    state, marker = paths(tmp_path)
    folder = state.parent / "dipay-backups"
    with opened(tmp_path) as store:
        claimed(store, ask())
        made = [back_up_into(store.connection, folder, NOW + MINUTE * index) for index in range(KEPT + 3)]
        (folder / "notes.txt").write_text("not a backup")
        assert newest_backup(state) == made[-1]
        assert sorted(folder.iterdir()) == [*made[3:], folder / "notes.txt"]
        assert made[-1].read_bytes()
        back_up(store.connection, tmp_path / "copy.db")
    from dipay.state.store import open_for_reading

    with open_for_reading(tmp_path / "copy.db", marker) as copy:
        assert copy.problems == ()
        assert_sound(copy)
        assert len(reading.history(copy)) == 1


def test_a_purge_takes_what_is_personal_and_keeps_what_guards(store: Store) -> None:
    old = claimed(store, ask("001", number(1), last_step=True))
    record(store, old.id, Accepted("SM1"), now=NOW)
    running = claimed(store, ask("002", number(2)))
    record(store, running.id, Accepted("SM2"), now=NOW)
    doubtful = claimed(store, ask("003", number(3)))
    decisions.snooze(store, ["004"], until=TODAY, reason="Other", note="A secret note", by="Kim", now=NOW)
    decisions.deselect(store, ["005"], day=TODAY, by="Kim", now=NOW)
    decisions.opt_out(store, number=number(6), source="STOP", day=TODAY, by="Kim", now=NOW)
    record_import(
        store, as_of=TODAY, accounts=1, balance_cents=5, now=NOW, portions={}, files=[ImportedFile("l", "a", 1, 5)]
    )

    later = NOW + 600 * DAY
    purged = purge(store, later.date(), by="Kim", now=later)
    assert (purged.requests, purged.snoozes) == (1, 1)
    kept = {each.guarantor_id: each for each in reading.history(store)}
    assert (kept["001"].number, kept["001"].text, kept["001"].amount_cents) == (None, None, None)
    assert kept["002"].number == number(2)
    assert kept["003"].id == doubtful.id
    assert kept["003"].text
    known = situation(store, TODAY, "twilio")
    assert known.of("001").last_asked == TODAY
    assert known.of("004") == NOTHING_DONE
    assert known.opted_out_numbers == {number(6)}
    content = store.path.read_bytes()
    assert number(1).encode() not in content
    assert b"A secret note" not in content
    assert purge(store, later.date(), by="Kim", now=later).requests == 0
