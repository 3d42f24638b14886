"""Payment links: the settings' address with the request's own values in it. Nothing is fetched here.

What may stand in the address is checked when the settings are read (`setting_types.LINK_TEMPLATE`), not once more here.
"""

from __future__ import annotations

from string import Formatter
from typing import Final
from urllib.parse import quote

from dipay.grammar.money import plain_cents

#: In the place of a link that a processor is yet to make: as long as Stripe's are.
STAND_IN: Final = f"https://buy.stripe.com/{'x' * 23}"


def payment_link(url_template: str, request_id: str, guarantor_id: str, amount_cents: int) -> str:
    """The link of one request; the values are percent-encoded, so none can leave its place in the address.

    `request_id` is the request's unguessable token. `{amount}` becomes `123.45`. `ValueError` for no amount to pay.
    """
    if amount_cents <= 0:
        raise ValueError("there is no amount to pay")
    values = {
        "request_id": request_id,
        "guarantor_id": guarantor_id,
        "amount": plain_cents(amount_cents),
        "amount_cents": str(amount_cents),
    }
    return "".join(
        text + (quote(values[name], safe="") if name else "") for text, name, _, _ in Formatter().parse(url_template)
    )
