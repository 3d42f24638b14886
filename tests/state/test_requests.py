"""Requests read back from the state file, and whom each reached."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dipay.domain.outcomes import Accepted, Delivery, InDoubt, Reach
from dipay.state.outcomes import mark_absent, record, record_delivery, release
from dipay.state.processes import Owner, this_process
from dipay.state.requests import RequestKind, RequestState, reach_of, request_of
from dipay.state.runs import begin_run
from dipay.state.store import Store
from tests.state.state_helpers import DAY, MINUTE, NOW, TODAY, ask, claimed, number


def test_a_request_is_read_back_as_it_was_written(store: Store) -> None:
    run = begin_run(store, "send", "twilio", now=NOW)
    wanted = replace(
        ask("007", number(100), kind=RequestKind.CAMPAIGN, last_step=True, named=True, typed=True), run_id=run
    )
    first = claimed(store, wanted)
    record(store, first.id, Accepted("SM1"), now=NOW + MINUTE)
    record_delivery(store, first.id, Delivery.DELIVERED, now=NOW + 2 * MINUTE, today=TODAY)
    found = request_of(store.connection, first.id)
    owner = this_process()
    assert (found.id, found.guarantor_id, found.kind, found.in_campaign) == (1, "007", RequestKind.CAMPAIGN, True)
    assert (found.campaign_id, found.step, found.last_step, found.parent_id) == (1, 0, True, None)
    assert (found.named, found.typed, found.number, found.amount_cents) == (True, True, number(100), 12_500)
    assert (found.token, found.text, found.segments) == (first.token, first.text, 1)
    assert (found.provider, found.rehearsal, found.state) == ("twilio", False, RequestState.ACCEPTED)
    assert (found.day, found.claimed_at, found.outcome_at) == (TODAY, NOW, NOW + MINUTE)
    assert (found.provider_id, found.code, found.why, found.run_id) == ("SM1", "", "", run)
    assert (found.delivery, found.delivery_at, found.absent_at) == (Delivery.DELIVERED, NOW + 2 * MINUTE, None)
    assert (found.late, found.misdirected) == (False, False)
    assert found.owner == Owner(owner.host, owner.pid, owner.started)
    assert len(found.text_sha256) == 64


def test_what_was_read_of_a_doubt_and_of_a_resend(store: Store) -> None:
    first = claimed(store, ask(kind=RequestKind.SINGLE, named=True))
    record(store, first.id, InDoubt("a timeout"), now=NOW)
    assert mark_absent(store, first.id, now=NOW + DAY)
    found = request_of(store.connection, first.id)
    assert (found.kind, found.in_campaign, found.campaign_id, found.last_step) == (
        RequestKind.SINGLE,
        False,
        None,
        False,
    )
    assert (found.state, found.why, found.absent_at) == (RequestState.IN_DOUBT, "a timeout", NOW + DAY)
    assert (found.provider_id, found.delivery, found.delivery_at, found.typed) == (None, None, None, False)
    release(store, first.id, by="Kim", reason="never arrived", now=NOW + DAY, even_if_unchecked=True)
    wanted = ask(to=number(101), kind=RequestKind.RESEND, parent_id=first.id, named=True, provider="outbox")
    again = claimed(store, wanted, now=NOW + DAY)
    assert (again.parent_id, again.kind, again.rehearsal, again.outcome_at) == (1, RequestKind.RESEND, True, None)


def test_a_request_that_is_not_there_is_no_other_one(store: Store) -> None:
    claimed(store, ask())
    claimed(store, ask("008", number(101)))
    assert request_of(store.connection, 2).guarantor_id == "008"
    with pytest.raises(KeyError):
        request_of(store.connection, 3)


ON_ITS_WAY = (Delivery.QUEUED, Delivery.SENT)


@pytest.mark.parametrize(
    ("state", "delivery", "misdirected", "reach"),
    [
        *((RequestState.ACCEPTED, each, False, Reach.ON_ITS_WAY) for each in ON_ITS_WAY),
        (RequestState.ACCEPTED, Delivery.DELIVERED, False, Reach.REACHED),
        (RequestState.ACCEPTED, None, False, Reach.REACHED),  # of these nobody hears more
        *((RequestState.ACCEPTED, each, False, Reach.UNDELIVERABLE) for each in Delivery if each.is_failure),
        *((RequestState.ACCEPTED, each, True, Reach.UNDELIVERABLE) for each in (None, *Delivery)),
        (RequestState.REFUSED, None, False, Reach.UNDELIVERABLE),
        (RequestState.CLAIMED, None, False, Reach.IN_DOUBT),
        (RequestState.IN_DOUBT, None, False, Reach.IN_DOUBT),
        (RequestState.NOT_SENT, None, False, Reach.NOT_SENT),
        (RequestState.RELEASED, None, False, Reach.NOT_SENT),
    ],
)
def test_whom_a_message_reached(
    state: RequestState, delivery: Delivery | None, misdirected: bool, reach: Reach, store: Store
) -> None:
    request = replace(claimed(store, ask()), state=state, delivery=delivery, misdirected=misdirected)
    assert reach_of(request) is reach
