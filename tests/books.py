"""A small set of books to tell stories with: one creditor, one account, its services in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from saldo.accounts.model import Account, Contact, Creditor
from saldo.accounts.service import Accounts
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.events import Event
from saldo.ids import Ids, SeededIds
from saldo.invoices.intake import Intake, Result
from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.ledger.model import JournalEntry
from saldo.messages.model import MessageContext, MessageKind, OutgoingMail, Rendered
from saldo.payments.checkout import Checkout
from saldo.payments.links import PayLinks
from saldo.payments.model import Payment
from saldo.payments.ports import HostedPayment, HostedPaymentRequest, ProviderEvent, ProviderState
from saldo.payments.settle import Settlement
from saldo.reminders.channels.dispatch import Dispatcher
from saldo.reminders.fact import Fact
from saldo.reminders.feedback import NoticeFeedback
from saldo.reminders.model import Notice
from saldo.reminders.payer_messages import PayerMessages
from saldo.reminders.plan import Phase
from saldo.reminders.ports import PlanJob, SendJob
from saldo.reminders.run import Planned, ReminderRun
from saldo.reminders.send import NoticeSender
from saldo.reminders.why import Why
from saldo.store import Store
from tests.carriers import Carried
from tests.events import check_events

CREDITOR = "musterwerk"
ACCOUNT = "10001"
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@dataclass
class ListQueue:
    """A queue that keeps its jobs until they are taken."""

    jobs: list[Any] = field(default_factory=list)

    def put(self, jobs: Sequence[Any]) -> None:
        self.jobs.extend(jobs)

    def take(self) -> list[Any]:
        taken, self.jobs = self.jobs, []
        return taken


@dataclass
class Postbox:
    """A mailer that keeps what it is given; `fails` is raised instead, once each."""

    mails: list[OutgoingMail] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)

    def send(self, mail: OutgoingMail) -> str:
        if self.fails:
            raise self.fails.pop(0)
        self.mails.append(mail)
        return f"ses-{len(self.mails)}"


class PlainRenderer:
    """Words that say what a test needs to see."""

    def render(self, message: MessageKind, context: MessageContext) -> Rendered:
        numbers = ", ".join(f"{i.number} {i.open_minor} {i.currency}" for i in context.items)
        return Rendered(f"{message} {numbers}", context.pay_url, "<p>…</p>")


@dataclass
class FakeProvider:
    """A provider whose payments go the way a test tells them to."""

    name: str = "sandbox"
    hosted_at: str = "https://pay.example"
    asked: list[HostedPaymentRequest] = field(default_factory=list)
    states: dict[str, ProviderEvent] = field(default_factory=dict)

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        self.asked.append(request)
        return HostedPayment(
            f"pp-{request.idempotency_key}", f"https://pay.example/{request.idempotency_key}"
        )

    def parse_callback(self, headers: Any, body: bytes, now: datetime) -> list[ProviderEvent]:
        raise NotImplementedError("stories hand events to the settlement directly")

    def fetch(self, provider_id: str) -> ProviderEvent:
        return self.states[provider_id]


class Books:
    """Services over one store, and verbs to tell a story with."""

    def __init__(self, store: Store | None = None, ids: Ids | None = None) -> None:
        self.clock = FixedClock(START)
        self.ids = ids or SeededIds(7)
        self.store: Store = store or MemoryStore(on_commit=check_events)
        self.provider = FakeProvider()
        self.plans, self.sends, self.postbox = ListQueue(), ListQueue(), Postbox()
        self.carried = Carried()
        providers = {"sandbox": self.provider}
        self.accounts = Accounts(self.store, self.clock, self.ids)
        self.intake = Intake(self.store, self.clock, self.ids)
        self.links = PayLinks(self.store, self.clock, self.ids, "https://pay.musterwerk.example")
        self.checkout = Checkout(self.store, self.clock, self.ids, self.links, providers)
        self.settlement = Settlement(self.store, self.clock, self.ids, providers)
        self.run = ReminderRun(
            self.store, self.clock, self.ids, self.accounts, self.plans, self.sends
        )
        self.sender = NoticeSender(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.links,
            PlainRenderer(),
            Dispatcher(self.carried.carriers(self.postbox)),
            self.sends,
        )
        self.payer_messages = PayerMessages(
            self.store, self.clock, self.ids, self.accounts, self.sends
        )
        self.feedback = NoticeFeedback(self.store, self.clock, self.ids, self.sends)
        self.why = Why(self.store, self.clock, self.accounts, self.run)

    def open_creditor(self, **changes: Any) -> Creditor:
        fields: dict[str, Any] = {
            "id": CREDITOR,
            "name": "Musterwerk GmbH",
            "country": "DE",
            "language": "de",
            "time_zone": "Europe/Berlin",
            "policy": "plain-2-18-34",
            "state": "live",
        }
        return self.accounts.create_creditor(Creditor(**(fields | changes)))

    def open_account(
        self, number: str = ACCOUNT, email: str | None = "ap@beispiel.example", **more: Any
    ) -> None:
        account = Account(
            CREDITOR,
            number,
            "Beispiel AG",
            "business",
            "DE",
            "de",
            "Europe/Berlin",
            (Contact("Buchhaltung", email),),
        )
        account = replace(account, **more)
        assert self.intake.put_accounts([account])[0].status == "accepted"

    def invoice(
        self,
        number: str = "RE-1",
        amount_minor: int = 11900,
        *,
        due_on: date = date(2026, 12, 1),
        account: str = ACCOUNT,
        **more: Any,
    ) -> Invoice:
        issued_on = more.pop("issued_on", min(date(2026, 11, 17), due_on - timedelta(days=14)))
        return Invoice(
            CREDITOR,
            account,
            number,
            issued_on,
            due_on,
            more.pop("currency", "EUR"),
            amount_minor,
            amount_minor,
            **more,
        )

    def push(self, *invoices: Invoice) -> list[Result]:
        return self.intake.put_invoices(invoices or (self.invoice(),))

    def begin(self, *invoices: Invoice) -> None:
        """A live creditor, an account and its invoices."""
        self.open_creditor()
        self.open_account()
        assert all(r.status == "accepted" for r in self.push(*invoices))

    def token(self, number: str = "RE-1") -> str:
        return self.links.create(CREDITOR, number).rpartition("/")[2]

    def start_payment(self, number: str = "RE-1", amount_minor: int | None = None) -> str:
        """Begin to pay and return our payment's id."""
        attempt = self.checkout.new_attempt()
        self.clock.advance(timedelta(milliseconds=1))
        self.checkout.start(self.token(number), attempt, "de", amount_minor)
        return attempt

    def told(
        self,
        payment: str,
        state: ProviderState = "settled",
        minor: int = 11900,
        *,
        event_id: str | None = None,
        currency: str = "EUR",
        on: date | None = None,
    ) -> ProviderEvent:
        return ProviderEvent(
            "sandbox",
            event_id or f"evt-{payment}-{state}",
            f"pp-{payment}",
            payment,
            state,
            minor,
            currency,
            self.clock.now(),
            on or self.clock.now().date(),
            "card",
            "The card was declined." if state == "failed" else None,
        )

    def pay(self, number: str = "RE-1", minor: int = 11900, on: date | None = None) -> str:
        payment = self.start_payment(number)
        assert self.settlement.settle(self.told(payment, minor=minor, on=on)) == "settled"
        return payment

    def plan(
        self, day: date | None = None, phase: Phase = "run", account: str = ACCOUNT
    ) -> Planned:
        return self.run.plan_account(PlanJob(CREDITOR, account, phase, day))

    def deliver(self) -> list[Notice | None]:
        """Send everything that is queued for sending."""
        return [self.sender.send(job) for job in self.sends.take()]

    def tell(self, *types: str, account: str = ACCOUNT) -> list[Notice]:
        """Tell the payer of every fact so far (of these types), as the bus would."""
        return [
            notice
            for e in self.events(account)
            if not types or e.type in types
            for notice in self.payer_messages.tell(
                Fact(e.type, e.creditor, e.account, e.id, e.data, e.at)
            )
        ]

    def day(self, day: date, account: str = ACCOUNT) -> list[str]:
        """Run the reminders of a day and return the subjects that left."""
        before = len(self.postbox.mails)
        self.plan(day, account=account)
        self.deliver()
        return [mail.subject for mail in self.postbox.mails[before:]]

    def invoice_now(self, number: str = "RE-1", account: str = ACCOUNT) -> Invoice:
        found = self.store.get(Invoice, CREDITOR, account, number)
        assert found is not None
        return found

    def open_items(self, account: str = ACCOUNT) -> list[OpenItem]:
        return list(self.store.list(OpenItem, CREDITOR, account))

    def credits(self, account: str = ACCOUNT) -> list[Credit]:
        return list(self.store.list(Credit, CREDITOR, account))

    def payments(self, account: str = ACCOUNT) -> list[Payment]:
        return list(self.store.list(Payment, CREDITOR, account))

    def notices(self, account: str = ACCOUNT) -> list[Notice]:
        return list(self.store.list(Notice, CREDITOR, account))

    def journal(self, account: str = ACCOUNT, creditor: str = CREDITOR) -> list[JournalEntry]:
        years = ("2025", "2026", "2027")
        return [
            entry
            for year in years
            for entry in self.store.list(JournalEntry, creditor, account, year)
        ]

    def balance(
        self, ledger_account: str, account: str = ACCOUNT, detail: str | None = None
    ) -> int:
        """Return what the postings of one ledger account sum to (debit positive)."""
        return sum(
            p.amount_minor
            for entry in self.journal(account)
            for p in entry.postings
            if p.account == ledger_account and detail in (None, p.detail)
        )

    def events(self, account: str = ACCOUNT) -> list[Event]:
        month = self.clock.now().strftime("%Y%m")
        return list(self.store.list(Event, CREDITOR, account, month))

    def event_types(self, account: str = ACCOUNT) -> list[str]:
        return [event.type for event in self.events(account)]


__all__ = [
    "ACCOUNT",
    "CREDITOR",
    "START",
    "Books",
    "FakeProvider",
    "ListQueue",
    "Postbox",
    "SendJob",
]
