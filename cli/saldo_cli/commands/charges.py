"""`saldo invoice fee | interest | discount | write-off`."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from rich.markup import escape

from saldo.edge.v1 import render_money
from saldo.invoices.model import Invoice
from saldo.ledger.charges import Fact
from saldo.money import Money, parse_amount
from saldo.payments.desk import MeansMissing
from saldo.payments.look import invoice_of
from saldo.payments.surcharge import Surcharge
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of, day_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def fee(options: Namespace, out: Output) -> int:
    """Add a fee."""
    services, fact, currency = _fact(options)
    surcharge = None
    if (options.means is None) != (options.cost is None):
        raise MeansMissing("--means and --cost go together.")
    if options.means is not None:
        cost_minor = parse_amount(options.cost, currency)
        surcharge = Surcharge(options.means, fact.amount_minor, cost_minor, currency)
    invoice = services.desk.charge_fee(fact, options.kind, surcharge)
    return _tell(replace(fact, fee=options.kind), "fee", invoice, out)


def interest(options: Namespace, out: Output) -> int:
    """Add interest."""
    services, fact, _ = _fact(options)
    return _tell(fact, "interest", services.charges.add_interest(fact), out)


def discount(options: Namespace, out: Output) -> int:
    """Grant a cash discount."""
    services, fact, currency = _fact(options)
    vat = {rate: parse_amount(text, currency) for rate, text in options.vat}
    return _tell(fact, "discount", services.charges.take_discount(fact, vat), out)


def write_off(options: Namespace, out: Output) -> int:
    """Give up what is owed."""
    services, fact, _ = _fact(options)
    return _tell(fact, "write-off", services.charges.write_off(fact), out)


def _fact(options: Namespace) -> tuple[Services, Fact, str]:
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    invoice = invoice_of(services.store, creditor.id, options.invoice)
    if options.amount is None:
        amount_minor = invoice.open_minor
    else:
        amount_minor = parse_amount(options.amount, invoice.currency)
    fact = Fact(
        options.id or new_id(services),
        creditor.id,
        invoice.number,
        amount_minor,
        day_of(options.on, services, creditor),
        who(options),
        options.reason,
    )
    return services, fact, invoice.currency


def _tell(fact: Fact, kind: render_money.FactKind, invoice: Invoice, out: Output) -> int:
    currency = invoice.currency
    amount = str(Money(fact.amount_minor, currency))
    named = f"invoice [bold]{escape(invoice.number)}[/]"
    done = {
        "fee": f"{amount} of fees on {named}.",
        "interest": f"{amount} of interest on {named}.",
        "discount": f"{amount} of discount on {named}.",
        "write-off": f"{amount} of {named} are written off.",
    }
    still = f"{Money(invoice.open_minor, currency)} are open."
    out.result(
        render_money.charge(fact, kind, invoice),
        f"{done[kind]} {still if invoice.is_open else 'Nothing is open any more.'}",
    )
    return OK
