"""Money: text to whole cents and back. No float ever holds an amount."""

from __future__ import annotations

import re

from dipay.grammar import Unreadable

#: The largest amount one cell may hold: 9,999,999.99. A ten-digit number in a money column is a phone number.
MAX_CENTS = 999_999_999
_MOST_DIGITS = 9

_PLAIN = re.compile(r"([0-9]+)(?:\.([0-9]{0,2}))?", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+", re.ASCII)
_SHAPE = re.compile(
    r"""
    (?P<sign>[-+])?\ {0,9}          # -12.34  +12.34
    (?:(?:US)?\$|USD)?\ {0,9}       # $12.34  $ 12.34  US$12.34  USD 12.34  -$12.34
    (?P<inner>[-+])?\ {0,9}         # $-12.34
    (?P<open>\()?                   # (12.34)  $(12.34)  -(12.34)
    (?:(?<=\()\$)?                  # ($12.34)
    (?P<whole>[0-9][0-9,]*)?(?:\.(?P<fraction>[0-9]{0,2}))?     # 60.  .50
    (?P<close>\))?
    (?P<behind>\ {0,9}(?:-|CR|DR))? # 12.34-  12.34 -  12.34 CR  12.34 DR
    """,
    re.ASCII | re.VERBOSE | re.IGNORECASE,
)
#: How a sheet writes that there is nothing: a dash where the digits would be.
_NOTHING = re.compile(r"(?:(?:(?:US)?\$|USD)\ {0,9})?--?", re.ASCII | re.IGNORECASE)
#: A database's binary number written with all its digits (123.39999999999999), or what a sum of such left over of zero.
_BINARY = re.compile(r"(?P<minus>-?)(?P<whole>[0-9]+)\.(?P<fraction>[0-9]{9,25})", re.ASCII)
_LEFT_OVER = re.compile(r"-?[0-9](?:\.[0-9]{1,25})?E-(?P<power>[0-9]{2,3})", re.ASCII | re.IGNORECASE)
#: Such a number is within 1e-9 of the cent that it stands for.
_BINARY_PLACES = 9

_EUROPEAN = re.compile(r"\(?-?\$?(?:[0-9]{1,3}(?:\.[0-9]{3})*|[0-9]+),[0-9]{1,2}\)?-?", re.ASCII)
_POWER = re.compile(r"[-+]?[0-9.,]+E[-+]?[0-9]+", re.ASCII | re.IGNORECASE)
_FRACTIONS = re.compile(r"[-+$( ]*[0-9,]*\.[0-9]{3,}\)?", re.ASCII)

_FIX = 'Correct it in the PMS and export again; amounts look like 1234.50, $1,234.50, (12.34), 12.34- or "12.34 CR".'


def parse_cents(text: str, decimal: str = ".") -> int:
    """Whole cents of an amount as a PMS, a sheet or a database writes it.

    Accepted: `1234.5`, `60.`, `.50`, `$1,234.56`, `$ 12.34`, `US$12.34`, `USD 12.34`, `+12.34`, `12.34 DR`; below zero
    `-12.34`, `(12.34)`, `$(12.34)`, `-(12.34)`, `12.34-`, `-$12.34`, `$-12.34`, `12.34 CR`, with U+2212 for the minus
    too; `-`, `$-` and `--` for nothing; a binary number within 1e-9 of a cent for that cent. With `decimal=","` the
    same with comma and point exchanged. Everything else, blank included, raises `Unreadable`: three decimals,
    exponents, `NaN`, `1,23`, a sign in two places, digits that are not ASCII, more than 9,999,999.99.
    """
    amount = text.strip(" \u00a0")
    if decimal == "," or not amount.isascii():
        amount = amount.translate(_AS_WRITTEN[decimal])
    plain = _PLAIN.fullmatch(amount)
    if plain is not None:
        return _bounded(plain[1], plain[2])
    if (shape := _SHAPE.fullmatch(amount)) is not None and (shape["whole"] or shape["fraction"]):
        return _signed(shape, text, decimal)
    if _NOTHING.fullmatch(amount) is not None:
        return 0
    if (cents := _binary_cents(amount)) is not None:
        return cents
    raise _unreadable(text, amount, decimal)


def _signed(shape: re.Match[str], text: str, decimal: str) -> int:
    """The cents of an amount that is laid out like one: digits in groups of three, and a sign in one place only."""
    whole, behind = shape["whole"] or "0", (shape["behind"] or "").strip().upper()
    signs = [mark for mark in (shape["sign"], shape["inner"], shape["open"], behind) if mark]
    # -(12.34) says it twice and means it once.
    if signs == ["-", "("]:
        signs = ["("]
    is_grouped = "," not in whole or _GROUPED.fullmatch(whole) is not None
    if len(signs) > 1 or bool(shape["open"]) != bool(shape["close"]) or not is_grouped:
        raise _unreadable(text, shape[0], decimal)
    cents = _bounded(whole.replace(",", ""), shape["fraction"])
    return cents if not signs or signs[0] in ("+", "DR") else -cents


def _binary_cents(amount: str) -> int | None:
    """The cents of a binary number that is as near to them as such numbers are; None for any other text."""
    left_over = _LEFT_OVER.fullmatch(amount)
    if left_over is not None:
        return 0 if int(left_over["power"]) > _BINARY_PLACES else None
    binary = _BINARY.fullmatch(amount)
    if binary is None:
        return None
    _bounded(binary["whole"], None)
    places = len(binary["fraction"])
    cent: int = 10 ** (places - 2)
    cents, rest = divmod(int(binary["whole"] + binary["fraction"]) + cent // 2, cent)
    if abs(rest - cent // 2) * 10**_BINARY_PLACES > 10**places:
        return None
    if cents > MAX_CENTS:
        raise _too_large()
    return -cents if binary["minus"] else cents


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


#: What stands for the signs of an amount, by its decimal sign: U+2212 is a minus.
_AS_WRITTEN = {".": str.maketrans("\u2212", "-"), ",": str.maketrans("\u2212,.", "-.,")}


def _bounded(whole: str, fraction: str | None) -> int:
    # Python makes no number of some thousand digits at all, so a text that is too long is never tried.
    digits = whole.lstrip("0")
    cents = int(digits or "0") * 100 + int((fraction or "").ljust(2, "0")) if len(digits) <= _MOST_DIGITS else None
    if cents is None or cents > MAX_CENTS:
        raise _too_large()
    return cents


def _too_large() -> Unreadable:
    return Unreadable("is too large to be an amount", "Check that the column mapped to it holds money.")


def _unreadable(text: str, amount: str, decimal: str) -> Unreadable:
    if not amount:
        return Unreadable("is blank where an amount is required", _FIX)
    if decimal == "." and _EUROPEAN.fullmatch(text.strip()):
        return Unreadable(
            "is not an amount: it has a decimal comma",
            'Export with decimal points, or use a profile with `decimal: ","`.',
        )
    if _POWER.fullmatch(amount):
        return Unreadable(
            "is not an amount: it is written as a power of ten",
            "Export it in plain digits; a spreadsheet program may have written it so when it saved the file.",
        )
    if _FRACTIONS.fullmatch(amount):
        return Unreadable("is not an amount: it has more than two decimals", _FIX)
    return Unreadable("is not an amount", _FIX)
