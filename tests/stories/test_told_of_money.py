"""Stories of what payers are told about money: once, in time, and only what is still so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Hold, HoldKind
from saldo.accounts.service import Target
from saldo.collection.model import Instalment, Plan
from saldo.events import EventType, event
from saldo.messages.model import LISTED_MAX
from saldo.messages.render import JinjaRenderer
from saldo.payments.agreements import Consent, Mandate, ScheduledPayment
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.model import PayLink
from saldo.payments.told import ChargebackTold
from saldo.reminders.fact import Fact
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice(due_on=DUE, already_sent=True))
    return books


def subjects(books: Books) -> list[str]:
    """Send all that is queued and return what has left so far, by kind."""
    books.deliver()
    return [mail.subject.partition(" ")[0] for mail in books.postbox.mails]


def on_its_way(books: Books, number: str = "RE-1") -> str:
    """Begin a debit: the payer is through, the money is on its way."""
    payment = books.start_payment(number)
    books.settlement.settle(books.told(payment, "processing"))
    return payment


def take_back(books: Books, payment: str, reason: str = "AM04", number: int = 1) -> None:
    """The bank returns a debit that had arrived."""
    Chargebacks(books.store, books.clock, books.ids).told(
        ChargebackTold(
            "sandbox",
            f"evt-back-{payment}-{number}",
            f"cb-{payment}-{number}",
            f"pp-{payment}",
            payment,
            "returned-debit",
            "taken",
            11900,
            "EUR",
            books.clock.now(),
            reason,
        )
    )


def write(books: Books, type_: EventType, *records: Any, **data: Any) -> None:
    """Commit records and the event that tells of them, as their own services do."""
    now = books.clock.now()
    told = event(books.ids.ulid(now), now, type_, CREDITOR, ACCOUNT, **data)
    books.store.commit([Put(r, expect=r.version - 1) for r in records] + [Put(told)])


def mandate(books: Books, **changes: Any) -> Mandate:
    consent = Consent("I allow it.", "en", books.clock.now(), "hash")
    made = Mandate(
        CREDITOR, ACCOUNT, "MD-1", "sandbox", "requested", consent, books.clock.now(), version=1
    )
    return replace(made, **changes)


def scheduled(books: Books, **changes: Any) -> ScheduledPayment:
    made = ScheduledPayment(
        CREDITOR,
        ACCOUNT,
        "SP-1",
        "MD-1",
        ("RE-1",),
        "EUR",
        11900,
        date(2026, 12, 3),
        datetime(2026, 12, 2, 23, tzinfo=UTC),
        "planned",
        books.clock.now(),
        version=1,
    )
    return replace(made, **changes)


def schedule_event(one: ScheduledPayment, **more: Any) -> dict[str, Any]:
    return {
        "scheduled": one.id,
        "mandate": one.mandate,
        "invoices": list(one.invoices),
        "currency": one.currency,
        "amount": "119.00",
        "charge_on": one.charge_on.isoformat(),
        "plan": one.plan,
        **more,
    }


def plan_of(books: Books, **changes: Any) -> Plan:
    parts = (Instalment(date(2026, 12, 5), 6000), Instalment(date(2027, 1, 5), 5900))
    made = Plan(
        CREDITOR, ACCOUNT, "PL-1", ("RE-1",), "EUR", parts, "active", "anna", books.clock.now()
    )
    return replace(made, version=1, **changes)


def agreed(plan: Plan) -> dict[str, Any]:
    parts = [
        {"due_on": p.due_on.isoformat(), "amount": f"{p.amount_minor // 100}.00"}
        for p in plan.instalments
    ]
    return {
        "plan": plan.id,
        "invoices": list(plan.invoices),
        "currency": plan.currency,
        "amount": "119.00",
        "instalments": parts,
        "mandate": plan.mandate,
        "by": plan.by,
    }


def missed(plan: Plan) -> dict[str, Any]:
    return {
        "plan": plan.id,
        "invoices": list(plan.invoices),
        "currency": plan.currency,
        "due_on": "2026-12-05",
        "due": "60.00",
        "paid": "0.00",
        "reason": "The instalment did not come.",
    }


def test_a_debit_that_fails_is_told_once_and_reminders_go_on(books: Books) -> None:
    payment = on_its_way(books)
    assert books.plan(date(2026, 12, 3)).held == {"payment-on-its-way": 1}
    books.settlement.settle(books.told(payment, "failed"))
    assert len(books.tell("payment.failed")) == 1
    assert books.tell("payment.failed") == []
    assert subjects(books) == ["payment-failed"]
    assert books.day(date(2026, 12, 4)) == ["reminder-1 RE-1 11900 EUR"]


def test_who_cancels_or_is_refused_on_the_hosted_page_was_told_there(books: Books) -> None:
    for state in ("failed", "cancelled"):
        payment = books.start_payment()
        books.settlement.settle(books.told(payment, state))  # type: ignore[arg-type]
    assert books.tell() == []


def test_a_charge_without_the_payer_there_is_told_whenever_it_fails(books: Books) -> None:
    payment = books.start_payment()
    (intent,) = books.payments()
    charge = replace(intent, mandate="MD-1", version=intent.version + 1)
    books.store.commit([Put(charge, expect=intent.version)])
    books.settlement.settle(books.told(payment, "failed"))
    (notice,) = books.tell()
    assert notice.facts["automatic"] is True
    assert subjects(books) == ["payment-failed"]


def test_money_that_comes_after_all_is_not_told_as_failed(books: Books) -> None:
    payment = on_its_way(books)
    books.settlement.settle(books.told(payment, "failed"))
    books.tell("payment.failed")
    books.settlement.settle(books.told(payment, "settled"))
    books.tell("payment.settled")
    assert subjects(books) == ["payment-received"]
    outcomes = {n.message: n.outcome for n in books.notices()}
    assert outcomes == {"payment-failed": "paid-after-all", "payment-received": None}


def test_a_failure_is_not_told_to_who_has_paid_otherwise_meanwhile(books: Books) -> None:
    payment = on_its_way(books)
    books.settlement.settle(books.told(payment, "failed"))
    books.tell("payment.failed")
    books.pay()
    assert subjects(books) == []
    assert [n.outcome for n in books.notices()] == ["settled-before-it-left"]


def test_a_returned_debit_is_told_with_its_reason_each_time_it_comes_back(books: Books) -> None:
    payment = books.pay()
    books.tell()
    take_back(books, payment)
    books.sender._renderer = JinjaRenderer()
    assert len(books.tell("payment.charged_back")) == 1
    assert books.tell("payment.charged_back") == []
    books.deliver()
    (mail,) = [m for m in books.postbox.mails if "zurückgebucht" in m.subject]
    assert "Auf dem Konto war nicht genug Geld." in mail.text
    assert "119,00\xa0€" in mail.text
    assert "RE-1" in mail.text


def test_a_confirmation_is_not_sent_for_money_that_went_back_meanwhile(books: Books) -> None:
    books.accounts.switch_sending(sends=False)
    payment = books.pay()
    books.tell()
    take_back(books, payment)
    books.tell()
    books.accounts.switch_sending(sends=True)
    assert subjects(books) == ["payment-failed"]
    outcomes = {n.message: n.outcome for n in books.notices()}
    assert outcomes == {"payment-received": "money-went-back", "payment-failed": None}


@pytest.mark.parametrize("whole_installation", [True, False])
def test_a_confirmation_that_falls_into_a_stop_of_sending_leaves_after_it(
    books: Books, whole_installation: bool
) -> None:
    def switch(*, on: bool) -> None:
        if whole_installation:
            books.accounts.switch_sending(sends=on)
        else:
            books.accounts.change_creditor(CREDITOR, sending=on)

    switch(on=False)
    books.pay()
    assert len(books.tell("payment.settled")) == 1
    assert subjects(books) == []
    for _ in range(3):
        books.clock.advance(timedelta(minutes=15))
        assert books.sender.tidy()["requeued"] == 0  # waiting costs no queue
    switch(on=True)
    assert books.sender.tidy()["requeued"] == 1
    assert subjects(books) == ["payment-received"]
    assert books.tell("payment.settled") == []


def test_in_shadow_no_payer_hears_of_money_even_after_going_live() -> None:
    books = Books()
    books.open_creditor(state="shadow")
    books.open_account()
    books.push(books.invoice(already_sent=True))
    books.pay()
    assert books.tell() == []
    books.accounts.change_creditor(CREDITOR, state="live")
    books.clock.advance(timedelta(days=1))
    assert books.sender.tidy()["requeued"] == 0
    assert subjects(books) == []


def test_a_pause_keeps_back_what_asks_for_money(books: Books) -> None:
    payment = on_its_way(books)
    books.settlement.settle(books.told(payment, "failed"))
    books.accounts.pause(Target(CREDITOR, ACCOUNT), "being looked into", "anna")
    books.tell("payment.failed")
    assert subjects(books) == []
    books.accounts.resume(Target(CREDITOR, ACCOUNT), "anna")
    books.clock.advance(timedelta(minutes=11))
    books.sender.tidy()
    assert subjects(books) == ["payment-failed"]


def test_nobody_without_an_address_is_written_to(books: Books) -> None:
    books.open_account(email=None)
    books.pay()
    assert books.tell() == []


def test_a_payment_over_many_invoices_is_confirmed_when_all_is_booked(books: Books) -> None:
    """More invoices than one transaction takes: the mail waits for the last chunk."""
    numbers = [f"M-{n:03}" for n in range(30)]
    books.push(*(books.invoice(n, 1000, already_sent=True) for n in numbers))
    payment = books.start_payment("M-000")
    (intent,) = books.payments()
    many = replace(intent, more_invoices=tuple(numbers[1:]), version=intent.version + 1)
    books.store.commit([Put(many, expect=intent.version)])
    books.settlement._resume = lambda payment, told: None  # type: ignore[method-assign]
    books.settlement.settle(books.told(payment, minor=30000))
    books.tell("payment.settled")
    assert subjects(books) == []

    books.settlement.allocator.resume(many.creditor, many.account, many.source)
    books.clock.advance(timedelta(minutes=11))
    assert books.sender.tidy()["requeued"] == 1
    books.sender._renderer = JinjaRenderer()
    books.deliver()
    (mail,) = books.postbox.mails
    assert "für 30 Rechnungen" in mail.subject
    assert f"und {30 - LISTED_MAX} weitere" in mail.text
    assert numbers[LISTED_MAX - 1] in mail.text
    assert numbers[LISTED_MAX] not in mail.text
    assert "300,00\xa0€" in mail.text


def test_the_pay_link_of_a_notice_opens_the_whole_account(books: Books) -> None:
    books.day(date(2026, 12, 3))
    token = books.postbox.mails[0].text.rpartition("/")[2]
    link = books.links.open(token).link
    assert isinstance(link, PayLink)
    assert (link.scope, link.invoice) == ("account", "RE-1")


def test_a_debit_is_announced_once_its_mandate_is_given(books: Books) -> None:
    waiting = scheduled(books, state="waiting")
    write(
        books,
        "payment.scheduled",
        mandate(books),
        waiting,
        **schedule_event(waiting, state="waiting"),
    )
    assert books.tell() == []
    given = mandate(books, state="active", provider_mandate="MD000X", version=2)
    # What waits for the mandate follows it a moment later; the event may be faster.
    write(books, "mandate.active", given, mandate="MD-1", provider="sandbox", state="active")
    assert sorted(n.step for n in books.tell()) == ["mandate-MD-1", "scheduled-SP-1"]
    assert sorted(subjects(books)) == ["mandate-given", "payment-scheduled"]


def test_what_is_no_longer_scheduled_is_not_announced(books: Books) -> None:
    given = mandate(books, state="active", provider_mandate="MD000X")
    planned = scheduled(books)
    write(books, "payment.scheduled", given, planned, **schedule_event(planned, state="planned"))
    books.tell()
    books.store.commit([Put(replace(planned, state="cancelled", version=2), expect=1)])
    assert subjects(books) == []
    assert [n.outcome for n in books.notices()] == ["no-longer-scheduled"]


def test_a_scheduled_payment_whose_mandate_ended_is_told_with_the_reason(books: Books) -> None:
    reason = "Whatever the provider says."
    over = mandate(books, state="ended", ended_by="provider", ended_reason=reason)
    ended = scheduled(books, state="failed", failure=reason)
    data = schedule_event(ended, payment=None, outcome="failed", by="provider", reason=reason)
    write(books, "payment.schedule_ended", over, ended, **data)
    books.tell()
    books.sender._renderer = JinjaRenderer()
    books.deliver()
    assert "kein gültiges Mandat" in books.postbox.mails[0].text


@pytest.mark.parametrize(
    ("changes", "by"),
    [
        ({"state": "cancelled"}, "payer"),
        ({"state": "done", "payment": "P-1"}, "saldo"),
        # The payment's own failure is told; twice would be once too often.
        ({"state": "failed", "payment": "P-1"}, "saldo"),
        # Who revoked the mandate on our page was told there.
        ({"state": "failed"}, "payer"),
        # Who never gave it was promised nothing.
        ({"state": "failed"}, "saldo:never-given"),
        # A plan tells of its instalments when their day has passed.
        ({"state": "failed", "plan": "PL-1"}, "provider"),
    ],
)
def test_other_ends_of_a_scheduled_payment_are_not_told(
    books: Books, changes: dict[str, Any], by: str
) -> None:
    ended = scheduled(books, **changes)
    data = schedule_event(ended, payment=ended.payment, outcome=ended.state, by=by, reason=None)
    write(books, "payment.schedule_ended", ended, **data)
    assert books.tell() == []


def test_a_plan_is_confirmed_and_its_debits_are_not_announced_one_by_one(books: Books) -> None:
    given = mandate(books, state="active", provider_mandate="MD000X")
    plan = plan_of(books, mandate="MD-1")
    first = scheduled(books, plan="PL-1", amount_minor=6000)
    write(books, "plan.agreed", given, plan, first, **agreed(plan))
    write(books, "payment.scheduled", **schedule_event(first, state="planned"))
    books.tell()
    books.sender._renderer = JinjaRenderer()
    books.deliver()
    (mail,) = books.postbox.mails
    assert all(said in mail.text for said in ("60,00", "59,00", "5. Januar 2027", "MD000X"))


def test_a_plan_by_a_mandate_that_is_still_to_be_given_is_confirmed_when_it_is(
    books: Books,
) -> None:
    plan = plan_of(books, mandate="MD-1")
    write(books, "plan.agreed", mandate(books), plan, **agreed(plan))
    assert books.tell() == []
    given = mandate(books, state="pending", provider_mandate="MD000X", version=2)
    write(books, "mandate.active", given, mandate="MD-1", provider="sandbox", state="pending")
    assert sorted(n.step for n in books.tell()) == ["mandate-MD-1", "plan-PL-1"]


def test_a_missed_instalment_ends_the_plan_and_is_told_once(books: Books) -> None:
    plan = plan_of(books, state="missed")
    write(books, "plan.missed", plan, **missed(plan))
    assert len(books.tell()) == 1
    assert books.tell() == []
    books.sender._renderer = JinjaRenderer()
    books.deliver()
    (mail,) = books.postbox.mails
    assert "60,00" in mail.subject
    assert "5. Dezember 2026" in mail.text


def test_a_missed_instalment_is_not_told_when_everything_was_paid_meanwhile(books: Books) -> None:
    plan = plan_of(books, state="missed")
    write(books, "plan.missed", plan, **missed(plan))
    books.tell()
    books.pay()
    assert subjects(books) == []


def test_a_fact_about_nobody_is_told_to_nobody(books: Books) -> None:
    fact = Fact("payment.settled", CREDITOR, "nobody", "E1", {"payment": "P"}, books.clock.now())
    assert books.payer_messages.tell(fact) == []
    unknown = replace(fact, account=ACCOUNT)
    assert books.payer_messages.tell(unknown) == []


def test_why_tells_of_messages_in_words(books: Books) -> None:
    payment = on_its_way(books)
    books.settlement.settle(books.told(payment, "failed"))
    books.tell("payment.failed")
    books.deliver()
    told = books.why.invoice(CREDITOR, "RE-1")
    assert [t.sentence for t in told.past] == [
        "2026-11-21: The message that a payment failed was sent by email to ap@beispiel.example "
        "(now sent)."
    ]


@pytest.mark.parametrize(
    ("kind", "about", "said"),
    [
        (
            "payment-scheduled",
            {"charge_on": "2026-12-08"},
            "a payment is scheduled for 2026-12-08",
        ),
        (
            "transfer-announced",
            {},
            "the payer announced a transfer, which is waited for until 2026-12-10",
        ),
        (
            "plan",
            {"last_on": "2027-01-05"},
            "an instalment plan until 2027-01-05 is being kept",
        ),
    ],
)
def test_why_tells_of_what_payers_agreed_to(
    books: Books, kind: HoldKind, about: dict[str, Any], said: str
) -> None:
    now, until = books.clock.now(), date(2026, 12, 10)
    hold = Hold(
        CREDITOR, ACCOUNT, "H-1", kind, "RE-1", "", "payer", now, until, about=about, version=1
    )
    books.store.commit([Put(hold)])
    books.plan(date(2026, 12, 3))
    told = books.why.invoice(CREDITOR, "RE-1")
    assert told.past[0].sentence == f"2026-12-03: Stage 1 was due and held back: {said}."


def test_an_invoice_is_mailed_although_its_payer_announced_a_transfer() -> None:
    books = Books()
    books.begin(books.invoice(due_on=DUE))
    hold = Hold(
        CREDITOR,
        ACCOUNT,
        "H-1",
        "transfer-announced",
        "RE-1",
        "The payer announced a transfer.",
        "payer",
        books.clock.now(),
        date(2026, 12, 10),
        version=1,
    )
    books.store.commit([Put(hold)])
    assert [n.step for n in books.plan(phase="fact").claimed] == ["invoice"]


def test_why_tells_what_became_of_a_message_that_never_left(books: Books) -> None:
    payment = on_its_way(books)
    books.settlement.settle(books.told(payment, "failed"))
    books.tell("payment.failed")
    assert "waits to be sent" in books.why.invoice(CREDITOR, "RE-1").past[0].sentence
    books.pay()
    books.deliver()
    assert books.why.invoice(CREDITOR, "RE-1").past[0].sentence == (
        "2026-11-21: The message that a payment failed was withdrawn before it left: nothing of it "
        "is open any more."
    )
