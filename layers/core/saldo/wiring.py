"""The only place that knows which adapter serves which port.

`services()` builds each part when it is first asked for, so that a function imports what it uses.
Tests and replays call `install` with parts of their own.
"""

from __future__ import annotations

import os
from collections import ChainMap
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from saldo.accounts.service import Accounts
from saldo.clock import Clock, SystemClock
from saldo.ids import Ids, RandomIds
from saldo.settings import Settings, settings_from
from saldo.store import Store

if TYPE_CHECKING:
    from saldo.adapters.aws.queues import DeadLetters, JobQueue, Pauses
    from saldo.adapters.aws.secrets import ProviderSecrets
    from saldo.collection.agreements import Agreements
    from saldo.collection.cases import Cases
    from saldo.collection.dispute_looks import DisputeLooks
    from saldo.collection.disputes import Disputes
    from saldo.collection.plans import Plans
    from saldo.collection.promises import Promises
    from saldo.collection.proposals import Proposals
    from saldo.events import Event
    from saldo.invoices.intake import Intake
    from saldo.ledger.charges import Charges
    from saldo.messages.model import Mailer, Renderer
    from saldo.messages.own import OwnTexts
    from saldo.payments.announced import AnnouncedTransfers
    from saldo.payments.callbacks import Callbacks
    from saldo.payments.chargebacks import Chargebacks
    from saldo.payments.charging import Charging
    from saldo.payments.checkout import Checkout
    from saldo.payments.desk import Desk
    from saldo.payments.links import PayLinks
    from saldo.payments.mandates import MandateBook
    from saldo.payments.model import Payment
    from saldo.payments.own_credit import OwnCredit
    from saldo.payments.payout_book import PayoutBook
    from saldo.payments.payouts import PayoutIntake
    from saldo.payments.ports import PaymentProvider
    from saldo.payments.refunds import Refunding
    from saldo.payments.scheduled import Schedule
    from saldo.payments.settle import Settlement
    from saldo.payments.standing import Standings
    from saldo.payments.tend import Tending
    from saldo.payments.treasury import Treasury
    from saldo.reconciliation.relay import EventBus, Relay
    from saldo.reconciliation.webhooks import DeliveryQueue, Webhooks, WebhookTransport
    from saldo.reminders.breaker import Breaker
    from saldo.reminders.channels.letter import Outbox
    from saldo.reminders.channels.port import Carriers
    from saldo.reminders.feedback import NoticeFeedback
    from saldo.reminders.forgotten import ForgottenAccounts
    from saldo.reminders.inbound.book import InboundMails
    from saldo.reminders.inbound.sms import InboundSms
    from saldo.reminders.letters import Letters
    from saldo.reminders.optouts import OptOuts
    from saldo.reminders.payer_messages import PayerMessages
    from saldo.reminders.ports import PlanQueue, SendQueue
    from saldo.reminders.preview import Preview
    from saldo.reminders.run import ReminderRun
    from saldo.reminders.send import NoticeSender
    from saldo.reminders.tasks import Tasks
    from saldo.reminders.why import Why
    from saldo.reports.evidence import EvidencePacks


class Services:
    """Every service, built on demand. Keyword arguments replace parts, ports above all."""

    def __init__(self, settings: Settings, **parts: Any) -> None:
        self.settings = settings
        self.__dict__.update(parts)

    @cached_property
    def clock(self) -> Clock:
        return SystemClock()

    @cached_property
    def ids(self) -> Ids:
        return RandomIds()

    @cached_property
    def store(self) -> Store:
        from saldo.adapters.dynamo.store import DynamoStore

        return DynamoStore(self.settings.table, self.settings.region)

    def _sqs(self) -> Any:
        from saldo.adapters.aws.clients import client

        return client("sqs", self.settings.region)

    def dead_letters(self, url: str) -> DeadLetters:
        """Return the dead-letter queue at `url`."""
        from saldo.adapters.aws.queues import DeadLetters

        return DeadLetters(self._sqs(), url)

    @cached_property
    def plan_queue(self) -> PlanQueue:
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.account_queue)

    @cached_property
    def send_queue(self) -> SendQueue:
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.send_queue)

    @cached_property
    def delivery_queue(self) -> DeliveryQueue:
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.webhook_delivery_queue)

    @cached_property
    def relay_queue(self) -> JobQueue[Event]:
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.relay_queue)

    @cached_property
    def delivery_pauses(self) -> Pauses:
        from saldo.adapters.aws.queues import Pauses

        return Pauses(self._sqs(), self.settings.webhook_delivery_queue)

    @cached_property
    def bus(self) -> EventBus:
        from saldo.adapters.aws.bus import EventBridgeBus
        from saldo.adapters.aws.clients import client

        return EventBridgeBus(client("events", self.settings.region), self.settings.bus)

    @cached_property
    def mailer(self) -> Mailer:
        from saldo.adapters.aws.clients import client_without_retries
        from saldo.adapters.aws.mailer import SesMailer

        return SesMailer(
            client_without_retries("ses", self.settings.region),
            self.settings.mail_from,
            self.settings.configuration_set,
        )

    @cached_property
    def renderer(self) -> Renderer:
        from saldo.messages.render import JinjaRenderer

        return JinjaRenderer(self.own_texts)

    @cached_property
    def own_texts(self) -> OwnTexts:
        from saldo.messages.own import OwnTexts

        return OwnTexts(self.store, self.clock.now)

    @cached_property
    def webhook_transport(self) -> WebhookTransport:
        from saldo.adapters.http.webhooks import UrllibWebhookTransport

        return UrllibWebhookTransport(allow_private=self.settings.is_local)

    @cached_property
    def provider_secrets(self) -> ProviderSecrets | None:
        if not self.settings.provider_secret:
            return None
        from saldo.adapters.aws.clients import client
        from saldo.adapters.aws.secrets import ProviderSecrets, from_secrets_manager

        manager = client("secretsmanager", self.settings.region)
        return ProviderSecrets(
            from_secrets_manager(manager, self.settings.provider_secret), self.clock
        )

    @cached_property
    def providers(self) -> Mapping[str, PaymentProvider]:
        from saldo.provider_wiring import Providers

        return Providers(
            self._sandbox if self.settings.sandbox_url else None,
            self.provider_secrets,
            self.settings.public_url,
            allow_http=self.settings.is_local,
        )

    def _sandbox(self) -> PaymentProvider:
        from saldo.adapters.http.transport import UrllibTransport
        from saldo.adapters.sandbox.provider import SandboxProvider

        return SandboxProvider(
            self.settings.sandbox_url, self.settings.sandbox_secrets, UrllibTransport()
        )

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self.store, self.clock, self.ids)

    @cached_property
    def intake(self) -> Intake:
        from saldo.invoices.intake import Intake

        return Intake(self.store, self.clock, self.ids)

    @cached_property
    def links(self) -> PayLinks:
        from saldo.payments.links import PayLinks

        return PayLinks(self.store, self.clock, self.ids, self.settings.public_url)

    @cached_property
    def checkout(self) -> Checkout:
        from saldo.payments.checkout import Checkout

        return Checkout(self.store, self.clock, self.ids, self.links, self.providers)

    @cached_property
    def own_credit(self) -> OwnCredit:
        from saldo.payments.own_credit import OwnCredit

        return OwnCredit(self.store, self.clock, self.ids)

    @cached_property
    def standings(self) -> Standings:
        from saldo.payments.standing import Standings

        return Standings(self.store, self.clock)

    @cached_property
    def settlement(self) -> Settlement:
        from saldo.payments.settle import Settlement

        return Settlement(
            self.store,
            self.clock,
            self.ids,
            self.providers,
            self._payment_moved,
        )

    def _payment_moved(self, payment: Payment) -> None:
        self.agreements.payment_moved(payment)

    @cached_property
    def refunds(self) -> Refunding:
        from saldo.payments.refunds import Refunding
        from saldo.payments.till import Till

        # The till takes no hosted payments and sends no callbacks: it is a provider here alone.
        till: dict[str, Any] = {Till.name: Till(self.clock)}
        providers = ChainMap(till, cast("dict[str, Any]", self.providers))
        return Refunding(self.store, self.clock, self.ids, providers)

    @cached_property
    def chargebacks(self) -> Chargebacks:
        from saldo.payments.chargebacks import Chargebacks

        return Chargebacks(self.store, self.clock, self.ids)

    @cached_property
    def schedule(self) -> Schedule:
        from saldo.payments.scheduled import Schedule

        return Schedule(self.store, self.clock, self.ids)

    @cached_property
    def mandates(self) -> MandateBook:
        from saldo.payments.mandates import MandateBook

        return MandateBook(
            self.store, self.clock, self.ids, self.links, self.providers, self.schedule
        )

    @cached_property
    def announced(self) -> AnnouncedTransfers:
        from saldo.payments.announced import AnnouncedTransfers

        return AnnouncedTransfers(self.store, self.clock, self.ids)

    @cached_property
    def plans(self) -> Plans:
        from saldo.collection.plans import Plans

        return Plans(self.store, self.clock, self.ids, self.accounts, self.schedule)

    @cached_property
    def charging(self) -> Charging:
        from saldo.payments.charging import Charging

        return Charging(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.links,
            self.providers,
            self.settlement,
            self.schedule,
        )

    @cached_property
    def agreements(self) -> Agreements:
        from saldo.collection.agreements import Agreements

        return Agreements(
            self.accounts,
            self.mandates,
            self.charging,
            self.announced,
            self.plans,
            self.promises,
            self.dispute_looks,
        )

    @cached_property
    def proposals(self) -> Proposals:
        from saldo.collection.proposals import Proposals

        return Proposals(self.store, self.clock, self.ids, self.plans)

    @cached_property
    def promises(self) -> Promises:
        from saldo.collection.promises import Promises

        return Promises(self.store, self.clock, self.ids, self.accounts)

    @cached_property
    def disputes(self) -> Disputes:
        from saldo.collection.disputes import Disputes

        return Disputes(self.store, self.clock, self.ids)

    @cached_property
    def dispute_looks(self) -> DisputeLooks:
        from saldo.collection.dispute_looks import DisputeLooks

        return DisputeLooks(self.store, self.clock, self.ids, self.accounts)

    @cached_property
    def cases(self) -> Cases:
        from saldo.collection.cases import Cases

        return Cases(self.store, self.clock, self.ids)

    @cached_property
    def callbacks(self) -> Callbacks:
        from saldo.payments.callbacks import Callbacks

        return Callbacks(
            self.clock,
            self.providers,
            self.settlement,
            self.refunds,
            self.chargebacks,
            self.agreements,
            self.payout_book,
        )

    @cached_property
    def payout_book(self) -> PayoutBook:
        from saldo.payments.payout_book import PayoutBook

        return PayoutBook(self.store, self.clock, self.ids)

    @cached_property
    def payouts(self) -> PayoutIntake:
        from saldo.payments.payout_check import PayoutCheck
        from saldo.payments.payouts import PayoutIntake

        check = PayoutCheck(self.store, self.clock, self.providers, self.settlement, self.refunds)
        return PayoutIntake(self.store, self.clock, self.providers, check, self.payout_book)

    @cached_property
    def treasury(self) -> Treasury:
        from saldo.payments.treasury import Treasury

        return Treasury(self.store, self.clock, self.ids, self.settlement)

    @cached_property
    def tending(self) -> Tending:
        from saldo.payments.stuck import StuckPayments
        from saldo.payments.tend import Tending

        stuck = StuckPayments(self.store, self.clock, self.ids, self.accounts, self.settlement)
        return Tending(
            self.store,
            self.clock,
            self.accounts,
            stuck,
            self.settlement.allocator,
            self.refunds,
            self.agreements,
        )

    @cached_property
    def charges(self) -> Charges:
        from saldo.ledger.charges import Charges

        return Charges(self.store, self.clock, self.ids)

    @cached_property
    def desk(self) -> Desk:
        from saldo.payments.allocate import Allocator
        from saldo.payments.desk import Desk

        allocator = Allocator(self.store, self.clock, self.ids)
        return Desk(self.store, allocator, self.charges, lambda: self.refunds)

    @cached_property
    def run(self) -> ReminderRun:
        from saldo.adapters.public_holidays.calendars import PublicHolidays
        from saldo.reminders.run import ReminderRun

        return ReminderRun(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.plan_queue,
            self.send_queue,
            PublicHolidays(),
        )

    @cached_property
    def forgotten(self) -> ForgottenAccounts:
        from saldo.reminders.forgotten import ForgottenAccounts

        return ForgottenAccounts(self.store, self.clock, self.run)

    @cached_property
    def carriers(self) -> Carriers:
        """The channels that need nothing but a call; letters are `letter_carriers`."""
        from saldo.adapters.aws.clients import client_without_retries
        from saldo.adapters.qr.codes import Codes
        from saldo.adapters.sms.sns import SnsGateway
        from saldo.reminders.channels.call import CallCarrier
        from saldo.reminders.channels.mail import MailCarrier
        from saldo.reminders.channels.sms import SmsCarrier

        return {
            "email": MailCarrier(self.mailer, Codes()),
            "sms": SmsCarrier(SnsGateway(client_without_retries("sns", self.settings.region))),
            "call": CallCarrier(),
        }

    @cached_property
    def letter_carriers(self) -> Carriers:
        """The channels on paper: they need the layer `documents`."""
        from saldo.adapters.letters.typesetter import TypstTypesetter
        from saldo.adapters.qr.codes import Codes
        from saldo.reminders.channels.letter import LetterCarrier

        typesetter, codes = TypstTypesetter(), Codes()
        return {
            "letter": LetterCarrier(typesetter, self.outbox, codes),
            "registered": LetterCarrier(typesetter, self.outbox, codes, "registered"),
        }

    @cached_property
    def outbox(self) -> Outbox:
        """Where letters lie for the print service: a bucket, or on one machine a folder."""
        if not self.settings.letters_bucket:
            from pathlib import Path
            from tempfile import gettempdir

            from saldo.adapters.files.outbox import FolderOutbox

            return FolderOutbox(Path(gettempdir()) / "saldo-outbox")
        from saldo.adapters.aws.clients import client
        from saldo.adapters.aws.outbox import S3Outbox

        return S3Outbox(client("s3", self.settings.region), self.settings.letters_bucket)

    @cached_property
    def letter_queue(self) -> SendQueue | None:
        if not self.settings.letter_queue:
            return None
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.letter_queue)

    @cached_property
    def sender(self) -> NoticeSender:
        return self._sender(self.carriers, self.letter_queue)

    @cached_property
    def letter_sender(self) -> NoticeSender:
        return self._sender(self.letter_carriers, None)

    def _sender(self, carriers: Carriers, elsewhere: SendQueue | None) -> NoticeSender:
        from saldo.reminders.channels.dispatch import Dispatcher
        from saldo.reminders.send import NoticeSender

        return NoticeSender(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.links,
            self.renderer,
            Dispatcher(carriers, elsewhere),
            self.send_queue,
        )

    @cached_property
    def letters(self) -> Letters:
        from saldo.reminders.letters import Letters

        return Letters(self.store, self.clock, self.ids, self.outbox, self.feedback)

    @cached_property
    def tasks(self) -> Tasks:
        from saldo.reminders.tasks import Tasks

        return Tasks(self.store, self.clock, self.ids, self.feedback)

    @cached_property
    def opt_outs(self) -> OptOuts:
        from saldo.reminders.optouts import OptOuts

        return OptOuts(self.store, self.clock, self.ids)

    @cached_property
    def inbound_mails(self) -> InboundMails:
        from saldo.reminders.inbound.book import InboundMails

        return InboundMails(self.store, self.clock, self.feedback, self.opt_outs)

    @cached_property
    def inbound_sms(self) -> InboundSms:
        from saldo.reminders.inbound.sms import InboundSms

        return InboundSms(self.accounts, self.opt_outs)

    def inbound_bucket(self, bucket: str) -> Outbox:
        """Return the bucket that inbound mail lies in."""
        from saldo.adapters.aws.clients import client
        from saldo.adapters.aws.outbox import S3Outbox

        return S3Outbox(client("s3", self.settings.region), bucket)

    @cached_property
    def breaker(self) -> Breaker:
        from saldo.reminders.breaker import Breaker

        return Breaker(self.store, self.clock, self.ids)

    @cached_property
    def payer_messages(self) -> PayerMessages:
        from saldo.reminders.payer_messages import PayerMessages

        return PayerMessages(self.store, self.clock, self.ids, self.accounts, self.send_queue)

    @cached_property
    def feedback(self) -> NoticeFeedback:
        from saldo.reminders.feedback import NoticeFeedback

        queue = self.send_queue if self.settings.send_queue else None
        return NoticeFeedback(self.store, self.clock, self.ids, queue)

    @cached_property
    def why(self) -> Why:
        from saldo.reminders.why import Why

        return Why(self.store, self.clock, self.accounts, self.run)

    @cached_property
    def preview(self) -> Preview:
        from saldo.reminders.preview import Preview

        return Preview(
            self.store, self.clock, self.run, self.opt_outs, self.renderer, self.links.address
        )

    @cached_property
    def evidence(self) -> EvidencePacks:
        from saldo.reports.evidence import EvidencePacks

        return EvidencePacks(self.store, self.clock, self.outbox)

    @cached_property
    def relay(self) -> Relay:
        from saldo.reconciliation.relay import Relay

        return Relay(self.store, self.clock, self.accounts, self.bus)

    @cached_property
    def webhooks(self) -> Webhooks:
        from saldo.reconciliation.webhooks import Webhooks

        return Webhooks(
            self.store,
            self.clock,
            self.ids,
            self.delivery_queue,
            self.webhook_transport,
            allow_http=self.settings.is_local,
        )


_installed: Services | None = None


def services() -> Services:
    """Return the services of this process, built from the environment on first use."""
    global _installed
    if _installed is None:
        _installed = Services(settings_from(os.environ))
    return _installed


def install(parts: Services | None) -> None:
    """Replace the services of this process; None builds them anew from the environment."""
    global _installed
    _installed = parts
