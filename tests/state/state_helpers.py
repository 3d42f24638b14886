"""A practice's day for the tests of the state: one clock, short ways to open, claim and look."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from dipay.links import STAND_IN
from dipay.state.claims import Claimed, NotClaimed, claim, give_link
from dipay.state.invariants import check_invariants
from dipay.state.payment_links import LinkWanted
from dipay.state.requests import Ask, Request, RequestKind
from dipay.state.store import Store, open_for_sending, open_for_writing

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def number(index: int) -> str:
    return f"+1207555{index:04d}"


def paths(folder: Path) -> tuple[Path, Path]:
    return folder / "state" / "dipay.db", folder / "settings" / ".dipay-state-id"


def opened(folder: Path, now: datetime = NOW) -> Store:
    state, marker = paths(folder)
    return open_for_sending(state, marker, actor="tests", now=now)


def opened_for_writing(folder: Path, now: datetime = NOW) -> Store:
    state, marker = paths(folder)
    return open_for_writing(state, marker, actor="tests", now=now)


def ask(
    guarantor_id: str = "007",
    to: str = number(100),
    *,
    provider: str = "twilio",
    kind: RequestKind = RequestKind.CAMPAIGN,
    step: int = 0,
    last_step: bool = False,
    parent_id: int | None = None,
    named: bool = False,
    typed: bool = False,
    told: bool = False,
) -> Ask:
    return Ask(
        guarantor_id,
        to,
        12_500,
        provider,
        kind=kind,
        step=step,
        last_step=last_step,
        parent_id=parent_id,
        named=named,
        typed=typed,
        told=told,
        patient_ids=(),
        run_id=None,
    )


def try_claim(
    store: Store,
    wanted: Ask,
    *,
    now: datetime = NOW,
    today: date | None = None,
    daily_limit: int | None = None,
    linked: bool = False,
) -> Claimed | NotClaimed:
    """A claim; `linked`: a processor is to make its link."""
    return claim(
        store,
        wanted,
        lambda token: text_with(STAND_IN if linked else f"https://pay.example.com/?ref={token}"),
        now=now,
        today=now.date() if today is None else today,
        daily_limit=daily_limit,
        count_segments=lambda _text: 1,
        link=LinkWanted("stripe", (now + 60 * DAY).date(), wanted.amount_cents) if linked else None,
    )


def text_with(link: str) -> str:
    return f"Pay here: {link}"


def link_for(store: Store, request: Request, number: int | None = None, *, now: datetime = NOW) -> Request | None:
    """What is written once the processor made a claim's link."""
    name = request.id if number is None else number
    url = f"https://buy.stripe.com/{name:023d}"
    return give_link(store, request.id, f"plink_{name}", url, text_with(url), 1, now=now)


def claimed(store: Store, wanted: Ask, *, now: datetime = NOW, linked: bool = False) -> Request:
    answer = try_claim(store, wanted, now=now, linked=linked)
    assert isinstance(answer, Claimed), answer
    return answer.request


def why_not(store: Store, wanted: Ask, *, now: datetime = NOW, daily_limit: int | None = None) -> str:
    answer = try_claim(store, wanted, now=now, daily_limit=daily_limit)
    assert isinstance(answer, NotClaimed), answer
    assert answer.words.endswith(".")
    return answer.code


def assert_sound(store: Store) -> None:
    assert check_invariants(store.connection) == []


def ends_of(store: Store, table: Literal["campaigns", "undeliverables"], guarantor_id: str = "007") -> list[str | None]:
    """How the account's campaigns, or its entries of the Undeliverable list, ended, oldest first; None goes on."""
    rows = store.connection.execute(f"SELECT how FROM {table} WHERE guarantor_id = ? ORDER BY id", (guarantor_id,))
    return [how for (how,) in rows]
