"""What is amiss with the address of payment links, by the table in `lint_kinds`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from dipay.domain.hosts import host_of, is_public, is_shortener, registrable
from dipay.domain.lint_kinds import LINK_KINDS
from dipay.domain.problems import Problem
from dipay.domain.setting_types import LOOPBACK

_USUAL_PORT: Final = 443


@dataclass(frozen=True, slots=True)
class _Link:
    """The template of links, the host and port that it leads to, and the practice's website by its host."""

    template: str
    host: str
    port: int | None
    website: str | None


def lint_link(template: str, website: str | None, key: str | None = None) -> Iterator[Problem]:
    """What carriers or patients would take amiss in the template of links; `website` is the practice's host.

    What makes it no template, plain http and a user's name in it are refused when the settings are read.
    """
    link = _Link(template, host_of(template), urlsplit(template).port, website)
    for kind in LINK_KINDS:
        words = _FINDERS[kind.code](link)
        if words:
            yield Problem(kind.severity, kind.says.replace("{words}", words), kind.fix, key=key, kind=kind.code)


def _shortener(link: _Link) -> str:
    return link.host if is_shortener(link.host) else ""


def _no_public(link: _Link) -> str:
    if link.host in LOOPBACK:
        return f"{link.host}, this computer itself"
    return "" if is_public(link.host) else link.host


def _port(link: _Link) -> str:
    return "" if link.port in (None, _USUAL_PORT) or link.host in LOOPBACK else str(link.port)


def _letters(link: _Link) -> str:
    return link.host if any(part.startswith("xn--") for part in link.host.split(".")) else ""


def _id(link: _Link) -> str:
    return "{guarantor_id}" if "{guarantor_id}" in link.template else ""


def _amount(link: _Link) -> str:
    return "{amount}" if re.search(r"\{amount(?:_cents)?\}", link.template) else ""


def _other(link: _Link) -> str:
    if link.website is None or not is_public(link.host) or registrable(link.host) == registrable(link.website):
        return ""
    return f"{link.host}, and practice.website is {link.website}"


#: Each says what it found, in words, or nothing.
_FINDERS: Final[Mapping[str, Callable[[_Link], str]]] = {
    "link shortener": _shortener,
    "no public host": _no_public,
    "link port": _port,
    "link letters": _letters,
    "id in link": _id,
    "amount in link": _amount,
    "other host": _other,
}
