"""What `check` says of the address of links, and whose address a host is."""

from __future__ import annotations

import pytest

from dipay.domain.hosts import is_public, is_shortener, registrable
from dipay.domain.link_lint import lint_link
from dipay.domain.lint_kinds import LINK_KINDS, Kind
from dipay.domain.problems import Severity

OWN = "www.maplestreetdental.com"


@pytest.mark.parametrize(
    ("template", "website", "expected"),
    [
        ("https://pay.maplestreetdental.com/{request_id}", OWN, []),
        ("https://maplestreetdental.com/pay?r={request_id}", OWN, []),
        ("https://PAY.MapleStreetDental.com/{request_id}", OWN, []),
        ("https://pay.maplestreetdental.com:443/{request_id}", OWN, []),
        ("https://pay.maple.co.uk/{request_id}", "www.maple.co.uk", []),
        ("https://pay.oak.co.uk/{request_id}", "www.maple.co.uk", ["other host"]),
        ("https://maple.square.site/{request_id}", "oak.square.site", ["other host"]),
        ("https://pay.maplestreetdental.com.evil.com/{request_id}", OWN, ["other host"]),
        ("https://maplestreetdental-pay.com/{request_id}", OWN, ["other host"]),
        ("https://maplestreetdental-pay.com/{request_id}", None, []),
        ("https://bit.ly/{request_id}", OWN, ["link shortener", "other host"]),
        ("https://www.TinyURL.com/{request_id}", None, ["link shortener"]),
        ("https://orbit.ly/{request_id}", None, []),
        ("https://bit.ly./{request_id}", None, ["link shortener"]),
        ("https://192.0.2.7./{request_id}", None, ["no public host"]),
        ("https://localhost./{request_id}", None, ["no public host"]),
        ("https://192.0.2.7/{request_id}", OWN, ["no public host"]),
        ("https://[2001:db8::7]/{request_id}", OWN, ["no public host"]),
        ("https://server/{request_id}", OWN, ["no public host"]),
        ("https://pay.maple.local/{request_id}", OWN, ["no public host"]),
        ("http://localhost:8000/{request_id}", OWN, ["no public host"]),
        ("http://127.0.0.1/{request_id}", OWN, ["no public host"]),
        ("https://pay.maplestreetdental.com:8443/{request_id}", OWN, ["link port"]),
        ("https://xn--mplestreetdental-0lg.com/{request_id}", None, ["link letters"]),
        ("https://pay.maplestreetdental.com/{request_id}?g={guarantor_id}", OWN, ["id in link"]),
        ("https://pay.maplestreetdental.com/{request_id}?a={amount}", OWN, ["amount in link"]),
        ("https://pay.maplestreetdental.com/{request_id}?a={amount_cents}", OWN, ["amount in link"]),
    ],
)
def test_what_is_said_of_a_link(template: str, website: str | None, expected: list[str]) -> None:
    found = list(lint_link(template, website, "payment_link.url"))
    assert [each.kind for each in found] == expected
    assert all(each.fix and each.key == "payment_link.url" for each in found)


def test_another_host_is_told_with_both_names_and_is_a_note() -> None:
    [problem] = lint_link("https://pay.oak.com/{request_id}", OWN)
    assert problem.severity is Severity.NOTE
    assert problem.message == (
        "leads to pay.oak.com, and practice.website is www.maplestreetdental.com: patients who compare see two names."
    )


@pytest.mark.parametrize("kind", LINK_KINDS, ids=lambda kind: kind.code)
def test_a_kinds_own_examples_are_of_it_and_not_of_it(kind: Kind) -> None:
    assert kind.code in {each.kind for each in lint_link(kind.bad, OWN)}
    assert list(lint_link(kind.good, OWN)) == []
    assert all((kind.says, kind.fix, kind.why))


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("pay.maple.com", "maple.com"),
        ("maple.com", "maple.com"),
        ("PAY.Maple.COM.", "maple.com"),
        ("a.b.c.maple.dental", "maple.dental"),
        ("pay.maple.com.mx", "maple.com.mx"),
        ("com.mx", "com.mx"),
        ("pay.maple.us", "maple.us"),
        ("co.uk.com", "uk.com"),
        ("maple.square.site", "maple.square.site"),
        ("localhost", "localhost"),
    ],
)
def test_whose_a_host_is(host: str, owner: str) -> None:
    assert registrable(host) == owner


def test_hosts() -> None:
    assert is_shortener("bit.ly")
    assert is_shortener("WWW.Bit.ly.")
    assert not is_shortener("bit.ly.maple.com")
    assert is_public("pay.maple.com")
    assert not any(map(is_public, ("maple", "10.0.0.1", "::1", "pay.lan", "")))
