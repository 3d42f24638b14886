"""Links that a processor makes, as the state keeps them: no text without its link, and no link that is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from dipay.domain.outcomes import Accepted, NotSent
from dipay.domain.payment_links import OffWhy
from dipay.domain.payments import KnownPayment, PaymentState, Posted
from dipay.state import payment_links, payments, reading
from dipay.state.claims import give_link, still_claimed
from dipay.state.events import events
from dipay.state.invariants import check_invariants
from dipay.state.outcomes import record, recover
from dipay.state.processes import Owner
from dipay.state.purge import purge
from dipay.state.requests import RequestState, request_of
from dipay.state.store import Store
from tests.state.state_helpers import DAY, MINUTE, NOW, TODAY, ask, claimed, ends_of, link_for, number

URL = f"https://buy.stripe.com/{1:023d}"


def accepted(store: Store, guarantor_id: str = "007", to: str = number(100), *, step: int = 0, day: int = 0) -> int:
    request = claimed(store, ask(guarantor_id, to, step=step), now=NOW + DAY * day, linked=True)
    assert link_for(store, request, now=NOW + DAY * day) is not None
    record(store, request.id, Accepted(f"SM{request.id}"), now=NOW + DAY * day)
    return request.id


def link(store: Store, request_id: int) -> tuple[str, str | None, str]:
    row: tuple[str, str | None, str] = store.connection.execute(
        "SELECT state, link_id, off_why FROM payment_links WHERE request_id = ?", (request_id,)
    ).fetchone()
    return row


def test_a_claim_may_be_sent_once_its_link_and_text_are_on_disk(store: Store) -> None:
    request = claimed(store, ask(), linked=True)
    assert link(store, request.id) == ("wanted", None, "")
    given = link_for(store, request)
    assert given is not None
    assert (given.text, given.token) == (f"Pay here: {URL}", request.token)
    assert still_claimed(store, request.id, NOW)
    assert link(store, request.id) == ("made", "plink_1", "")
    seals = [event.detail for event in events(store.connection, "007") if '"seal"' in event.detail]
    assert len(seals) == 2


def test_a_claim_that_lacks_its_link_is_not_sent(store: Store) -> None:
    request = claimed(store, ask(), linked=True)
    assert not still_claimed(store, request.id, NOW)
    assert request_of(store.connection, request.id).state is RequestState.NOT_SENT


@pytest.mark.parametrize("has_link", [False, True])
def test_an_abandoned_claim_is_in_doubt_only_where_its_link_was_made(store: Store, has_link: bool) -> None:
    request = claimed(store, ask(), linked=True)
    if has_link:
        link_for(store, request)
    found = recover(store, NOW + 11 * MINUTE, gone=lambda _owner: False)
    after = request_of(store.connection, request.id)
    assert after.state is (RequestState.IN_DOUBT if has_link else RequestState.NOT_SENT)
    assert [each.id for each in found] == ([request.id] if has_link else [])


def test_a_claim_that_its_sender_gives_up_while_others_take_it_for_abandoned_stays_as_the_sender_said(
    store: Store,
) -> None:
    request = claimed(store, ask(), linked=True)

    def gives_up(_owner: Owner) -> bool:
        record(store, request.id, NotSent("the key is refused"), now=NOW)
        return True

    before = len(list(events(store.connection, "007")))
    assert recover(store, NOW + MINUTE, gone=gives_up) == []
    after = request_of(store.connection, request.id)
    assert (after.state, after.why, after.outcome_at) == (RequestState.NOT_SENT, "the key is refused", NOW)
    assert len(list(events(store.connection, "007"))) == before + 1


def test_a_link_that_comes_after_its_claim_was_given_up_sends_nothing_and_is_to_be_off(store: Store) -> None:
    request = claimed(store, ask(), linked=True)
    recover(store, NOW + 11 * MINUTE, gone=lambda _owner: False)
    # Another one asks meanwhile.
    again = claimed(store, ask(), now=NOW + 12 * MINUTE, linked=True)
    assert give_link(store, request.id, "plink_9", f"{URL}9", "x", 1, now=NOW + 12 * MINUTE) is None
    assert link(store, request.id) == ("made", "plink_9", "unsent")
    assert [each.link_id for each in payment_links.links_to_switch_off(store, "stripe")] == ["plink_9"]
    assert link_for(store, again, now=NOW + 12 * MINUTE) is not None


def test_a_link_is_given_once(store: Store) -> None:
    request = claimed(store, ask(), linked=True)
    link_for(store, request)
    with pytest.raises(RuntimeError):
        link_for(store, request, 5)
    assert link(store, request.id) == ("made", "plink_1", "")


def test_a_link_that_may_be_there_is_looked_for_until_it_is_known(store: Store) -> None:
    first, second = claimed(store, ask(), linked=True), claimed(store, ask("008", number(101)), linked=True)
    assert payment_links.wanted_links(store, "stripe") == []
    for request in (first, second):
        record(store, request.id, NotSent("no payment link"), now=NOW)
    assert [each.token for each in payment_links.wanted_links(store, "stripe")] == [first.token, second.token]
    payment_links.record_found(store, first, "plink_1", URL, now=NOW)
    payment_links.record_absent(store, second, now=NOW)
    assert payment_links.wanted_links(store, "stripe") == []
    assert link(store, first.id) == ("made", "plink_1", "unsent")
    assert link(store, second.id) == ("absent", None, "")
    payment_links.record_off(store, first, now=NOW)
    assert link(store, first.id) == ("off", "plink_1", "unsent")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("UPDATE payment_links SET link_id = 'plink_2'", "not what the event log says"),
        ("UPDATE payment_links SET url = url || 'x'", "another payment link in its text"),
        ("UPDATE payment_links SET state = 'off', off_why = 'paid', off_at = 'x'", "not what the event log says"),
        ("DELETE FROM payment_links", "the link of request 1 is missing"),
        ("UPDATE payment_links SET processor = 'x'", "the link of request 1 is not what the event log says"),
        ("UPDATE payment_links SET owed_cents = 1", "the link of request 1 is not what the event log says"),
        ("UPDATE payment_links SET expires_on = '2030-01-01'", "the link of request 1 is not what the event log says"),
        ("UPDATE payment_links SET wanted_at = 'x'", "the link of request 1 is not what the event log says"),
        ("UPDATE payment_links SET owed_cents = NULL", "the link of request 1 is not what the event log says"),
        ("UPDATE requests SET text = replace(text, 'buy', 'pay')", "is not what was claimed"),
        (
            "UPDATE payment_links SET state = 'wanted', link_id = NULL, made_at = NULL, url = NULL",
            "went out without its payment link",
        ),
        ("UPDATE payments SET state = 'failed'", "payment 1 is not what the event log says"),
        ("UPDATE payments SET posted_on = '2026-11-24', how = 'staff'", "payment 1 is not what the event log says"),
        ("UPDATE payments SET guarantor_id = '008'", "not of the account that was asked"),
        ("UPDATE payments SET amount_cents = 1", "payment 1 is not what the event log says"),
        ("UPDATE payments SET amount_cents = NULL", "payment 1 is not what the event log says"),
        ("UPDATE payments SET at = 'x'", "payment 1 is not what the event log says"),
        ("UPDATE payments SET day = '2026-11-20'", "payment 1 is not what the event log says"),
        ("UPDATE payments SET reference = 'pi_2'", "payment 1 is not what the event log says"),
        ("DELETE FROM refunds", "refunds are not what the event log says"),
        ("UPDATE refunds SET amount_cents = 1", "refunds are not what the event log says"),
        ("UPDATE refunds SET amount_cents = NULL", "refunds are not what the event log says"),
        ("UPDATE refunds SET at = 'x'", "refunds are not what the event log says"),
    ],
)
def test_what_was_changed_is_found(unsound_store: Callable[[], Store], harm: str, said: str) -> None:
    store = unsound_store()
    request = accepted(store)
    if "payments" in harm or "refunds" in harm:
        take(store, request)
        refund(store)
    assert check_invariants(store.connection) == []
    store.connection.execute("PRAGMA foreign_keys = OFF")
    store.connection.execute(harm)
    found = check_invariants(store.connection)
    assert any(said in each for each in found), found


def test_the_day_of_keying_in_is_in_the_event_log(unsound_store: Callable[[], Store]) -> None:
    store = unsound_store()
    take(store, accepted(store))
    payments.mark_posted(store, 1, day=TODAY, note="", by="Kim", now=NOW)
    assert check_invariants(store.connection) == []
    store.connection.execute("UPDATE payments SET posted_on = '2026-11-30'")
    assert check_invariants(store.connection) == ["payment 1 is not what the event log says"]


@pytest.mark.parametrize("days", [1, 2, 30])
def test_what_retention_took_was_not_changed(store: Store, days: int) -> None:
    """The link's address alone, then the payment and its refund too."""
    request = accepted(store)
    take(store, request, at=NOW + DAY)
    refund(store)
    payments.mark_posted(store, 1, day=TODAY + DAY, note="", by="Kim", now=NOW + DAY)
    purge(store, TODAY + DAY * days, by="Kim", now=NOW + DAY * 40)
    left = store.connection.execute("SELECT url, amount_cents FROM payment_links, payments").fetchall()
    assert left == [(None, 12_500 if days == 1 else None)]
    assert check_invariants(store.connection) == []
    # One that is told of then is of a link whose address is gone.
    take(store, request, payment_id="cs_2", at=NOW + DAY * 2)
    assert check_invariants(store.connection) == []


def test_a_link_that_nobody_knows_to_be_made_is_missed(unsound_store: Callable[[], Store]) -> None:
    store = unsound_store()
    record(store, claimed(store, ask(), linked=True).id, NotSent("no payment link"), now=NOW)
    assert check_invariants(store.connection) == []
    store.connection.execute("DELETE FROM payment_links")
    assert check_invariants(store.connection) == ["the link of request 1 is missing"]


def take(
    store: Store,
    request_id: int,
    state: PaymentState = PaymentState.PAID,
    cents: int = 12_500,
    *,
    token: str = "",
    payment_id: str = "cs_1",
    at: datetime = NOW,
) -> KnownPayment | None:
    return payments.take_payment(
        store, processor="stripe", payment_id=payment_id, reference="pi_1", link_id=f"plink_{request_id}", token=token,
        amount_cents=cents, state=state, at=at, day=at.date(), now=NOW,
    )  # fmt: skip


def refund(store: Store, refund_id: str = "re_1", reference: str = "pi_1") -> KnownPayment | None:
    return payments.take_refund(
        store, processor="stripe", refund_id=refund_id, reference=reference, amount_cents=500, at=NOW, now=NOW
    )


class TestPayments:
    def test_what_was_paid_ends_the_campaign_and_the_link(self, store: Store) -> None:
        request = accepted(store)
        paid = take(store, request)
        assert paid is not None
        assert (paid.left_cents, paid.guarantor_id, paid.posted_on) == (12_500, "007", None)
        assert ends_of(store, "campaigns") == ["paid"]
        assert link(store, request) == ("off", "plink_1", "paid")
        assert take(store, request) is None
        assert payments.payments_of(store, "007") == [paid]

    @pytest.mark.parametrize(("state", "cents"), [(PaymentState.PAID, 12_499), (PaymentState.PENDING, 12_500)])
    def test_less_and_what_is_on_its_way_end_nothing(self, store: Store, state: PaymentState, cents: int) -> None:
        request = accepted(store)
        assert take(store, request, state, cents) is not None
        assert ends_of(store, "campaigns") == [None]
        assert link(store, request) == ("off", "plink_1", "paid")

    def test_a_payment_is_known_by_its_token_too_and_one_of_nobody_is_left(self, store: Store) -> None:
        request = accepted(store)
        token = request_of(store.connection, request).token
        assert take(store, 99) is None
        assert take(store, 99, token=token) is not None

    @pytest.mark.parametrize("final", [PaymentState.PAID, PaymentState.FAILED])
    @pytest.mark.parametrize("then", PaymentState)
    def test_a_final_state_never_changes(self, store: Store, final: PaymentState, then: PaymentState) -> None:
        request = accepted(store)
        take(store, request, PaymentState.PENDING)
        assert [each.payment_id for each in payments.pending_payments(store, "stripe")] == ["cs_1"]
        take(store, request, final)
        assert take(store, request, then) is None
        assert [each.state for each in payments.payments_of(store, "007")] == [final]

    def test_refunds_add_up_and_none_counts_twice(self, store: Store) -> None:
        take(store, accepted(store))
        assert refund(store, reference="pi_of_others") is None
        once = refund(store)
        assert once is not None
        assert once.left_cents == 12_000
        assert refund(store) is None
        twice = refund(store, "re_2")
        assert twice is not None
        assert twice.left_cents == 11_500

    def test_what_is_posted_is_posted_once(self, store: Store) -> None:
        take(store, accepted(store))
        done = payments.mark_posted(store, 1, day=TODAY, note="by hand", by="Kim", now=NOW)
        assert done is not None
        assert (done.posted_on, done.how) == (TODAY, Posted.BY_STAFF)
        assert payments.mark_posted(store, 1, day=TODAY, note="", by="Kim", now=NOW) is None
        payments.record_posted(store, [1], day=TODAY + DAY, now=NOW)
        assert [each.how for each in payments.payments_of(store, "007")] == [Posted.BY_STAFF]
        # Until an export from after that day it may still be a credit.
        assert payments.payments_to_post(store, TODAY) == [done]
        assert payments.payments_to_post(store, TODAY + DAY) == []

    def test_how_far_the_processor_was_asked(self, store: Store) -> None:
        assert payments.read_until(store, "stripe") is None
        payments.record_read(store, "stripe", NOW)
        payments.record_read(store, "stripe", NOW + timedelta(hours=1))
        assert payments.read_until(store, "stripe") == NOW + timedelta(hours=1)


def test_what_speaks_against_a_link(store: Store) -> None:
    first = accepted(store)
    second = accepted(store, step=1, day=7)
    found = {each.request_id: each for each in payment_links.open_links(store, "stripe")}
    assert found[first].replaced
    assert not found[second].replaced
    assert found[second].expires_on == (NOW + 67 * DAY).date()
    payment_links.want_off(store, [(first, OffWhy.REPLACED)])
    assert [each.request_id for each in payment_links.open_links(store, "stripe")] == [second]
    assert [each.request_id for each in payment_links.links_to_switch_off(store, "stripe", {"007"})] == [first]
    assert payment_links.links_to_switch_off(store, "stripe", {"008"}) == []
    assert reading.history(store, "007")[0].state is RequestState.ACCEPTED


@pytest.mark.parametrize("then", PaymentState)
def test_two_programs_that_take_a_payment_at_once_take_it_once(
    store: Store, then: PaymentState, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one looked before the first one wrote."""
    request = accepted(store)
    assert take(store, request) is not None
    with monkeypatch.context() as patched:
        patched.setattr(payments, "_payments", lambda *_: [])
        assert take(store, request, then) is None
    assert [each.state for each in payments.payments_of(store, "007")] == [PaymentState.PAID]
    assert [each.kind for each in events(store.connection, "007")].count("payment") == 1
