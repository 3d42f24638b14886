"""A sender in a process of its own, for the races and crashes: claims, "posts" into a shared file, records.

Called with a folder, the first and the last account, and a provider log. Every line of the log is one message that a
patient got. The clock is the machine's, since the state's rules for silence are about real time.
"""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from dipay.domain.outcomes import Accepted
from dipay.state.claims import Claimed, claim, still_claimed
from dipay.state.crash import crash_point
from dipay.state.outcomes import record, recover
from dipay.state.store import Store, open_for_sending
from tests.state.state_helpers import TODAY, ask, number, paths


def post(log: Path, guarantor_id: str, token: str) -> str:
    """What the provider does: the message is out before the answer is read."""
    crash_point("post.before")
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, f"{guarantor_id} {token}\n".encode())
    os.close(handle)
    crash_point("post.after")
    return f"SM-{token}"


def send(store: Store, log: Path, guarantor_id: str, index: int) -> None:
    now = datetime.now(UTC)
    answer = claim(
        store,
        ask(guarantor_id, number(index)),
        lambda token: f"https://pay.example.com/?ref={token}",
        now=now,
        today=TODAY,
        daily_limit=None,
        count_segments=lambda _text: 1,
    )
    if isinstance(answer, Claimed) and still_claimed(store, answer.request.id, datetime.now(UTC)):
        provider_id = post(log, guarantor_id, answer.request.token)
        record(store, answer.request.id, Accepted(provider_id), now=datetime.now(UTC))


def main(folder: Path, first: int, last: int, log: Path) -> None:
    state, marker = paths(folder)
    with open_for_sending(state, marker, actor="sender", now=datetime.now(UTC)) as store:
        recover(store, datetime.now(UTC))
        accounts = list(range(first, last + 1))
        if "--shuffled" in sys.argv:
            random.shuffle(accounts)
        for index in accounts:
            send(store, log, f"{index:03d}", index)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
