"""One link for each request, whatever becomes of a call; and nothing told to Stripe but token, amount and name."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dipay.domain.problems import CannotGoOn
from dipay.links import STAND_IN
from dipay.processors import Link, NoLink, Processor
from dipay.processors.stripe import LEAST_CENTS, MOST_CENTS, STRIPE_URL, StripeProcessor, key_kind, settings_problems
from tests.processors.behaviours import Behaviour, answer, changed, drop, go, half, hang, refuse
from tests.processors.double import LinkIsOffError, ProcessorDouble, processor_for

Against = Callable[[str], StripeProcessor]

TOKEN = "t0ken_of-a-request_00001"
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def made(processor: StripeProcessor, token: str = TOKEN, cents: int = 12_500) -> Link:
    link = processor.make_link(token, cents)
    assert isinstance(link, Link), link
    return link


def not_made(processor: StripeProcessor, token: str = TOKEN, cents: int = 12_500) -> NoLink:
    link = processor.make_link(token, cents)
    assert isinstance(link, NoLink)
    return link


def test_it_is_a_processor(processor: StripeProcessor) -> None:
    assert isinstance(processor, Processor)


def test_a_link_that_can_be_paid_once(processor: StripeProcessor, double: ProcessorDouble) -> None:
    link = made(processor)
    (there,) = double.links.values()
    assert (link.link_id, link.url, link.token, link.amount_cents, link.active) == (
        there.link_id, there.url, TOKEN, 12_500, True,
    )  # fmt: skip
    assert (there.amount, there.currency, there.product, there.limit) == (12_500, "usd", "Maple", 1)
    double.pay(link.link_id)
    with pytest.raises(LinkIsOffError, match=r"no longer in use\. Questions\? Please call us at 207-555-0148"):
        double.pay(link.link_id)
    assert TOKEN not in repr(link)
    assert "buy.stripe.com" not in repr(link)
    assert "12500" not in repr(link)


def test_what_stripe_is_told(processor: StripeProcessor, double: ProcessorDouble) -> None:
    """Nothing of a patient, and nothing of this computer."""
    made(processor)
    (post,) = double.requests
    assert post.key == TOKEN
    price = "line_items[0][price_data]"
    assert post.fields == {
        f"{price}[currency]": "usd", f"{price}[unit_amount]": "12500", f"{price}[product_data][name]": "Maple",
        "line_items[0][quantity]": "1",
        "metadata[dipay_request]": TOKEN,
        "payment_intent_data[metadata][dipay_request]": TOKEN,
        "restrictions[completed_sessions][limit]": "1",
        "inactive_message": "This link is no longer in use. Questions? Please call us at 207-555-0148.",
        "submit_type": "pay",
        "expand[0]": "line_items",
    }  # fmt: skip
    assert set(post.headers) == {
        "host", "user-agent", "accept", "accept-encoding", "connection", "content-length", "content-type",
        "authorization", "idempotency-key", "stripe-version",
    }  # fmt: skip


def test_the_same_token_gives_the_same_link(processor: StripeProcessor, double: ProcessorDouble) -> None:
    assert made(processor) == made(processor_for(double))
    assert len(double.links) == 1
    other = made(processor, "t0ken_of-a-request_00002")
    assert other.link_id != made(processor).link_id


def test_a_key_that_stripe_forgot_makes_a_second_link(processor: StripeProcessor, double: ProcessorDouble) -> None:
    """So a request's link is made once, and found after that."""
    double.now = lambda: NOW
    first = made(processor)
    double.now = lambda: NOW + timedelta(hours=25)
    second = made(processor)
    assert first.link_id != second.link_id
    processor.switch_off(second.link_id)
    assert processor.find_links([TOKEN], NOW)[TOKEN].link_id == first.link_id


def test_a_stand_in_is_as_long_as_a_link_of_a_live_key(processor: StripeProcessor) -> None:
    assert len(made(processor).url.replace("test_", "")) == len(STAND_IN)


@pytest.mark.parametrize(
    ("country", "currency"), [("US", "usd"), ("CA", "cad"), ("GB", "gbp"), ("IE", "eur"), ("AU", "aud"), ("NZ", "nzd")]
)
def test_the_currency_is_the_countrys(country: str, currency: str, double: ProcessorDouble) -> None:
    link = made(processor_for(double, country=country))
    assert double.links[link.link_id].currency == currency


@pytest.mark.parametrize("cents", [-1, 0, 1, LEAST_CENTS - 1, MOST_CENTS + 1])
def test_an_amount_that_stripe_does_not_take(cents: int, processor: StripeProcessor, double: ProcessorDouble) -> None:
    assert not_made(processor, cents=cents) == NoLink("Stripe takes no such amount; the least is 0.50")
    assert not double.requests


@pytest.mark.parametrize("cents", [LEAST_CENTS, MOST_CENTS])
def test_the_least_and_the_most(cents: int, processor: StripeProcessor) -> None:
    assert made(processor, cents=cents).amount_cents == cents


def test_a_long_name_and_phone_are_cut(double: ProcessorDouble) -> None:
    link = made(processor_for(double, practice=" " + "Maple " * 100, phone="207-555-0148" + " " * 600))
    there = double.links[link.link_id]
    assert len(there.product) == 250
    assert len(there.inactive_message) <= 500


#: What may become of a request, whether the real one made a link then, and whether nobody answered it.
DOUBTS: dict[str, tuple[Behaviour, bool, bool]] = {
    "dropped before": (drop(processed=False), False, True),
    "dropped after": (drop(), True, True),
    "ended before": (drop(processed=False, reset=False), False, True),
    "ended after": (drop(reset=False), True, True),
    "too slow before": (hang(processed=False), False, True),
    "too slow after": (hang(), True, True),
    "half an answer": (half(), True, True),
    "500 before": (refuse(500, kind="api_error"), False, True),
    "500 after": (answer(500, {"error": {"type": "api_error"}}, processed=True), True, True),
    "502 with HTML": (answer(502, "<html>bad gateway</html>", processed=True), True, True),
    "503 with nothing": (answer(503), False, True),
    "200 with HTML": (answer(200, "<html>a web filter</html>"), False, False),
    "200 with nothing": (answer(200, ""), False, False),
    "200 with a list": (answer(200, [1, 2], processed=True), True, False),
    "200 with a word": (answer(200, '"ok"'), False, False),
    "200 with another thing": (answer(200, {"object": "customer", "id": "cus_1"}), False, False),
    "bytes that are no text": (answer(200, '{"id": "\udcff"}'.encode("utf-8", "surrogateescape").decode("latin-1")), False, False),
    "a redirect": (answer(302, "", headers={"Location": "https://example.com/"}), False, False),
    "408": (answer(408, "", processed=True), True, False),
    "409 while the first is worked on": (refuse(409, "idempotency_key_in_use"), False, False),
    "400 that is not Stripe's": (answer(400, "<html>blocked</html>"), False, False),
    "another amount": (changed(line_items={"object": "list", "data": [{"object": "item", "amount_total": 1}]}), True, False),
    "no amount": (changed(line_items=None), True, False),
    "an amount that is a text": (changed(line_items={"object": "list", "data": [{"object": "item", "amount_total": "12500"}]}), True, False),
    "another request's token": (changed(metadata={"dipay_request": "of-somebody-else"}), True, False),
    "no token": (changed(metadata={}), True, False),
    "no metadata": (changed(metadata=None), True, False),
    "another currency": (changed(currency="eur"), True, False),
    "no id": (changed(id=None), True, False),
    "an odd id": (changed(id="plink_1\n2"), True, False),
    "no address": (changed(url=None), True, False),
    "an address without TLS": (changed(url="http://buy.stripe.com/x"), True, False),
    "an address with a password": (changed(url="https://a@buy.stripe.com/x"), True, False),
    "an address with a blank": (changed(url="https://buy.stripe.com/x y"), True, False),
    "a very long address": (changed(url="https://buy.stripe.com/" + "x" * 200), True, False),
    "a link that is off": (changed(active=False), True, False),
    "neither on nor off": (changed(active=None), True, False),
}  # fmt: skip


@pytest.mark.parametrize("name", DOUBTS)
def test_where_it_is_not_known_it_is_asked_once_more(
    name: str, processor_against: Against, double: ProcessorDouble
) -> None:
    double.script("make", DOUBTS[name][0])
    link = made(processor_against(name))
    assert [each.key for each in double.asked("make")] == [TOKEN, TOKEN]
    assert [each.link_id for each in double.links.values()] == [link.link_id]
    assert link.url == double.links[link.link_id].url


@pytest.mark.parametrize("name", DOUBTS)
def test_twice_in_doubt_is_in_doubt(name: str, processor_against: Against, double: ProcessorDouble) -> None:
    behaviour, is_there, unanswered = DOUBTS[name]
    double.script("make", behaviour, behaviour)
    no_link = not_made(processor_against(name))
    assert (no_link.in_doubt, no_link.stops_run, no_link.unanswered) == (True, False, unanswered)
    assert len(double.asked("make")) == 2
    assert len(double.links) == is_there
    double.wake()
    found = processor_for(double).find_links([TOKEN], double.now() - timedelta(minutes=1))
    assert set(found) == ({TOKEN} if is_there else set())
    assert is_clean(no_link.why)


def test_what_a_second_answer_refuses_does_not_settle_the_first(
    processor: StripeProcessor, double: ProcessorDouble
) -> None:
    double.script("make", drop(), refuse(401))
    no_link = not_made(processor)
    assert (no_link.in_doubt, no_link.stops_run) == (True, True)
    double.script("make", answer(500), refuse(429, "rate_limit"))
    no_link = not_made(processor, "t0ken_of-a-request_00002")
    assert (no_link.in_doubt, no_link.stops_run, no_link.unanswered) == (True, False, True)


#: What surely made no link, and whether any other could be made; none of it is tried again.
REFUSALS: dict[str, tuple[Behaviour, bool, bool, str]] = {
    "wrong key": (refuse(401, words="Invalid API Key provided: rk_live_abc"), True, False, "does not accept the key"),
    "401 by a proxy": (answer(401, "<html>log in</html>"), True, False, "does not accept the key"),
    "407": (answer(407, "<html>proxy</html>"), True, False, "not Stripe answered"),
    "403 by a filter": (answer(403, "<html>blocked</html>"), True, False, "not Stripe answered"),
    "404 by another server": (answer(404, "<html>none</html>"), True, False, "not Stripe answered"),
    "no permission": (refuse(403, "more_permissions_required"), True, False, "lacks a permission"),
    "no charges yet": (refuse(400, "testmode_charges_only"), True, False, "refuses (testmode_charges_only)"),
    "no code": (refuse(400, words="to pat@example.com"), True, False, "refuses (HTTP 400)"),
    "an odd code": (refuse(400, "pat@example.com"), True, False, "refuses (HTTP 400)"),
    "402": (refuse(402, "card_declined", "card_error"), True, False, "refuses (card_declined)"),
    "too small": (refuse(400, "amount_too_small"), False, False, "no such amount"),
    "too large": (refuse(400, "amount_too_large"), False, False, "no such amount"),
    "too many": (refuse(429, "rate_limit", "rate_limit_error"), False, True, "slow down"),
    "too many, as it used to be": (refuse(400, "rate_limit"), False, True, "slow down"),
    "too many, by a proxy": (answer(429, "<html>wait</html>"), False, True, "slow down"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal(name: str, processor: StripeProcessor, double: ProcessorDouble) -> None:
    behaviour, stops_run, unanswered, words = REFUSALS[name]
    double.script("make", behaviour)
    no_link = not_made(processor)
    assert (no_link.stops_run, no_link.in_doubt, no_link.unanswered) == (stops_run, False, unanswered)
    assert words in no_link.why
    assert is_clean(no_link.why)
    assert len(double.requests) == 1
    assert not double.links


def is_clean(words: str) -> bool:
    """Whether nothing of a key, a request or a patient is in the words."""
    secrets = ("rk_", "double0", TOKEN, "125", "example.com", "patient", "http:")
    return not any(each in words for each in secrets) and not words.endswith(".")


def test_a_key_that_was_revoked(processor: StripeProcessor, double: ProcessorDouble) -> None:
    double.revoked = True
    assert not_made(processor).stops_run


def test_a_key_used_for_something_else_is_in_doubt(processor: StripeProcessor, double: ProcessorDouble) -> None:
    made(processor)
    no_link = not_made(processor, cents=5_000)
    assert (no_link.in_doubt, no_link.stops_run) == (True, False)
    assert len(double.links) == 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_where_nobody_listens(make_processor: Any) -> None:
    no_link = not_made(make_processor(base_url=f"http://127.0.0.1:{free_port()}"))
    assert no_link == NoLink("Stripe could not be reached: no connection could be made", unanswered=True)


def test_environment_does_not_bend_it(
    double: ProcessorDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("STRIPE_API_KEY", "sk_live_of_somebody_else")
    monkeypatch.setenv("STRIPE_LOG", "debug")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login u password p\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    made(processor_for(double))
    assert double.requests[0].headers["authorization"] == f"Bearer {double.api_key}"
    assert capfd.readouterr() == ("", "")
    assert not (tmp_path / "config").exists()


def test_a_password_in_netrc_does_not_take_the_keys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment counts, as on the way through a proxy, a host's password there would be sent instead."""
    from dipay.processors.stripe import _OneRequest

    client = _OneRequest((1.0, 1.0), may_use_proxy=True)
    sent: dict[str, Any] = {}
    monkeypatch.setattr(client.session, "request", lambda *args, **given: sent.update(given))
    client.request("POST", "https://api.stripe.com/v1/payment_links", None, "x=1", {"Authorization": "Bearer k"}, None)
    untouched = object()
    assert sent["auth"](untouched) is untouched
    assert sent["allow_redirects"] is False
    assert sent["timeout"] == (1.0, 1.0)
    client.session.close()


#: What is printed by a library that was told to print everything.
LOGGED = """
import os
os.environ["STRIPE_LOG"] = "debug"
import logging
logging.basicConfig(level=logging.DEBUG)
from tests.processors.double import processor_double, processor_for
from tests.processors.behaviours import refuse
with processor_double() as double:
    processor = processor_for(double)
    print(type(processor.make_link("t0ken_of-a-request_00001", 12500)).__name__)
    double.script("make", refuse(400, words="t0ken_of-a-request_00002"))
    print(type(processor.make_link("t0ken_of-a-request_00002", 12500)).__name__)
    print(double.requests[0].headers["stripe-version"] != "")
"""


def test_the_library_prints_nothing(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", LOGGED],
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
        env={
            "PYTHONPATH": f"{root / 'src'}",
            "XDG_CONFIG_HOME": str(tmp_path),
            "SYSTEMROOT": os.environ.get("SYSTEMROOT", ""),
        },
    )
    assert done.stdout.split() == ["Link", "NoLink", "True"]
    assert done.stderr == ""
    assert not list(tmp_path.iterdir())


def test_an_answers_notice_is_not_shown(processor: StripeProcessor, double: ProcessorDouble) -> None:
    def noticed(call: Any) -> None:
        status, body = call.process()
        call.answer(status, body, {"Stripe-Notice": "Upgrade now!", "Request-Id": "req_1"})

    double.script("make", noticed)
    made(processor)  # a warning would fail the test ...
    assert len(double.requests) == 1  # ... or be an answer that was not understood


def test_the_loggers_are_silent(processor: StripeProcessor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made(processor)
    assert TOKEN not in caplog.text


class TestSettings:
    @pytest.mark.parametrize(
        ("changes", "key", "words"),
        [
            ({"api_key": "pk_live_0123456789"}, "payment_link.stripe.api_key", "not a key of Stripe's"),
            ({"api_key": "rk_live_01234\n56789"}, "payment_link.stripe.api_key", "not a key of Stripe's"),
            ({"api_key": "whsec_0123456789"}, "payment_link.stripe.api_key", "not a key of Stripe's"),
            ({"country": "NO"}, "practice.country", "currency of that country"),
            ({"base_url": "http://api.stripe.com"}, "payment_link.stripe.base_url", "not an address"),
            ({"base_url": "https://a:b@api.stripe.com"}, "payment_link.stripe.base_url", "not an address"),
            ({"base_url": "ftp://127.0.0.1"}, "payment_link.stripe.base_url", "not an address"),
        ],
    )
    def test_what_can_not_work(self, changes: dict[str, Any], key: str, words: str, make_processor: Any) -> None:
        with pytest.raises(CannotGoOn) as caught:
            make_processor(**changes)
        (problem,) = caught.value.problems
        assert caught.value.exit_code == 2
        assert problem.key == key
        assert words in problem.message
        assert not any(each in str(problem) for each in ("0123456789", "a:b@"))

    def test_everything_is_said_at_once(self, make_processor: Any) -> None:
        with pytest.raises(CannotGoOn) as caught:
            make_processor(api_key="x", country="NO", base_url="x")
        assert len(caught.value.problems) == 3

    def test_a_library_that_is_not_installed(self, make_processor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("dipay.processors.stripe.find_spec", lambda name: None)
        with pytest.raises(CannotGoOn) as caught:
            make_processor()
        (problem,) = caught.value.problems
        assert 'pip install "dipay[stripe]"' in problem.fix

    def test_a_library_that_can_not_be_loaded(
        self, processor: StripeProcessor, double: ProcessorDouble, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "stripe", None)
        no_link = not_made(processor)
        assert (no_link.stops_run, no_link.in_doubt) == (True, False)
        assert "can't be loaded" in no_link.why
        problem = processor.ping()
        assert problem is not None
        assert "can't be loaded" in problem.message
        assert not double.requests

    def test_without_a_base_it_is_stripes_own(self, make_processor: Any) -> None:
        processor = make_processor(base_url=None)
        assert processor._wire._base_url == STRIPE_URL
        assert not processor._on_loopback

    @pytest.mark.parametrize("kind", ["sk_test", "rk_test", "sk_live", "rk_live"])
    def test_the_kind_of_a_key(self, kind: str) -> None:
        assert key_kind(f"{kind}_0123456789") == kind
        assert settings_problems(f"{kind}_0123456789", "US", None) == []


def test_a_link_on_this_computer_is_stripes_only_in_a_rehearsal(
    processor: StripeProcessor, double: ProcessorDouble
) -> None:
    double.script("make", changed(url="http://127.0.0.1:9/pay"), go())
    assert made(processor).url == "http://127.0.0.1:9/pay"
    processor._on_loopback = False
    double.script("make", changed(url="http://127.0.0.1:9/pay"), changed(url="http://127.0.0.1:9/pay"))
    assert not_made(processor).in_doubt
