"""What watchers are told, in words of their language; nobody's own words are among them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final

from saldo.clock import local_day
from saldo.messages.formats import amount_text, day_text
from saldo.money import parse_amount
from saldo.watchers.model import Watcher, WatchNews

LANGUAGES: Final = ("de", "en", "nl")

_NEXT: Final[Mapping[str, str]] = {
    "dispute.opened": "dispute",
    "dispute.assigned": "dispute",
    "dispute.overdue": "person",
    "dispute.settled": "reminders",
    "dispute.rejected": "reminders",
    "dispute.withdrawn": "reminders",
    "promise.given": "promise",
    "promise.part_kept": "person",
    "promise.broken": "person",
    "promise.withdrawn": "reminders",
    "paid_claim.made": "person",
    "paid_claim.unfounded": "reminders",
    "plan.proposed": "person",
    "plan.agreed": "plan",
    "plan.missed": "person",
    "plan.cancelled": "reminders",
    "case.opened": "case",
    "case.changed": "case",
    "payment.charged_back": "reminders",
    "notice.sent": "reminders",
    "notice.bounced": "person",
    "thread.asked": "person",
}
"""What comes next after an event; after any other there is nothing more to be done about it."""


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return the texts of a language, by name."""
    spoken = language if language in LANGUAGES else "en"
    path = files("saldo.watchers") / "texts" / f"{spoken}.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


class WatchWords:
    """Tells news in a language."""

    def __init__(self, language: str, zone: str) -> None:
        self.language, self._zone, self._texts = language, zone, texts(language)

    def __call__(self, key: str, **values: object) -> str:
        return self._texts[key].format(**values)

    def count(self, key: str, number: int) -> str:
        """Return the text for a number of things."""
        return self(f"{key}.{'one' if number == 1 else 'other'}", n=number)

    def kind(self, kind: str) -> str:
        """Return what a kind of work is called."""
        return self._texts.get(f"kind.{kind}", self._texts["kind.other"])

    def day(self, at: datetime) -> str:
        """Write the day of an instant at the creditor's place."""
        return day_text(local_day(at, self._zone), self.language)

    def amount(self, minor: int, currency: str) -> str:
        return amount_text(minor, currency, self.language)

    def what(self, one: Watcher) -> str:
        """Return what is watched."""
        return self(f"what.{one.kind}", account=one.account, subject=one.subject)

    def line(self, news: WatchNews, *, inside: bool) -> str:
        """Tell one event: numbers and states, and its amount to our own people alone."""
        facts = news.facts
        text = self(f"event.{news.type}")
        if invoice := facts.get("invoice"):
            text += self("of_invoice", invoice=invoice)
        if inside and "amount" in facts and "currency" in facts:
            minor = parse_amount(facts["amount"], facts["currency"])
            text += self("of_amount", amount=self.amount(minor, facts["currency"]))
        state = self._texts.get(f"state.{facts.get('state', '')}")
        if news.type == "case.changed" and state:
            text += self("state", state=state)
        return self("line", day=self.day(news.at), text=text)

    def next(self, news: WatchNews) -> str:
        """Return what comes after an event."""
        is_over = news.facts.get("state") in ("paid", "closed") and news.type == "case.changed"
        return self(f"next.{'nothing' if is_over else _NEXT.get(news.type, 'nothing')}")
