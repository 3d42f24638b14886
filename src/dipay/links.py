"""Payment links: the settings' address with the request's own values in it. Nothing is fetched here."""

from __future__ import annotations

import re
from string import Formatter
from typing import Final
from urllib.parse import quote, urlsplit

from dipay.domain.problems import Problem, Severity
from dipay.domain.setting_types import LINK_PLACEHOLDERS
from dipay.grammar.money import plain_cents

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

_KEY: Final = "payment_link.url"
#: What RFC 3986 lets an address be written with.
_PLAIN: Final = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", re.ASCII)
_EXAMPLE: Final = {"request_id": "x", "guarantor_id": "x", "amount": "1.00", "amount_cents": "100"}


def payment_link(url_template: str, request_id: str, guarantor_id: str, amount_cents: int) -> str:
    """The link of one request; the values are percent-encoded, so none can leave its place in the address.

    `request_id` is the request's unguessable token. `{amount}` becomes `123.45`. `ValueError` where the template is
    none (`link_problems` says why) or where there is nothing to pay.
    """
    wrong = _wrong(url_template)
    if wrong is not None:
        raise ValueError(f"{_KEY} {wrong[0]}")
    if amount_cents <= 0:
        raise ValueError("there is no amount to pay")
    values = {
        "request_id": request_id,
        "guarantor_id": guarantor_id,
        "amount": plain_cents(amount_cents),
        "amount_cents": str(amount_cents),
    }
    return _filled(url_template, {name: quote(value, safe="") for name, value in values.items()})


def link_problems(url_template: str, key: str = _KEY) -> list[Problem]:
    """What is wrong with a link's template: an error where no link can be made, warnings where it can."""
    wrong = _wrong(url_template)
    if wrong is not None:
        return [Problem(Severity.ERROR, f"The payment link {wrong[0]}.", wrong[1], key=key)]
    names = {name for _, name, _, _ in Formatter().parse(url_template) if name}
    if "request_id" not in names:
        return [
            Problem(
                Severity.WARNING,
                "The payment link has no {request_id}: it can be guessed, and a message whose outcome is in doubt is "
                "harder to find at the provider.",
                "Put {request_id} into it, for example ?ref={request_id}.",
                key=key,
            )
        ]
    return []


def _wrong(template: str) -> tuple[str, str] | None:
    """What is wrong and what to do; None for a template that links can be made of."""
    example = "Write it as https://pay.example.com/maple?ref={request_id}."
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in Formatter().parse(template)]
    except ValueError:
        return "has a brace without its partner", "Write placeholders as {request_id}."
    for name, spec, conversion in fields:
        if name is not None and (name not in LINK_PLACEHOLDERS or spec or conversion):
            allowed = ", ".join(f"{{{each}}}" for each in LINK_PLACEHOLDERS)
            return "has a placeholder that does not exist", f"Use only {allowed}."
    filled = _filled(template, _EXAMPLE)
    if _PLAIN.fullmatch(filled) is None:
        return "has blanks or characters that no address has", "Write them percent-encoded."
    try:
        parts = urlsplit(filled)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return "is not an address", example
    if not host:
        return "is not an address", example
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        return "does not begin with https://", example
    if "@" in parts.netloc:
        return "has a user name in it", "Remove what stands before the @."
    if "{" in urlsplit(template).netloc or "{" in template.partition(":")[0]:
        return "has a placeholder in the host's name", "Use placeholders only behind the first slash."
    return None


def _filled(template: str, values: dict[str, str]) -> str:
    return "".join(text + (values[name] if name else "") for text, name, _, _ in Formatter().parse(template))
