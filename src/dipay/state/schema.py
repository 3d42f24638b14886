"""The tables of the state file, and the steps from each version of them to the next.

A migration is a named function in `MIGRATIONS`; its place in the list, counted from 1, is the `user_version` it leads
to. Migrations only go forward, each in one transaction together with the new version. To change a table: add a function
at the end, never touch an older one.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Sequence

from dipay import __version__
from dipay.state.connection import roll_back
from dipay.state.crash import crash_point
from dipay.state.events import strip
from dipay.state.summaries import rebuild

#: "dipy" in ASCII: tells the file from any other SQLite file.
APPLICATION_ID = 0x64697079

Migration = Callable[[sqlite3.Connection], None]

_OPEN = "state IN ('claimed', 'in_doubt')"
_LIVE = (
    "state IN ('claimed', 'in_doubt', 'accepted') "
    "AND delivery NOT IN ('undelivered', 'failed', 'canceled') AND late = 0"
)

_FIRST_TABLES = (
    "CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # Append-only and never purged. Ids and codes only: no name, number, text, amount or reason that a person typed.
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        kind TEXT NOT NULL,
        guarantor_id TEXT,
        request_id INTEGER,
        detail TEXT NOT NULL,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE
    ) STRICT""",
    "CREATE INDEX events_of_request ON events (request_id) WHERE request_id IS NOT NULL",
    """CREATE TRIGGER events_never_change BEFORE UPDATE ON events
        BEGIN SELECT raise(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER events_never_go BEFORE DELETE ON events
        BEGIN SELECT raise(ABORT, 'events are never deleted'); END""",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        command TEXT NOT NULL,
        provider TEXT NOT NULL,
        began TEXT NOT NULL,
        ended TEXT,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        counts TEXT NOT NULL DEFAULT '{}'
    ) STRICT""",
    """CREATE TABLE campaigns (
        id INTEGER PRIMARY KEY,
        guarantor_id TEXT NOT NULL,
        rehearsal INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
        began TEXT NOT NULL,
        step INTEGER NOT NULL CHECK (step >= 0),
        last_sent TEXT NOT NULL,
        ended TEXT,
        how TEXT CHECK (how IN ('paid', 'completed', 'removed', 'opted_out', 'undeliverable')),
        CHECK ((ended IS NULL) = (how IS NULL))
    ) STRICT""",
    "CREATE INDEX campaigns_of_account ON campaigns (guarantor_id)",
    "CREATE UNIQUE INDEX one_running_campaign ON campaigns (guarantor_id, rehearsal) WHERE ended IS NULL",
    """CREATE TABLE requests (
        id INTEGER PRIMARY KEY,
        token TEXT NOT NULL UNIQUE CHECK (length(token) >= 22),
        guarantor_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('campaign', 'single', 'resend')),
        in_campaign INTEGER NOT NULL CHECK (in_campaign IN (0, 1)),
        campaign_id INTEGER REFERENCES campaigns (id),
        step INTEGER NOT NULL CHECK (step >= 0),
        last_step INTEGER NOT NULL CHECK (last_step IN (0, 1)),
        parent_id INTEGER REFERENCES requests (id),
        named INTEGER NOT NULL CHECK (named IN (0, 1)),
        typed INTEGER NOT NULL CHECK (typed IN (0, 1)),
        number TEXT CHECK (number GLOB '+[1-9]*'),
        amount_cents INTEGER,
        text TEXT,
        text_sha256 TEXT NOT NULL,
        segments INTEGER NOT NULL CHECK (segments > 0),
        provider TEXT NOT NULL,
        rehearsal INTEGER NOT NULL CHECK (rehearsal = (provider = 'outbox')),
        state TEXT NOT NULL CHECK (state IN
            ('claimed', 'accepted', 'refused', 'in_doubt', 'not_sent', 'released')),
        day TEXT NOT NULL,
        claimed_at TEXT NOT NULL,
        outcome_at TEXT,
        provider_id TEXT,
        code TEXT NOT NULL DEFAULT '',
        why TEXT NOT NULL DEFAULT '',
        delivery TEXT NOT NULL DEFAULT '' CHECK (delivery IN
            ('', 'queued', 'sent', 'delivered', 'undelivered', 'failed', 'canceled')),
        delivery_at TEXT,
        absent_at TEXT,
        late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
        run_id INTEGER REFERENCES runs (id),
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        process_started TEXT NOT NULL,
        CHECK ((state = 'claimed') = (outcome_at IS NULL)),
        CHECK (delivery = '' OR state = 'accepted')
    ) STRICT""",
    f"CREATE UNIQUE INDEX one_open_per_account ON requests (guarantor_id, rehearsal) WHERE {_OPEN}",
    f"CREATE UNIQUE INDEX one_open_per_number ON requests (number, rehearsal) WHERE {_OPEN}",
    f"""CREATE UNIQUE INDEX one_per_campaign_step ON requests (campaign_id, step)
        WHERE campaign_id IS NOT NULL AND {_LIVE}""",
    f"""CREATE UNIQUE INDEX one_per_number_and_day ON requests (number, day, rehearsal)
        WHERE kind = 'campaign' AND named = 0 AND {_LIVE}""",
    f"CREATE UNIQUE INDEX one_live_resend ON requests (parent_id) WHERE parent_id IS NOT NULL AND {_LIVE}",
    "CREATE UNIQUE INDEX one_per_provider_id ON requests (provider, provider_id) WHERE provider_id IS NOT NULL",
    "CREATE INDEX requests_of_account ON requests (guarantor_id)",
    "CREATE INDEX requests_of_number ON requests (number, day)",
    "CREATE INDEX requests_of_day ON requests (day, state)",
    "CREATE INDEX requests_of_campaign ON requests (campaign_id) WHERE campaign_id IS NOT NULL",
    f"CREATE INDEX requests_open ON requests (claimed_at) WHERE {_OPEN}",
    """CREATE INDEX requests_under_way ON requests (claimed_at)
        WHERE state = 'accepted' AND delivery IN ('queued', 'sent')""",
    """CREATE TABLE undeliverables (
        id INTEGER PRIMARY KEY,
        guarantor_id TEXT NOT NULL,
        rehearsal INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
        request_id INTEGER REFERENCES requests (id),
        number TEXT,
        code TEXT NOT NULL,
        why TEXT NOT NULL,
        since TEXT NOT NULL,
        resolved TEXT,
        how TEXT CHECK (how IN ('resent', 'number-changed', 'replaced', 'dropped', 'opted-out')),
        CHECK ((resolved IS NULL) = (how IS NULL))
    ) STRICT""",
    "CREATE UNIQUE INDEX one_open_undeliverable ON undeliverables (guarantor_id, rehearsal) WHERE resolved IS NULL",
    # Never deleted, never changed: nothing overrides an opt-out.
    """CREATE TABLE opt_outs (
        id INTEGER PRIMARY KEY,
        guarantor_id TEXT,
        number TEXT,
        source TEXT NOT NULL,
        day TEXT NOT NULL,
        at TEXT NOT NULL,
        CHECK (guarantor_id IS NOT NULL OR number IS NOT NULL)
    ) STRICT""",
    "CREATE INDEX opt_outs_of_account ON opt_outs (guarantor_id) WHERE guarantor_id IS NOT NULL",
    "CREATE INDEX opt_outs_of_number ON opt_outs (number) WHERE number IS NOT NULL",
    """CREATE TRIGGER opt_outs_never_change BEFORE UPDATE ON opt_outs
        BEGIN SELECT raise(ABORT, 'opt-outs are never changed'); END""",
    """CREATE TRIGGER opt_outs_never_go BEFORE DELETE ON opt_outs
        BEGIN SELECT raise(ABORT, 'opt-outs are never deleted'); END""",
    """CREATE TABLE snoozes (
        guarantor_id TEXT NOT NULL PRIMARY KEY,
        until TEXT NOT NULL,
        reason TEXT NOT NULL,
        note TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE deselections (
        guarantor_id TEXT NOT NULL PRIMARY KEY,
        day TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE paid_marks (
        guarantor_id TEXT NOT NULL PRIMARY KEY,
        day TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE released_holds (
        id INTEGER PRIMARY KEY,
        guarantor_id TEXT NOT NULL,
        reason TEXT NOT NULL,
        by TEXT NOT NULL,
        day TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX released_holds_of_day ON released_holds (day)",
    """CREATE TABLE phone_corrections (
        guarantor_id TEXT NOT NULL PRIMARY KEY,
        number TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE replies (
        id INTEGER PRIMARY KEY,
        provider_id TEXT NOT NULL UNIQUE,
        number TEXT,
        guarantor_id TEXT,
        kind TEXT NOT NULL,
        text TEXT,
        at TEXT NOT NULL,
        handled_at TEXT
    ) STRICT""",
    "CREATE INDEX replies_waiting ON replies (at) WHERE handled_at IS NULL",
    """CREATE TABLE imports (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        as_of TEXT NOT NULL,
        accounts INTEGER NOT NULL,
        balance_cents INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE import_files (
        import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
        kind TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        rows INTEGER NOT NULL,
        total_cents INTEGER,
        PRIMARY KEY (import_id, kind)
    ) STRICT, WITHOUT ROWID""",
    # What later exports say of accounts that were asked: money collected after requests is read from here.
    """CREATE TABLE balances_seen (
        guarantor_id TEXT NOT NULL,
        as_of TEXT NOT NULL,
        portion_cents INTEGER NOT NULL,
        PRIMARY KEY (guarantor_id, as_of)
    ) STRICT, WITHOUT ROWID""",
    # One row per account and view: what the rules need, so that a list never walks the messages.
    # real = 1 leaves rehearsals (the outbox provider) out.
    """CREATE TABLE summaries (
        real INTEGER NOT NULL CHECK (real IN (0, 1)),
        guarantor_id TEXT NOT NULL,
        snooze_until TEXT, snooze_reason TEXT, snooze_note TEXT, snooze_by TEXT,
        deselected_on TEXT,
        campaign_began TEXT, campaign_step INTEGER,
        last_asked TEXT,
        undeliverable_number TEXT, undeliverable_why TEXT, undeliverable_since TEXT,
        in_doubt INTEGER NOT NULL,
        opted_out_on TEXT,
        paid_on TEXT,
        PRIMARY KEY (real, guarantor_id)
    ) STRICT, WITHOUT ROWID""",
)


def create_first_tables(connection: sqlite3.Connection) -> None:
    import secrets

    for statement in _FIRST_TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('state_id', ?)", (secrets.token_hex(16),))


def remember_what_was_imported(connection: sqlite3.Connection) -> None:
    # The fields a file had columns for; asked accounts that the exports lacked; why a person took changed ones.
    connection.execute("ALTER TABLE import_files ADD COLUMN fields TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE imports ADD COLUMN strangers INTEGER NOT NULL DEFAULT 0")
    connection.execute("ALTER TABLE imports ADD COLUMN accepted TEXT NOT NULL DEFAULT ''")


def count_a_day_by_its_index(connection: sqlite3.Connection) -> None:
    # Each claim counts what went out that day: from the index alone, or thousands of rows are looked up each time.
    connection.execute("DROP INDEX requests_of_day")
    connection.execute("CREATE INDEX requests_of_day ON requests (day, state, rehearsal)")


def give_releases_columns(connection: sqlite3.Connection) -> None:
    """A release was a text, "1 released above-limit: why" of a person or a bare code of a run, and in the log too."""
    connection.execute(
        """CREATE TABLE releases (
            id INTEGER PRIMARY KEY,
            guarantor_id TEXT NOT NULL,
            what TEXT NOT NULL CHECK (what IN ('released', 'taken back', 'passed')),
            codes TEXT NOT NULL,
            why TEXT NOT NULL,
            day TEXT NOT NULL,
            by TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT"""
    )
    connection.execute("CREATE INDEX releases_of_day ON releases (day)")
    typed = re.compile(r"(\d+) (released|taken back) ([a-z,-]*): (.*)", re.DOTALL)
    rows = []
    for account, text, day, by, at in connection.execute(
        "SELECT guarantor_id, reason, day, by, at FROM released_holds ORDER BY id"
    ):
        match = typed.fullmatch(text)
        turn, what, codes, why = match.groups() if match else (0, "passed", text, "")
        rows.append((int(turn), account, what, codes, why, day, by, at))
    # The last one counts. Two people at once could write the same turn: then taking back did.
    rows.sort(key=lambda row: (row[0], row[2]))
    connection.executemany(
        "INSERT INTO releases (guarantor_id, what, codes, why, day, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [row[1:] for row in rows],
    )
    connection.execute("DROP TABLE released_holds")
    details = {}
    for number, detail in connection.execute("SELECT id, detail FROM events WHERE kind = 'hold-released'"):
        match = typed.fullmatch(json.loads(detail).get("reason", ""))
        if match:
            details[number] = {"codes": match[3], "what": match[2]}
    if details:
        strip(connection, details)


def let_replies_hold(connection: sqlite3.Connection) -> None:
    """Replies hold until somebody settles them; who was asked where and with whom; opt-outs that ended."""
    for column in ("handled_by", "how", "note"):
        connection.execute(f"ALTER TABLE replies ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    # The practice's day of it; of what came before this column, that of UTC.
    connection.execute("ALTER TABLE replies ADD COLUMN day TEXT NOT NULL DEFAULT ''")
    connection.execute("UPDATE replies SET day = substr(at, 1, 10)")
    # Nobody has to read these, and so far nothing marked them read.
    connection.execute(
        "UPDATE replies SET handled_at = at WHERE handled_at IS NULL "
        "AND kind IN ('opt_out', 'opt_in', 'thanks_or_will_pay')"
    )
    connection.execute("CREATE INDEX replies_of_account ON replies (guarantor_id)")
    connection.execute(
        "ALTER TABLE requests ADD COLUMN misdirected INTEGER NOT NULL DEFAULT 0 CHECK (misdirected IN (0, 1))"
    )
    for name, column in (("asked_numbers", "number"), ("asked_patients", "patient_id")):
        connection.execute(
            f"""CREATE TABLE {name} (
                {column} TEXT NOT NULL,
                guarantor_id TEXT NOT NULL,
                rehearsal INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
                PRIMARY KEY ({column}, guarantor_id, rehearsal)
            ) STRICT, WITHOUT ROWID"""
        )
    connection.execute(
        "INSERT INTO asked_numbers SELECT DISTINCT number, guarantor_id, rehearsal FROM requests "
        "WHERE number IS NOT NULL"
    )
    # An opt-out is never changed: that it ended is written beside it. The reason is a person's own words.
    connection.execute(
        """CREATE TABLE opt_ins (
            opt_out_id INTEGER PRIMARY KEY REFERENCES opt_outs (id),
            reason TEXT NOT NULL,
            by TEXT NOT NULL,
            day TEXT NOT NULL,
            at TEXT NOT NULL
        ) STRICT"""
    )
    connection.execute(
        "CREATE VIEW standing_opt_outs AS SELECT * FROM opt_outs WHERE id NOT IN (SELECT opt_out_id FROM opt_ins)"
    )
    for column in ("campaign_last_sent", "completed_on", "dead_numbers"):
        connection.execute(f"ALTER TABLE summaries ADD COLUMN {column} TEXT")


def find_what_was_decided_about_an_account(connection: sqlite3.Connection) -> None:
    # Its requests have an index of their own; of a million messages' events these few took seconds from a cold disk.
    connection.execute("CREATE INDEX events_of_account ON events (guarantor_id) WHERE request_id IS NULL")


def remember_how_far_the_log_is_read(connection: sqlite3.Connection) -> None:
    """The provider's log is the second witness: how far it is read, and what of it a person accepted."""
    connection.execute(
        """CREATE TABLE provider_logs (
            provider TEXT NOT NULL PRIMARY KEY,
            read_until TEXT,
            gap_since TEXT,
            gap_until TEXT,
            CHECK ((gap_since IS NULL) = (gap_until IS NULL))
        ) STRICT, WITHOUT ROWID"""
    )
    # The provider's ids alone.
    connection.execute(
        """CREATE TABLE accepted_messages (
            provider TEXT NOT NULL,
            provider_id TEXT NOT NULL,
            PRIMARY KEY (provider, provider_id)
        ) STRICT, WITHOUT ROWID"""
    )
    # Until then nobody read it, and the last message of its own is what a file knows of it.
    connection.execute(
        "INSERT INTO provider_logs (provider, read_until) "
        "SELECT provider, max(claimed_at) FROM requests WHERE state = 'accepted' GROUP BY provider"
    )


def remember_the_lists(connection: sqlite3.Connection) -> None:
    """The worklist of each day on which something was sent, for whoever asks what changed: a row where it changed."""
    connection.execute("CREATE TABLE lists (day TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID")
    connection.execute(
        """CREATE TABLE listed (
            guarantor_id TEXT NOT NULL,
            day TEXT NOT NULL,
            view TEXT NOT NULL,
            reasons TEXT NOT NULL,
            portion_cents INTEGER NOT NULL,
            PRIMARY KEY (guarantor_id, day)
        ) STRICT, WITHOUT ROWID"""
    )


def keep_links_and_payments(connection: sqlite3.Connection) -> None:
    """Links that a processor makes and knows to be paid, what was paid by them, and how far it was asked about that."""
    # Wanted: claimed, and it is not known whether the processor has it. What is to be off has a reason, and is off once
    # the processor said so. `owed_cents` is what the account owed when it was asked.
    connection.execute(
        """CREATE TABLE payment_links (
            request_id INTEGER PRIMARY KEY REFERENCES requests (id),
            processor TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('wanted', 'made', 'off', 'absent')),
            owed_cents INTEGER,
            link_id TEXT,
            url TEXT,
            off_why TEXT NOT NULL DEFAULT '',
            wanted_at TEXT NOT NULL,
            made_at TEXT,
            off_at TEXT,
            expires_on TEXT NOT NULL,
            CHECK ((link_id IS NULL) = (state IN ('wanted', 'absent'))),
            CHECK ((made_at IS NULL) = (link_id IS NULL)),
            CHECK ((off_at IS NULL) = (state <> 'off')),
            CHECK (state <> 'off' OR off_why <> '')
        ) STRICT"""
    )
    connection.execute(
        "CREATE UNIQUE INDEX one_per_link_id ON payment_links (processor, link_id) WHERE link_id IS NOT NULL"
    )
    connection.execute(
        "CREATE INDEX payment_links_to_see_to ON payment_links (state) WHERE state IN ('wanted', 'made')"
    )
    # `day` is the practice's day on which the patient paid; `posted_on` the day of the export that shows it, or the one
    # on which a person said that it is keyed in.
    connection.execute(
        """CREATE TABLE payments (
            id INTEGER PRIMARY KEY,
            processor TEXT NOT NULL,
            payment_id TEXT NOT NULL,
            reference TEXT NOT NULL,
            request_id INTEGER NOT NULL REFERENCES requests (id),
            guarantor_id TEXT NOT NULL,
            amount_cents INTEGER,
            state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'failed')),
            at TEXT NOT NULL,
            day TEXT NOT NULL,
            posted_on TEXT,
            how TEXT CHECK (how IN ('export', 'staff')),
            by TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            UNIQUE (processor, payment_id),
            CHECK ((posted_on IS NULL) = (how IS NULL))
        ) STRICT"""
    )
    connection.execute("CREATE INDEX payments_of_account ON payments (guarantor_id)")
    connection.execute("CREATE INDEX payments_by_reference ON payments (processor, reference)")
    connection.execute(
        """CREATE TABLE refunds (
            processor TEXT NOT NULL,
            refund_id TEXT NOT NULL,
            payment INTEGER NOT NULL REFERENCES payments (id),
            amount_cents INTEGER,
            at TEXT NOT NULL,
            PRIMARY KEY (processor, refund_id)
        ) STRICT, WITHOUT ROWID"""
    )
    connection.execute("CREATE INDEX refunds_of_payment ON refunds (payment)")
    connection.execute(
        """CREATE TABLE processor_reads (
            processor TEXT NOT NULL PRIMARY KEY,
            read_until TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )


MIGRATIONS: tuple[Migration, ...] = (
    create_first_tables,
    remember_what_was_imported,
    count_a_day_by_its_index,
    give_releases_columns,
    let_replies_hold,
    find_what_was_decided_about_an_account,
    remember_how_far_the_log_is_read,
    remember_the_lists,
    keep_links_and_payments,
)


def versions() -> str:
    """Which tables are written here, and by which SQLite."""
    return f"state schema {len(MIGRATIONS)}, SQLite {sqlite3.sqlite_version}"


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(
    connection: sqlite3.Connection,
    before_each: Callable[[int], None],
    migrations: Sequence[Migration] = MIGRATIONS,
) -> bool:
    """Brings the tables to the newest version; whether anything was done. `before_each(version)` makes the backup.

    Each step is one transaction with its version in it: a crash leaves the older or the newer tables, whole.
    """
    done = False
    while (version := version_of(connection)) < len(migrations):
        before_each(version)
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another process may have done this step while this one waited for the lock.
            if version_of(connection) == version:
                migrations[version](connection)
                if version + 1 == len(MIGRATIONS):
                    # Made of what the other tables say, by the words of now: no older step could know them.
                    rebuild(connection)
                crash_point("migrate.changed")
                connection.execute(
                    "INSERT INTO meta VALUES ('dipay_version', ?) "
                    "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    (__version__,),
                )
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {version + 1}")
                done = True
            connection.execute("COMMIT")
        except BaseException:
            roll_back(connection)
            raise
        crash_point("migrate.committed")
    return done
