"""The sender held against the provider's own OpenAPI description, served by Prism: names, types, auth and paths.

`.ci/run` starts the counterpart where Node is there and gives its address in DIPAY_PRISM_URL; elsewhere this is skipped.
"""

from __future__ import annotations

import os
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from dipay.domain.outcomes import Accepted
from dipay.messaging import DeliveryReport, Outgoing
from dipay.messaging.twilio import TwilioSender

URL = os.environ.get("DIPAY_PRISM_URL", "")
pytestmark = pytest.mark.skipif(not URL, reason="no counterpart: DIPAY_PRISM_URL is not set (.ci/run sets it)")

ACCOUNT = "AC" + "0123456789abcdef" * 2
#: The messages of the description's examples: one created, one fetched.
CREATED = "SM" + "a" * 32
FETCHED = "SMb7c0a2ce80504485a6f653a7110836f5"


@pytest.fixture
def sender() -> TwilioSender:
    return TwilioSender(ACCOUNT, "a-token", from_number="+12075550100", base_url=URL, total_seconds=30.0)


def test_the_counterpart_refuses_what_the_description_does_not_have() -> None:
    """Else the tests below would pass whatever is sent."""
    unauthorised = Request(f"{URL}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", data=b"Body=x", method="POST")
    with pytest.raises(HTTPError) as caught:
        urlopen(unauthorised)
    assert caught.value.code == 401
    caught.value.close()


def test_a_message_is_created_as_described(sender: TwilioSender) -> None:
    outcome = sender.send(Outgoing(1, "token", "+12075550148", "Maple: pay here https://pay.example.com/token"))
    assert outcome == Accepted(CREATED)


def test_a_message_is_fetched_as_described(sender: TwilioSender) -> None:
    assert isinstance(sender.fetch(FETCHED), DeliveryReport)
