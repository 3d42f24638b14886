"""What was paid by links as people and programs read it: `posting`, and the lines of `sync` and `send`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.text import Text

from dipay.domain.payments import PaymentState
from dipay.grammar.money import format_cents
from dipay.render.safe import printable
from dipay.render.sheets import Column, Kind, Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from dipay.domain.payments import KnownPayment
    from dipay.render.as_json import Data
    from dipay.services.posting import ToPost
    from dipay.services.syncing import SyncReport


def payment_lines(report: SyncReport) -> list[str]:
    """What the processor told of payments and links; nothing where nothing is new."""
    lines = []
    if report.payments:
        words = {
            PaymentState.PAID: f"paid, {format_cents(report.paid_cents)}",
            PaymentState.PENDING: "on the way from the bank",
            PaymentState.FAILED: "failed",
        }
        parts = [f"{report.payments[state]} {said}" for state, said in words.items() if state in report.payments]
        lines.append(f"Payments: {'; '.join(parts)}. `dipay posting` lists those to key into the PMS.")
    if report.refunds:
        lines.append(f"Refunds: {report.refunds}.")
    if report.links_off:
        lines.append(f"Payment links switched off: {report.links_off}.")
    return lines


def payments_data(report: SyncReport) -> Data:
    return {
        "payments": report.payments,
        "paid_cents": report.paid_cents,
        "refunds": report.refunds,
        "links_off": report.links_off,
    }


def print_posting(payments: Sequence[ToPost], console: Console) -> None:
    """The payments to key into the PMS: who, when, how much, and what the processor calls it."""
    if not payments:
        console.print(Text("The exports show every payment."))
        return
    console.print(Text("Key into the PMS (each leaves this list once an export shows it):"))
    for each in payments:
        paid = each.payment
        amount = format_cents(paid.left_cents)
        if paid.refunded_cents:
            amount += f" ({format_cents(paid.amount_cents)} less {format_cents(paid.refunded_cents)} refunded)"
        head = f"{paid.number}  {each.name} ({paid.guarantor_id}), {paid.day}: {amount}"
        console.print(Text(printable(head), style="bold"))
        on_the_way = "; on its way from the bank, and may still fail" if paid.state is PaymentState.PENDING else ""
        more = f"{paid.processor} {paid.reference}, by the link of request {paid.request_id}{on_the_way}"
        console.print(Padding(Text(printable(more), style="dim"), (0, 0, 0, 4)))
    total = format_cents(sum(each.payment.left_cents for each in payments))
    console.print(Text(f"{len(payments)} in all, {total}. What is keyed in already: `dipay posting --done N`."))


def posting_data(payments: Sequence[ToPost]) -> Data:
    return {
        "posting": [
            {
                "guarantor_id": each.payment.guarantor_id,
                "name": each.name or None,
                **payment_data(each.payment),
            }
            for each in payments
        ]
    }


def payment_data(paid: KnownPayment) -> Data:
    """A payment by a link; `posted_on` is null until an export shows it or a person keyed it in."""
    return {
        "payment": paid.number,
        "day": paid.day.isoformat(),
        "at": paid.at.isoformat(),
        "amount_cents": paid.amount_cents,
        "refunded_cents": paid.refunded_cents,
        "state": paid.state.value,
        "processor": paid.processor,
        "reference": paid.reference,
        "request_id": paid.request_id,
        "posted_on": paid.posted_on.isoformat() if paid.posted_on is not None else None,
    }


_POSTING_COLUMNS: Final = (
    Column("payment", Kind.NUMBER), Column("guarantor_id"), Column("name"), Column("day", Kind.DATE),
    Column("amount", Kind.CENTS), Column("refunded", Kind.CENTS), Column("state"), Column("processor"),
    Column("reference"), Column("request_id", Kind.NUMBER),
)  # fmt: skip


def posting_sheet(payments: Sequence[ToPost]) -> Sheet:
    """The same as a table."""
    rows = [
        (
            each.payment.number, each.payment.guarantor_id, each.name, each.payment.day, each.payment.amount_cents,
            each.payment.refunded_cents, each.payment.state.value, each.payment.processor, each.payment.reference,
            each.payment.request_id,
        )
        for each in payments
    ]  # fmt: skip
    return Sheet("posting", _POSTING_COLUMNS, rows)
