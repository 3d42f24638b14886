"""The commands that write or send, each at the moment of a practice's life in which it has most to do.

A scenario is what was before, the command, and whether it must have the same end after every mishap.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.messaging.behaviours import accept, drop, refuse
from tests.state.state_helpers import ask, claimed

from dipay.domain.reply_kinds import ReplyKind
from dipay.state import decisions, schema
from dipay.state.store import Store, open_for_sending
from proofs.stage import Ended, Kind, Moment, Spoil, Stage

#: Exit codes of a command that did its work.
DONE = (0, 1)


@dataclass(frozen=True, slots=True)
class Scenario:
    """`prepare` makes what was before; `command` is what is then spoiled."""

    name: str
    prepare: Callable[[Stage], None]
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario's moment before the command, the calls that an unspoiled command makes, and how all ended."""

    scenario: Scenario
    moment: Moment
    calls: tuple[tuple[str, int], ...]
    ended: Ended
    soon: Counter[tuple[str, str, int]]
    end: Counter[tuple[str, str, int]]
    decided: tuple[object, ...]


def play(stage: Stage, scenario: Scenario, blank: Moment, kinds: int) -> Played:
    """Plays it once as it should go."""
    stage.restore(blank)
    scenario.prepare(stage)
    moment = stage.keep()
    ended = stage.run(*scenario.command, spoil=Spoil(kinds))
    assert ended.exit_code in DONE, (scenario.name, ended)
    soon = stage.got()
    to_the_end(stage, scenario)
    assert not stage.wrong(), (scenario.name, stage.wrong())
    return Played(scenario, moment, ended.calls, ended, soon, stage.got(), decided(stage))


def to_the_end(stage: Stage, scenario: Scenario) -> list[str]:
    """What people do after a mishap: they sync, settle doubts, give the command again, and go on for two weeks; what
    could not be done.
    """
    stuck = []

    def do(*command: str, may: tuple[int, ...] = DONE) -> None:
        ended = stage.run(*command)
        if ended.exit_code not in may:
            stuck.append(f"then {command[0]} ended with {ended.exit_code}: {ended.stderr.strip()[:300]}")

    stage.later(minutes=25)
    do("sync")
    stuck += [f"{each} is left behind" for each in stage.half_written()]
    for request, is_there in stage.in_doubt():
        if is_there:
            stuck.append(f"request {request} is at the provider and stays in doubt")
        do("sync", "--release", str(request), "--reason", "the provider does not have it")
    # What was done already is no more there to be done.
    do(*scenario.command, may=(*DONE, 2))
    do("send", "--yes")
    for days in (7, 7):
        stage.later(days=days)
        do("send", "--yes")
    do("sync")
    return stuck


def decided(stage: Stage) -> tuple[object, ...]:
    """What was decided and settled, as far as it must be the same after any mishap."""
    with stage.state() as store:
        rows = store.connection.execute
        return (
            # Whom they bind: where exports could not be read, an account and its number have one each.
            rows("SELECT guarantor_id FROM standing_opt_outs UNION SELECT number FROM standing_opt_outs "
                 "WHERE number IS NOT NULL").fetchall(),
            rows("SELECT guarantor_id, until FROM snoozes ORDER BY 1").fetchall(),
            rows("SELECT number, kind, handled_at IS NULL FROM replies ORDER BY provider_id").fetchall(),
            rows("SELECT guarantor_id, code FROM undeliverables WHERE resolved IS NULL ORDER BY guarantor_id").fetchall(),
            rows("SELECT guarantor_id, number IS NULL, text IS NULL, state FROM requests WHERE state = 'accepted' "
                 "ORDER BY guarantor_id, day, id").fetchall(),
            rows("SELECT r.guarantor_id, step, l.state, off_why FROM payment_links l JOIN requests r ON r.id = request_id "
                 "WHERE r.state = 'accepted' ORDER BY r.guarantor_id, day, r.id").fetchall(),
            rows("SELECT guarantor_id, amount_cents, state, how FROM payments ORDER BY guarantor_id, id").fetchall(),
            rows("PRAGMA user_version").fetchall(),
            rows("SELECT 1 FROM meta WHERE key = 'purge'").fetchall(),
        )  # fmt: skip


# What was before.


def nothing(_: Stage) -> None:
    pass


def asked(stage: Stage) -> None:
    stage.run("send", "--yes")


def asked_and_told(stage: Stage) -> None:
    """Everybody was asked; one texted STOP, one a question, one said thanks, one was not reached."""
    asked(stage)
    stage.later(hours=1)
    for account, text in (("1", "STOP"), ("2", "what is this about?"), ("5", "thanks, will pay")):
        stage.double.incoming(stage.practice.number(account), text, at=stage.now)
    for message, account, _, _ in list(stage.sent()):
        if account == "6":
            stage.double.settle(message.sid, "undelivered", 30005)
        elif account == "5":
            stage.double.settle(message.sid, "delivered")
    stage.later(minutes=5)


def a_week_after(stage: Stage) -> None:
    asked_and_told(stage)
    stage.later(days=7)


def synced(stage: Stage) -> None:
    asked_and_told(stage)
    stage.run("sync")


def long_ago(stage: Stage) -> None:
    synced(stage)
    stage.run("replies", "--done", "2")
    stage.run("remove", "5")
    stage.run("optout", "2", "--yes")
    stage.later(days=100)
    # Backups, since purging deletes the older ones.
    stage.run("backup")


def put_back(stage: Stage) -> None:
    """The state of the day before was put back in place of today's."""
    stage.run("optout", "4", "--yes")
    older = stage.state_path.read_bytes()
    stage.later(minutes=1)
    asked(stage)
    stage.state_path.write_bytes(older)
    stage.later(minutes=1)


# With the processor's links.


def links(stage: Stage) -> None:
    stage.take_links()


def asked_by_links(stage: Stage) -> None:
    links(stage)
    asked(stage)


def paid(stage: Stage) -> None:
    """One paid by card, one by bank, one got a part back; one opted out, one was not reached."""
    asked_by_links(stage)
    stage.later(days=1)
    for account, by in (("1", "card"), ("2", "bank"), ("5", "card")):
        session = stage.processor.pay(stage.link_of(account).link_id, by=by)
        if account == "5":
            stage.processor.refund(session, 3_000)
    stage.double.incoming(stage.practice.number("4"), "STOP", at=stage.now)
    for message, account, _, _ in list(stage.sent()):
        if account == "6":
            stage.double.settle(message.sid, "undelivered", 30005)
    stage.later(hours=1)


def paid_and_known(stage: Stage) -> None:
    paid(stage)
    stage.run("sync")


def put_back_with_links(stage: Stage) -> None:
    links(stage)
    put_back(stage)


def of_version(version: int) -> Callable[[Stage], None]:
    """A state as a dipay of that version left it: an account asked, one opted out, a reply, a released hold."""

    def prepare(stage: Stage) -> None:
        now = stage.now - timedelta(days=1)
        with _made(stage) as store:
            request = claimed(store, ask("1", stage.practice.number("1")), now=now)
            from dipay.domain.outcomes import Accepted
            from dipay.state.outcomes import record
            from dipay.state.replies import take_reply

            day = now.date()
            message = _at_the_provider(stage, request.token)
            record(store, request.id, Accepted(message), now=now)
            decisions.opt_out(
                store, guarantor_id="2", number=stage.practice.number("2"), source="staff", day=day, by="Kim", now=now
            )
            take_reply(
                store, provider_id="SMin", number=stage.practice.number("3"), guarantor_id="3", kind=ReplyKind.OTHER,
                text="why?", at=now, day=day, today=day, now=now,
            )  # fmt: skip
        _take_back_to(stage, version)

    return prepare


def _made(stage: Stage) -> Store:
    return open_for_sending(
        stage.state_path, stage.folder / ".dipay-state-id", actor="dipay", now=stage.now - timedelta(days=1)
    )


def _at_the_provider(stage: Stage, token: str) -> str:
    from tests.messaging.double import Post

    text = f"Maple: please pay $125.00: https://pay.example.com/1?ref={token} 207-555-0148 STOP to opt out."
    message = stage.double.keep(Post(stage.practice.number("1"), text, stage.double.number, ""))
    message.created_at = stage.now - timedelta(days=1)
    return message.sid


def _take_back_to(stage: Stage, version: int) -> None:
    """Puts what the state holds into the tables of that version, column by column."""
    newest, older = stage.state_path, stage.folder / "older.db"
    with sqlite3.connect(older, isolation_level=None) as connection:
        schema.migrate(connection, lambda _version: None, schema.MIGRATIONS[:version])
        connection.execute("ATTACH ? AS newest", (str(newest),))
        tables = connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name IN "
            "(SELECT name FROM newest.sqlite_master WHERE type = 'table')"
        ).fetchall()
        for (table,) in tables:
            columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table})")]
            there = {row[1] for row in connection.execute(f"PRAGMA newest.table_info({table})")}
            both = ", ".join(each for each in columns if each in there)
            connection.execute(f"DELETE FROM main.{table}")
            connection.execute(f"INSERT INTO main.{table} ({both}) SELECT {both} FROM newest.{table}")
        connection.execute("DETACH newest")
    connection.close()
    older.chmod(0o600)
    older.replace(newest)
    shutil.rmtree(stage.folder / "dipay-backups", ignore_errors=True)


SCENARIOS = (
    Scenario("send", nothing, ("send", "--yes")),
    Scenario("sync with replies", asked_and_told, ("sync",)),
    Scenario("send of follow-ups, after replies", a_week_after, ("send", "--yes")),
    Scenario("resend to another number", synced, ("resend", "6", "--phone", "207-555-0199")),
    Scenario("replies --done", synced, ("replies", "--done", "2", "--note", "told her")),
    Scenario("optout", synced, ("optout", "5", "--yes")),
    Scenario("snooze", synced, ("snooze", "5", "--days", "3", "--reason", "Other")),
    Scenario("wrong-number", synced, ("wrong-number", "2")),
    Scenario("sync after a restore", put_back, ("sync",)),
    Scenario("migration from version 3, sync", of_version(3), ("sync",)),
    Scenario("migration from version 4, send", of_version(4), ("send", "--yes")),
    Scenario("purge", long_ago, ("purge", "--yes")),
    Scenario("backup", synced, ("backup",)),
    Scenario("send with links", links, ("send", "--yes")),
    Scenario("sync of what was paid", paid, ("sync",)),
    Scenario("request with a link", links, ("request", "2", "--amount", "50", "--yes")),
    Scenario("posting --done", paid_and_known, ("posting", "--done", "1")),
    Scenario("optout of who has a link", asked_by_links, ("optout", "5", "--yes")),
    Scenario("sync after a restore, with links", put_back_with_links, ("sync",)),
)

#: What the double does with texts to these accounts: one is refused, of one the answer is lost.
BEHAVIOURS = {"3": refuse(21211), "4": drop(accepted=True), "6": accept()}
SIZE = 6


def set_up(stage: Stage) -> Moment:
    """What all scenarios begin with."""
    for account, behaviour in BEHAVIOURS.items():
        stage.double.script(behaviour, to=stage.practice.number(account))
    return stage.keep()


#: Between two calls that only read nothing changes: killed before either, there is the same left.
KILLED_AT = Kind.WRITES | Kind.NETWORK
EVERY_CALL = Kind.READS | Kind.WRITES | Kind.NETWORK
