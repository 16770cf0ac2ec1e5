"""`saldo demo seed`: a sample creditor with accounts and invoices, as an ERP would push them.

Running it again changes nothing that is there, and answers with a fresh key and pay link.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from saldo.accounts.model import ALL_SCOPES
from saldo.accounts.service import CreditorExists
from saldo.clock import local_day
from saldo.invoices.model import NumberTaken
from saldo.reminders.model import Notice
from saldo.store import Store
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of
from saldo_cli.erp import ApiRefused, ErpClient, Kind
from saldo_cli.output import Output
from saldo_cli.problems import OK
from saldo_cli.replay.evidence import LEFT
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
    with KeepAliveTransport() as transport, out.progress("Creating the creditor", 4) as advance:
        secret = _create(services)
        webhook = _subscribe(services, options.webhook_url)
        client = ErpClient(url, secret, transport)
        advance(done=1, what="Pushing accounts and invoices")
        _push(client, "accounts", ACCOUNTS)
        mailed = _push_documents(client, services.store, today)
        advance(done=3, what="Waiting for the invoice mails")
        wait_until_none(lambda: _not_mailed(services.store, mailed), "invoice mails")
        first = invoices(today)[0]
        link = client.pay_links([first["number"]])[first["number"]]
        password = sample_password(services)
        people = let_in(services, CREDITOR.id, password)
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
        f"[bold]{CREDITOR.name}[/] has {len(ACCOUNTS)} accounts and "
        f"{len(invoices(today))} invoices.",
        *[f"  {name.replace('_', ' '):15} {value}" for name, value in made.items()],
    )
    return OK


def _create(services: Services) -> str:
    """Create the creditor unless it is there, and return the secret of a new key."""
    # An earlier run may have made it; the key that it showed goes on working.
    with suppress(CreditorExists):
        services.accounts.create_creditor(CREDITOR)
    secret, _ = services.accounts.create_key(CREDITOR.id, "sample ERP", ALL_SCOPES)
    return secret


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
