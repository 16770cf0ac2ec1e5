"""`saldo why`."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from rich.markup import escape

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.codec import encode
from saldo.errors import NotFound
from saldo.money import Money
from saldo.reminders.why import Explanation, Told, Why
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK


class NumberUnknown(NotFound):
    """Neither an invoice nor an account has that number."""

    code = "number-unknown"


def why(options: Namespace, out: Output) -> int:
    """Tell every decision about an invoice or an account's open items, and what comes next."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    told = _of_invoice(services.why, creditor, options.number, options.language)
    if told is not None:
        out.result(_data(told, options.on), *_lines(told, options.on))
        return OK
    try:
        items = services.why.account(creditor, options.number, options.language)
    except AccountUnknown:
        sentence = f"There is no invoice and no account {options.number!r}."
        raise NumberUnknown(sentence) from None
    out.result(
        {"account": options.number, "invoices": [_data(one, options.on) for one in items]},
        *[line for one in items for line in _lines(one, options.on)],
        *([] if items else [f"Nothing is open on account {escape(options.number)}."]),
    )
    return OK


def _of_invoice(answers: Why, creditor: str, number: str, language: str) -> Explanation | None:
    try:
        return answers.invoice(creditor, number, language)
    except InvoiceUnknown:
        return None


def _past(told: Explanation, on: date | None) -> tuple[Told, ...]:
    return told.past if on is None else told.on(on)


def _data(told: Explanation, on: date | None) -> dict[str, object]:
    data: dict[str, object] = {
        "invoice": encode(told.invoice),
        "past": [_plain(one) for one in _past(told, on)],
    }
    return data if on else data | {"next": _plain(told.next)}


def _lines(told: Explanation, on: date | None) -> list[str]:
    invoice, past = told.invoice, _past(told, on)
    amount = Money(invoice.amount_minor, invoice.currency)
    still_open = Money(invoice.open_minor, invoice.currency)
    state = f"{still_open} open" if invoice.is_open else "settled"
    nothing = f"on {on}" if on else "so far"
    name = f"[bold]{escape(invoice.number)}[/]"
    owner = f"of account {escape(invoice.account)}"
    return [
        f"Invoice {name} {owner}: {amount}, due {invoice.due_on}, {state}",
        *[f"  {escape(one.sentence)}" for one in past],
        *([] if past else [f"  Nothing was decided about it {nothing}."]),
        *([] if on else [f"[bold]Next:[/] {escape(told.next.sentence)}"]),
    ]


def _plain(told: Told) -> dict[str, object]:
    return {
        "day": told.day,
        "sentence": told.sentence,
        "outcome": told.outcome,
        "reason": told.reason,
        "facts": told.facts,
    }
