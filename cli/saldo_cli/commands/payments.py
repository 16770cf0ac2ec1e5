"""`saldo payment …`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from rich.markup import escape

from saldo.accounts.service import account_in
from saldo.edge.v1 import render_money
from saldo.errors import Unavailable
from saldo.invoices.model import Allocation, Credit, Invoice
from saldo.money import Money, parse_amount
from saldo.payments.allocate import Grounds
from saldo.payments.desk import Allocated, own_refund_id
from saldo.payments.look import PaymentView, find_payment, invoice_of, payments_on
from saldo.payments.model import Payment
from saldo.payments.treasury import CounterPayment, own_counter_id
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of, day_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED

_STATES = {"settled": "green", "processing": "yellow", "open": "yellow", "failed": "red"}


def take(options: Namespace, out: Output) -> int:
    """Book a payment taken on site, and say what its invoices owe now."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    first = invoice_of(services.store, creditor.id, options.invoices[0])
    currency = options.currency or first.currency
    booked = services.treasury.take_at_counter(
        CounterPayment(
            options.id or new_id(services),
            creditor.id,
            tuple(dict.fromkeys(options.invoices)),
            parse_amount(options.amount, currency),
            currency,
            day_of(options.received_on, services, creditor),
            options.method,
        )
    )
    view = find_payment(services.store, creditor.id, booked.id)
    now = [invoice_of(services.store, creditor.id, number) for number in booked.invoices]
    out.result(
        render_money.payment_taken(view, now),
        out.good(f"✓ {_money(booked.amount_minor, currency)} taken, as {own_counter_id(booked)}."),
        *_left(view.credit),
    )
    _open_table(now, out)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List the payments of an invoice or an account, the latest first."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    if options.invoice:
        account = invoice_of(services.store, creditor, options.invoice).account
    else:
        account = account_in(services.store, creditor, options.account).number
    found = payments_on(services.store, creditor, account)
    if options.invoice:
        found = [view for view in found if view.concerns(options.invoice)]
    nothing = [] if found else ["Nothing was paid yet."]
    out.result([render_money.payment(view) for view in found], *nothing)
    if found:
        columns = ("payment", "day", "state", "method", ">amount", ">credit", "invoices")
        out.table("", columns, [_row(view) for view in found])
    return OK


def _row(view: PaymentView) -> tuple[str, ...]:
    payment = view.payment
    day = payment.received_on or payment.created_at.date()
    numbers = payment.invoices or tuple(a.invoice for a in view.allocations)
    more = f" and {len(numbers) - 3} more" if len(numbers) > 3 else ""
    return (
        own_counter_id(payment) or payment.id,
        day.isoformat(),
        payment.state,
        f"{payment.provider} {payment.method or ''}".strip(),
        _money(payment.amount_minor, payment.currency),
        _money(view.credit_minor, payment.currency) if view.credit_minor else "",
        ", ".join(numbers[:3]) + more,
    )


def show(options: Namespace, out: Output) -> int:
    """Show a payment with what it paid and what was given back."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    view = find_payment(services.store, creditor, options.payment)
    payment = view.payment
    own = own_counter_id(payment)
    colour = _STATES.get(payment.state, "white")
    rows = (
        ("state", f"[{colour}]{payment.state}[/]"),
        ("account", escape(view.account)),
        ("through", escape(f"{payment.provider} {payment.method or ''}".strip())),
        *([] if own else [("provider's id", escape(payment.provider_id or "none"))]),
        ("for", escape(", ".join(payment.invoices) or "nothing in particular")),
        ("received on", str(payment.received_on or "not yet")),
        *([("failure", escape(payment.failure))] if payment.failure else []),
        *([("second of", escape(payment.second_of))] if payment.second_of else []),
        *_returned(payment),
        ("credit", _money(view.credit_minor, payment.currency)),
    )
    out.result(
        render_money.payment(view),
        f"[bold]{_money(payment.amount_minor, payment.currency)}[/] {escape(own or payment.id)}",
        *[f"  {label:14} {value}" for label, value in rows],
    )
    _allocations_table(view.allocations, out)
    if view.refunds:
        out.table(
            "\nGiven back",
            ("refund", "day", "state", ">amount", "by", "why"),
            [
                (
                    own_refund_id(r),
                    str(r.created_at.date()),
                    r.state,
                    _money(r.amount_minor, r.currency),
                    r.by,
                    r.failure or r.reason,
                )
                for r in view.refunds
            ],
        )
    return OK


def _returned(payment: Payment) -> list[tuple[str, str]]:
    back = payment.returned
    if back is None or not payment.is_returned:
        return []
    taken = f"{_money(payment.taken_minor, payment.currency)} {back.told_at.date()}, {back.reason}"
    told = [("taken back", f"[red]{escape(taken)}[/]")]
    if back.retry_after:
        told.append(("again from", str(back.retry_after)))
    return told


def credits_of(options: Namespace, out: Output) -> int:
    """List the credit of an account."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    account = account_in(services.store, creditor, options.account).number
    found = list(services.store.list(Credit, creditor, account))
    nothing = [] if found else [f"{escape(account)} has no credit."]
    out.result(render_money.credits_(found), *nothing)
    if found:
        out.table(
            "",
            ("credit", "since", ">open"),
            [(c.source, str(c.since), _money(c.open_minor, c.currency)) for c in found],
        )
    return OK


def refund(options: Namespace, out: Output) -> int:
    """Give money back; 1 when the provider would not."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    payment = find_payment(services.store, creditor, options.payment).payment
    minor = parse_amount(options.amount, payment.currency) if options.amount else None
    id_ = options.id or new_id(services)
    try:
        given = services.desk.refund(creditor, id_, payment.id, minor, grounds(options))
    except Unavailable:
        promised = services.desk.refund_of(creditor, id_, payment.id)
        if promised is None:
            raise
        given = promised
    amount = _money(given.amount_minor, given.currency)
    told = {
        "done": out.good(f"✓ {amount} given back."),
        "asked": f"{amount} promised back; {given.provider} works on it.",
        "promised": f"{amount} promised back; {given.provider} did not answer and is asked again.",
        "failed": f"[bold red]{escape(given.failure or 'The provider would not.')}[/] "
        f"The {amount} are credit again.",
    }
    out.result(render_money.refund(given), told[given.state])
    return REFUSED if given.state == "failed" else OK


def allocate(options: Namespace, out: Output) -> int:
    """Pay invoices with credit."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    numbers = tuple(dict.fromkeys(options.invoices))
    source = _source(services, creditor, options.source)
    found = services.desk.allocate(creditor, source, numbers, grounds(options))
    return _tell(found, out)


def take_back(options: Namespace, out: Output) -> int:
    """Take an allocation back."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    source = _source(services, creditor, options.source)
    found = services.desk.take_back(creditor, source, options.invoice, grounds(options))
    return _tell(found, out)


def grounds(options: Namespace) -> Grounds:
    """Return who does it, and why, as the books keep it."""
    return Grounds(who(options), options.reason)


def _source(services: Services, creditor: str, named: str) -> str:
    """Return the credit that is meant: named in full, or by a payment's id."""
    if named.startswith(("payment#", "credit-note#")):
        return named
    return find_payment(services.store, creditor, named).payment.source


def _tell(found: Allocated, out: Output) -> int:
    out.result(render_money.allocated(found), *_left(found.credit))
    _allocations_table(found.standing, out)
    _open_table(found.invoices, out)
    return OK


def _left(credit: Credit | None) -> list[str]:
    if credit is None:
        return []
    return [f"{_money(credit.open_minor, credit.currency)} of it are credit of the account."]


def _open_table(invoices: Sequence[Invoice], out: Output) -> None:
    out.table(
        "",
        ("invoice", ">still open"),
        [(i.number, _money(i.open_minor, i.currency) if i.is_open else "paid") for i in invoices],
    )


def _allocations_table(made: Sequence[Allocation], out: Output) -> None:
    if not made:
        return
    out.table(
        "\nPaid with it",
        ("invoice", "day", ">amount", "by", "why"),
        [
            (
                a.invoice,
                str(a.allocated_at.date()),
                _money(a.parts.total, a.currency),
                a.reversed_by or a.by,
                f"taken back: {a.reversed_reason}" if a.reversed_at else a.reason,
            )
            for a in made
        ],
    )


def _money(minor: int, currency: str) -> str:
    return str(Money(minor, currency))
