"""What the payer agreed to ahead of time, and what may be agreed to, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from saldo.clock import local_day
from saldo.collection.model import Plan
from saldo.ids import fingerprint
from saldo.invoices.model import Invoice
from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.consents import AgreedCharge, ConsentTerms, consent_language, consent_text
from saldo.payments.designation import Designation
from saldo.payments.links import Opened
from saldo.payments.standing import Standing
from saldo.wiring import Services

from .shown import Frame
from .shown_after import AgreedPage, LaterPage
from .shown_aside import Aside, PlanPart, SavedMandate, Scheduled, ShownPlan


def offers(
    services: Services, opened: Opened, wanted: Sequence[str]
) -> tuple[tuple[date, date] | None, date | None]:
    """Return the days that may be chosen for paying `wanted` later, and the last day on which
    reminders would rest for a transfer; None where it is not offered, or no more for any of them.
    """
    later = services.schedule.days(opened)
    if later and not services.mandates.offers(opened.creditor):
        later = later if services.mandates.chargeable(opened) else None
    until = services.announced.until(opened)
    if until and not announceable(services, opened, wanted):
        until = None
    return later if wanted else None, until and last_day(until)


def last_day(until: date) -> date:
    """Return the last day on which reminders rest, given the first on which they may go again."""
    return until - timedelta(days=1)


def announceable(services: Services, opened: Opened, wanted: Sequence[str]) -> list[str]:
    """Return those of `wanted` that no transfer was announced for before."""
    before = services.announced.announced(opened, wanted)
    return [number for number in wanted if number not in before]


def later_page(
    services: Services, opened: Opened, around: Frame, chosen: Designation, charge_on: date
) -> LaterPage:
    """Return what the payer agrees to before `chosen` is charged on a day to come."""
    text = terms(opened, around.language, chosen, charge_on)
    return LaterPage(
        frame=around,
        pay_url=around.here,
        attempt=services.checkout.new_attempt(),
        invoices=chosen.invoices,
        currency=chosen.currency,
        amount_minor=chosen.amount_minor,
        charge_on=charge_on,
        mandates=mandates(services, opened),
        can_give=services.mandates.offers(opened.creditor),
        consent=text,
        consent_language=consent_language(around.language),
        consent_mark=fingerprint(text),
        provider=provider_name(opened),
    )


def terms(opened: Opened, language: str, chosen: Designation, charge_on: date) -> str:
    """Return the exact words that the payer agrees to."""
    charge = AgreedCharge(charge_on, chosen.amount_minor)
    said = ConsentTerms(
        "once", opened.creditor.name, provider_name(opened), chosen.currency, (charge,)
    )
    return consent_text(said, language)


def agreed_page(services: Services, opened: Opened, around: Frame, mandate: Mandate) -> AgreedPage:
    """Return what the payer sees who comes back from giving a mandate."""
    today = local_day(services.clock.now(), opened.account.time_zone)
    every = services.schedule.of(mandate.creditor, mandate.account)
    mine = [one for one in every if one.mandate == mandate.id and not one.is_over]
    return AgreedPage(
        frame=around,
        pay_url=around.here,
        is_given=mandate.is_chargeable,
        is_decided=mandate.state != "requested",
        scheduled=tuple(shown(one, today) for one in mine),
    )


def to_read(aside: Aside) -> Aside:
    """Return the same for somebody who may not pay: it is told, and nothing of it can be changed
    but what was answered.
    """
    return replace(
        aside,
        scheduled=tuple(
            replace(one, is_cancellable=False, resume_url="") for one in aside.scheduled
        ),
        mandates=(),
        plans=tuple(replace(one, next_minor=0) for one in aside.plans),
    )


def provider_name(opened: Opened) -> str:
    """Return the name that payers know their creditor's provider by."""
    name = opened.creditor.provider
    return {"sandbox": "Sandbox Pay", "gocardless": "GoCardless"}.get(name, name.title())


def visible(services: Services, opened: Opened) -> list[ScheduledPayment]:
    """Return the payments to come that concern what a link shows, the next one first."""
    link = opened.link
    found = [
        one
        for one in services.schedule.of(link.creditor, link.account)
        if one.plan is None
        and not one.is_over
        and (link.scope == "account" or link.invoice in one.invoices)
    ]
    return sorted(found, key=lambda one: one.charge_on)


def scheduled(services: Services, opened: Opened, today: date) -> tuple[Scheduled, ...]:
    """Return the payments to come as pages show them."""
    pages = {
        one.id: one.hosted_url or ""
        for one in services.mandates.of(opened.link.creditor, opened.link.account)
        if one.state == "requested"
    }
    return tuple(
        replace(shown(one, today), resume_url=pages.get(one.mandate, ""))
        for one in visible(services, opened)
    )


def shown(one: ScheduledPayment, today: date) -> Scheduled:
    """Return a scheduled payment as pages show it."""
    assert one.state in ("waiting", "planned", "charging")
    return Scheduled(
        one.id,
        one.invoices,
        one.currency,
        one.amount_minor,
        one.charge_on,
        one.state,
        one.state != "charging" and today < one.charge_on,
    )


def mandates(services: Services, opened: Opened) -> tuple[SavedMandate, ...]:
    """Return the mandates that may be charged for what a link shows, newest first."""
    zone = opened.account.time_zone
    return tuple(_mandate(one, zone) for one in services.mandates.chargeable(opened))


def plans(services: Services, opened: Opened, standing: Standing) -> tuple[ShownPlan, ...]:
    """Return the instalment plans that are being kept; a link to one invoice shows none."""
    link = opened.link
    if link.scope != "account" or not any(hold.kind == "plan" for hold in standing.holds):
        return ()
    every = services.plans.of(link.creditor, link.account)
    has_bank = opened.creditor.bank is not None and opened.may("pay")
    return tuple(
        _plan(services, plan, standing, has_bank=has_bank)
        for plan in every
        if plan.state == "active"
    )


def plan_of(services: Services, opened: Opened, id_: str) -> Plan | None:
    """Return a plan that is being kept and that the link shows, None without one."""
    if opened.link.scope != "account":
        return None
    every = services.plans.of(opened.link.creditor, opened.link.account)
    return next((plan for plan in every if plan.id == id_ and plan.state == "active"), None)


def _mandate(one: Mandate, zone: str) -> SavedMandate:
    return SavedMandate(
        one.id,
        local_day(one.consent.given_at, zone),
        one.provider,
        one.state == "pending",
        one.consent.text,
    )


def _plan(services: Services, plan: Plan, standing: Standing, *, has_bank: bool) -> ShownPlan:
    """What was paid on the plan's invoices since it was agreed fills its instalments in order."""
    keys = [(plan.creditor, plan.account, number) for number in plan.invoices]
    paid_minor = plan.paid_minor(services.store.get_many(Invoice, keys).values())
    invoices = tuple(one.number for one in standing.open_ if one.number in plan.invoices)
    parts, paid, next_minor = [], max(0, paid_minor), plan.next_minor(paid_minor)
    is_before_next = True
    for part in plan.instalments:
        is_paid = paid >= part.amount_minor
        paid -= min(paid, part.amount_minor)
        is_next = is_before_next and not is_paid
        is_before_next = is_before_next and is_paid
        parts.append(PlanPart(part.due_on, part.amount_minor, is_paid, is_next))
    by_mandate = plan.mandate is not None
    transfer = plan.id if has_bank and not by_mandate else ""
    return ShownPlan(invoices, plan.currency, tuple(parts), by_mandate, next_minor, transfer)
