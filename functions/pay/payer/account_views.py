"""From the books to the page of everything that stands open on an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from saldo.invoices.model import Invoice
from saldo.payments.designation import INVOICES_MAX, Payable, asked_of, everything
from saldo.payments.links import Opened
from saldo.payments.standing import Standing
from saldo.wiring import Services

from . import agreed
from .charged import charges_of
from .discounts import first_end, running, together
from .shown import AccountPage, ChargeRow, Frame, Group, OpenRow, PastPayment, Typed
from .views import ahead_of, aside, wait_of, ways_of

_PAYMENTS_SHOWN: Final = 10


def account_page(
    services: Services, opened: Opened, standing: Standing, around: Frame, typed: Typed
) -> AccountPage:
    """Return what the page of everything open shows."""
    front = opened.invoice
    currencies = dict.fromkeys(
        one.currency for one in sorted(standing.open_, key=lambda one: _front_first(one, front))
    )
    booked = [p for p in standing.payments if p.received_on and p.state == "settled"]
    return AccountPage(
        frame=around,
        pay_url=around.here,
        groups=tuple(_group(services, opened, standing, currency) for currency in currencies),
        attempt=services.checkout.new_attempt(),
        closed=front.number if front and not front.is_open else "",
        payments=tuple(
            PastPayment(p.received_on, p.amount_minor, p.currency, p.invoices)
            for p in reversed(booked[-_PAYMENTS_SHOWN:])
            if p.received_on and opened.may("read")
        ),
        provider=agreed.provider_name(opened),
        aside=aside(services, opened, standing, around),
        typed=typed,
        debtor=opened.account.name,
        ahead=ahead_of(opened, standing, standing.open_),
        may_pay=opened.may("pay"),
    )


def with_choice(page: AccountPage, chosen: tuple[str, ...]) -> AccountPage:
    """Return a page with the ticks that the payer had set."""
    wanted = frozenset(chosen)
    groups = tuple(
        replace(
            group,
            rows=tuple(replace(row, is_chosen=row.number in wanted) for row in group.rows),
        )
        for group in page.groups
    )
    return replace(page, groups=groups)


def _group(services: Services, opened: Opened, standing: Standing, currency: str) -> Group:
    front = opened.invoice
    open_ = [one for one in standing.open_ if one.currency == currency]
    ordered = sorted(open_, key=lambda one: _front_first(one, front))
    wanted = everything(open_, currency)
    rows = []
    for one in ordered[:INVOICES_MAX]:
        wait, until = wait_of(standing, one)
        rows.append(
            OpenRow(
                one.number,
                one.due_on,
                (standing.today - one.due_on).days,
                one.open_minor,
                one.asked_minor,
                one.coming_minor,
                wait,
                until,
                is_front=front is not None and one.number == front.number,
                discount=running(one, standing.today),
                contested_minor=one.contested_minor,
                charges_minor=one.charges_minor,
            )
        )
    return Group(
        currency,
        tuple(rows),
        asked_of(wanted),
        len(wanted),
        ways_of(services, opened, wanted),
        len(open_) - len(rows),
        together(wanted),
        first_end(wanted),
        _charges(services, opened, standing, ordered[:INVOICES_MAX]),
    )


def _charges(
    services: Services, opened: Opened, standing: Standing, listed: Sequence[Payable]
) -> tuple[ChargeRow, ...]:
    """Return the fees and interest on invoices on which any stand open."""
    charged = {one.number: one.issued_on.year for one in listed if one.charges_minor}
    link, since = opened.link, min(charged.values(), default=0)
    return charges_of(
        services.store, link.creditor, link.account, charged.keys(), since, standing.today
    )


def _front_first(one: Payable, front: Invoice | None) -> tuple[bool, date, str]:
    return (front is None or one.number != front.number, one.due_on, one.number)
