"""`request`, before anything is sent, as people and programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from dipay.grammar.languages import language_name
from dipay.grammar.money import format_cents
from dipay.grammar.phones import format_phone
from dipay.render.explain import print_reason
from dipay.render.fitting import wrapped
from dipay.render.safe import printable
from dipay.render.sending import preview_data
from dipay.services.requesting import MORE_THAN_OWED

if TYPE_CHECKING:
    from rich.console import Console

    from dipay.render.as_json import Data
    from dipay.services.requesting import SingleRequest


def print_single_request(found: SingleRequest, console: Console) -> None:
    """Who would be asked, for how much, what speaks against it, and the message."""
    message, text = found.preview.message, found.preview.rendered
    account = message.account
    asked, owed = format_cents(message.amount_cents), format_cents(account.amount_cents)
    amount = asked if message.asked_cents is None else f"{asked}, of {owed} owed,"
    head = f"{account.name}, account {account.guarantor_id}, is asked for {amount} at {format_phone(message.number)}."
    console.print(Text(wrapped(printable(head), console.width), style="bold"))
    if found.to_pass:
        console.print(Text("Speaks against it:"))
        for each in found.explanation.against:
            print_reason(each, console)
        if MORE_THAN_OWED in found.to_pass:
            words = f"{MORE_THAN_OWED}: {asked} is more than the {owed} that the exports show."
            console.print(Padding(Text(words), (0, 0, 0, 2)))
    console.print(Text(f"The message, in {language_name(message.language)}, {text.encoding}, {text.charge}:"))
    console.print(Padding(Text(printable(text.text)), (0, 0, 0, 2)))


def single_request_data(found: SingleRequest) -> Data:
    """`request --dry-run`'s data: the message as `send --dry-run` has it, and the codes that a person must pass."""
    return {
        "guarantor_id": found.guarantor_id,
        "amount_cents": found.preview.message.amount_cents,
        "to_pass": list(found.to_pass),
        "messages": [preview_data(found.preview)],
    }
