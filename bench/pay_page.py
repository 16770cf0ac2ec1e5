"""The pay page: processor time, bytes and read units of one look at it.

    PYTHONPATH=layers/core:cli:. .venv/bin/python bench/pay_page.py

Events go through the function's own handler in this process; the books are in memory (what our own
code costs). Read units are reckoned by the published rules from the rows themselves
(`bench/units.py`). Bytes are those of the page and of all that a browser fetches with it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from bench.books import AT, TODAY, account, creditor, items
from bench.units import Metered
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.ids import SeededIds
from saldo.invoices.model import Invoice, NumberTaken
from saldo.payments.model import ALL_RIGHTS, PayLink, Payment
from saldo.settings import Settings
from saldo.store import Put
from saldo.wiring import Services, install

HERE = "https://pay.bench.example"
SECONDS = 3.0


class NoProvider:
    """A provider that nobody asks anything."""

    name = "sandbox"
    hosted_at = "https://provider.example"


@dataclass(frozen=True)
class Story:
    """A debtor: so many open invoices, and so many that were paid before."""

    name: str
    open_: int
    paid: int
    scope: str = "account"


STORIES = (
    Story("one invoice, a new customer", 1, 0, "invoice"),
    Story("one invoice, 200 paid before", 1, 200, "invoice"),
    Story("12 invoices open, 200 paid before", 12, 200),
    Story("200 invoices open", 200, 0),
)


def main() -> None:
    """Measure each story."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--reads", action="store_true", help="say what each page reads")
    options = parser.parse_args()
    print("| page | pages/s | ms | read units | calls | bytes | with all it fetches, gzip |")
    print("|---|---|---|---|---|---|---|")
    for story in STORIES:
        get, books = opened(story)
        body = get("/p/{token}")["body"]
        reads = looked_at(books, get)
        assets = _fetched(get, body)
        wire = sum(len(gzip.compress(part.encode(), 6)) for part in (body, *assets))
        ms = _timed(get, options.seconds)
        print(
            f"| {story.name} | {1000 / ms:.0f} | {ms:.2f} | {sum(reads.values()):.1f} |"
            f" {len(reads)} | {len(body.encode()):,} | {wire:,} |"
        )
        if options.reads:
            print("\n".join(f"    {units:5.1f} {what}" for what, units in reads.items()))


def opened(story: Story) -> tuple[Callable[..., dict[str, Any]], Metered]:
    """Return what asks the function for a page, and the books behind it."""
    store = MemoryStore()
    records = [replace(creditor("plain-2-18-34"), language="en"), *_records(story)]
    token = "Zm9vYmFyYmF6cXV4MTIzNA"
    metered = Metered(store)
    settings = Settings(public_url=HERE)
    parts = Services(
        settings,
        store=metered,
        clock=FixedClock(AT),
        ids=SeededIds(7),
        providers={"sandbox": NoProvider()},
    )
    from saldo.ids import fingerprint

    link = PayLink(
        fingerprint(token),
        "bench",
        "000001",
        "RE-2026-000001-0",
        AT,
        AT + timedelta(days=90),
        scope=story.scope,  # type: ignore[arg-type]  # one of them
        rights=ALL_RIGHTS,
        version=1,
    )
    for record in [*records, link]:
        store.commit([Put(record)])
        metered.learn(record)
    install(parts)
    from functions.pay import app as pay

    def get(resource: str, **query: str) -> dict[str, Any]:
        with redirect_stdout(StringIO()):
            return pay.handler(_event(resource, token, query), _Context())

    return get, metered


def _records(story: Story) -> Iterable[Any]:
    yield replace(account(1), due_at=AT + timedelta(days=5))
    for invoice, item in items(1, story.open_, TODAY - timedelta(days=2)):
        yield invoice
        yield item
        yield NumberTaken("bench", "invoice", invoice.number, invoice.account)
    for n in range(story.paid):
        number, at = f"OLD-{n:04}", datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=n)
        yield Invoice(
            "bench",
            "000001",
            number,
            at.date(),
            at.date(),
            "EUR",
            11_900,
            0,
            closed_on=at.date(),
            updated_at=at,
            version=2,
        )
        yield Payment(
            "bench",
            "000001",
            f"{n:026}",
            "sandbox",
            number,
            "EUR",
            11_900,
            "settled",
            at,
            link_hash="0" * 64,
            provider_id=f"tr_{n:012}",
            received_on=at.date(),
            allocated_minor=11_900,
            version=3,
        )


def _event(resource: str, token: str, query: dict[str, str]) -> dict[str, Any]:
    path = resource.replace("{token}", token)
    names = {"token": token} if "{token}" in resource else {}
    if resource.startswith("/assets/"):
        names, resource = {"name": resource.removeprefix("/assets/")}, "/assets/{name}"
    headers = {"accept": "text/html", "accept-language": "en", "user-agent": "Mozilla/5.0"}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {n: [v] for n, v in query.items()} or None,
        "pathParameters": names,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": "GET",
            "requestId": "bench",
            "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


class _Context:
    aws_request_id = "bench"
    function_name = "pay"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:pay"


def looked_at(books: Metered, get: Callable[..., dict[str, Any]]) -> dict[str, float]:
    """Return the read units of one look at the page, by what they were for."""
    books.reads.clear()
    answer = get("/p/{token}")
    assert answer["statusCode"] == 200, answer
    return {what: units for (_, what), units in books.reads.items()}


def _fetched(get: Callable[..., dict[str, Any]], html: str) -> list[str]:
    """Return the bodies of all that the page makes a browser fetch."""
    found = []
    for name, query in re.findall(r'(?:href|src)="[^"]*/assets/([\w.]+)(?:\?c=(\w+))?"', html):
        found.append(get(f"/assets/{name}", **({"c": query} if query else {}))["body"])
    return [one if isinstance(one, str) else json.dumps(one) for one in found]


def _timed(get: Callable[..., dict[str, Any]], seconds: float) -> float:
    """Return the milliseconds of processor time of one page."""
    for _ in range(20):
        get("/p/{token}")
    began, count = time.process_time(), 0
    while time.process_time() - began < seconds:
        get("/p/{token}")
        count += 1
    return (time.process_time() - began) * 1000 / count


if __name__ == "__main__":
    main()
