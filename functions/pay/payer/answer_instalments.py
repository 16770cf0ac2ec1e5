"""The payer asks for instalments: first the schedule is shown, then it is agreed or proposed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from saldo.collection.instalments import (
    FEWEST,
    FIRST_WITHIN_DAYS,
    RHYTHMS,
    InstalmentsTooMany,
    InstalmentWish,
    PlanNotOffered,
    Rhythm,
    first_days,
)
from saldo.collection.wishes import PlanOffer
from saldo.edge.forms import Fields
from saldo.errors import Refusal
from saldo.ids import fingerprint
from saldo.payments.agreements import Consent
from saldo.payments.consents import AgreedCharge, ConsentTerms, consent_language, consent_text

from . import agreed, pages
from .answers import Ask, Go, Show, order_id
from .forms import read_day
from .shown_aside import GivenAnswer
from .shown_wishes import (
    BY_HAND,
    NEW_MANDATE,
    InstalmentsOfferPage,
    InstalmentsPage,
    WishedFor,
)

NAME: Final = "instalments"
ICON: Final = "parts"
COUNT_SUGGESTED: Final = 3
DAYS_SUGGESTED: Final = 14
"""The first day that stands in the empty form, from today."""


@dataclass(frozen=True, slots=True)
class _Ways:
    """How instalments may be paid with this link."""

    saved: tuple[str, ...]
    can_give: bool
    by_hand: bool

    @property
    def all(self) -> tuple[str, ...]:
        new = (NEW_MANDATE,) if self.can_give else ()
        return (*((BY_HAND,) if self.by_hand else ()), *self.saved, *new)


def offered(ask: Ask) -> bool:
    """Tell whether enough stands open for two instalments, and there is a way to pay them."""
    rules = ask.opened.creditor.payer_rules
    sums: dict[str, int] = {}
    for one in ask.services.plan_wishes.open_to(ask.standing, rules):
        sums[one.currency] = sums.get(one.currency, 0) + one.open_minor
    least = max(1, rules.plan_least_minor)
    return any(minor // FEWEST >= least for minor in sums.values()) and bool(_ways(ask).all)


def page(ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str:
    """Return the form, empty, or as it was sent with what is wrong about it."""
    rules, today = ask.opened.creditor.payer_rules, ask.standing.today
    among = ask.services.plan_wishes.open_to(ask.standing, rules)
    ways = _ways(ask)
    shown = InstalmentsPage(
        ask.frame,
        fields.one("id") if fields else ask.new_id(),
        ask.rows(fields, among),
        _wished(fields) if fields else _suggested(ask, ways),
        rules.plan_instalments_max,
        max(1, rules.plan_least_minor),
        among[0].currency if among else "",
        first_days(today),
        today + timedelta(days=rules.plan_days_max),
        tuple(one for one in agreed.mandates(ask.services, ask.opened) if one.id in ways.saved),
        ways.can_give,
        ways.by_hand,
        refusal.code if refusal else "",
    )
    return pages.answer_page("answers/instalments.html", shown)


def take(ask: Ask, fields: Fields) -> str | Show | Go:
    """Show the instalments that a wish comes to; once they were shown, agree or propose them.

    What is agreed is what was shown: if it would be something else by now, it is shown again.
    Raises DayNotReadable, NothingChosen, what `PlanWishes` and `MandateBook.request` raise.
    """
    if fields.one("press") == "change":
        return Show(page(ask, fields, None))
    id_, way = order_id(fields), fields.one("way")
    rules = ask.opened.creditor.payer_rules
    if way not in _ways(ask).all:
        raise PlanNotOffered("Choose how you will pay.").at("/way")
    wish = InstalmentWish(_count(fields), _rhythm(fields), _day(fields), way != BY_HAND)
    chosen = ask.chosen(fields, ask.services.plan_wishes.open_to(ask.standing, rules))
    offer = ask.services.plan_wishes.offer(ask.opened, ask.standing, chosen, wish)
    text = _terms(ask, offer) if wish.by_mandate else ""
    mark = _mark(offer, way, text)
    was_shown = fields.one("press") == "agree"
    if not was_shown or fields.one("mark") != mark:
        return Show(_offer_page(ask, fields, offer, text, mark, is_changed=was_shown))
    return _made(ask, id_, offer, way, text)


def given(ask: Ask) -> Iterable[GivenAnswer]:
    """Return what was proposed and not decided, and what was agreed and not paid on yet."""
    shown, link = {one.number for one in ask.standing.open_}, ask.opened.link
    for plan in ask.services.plans.of(link.creditor, link.account):
        if plan.state not in ("proposed", "active") or not shown & set(plan.invoices):
            continue
        if link.scope == "invoice" and not shown >= set(plan.invoices):
            continue  # a link to one invoice tells nothing of others
        if ask.services.plan_wishes.may_take_back(plan):
            yield GivenAnswer(
                NAME,
                plan.id,
                plan.invoices,
                amount_minor=plan.total_minor,
                currency=plan.currency,
                on=plan.instalments[-1].due_on,
                state="proposed" if plan.state == "proposed" else "",
                can_be_taken_back=True,
            )


def take_back(ask: Ask, given_id: str) -> str:
    """Withdraw a proposal, or cancel a plan that nothing was paid on: reminders resume."""
    link = ask.opened.link
    ask.services.plan_wishes.take_back(link.creditor, link.account, given_id)
    return "instalments-withdrawn"


def _made(ask: Ask, id_: str, offer: PlanOffer, way: str, text: str) -> str | Go:
    language = ask.frame.language
    consent, hosted = None, None
    mandate_id = None if way == BY_HAND else way
    if text:
        consent = Consent(
            text,
            consent_language(language),
            ask.services.clock.now(),
            ask.opened.link.token_hash,
            kind="plan",
        )
    if way == NEW_MANDATE:
        assert consent is not None, "a mandate is agreed to in words"
        token = ask.frame.here.rpartition("/")[2]
        mandate = ask.services.mandates.request(ask.opened, id_, consent, language, token=token)
        mandate_id, consent = mandate.id, None  # it is the mandate's own
        hosted = mandate.hosted_url if mandate.state == "requested" else None
    ask.services.plan_wishes.ask(ask.opened, id_, offer, mandate_id, consent)
    if hosted is not None:
        return Go(hosted)
    return "instalments-agreed" if offer.at_once else "instalments-proposed"


def _offer_page(
    ask: Ask, fields: Fields, offer: PlanOffer, text: str, mark: str, *, is_changed: bool
) -> str:
    until = None if offer.at_once else ask.services.plan_wishes.decided_by(ask.opened)
    shown = InstalmentsOfferPage(
        ask.frame,
        fields.one("id"),
        offer.invoices,
        _wished(fields),
        offer.currency,
        offer.total_minor,
        tuple((part.due_on, part.amount_minor) for part in offer.instalments),
        offer.at_once,
        mark,
        agreed.last_day(until) if until else None,
        text,
        consent_language(ask.frame.language),
        agreed.provider_name(ask.opened),
        is_changed,
        mail_follows=ask.mail_follows,
    )
    return pages.answer_page("answers/instalments-offer.html", shown)


def _terms(ask: Ask, offer: PlanOffer) -> str:
    """Return the exact words that a payer by mandate agrees to."""
    charges = [AgreedCharge(part.due_on, part.amount_minor) for part in offer.instalments]
    provider = agreed.provider_name(ask.opened)
    said = ConsentTerms("plan", ask.opened.creditor.name, provider, offer.currency, charges)
    return consent_text(said, ask.frame.language)


def _mark(offer: PlanOffer, way: str, text: str) -> str:
    """Return the fingerprint of all that is shown: what is agreed to is nothing else."""
    parts = [f"{part.due_on} {part.amount_minor}" for part in offer.instalments]
    decided = "at once" if offer.at_once else "proposed"
    return fingerprint("\n".join([*offer.invoices, offer.currency, *parts, way, decided, text]))


def _ways(ask: Ask) -> _Ways:
    """A mandate is money: a link that may not pay gives none and uses none."""
    opened, services = ask.opened, ask.services
    pays = opened.may("pay")
    return _Ways(
        tuple(one.id for one in services.mandates.chargeable(opened)) if pays else (),
        pays and services.mandates.offers(opened.creditor),
        not opened.creditor.payer_rules.plan_needs_mandate,
    )


def _suggested(ask: Ask, ways: _Ways) -> WishedFor:
    first, last = first_days(ask.standing.today)
    day = min(ask.standing.today + timedelta(days=min(DAYS_SUGGESTED, FIRST_WITHIN_DAYS)), last)
    count = min(COUNT_SUGGESTED, ask.opened.creditor.payer_rules.plan_instalments_max)
    way = next(iter(ways.all), BY_HAND)
    return WishedFor(str(count), RHYTHMS[0], max(first, day).isoformat(), way)


def _wished(fields: Fields) -> WishedFor:
    return WishedFor(
        fields.one("count", 3), fields.one("rhythm", 20), fields.one("day", 20), fields.one("way")
    )


def _count(fields: Fields) -> int:
    text = fields.one("count", 3)
    if not (text.isascii() and text.isdigit()):
        raise InstalmentsTooMany("Choose how many instalments.").at("/count")
    return int(text)


def _rhythm(fields: Fields) -> Rhythm:
    sent = fields.one("rhythm", 20)
    return next((one for one in RHYTHMS if one == sent), RHYTHMS[0])


def _day(fields: Fields) -> date:
    return read_day(fields.one("day", 20))
