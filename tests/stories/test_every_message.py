"""Every kind of message that can be claimed is written from real records, by every channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from saldo.accounts.model import Account, BankDetails, Contact, PostalAddress
from saldo.collection.dispute_orders import SettlementTerms
from saldo.collection.model import Instalment, Plan, PlanState
from saldo.collection.paid_claim_orders import PaidClaimOrder
from saldo.contacts.changes import DetailsChanges
from saldo.contacts.model import DetailsChange
from saldo.contacts.orders import DetailsOrder
from saldo.inbox.model import Mail
from saldo.messages import render
from saldo.messages.model import Channel, MessageContext, MessageKind, Rendered
from saldo.messages.render import JinjaRenderer
from saldo.messages.told import AnnouncedCosts, NextStep, ToldService
from saldo.payments.agreements import Consent, Mandate, ScheduledPayment
from saldo.portal.limits import Limits
from saldo.reminders.by_hand.model import WrittenMessage
from saldo.reminders.model import Claim, CoveredItem, Notice, NoticeRef, ServiceStop
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.ports import SendJob
from saldo.reminders.tasks import Task
from saldo.store import Put
from saldo.threads.service import Threads, Words
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

TODAY = date(2026, 12, 20)
FRIDAY = date(2026, 12, 4)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
BY_FACT: tuple[Channel, ...] = ("email", "letter")
"""What tells of money or an agreement is claimed for mail, and goes by letter if the law needs it.
"""
KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
TEXTS = Path(render.__file__).parent / "texts"
ABOUT_THE_ACCOUNT = {"service-released", "contact-confirm", "contact-changed"}


@pytest.fixture
def books() -> CollectedBooks:
    books = CollectedBooks()
    books.open_creditor(
        sms_from="MUSTERWERK",
        bank=BankDetails("DE02120300000000202051", "Musterwerk GmbH", None, "DE98ZZZ09999999999"),
    )
    account = Account(
        CREDITOR,
        ACCOUNT,
        "Beispiel AG",
        "business",
        "DE",
        "de",
        "Europe/Berlin",
        (Contact("Buchhaltung", "ap@beispiel.example", "+49 89 12345"),),
        address=PostalAddress(("Beispielweg 7",), "80331", "München", "DE"),
    )
    assert books.intake.put_accounts([account])[0].status == "accepted"
    books.push(books.invoice(already_sent=True), books.invoice("RE-2", 5000, already_sent=True))
    books.sender._renderer = JinjaRenderer()
    return books


def claim(books: CollectedBooks, message: MessageKind, channel: Channel, **fields: Any) -> Notice:
    books.clock.advance(timedelta(seconds=1))
    item = books.invoice_now()
    notice = Notice(
        CREDITOR,
        ACCOUNT,
        books.ids.ulid(books.clock.now()),
        fields.pop("step", "4"),
        message,
        channel,
        (CoveredItem(item.number, item.episode, item.open_minor, item.currency),),
        TODAY,
        books.clock.now(),
        state_since=books.clock.now(),
        version=1,
        **fields,
    )
    books.store.commit([Put(notice), Put(NoticeRef(notice.id, CREDITOR, ACCOUNT))])
    return notice


def send(books: CollectedBooks, notice: Notice) -> Notice:
    sent = books.sender.send(SendJob(CREDITOR, ACCOUNT, notice.id))
    assert sent is not None
    return sent


def received(books: CollectedBooks) -> dict[str, Any]:
    payment = books.start_payment("RE-1", 4000)
    books.settlement.settle(books.told(payment, minor=4000))
    return {"payment": payment, "about": payment}


def failed(books: CollectedBooks) -> dict[str, Any]:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, "failed"))
    said = {"amount_minor": 11900, "currency": "EUR", "said": "AM04"}
    facts = {**said, "automatic": True, "returned": False}
    return {"payment": payment, "about": payment, "facts": facts}


def given(books: CollectedBooks) -> dict[str, Any]:
    now = books.clock.now()
    consent = Consent("Ich erlaube es für RE-1.", "de", now, "hash")
    made = Mandate(CREDITOR, ACCOUNT, "MD-1", "sandbox", "active", consent, now, version=1)
    books.store.commit([Put(replace(made, provider_mandate="prov-1"))])
    return {"about": "MD-1", "facts": {"given_on": "2026-12-20"}}


def scheduled(books: CollectedBooks) -> dict[str, Any]:
    given(books)
    at = datetime(2026, 12, 2, 23, tzinfo=UTC)
    parts = ("EUR", 11900, date(2026, 12, 3), at, "planned", books.clock.now())
    made = ScheduledPayment(CREDITOR, ACCOUNT, "SP-1", "MD-1", ("RE-1",), *parts, version=1)
    books.store.commit([Put(made)])
    return {"about": "SP-1"}


def planned(books: CollectedBooks, state: PlanState) -> dict[str, Any]:
    parts = (Instalment(FRIDAY, 6000), Instalment(date(2027, 1, 5), 5900))
    now = books.clock.now()
    plan = Plan(CREDITOR, ACCOUNT, "PL-1", ("RE-1",), "EUR", parts, state, "anna", now, version=1)
    books.store.commit([Put(plan)])
    return {"about": "PL-1", "facts": {"due_on": FRIDAY.isoformat()}}


def promised(books: CollectedBooks) -> dict[str, Any]:
    books.promise(FRIDAY, 5000)
    return {"about": "P-1"}


def claimed(books: CollectedBooks) -> dict[str, Any]:
    day = books.clock.now().date()
    order = PaidClaimOrder("PC-1", ("RE-1",), 5000, day, "transfer", "payer", files=("F-1",))
    books.paid_claims.claim(books.creditor, order)
    return {"about": "PC-1"}


def not_found(books: CollectedBooks) -> dict[str, Any]:
    fields = claimed(books)
    books.paid_claims.unfounded(CREDITOR, ACCOUNT, "PC-1", "anna", "Es kam nichts an.")
    return fields


def broken(books: CollectedBooks) -> dict[str, Any]:
    fields = promised(books)
    books.morning_of(date(2026, 12, 8))
    books.tend()
    return fields


def contested(books: CollectedBooks) -> dict[str, Any]:
    books.dispute(amount_minor=1900)
    return {"about": "D-1"}


def settled(books: CollectedBooks) -> dict[str, Any]:
    fields = contested(books)
    how = SettlementTerms(1900, "anna", text="Wir schreiben es gut.")
    books.disputes.settle(CREDITOR, ACCOUNT, "D-1", how)
    return fields


def handed_over(books: CollectedBooks) -> dict[str, Any]:
    books.hand_over()
    return {"about": "C-1"}


def came_back(books: CollectedBooks) -> dict[str, Any]:
    books.hand_over()
    books.agency_tells("withdrawn")
    return {"about": "C-1"}


def copied(books: CollectedBooks) -> dict[str, Any]:
    return {"about": "COPY-1"}


def delivered_again(books: CollectedBooks) -> dict[str, Any]:
    stop = ToldService("block-orders", TODAY)
    announced = send(books, claim(books, "service-stop-announced", "call", service=stop))
    now, place = books.clock.now(), (CREDITOR, ACCOUNT, "block-orders", "EUR")
    ended = ServiceStop(*place, "REQ-1", ("RE-1",), 11900, now, now, version=1)
    told = Claim(CREDITOR, ACCOUNT, "RE-1", 0, "4", "call", announced.id)
    books.store.commit([Put(ended), Put(told)])
    return {"about": "REQ-1", "service": stop}


def changed(books: CollectedBooks) -> DetailsChange:
    details = DetailsChanges(books.store, books.clock, books.ids, Limits(books.store, books.clock))
    order = DetailsOrder("DC-1", "payer", language="de-AT", email="neu@beispiel.example")
    return details.change(CREDITOR, ACCOUNT, order)


def to_confirm(books: CollectedBooks) -> dict[str, Any]:
    change = changed(books)
    return {"about": change.id, "facts": {"to": change.email, "name": ""}}


def corrected(books: CollectedBooks) -> dict[str, Any]:
    changed(books)
    return {"about": "DC-1", "facts": {"fields": ["language", "email"], "email": "neu@b.example"}}


def asked(books: CollectedBooks) -> dict[str, Any]:
    limits = Limits(books.store, books.clock)
    policies = PolicyBook(books.store, books.clock)
    threads = Threads(books.store, books.clock, books.ids, policies, limits)
    threads.ask(books.creditor, ACCOUNT, Words("Q-1", "Warum?", "payer", "RE-1"), "link")
    return {"about": "Q-1"}


def answered(books: CollectedBooks) -> dict[str, Any]:
    asked(books)
    books.clock.advance(timedelta(minutes=1))
    limits = Limits(books.store, books.clock)
    policies = PolicyBook(books.store, books.clock)
    threads = Threads(books.store, books.clock, books.ids, policies, limits)
    threads.answer(books.creditor, ACCOUNT, Words("A-1", "Darum.", "anna"))
    return {"about": "A-1"}


def replied(books: CollectedBooks) -> dict[str, Any]:
    asked(books)
    books.clock.advance(timedelta(minutes=1))
    now = books.clock.now()
    mail = Mail(
        CREDITOR,
        books.ids.ulid(now),
        now,
        "ses-in-1",
        "Erika Beispiel",
        "ap@beispiel.example",
        "AW: Ihre Rechnung",
        "Wo ist die Ware?",
        "filed",
        account=ACCOUNT,
        invoice="RE-1",
        version=1,
    )
    books.store.commit([Put(mail)])
    limits = Limits(books.store, books.clock)
    policies = PolicyBook(books.store, books.clock)
    threads = Threads(books.store, books.clock, books.ids, policies, limits)
    threads.answer(books.creditor, ACCOUNT, Words("A-2", "Unterwegs.", "anna", mail=mail.id))
    return {"about": "A-2", "facts": {"to": mail.from_address, "mail": mail.id}}


def written(books: CollectedBooks) -> dict[str, Any]:
    now = books.clock.now()
    said = ("ap@beispiel.example", "AP", "Zu RE-1", "Kommt.", ("RE-1",), "anna", now, now)
    one = WrittenMessage(CREDITOR, ACCOUNT, "H-1", "email", *said)
    books.store.commit([Put(one)])
    return {"about": "H-1", "facts": one.sending_facts}


def stage_with(**fields: Any) -> Callable[[CollectedBooks], dict[str, Any]]:
    """What the planner writes on the notice of a stage."""
    return lambda books: fields


BROUGHT_ABOUT: dict[MessageKind, Callable[[CollectedBooks], dict[str, Any]]] = {
    "payment-received": received,
    "payment-failed": failed,
    "payment-scheduled": scheduled,
    "mandate-given": given,
    "plan-agreed": lambda books: planned(books, "active"),
    "plan-missed": lambda books: planned(books, "missed"),
    "plan-proposed": lambda books: planned(books, "proposed"),
    "plan-declined": lambda books: planned(books, "cancelled"),
    "paid-claim-received": claimed,
    "paid-claim-unfounded": not_found,
    "promise-confirmed": promised,
    "promise-broken": broken,
    "dispute-received": contested,
    "dispute-closed": settled,
    "invoice-copy": copied,
    "handed-over": handed_over,
    "case-returned": came_back,
    "nl-14-day-letter": stage_with(announced=AnnouncedCosts(1785, 11900), pay_by=date(2027, 1, 5)),
    "service-stop-announced": stage_with(service=ToldService("stop-deliveries", TODAY)),
    "service-released": delivered_again,
    "contact-confirm": to_confirm,
    "contact-changed": corrected,
    "question-received": asked,
    "question-answered": answered,
    "mail-reply": replied,
    "by-hand": written,
    "final-notice": stage_with(
        announces_collection=True,
        next_step=NextStep("hand-over", date(2027, 1, 5)),
        pay_by=date(2027, 1, 4),
    ),
}
"""How what a message tells of comes about; any other only needs its invoice."""


NOTICES: tuple[MessageKind, ...] = tuple(kind for kind in KINDS if kind != "portal-link")
"""The way into the portal is sent to who asks for it, and is no notice about an account."""


@pytest.mark.parametrize("message", NOTICES)
def test_every_message_is_written_from_what_the_books_say(
    books: CollectedBooks, message: MessageKind
) -> None:
    fields = BROUGHT_ABOUT.get(message, stage_with())(books)
    chosen = fields.get("facts", {}).get("channel")  # by whoever wrote a message by hand
    for channel in (chosen,) if chosen else BY_FACT if "about" in fields else CHANNELS:
        sent = send(books, claim(books, message, channel, **fields))
        assert (sent.state, sent.outcome) == ("sent", None), channel
    (mail,) = books.postbox.mails
    assert "None" not in mail.text
    assert "RE-1" in mail.text or message in ABOUT_THE_ACCOUNT
    words = (TEXTS / message / "de.text.txt").read_text(encoding="utf-8")
    asks = "say.transfer_details()" in words or "say.pay()" in words
    assert ("DE02 1203 0000 0000 2020 51" in mail.text) == asks, "what asks to pay says where to"


@pytest.mark.parametrize("message", KINDS)
def test_a_stage_with_any_text_never_keeps_the_queue_going_round(
    books: CollectedBooks, message: MessageKind
) -> None:
    """A policy may name a text whose facts are missing: that ends the notice, with the reason."""
    done = send(books, claim(books, message, "email"))
    assert done.state in ("sent", "withdrawn", "failed")
    if done.state == "withdrawn":
        assert done.outcome == "nothing-to-tell"
    if done.state == "failed":
        assert (done.outcome or "").startswith(f"text-failed: {message}")
        assert "notice.failed" in books.event_types()
    for _ in CHANNELS:
        books.deliver()  # whatever takes over ends as well
    assert books.sends.jobs == []
    assert not [n for n in books.notices() if n.state in ("claimed", "sending")]


def test_a_text_that_fails_becomes_a_persons_task_where_the_law_needs_it(
    books: CollectedBooks,
) -> None:
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    moved = replace(account, address=None, version=account.version + 1)
    books.store.commit([Put(moved, expect=account.version)])
    failed = send(books, claim(books, "service-stop-announced", "email"))
    assert failed.state == "failed"
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    assert (task.kind, task.notice) == ("undeliverable", failed.id)
    assert books.sender.tidy()["requeued"] == 0


def test_the_one_who_has_the_case_is_named(books: CollectedBooks) -> None:
    books.hand_over()
    send(books, claim(books, "handed-over", "email"))
    send(books, claim(books, "handed-over", "email", step="5"))
    assert all("Inkasso Beispiel GmbH" in mail.text for mail in books.postbox.mails)


def test_a_later_stage_with_the_first_text_says_it_shorter(books: CollectedBooks) -> None:
    for step in ("1", "3"):
        send(books, claim(books, "reminder-1", "email", step=step))
    first, later = books.postbox.mails
    assert "untergegangen" in first.text
    assert "untergegangen" not in later.text


class HalfOwn:
    """A renderer one of whose creditor's own texts failed."""

    def render(self, message: MessageKind, context: MessageContext) -> Rendered:
        words = JinjaRenderer().render(message, context)
        return replace(words, own=("subject v3",), problems=("text v2: 'foo' is undefined",))


def test_an_own_text_that_failed_is_told_beside_the_notice(books: CollectedBooks) -> None:
    books.sender._renderer = HalfOwn()
    sent = send(books, claim(books, "reminder-1", "email"))
    assert (sent.state, sent.own_texts) == ("sent", ("subject v3",))
    assert sent.text_problems == ("text v2: 'foo' is undefined",)
    (told,) = [e for e in books.events() if e.type == "notice.sent"]
    assert told.data["outcome"] == "own-text-failed: text v2: 'foo' is undefined"
