"""A whole installation in this process: the functions' own handlers over books in memory.

Stream, bus, rules, queues and schedule are played by this module; everything that decides runs as
it is deployed. For replays and tests; one world at a time, as it is this process's wiring.
"""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from functions.connect import app as connect
from functions.documents import served as documents
from functions.imports import app as imports
from functions.ingest import app as ingest
from functions.intake import app as intake
from functions.pay import app as pay
from functions.reconcile import app as reconcile
from functions.relay import app as relay
from functions.remind import app as remind
from functions.sandbox import app as sandbox
from functions.sandbox.sandboxpay.storage import MemoryStorage
from saldo.adapters.aws.bus import SOURCE, detail_of
from saldo.adapters.aws.secrets import ProviderSecrets
from saldo.adapters.dynamo.rows import image_of
from saldo.adapters.memory.files import MemoryFiles
from saldo.adapters.memory.store import MemoryStore
from saldo.adapters.sandbox.provider import SandboxProvider
from saldo.clock import FixedClock
from saldo.connectors.orders import HEARD
from saldo.connectors.ports import Transport
from saldo.events import Event
from saldo.ids import Ids, SeededIds
from saldo.messages.model import OutgoingMail
from saldo.reconciliation.webhooks import Answer
from saldo.settings import Settings
from saldo.store import Record
from saldo.wiring import Services, install
from saldo_cli.in_process_office import Office
from saldo_cli.lambda_http import FunctionHttp, HttpFunction
from saldo_cli.memory_bay import TellingBay
from saldo_cli.memory_queues import DeadLetterBox, MemoryQueue

PUBLIC_URL = "https://pay.example"
SANDBOX_URL = "https://sandbox.example"
SANDBOX_SECRET = "in-process-secret"  # noqa: S105 - signs play money inside this process

PLANNED_ON = frozenset(
    {
        "invoice.issued",
        "invoice.changed",
        "invoice.closed",
        "credit_note.applied",
        "hold.ended",
        "payment.settled",
        "payment.failed",
        "payment.charged_back",
        "payment.scheduled",
        "payment.schedule_ended",
        "mandate.active",
        "plan.agreed",
        "plan.missed",
        "plan.proposed",
        "plan.cancelled",
        "paid_claim.made",
        "paid_claim.unfounded",
        "promise.given",
        "promise.broken",
        "promise.part_kept",
        "dispute.opened",
        "dispute.settled",
        "dispute.rejected",
        "invoice.copy_requested",
        "case.opened",
        "case.changed",
        "service.released",
        "account.corrected",
        "contact.confirm_asked",
        "thread.asked",
        "thread.answered",
        "message.written",
    }
)
"""Events that the bus's rule hands to the planner; template.yaml has the same list."""

_STREAM_BATCH = 100
_ROUNDS_MAX = 100_000
"""Far above what any day makes: reaching it means that messages breed."""


@dataclass(slots=True)
class CapturedMails:
    """A mail service that keeps what it is given, in order. Implements `Mailer`."""

    mails: list[OutgoingMail] = field(default_factory=list)

    def send(self, mail: OutgoingMail) -> str:
        """Keep the mail and return an id for it."""
        self.mails.append(mail)
        return f"mail-{len(self.mails)}"


@dataclass(slots=True)
class CapturedWebhooks:
    """The ERP's endpoints: keep every delivery and answer 204, or `answers` by address."""

    deliveries: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Keep the delivery and answer it."""
        self.deliveries.append((url, dict(headers), body))
        return self.answers.get(url, Answer(204, ""))


@dataclass(slots=True)
class _Bus:
    """Takes every event. Implements `EventBus`."""

    entries: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, events: Sequence[Event]) -> list[Event]:
        self.entries += [_envelope(event) for event in events]
        return []


@dataclass(frozen=True, slots=True)
class _Handover:
    """Passes messages on to a queue. Implements what `Handover` does."""

    queue: MemoryQueue

    def pass_on(self, body: dict[str, Any]) -> None:
        self.queue.put_body(body)


class World:
    """An installation whose clock stands still until it is moved.

    `request` is its HTTP (public address and sandbox); `sweep`, `ask_erps` and `try_again` are what
    schedules invoke; `pump` lets events and jobs run until all is quiet. `bay` is the bucket that
    files come to and settlements go out by; `mails`, `webhooks` and `dead` show what came out.
    `erps` carries requests to ERPs: without it there are none to be asked. With `office` there are
    the console, and what keeps its lists, figures and log: replays do without.
    """

    def __init__(
        self,
        clock: FixedClock,
        *,
        ids: Ids | None = None,
        log_level: int = logging.CRITICAL,
        public_url: str = PUBLIC_URL,
        sandbox_url: str = SANDBOX_URL,
        erps: Transport | None = None,
        erp_secrets: ProviderSecrets | None = None,
        office: bool = False,
    ) -> None:
        self.clock = clock
        self.public_url = public_url
        self.mails = CapturedMails()
        self.webhooks = CapturedWebhooks()
        self.dead = DeadLetterBox()
        ids = ids or SeededIds(1)
        self.office = Office(clock, ids, self.dead) if office else None
        self._bus = _Bus()
        self._stream: list[Event] = []
        self._numbers = count(1)
        self._plans = MemoryQueue("plan", clock, self.dead)
        self._sends = MemoryQueue("send", clock, self.dead)
        self._facts = MemoryQueue("webhook-event", clock, self.dead)
        self._deliveries = MemoryQueue("webhook-delivery", clock, self.dead)
        self._relays = MemoryQueue("relay", clock, self.dead)
        self._files = MemoryQueue("intake", clock, self.dead)
        self._imports = MemoryQueue("import", clock, self.dead)
        self._erp_facts = MemoryQueue("connector", clock, self.dead)
        self.bay = TellingBay(self._files.put_body)
        http = FunctionHttp(
            {
                sandbox_url: [HttpFunction(sandbox.app, sandbox.handler)],
                public_url: [
                    HttpFunction(ingest.app, ingest.handler),
                    HttpFunction(pay.app, pay.handler),
                    HttpFunction(documents.app, documents.handler),
                    *(self.office.pages() if self.office else ()),
                ],
            },
            around=_quiet,
        )
        self.request = http.request
        settings = Settings(
            public_url=public_url,
            sandbox_url=sandbox_url,
            sandbox_secrets=(SANDBOX_SECRET,),
            is_local=True,
        )
        self.services = Services(
            settings,
            store=MemoryStore(self._committed),
            clock=clock,
            ids=ids,
            bus=self._bus,
            plan_queue=self._plans,
            send_queue=self._sends,
            delivery_queue=self._deliveries,
            delivery_pauses=self._deliveries,
            portal_queue=self._sends,
            relay_queue=self._relays,
            import_queue=self._imports,
            document_queue=_Handover(self._files),
            bay=self.bay,
            file_store=MemoryFiles(),
            erp_secrets=erp_secrets,
            **({"erp_transport": erps} if erps is not None else {}),
            mailer=self.mails,
            webhook_transport=self.webhooks,
            dead_letters=lambda _url: self.dead,
            providers={"sandbox": SandboxProvider(sandbox_url, (SANDBOX_SECRET,), http)},
            person_queue=self._sends,
            **(self.office.parts() if self.office else {}),
        )
        self._levels = {
            module.logger: module.logger.level
            for module in (
                connect,
                documents,
                imports,
                ingest,
                intake,
                pay,
                reconcile,
                relay,
                remind,
                *(self.office.modules() if self.office else ()),
            )
        }
        for logger in self._levels:
            logger.setLevel(log_level)
        install(self.services)
        sandbox.install(
            MemoryStorage(),
            self._call_back,
            clock=clock,
            ids=ids,
            secret=SANDBOX_SECRET,
            base_url=sandbox_url,
        )

    def close(self) -> None:
        """Give the process's wiring back to the environment, and its loggers their levels."""
        for logger, level in self._levels.items():
            logger.setLevel(level)
        install(None)

    def sweep(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Invoke the reminder sweep as the schedule does."""
        with _quiet():
            return remind.sweep(dict(event), None)

    def ask_erps(self) -> dict[str, int]:
        """Run the connections that are due, as the schedule does."""
        with _quiet():
            return connect.run({}, None)

    def try_again(self) -> dict[str, int]:
        """Look at the files that wait, as the schedule does."""
        with _quiet():
            return intake.again({}, None)

    def pump(self) -> None:
        """Let events and jobs run until nothing is left to do at this instant."""
        for _ in range(_ROUNDS_MAX):
            with _quiet():
                if not self._step():
                    return
        raise RuntimeError("messages keep coming: something answers itself")

    def _step(self) -> bool:
        """Do one piece of what is waiting; False when nothing is."""
        if self._stream:
            batch, self._stream = self._stream[:_STREAM_BATCH], self._stream[_STREAM_BATCH:]
            relay.relay({"Records": [self._stream_record(event) for event in batch]}, None)
            return True
        if self._bus.entries:
            entries, self._bus.entries = self._bus.entries, []
            for entry in entries:
                self._facts.put_body(entry)
                if self.office:
                    self.office.hear(entry)
                if entry["detail-type"] in PLANNED_ON:
                    self._plans.put_body(entry)
                if entry["detail-type"] in HEARD:
                    self._erp_facts.put_body(entry)
            return True
        return (
            self._plans.deliver(remind.plan_accounts)
            or self._sends.deliver(remind.send)
            or self._facts.deliver(reconcile.fan_out)
            or self._deliveries.deliver(reconcile.deliver)
            or self._relays.deliver(relay.republish)
            or self._files.deliver(intake.files, 1)
            or self._imports.deliver(imports.step, 1)
            or self._erp_facts.deliver(connect.hear)
            or (self.office is not None and self.office.step())
        )

    def _committed(self, records: Sequence[Record]) -> None:
        # The stream's filter: new events only, not those that the relay marks.
        self._stream += [r for r in records if isinstance(r, Event) and not r.relayed]
        if self.office:
            self.office.written(records)

    def _stream_record(self, event: Event) -> dict[str, Any]:
        return {
            "eventID": str(next(self._numbers)),
            "eventName": "INSERT",
            "dynamodb": {"NewImage": image_of(event)},
        }

    def _call_back(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        return self.request("POST", url, headers, body)[0]


def _envelope(event: Event) -> dict[str, Any]:
    return {
        "version": "0",
        "id": event.id,
        "detail-type": event.type,
        "source": SOURCE,
        "account": "000000000000",
        "time": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "eu-central-1",
        "resources": [],
        # Through JSON, as the bus carries it.
        "detail": json.loads(json.dumps(detail_of(event))),
    }


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep metrics off the screen: functions print them for CloudWatch to find."""
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No application metrics")
        yield
