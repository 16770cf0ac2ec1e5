"""The deployed template in the local cloud, an ERP that speaks to it, and a browser."""

from __future__ import annotations

import json
import random
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest
from playwright.sync_api import Browser, Page

from infra.local.cloud import Cloud, free_ports, running_cloud
from infra.local.mailbox import Mail
from saldo.accounts.api_keys import ALL_SCOPES
from saldo.accounts.model import Creditor
from saldo.adapters.aws import clients
from saldo.ledger.model import JournalEntry
from saldo.reminders.model import Notice
from saldo.settings import Settings
from saldo.wiring import Services
from tests.browser.settings import EVERY, SEED
from tests.browser.visit import Visit, visiting

_NUMBERS = count(1)

WAIT_SECONDS = 150
"""The first notice by a channel wakes four functions one after the other: on a busy machine that
takes more than a minute."""


_SWEPT_AGAIN_SECONDS = 2.0
"""The first time; then ever more seldom, or what is only slow would be buried under orders."""


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """One deployment for all stories; each story has a creditor of its own."""
    with running_cloud(free_ports()) as running:
        yield running


@pytest.fixture(autouse=True)
def _in_the_cloud(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS is the local cloud while a story runs, and for no other test."""
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    clients.client.cache_clear()
    yield
    clients.client.cache_clear()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A payer's browser without JavaScript: every page must work so."""
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(60_000)
    page = context.new_page()
    yield page
    context.close()


IN_ENGLISH = [setting for setting in EVERY if setting.language == "en"]
"""Phone and desktop, with script and without: the customer of these stories reads English."""


@pytest.fixture
def visit(erp: Erp, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A payer's browser; which kind goes by the story's name, so that all kinds are met."""
    sites = (erp.cloud.public_url, erp.cloud.sandbox_url)
    story = request.node.name.removeprefix("test_")
    setting = random.Random(f"{SEED} {story}").choice(IN_ENGLISH)
    with visiting(browser, setting, f"deployed-{story}", sites, wait_ms=60_000) as visit:
        yield visit


@dataclass
class Erp:
    """The creditor's ERP, with an API key and a webhook endpoint of its own."""

    cloud: Cloud
    services: Services
    creditor: str
    key: str
    account: str
    address: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API; a refusal comes back as its problem document."""
        request = urllib.request.Request(
            f"{self.cloud.public_url}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            return json.load(problem)

    def push_invoice(self, number: str, amount: str = "119.00", due_in_days: int = 10) -> date:
        """Push one invoice and return its due date."""
        today = datetime.now(UTC).date()
        due = today + timedelta(days=due_in_days)
        answer = self.call(
            "POST",
            "/v1/invoices",
            {
                "records": [
                    {
                        "number": number,
                        "account": self.account,
                        "currency": "EUR",
                        "amount": amount,
                        "issued_on": (due - timedelta(days=30)).isoformat(),
                        "due_on": due.isoformat(),
                        "description": "Filter cartridges",
                    }
                ]
            },
        )
        assert answer["counts"]["accepted"] == 1, answer
        return due

    def invoice(self, number: str) -> Any:
        return self.call("GET", f"/v1/invoices?number={number}")

    def pay_link(self, subject: str) -> str:
        """Return the pay link in a mail that the customer got."""
        mail = self.cloud.wait_for_mail(to=self.address, subject=subject, seconds=WAIT_SECONDS)
        return next(
            word for word in mail.body("plain").split() if f"{self.cloud.public_url}/p/" in word
        )

    def run_reminders(self, day: date) -> None:
        """Invoke the sweep with the schedule's event for a day."""
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        self._sweep(at)
        self.settle_down(at)

    def _sweep(self, at: datetime) -> None:
        event = {
            "kind": "reminders",
            "scheduled_time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creditor": self.creditor,
        }
        answer = boto3.client("lambda").invoke(
            FunctionName=self.cloud.outputs["RemindSweepFunctionName"], Payload=json.dumps(event)
        )
        assert "FunctionError" not in answer, answer["Payload"].read()

    def settle_down(self, at: datetime) -> None:
        """Wait until nothing is due at an instant and no notice waits to be sent.

        What becomes known of an account meanwhile may make it due again; the schedule comes back to
        it every quarter of an hour, a story after some seconds.
        """
        end = time.monotonic() + WAIT_SECONDS
        gap = _SWEPT_AGAIN_SECONDS
        again = time.monotonic() + gap
        while time.monotonic() < end:
            if time.monotonic() > again:
                self._sweep(at)
                gap *= 2
                again = time.monotonic() + gap
            due = list(self.services.store.due_accounts(self.creditor, at))
            ahead = datetime.now(UTC) + timedelta(days=1)
            waiting = list(self.services.store.work(Notice, "notice", self.creditor, ahead))
            if not due and not waiting:
                return
            time.sleep(0.1)
        pytest.fail(f"still due: {due}, still waiting: {waiting}")

    def booked_minor(self) -> int:
        """Return what came in by the provider, by the postings."""
        years = {str(datetime.now(UTC).year + n) for n in (-1, 0, 1)}
        return sum(
            posting.amount_minor
            for year in years
            for entry in self.services.store.list(JournalEntry, self.creditor, self.account, year)
            for posting in entry.postings
            if posting.account == "provider-clearing"
        )

    def subjects(self) -> list[str]:
        """Return the subjects of all mails that the customer got, in order."""
        return [mail.subject for mail in self.cloud.mailbox.find(self.address)]

    def webhooks(self, event_type: str, seconds: float = 60) -> list[Any]:
        """Return this creditor's deliveries of an event type, waiting for the first."""
        end = time.monotonic() + seconds
        while True:
            found = [
                d
                for d in self.cloud.erp.deliveries()
                if d.type == event_type and json.loads(d.body)["creditor"] == self.creditor
            ]
            if found or time.monotonic() > end:
                return found
            time.sleep(0.1)


@pytest.fixture
def erp(cloud: Cloud) -> Erp:
    """A live creditor with one account, set up as an owner would."""
    number = next(_NUMBERS)
    creditor = f"story-{number}"
    services = Services(
        Settings(table=cloud.outputs["TableName"], public_url=cloud.public_url, is_local=True)
    )
    services.accounts.create_creditor(
        Creditor(
            creditor,
            "Musterwerk GmbH",
            "DE",
            "de",
            "Europe/Berlin",
            "plain-2-18-34",
            state="live",
            address=("Musterweg 1", "10115 Berlin"),
            imprint="Musterwerk GmbH, Musterweg 1, 10115 Berlin",
        )
    )
    secret, _ = services.accounts.create_key(creditor, "ERP", ALL_SCOPES)
    cloud.erp.add_secret(services.webhooks.subscribe(creditor, cloud.webhook_url).secret)
    erp = Erp(cloud, services, creditor, secret, "10001", f"ap-{number}@beispiel.example")
    answer = erp.call(
        "POST",
        "/v1/accounts",
        {
            "records": [
                {
                    "number": erp.account,
                    "name": "Beispiel Ltd",
                    "kind": "business",
                    "country": "GB",
                    "language": "en",
                    "contacts": [{"name": "Accounts payable", "email": erp.address}],
                }
            ]
        },
    )
    assert answer["counts"]["accepted"] == 1, answer
    return erp


def mail_saying(erp: Erp, words: str, seconds: float = 60) -> Mail:
    """Return the first mail to the customer whose text has these words."""
    end = time.monotonic() + seconds
    while True:
        mails = erp.cloud.mailbox.find(erp.address)
        found = [mail for mail in mails if words in mail.body("plain")]
        if found:
            return found[0]
        assert time.monotonic() < end, [mail.subject for mail in mails]
        time.sleep(0.2)
