"""Payment requests as values: what to ask for, what was written, and how one becomes the other's row."""
# ruff: noqa: S608  values are always bound; only constants of this package become part of a statement

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from dipay.domain.outcomes import Delivery, Reach
from dipay.state.moments import from_text
from dipay.state.processes import Owner

if TYPE_CHECKING:
    import sqlite3

#: The provider that writes files and sends nothing: what it "sent" was a rehearsal.
REHEARSAL_PROVIDER: Final = "outbox"


class RequestKind(StrEnum):
    CAMPAIGN = "campaign"
    SINGLE = "single"
    RESEND = "resend"


class RequestState(StrEnum):
    """`claimed`: written, not known what became of it. `released`: a person decided that it never went out."""

    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    NOT_SENT = "not_sent"
    RELEASED = "released"


#: Every transition there is. Backwards there is only the late truth: what was taken for not sent turned up at
#: the provider. An accepted message stays accepted.
TRANSITIONS: Final[dict[RequestState, frozenset[RequestState]]] = {
    RequestState.CLAIMED: frozenset(
        {RequestState.ACCEPTED, RequestState.REFUSED, RequestState.NOT_SENT, RequestState.IN_DOUBT}
    ),
    RequestState.IN_DOUBT: frozenset(
        {RequestState.ACCEPTED, RequestState.REFUSED, RequestState.NOT_SENT, RequestState.RELEASED}
    ),
    RequestState.NOT_SENT: frozenset({RequestState.ACCEPTED}),
    RequestState.RELEASED: frozenset({RequestState.ACCEPTED}),
    RequestState.ACCEPTED: frozenset(),
    RequestState.REFUSED: frozenset({RequestState.ACCEPTED}),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One message to be claimed. `amount_cents` is the amount asked for, `number` E.164.

    `step` is the message's place in the campaign (0 the first request); `last_step` says that the campaign is completed
    once it is accepted. `parent_id` is the request that a re-send repeats, None where there was none (no number on
    file). `named`: a person named this account now, so its snooze, its deselection and another account's message to the
    same number today don't stop it. `typed`: the number was typed in now and is not the export's. `told`: a person was
    told that another account was asked at it. `patient_ids` are whom the account pays for.
    """

    guarantor_id: str
    number: str = field(repr=False)
    amount_cents: int = field(repr=False)
    provider: str
    kind: RequestKind
    step: int
    last_step: bool
    parent_id: int | None
    named: bool
    typed: bool
    told: bool
    patient_ids: tuple[str, ...]
    run_id: int | None

    @property
    def rehearsal(self) -> bool:
        return self.provider == REHEARSAL_PROVIDER


@dataclass(frozen=True, slots=True)
class Request:
    """One payment request message as the state file has it.

    `token` is the unguessable part of its link. `in_campaign`: it belongs to a campaign or, once accepted, begins one.
    `number`, `amount_cents` and `text` are None once past retention. `late`: found at the provider after it was taken
    for not sent. `misdirected`: it reached somebody else, as a person knows. Moments are UTC; `day` is the practice's
    day of the claim.
    """

    id: int
    token: str = field(repr=False)
    guarantor_id: str
    kind: RequestKind
    in_campaign: bool
    campaign_id: int | None
    step: int
    last_step: bool
    parent_id: int | None
    named: bool
    typed: bool
    number: str | None = field(repr=False)
    amount_cents: int | None = field(repr=False)
    text: str | None = field(repr=False)
    text_sha256: str
    segments: int
    provider: str
    state: RequestState
    day: date
    claimed_at: datetime
    outcome_at: datetime | None
    provider_id: str | None
    code: str
    why: str
    delivery: Delivery | None
    delivery_at: datetime | None
    absent_at: datetime | None
    late: bool
    misdirected: bool
    run_id: int | None
    owner: Owner

    @property
    def rehearsal(self) -> bool:
        return self.provider == REHEARSAL_PROVIDER


def reach_of(request: Request) -> Reach:
    """Whether it reached somebody: by a carrier's receipt, or because a person knows.

    A message that came to somebody else, as a person knows, did not.
    """
    match request.state:
        case RequestState.ACCEPTED if request.misdirected or (request.delivery and request.delivery.is_failure):
            return Reach.UNDELIVERABLE
        case RequestState.ACCEPTED:
            arrived = request.delivery is None or request.delivery is Delivery.DELIVERED
            return Reach.REACHED if arrived else Reach.ON_ITS_WAY
        case RequestState.REFUSED:
            return Reach.UNDELIVERABLE
        case RequestState.CLAIMED | RequestState.IN_DOUBT:
            return Reach.IN_DOUBT
        case _:
            return Reach.NOT_SENT


_COLUMNS: Final = (
    "id, token, guarantor_id, kind, in_campaign, campaign_id, step, last_step, parent_id, named, typed, number, "
    "amount_cents, text, text_sha256, segments, provider, state, day, claimed_at, outcome_at, provider_id, code, why, "
    "delivery, delivery_at, absent_at, late, misdirected, run_id, host, pid, process_started"
)


def _from_row(row: tuple[object, ...]) -> Request:
    """A request from its `_COLUMNS`."""
    named = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Request(
        id=_whole(named["id"]),
        token=str(named["token"]),
        guarantor_id=str(named["guarantor_id"]),
        kind=RequestKind(str(named["kind"])),
        in_campaign=bool(named["in_campaign"]),
        campaign_id=_whole_or_none(named["campaign_id"]),
        step=_whole(named["step"]),
        last_step=bool(named["last_step"]),
        parent_id=_whole_or_none(named["parent_id"]),
        named=bool(named["named"]),
        typed=bool(named["typed"]),
        number=_text_or_none(named["number"]),
        amount_cents=_whole_or_none(named["amount_cents"]),
        text=_text_or_none(named["text"]),
        text_sha256=str(named["text_sha256"]),
        segments=_whole(named["segments"]),
        provider=str(named["provider"]),
        state=RequestState(str(named["state"])),
        day=date.fromisoformat(str(named["day"])),
        claimed_at=from_text(str(named["claimed_at"])),
        outcome_at=_moment_or_none(named["outcome_at"]),
        provider_id=_text_or_none(named["provider_id"]),
        code=str(named["code"]),
        why=str(named["why"]),
        delivery=Delivery(str(named["delivery"])) if named["delivery"] else None,
        delivery_at=_moment_or_none(named["delivery_at"]),
        absent_at=_moment_or_none(named["absent_at"]),
        late=bool(named["late"]),
        misdirected=bool(named["misdirected"]),
        run_id=_whole_or_none(named["run_id"]),
        owner=Owner(str(named["host"]), _whole(named["pid"]), str(named["process_started"])),
    )


def requests_where(connection: sqlite3.Connection, condition: str, values: tuple[str | int, ...] = ()) -> list[Request]:
    """Requests in the order they were claimed. `condition` is constant SQL of this package, never a user's text."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM requests WHERE {condition} ORDER BY +id",
        values,
    )
    return [_from_row(row) for row in rows]


def request_of(connection: sqlite3.Connection, request_id: int) -> Request:
    """The request of that id; `KeyError` when there is none."""
    found = requests_where(connection, "id = ?", (request_id,))
    if not found:
        raise KeyError(request_id)
    return found[0]


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("a whole number was expected")
    return value


def _whole_or_none(value: object) -> int | None:
    return None if value is None else _whole(value)


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _moment_or_none(value: object) -> datetime | None:
    return None if value is None else from_text(str(value))
