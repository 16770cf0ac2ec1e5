"""A whole reminder run: sweep, planner and sender, through the functions' own handlers.

    PYTHONPATH=layers/core:cli:. .venv/bin/python bench/run.py --accounts 10000

Every account has open items that are all due. The books are in memory (what our own code costs),
on moto in this process, or on Amazon's DynamoDB Local (through the real adapter, another process).
Mail is made up to the call of SES: botocore signs and writes the request, and nothing leaves.
Queues are files, so that waiting jobs take no memory. Each figure comes from a fresh process;
units are reckoned in one of their own (`bench/units.py`).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

STORES = ("memory", "moto", "dynamodb-local")
REGION = "eu-central-1"
_BATCH = 10
_SMALL = 1_000
_METERED_ACCOUNTS = 200


class FileQueue:
    """A queue in a file: jobs that wait take no memory. Implements the queue ports."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name = name
        self._in = (folder / name).open("w")
        self._out = (folder / name).open()
        self._numbers = 0

    def close(self) -> None:
        """Close the file."""
        self._in.close()
        self._out.close()

    def put(self, jobs: Sequence[Any]) -> None:
        """Queue the jobs."""
        from saldo.codec import encode

        for job in jobs:
            self._in.write(json.dumps(encode(job)) + "\n")

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what waits as events of SQS, until nothing does."""
        while True:
            self._in.flush()
            bodies = [line for _ in range(_BATCH) if (line := self._out.readline())]
            if not bodies:
                return
            yield {"Records": [self._record(body) for body in bodies]}

    def _record(self, body: str) -> dict[str, Any]:
        self._numbers += 1
        return {
            "messageId": f"{self._name}-{self._numbers}",
            "receiptHandle": f"{self._name}-{self._numbers}",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
        }


@dataclass
class Bus:
    """Takes every event and forgets it."""

    taken: int = 0

    def publish(self, events: Sequence[Any]) -> list[Any]:
        self.taken += len(events)
        return []


@dataclass
class Outbox:
    """Sees every commit and keeps the new events, as the table's stream would."""

    store: Any
    events: list[Any] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def commit(self, writes: Sequence[Any]) -> None:
        from saldo.events import Event

        self.store.commit(writes)
        for write in writes:
            record = getattr(write, "record", None)
            if isinstance(record, Event) and not record.relayed:
                self.events.append(record)


def ses() -> Any:
    """Return a client that does all that a call takes but the network."""
    from botocore.awsrequest import AWSResponse
    from botocore.session import get_session

    answer = (
        b'<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/">'
        b"<SendRawEmailResult><MessageId>bench</MessageId></SendRawEmailResult>"
        b"</SendRawEmailResponse>"
    )

    class Answered(AWSResponse):
        @property
        def content(self) -> bytes:
            return answer

    session = get_session()
    session.set_credentials("bench", "bench")
    client = session.create_client("ses", region_name=REGION)
    client.meta.events.register(
        "before-send.ses.SendRawEmail", lambda request, **_: Answered(request.url, 200, {}, None)
    )
    return client


def fill(store: Any, accounts: int, items: int, policy: str) -> None:
    """Put the creditor, the accounts and what they owe into empty books."""
    from bench.books import TODAY, creditor, records
    from saldo.adapters.dynamo.rows import attributes_of
    from saldo.adapters.dynamo.store import DynamoStore
    from saldo.store import Put

    everything: list[Any] = [creditor(policy)]
    rows = records(accounts, items, TODAY - timedelta(days=5))
    if isinstance(store, DynamoStore):
        model = store._row  # noqa: SLF001 - the port has no bulk write, and needs none
        with model.batch_write() as batch:
            for record in (*everything, *rows):
                batch.save(model(**attributes_of(record)))
        return
    for record in (*everything, *rows):
        if hasattr(store, "learn"):
            store.learn(record)
            store._store.commit([Put(record, expect=None)])  # noqa: SLF001 - not to be metered
        else:
            store.commit([Put(record, expect=None)])


def opened(kind: str, address: str | None, stack: ExitStack) -> Any:
    """Return empty books of a kind."""
    from saldo.adapters.memory.store import MemoryStore

    if kind == "memory":
        return MemoryStore()
    if kind == "metered":
        from bench.units import Metered

        return Metered(MemoryStore())
    import boto3

    from infra.table import table_definition
    from saldo.adapters.dynamo.store import DynamoStore

    if kind == "moto":
        from unittest.mock import patch

        from moto import mock_aws
        from moto.dynamodb.models.table import Table

        stack.enter_context(mock_aws())
        # It copies the whole table for each transaction; here none fails.
        stack.enter_context(patch.object(Table, "__deepcopy__", lambda s, _: s, create=True))
    table = f"saldo-{os.getpid()}"
    client = boto3.client("dynamodb", REGION, endpoint_url=address)
    client.create_table(TableName=table, **table_definition())
    return DynamoStore(table, REGION, address)


@dataclass
class Phase:
    """What a part of the run took: seconds on the wall, and of this process's processor."""

    wall: float = 0.0
    cpu: float = 0.0

    def run(self, work: Callable[[], Any]) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        return done


class Run:
    """One run over the books: the functions' handlers, timed phase by phase."""

    def __init__(self, kind: str, books: Any, folder: Path) -> None:
        self._kind, self._books = kind, books
        self.plans, self.sends = FileQueue(folder, "plan"), FileQueue(folder, "send")
        self.store = Outbox(books)
        self.phases = {name: Phase() for name in ("sweep", "plan", "send", "relay")}
        self.notices = 0

    def close(self) -> None:
        """Close the queues."""
        self.plans.close()
        self.sends.close()

    def go(self) -> None:
        """Sweep, plan and send until nothing waits."""
        from bench.books import AT
        from functions.remind import app as remind
        from saldo.clock import iso_instant

        self._timed("sweep", remind.sweep, {"scheduled_time": iso_instant(AT)})
        for event in self.plans.events():
            failed = self._timed("plan", remind.plan_accounts, event)
            assert not failed["batchItemFailures"], "every account could be planned"
            self._tell()
        for event in self.sends.events():
            failed = self._timed("send", remind.send, event)
            assert not failed["batchItemFailures"], "every notice left"
            self.notices += len(event["Records"])
            self._tell()

    def _tell(self) -> None:
        from functions.relay import app as relay
        from saldo.adapters.dynamo.rows import image_of

        events, self.store.events = self.store.events, []
        rows = [{"dynamodb": {"NewImage": image_of(event)}} for event in events]
        self._timed("relay", relay.relay, {"Records": rows})

    def _timed(self, name: str, handler: Callable[..., Any], event: dict[str, Any]) -> Any:
        if self._kind == "metered":
            self._books.phase = name
        return self.phases[name].run(lambda: handler(event, None))


def measure(kind: str, accounts: int, items: int, policy: str, address: str | None) -> Any:
    """Run it all once and return the figures as plain data."""
    from bench.books import AT
    from saldo.adapters.aws.mailer import SesMailer
    from saldo.clock import FixedClock
    from saldo.settings import Settings
    from saldo.wiring import Services, install

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        books = opened(kind, address, stack)
        fill(books, accounts, items, policy)
        filled = _peak_mb()
        run = Run(kind, books, folder)
        stack.callback(run.close)
        install(
            Services(
                Settings(public_url="https://pay.bench.example"),
                store=run.store,
                clock=FixedClock(AT),
                plan_queue=run.plans,
                send_queue=run.sends,
                bus=Bus(),
                mailer=SesMailer(ses(), "reminders@bench.example", "saldo"),
            )
        )
        stack.callback(install, None)
        run.go()
        return {
            "store": kind,
            "accounts": accounts,
            "items": accounts * items,
            "notices": run.notices,
            "phases": {n: {"wall": p.wall, "cpu": p.cpu} for n, p in run.phases.items()},
            "filled_mb": filled,
            "peak_mb": _peak_mb(),
            "units": _units_of(books, run.notices) if kind == "metered" else None,
        }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _units_of(books: Any, notices: int) -> dict[str, Any]:
    def each(counted: Counter[tuple[str, str]]) -> dict[str, float]:
        return {
            f"{phase}: {what}": round(units / notices, 2)
            for (phase, what), units in sorted(counted.items())
        }

    return {"reads": each(books.reads), "writes": each(books.writes)}


def in_a_process_of_its_own(kind: str, options: Any, accounts: int, address: str | None) -> Any:
    """Measure in a fresh process, so that memory is this run's alone."""
    command = [sys.executable, __file__, "--one", kind, "--accounts", str(accounts)]
    command += ["--items", str(options.items), "--policy", options.policy]
    command += ["--address", address] if address else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def show(found: Any) -> None:
    """Print the figures of one run."""
    notices, items, phases = found["notices"], found["items"], found["phases"]
    claim = {k: phases["sweep"][k] + phases["plan"][k] for k in ("wall", "cpu")}
    whole = {k: claim[k] + phases["send"][k] for k in ("wall", "cpu")}
    print(f"{found['store']}: {found['accounts']:,} accounts, {notices:,} notices, {items:,} items")
    for what, spent in (("without mail", claim), ("with mail", whole), ("relay", phases["relay"])):
        print(
            f"  {what:13} {notices / spent['wall']:8,.0f} notices/s "
            f"{items / spent['wall']:8,.0f} invoices/s; "
            f"{spent['cpu'] / notices * 1000:6.2f} ms of our processor per notice, "
            f"{items / spent['cpu']:8,.0f} invoices/s and core"
        )
    print(f"  peak memory {found['peak_mb']:.0f} MB ({found['filled_mb']:.0f} MB before the run)")


def show_units(found: Any) -> None:
    """Print what one notice costs, by kind of call."""
    each = found["items"] / found["notices"]
    print(f"Units per notice of {each:.0f} items (reckoned):")
    for name, counted in found["units"].items():
        by_phase: Counter[str] = Counter()
        for what, units in counted.items():
            by_phase[what.partition(":")[0]] += units
            print(f"  {name:6} {what:36} {units:6.2f}")
        told = ", ".join(f"{phase} {units:.1f}" for phase, units in by_phase.items())
        print(f"  {name:6} in all {sum(by_phase.values()):.1f}: {told}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--items", type=int, default=5)
    parser.add_argument("--policy", default="de-business")
    parser.add_argument("--stores", nargs="*", choices=STORES, default=STORES)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        out = sys.stdout
        # What the functions log is written as in earnest, but not read.
        with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
            found = measure(
                options.one, options.accounts, options.items, options.policy, options.address
            )
        print(json.dumps(found), file=out)
        return
    # Whoever stops the bench stops the database that it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    metered = min(_METERED_ACCOUNTS, options.accounts)
    show_units(in_a_process_of_its_own("metered", options, metered, None))
    for kind in options.stores:
        for accounts in sorted({min(_SMALL, options.accounts), options.accounts}):
            run_over(kind, options, accounts)


def run_over(kind: str, options: Any, accounts: int) -> None:
    """Measure over one kind of books, starting what it needs."""
    if kind != "dynamodb-local":
        show(in_a_process_of_its_own(kind, options, accounts, None))
        return
    from infra.local.dynamodb_local import missing_tools, running_dynamodb_local

    if missing := missing_tools():
        print(f"dynamodb-local: left out, it needs {' and '.join(missing)}")
        return
    with running_dynamodb_local(_free_port()) as address:
        show(in_a_process_of_its_own(kind, options, accounts, address))


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
