"""Somebody, or something, changes the files that say who was asked: is it refused, or found by the check of the state?

    python -m proofs.tampering            every kind
    ... --write                           and writes the table into proofs/RESULTS.md

Each kind is done to a state of its own with everything in it. "Opening" says that dipay refuses to send with it, or first
wants it compared with the provider's log; "check" that the check of the state names it. Rows are changed as somebody
would who knows SQLite: guards that stand in the way are taken away first and put back afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.processors import behaviours as pages

from dipay.domain.problems import CannotGoOn
from dipay.state.invariants import check_invariants
from dipay.state.store import open_for_reading, open_for_sending
from proofs.results import Options, finish
from proofs.stage import Stage, stage

SIZE = 10


@dataclass(frozen=True, slots=True)
class Copy:
    """A practice's files, to be spoiled: the state, the marker, the newest backup, another practice's state."""

    folder: Path
    other: Path

    @property
    def state(self) -> Path:
        return self.folder / "dipay.db"

    @property
    def marker(self) -> Path:
        return self.folder / ".dipay-state-id"

    @property
    def backup(self) -> Path:
        return max((self.folder / "dipay-backups").iterdir(), key=lambda each: each.name)


Tampering = Callable[[Copy], None]


def sql(*statements: str) -> Tampering:
    """Changes rows; the triggers that forbid it are put back."""

    def tamper(copy: Copy) -> None:
        connection = sqlite3.connect(copy.state, isolation_level=None)
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        changed = 0
        for statement in statements:
            changed += max(0, connection.execute(statement).rowcount)
        if not changed:
            raise RuntimeError(f"changes nothing: {statements}")
        for _, made in guards:
            connection.execute(made)
        connection.close()

    return tamper


def schema(*statements: str) -> Tampering:
    """Changes what is not rows."""

    def tamper(copy: Copy) -> None:
        connection = sqlite3.connect(copy.state, isolation_level=None)
        for statement in statements:
            connection.execute(statement)
        connection.close()

    return tamper


def spoil(which: str, how: Callable[[bytes], bytes]) -> Tampering:
    """Changes a file's bytes."""

    def tamper(copy: Copy) -> None:
        path: Path = getattr(copy, which)
        path.write_bytes(how(path.read_bytes()))

    return tamper


def flip(where: float) -> Callable[[bytes], bytes]:
    def flipped(content: bytes) -> bytes:
        at = min(int(len(content) * where), len(content) - 1)
        return content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :]

    return flipped


def flip_in(words: bytes) -> Callable[[bytes], bytes]:
    """Flips a bit of the first such words: a file has room in it where a bit means nothing."""

    def flipped(content: bytes) -> bytes:
        at = content.index(words)
        return content[: at + 4] + bytes([content[at + 4] ^ 1]) + content[at + 5 :]

    return flipped


def marked(**changes: object) -> Tampering:
    """Changes what the marker says."""

    def tamper(copy: Copy) -> None:
        copy.marker.write_text(json.dumps(json.loads(copy.marker.read_text()) | changes))

    return tamper


def put_backup_back(copy: Copy) -> None:
    shutil.copy(copy.backup, copy.state)


def put_spoiled_backup_back(copy: Copy) -> None:
    spoil("backup", flip(0.5))(copy)
    put_backup_back(copy)


def put_others_in_place(copy: Copy) -> None:
    shutil.copy(copy.other, copy.state)


def put_a_folder_in_place(copy: Copy) -> None:
    copy.state.unlink()
    copy.state.mkdir()


def put_another_database_in_place(copy: Copy) -> None:
    copy.state.unlink()
    with sqlite3.connect(copy.state) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()


def put_a_journal_beside(copy: Copy) -> None:
    """A journal of an older moment, which SQLite would play back."""
    older = copy.folder / "older.db"
    shutil.copy(copy.state, older)
    connection = sqlite3.connect(older, isolation_level=None)
    connection.execute("PRAGMA journal_mode = PERSIST")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE meta SET value = value || 'x' WHERE key = 'dipay_version'")
    connection.execute("PRAGMA cache_spill = 1")
    journal = Path(f"{older}-journal").read_bytes()
    connection.execute("ROLLBACK")
    connection.close()
    Path(f"{copy.state}-journal").write_bytes(journal or b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))


def let_others_write(copy: Copy) -> None:
    copy.state.chmod(0o666)
    copy.folder.chmod(0o777)


LAST = "(SELECT max(id) FROM events)"
REQUEST = "(SELECT min(id) FROM requests WHERE state = 'accepted' AND delivery <> 'undelivered')"
ACCOUNT = f"(SELECT guarantor_id FROM requests WHERE id = {REQUEST})"
LINK = "(SELECT max(request_id) FROM payment_links WHERE state = 'made')"
PAID = "(SELECT min(id) FROM payments WHERE how IS NOT NULL)"

KINDS: dict[str, Tampering] = {
    # Requests
    "a request deleted": sql(f"DELETE FROM requests WHERE id = {REQUEST}"),
    "a request and its events deleted": sql(
        f"DELETE FROM events WHERE request_id = {REQUEST}", f"DELETE FROM requests WHERE id = {REQUEST}"
    ),
    "all requests deleted": sql("DELETE FROM requests"),
    "a request added": sql(
        "INSERT INTO requests SELECT max(id) + 1, 'abcdefghijklmnopqrstuvwx', '99', kind, 0, NULL, step, last_step, "
        "NULL, named, typed, '+12075550190', amount_cents, text, text_sha256, segments, provider, rehearsal, "
        "'accepted', day, claimed_at, outcome_at, 'SMx', code, why, 'sent', delivery_at, absent_at, late, run_id, "
        "host, pid, process_started, misdirected FROM requests"
    ),
    "sent made not sent": sql(
        f"UPDATE requests SET state = 'not_sent', delivery = '', provider_id = NULL WHERE id = {REQUEST}"
    ),
    "sent made refused": sql(f"UPDATE requests SET state = 'refused', delivery = '' WHERE id = {REQUEST}"),
    "in doubt made released": sql("UPDATE requests SET state = 'released' WHERE state = 'in_doubt'"),
    "in doubt made not sent": sql("UPDATE requests SET state = 'not_sent' WHERE state = 'in_doubt'"),
    "arrived made failed": sql(f"UPDATE requests SET delivery = 'failed' WHERE id = {REQUEST}"),
    "failed made arrived": sql("UPDATE requests SET delivery = 'delivered' WHERE delivery = 'undelivered'"),
    "a request given to another account": sql(f"UPDATE requests SET guarantor_id = '99' WHERE id = {REQUEST}"),
    "two requests' accounts swapped": sql(
        "UPDATE requests SET guarantor_id = CASE guarantor_id WHEN '1' THEN '2' ELSE '1' END "
        "WHERE guarantor_id IN ('1', '2')"
    ),
    "a request's number changed": sql(f"UPDATE requests SET number = '+12075550190' WHERE id = {REQUEST}"),
    "a request's amount changed": sql(f"UPDATE requests SET amount_cents = 1 WHERE id = {REQUEST}"),
    "a request's text changed": sql(f"UPDATE requests SET text = 'x' WHERE id = {REQUEST}"),
    "a request's text blanked": sql(f"UPDATE requests SET text = NULL, number = NULL WHERE id = {REQUEST}"),
    "a request's code changed": sql(f"UPDATE requests SET token = token || 'x' WHERE id = {REQUEST}"),
    "a request's day made an earlier one": sql(f"UPDATE requests SET day = '2020-01-01' WHERE id = {REQUEST}"),
    "a request's moment made an earlier one": sql(
        f"UPDATE requests SET claimed_at = '2020' || substr(claimed_at, 5) WHERE id = {REQUEST}"
    ),
    "a request's step changed": sql(f"UPDATE requests SET step = step + 1 WHERE id = {REQUEST}"),
    "a request taken out of its campaign": sql(f"UPDATE requests SET campaign_id = NULL WHERE id = {REQUEST}"),
    "a request made a single one": sql(f"UPDATE requests SET kind = 'single', in_campaign = 0 WHERE id = {REQUEST}"),
    "a request made a late one": sql(f"UPDATE requests SET late = 1 WHERE id = {REQUEST}"),
    "a request called misdirected": sql(f"UPDATE requests SET misdirected = 1 WHERE id = {REQUEST}"),
    "a request made a rehearsal": sql(
        f"UPDATE requests SET rehearsal = 1, provider = 'outbox' WHERE id = {REQUEST}"
    ),
    "two provider ids swapped": sql(
        "UPDATE requests SET provider_id = 'SMx' WHERE id = (SELECT min(id) FROM requests WHERE provider_id <> '')",
        "UPDATE requests SET provider_id = (SELECT provider_id FROM requests WHERE provider_id LIKE 'SM%' "
        "AND provider_id <> 'SMx' ORDER BY id DESC LIMIT 1) || 'y' WHERE provider_id = 'SMx'",
    ),
    # Campaigns
    "a campaign ended": sql("UPDATE campaigns SET ended = began, how = 'removed' WHERE ended IS NULL"),
    "an ended campaign begun again": sql("UPDATE campaigns SET ended = NULL, how = NULL WHERE how = 'removed'"),
    "a campaign's step set back": sql("UPDATE campaigns SET step = 0 WHERE step > 0"),
    "a campaign's begin moved": sql(f"UPDATE campaigns SET began = '2020-01-01' WHERE guarantor_id = {ACCOUNT}"),
    "a campaign's last message moved": sql("UPDATE campaigns SET last_sent = '2020-01-01'"),
    "a campaign deleted": sql("PRAGMA foreign_keys = OFF", f"DELETE FROM campaigns WHERE guarantor_id = {ACCOUNT}"),
    # Opt-outs
    "an opt-out deleted": sql("DELETE FROM opt_outs WHERE id = (SELECT max(id) FROM opt_outs)"),
    "all opt-outs deleted": sql("DELETE FROM opt_ins", "DELETE FROM opt_outs"),
    "an opt-out's number changed": sql("UPDATE opt_outs SET number = '+12075550190' WHERE number IS NOT NULL"),
    "an opt-out's account changed": sql("UPDATE opt_outs SET guarantor_id = '99' WHERE guarantor_id IS NOT NULL"),
    "an opt-out said to be over": sql(
        "INSERT INTO opt_ins SELECT max(id), 'x', 'Kim', day, at FROM opt_outs WHERE id NOT IN "
        "(SELECT opt_out_id FROM opt_ins)"
    ),
    "an opt-out said to be staff's": sql("UPDATE opt_outs SET source = 'staff' WHERE source = 'reply'"),
    # Replies
    "a reply deleted": sql("DELETE FROM replies WHERE handled_at IS NULL"),
    "a reply said to be dealt with": sql("UPDATE replies SET handled_at = at WHERE handled_at IS NULL"),
    "a reply's kind changed": sql("UPDATE replies SET kind = 'thanks_or_will_pay' WHERE handled_at IS NULL"),
    "a reply given to another account": sql(
        "UPDATE replies SET guarantor_id = '99', number = '+12075550190' WHERE handled_at IS NULL"
    ),
    # What staff decided
    "a snooze deleted": sql("DELETE FROM snoozes"),
    "a snooze made shorter": sql("UPDATE snoozes SET until = '2020-01-01'"),
    "a mark of paid deleted": sql("DELETE FROM paid_marks"),
    "an entry of the Undeliverable list resolved": sql(
        "UPDATE undeliverables SET resolved = since, how = 'dropped' WHERE resolved IS NULL"
    ),
    "an entry of the Undeliverable list deleted": sql("DELETE FROM undeliverables WHERE resolved IS NULL"),
    "a release added": sql(
        "INSERT INTO releases (guarantor_id, what, codes, why, day, by, at) "
        "VALUES ('1', 'released', 'above-limit', 'x', '2026-11-18', 'Kim', '2026-11-18T15:00:00.000000+00:00')"
    ),
    "who was asked where deleted": sql("DELETE FROM asked_numbers"),
    "who was asked with whom deleted": sql("DELETE FROM asked_patients"),
    "summaries deleted": sql("DELETE FROM summaries"),
    "a summary changed": sql("UPDATE summaries SET opted_out_on = NULL WHERE opted_out_on IS NOT NULL"),
    # Links and payments
    "a link deleted": sql(f"DELETE FROM payment_links WHERE request_id = {LINK}"),
    "a link that was never made deleted": sql("DELETE FROM payment_links WHERE link_id IS NULL"),
    "a link's address changed": sql(f"UPDATE payment_links SET url = url || 'x' WHERE request_id = {LINK}"),
    "a link's address changed, in its text too": sql(
        f"UPDATE requests SET text = replace(text, '//buy.', '//pay.') WHERE id = {LINK}",
        f"UPDATE payment_links SET url = replace(url, '//buy.', '//pay.') WHERE request_id = {LINK}",
    ),
    "a link's id at the processor changed": sql(f"UPDATE payment_links SET link_id = 'plink_x' WHERE request_id = {LINK}"),
    "a link given to another processor": sql(f"UPDATE payment_links SET processor = 'x' WHERE request_id = {LINK}"),
    "what was owed with a link changed": sql(f"UPDATE payment_links SET owed_cents = 1 WHERE request_id = {LINK}"),
    "a link's last day moved": sql(f"UPDATE payment_links SET expires_on = '2030-01-01' WHERE request_id = {LINK}"),
    "a link's moment made a later one": sql(
        f"UPDATE payment_links SET wanted_at = '2030' || substr(wanted_at, 5) WHERE request_id = {LINK}"
    ),
    "a link said to be off": sql(
        f"UPDATE payment_links SET state = 'off', off_at = made_at, off_why = 'paid' WHERE request_id = {LINK}"
    ),
    "a link said to be on": sql("UPDATE payment_links SET state = 'made', off_at = NULL, off_why = '' WHERE state = 'off'"),
    "why a link is off changed": sql("UPDATE payment_links SET off_why = 'expired' WHERE off_why = 'opted-out'"),
    "a link that may be there said to be absent": sql("UPDATE payment_links SET state = 'absent' WHERE state = 'wanted'"),
    "a payment deleted": sql("DELETE FROM payments WHERE state = 'pending'"),
    "a payment and its refund deleted": sql("DELETE FROM refunds", f"DELETE FROM payments WHERE id = {PAID}"),
    "a payment's amount changed": sql(f"UPDATE payments SET amount_cents = 1 WHERE id = {PAID}"),
    "a payment's amount blanked": sql(f"UPDATE payments SET amount_cents = NULL WHERE id = {PAID}"),
    "a payment's day moved": sql(f"UPDATE payments SET day = '2020-01-01' WHERE id = {PAID}"),
    "a payment's moment moved": sql(f"UPDATE payments SET at = '2020' || substr(at, 5) WHERE id = {PAID}"),
    "a payment given to another account": sql(f"UPDATE payments SET guarantor_id = '99' WHERE id = {PAID}"),
    "a payment given to another request": sql(f"UPDATE payments SET request_id = {REQUEST} WHERE id = {PAID}"),
    "a payment's id changed": sql(f"UPDATE payments SET payment_id = 'cs_x' WHERE id = {PAID}"),
    "what the processor calls a payment changed": sql(f"UPDATE payments SET reference = 'pi_x' WHERE id = {PAID}"),
    "a payment on its way said to be paid": sql("UPDATE payments SET state = 'paid' WHERE state = 'pending'"),
    "a payment said to have failed": sql(f"UPDATE payments SET state = 'failed' WHERE id = {PAID}"),
    "a payment said to be keyed in": sql(
        "UPDATE payments SET posted_on = day, how = 'staff' WHERE how IS NULL AND state = 'pending'"
    ),
    "a payment said to be shown by an export": sql(f"UPDATE payments SET how = 'export' WHERE id = {PAID}"),
    "a payment that is keyed in said to wait": sql(f"UPDATE payments SET posted_on = NULL, how = NULL WHERE id = {PAID}"),
    "the day of keying in moved": sql(f"UPDATE payments SET posted_on = '2020-01-01' WHERE id = {PAID}"),
    "a payment added": sql(
        "INSERT INTO payments SELECT max(id) + 1, processor, 'cs_x', 'pi_x', request_id, guarantor_id, amount_cents, 'paid', "
        "at, day, NULL, NULL, '', '' FROM payments"
    ),
    "a refund deleted": sql("DELETE FROM refunds"),
    "a refund's amount changed": sql("UPDATE refunds SET amount_cents = 1"),
    "a refund's payment changed": sql("UPDATE refunds SET payment = (SELECT max(id) FROM payments)"),
    "a refund added": sql("INSERT INTO refunds SELECT processor, 'x', payment, amount_cents, at FROM refunds"),
    "the processor said to have told everything": sql("UPDATE processor_reads SET read_until = '2030-01-01T00:00:00.000000+00:00'"),
    "the provider said to have told everything": sql("UPDATE provider_logs SET read_until = '2030-01-01T00:00:00.000000+00:00'"),
    # The worklists of past days
    "an account's amount on a past day changed": sql("UPDATE listed SET portion_cents = 1"),
    "the worklists of past days deleted": sql("DELETE FROM listed", "DELETE FROM lists"),
    # The log of events
    "the last event deleted": sql(f"DELETE FROM events WHERE id = {LAST}"),
    "the last ten events deleted": sql(f"DELETE FROM events WHERE id > {LAST} - 10"),
    "an event in the middle deleted": sql(f"DELETE FROM events WHERE id = {LAST} / 2"),
    "all events deleted": sql("DELETE FROM events"),
    "an event's detail changed": sql("UPDATE events SET detail = '{}' WHERE kind = 'claimed'"),
    "an event's moment changed": sql(f"UPDATE events SET at = '2020' WHERE id = {LAST} / 2"),
    "an event's account changed": sql(f"UPDATE events SET guarantor_id = '99' WHERE request_id = {REQUEST}"),
    "an event added": sql(
        f"INSERT INTO events SELECT id + 1, at, actor, kind, guarantor_id, request_id, detail, hash, 'x' "
        f"FROM events WHERE id = {LAST}"
    ),
    "two events swapped": sql(
        "UPDATE events SET id = -1 WHERE id = 3", "UPDATE events SET id = 3 WHERE id = 4",
        "UPDATE events SET id = 4 WHERE id = -1",
    ),
    # Tables, guards
    "an index dropped": schema("DROP INDEX one_open_per_account"),
    "an index of another kind in its place": schema(
        "DROP INDEX one_per_campaign_step", "CREATE INDEX one_per_campaign_step ON requests (campaign_id, step)"
    ),
    "a trigger dropped": schema("DROP TRIGGER opt_outs_never_go"),
    "a trigger added": schema(
        "CREATE TRIGGER forget AFTER INSERT ON requests BEGIN DELETE FROM replies; END"
    ),
    "the view of opt-outs dropped": schema("DROP VIEW standing_opt_outs"),
    "an empty view of opt-outs in its place": schema(
        "DROP VIEW standing_opt_outs", "CREATE VIEW standing_opt_outs AS SELECT * FROM opt_outs WHERE 0"
    ),
    "a table dropped": schema("PRAGMA foreign_keys = OFF", "DROP TABLE replies"),
    "the version set back": schema("PRAGMA user_version = 4"),
    "the version set ahead": schema("PRAGMA user_version = 99"),
    "the application's id changed": schema("PRAGMA application_id = 1"),
    "the state's id changed": sql("UPDATE meta SET value = 'x' WHERE key = 'state_id'"),
    # The file
    "a bit flipped in the head": spoil("state", flip(0.0)),
    "a bit flipped in the schema": spoil("state", flip_in(b"one_open_per_account")),
    "a bit flipped in a number": spoil("state", flip_in(b"+1207555010")),
    "a bit flipped in a text": spoil("state", flip_in(b"please pay")),
    "a bit flipped in an event": spoil("state", flip_in(b'"provider":"twilio"')),
    "the second half cut off": spoil("state", lambda content: content[: len(content) // 2]),
    "the last page cut off": spoil("state", lambda content: content[:-4096]),
    "emptied": spoil("state", lambda _: b""),
    "made a text": spoil("state", lambda _: b"nothing to see here\n" * 500),
    "a page of another moment put in": spoil("state", lambda content: content[:8192] + content[4096:8192] + content[12288:]),
    "deleted": lambda copy: copy.state.unlink(),
    "a folder in its place": put_a_folder_in_place,
    "another database in its place": put_another_database_in_place,
    "another practice's state in its place": put_others_in_place,
    "an older backup put back": put_backup_back,
    "a spoiled backup put back": put_spoiled_backup_back,
    "a strange journal beside it": put_a_journal_beside,
    "file and folder open to everybody": let_others_write,
    # The marker
    "marker: deleted": lambda copy: copy.marker.unlink(),
    "marker: emptied": spoil("marker", lambda _: b""),
    "marker: nonsense": spoil("marker", lambda _: b"\xff\x00{"),
    "marker: of another state": marked(state_id="0" * 32),
    "marker: ahead": marked(event=10_000),
    "marker: another hash": marked(hash="0" * 64),
}  # fmt: skip

#: What changes nothing that counts: a file that is as it was, or what opening puts right by itself.
HARMLESS = {
    "a strange journal beside it": "SQLite does not take it for the file's own",
    "file and folder open to everybody": "opening takes the file's rights back, and says it of the folder",
}
#: What only the provider's log, or nobody, can tell.
UNSEEN = {
    "who was asked with whom deleted": "nothing else says it",
    "a link that may be there said to be absent": "only the processor can tell",
    "the processor said to have told everything": "only the processor can tell",
    "the provider said to have told everything": "only the provider's log can tell",
    "an account's amount on a past day changed": "nothing else says it; only `diff` goes by it",
    "the worklists of past days deleted": "nothing else says it; only `diff` goes by them",
}


def prepare(there: Stage) -> None:
    """A practice that everything happened to."""
    from proofs.scenarios import BEHAVIOURS

    for account, behaviour in BEHAVIOURS.items():
        there.double.script(behaviour, to=there.practice.number(account))
    there.take_links()
    there.run("send", "--yes")
    there.later(hours=1)
    for account, text in (("1", "STOP"), ("2", "what is this about?"), ("5", "thanks")):
        there.double.incoming(there.practice.number(account), text, at=there.now)
    for message, account, _, _ in list(there.sent()):
        there.double.settle(message.sid, *(("undelivered", 30005) if account == "6" else ("delivered",)))
    # One pays by card, gets a part back, and it is keyed in; of another one's the bank has the money.
    there.processor.refund(there.processor.pay(there.link_of("9").link_id), 3_000)
    there.later(minutes=1)
    there.run("sync")
    there.run("posting", "--done", "1")
    there.processor.pay(there.link_of("10").link_id, by="bank")
    there.run("sync")
    for command in (
        ("snooze", "5", "--days", "30", "--reason", "Other"), ("optout", "7", "--yes"), ("remove", "8"),
    ):  # fmt: skip
        there.run(*command)
    there.later(days=7)
    there.run("send", "--yes")
    # One in doubt, for good.
    from tests.messaging.behaviours import drop

    there.double.script(drop(accepted=False), to=there.practice.number("3"))
    there.run("resend", "6", "--phone", "207-555-0197")
    there.double.script(drop(accepted=False), to="+12075550198")
    there.run("resend", "3", "--phone", "207-555-0198")
    there.later(minutes=1)
    there.run("sync")
    there.run("paid", "4")
    # A link of which nobody knows whether it was made: both answers are lost.
    there.processor.script("make", *[pages.drop(processed=False)] * 2)
    there.run("request", "8", "--yes", "--reason", "a link was asked for")


def found_by(copy: Copy, there: Stage) -> tuple[bool, bool]:
    """Whether opening refuses it or wants it compared with the provider, and whether the check names it."""
    checks = False
    try:
        with open_for_reading(copy.state, copy.marker) as store:
            checks = bool(check_invariants(store.connection))
    except (CannotGoOn, sqlite3.Error):
        checks = True
    try:
        with open_for_sending(copy.state, copy.marker, actor="proof", now=there.now):
            opens = False
    except CannotGoOn:
        opens = True
    return opens, checks


def main() -> int:
    options = Options.of(__doc__)
    rows, wrong = [], []
    with stage(size=SIZE) as there, stage(size=2) as elsewhere:
        prepare(there)
        elsewhere.run("send", "--yes")
        whole = there.root / "whole"
        shutil.copytree(there.folder, whole)
        scratch = Copy(there.root / "scratch", elsewhere.state_path)
        for name, tamper in {"nothing": lambda _copy: None, **KINDS}.items():
            if options.only not in name:
                continue
            shutil.rmtree(scratch.folder, ignore_errors=True)
            shutil.copytree(whole, scratch.folder)
            tamper(scratch)
            opens, checks = found_by(scratch, there)
            told = HARMLESS.get(name) or UNSEEN.get(name, "")
            rows.append((name, "refuses" if opens else "", "names it" if checks else told))
            if name == "nothing" and (opens or checks):
                wrong.append("something is found where nothing was changed")
            elif name not in ("nothing", *HARMLESS, *UNSEEN) and not (opens or checks):
                wrong.append(f"{name}: nothing notices")
            open_to_all = scratch.state.is_file() and stat.S_IMODE(scratch.state.stat().st_mode) & 0o077
            if name.endswith("open to everybody") and os.name == "posix" and open_to_all:
                wrong.append(f"{name}: the file stays so")
    return finish(
        options, "tampering", ("what was changed", "opening to send", "check of the state"), rows[1:], wrong,
        how=f"{len(rows) - 1} kinds",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
