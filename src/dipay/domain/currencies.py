"""The currencies that practices are paid in."""

from __future__ import annotations

from typing import Final

#: By the practice's country, as processors write them; each has a hundred cents.
CURRENCIES: Final = {
    "US": "usd", "PR": "usd", "VI": "usd", "GU": "usd", "CA": "cad", "GB": "gbp", "IE": "eur", "AU": "aud", "NZ": "nzd",
}  # fmt: skip
