"""Money: text to whole cents and back. No float ever holds an amount."""

from __future__ import annotations

import re

from dipay.grammar import Unreadable

#: The largest amount one cell may hold: 9,999,999.99. A ten-digit number in a money column is a phone number.
MAX_CENTS = 999_999_999
_MOST_DIGITS = 9

_PLAIN = re.compile(r"([0-9]+)(?:\.([0-9]{1,2}))?", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+", re.ASCII)
_SHAPE = re.compile(
    r"""
    (?: (?P<minus>-)\ ?\$?      # -12.34  -$12.34
      | \$?(?P<open>\()\$?      # (12.34) ($12.34) $(12.34)
      | \$?
    )
    (?P<number>[0-9][0-9,]*(?:\.[0-9]{1,2})?)
    (?: (?P<close>\))
      | (?P<trailing>-)         # 12.34-
      | (?P<credit>\ ?CR)       # 12.34 CR
    )?
    """,
    re.ASCII | re.VERBOSE,
)
_EUROPEAN = re.compile(r"\(?-?\$?(?:[0-9]{1,3}(?:\.[0-9]{3})*|[0-9]+),[0-9]{1,2}\)?-?", re.ASCII)

_FIX = 'Correct it in the PMS and export again; amounts look like 1234.50, $1,234.50, (12.34), 12.34- or "12.34 CR".'


def parse_cents(text: str, decimal: str = ".") -> int:
    """Whole cents of an amount as a PMS writes it.

    Accepted: `1234.5`, `$1,234.56`, `(12.34)`, `($12.34)`, `12.34-`, `-$12.34`, `12.34 CR`; with `decimal=","` the same
    with comma and point exchanged. Everything else, blank included, raises `Unreadable`: three decimals, exponents,
    `NaN`, `1,23`, a sign in two places, digits that are not ASCII, more than 9,999,999.99.
    """
    amount = text.strip(" \u00a0")
    if decimal == ",":
        amount = amount.translate(_SWAP)
    plain = _PLAIN.fullmatch(amount)
    if plain is not None:
        return _bounded(plain[1], plain[2])
    shape = _SHAPE.fullmatch(amount)
    if shape is None:
        raise _unreadable(text, decimal)
    negative = [mark for mark in (shape["minus"], shape["open"], shape["trailing"], shape["credit"]) if mark]
    if len(negative) > 1 or bool(shape["open"]) != bool(shape["close"]):
        raise _unreadable(text, decimal)
    whole, _, fraction = shape["number"].partition(".")
    if "," in whole:
        if _GROUPED.fullmatch(whole) is None:
            raise _unreadable(text, decimal)
        whole = whole.replace(",", "")
    cents = _bounded(whole, fraction)
    return -cents if negative else cents


def format_cents(cents: int) -> str:
    """The amount as people read it: `$1,234.50`, `-$12.34`."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}.{rest:02d}"


def plain_cents(cents: int) -> str:
    """The amount as a spreadsheet reads it: `1234.50`, `-12.34`; no currency sign, no thousands separator."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}{dollars}.{rest:02d}"


_SWAP = str.maketrans(",.", ".,")


def _bounded(whole: str, fraction: str | None) -> int:
    # Python makes no number of some thousand digits at all, so a text that is too long is never tried.
    digits = whole.lstrip("0")
    cents = int(digits or "0") * 100 + int((fraction or "").ljust(2, "0")) if len(digits) <= _MOST_DIGITS else None
    if cents is None or cents > MAX_CENTS:
        raise Unreadable("is too large to be an amount", "Check that the column mapped to it holds money.")
    return cents


def _unreadable(text: str, decimal: str) -> Unreadable:
    if not text.strip():
        return Unreadable("is blank where an amount is required", _FIX)
    if decimal == "." and _EUROPEAN.fullmatch(text.strip()):
        return Unreadable(
            "is not an amount: it has a decimal comma",
            'Export with decimal points, or use a profile with `decimal: ","`.',
        )
    return Unreadable("is not an amount", _FIX)
