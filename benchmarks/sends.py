"""Sends to a provider on this computer that answers at once, through the whole service: claim, call, record.

python sends.py MESSAGES    prints messages, seconds, commits of each, memory in MB at the first and at the last, and
                            how many seconds as many commits and calls take with nothing around them

Messages wait for the disk to make each commit durable. So the least of it is done bare before and after: a row
committed, the message posted, the row changed and committed, with the settings of the state file.
"""

from __future__ import annotations

import json
import os
import resource
import socketserver
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

MORNING = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


class Answer(BaseHTTPRequestHandler):
    """Takes every message; knows of none when asked for its log."""

    count = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        Answer.count += 1
        self._answer(201, {"sid": f"SM{Answer.count:032x}", "status": "queued"})

    def do_GET(self) -> None:
        self._answer(200, {"messages": [], "next_page_uri": None, "page_size": 50})

    def _answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


def serve() -> tuple[int, int]:
    """The server in a process of its own: its number and its port."""
    server = Server(("127.0.0.1", 0), Answer)
    child = os.fork()
    if child == 0:
        server.serve_forever()
    server.server_close()
    return child, server.server_address[1]


def main(messages: int) -> None:
    child, port = serve()
    try:
        with tempfile.TemporaryDirectory() as folder:
            some = max(1, messages // 20)
            before = bare(Path(folder), some, port)
            found = run(Path(folder), messages, port)
            after = bare(Path(folder), some, port)
    finally:
        os.kill(child, 15)
        os.waitpid(child, 0)
    print(json.dumps({**found, "bare_seconds": (before + after) / (2 * some) * messages}))


def bare(folder: Path, messages: int, port: int) -> float:
    """The seconds of two durable commits and a call for each of so many messages, and of nothing else."""
    path = folder / "bare.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("CREATE TABLE messages (id INTEGER PRIMARY KEY, text TEXT, answer TEXT)")
    body = "Body=" + 150 * "a"
    began = time.perf_counter()
    for each in range(messages):
        connection.execute("INSERT INTO messages VALUES (?, ?, NULL)", (each, body))
        call = HTTPConnection("127.0.0.1", port)
        call.request("POST", "/Messages.json", body)
        answered = call.getresponse().read()
        call.close()
        connection.execute("UPDATE messages SET answer = ? WHERE id = ?", (answered, each))
    seconds = time.perf_counter() - began
    connection.close()
    return seconds


def run(folder: Path, messages: int, port: int) -> dict[str, Any]:
    from dipay.config import LoadedSettings
    from dipay.domain.settings import settings_from
    from dipay.messaging.twilio import TwilioSender
    from dipay.office import Office
    from dipay.services.run import Conduct
    from dipay.services.sending import send

    with (folder / "patients.csv").open("w") as patients, (folder / "ledger.csv").open("w") as ledger:
        patients.write("patient_id,guarantor_id,first_name,last_name,mobile_phone,birth_date,last_visit,zip\n")
        ledger.write("patient_id,date,amount\n")
        for each in range(messages):
            number = f"+1207{2_000_000 + each * 13 % 7_000_000}"
            patients.write(f"{each},,First,Last,{number},1980-01-01,2026-09-19,04101\n")
            ledger.write(f"{each},2026-09-19,100.00\n")
    for name in ("patients.csv", "ledger.csv"):
        os.utime(folder / name, (MORNING.timestamp(), MORNING.timestamp()))
    settings = settings_from(
        {
            "practice": {"name": "Maple", "phone": "207-555-0148", "timezone": "America/New_York"},
            "exports": {"patients": "patients.csv", "ledger": "ledger.csv"},
            "payment_link": {"url": "https://pay.example.com/{request_id}"},
            "messaging": {"provider": "twilio", "daily_limit": 999_999, "confirm_above": 999_999},
        }
    )
    office = Office(LoadedSettings(settings, folder / "config.yaml"), lambda: MORNING)
    sender = TwilioSender("AC" + "0" * 32, "0" * 32, from_number="+12075550100", base_url=f"http://127.0.0.1:{port}")
    commits = count_commits()
    # After each message: the time, the most memory there ever was, and the commits so far.
    first = last = (0.0, 0, 0)

    def note(_: object) -> None:
        nonlocal first, last
        last = (time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, len(commits))
        first = first if any(first) else last

    report = send(office, sender, Conduct(progress=note, per_second=1e9))
    return {
        "messages": report.count("accepted"),
        "seconds": last[0] - first[0],
        "commits": (last[2] - first[2]) / (messages - 1),
        "mb_before": first[1],
        "mb_after": last[1],
    }


def count_commits() -> bytearray:
    """A byte for each transaction that is committed from now on."""
    commits, connect = bytearray(), sqlite3.connect

    def watched(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_trace_callback(lambda statement: commits.extend(b"c" * (statement == "COMMIT")))
        return connection

    sqlite3.connect = watched  # type: ignore[assignment]
    return commits


if __name__ == "__main__":
    main(int(sys.argv[1]))
