"""Every port of the core, with its calls counted and made to fail.

Each raises what the real adapter would: the core meets the errors that it was written for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from saldo.events import Event
from saldo.messages.model import Mailer, MailOutcomeUnknown, MailThrottled, OutgoingMail
from saldo.payments.ports import (
    HostedPayment,
    HostedPaymentRequest,
    ProviderEvent,
    ProviderUnavailable,
)
from saldo.payments.told import (
    ChargeRequest,
    HostedMandate,
    MandateRequest,
    MandateTold,
    Payout,
    RefundRequest,
    RefundTold,
    Told,
)
from saldo.reconciliation.relay import EventBus
from saldo.reconciliation.webhooks import Answer, WebhookTransport
from saldo.store import Page, Put, R, Store, Write
from saldo_cli.simulation.bank import Bank
from saldo_cli.simulation.chaos import Chaos, Errors

Key = tuple[str, ...]
R2 = TypeVar("R2")


class OutOfReach(Exception):
    """An AWS service did not answer."""


class TooBusy(Exception):
    """An AWS service refused for the moment."""


AWS = Errors(lambda: OutOfReach("no answer came"), lambda: TooBusy("throttled"))
MAIL = Errors(
    lambda: MailOutcomeUnknown("The mail service did not answer."),
    lambda: MailThrottled("The mail service is busy."),
)
PROVIDER = Errors(
    lambda: ProviderUnavailable("The provider did not answer."),
    lambda: ProviderUnavailable("The provider is busy."),
)


class FaultyStore:
    """Implements `saldo.store.Store`. `commit` goes through `apply`, which sees every attempt."""

    def __init__(
        self, store: Store, chaos: Chaos, apply: Callable[[Sequence[Write]], None]
    ) -> None:
        self._store, self._chaos, self._apply = store, chaos, apply

    def _read(self, method: str, effect: Callable[[], Any]) -> Any:
        return self._chaos.call("store", method, effect, AWS, changes=False)

    def get(self, kind: type[R], *key: str) -> R | None:
        found: R | None = self._read("get", lambda: self._store.get(kind, *key))
        return found

    def get_many(self, kind: type[R], keys: Iterable[Key]) -> dict[Key, R]:
        wanted = list(keys)
        found: dict[Key, R] = self._read("get_many", lambda: self._store.get_many(kind, wanted))
        return found

    def list(self, kind: type[R], *prefix: str) -> Iterator[R]:
        yield from self._read("list", lambda: list(self._store.list(kind, *prefix)))

    def newest(
        self, kind: type[R], *prefix: str, limit: int, before: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        found: Sequence[R] = self._read(
            "newest", lambda: self._store.newest(kind, *prefix, limit=limit, before=before)
        )
        return found

    def first(
        self, kind: type[R], *prefix: str, limit: int, after: tuple[str, ...] | None = None
    ) -> Sequence[R]:
        found: Sequence[R] = self._read(
            "first", lambda: self._store.first(kind, *prefix, limit=limit, after=after)
        )
        return found

    def relaxed(self) -> FaultyStore:
        return self

    def commit(self, writes: Sequence[Write]) -> None:
        """Commit; a repeat by the network is only seen where the real table would see it.

        A transaction carries a token, so its repeat is answered like the first. A single put does
        not: its repeat may be refused although the first one was written.
        """
        single = len(writes) == 1 and isinstance(writes[0], Put)
        self._chaos.call(
            "store",
            "commit",
            lambda: self._apply(writes),
            AWS,
            changes=True,
            again=(lambda: self._apply(writes)) if single else lambda: None,
        )

    def due_accounts(
        self, creditor: str, until: datetime, since: datetime | None = None
    ) -> Iterator[str]:
        yield from self._read(
            "due_accounts", lambda: list(self._store.due_accounts(creditor, until, since))
        )

    def work(self, kind: type[R], name: str, creditor: str, until: datetime) -> Iterator[Key]:
        yield from self._read("work", lambda: list(self._store.work(kind, name, creditor, until)))

    def feed(
        self,
        kind: type[R],
        creditor: str,
        after: datetime,
        before: datetime,
        *,
        cursor: str | None,
        limit: int,
    ) -> Page:
        page: Page = self._read(
            "feed",
            lambda: self._store.feed(kind, creditor, after, before, cursor=cursor, limit=limit),
        )
        return page


class Putting(Protocol):
    """A queue."""

    def put(self, jobs: Sequence[Any]) -> None: ...

    def hide(self, receipt: str, seconds: int) -> None: ...


class FaultyQueue:
    """A queue's port, and that of its pauses."""

    def __init__(self, name: str, queue: Putting, chaos: Chaos) -> None:
        self._name, self._queue, self._chaos = name, queue, chaos

    def put(self, jobs: Sequence[Any]) -> None:
        """Queue the jobs."""
        self._chaos.call(
            f"{self._name}-queue", "put", lambda: self._queue.put(jobs), AWS, changes=True
        )

    def hide(self, receipt: str, seconds: int) -> None:
        """Keep a message out of sight for a while."""
        self._chaos.call(
            f"{self._name}-queue",
            "hide",
            lambda: self._queue.hide(receipt, seconds),
            AWS,
            changes=True,
        )


class FaultyDeadLetters:
    """A dead-letter queue's port."""

    def __init__(self, keep: Callable[[str, str], None], chaos: Chaos) -> None:
        self._keep, self._chaos = keep, chaos

    def put(self, body: str, reason: str) -> None:
        """Keep a message and why it could not be handled."""
        self._chaos.call("dead-letters", "put", lambda: self._keep(body, reason), AWS, changes=True)


class FaultyMailer:
    """The mail service's port."""

    def __init__(self, mailer: Mailer, chaos: Chaos) -> None:
        self._mailer, self._chaos = mailer, chaos

    def send(self, mail: OutgoingMail) -> str:
        return self._chaos.call("mail", "send", lambda: self._mailer.send(mail), MAIL, changes=True)


class FaultyBus:
    """The bus's port."""

    def __init__(self, bus: EventBus, chaos: Chaos) -> None:
        self._bus, self._chaos = bus, chaos

    def publish(self, events: Sequence[Event]) -> list[Event]:
        """Publish; a busy bus answers with what it did not take."""
        try:
            return self._chaos.call(
                "bus", "publish", lambda: self._bus.publish(events), AWS, changes=True
            )
        except TooBusy:
            return list(events)


class FaultyTransport:
    """The ERP's endpoints: who does not answer is answered for with status 0."""

    def __init__(self, transport: WebhookTransport, chaos: Chaos) -> None:
        self._transport, self._chaos = transport, chaos

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            return self._chaos.call(
                "endpoint",
                "post",
                lambda: self._transport.post(url, headers, body),
                AWS,
                changes=True,
            )
        except (OutOfReach, TooBusy) as error:
            return Answer(0, f"no answer: {error}")


class FaultyProvider:
    """A payment provider's port."""

    def __init__(self, provider: Bank, chaos: Chaos) -> None:
        self._provider, self._chaos = provider, chaos
        self.name, self.hosted_at = provider.name, provider.hosted_at

    def _asked(self, method: str, effect: Callable[[], R2], *, changes: bool = False) -> R2:
        return self._chaos.call("provider", method, effect, PROVIDER, changes=changes)

    def payout(self, payout_id: str) -> list[Payout]:
        return self._asked("payout", lambda: self._provider.payout(payout_id))

    def fetch_refund(self, provider_id: str, refund_id: str) -> RefundTold:
        return self._asked(
            "fetch_refund", lambda: self._provider.fetch_refund(provider_id, refund_id)
        )

    def cancel_payment(self, provider_id: str) -> None:
        self._asked(
            "cancel_payment", lambda: self._provider.cancel_payment(provider_id), changes=True
        )

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        return self._asked(
            "request_mandate", lambda: self._provider.request_mandate(request), changes=True
        )

    def find_mandate(self, flow_id: str) -> MandateTold | None:
        return self._asked("find_mandate", lambda: self._provider.find_mandate(flow_id))

    def revoke_mandate(self, mandate_id: str, customer_id: str | None) -> None:
        self._asked(
            "revoke_mandate",
            lambda: self._provider.revoke_mandate(mandate_id, customer_id),
            changes=True,
        )

    def find(self, idempotency_key: str, since: datetime) -> ProviderEvent | None:
        return self._asked("find", lambda: self._provider.find(idempotency_key, since))

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        return self._asked("charge", lambda: self._provider.charge(request), changes=True)

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        return self._chaos.call(
            "provider",
            "create_payment",
            lambda: self._provider.create_payment(request),
            PROVIDER,
            changes=True,
        )

    def refund(self, request: RefundRequest) -> RefundTold:
        return self._chaos.call(
            "provider", "refund", lambda: self._provider.refund(request), PROVIDER, changes=True
        )

    def payouts(self, since: date) -> list[Payout]:
        return self._chaos.call(
            "provider", "payouts", lambda: self._provider.payouts(since), PROVIDER, changes=False
        )

    def fetch(self, provider_id: str) -> ProviderEvent:
        return self._chaos.call(
            "provider", "fetch", lambda: self._provider.fetch(provider_id), PROVIDER, changes=False
        )

    def parse_callback(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Sequence[Told]:
        return self._provider.parse_callback(headers, body, now)
