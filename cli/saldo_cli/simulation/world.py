"""The world of one story: the functions' own handlers, and everything outside played by us.

Stream, bus, queues and schedules behave as badly as the real ones may: they deliver twice, late
and out of order. One world at a time, as it is this process's wiring.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from functions.ingest import app as ingest
from functions.pay import app as pay
from functions.reconcile import app as reconcile
from functions.relay import app as relay
from functions.remind import app as remind
from saldo.adapters.aws.bus import SOURCE, detail_of
from saldo.adapters.dynamo.rows import image_of
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.events import Event
from saldo.ids import SeededIds
from saldo.settings import Settings
from saldo.store import Record, Store
from saldo.wiring import Services, install
from saldo_cli.in_process import PLANNED_ON, PUBLIC_URL
from saldo_cli.lambda_http import Answer, FunctionHttp, HttpFunction
from saldo_cli.simulation.agenda import Agenda
from saldo_cli.simulation.bank import NAME as BANK
from saldo_cli.simulation.bank import Bank
from saldo_cli.simulation.chaos import Chaos, Fault, ProcessDied
from saldo_cli.simulation.outside import Endpoints, PlainCodes, PlainRenderer, PostOffice
from saldo_cli.simulation.ports import (
    FaultyBus,
    FaultyDeadLetters,
    FaultyMailer,
    FaultyProvider,
    FaultyQueue,
    FaultyStore,
    FaultyTransport,
    OutOfReach,
    TooBusy,
)
from saldo_cli.simulation.queues import Batch, DeadLetter, SimQueue
from saldo_cli.simulation.story import DAYS_OF_STORY, Story, instant
from saldo_cli.simulation.watch import Watch

if TYPE_CHECKING:
    from saldo_cli.simulation.table import Table

Function = Callable[[dict[str, Any], Any], Any]

OVERTAKEN_WITHIN = timedelta(seconds=60)
"""A function lives no longer than its time-out; who overtakes it does so within that."""

_OVERTAKEN_BY_MAX = 12
_STREAM_BATCH = 20
_STREAM_RETRIES_MAX = 10
_STREAM_TWICE = 0.08
_LOGGERS = ("ingest", "pay", "remind", "relay", "reconcile")


StoreName = Literal["memory", "moto"]
"""memory: the books in memory; moto: the real DynamoDB adapter over a table of this process."""

WHOLE_DAYS = DAYS_OF_STORY + 52
"""Long enough that every stage of what stays open has gone, whatever a pause did to it."""

SHORT_DAYS = DAYS_OF_STORY + 20
"""Long enough for all money; moto keeps a table a hundred times slower than memory does."""


def _table(seed: str, books: MemoryStore) -> Table:
    # Imported when asked for: moto is a tool of development, and slow to import.
    from saldo_cli.simulation.table import Table

    return Table(seed, books)


class World:
    """Everything that a story happens in. `close` gives the process's wiring back."""

    def __init__(
        self,
        story: Story,
        faults: Sequence[Fault] = (),
        store: StoreName = "memory",
        days: int = WHOLE_DAYS,
    ) -> None:
        self.story, self.days = story, days
        self.clock = FixedClock(instant(0, 4))
        self.agenda = Agenda(self.clock)
        self.chaos = Chaos(story.seed, self.clock, faults, self._overtake)
        self.dead: list[DeadLetter] = []
        self.unexpected: list[str] = []
        self.books = MemoryStore(self._committed)
        self.table = _table(story.seed, self.books) if store == "moto" else None
        self._store: Store = self.table or self.books
        self.watch = Watch(self.books, self.clock, self._store.commit)
        self.endpoints = Endpoints(story.seed)
        self._random = random.Random(f"{story.seed} stream")
        self._stream: list[Event] = []
        self._stream_asked = False
        self.queues = {
            name: SimQueue(name, story.seed, self.agenda, self._consumer(name, function), self.dead)
            for name, function in CONSUMERS.items()
        }
        self.bank = Bank(self.agenda, self._call_back)
        self.post_office = PostOffice(
            story.seed,
            self.agenda,
            self.queues["feedback"].put_body,
            {d.email: d.fate for d in story.debtors},
        )
        self._http = FunctionHttp(
            {
                PUBLIC_URL: [
                    HttpFunction(ingest.app, ingest.handler),
                    HttpFunction(pay.app, pay.handler),
                ]
            }
        )
        self.services = self._wired()
        install(self.services)
        self._loggers = _Loggers(self.unexpected)

    def _wired(self) -> Services:
        ports = {name: FaultyQueue(name, queue, self.chaos) for name, queue in self.queues.items()}
        settings = Settings(
            public_url=PUBLIC_URL,
            is_local=True,
            account_dead_letters="plan",
            send_dead_letters="send",
            feedback_dead_letters="feedback",
            webhook_event_dead_letters="webhook-event",
            webhook_delivery_dead_letters="webhook-delivery",
            relay_dead_letters="relay",
        )
        return Services(
            settings,
            store=FaultyStore(self._store, self.chaos, self.watch.commit),
            clock=self.clock,
            ids=SeededIds(int(self.story.seed)),
            bus=FaultyBus(_Bus(self), self.chaos),
            plan_queue=ports["plan"],
            send_queue=ports["send"],
            delivery_queue=ports["webhook-delivery"],
            delivery_pauses=ports["webhook-delivery"],
            relay_queue=ports["relay"],
            mailer=FaultyMailer(self.post_office, self.chaos),
            renderer=PlainRenderer(),
            codes=PlainCodes(),
            webhook_transport=FaultyTransport(self.endpoints, self.chaos),
            dead_letters=lambda name: FaultyDeadLetters(
                lambda body, reason: self.dead.append(DeadLetter(name, body, reason)), self.chaos
            ),
            providers={BANK: FaultyProvider(self.bank, self.chaos)},
        )

    def close(self) -> None:
        """Give the process's wiring and its logs back."""
        self._loggers.give_back()
        install(None)
        if self.table is not None:
            self.table.close()

    def invoke(self, who: str, function: Function, event: dict[str, Any]) -> Any:
        """Run a function as Lambda does; None when it died or failed as a whole."""
        with self.chaos.acting(who):
            try:
                return function(event, None)
            except (ProcessDied, OutOfReach, TooBusy):
                return None
            except Exception as error:  # noqa: BLE001 - an error of ours breaks a promise, not the run
                self.unexpected.append(f"{who}: {type(error).__name__}: {error}")
                return None

    def request(
        self, who: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer | None:
        """Send a request to our API; None when no answer comes, or none but a server error."""
        with self.chaos.acting(who):
            try:
                answer = self._http.request(method, PUBLIC_URL + path, headers, body)
            except ProcessDied:
                return None
        return None if answer[0] >= 500 else answer

    def _call_back(self, headers: Mapping[str, str], body: bytes) -> bool:
        sent = {**headers, "content-type": "application/json"}
        answer = self.request("pay.callback", "POST", f"/callbacks/{BANK}", sent, body)
        return answer is not None and answer[0] == 200

    def _consumer(self, name: str, function: Function) -> Callable[[Batch], Any]:
        return lambda batch: self.invoke(name, function, batch)

    def _overtake(self) -> None:
        """Let others work while a call is on its way, as on other machines."""
        kept = [(app, getattr(app, "current_request", None)) for app in (ingest.app, pay.app)]
        self.agenda.overtake(OVERTAKEN_WITHIN, _OVERTAKEN_BY_MAX)
        for app, request in kept:
            app.current_request = request

    def _committed(self, records: Sequence[Record]) -> None:
        # The stream's filter: new events only, not those that the relay marks.
        self._stream += [r for r in records if isinstance(r, Event) and not r.relayed]
        if self._stream and not self._stream_asked:
            self._stream_asked = True
            self.agenda.after(self._random.uniform(0.1, 2), self._read_stream)

    def _read_stream(self) -> None:
        self._stream_asked = False
        batch, self._stream = self._stream[:_STREAM_BATCH], self._stream[_STREAM_BATCH:]
        if self._stream:
            self._stream_asked = True
            self.agenda.after(0.1, self._read_stream)
        event = {"Records": [{"dynamodb": {"NewImage": image_of(e)}} for e in batch]}
        self._relay(event, 0)
        if self._random.random() < _STREAM_TWICE:
            self.agenda.after(self._random.uniform(1, 600), lambda: self._relay(event, 0))

    def _relay(self, event: dict[str, Any], attempt: int) -> None:
        if self.invoke("relay", relay.relay, event) is None and attempt < _STREAM_RETRIES_MAX:
            self.agenda.after(2.0**attempt, lambda: self._relay(event, attempt + 1))

    def carry(self, event: Event) -> None:
        """Carry an event over the bus to the queues of its rules."""
        body = json.dumps(
            {
                "version": "0",
                "id": event.id,
                "detail-type": event.type,
                "source": SOURCE,
                "detail": detail_of(event),
            }
        )
        self.queues["webhook-event"].put_body(body)
        if event.type in PLANNED_ON:
            self.queues["plan"].put_body(body)


CONSUMERS: dict[str, Function] = {
    "plan": remind.plan_accounts,
    "send": remind.send,
    "feedback": remind.feedback,
    "webhook-event": reconcile.fan_out,
    "webhook-delivery": reconcile.deliver,
    "relay": relay.republish,
}


class _Bus:
    """Takes every event. Implements `EventBus`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def publish(self, events: Sequence[Event]) -> list[Event]:
        for event in events:
            self._world.carry(event)
        return []


class _Loggers(logging.Handler):
    """Keeps the functions quiet, and the errors that nobody expects."""

    def __init__(self, unexpected: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._unexpected = unexpected
        self._kept = []
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            self._kept.append((logger, logger.handlers, logger.level, logger.propagate))
            logger.handlers, logger.propagate = [self], False
            logger.setLevel(logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, (AssertionError, LookupError, TypeError, AttributeError)):
            self._unexpected.append(f"{type(error).__name__}: {error}")

    def give_back(self) -> None:
        for logger, handlers, level, propagate in self._kept:
            logger.handlers, logger.propagate = handlers, propagate
            logger.setLevel(level)
