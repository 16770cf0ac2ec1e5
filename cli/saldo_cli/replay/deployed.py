"""A replay against a deployed stack, over HTTP and by invoking the reminder sweep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

from saldo.events import Event
from saldo_cli.cloud import Cloud
from saldo_cli.problems import CommandProblem, Unreachable
from saldo_cli.replay.driver import Driver
from saldo_cli.runs import reminders_event
from saldo_cli.transport import KeepAliveTransport
from saldo_cli.waiting import unplanned, unsent, wait_until_none

PAYERS_AT_ONCE = 4


class NoSandbox(CommandProblem):
    """The stack is none to replay on."""


class Deployed(Driver):
    """Drives a stack. Payments of a day are made by several payers at once."""

    name = "deployed"

    def __init__(self, cloud: Cloud, payers_at_once: int = PAYERS_AT_ONCE) -> None:
        if "SandboxUrl" not in cloud.outputs:
            raise NoSandbox(
                "The stack has no sandbox provider, and a replay pays through it.",
                "Use a stack deployed with SandboxProvider=true, never one that customers pay at.",
            )
        if not cloud.is_local:
            # Real mail to addresses that do not exist would bounce and cost the sender's name.
            self.mail_address = "success+{}@simulator.amazonses.com"
        self._http = KeepAliveTransport()
        super().__init__(cloud.services, self._http, cloud.public_url)
        self._cloud = cloud
        self._payers = ThreadPoolExecutor(payers_at_once)

    def _pay_all(self, links: Sequence[str], on: date) -> None:
        for done in [self._payers.submit(self._payer.pay, link, on) for link in links]:
            done.result()

    def start_day(self, at: datetime) -> None:
        """The stack keeps its own time; only reminder runs are told the day."""

    def _settle_down(self) -> None:
        """Stream, bus and queues are at work already; the day's run waits for them."""

    def run_reminders(self, at: datetime) -> None:
        event = reminders_event(at, self.creditor)
        self._cloud.sweep(event)
        wait_until_none(
            lambda: self._left(at),
            f"accounts or mails of {at.date()}",
            again=lambda: self._cloud.sweep(event),
            pace=self._cloud.pace,
        )

    def _left(self, at: datetime) -> int:
        store, now = self.services.store, datetime.now(UTC)
        return len(unplanned(store, self.creditor, at, now)) or unsent(store, self.creditor, now)

    def finish(self) -> None:
        """Wait until every event is on the bus and no message waits in a queue."""
        wait_until_none(self._under_way, "events or messages")

    def _under_way(self) -> int:
        now = datetime.now(UTC)
        events = self.services.store.work(Event, "event", self.creditor, now)
        return sum(1 for _ in events) + self._cloud.waiting_messages()

    def close(self) -> None:
        self._payers.shutdown(cancel_futures=True)
        self._http.close()

    def mails(self) -> list[str] | None:
        """Return what the local cloud's mailbox holds; None on AWS, which keeps no mails."""
        if self._cloud.desk_url is None:
            return None
        status, _, body = self._transport.request(
            "GET", f"{self._cloud.desk_url}/mail.json", {"Accept": "application/json"}, None
        )
        if status != 200:
            raise Unreachable(f"The mailbox of the local cloud answered {status}.")
        return [
            str(mail["tags"]["notice"])
            for mail in json.loads(body)
            if mail["tags"].get("creditor") == self.creditor
        ]
