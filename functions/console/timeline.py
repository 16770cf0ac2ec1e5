"""What happened on an account, page by page, the last first, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from saldo.clock import local_day
from saldo.events import Event
from saldo.reports.evidence_speech import Speech, is_told

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
    from functions.console.stored import failure_told
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from screen import Visit
    from stored import failure_told
    from words import Words

PAGE: Final = 40
_MONTHS_MAX: Final = 36
"""So many months without anything are looked through before the end is believed to be there."""
_READ_MAX: Final = 5 * PAGE
_EARLIEST: Final = "190001"
"""A cursor says no month before: looking through months stops well behind the first year."""

_OF_PAYMENTS: Final = frozenset(
    {"payment.settled", "payment.charged_back", "payment.unmatched", "refund.done", "refund.failed"}
)
"""What leads to the page of its payment."""

GROUPS: Final = {
    "messages": ("notice.", "thread.", "mail.", "link.", "optout.", "call."),
    "money": ("payment.", "refund.", "payout.", "bank_entry.", "transfer.", "mandate."),
    "invoices": ("invoice.", "credit_note."),
    "agreements": (
        "promise.",
        "plan.",
        "dispute.",
        "case.",
        "paid_claim.",
        "hold.",
        "service.",
        "limit.",
        "order_block.",
        "terms.",
    ),
    "notes": ("note.", "call.", "work."),
}
"""What the filter shows, by how types of events begin."""


_CODED: Final = {
    "account.steered": {"follow_up": "follow_up."},
    "call.logged": {"outcome": "call."},
    "case.changed": {"state": "case.state."},
    "credit.report_changed": {"source": "by."},
    "document.judged": {"state": "document_state."},
    "erp_order.refused": {"kind": "erp_order_kind."},
    "erp_order.taken": {"kind": "erp_order_kind."},
    "insolvency.noticed": {"source": "by."},
    "portal.user_changed": {"state": "user_state."},
    "privacy.erasure_asked": {"why": "privacy.why."},
    "task.closed": {"outcome": "job.outcome."},
    "work.done": {"outcome": "job.outcome."},
}
"""What events tell by codes, and how the keys of the words for them begin."""
_DAYS: Final = ("as_of", "paid_on")
"""Days that only the console tells of: the others are known to `Speech`."""
_FAILED: Final = frozenset({"payment.failed", "refund.failed"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One line: when, what, which message it tells of, and which invoice."""

    id: str
    at: datetime
    type: str
    text: str
    by: str
    notice: str
    invoice: str
    payment: str


@dataclass(frozen=True, slots=True)
class History:
    """A page of what happened, and where the next one begins, "" at the end."""

    lines: tuple[Happened, ...]
    cursor: str


def history(visit: Visit, account: str, group: str, cursor: str, invoice: str = "") -> History:
    """Return a page of what happened on an account, before `cursor`.

    Reads at most some two hundred events, whatever the account holds: where a filter leaves little
    of them, the page is short and the next one goes on from there.
    """
    zone = visit.creditor.time_zone
    speech = Speech(visit.t.language, zone)
    found: list[Happened] = []
    read, last = 0, ""
    for one in _before(visit, account, cursor):
        read, last = read + 1, f"{one.at:%Y%m}-{one.id}"
        if _wanted(one, visit.t, group, invoice):
            found.append(line_of(one, visit.t, speech))
        if len(found) == PAGE or read == _READ_MAX:
            return History(tuple(found), last)
    return History(tuple(found), "")


def _before(visit: Visit, account: str, cursor: str) -> Iterator[Event]:
    """Yield the events before a place, the last first, a month's partition after the other."""
    store = visit.services.store.relaxed()
    month, _, last_id = cursor.partition("-")
    day = date(int(month[:4]), int(month[4:6]), 1) if _is_month(month) else None
    at = day or local_day(visit.now, "UTC").replace(day=1)
    before: tuple[str, ...] | None = None
    if day:
        before = (visit.creditor.id, account, month, last_id)
    empty = 0
    while empty < _MONTHS_MAX:
        name, was_empty = f"{at:%Y%m}", True
        while page := store.newest(
            Event, visit.creditor.id, account, name, limit=PAGE, before=before
        ):
            yield from page
            was_empty, before = False, page[-1].key
        before = None
        empty = empty + 1 if was_empty else 0
        at = date(at.year - (at.month == 1), at.month - 1 or 12, 1)


def _is_month(text: str) -> bool:
    is_number = len(text) == 6 and text.isascii() and text.isdigit()
    return is_number and text >= _EARLIEST and 1 <= int(text[4:]) <= 12


def _wanted(event: Event, words: Words, group: str, invoice: str) -> bool:
    if not is_told(event.type) and not words.has(f"event.{event.type}"):
        return False  # it is of machinery
    if group in GROUPS and not event.type.startswith(GROUPS[group]):
        return False
    return not invoice or invoice in (
        event.data.get("invoice"),
        *(event.data.get("invoices") or ()),
    )


def _own(event: Event, words: Words) -> str:
    """Return the key of an event's own words, which may say more of its kind."""
    own = f"event.{event.type}"
    data = event.data
    for name in ("kind", "arm", "state"):
        if words.has(f"{own}.{data.get(name)}"):
            return f"{own}.{data[name]}"
    kind = "exception" if data.get("payment_exception") == "yes" else data.get("payment_trend")
    return f"{own}.{kind}" if words.has(f"{own}.{kind}") else own


def _named(event: Event, words: Words) -> dict[str, str]:
    """Return what an approval is for, in words."""
    key = f"approvals.kind.{event.data.get('kind')}"
    return (
        {"kind": words.text(key)} if event.type.startswith("approval.") and words.has(key) else {}
    )


def _told(event: Event, words: Words) -> dict[str, Any]:
    """Return what an event tells, with its codes as words and its days as they are written."""
    told = dict(event.data)
    kinds = told.get("kinds")
    if isinstance(kinds, list):
        said = (words.text(words.known(f"blocked_for.{one}", "–")) for one in kinds)
        told["kinds"] = ", ".join(said)
    for name, begin in _CODED.get(event.type, {}).items():
        key = f"{begin}{told.get(name)}"
        told[name] = words.text(key) if words.has(key) else told.get(name)
    for name in _DAYS:
        if isinstance(told.get(name), str):
            told[name] = words.short_date(date.fromisoformat(told[name]))
    if event.type in _FAILED and told.get("failure"):
        told["failure"] = failure_told(words, told["failure"])
    return told


def line_of(event: Event, words: Words, speech: Speech) -> Happened:
    own = _own(event, words)
    by_machine = "_by_machine" if event.data.get("opened_by") == "machine" else ""
    notice = str(event.data.get("notice") or "")
    return Happened(
        event.id,
        event.at,
        event.type,
        speech.worded(words.text(own), _told(event, words), **_named(event, words))
        if words.has(own)
        else speech.happened(
            event.type + by_machine, _told(event, words), number=f"…{notice[-6:]}"
        ),
        str(event.data.get("by") or ""),
        notice,
        str(event.data.get("invoice") or ""),
        str(event.data.get("payment") or "") if event.type in _OF_PAYMENTS else "",
    )
