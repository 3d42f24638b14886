"""The processor held against `emulate`, somebody else's copy of Stripe: what is asked, filters, pages, and no answer.

It has Checkout Sessions, whose pages can really be paid, and nothing else of what dipay uses: no Payment Links, no
refunds, no amounts of sessions. `.ci/run` starts it where Node is there and gives its address in DIPAY_EMULATE_URL;
elsewhere this is skipped.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from urllib.request import Request, urlopen

import pytest

from dipay.processors import NoLink, ProcessorTrouble
from dipay.processors.stripe import TOKEN_KEY, StripeProcessor, _token_of

URL = os.environ.get("DIPAY_EMULATE_URL", "")
pytestmark = pytest.mark.skipif(not URL, reason="no counterpart: DIPAY_EMULATE_URL is not set (.ci/run sets it)")

TOKEN = "t0ken_of-a-request_00001"


@pytest.fixture
def processor() -> StripeProcessor:
    return StripeProcessor("rk_test_0123456789", practice="Maple", phone="207-555-0148", country="US", base_url=URL)


def begun(processor: StripeProcessor, token: str) -> str:
    """A patient's session, begun as a link would begin it."""
    given = processor._client.v1.checkout.sessions.create({"mode": "payment", "metadata": {TOKEN_KEY: token}})
    return given.id


def paid(session_id: str) -> None:
    with urlopen(Request(f"{URL}/checkout/{session_id}/complete", data=b"", method="POST")) as page:
        assert b"Payment received" in page.read()


def ids(processor: StripeProcessor, since: datetime) -> list[str]:
    return [each.id for each in processor._sessions(since)]


def test_a_session_is_found_once_it_is_paid(processor: StripeProcessor) -> None:
    now = datetime.now(UTC)
    session = begun(processor, TOKEN)
    assert session not in ids(processor, now)
    paid(session)
    found = next(each for each in processor._sessions(now) if each.id == session)
    assert (found.status, found.payment_status, found.mode) == ("complete", "paid", "payment")
    assert _token_of(found) == TOKEN
    assert (
        timedelta(0) <= datetime.fromtimestamp(found.created, UTC) - now.replace(microsecond=0) < timedelta(minutes=5)
    )


def test_the_filter_by_time_is_understood(processor: StripeProcessor) -> None:
    paid(begun(processor, TOKEN))
    assert ids(processor, datetime.now(UTC) + timedelta(minutes=11)) == []


def test_every_page_is_read(processor: StripeProcessor) -> None:
    now = datetime.now(UTC)
    mine = [begun(processor, TOKEN) for _ in range(120)]
    for each in mine:
        paid(each)
    found = ids(processor, now)
    assert len(found) == len(set(found)) >= 120
    assert [each for each in found if each in mine] == mine[::-1]


def test_what_has_no_amount_is_no_payment(processor: StripeProcessor) -> None:
    paid(begun(processor, TOKEN))
    with pytest.raises(ProcessorTrouble):
        list(processor.payments_since(datetime.now(UTC)))


def test_a_session_that_is_not_there(processor: StripeProcessor) -> None:
    assert processor.payment("cs_0123456789abcdef") is None


def test_what_it_does_not_have_is_no_answer_of_stripes(processor: StripeProcessor) -> None:
    no_link = processor.make_link(TOKEN, 12_500)
    assert isinstance(no_link, NoLink)
    assert (no_link.stops_run, no_link.in_doubt) == (True, False)
    for ask in (
        lambda: list(processor.links_since(datetime.now(UTC))),
        lambda: list(processor.refunds_since(datetime.now(UTC))),
        lambda: processor.switch_off("plink_1"),
    ):
        with pytest.raises(ProcessorTrouble):
            ask()
    problem = processor.ping()
    assert problem is not None
    assert "not Stripe" in problem.message
