"""From the books to the page of one invoice, and to what it shares with that of an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypeVar

from saldo.clock import local_day
from saldo.edge.form_key import form_key
from saldo.invoices.model import Invoice
from saldo.messages.formats import FALLBACK_LANGUAGE
from saldo.messages.model import Sender
from saldo.payments.designation import Payable, least_part
from saldo.payments.links import Opened
from saldo.payments.model import Payment
from saldo.payments.standing import Standing
from saldo.wiring import Services

from . import agreed, answers
from .charged import charges_on
from .discounts import running
from .failures import cause_of, last_failure
from .mailed import mail_follows
from .shown import (
    AccountPage,
    Ahead,
    Frame,
    PastPayment,
    PayPage,
    Status,
    Typed,
    Wait,
    Ways,
)
from .shown_after import PaidLine, ReturnPage
from .shown_aside import Aside, NextInstalment
from .words import texts_of

_Page = TypeVar("_Page", PayPage, AccountPage)

_WAITS: Final[dict[Wait, Status]] = {
    "coming": "processing",
    "payment-scheduled": "agreed",
    "transfer-announced": "announced",
    "plan": "plan",
    "dispute": "disputed",
}
"""What is agreed, or contested, is not called late."""


def frame(services: Services, opened: Opened, token: str, language: str) -> Frame:
    """Return what the pages of a link have around them."""
    creditor = opened.creditor
    sender = Sender(
        creditor.name,
        creditor.address,
        creditor.imprint,
        creditor.brand_colour,
        creditor.reply_to,
        creditor.logo,
        creditor.privacy_url,
    )
    here = services.links.address(token)
    return Frame(language, services.settings.public_url, sender, here, form_key(token))


def single(services: Services, opened: Opened, standing: Standing) -> Invoice | None:
    """Return the one invoice that a link's page is about, None when it is about several or none."""
    if opened.link.scope == "invoice" or not standing.open_:
        return opened.invoice
    if len(standing.open_) > 1:
        return None
    number = standing.open_[0].number
    front = opened.invoice
    if front is not None and front.number == number:
        return front
    return services.store.get(Invoice, opened.link.creditor, opened.link.account, number)


def invoice_page(
    services: Services,
    opened: Opened,
    standing: Standing,
    invoice: Invoice,
    around: Frame,
    typed: Typed,
) -> PayPage:
    """Return what the page of one invoice shows."""
    payments = [p for p in standing.payments if invoice.number in p.invoices]
    days_overdue = (standing.today - invoice.due_on).days
    open_ = next((one for one in standing.open_ if one.number == invoice.number), None)
    wait, until = wait_of(standing, open_) if open_ else ("", None)
    reads = opened.may("read")
    besides = aside(services, opened, standing, around)
    return PayPage(
        frame=around,
        pay_url=around.here,
        status=_status(invoice, open_, payments, days_overdue, wait),
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        days_overdue=days_overdue,
        currency=invoice.currency,
        amount_minor=invoice.amount_minor,
        open_minor=invoice.open_minor,
        attempt=services.checkout.new_attempt(),
        description=invoice.description if reads else "",
        order_reference=invoice.order_reference if reads else None,
        payments=_booked_on(services, invoice, payments) if reads else (),
        processing_minor=open_.coming_minor if open_ else 0,
        payable_minor=open_.asked_minor if open_ else None,
        provider=agreed.provider_name(opened),
        wait=wait,
        wait_until=until,
        ways=ways_of(services, opened, [open_] if open_ else []),
        aside=besides,
        typed=typed,
        debtor=opened.account.name,
        lines=services.invoice_lines.of(*invoice.key) if reads else (),
        document_url=_document_url(services, invoice, around) if reads else "",
        charged_minor=invoice.charged_minor,
        charges=charges_on(services.store, invoice, standing.today) if open_ else (),
        ahead=ahead_of(opened, standing, [open_] if open_ else []),
        tells_past=reads,
        discount=running(open_, standing.today),
        may_pay=opened.may("pay"),
        contested_minor=open_.contested_minor if open_ else 0,
        instalment=_instalment(besides, invoice) if wait == "plan" else None,
    )


def with_told(page: _Page, told: str) -> _Page:
    """Return a page that tells what the payer just did; `told` may be anything."""
    if f"told.{told}" not in texts_of(FALLBACK_LANGUAGE):
        return page
    return replace(page, aside=replace(page.aside, told=told))


def aside(services: Services, opened: Opened, standing: Standing, around: Frame) -> Aside:
    """Return what a page tells besides what is open."""
    ask = answers.Ask(services, opened, standing, around)
    shown = Aside(
        failure=last_failure(services, opened, standing) if opened.may("read") else None,
        credits=tuple((currency, minor) for currency, minor in standing.credits.items() if minor),
        scheduled=agreed.scheduled(services, opened, standing.today),
        mandates=agreed.mandates(services, opened),
        plans=agreed.plans(services, opened, standing),
        answers=answers.offers(ask),
        given=answers.given(ask),
        has_documents=opened.may("read"),
        mail_follows=ask.mail_follows,
    )
    return shown if opened.may("pay") else agreed.to_read(shown)


def return_page(services: Services, opened: Opened, payment: Payment, around: Frame) -> ReturnPage:
    """Return what the payer sees who comes back from paying."""
    assert payment.state in ("settled", "processing", "failed", "cancelled")
    done = services.standings.paid(payment)
    lines = tuple(PaidLine(one.number, one.allocated_minor, one.open_minor) for one in done)
    kept = payment.amount_minor - payment.allocated_minor if payment.state == "settled" else 0
    return ReturnPage(
        frame=around,
        pay_url=around.here,
        outcome="paid" if payment.state == "settled" else payment.state,
        lines=lines,
        currency=payment.currency,
        amount_minor=payment.amount_minor,
        credit_minor=kept,
        received_on=payment.received_on,
        method=payment.method,
        cause=cause_of(payment.failure),
        reason=payment.failure,
        email_follows=mail_follows(opened),
    )


def ways_of(services: Services, opened: Opened, wanted: list[Payable]) -> Ways:
    """Return the ways to pay `wanted` beside paying all of it now."""
    rules = opened.creditor.payer_rules
    later, transfer = agreed.offers(services, opened, [one.number for one in wanted])
    return Ways(
        # The share is of what is chosen, which the page does not know: it is said in words.
        least_part(10**15, replace(rules, part_min_percent=0)) if wanted else None,
        rules.part_min_percent,
        later,
        transfer,
        has_bank=opened.creditor.bank is not None and bool(wanted),
    )


def _document_url(services: Services, invoice: Invoice, around: Frame) -> str:
    found = services.files.document(invoice.creditor, invoice.account, invoice.number)
    return f"{around.here}/files/{found.id}" if found else ""


def ahead_of(opened: Opened, standing: Standing, shown: Sequence[Payable]) -> Ahead | None:
    """Return what can be said about reminders of what is shown, None where that is nothing.

    The account's next action is no promise of a notice: it is the first instant at which one could
    go as things stand. Whatever happens earlier may move it.
    """
    if not shown or all(one.coming_minor == one.open_minor for one in shown):
        return None
    if any(standing.held(one.number, "legal-case") for one in shown):
        return None  # others write now
    rests = [standing.rests_until(one.number) for one in shown]
    if all(rest is not None for rest in rests):
        ends = [rest for rest in rests if rest is not None and rest < date.max]
        return Ahead("rest", agreed.last_day(min(ends)) if ends else None)
    due_at, creditor = opened.account.due_at, opened.creditor
    if due_at is None or creditor.state != "live" or not creditor.sending:
        return None
    day = local_day(due_at, opened.account.time_zone)
    return Ahead("next", day) if day > standing.today else None


def _instalment(besides: Aside, invoice: Invoice) -> NextInstalment | None:
    """Return what a plan for an invoice asks for next, None where the link shows no plan for it."""
    plan = next((one for one in besides.plans if invoice.number in one.invoices), None)
    return plan.next if plan else None


def wait_of(standing: Standing, one: Payable) -> tuple[Wait, date | None]:
    """Return why an invoice is left out when everything is paid, and until when it is."""
    if one.coming_minor == one.open_minor:
        return "coming", None
    hold = standing.arrangement(one.number) if one.arranged else None
    if hold is None:
        return "dispute" if one.is_contested else "", None
    assert hold.kind in ("payment-scheduled", "transfer-announced", "plan")
    return hold.kind, hold.until and agreed.last_day(hold.until)


def _booked_on(
    services: Services, invoice: Invoice, payments: list[Payment]
) -> tuple[PastPayment, ...]:
    """Return what each payment paid on this very invoice."""
    found = []
    for payment in payments:
        if not payment.received_on or not payment.allocated_minor:
            continue
        minor, discount_minor = payment.allocated_minor, 0
        if payment.more_invoices or payment.discounts:
            done = services.standings.paid(payment)
            minor = sum(one.allocated_minor for one in done if one.number == invoice.number)
            discount_minor = sum(one.discount_minor for one in done if one.number == invoice.number)
        if minor:
            found.append(
                PastPayment(
                    payment.received_on, minor, payment.currency, discount_minor=discount_minor
                )
            )
    return tuple(found)


def _status(
    invoice: Invoice,
    open_: Payable | None,
    payments: list[Payment],
    days_overdue: int,
    wait: Wait,
) -> Status:
    if open_ is None:
        return "paid" if any(p.allocated_minor for p in payments) else "closed"
    if wait:
        return _WAITS[wait]
    if days_overdue > 0:
        return "overdue"
    return "part-paid" if invoice.open_minor < invoice.amount_minor else "open"
