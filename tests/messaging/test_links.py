from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dipay.domain.setting_reader import ManyUnreadable
from dipay.domain.setting_types import LINK_TEMPLATE
from dipay.grammar import Unreadable
from dipay.links import payment_link

FULL = "https://pay.example.com/m?ref={request_id}&g={guarantor_id}&a={amount}&c={amount_cents}"


def test_every_placeholder() -> None:
    assert payment_link(FULL, "tok", "007", 123450) == "https://pay.example.com/m?ref=tok&g=007&a=1234.50&c=123450"


@given(st.text(max_size=20), st.text(max_size=20), st.integers(1, 10**9))
def test_no_value_leaves_its_place(request_id: str, guarantor_id: str, cents: int) -> None:
    request_id, guarantor_id = (each.encode("utf-8", "replace").decode() for each in (request_id, guarantor_id))
    link = payment_link(FULL, request_id, guarantor_id, cents)
    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("https", "pay.example.com", "/m", "")
    read = parse_qs(parts.query, keep_blank_values=True)
    assert (read["ref"], read["g"], read["c"]) == ([request_id], [guarantor_id], [str(cents)])
    assert link.isascii()
    assert " " not in link


@given(st.text(max_size=20).filter(lambda each: each not in (".", "..")))
def test_no_id_leaves_its_part_of_the_path(guarantor_id: str) -> None:
    """An id of dots alone would; such a row is held when the export is read."""
    guarantor_id = guarantor_id.encode("utf-8", "replace").decode()
    link = payment_link("https://pay.example.com/m/{guarantor_id}/pay?r={request_id}", "tok", guarantor_id, 100)
    assert re.fullmatch(r"https://pay\.example\.com/m/[\w.~%-]*/pay\?r=tok", link, re.ASCII)
    assert unquote(urlsplit(link).path.split("/")[2]) == guarantor_id


@pytest.mark.parametrize("value", ["../../admin", "a/b?c=d#e", "//evil.example", "%2e%2e", "@evil.example", "\\x"])
def test_no_value_leaves_its_part_of_the_path(value: str) -> None:
    link = payment_link("https://pay.example.com/m/{request_id}/pay", value, "1", 100)
    parts = urlsplit(link)
    assert parts.netloc == "pay.example.com"
    assert parts.path.count("/") == 3
    assert unquote(parts.path.split("/")[2]) == value
    assert not parts.query
    assert not parts.fragment


@pytest.mark.parametrize(
    "template",
    [
        "https://pay.example.com/{request_id}",
        "https://pay.example.com:8443/a/{request_id}#b",
        "http://127.0.0.1:8080/{request_id}",
        "http://localhost/{request_id}",
        "HTTPS://pay.example.com/{request_id}",
    ],
)
def test_good_templates(template: str) -> None:
    assert LINK_TEMPLATE.read(template) == template
    assert payment_link(template, "tok", "1", 100)


@pytest.mark.parametrize(
    "template",
    [
        "http://pay.example.com/{request_id}",
        "http://127.0.0.1.example.com/{request_id}",
        "javascript:alert({request_id})",
        "ftp://pay.example.com/{request_id}",
        "pay.example.com/{request_id}",
        "//pay.example.com/{request_id}",
        "https:///{request_id}",
        "https://{request_id}.example.com/",
        "https://{guarantor_id}/",
        "https://pay.example.com:{amount_cents}/{request_id}",
        "https://user:secret@pay.example.com/{request_id}",
        "https://pay.example.com/{first_name}",
        "https://pay.example.com/?g={guarantor_id}",
        "https://pay.example.com/{request_id.__class__}",
        "https://pay.example.com/{request_id!r}",
        "https://pay.example.com/{request_id:>99}",
        "https://pay.example.com/{request_id",
        "https://pay.example.com/{{x}}/{request_id}",
        "https://pay.example.com/a b/{request_id}",
        "https://pay.example.com/ä/{request_id}",
        "https://pay.example.com/\n{request_id}",
        "https://pay.example.com:port/{request_id}",
        "https://[pay/{request_id}",
        "",
    ],
)
def test_what_is_no_template(template: str) -> None:
    with pytest.raises((Unreadable, ManyUnreadable)):
        LINK_TEMPLATE.read(template)


@pytest.mark.parametrize("cents", [0, -1])
def test_nothing_to_pay(cents: int) -> None:
    with pytest.raises(ValueError, match="no amount"):
        payment_link(FULL, "tok", "1", cents)
