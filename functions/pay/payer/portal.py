"""From the books to what the portal shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from typing import Final

from saldo.accounts.model import Creditor
from saldo.clock import local_day
from saldo.edge.form_key import form_key
from saldo.invoices.model import Invoice, OpenItem
from saldo.messages.model import Sender
from saldo.payments.links import Opened
from saldo.payments.model import PayLink
from saldo.payments.standing import Standing
from saldo.portal.groups import Portal
from saldo.portal.sign_in import Visitor
from saldo.portal.users import Membership
from saldo.wiring import Services

from . import agreed, answers
from .portal_shown import (
    AccountCard,
    ClosedRow,
    Company,
    ContactRow,
    MandateRow,
    OpenGroup,
    OverviewPage,
    PortalAccountPage,
    Sum,
    UserRow,
)
from .shown import Frame, OpenRow, PastPayment
from .shown_aside import Aside
from .views import wait_of

CLOSED_SHOWN: Final = 24
OPEN_SHOWN: Final = 100
_CLOSED_READ: Final = 1000
"""So many invoices of an account are looked through for the latest settled ones."""
_PAYMENTS_SHOWN: Final = 24


def sender_of(creditor: Creditor) -> Sender:
    """Return a company as its pages show it."""
    return Sender(
        creditor.name,
        creditor.address,
        creditor.imprint,
        creditor.brand_colour,
        creditor.reply_to,
    )


def address(services: Services, portal: Portal, *more: str) -> str:
    """Return the address of a page of the portal."""
    return "/".join((services.settings.public_url, "portal", portal.id, *more))


def frame(services: Services, portal: Portal, here: str, language: str, secret: str = "") -> Frame:
    """Return what the pages of a portal have around them; `secret` is the session's or the link's
    that its forms belong to.
    """
    return Frame(
        language,
        services.settings.public_url,
        sender_of(portal.face),
        here,
        form_key(secret) if secret else "",
        is_tracked=False,
    )


def overview(services: Services, visitor: Visitor, around: Frame) -> OverviewPage:
    """Return all accounts of a person, company by company."""
    companies = []
    for creditor in visitor.portal.creditors:
        mine = [one for one in visitor.memberships if one.creditor.id == creditor.id]
        if mine:
            cards = tuple(_card(services, visitor.portal, one, around.language) for one in mine)
            companies.append(Company(creditor.name, cards))
    return OverviewPage(around, visitor.email, tuple(companies))


def account_page(
    services: Services, portal: Portal, who: Membership, around: Frame
) -> PortalAccountPage:
    """Return everything about one account that its people may see."""
    opened = opened_by(services, who)
    standing = services.standings.of(opened)
    closed, more = _closed(services, who)
    booked = [one for one in standing.payments if one.received_on and one.state == "settled"]
    return PortalAccountPage(
        around,
        address(services, portal),
        who.creditor.name,
        who.account.number,
        who.account.name,
        who.role != "reader",
        who.role == "owner",
        _groups(standing),
        closed,
        more,
        tuple(
            PastPayment(one.received_on, one.amount_minor, one.currency, one.invoices)
            for one in reversed(booked[-_PAYMENTS_SHOWN:])
            if one.received_on
        ),
        _agreed(services, opened, standing, around),
        tuple(
            MandateRow(one.given_on, one.is_pending) for one in agreed.mandates(services, opened)
        ),
        _contacts(who),
        _users(services, who),
    )


def opened_by(services: Services, who: Membership) -> Opened:
    """Return what a link to a whole account would show; no such link is made."""
    now = services.clock.now()
    key = (who.account.creditor, who.account.number)
    link = PayLink("", *key, "", now, now + timedelta(minutes=1), scope="account")
    return Opened(link, who.creditor, who.account, None)


def _card(services: Services, portal: Portal, who: Membership, language: str) -> AccountCard:
    account = who.account
    today = local_day(services.clock.now(), account.time_zone)
    items = list(services.store.list(OpenItem, account.creditor, account.number))
    currencies = dict.fromkeys(one.currency for one in items)
    ahead = [one.due_on for one in items if one.due_on >= today]
    oldest = min((one.due_on for one in items), default=today)
    return AccountCard(
        f"{address(services, portal, 'accounts', who.place)}?lang={language}",
        account.number,
        account.name,
        who.role,
        tuple(_sum(currency, items, today) for currency in currencies),
        min(ahead, default=None),
        max(0, (today - oldest).days),
    )


def _sum(currency: str, items: Sequence[OpenItem], today: date) -> Sum:
    mine = [one for one in items if one.currency == currency]
    return Sum(
        currency,
        sum(one.open_minor for one in mine),
        sum(one.open_minor for one in mine if one.due_on < today),
        len(mine),
    )


def _groups(standing: Standing) -> tuple[OpenGroup, ...]:
    groups = []
    for currency in dict.fromkeys(one.currency for one in standing.open_):
        mine = [one for one in standing.open_ if one.currency == currency]
        rows = tuple(
            OpenRow(
                one.number,
                one.due_on,
                (standing.today - one.due_on).days,
                one.open_minor,
                one.asked_minor,
                one.coming_minor,
                wait_of(standing, one)[0],
                contested_minor=one.contested_minor,
            )
            for one in mine[:OPEN_SHOWN]
        )
        overdue = sum(
            one.open_minor - one.contested_minor
            for one in mine
            if one.due_on < standing.today and not one.is_waiting
        )
        open_minor = sum(one.open_minor for one in mine)
        groups.append(OpenGroup(currency, rows, open_minor, overdue, len(mine) - len(rows)))
    return tuple(groups)


def _closed(services: Services, who: Membership) -> tuple[tuple[ClosedRow, ...], bool]:
    """Return the invoices that were settled last, and whether there are more."""
    every = services.store.list(Invoice, who.account.creditor, who.account.number)
    read = list(islice(every, _CLOSED_READ))
    closed = sorted(
        (one for one in read if not one.is_open),
        key=lambda one: (one.closed_on or one.issued_on, one.number),
        reverse=True,
    )
    rows = tuple(
        ClosedRow(
            one.number,
            one.issued_on,
            one.closed_on,
            one.amount_minor,
            one.currency,
            one.days_beyond_terms is not None,
        )
        for one in closed[:CLOSED_SHOWN]
    )
    return rows, len(closed) > len(rows) or len(read) == _CLOSED_READ


def _agreed(services: Services, opened: Opened, standing: Standing, around: Frame) -> Aside:
    """Return what was agreed and answered, to be read: it is changed where it is paid."""
    ask = answers.Ask(services, opened, standing, around)
    shown = Aside(
        credits=tuple((currency, minor) for currency, minor in standing.credits.items() if minor),
        scheduled=agreed.scheduled(services, opened, standing.today),
        plans=agreed.plans(services, opened, standing),
        given=tuple(replace(one, can_be_taken_back=False) for one in answers.given(ask)),
    )
    return agreed.to_read(shown)


def _contacts(who: Membership) -> tuple[ContactRow, ...]:
    if who.role != "owner":
        return ()
    return tuple(
        ContactRow(one.name, one.email or "", one.phone or "") for one in who.account.contacts
    )


def _users(services: Services, who: Membership) -> tuple[UserRow, ...]:
    if who.role != "owner":
        return ()
    zone = who.account.time_zone
    return tuple(
        UserRow(
            one.id,
            one.email,
            one.role,
            one.state == "invited",
            local_day(one.invited_at, zone),
        )
        for one in services.portal_users.of(who.account)
    )
