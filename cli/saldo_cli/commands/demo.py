"""`saldo demo seed`: a sample creditor with accounts and invoices, as an ERP would push them.

Running it again changes nothing that is there, and answers with a fresh key and pay link.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from saldo.accounts.api_keys import ALL_SCOPES
from saldo.accounts.service import CreditorExists
from saldo.clock import local_day
from saldo.events import Event
from saldo.invoices.model import NumberTaken
from saldo.people.rights import Role
from saldo.reminders.model import Notice
from saldo.store import Store
from saldo.wiring import Services
from saldo_cli.cloud import Cloud
from saldo_cli.commands._common import cloud_of
from saldo_cli.erp import ApiRefused, ErpClient, Kind
from saldo_cli.output import Output
from saldo_cli.problems import OK
from saldo_cli.replay.evidence import LEFT
from saldo_cli.sample_past import NAMED, past_invoices, past_payments, work
from saldo_cli.sample_people import let_in, sample_password
from saldo_cli.samples import ACCOUNTS, CREDITOR, credit_notes, invoices
from saldo_cli.transport import KeepAliveTransport
from saldo_cli.waiting import wait_until_none

Plain = dict[str, Any]


def seed(options: Namespace, out: Output) -> int:
    """Put the sample creditor in, wait for its invoice mails, and say what there is to open."""
    cloud = cloud_of(options)
    services, today = cloud.services, local_day(cloud.now(), CREDITOR.time_zone)
    url = options.public_url or os.environ.get("SALDO_PUBLIC_URL") or cloud.public_url
    with KeepAliveTransport() as transport, out.progress("Creating the creditor", 5) as advance:
        secret, is_new = _create(services)
        client = ErpClient(url, secret, transport)
        _push(client, "accounts", (*ACCOUNTS, *NAMED))
        password = sample_password(services)
        people = let_in(services, CREDITOR.id, password)
        if is_new:
            advance(done=1, what="Living through the year so far")
            _live_the_past(cloud, client, today, people)
        advance(done=2, what="Pushing invoices")
        webhook = _subscribe(services, options.webhook_url)
        mailed = _push_documents(client, services.store, today)
        advance(done=4, what="Waiting for the invoice mails")
        wait_until_none(lambda: _not_mailed(services.store, mailed), "invoice mails")
        first = invoices(today)[0]
        link = client.pay_links([first["number"]])[first["number"]]
    made = {
        "creditor": CREDITOR.id,
        "pay_link": link,
        "invoice": first["number"],
        "due_on": first["due_on"],
        "api_key": secret,
        "console": f"{url}/console",
        "console_users": ", ".join(people.values()),
        "console_password": password,
    }
    if webhook is not None:
        made["webhook_secret"] = webhook
    out.result(
        made,
        f"[bold]{CREDITOR.name}[/] has {len(ACCOUNTS) + len(NAMED)} accounts, "
        f"{len(invoices(today))} new invoices and a year of paid ones.",
        *[f"  {name.replace('_', ' '):15} {value}" for name, value in made.items()],
    )
    return OK


def _create(services: Services) -> tuple[str, bool]:
    """Create the creditor unless it is there; return a new key's secret, and whether it was made.

    A new creditor is in shadow and without a schedule: of what is long past nobody is told.
    """
    is_new = True
    try:
        services.accounts.create_creditor(replace(CREDITOR, state="shadow", schedule="manual"))
    except CreditorExists:  # an earlier run made it; the key that it showed goes on working
        is_new = False
    secret, _ = services.accounts.create_key(CREDITOR.id, "sample ERP", ALL_SCOPES)
    return secret, is_new


def _live_the_past(
    cloud: Cloud, client: ErpClient, today: date, people: Mapping[Role, str]
) -> None:
    """Push the invoices of the year so far, book what came for them and what was agreed; then go
    live.
    """
    services, store = cloud.services, cloud.services.store
    _push(client, "invoices", past_invoices(today))
    for payment in past_payments(today):
        services.treasury.take_at_counter(replace(payment, creditor=CREDITOR.id))
    work(services, CREDITOR, today, people["owner"], people["collector"])

    def untold() -> int:
        now = datetime.now(UTC)
        return sum(1 for _ in store.work(Event, "event", CREDITOR.id, now)) + (
            cloud.waiting_messages()
        )

    wait_until_none(untold, "events of the past", pace=cloud.pace)
    services.accounts.change_creditor(CREDITOR.id, state="live", schedule=CREDITOR.schedule)


def _subscribe(services: Services, url: str | None) -> str | None:
    """Have events posted to `url`, once; return the secret that signs them."""
    if url is None:
        return None
    for known in services.webhooks.subscriptions(CREDITOR.id):
        if known.active and known.url == url:
            return known.secret
    return services.webhooks.subscribe(CREDITOR.id, url).secret


def _push_documents(client: ErpClient, store: Store, today: date) -> list[Plain]:
    """Push invoices and credit notes that are not there yet; return the invoices to be mailed."""
    new = [i for i in invoices(today) if not _is_there(store, "invoice", i["number"])]
    _push(client, "invoices", new)
    notes = [n for n in credit_notes(today) if not _is_there(store, "credit-note", n["number"])]
    _push(client, "credit-notes", notes)
    return [invoice for invoice in new if not invoice.get("already_sent")]


def _is_there(store: Store, kind: str, number: str) -> bool:
    return store.get(NumberTaken, CREDITOR.id, kind, number) is not None


def _push(client: ErpClient, kind: Kind, records: Sequence[Plain]) -> None:
    for result in client.push(kind, records):
        if result.status == "refused":
            raise ApiRefused(f"The sample {result.id} was refused: {result.reason}")


def _not_mailed(store: Store, mailed: Sequence[Plain]) -> int:
    left = {
        item.invoice
        for account in {invoice["account"] for invoice in mailed}
        for notice in store.list(Notice, CREDITOR.id, account)
        if notice.step == "invoice" and notice.state in LEFT
        for item in notice.items
    }
    return sum(1 for invoice in mailed if invoice["number"] not in left)
