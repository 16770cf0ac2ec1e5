"""Orders about money as ERPs and tills send them: read, looked over, handed to one service."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from saldo.clock import iso_instant, local_day
from saldo.edge.v1 import reads, render_money
from saldo.edge.v1.parse import read
from saldo.edge.v1.records import positive_amount
from saldo.edge.v1.refusals import CursorNotValid, DayAhead, FactCurrency, WhichPayments
from saldo.edge.v1.requests import PaymentsQuery
from saldo.edge.v1.requests_money import (
    AllocationOrder,
    PaymentRecord,
    RefundOrderBody,
    TakeBackOrder,
)
from saldo.errors import Unavailable
from saldo.invoices.model import Credit
from saldo.payments.allocate import Grounds
from saldo.payments.look import PaymentView, find_payment, payments_on
from saldo.payments.reversals import PaymentUnknown
from saldo.payments.treasury import CounterPayment, counter_id

if TYPE_CHECKING:
    from saldo.accounts.model import Creditor
    from saldo.edge.v1 import answers_money as answers
    from saldo.payments.model import Refund
    from saldo.wiring import Services


@dataclass(frozen=True, slots=True)
class Ordered:
    """Who orders: what is booked is this creditor's, under this name. Above the creditor's limits a
    person (`by_person`) needs another; what a system orders was decided elsewhere.
    """

    services: Services
    creditor: Creditor
    by: str
    by_person: bool = False

    def grounds(self, reason: str) -> Grounds:
        """Return who orders, and why, as the books keep it."""
        return Grounds(self.by, reason)

    @property
    def today(self) -> date:
        """The day at the creditor's place."""
        return local_day(self.services.clock.now(), self.creditor.time_zone)


def take_payment(order: Ordered, body: Any) -> tuple[answers.PaymentTaken, bool]:
    """Book a payment taken on site, and tell whether it was new.

    Raises Invalid, InvoiceUnknown, DayAhead or CounterPaymentDiffers.
    """
    store, creditor = order.services.store, order.creditor.id
    taken = payment_from(body, creditor)
    check_not_ahead(order, taken.received_on, "/received_on")
    is_new = True
    with suppress(PaymentUnknown):
        is_new = (
            find_payment(store, creditor, counter_id(creditor, taken.id)).payment.state != "settled"
        )
    booked = order.services.treasury.take_at_counter(taken)
    view = find_payment(store, creditor, booked.id)
    now = [reads.invoice(store, creditor, number) for number in taken.invoices]
    return render_money.payment_taken(view, now), is_new


def payment_from(body: Any, creditor: str) -> CounterPayment:
    """Read a payment taken on site; raise Invalid."""
    sent = read(PaymentRecord, body)
    amount_minor = positive_amount(sent.amount, sent.currency)
    numbers = tuple(dict.fromkeys(sent.invoices))
    return CounterPayment(
        sent.id, creditor, numbers, amount_minor, sent.currency, sent.received_on, sent.method
    )


def payments(order: Ordered, query: PaymentsQuery) -> Any:
    """Return one payment, or a page of those of an invoice or an account, the latest first.

    Raises WhichPayments, PaymentUnknown, InvoiceUnknown, AccountUnknown or CursorNotValid.
    """
    store, creditor = order.services.store, order.creditor.id
    if sum(asked is not None for asked in (query.id, query.number, query.account)) != 1:
        raise WhichPayments("Name one of 'id', 'number' (of an invoice) and 'account'.")
    if query.id is not None:
        return render_money.payment(find_payment(store, creditor, query.id))
    if query.number is not None:
        account = reads.invoice(store, creditor, query.number).account
    else:
        assert query.account is not None, "one of the three is named"
        account = reads.account(store, creditor, query.account).number
    found = payments_on(store, creditor, account)
    if query.number is not None:
        found = [view for view in found if view.concerns(query.number)]
    return _page(found, query)


def _page(found: Sequence[PaymentView], query: PaymentsQuery) -> dict[str, Any]:
    after = _place(query.cursor) if query.cursor is not None else None
    rest = [view for view in found if after is None or _mark(view) < after]
    page = rest[: query.limit]
    more = len(rest) > len(page)
    return {
        "items": [render_money.payment(view) for view in page],
        "cursor": urlsafe_b64encode(_mark(page[-1]).encode()).decode() if more else None,
    }


def _mark(view: PaymentView) -> str:
    return f"{iso_instant(view.payment.created_at)}#{view.payment.id}"


def _place(cursor: str) -> str:
    try:
        return urlsafe_b64decode(cursor).decode()
    except ValueError:
        raise CursorNotValid("'cursor' is none that a list answered with.") from None


def refund(order: Ordered, body: Any) -> tuple[answers.Refund, bool]:
    """Order a refund, and tell whether it is at an end.

    Raises Invalid, PaymentUnknown, FactCurrency, NothingToRefund, RefundNotSupported or
    RefundDiffers, and SecondPersonNeeded where a person orders it.
    """
    sent = read(RefundOrderBody, body)
    amount_minor = positive_amount(sent.amount, sent.currency)
    services, creditor = order.services, order.creditor.id
    view = find_payment(services.store, creditor, sent.payment)
    currency = view.payment.currency
    if currency != sent.currency:
        raise FactCurrency(f"The payment is in {currency}.").at("/currency")
    if order.by_person:
        from saldo.people.four_eyes import Wanted

        services.four_eyes.check(
            Wanted(
                creditor,
                "refund",
                f"{view.payment.id}#{sent.id}",
                view.account,
                view.payment.id,
                amount_minor,
                currency,
                sent.reason,
                order.by,
                dict(body),
            )
        )
    found: Refund | None
    try:
        found = services.desk.refund(
            creditor, sent.id, sent.payment, amount_minor, order.grounds(sent.reason)
        )
    except Unavailable:
        found = services.desk.refund_of(creditor, sent.id, sent.payment)
        if found is None:
            raise  # not even promised
    return render_money.refund(found), found.state in ("done", "failed")


def allocate(order: Ordered, body: Any) -> answers.Allocated:
    """Pay invoices with credit.

    Raises Invalid, InvoiceUnknown, CreditUnknown or AllocationCurrency.
    """
    sent = read(AllocationOrder, body)
    numbers = tuple(dict.fromkeys(sent.invoices))
    desk = order.services.desk
    return render_money.allocated(
        desk.allocate(order.creditor.id, sent.source, numbers, order.grounds(sent.reason))
    )


def take_back(order: Ordered, body: Any) -> answers.Allocated:
    """Take an allocation back. Raises Invalid, InvoiceUnknown or AllocationUnknown."""
    sent = read(TakeBackOrder, body)
    desk = order.services.desk
    return render_money.allocated(
        desk.take_back(order.creditor.id, sent.source, sent.invoice, order.grounds(sent.reason))
    )


def credits_of(order: Ordered, account: str) -> answers.Credits:
    """Return the credit of an account; raise AccountUnknown."""
    store, creditor = order.services.store, order.creditor.id
    found = store.list(Credit, creditor, reads.account(store, creditor, account).number)
    return render_money.credits_(found)


def check_not_ahead(order: Ordered, day: date, pointer: str) -> None:
    """Refuse a day that has not come at the creditor's place; raise DayAhead."""
    if day > order.today:
        name = pointer.removeprefix("/")
        raise DayAhead(f"'{name}' ({day}) has not come: today is {order.today}.").at(pointer)
