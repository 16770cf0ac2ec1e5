"""Stories of living ahead: what is foreseen is what the real run then sends."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from saldo.accounts.model import Account, Contact, PostalAddress
from saldo.accounts.service import Target
from saldo.reminders.feedback import Feedback
from saldo.reminders.foresee import Foresight
from saldo.reminders.foresee_model import (
    Foreseen,
    ForesightNotValid,
    Outlook,
    Prices,
    Terms,
    Tried,
)
from saldo.reminders.optouts import OptOuts
from saldo.reminders.policy import Policy, policy_named
from saldo.reminders.policy_book import PolicyBook
from tests.books import CREDITOR, START, Books

PRICES = Prices("EUR", {"email": Decimal("0.001"), "letter": Decimal("1.10")})
TODAY = START.date()
DAYS = 60
NOBODY = Terms(PRICES, days=DAYS, nobody_pays=True)

GENTLE: dict[str, Any] = {
    "id": "gentle",
    "version": 1,
    "announces_invoice": False,
    "grace_days": 3,
    "gap_days_min": 5,
    "contacts_per_week_max": 1,
    "stages": [
        {"number": 1, "offset_days": 4, "message": "reminder-1", "channels": ["email", "letter"]},
        {"number": 2, "offset_days": 14, "message": "reminder-2", "channels": ["email", "letter"]},
        {
            "number": 3,
            "offset_days": 28,
            "message": "final-notice",
            "channels": ["letter", "email"],
            "service": "block-orders",
            "fee": {"kind": "flat-sum"},
            "interest": True,
        },
        {
            "number": 4,
            "offset_days": 42,
            "message": "handed-over",
            "hands_over": True,
            "handed_to": "Example Collections",
        },
    ],
}


class AheadBooks(Books):
    """Books with sample debtors that can be lived ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.opt_outs = OptOuts(self.store, self.clock, self.ids)
        self.foresight = Foresight(self.store, self.clock, self.run, self.opt_outs)

    def own(self, data: dict[str, Any]) -> Policy:
        return PolicyBook(self.store, self.clock).put(CREDITOR, data, "anna", date(2026, 1, 1))

    def debtors(self) -> None:
        """Five example companies: bundles, several days, one on paper, one reached by nobody."""
        address = PostalAddress(("Musterstr. 1",), "10115", "Berlin", "DE")
        for number, contact, postal in (
            ("10001", Contact("Buchhaltung", "a@example.org"), address),
            ("10002", Contact("Buchhaltung", "b@example.org"), address),
            ("10003", Contact("Buchhaltung", None), address),
            ("10004", Contact("Buchhaltung", None), None),
            ("10005", Contact("Buchhaltung", "e@example.org"), address),
        ):
            account = Account(
                CREDITOR,
                number,
                f"Beispiel {number} AG",
                "business",
                "DE",
                "de",
                "Europe/Berlin",
                (contact,),
                address=postal,
            )
            assert self.intake.put_accounts([account])[0].status == "accepted"
            for k, days in enumerate((-40, -12, 0, 9)):
                due_on = TODAY + timedelta(days=days + int(number) % 7)
                invoice = self.invoice(
                    f"{number}/{k}",
                    50_000 * (k + 1),
                    account=number,
                    due_on=due_on,
                    already_sent=True,
                    due_date_agreed=True,
                )
                assert self.push(invoice)[0].status == "accepted"
        self.plans.take()

    def hold_some(self) -> None:
        """A dispute without end, a pause that ends, and an opt-out from mail."""
        self.accounts.pause(
            Target(CREDITOR, "10002", None), "Away", "anna", TODAY + timedelta(days=20)
        )
        self.opt_outs.give(CREDITOR, "email", by="anna", address="e@example.org")

    def foreseen(self, *tried: Tried, terms: Terms = NOBODY) -> Foreseen:
        return self.foresight.over(self.accounts.creditor(CREDITOR), tried, terms)

    def lived(self) -> Counter[str]:
        """Run every day's sweep for real, deliver everything, and count as the simulation does."""
        for days in range(DAYS):
            at = datetime.combine(TODAY + timedelta(days=days), START.timetz())
            self.clock.move_to(at + timedelta(hours=2))
            self.run.sweep(self.clock.now(), CREDITOR)
            for job in self.plans.take():
                self.run.plan_account(job)
            while self.sends.jobs:
                for notice in self.deliver():
                    if notice is not None and notice.state == "sent":
                        kind = Feedback(notice.id, "delivered", self.clock.now())
                        self.feedback.record(kind)
        return self.counted()

    def counted(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for record in self.store.everything():
            name = type(record).__name__
            if name == "Notice" and record.replaced_by is None:
                left = record.state in ("sent", "delivered")
                found[record.channel if left else "unreached"] += 1
            elif name == "Case":
                found["hand-overs"] += 1
            elif name == "ServiceStop":
                found["service-stops"] += 1
            elif name == "Task" and record.kind in ("release", "manual", "hand-over", "evidence"):
                found["tasks"] += 1
        return found


def began(**creditor: Any) -> AheadBooks:
    books = AheadBooks()
    books.open_creditor(**creditor)
    books.debtors()
    return books


def numbers(outlook: Outlook) -> dict[str, int]:
    return {what: band.middle for what, band in outlook.counts.items() if band.middle}


@pytest.mark.parametrize(
    "policy",
    ["plain-2-18-34", "every-2-weeks", "de-business", "gentle", "released", "by-invoice"],
)
def test_what_is_foreseen_is_what_the_real_run_sends_while_nobody_pays(policy: str) -> None:
    books = began(policy=policy)
    if policy == "gentle":
        books.own(GENTLE)
    elif policy == "released":
        stages = [*GENTLE["stages"][:2], {**GENTLE["stages"][2], "needs_release": True}]
        books.own({**GENTLE, "id": "released", "stages": stages})
    elif policy == "by-invoice":
        books.own({**GENTLE, "id": "by-invoice", "bundling": "invoice", "gap_days_min": 0})
    books.hold_some()
    (foreseen,) = books.foreseen(Tried("as it is", None)).outlooks
    assert sum(numbers(foreseen).values()) > 0
    assert numbers(foreseen) == dict(books.lived())


def test_what_was_said_before_the_policy_changed_is_not_foreseen_again() -> None:
    books = began(policy="gentle")
    books.own(GENTLE)
    books.hold_some()
    before = books.counted()
    for days in range(10):
        books.clock.move_to(START + timedelta(days=days, hours=2))
        books.run.sweep(books.clock.now(), CREDITOR)
        for job in books.plans.take():
            books.run.plan_account(job)
        books.deliver()
    assert books.counted() != before
    sent = books.counted()
    policy = PolicyBook(books.store, books.clock).named(CREDITOR, "gentle", TODAY)
    terms = Terms(PRICES, days=DAYS, nobody_pays=True)
    one, same = books.foreseen(Tried("a", policy), Tried("b", None), terms=terms).outlooks
    assert numbers(one) == numbers(same)
    fresh = began(policy="gentle")
    fresh.own(GENTLE)
    fresh.hold_some()
    (all_of_it,) = fresh.foreseen(Tried("a", policy), terms=terms).outlooks
    assert sum(numbers(one).values()) < sum(numbers(all_of_it).values())
    assert sum(sent.values()) > 0


def test_a_cap_per_day_is_kept_as_the_real_run_keeps_it() -> None:
    books = began(policy="every-1-weeks", notices_per_day_max=1)
    (foreseen,) = books.foreseen(Tried("as it is", None)).outlooks
    assert numbers(foreseen) == dict(books.lived())
    free = began(policy="every-1-weeks")
    (unlimited,) = free.foreseen(Tried("as it is", None)).outlooks
    assert unlimited.by_week[0].middle > foreseen.by_week[0].middle
    assert max(band.middle for band in foreseen.by_week) <= 7


def test_nothing_is_written_and_nothing_sent() -> None:
    books = began(policy="gentle")
    books.own(GENTLE)

    def kept() -> list[Any]:
        return sorted(books.store.everything(), key=lambda r: (type(r).__name__, r.key))

    before = kept()
    once = books.foreseen(Tried("as it is", None), terms=Terms(PRICES, days=DAYS, draws=5))
    again = books.foreseen(Tried("as it is", None), terms=Terms(PRICES, days=DAYS, draws=5))
    assert once == again
    assert kept() == before
    assert (books.sends.jobs, books.plans.jobs, books.postbox.mails) == ([], [], [])


def test_who_pays_early_hears_less_and_the_cash_is_the_same_under_every_policy() -> None:
    books = began(policy="plain-2-18-34")
    weekly, monthly = (
        Tried("w", policy_named("every-1-weeks")),
        Tried("m", policy_named("every-4-weeks")),
    )
    terms = Terms(PRICES, days=DAYS, draws=20)
    often, seldom = books.foreseen(weekly, monthly, terms=terms).outlooks
    assert often.money == seldom.money
    assert often.counts["email"].middle > seldom.counts["email"].middle
    assert often.counts["email"].high <= often.nobody_pays["email"]
    prices, most = terms.prices, often.nobody_pays
    assert often.cost_nobody_pays == sum(prices.of(by) * most[by] for by in ("email", "letter"))
    assert seldom.cost[0] <= seldom.cost[1] <= seldom.cost[2] < often.cost_nobody_pays
    cash = often.money["EUR"]
    assert [b.middle for b in cash.by_day] == sorted(b.middle for b in cash.by_day)
    assert cash.open_now_minor == 5 * (50_000 + 100_000 + 150_000 + 200_000)
    assert cash.by_day[-1].middle + cash.open_at_end.middle == cash.open_now_minor


def test_a_reminder_that_works_brings_the_cash_sooner() -> None:
    books = began(policy="plain-2-18-34")
    tried = Tried("p", policy_named("every-1-weeks"))
    (without,) = books.foreseen(tried, terms=Terms(PRICES, days=DAYS, draws=20)).outlooks
    working = Terms(PRICES, days=DAYS, draws=20, reminder_effect=0.5)
    (sooner,) = books.foreseen(tried, terms=working).outlooks
    pairs = zip(sooner.money["EUR"].by_day, without.money["EUR"].by_day, strict=True)
    assert all(a.middle >= b.middle for a, b in pairs)
    assert sooner.money["EUR"].by_day[20].middle > without.money["EUR"].by_day[20].middle
    assert sooner.counts["email"].middle < without.counts["email"].middle


def test_a_way_begun_without_payments_goes_on_as_if_lived_from_the_first_day() -> None:
    """Draws share their beginning with the days on which nobody paid."""
    books = began(policy="gentle")
    books.own(GENTLE)
    books.hold_some()
    shared = books.foreseen(Tried("p", None), terms=Terms(PRICES, days=DAYS, draws=30))
    tiny = Terms(PRICES, days=DAYS, draws=30, reminder_effect=1e-12)  # too little for a day
    afresh = books.foreseen(Tried("p", None), terms=tiny)
    assert shared.outlooks == afresh.outlooks


def test_no_cash_is_expected_of_what_is_contested() -> None:
    books = began(policy="plain-2-18-34")
    books.accounts.place(Target(CREDITOR, "10001", None), "insolvency", "Filed.", "anna", None)
    (foreseen,) = books.foreseen(Tried("p", None), terms=Terms(PRICES, days=365)).outlooks
    assert foreseen.money["EUR"].contested_minor == 500_000
    assert foreseen.money["EUR"].open_at_end.middle >= 500_000


def test_terms_that_make_no_sense_are_refused() -> None:
    for wrong in ({"days": 0}, {"days": 400}, {"draws": 0}, {"reminder_effect": 1.5}):
        with pytest.raises(ForesightNotValid):
            Terms(PRICES, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ForesightNotValid):
        began().foreseen()
