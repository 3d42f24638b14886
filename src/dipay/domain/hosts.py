"""Names of hosts: whose address one is, and whether a phone anywhere could open it. Pure; nothing is looked up."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

#: Link shorteners that everybody can use.
_EVERYBODYS: Final = (
    "bit.ly bitly.com j.mp tinyurl.com goo.gl t.co ow.ly is.gd v.gd buff.ly rebrand.ly cutt.ly rb.gy shorturl.at "
    "tiny.cc t.ly bl.ink short.io s.id lnkd.in twil.io adf.ly dub.sh clck.ru soo.gd qr.ae shorte.st trib.al dlvr.it "
    "tiny.one urlz.fr u.to ln.run shorturl.gg tinycc.com bitly.ws 2u.pw snip.ly hyperurl.co"
)
_SHORTENERS: Final = frozenset(_EVERYBODYS.split())
#: Second parts under a country, where one's own name is the third: co.uk, com.au, org.mx.
_UNDER_COUNTRIES: Final = "ac co com edu gob gov ltd me ne net nhs nom or org plc sch"
_SECOND: Final = frozenset(_UNDER_COUNTRIES.split())
#: Where every customer has a name under the same one.
_OF_MANY: Final = (
    "square.site wixsite.com weebly.com wordpress.com blogspot.com myshopify.com webflow.io netlify.app vercel.app "
    "github.io pages.dev web.app herokuapp.com azurewebsites.net godaddysites.com business.site"
)
_SHARED: Final = frozenset(_OF_MANY.split())
#: Names that an office's own network gives, and such as are set aside for tests.
_INSIDE: Final = "local localhost localdomain internal intranet lan home corp private test invalid"
_NO_PUBLIC: Final = frozenset(_INSIDE.split())
_NUMBERS: Final = re.compile(r"[0-9.]+|.*:.*")


def host_of(address: str) -> str:
    """The host that an address leads to, in small letters; empty where it names none."""
    return urlsplit(address).hostname or ""


def registrable(host: str) -> str:
    """The part of a host's name that its owner registered: `maplestreetdental.com` of `pay.maplestreetdental.com`.

    The last two parts, or three where the second last is one of those under which a country registers names, or the
    last two are a host of many. There is a public list of all such endings, which is long and changes weekly; where
    this rule is mistaken, a note is said too often or not at all, and nothing is decided by it.
    """
    parts = _parts(host)
    is_second = len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND
    is_shared = ".".join(parts[-2:]) in _SHARED
    return ".".join(parts[-3 if is_second or is_shared else -2 :])


def is_shortener(host: str) -> bool:
    """Whether it is a public link shortener's."""
    return ".".join(_parts(host)).removeprefix("www.") in _SHORTENERS


def is_public(host: str) -> bool:
    """Whether a phone anywhere could open it: a name, with a dot, under an ending that is not set aside."""
    parts = _parts(host)
    return len(parts) > 1 and parts[-1] not in _NO_PUBLIC and _NUMBERS.fullmatch(host) is None


def _parts(host: str) -> list[str]:
    """Its parts in small letters, without the dot that may end a whole name."""
    return host.lower().rstrip(".").split(".")
