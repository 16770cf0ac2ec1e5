"""What a payer's form does: pay, pay later, announce a transfer, cancel, revoke."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode

from saldo.ids import fingerprint
from saldo.payments.agreements import Consent
from saldo.payments.consents import consent_language
from saldo.payments.designation import (
    ChoiceChanged,
    Designation,
    Payable,
    TooManyChosen,
    designate,
    everything,
    without_discounts,
)
from saldo.payments.links import Opened
from saldo.payments.scheduled import (
    ChargeDayNotValid,
    MandateUnknown,
    ScheduledBefore,
    ScheduledPaymentUnknown,
    ScheduleNotOffered,
)
from saldo.wiring import Services

from . import agreed, answers, pages
from .answers import Go, Show
from .forms import PayForm, read_day
from .shown import Frame

NEW_MANDATE = "new"
"""Stands in the form for a bank account or card that was not saved before."""

_QUERY_MAX: Final = 6000
"""API Gateway takes 10,240 bytes of request line and headers together."""


def pay(services: Services, around: Frame, form: PayForm, currency: str) -> Go:
    """Begin a payment; `currency` is meant where the form names none. Raises what
    `Checkout.start` raises.
    """
    token = around.here.rpartition("/")[2]
    wish = form.wish(around.language, currency)
    return Go(services.checkout.start(token, form.attempt, around.language, wish=wish))


def use_credit(services: Services, opened: Opened, around: Frame, form: PayForm) -> Go:
    """Pay with the account's credit, without ticks all that nothing is underway for.

    Raises what `OwnCredit.use` raises.
    """
    services.own_credit.use(opened, form.invoices or None, form.currency, form.credit_minor)
    return _told(around, "credit-used")


def show_later(services: Services, opened: Opened, around: Frame, form: PayForm) -> Show:
    """Show what the payer agrees to before a day to come is planned.

    Raises DayNotReadable, ChargeDayNotValid, ScheduleNotOffered, ScheduledBefore or a refusal of
    `designate`.
    """
    day = _day(services, opened, form)
    chosen = _chosen_later(services, opened, around, form)
    if any(set(one.invoices) & set(chosen.invoices) for one in agreed.visible(services, opened)):
        raise ScheduledBefore("A payment of one of these is scheduled already.")
    return Show(pages.later_page(agreed.later_page(services, opened, around, chosen, day)))


def announce(services: Services, opened: Opened, around: Frame, form: PayForm) -> Go:
    """Hold reminders for a transfer; without ticks, for all that none was announced for before.

    Raises what `AnnouncedTransfers.announce` raises.
    """
    numbers = list(form.invoices)
    if not numbers:
        every = _chosen(services, opened, around, form).invoices
        numbers = agreed.announceable(services, opened, every)
    services.announced.announce(opened, numbers)
    return _told(around, "announced")


def show_bank(services: Services, opened: Opened, around: Frame, form: PayForm) -> Go:
    """Lead to the page of a transfer for what was ticked, without ticks for everything.

    Raises TooManyChosen where an address does not hold so many, unless they are all there are.
    """
    query = [("lang", around.language), *(("invoice", number) for number in form.invoices)]
    if len(urlencode(query)) > _QUERY_MAX:
        open_ = services.standings.of(opened).open_
        every = {one.number for one in everything(open_, form.currency)}
        if set(form.invoices) != every:
            raise TooManyChosen("Choose fewer invoices, or all of them.").at("/invoice")
        query = query[:1]
    if len(query) == 1:
        query.append(("currency", form.currency))
    return Go(f"{around.here}/transfer?{urlencode(query)}")


def schedule(services: Services, opened: Opened, around: Frame, form: PayForm) -> Go | Show:
    """Plan what the payer agreed to; a new mandate is given at the provider first.

    The words that are kept are those that were shown: if they would be others by now, they are
    shown again. Raises what `Schedule.schedule` and `MandateBook.request` raise.
    """
    day = _day(services, opened, form)
    chosen = _chosen_later(services, opened, around, form)
    text = agreed.terms(opened, around.language, chosen, day)
    if fingerprint(text) != form.consent:
        return show_later(services, opened, around, form)
    consent = Consent(
        text,
        consent_language(around.language),
        services.clock.now(),
        opened.link.token_hash,
        kind="once",
    )
    if form.mandate != NEW_MANDATE:
        services.schedule.schedule(
            opened, form.attempt, chosen.invoices, None, day, form.mandate, consent=consent
        )
        return _told(around, "scheduled")
    token = around.here.rpartition("/")[2]
    mandate = services.mandates.request(opened, form.attempt, consent, around.language, token=token)
    services.schedule.schedule(
        opened, form.attempt, chosen.invoices, None, day, mandate.id, consent=consent
    )
    if mandate.hosted_url is None or mandate.state != "requested":
        return _told(around, "scheduled")
    return Go(mandate.hosted_url)


def change(services: Services, opened: Opened, around: Frame, form: PayForm) -> Go:
    """Cancel a planned payment, revoke a mandate or take an answer back, if the link shows it.

    Raises ScheduledPaymentUnknown, ScheduleTooLate, MandateUnknown, or what `answers.take_back`
    raises.
    """
    link = opened.link
    if form.press == "take-back":
        ask = answers.Ask(services, opened, services.standings.of(opened), around)
        return _told(around, answers.take_back(ask, form.kind, form.id))
    if form.press == "revoke":
        if form.id not in {one.id for one in services.mandates.chargeable(opened)}:
            raise MandateUnknown("There is no such mandate.")
        services.mandates.revoke(
            link.creditor, link.account, form.id, "payer", "The payer revoked it."
        )
        return _told(around, "revoked")
    if form.id not in {one.id for one in agreed.visible(services, opened)}:
        raise ScheduledPaymentUnknown("There is no such scheduled payment.")
    services.schedule.cancel(
        link.creditor, link.account, form.id, "payer", "The payer cancelled it."
    )
    return _told(around, "cancelled")


def _day(services: Services, opened: Opened, form: PayForm) -> date:
    days = services.schedule.days(opened)
    if days is None:
        raise ScheduleNotOffered("Payments cannot be scheduled here.")
    day = read_day(form.day)
    if not days[0] <= day <= days[1]:
        raise ChargeDayNotValid("Choose a day that is offered.").at("/day")
    return day


def _chosen(services: Services, opened: Opened, around: Frame, form: PayForm) -> Designation:
    return _designated(services.standings.of(opened).open_, opened, around, form)


def _chosen_later(services: Services, opened: Opened, around: Frame, form: PayForm) -> Designation:
    """Return what is paid on a day to come: then no discount that runs now is promised."""
    open_ = without_discounts(services.standings.of(opened).open_)
    return _designated(open_, opened, around, form)


def _designated(
    open_: Sequence[Payable], opened: Opened, around: Frame, form: PayForm
) -> Designation:
    currency = open_[0].currency if open_ else ""
    wish = form.wish(around.language, currency)
    chosen = designate(open_, wish, opened.creditor.payer_rules)
    if form.seen_minor is not None and form.seen_minor != chosen.amount_minor:
        raise ChoiceChanged("What stands open has changed; look at it again.")
    return chosen


def _told(around: Frame, what: str) -> Go:
    return Go(f"{around.here}?{urlencode({'told': what, 'lang': around.language})}")
