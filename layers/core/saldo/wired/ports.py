"""Ports on AWS and on the wire: the store, queues, mail, the bus, payment providers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from saldo.clock import SystemClock
from saldo.ids import RandomIds

if TYPE_CHECKING:
    from saldo.adapters.aws.queues import DeadLetters, JobQueue, Pauses
    from saldo.adapters.aws.secrets import ProviderSecrets
    from saldo.clock import Clock
    from saldo.events import Event
    from saldo.files.ports import FileStore
    from saldo.ids import Ids
    from saldo.messages.model import Mailer
    from saldo.payments.ports import PaymentProvider
    from saldo.reconciliation.relay import EventBus
    from saldo.reconciliation.webhooks import DeliveryQueue, WebhookTransport
    from saldo.reminders.channels.letter import Outbox
    from saldo.reminders.ports import PlanQueue, SendQueue
    from saldo.settings import Settings
    from saldo.store import Store


class Ports:
    """Ports on AWS and on the wire: the store, queues, mail, the bus, payment providers."""

    settings: Settings

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
        return self._mail_queue()

    def _mail_queue(self) -> JobQueue[Any]:
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
    def job_pauses(self) -> Pauses | None:
        """Hides messages of the queue that calls this function; None where none is set."""
        if not self.settings.job_queue:
            return None
        from saldo.adapters.aws.queues import Pauses

        return Pauses(self._sqs(), self.settings.job_queue)

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

    def inbound_bucket(self, bucket: str) -> Outbox:
        """Return the bucket that inbound mail lies in."""
        from saldo.adapters.aws.clients import client
        from saldo.adapters.aws.outbox import S3Outbox

        return S3Outbox(client("s3", self.settings.region), bucket)

    @cached_property
    def file_store(self) -> FileStore:
        """Where the bytes of files lie: a bucket, or in memory where none is set."""
        if not self.settings.files_bucket:
            from saldo.adapters.memory.files import MemoryFiles

            return MemoryFiles()
        from saldo.adapters.aws.clients import client
        from saldo.adapters.aws.files import S3Files

        return S3Files(client("s3", self.settings.region), self.settings.files_bucket)
