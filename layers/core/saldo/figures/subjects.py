"""What each fact of the books adds to the figures. Pure.

An *update* is one thing known about one subject. Updates of a subject may come repeatedly and in
any order: of whole versions the newest counts, and of an invoice's stages each one's first day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from saldo.clock import local_day
from saldo.collection.facts import Dispute, Promise
from saldo.events import Event
from saldo.figures.model import FEE
from saldo.invoices.model import Invoice
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.payments.provider_fee import ProviderFee
from saldo.reminders.model import Notice, NoticeState

NOT_AN_ACCOUNT: Final = "~"
"""Places that are called so hold money of nobody: they are no debtor's."""

PAID_WITHIN_DAYS: Final = (7, 14, 30)
"""After so many days it is looked whether a stage was followed by payment."""

_LEFT: Final[frozenset[NoticeState]] = frozenset(
    {"sent", "delivered", "bounced", "complained", "unknown"}
)
_ENTRY_VERSION: Final = 1

ACTS: Final = frozenset(
    {
        "account.corrected",
        "call.logged",
        "case.changed",
        "case.opened",
        "dispute.opened",
        "dispute.rejected",
        "dispute.settled",
        "hold.ended",
        "hold.placed",
        "mail.received",
        "message.written",
        "note.added",
        "notice.sent",
        "paid_claim.made",
        "payment.allocated",
        "payment.settled",
        "plan.agreed",
        "plan.proposed",
        "promise.broken",
        "promise.given",
        "task.closed",
        "thread.answered",
        "transfer.announced",
        "work.done",
        "work.snoozed",
    }
)
"""Types of events that say that an overdue account was not forgotten: somebody wrote, called, paid,
promised or decided something."""

MOVES: Final = frozenset({"account.changed", "desk.changed"})
"""Types of events after which an account may count at another place."""


@dataclass(frozen=True, slots=True)
class Update:
    """One thing known about one subject; see the module.

    `values` None: they follow from `facts`, which are an invoice's. `version` 0 says nothing of the
    subject itself.
    """

    creditor: str
    account: str
    subject: str
    currency: str
    version: int
    values: dict[str, int] | None = field(default=None, hash=False)
    facts: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Act:
    """Something was done about an account, or it may count elsewhere now (`what` "")."""

    creditor: str
    account: str
    at: datetime
    what: str


def updates_of(record: Any, zone: str) -> Iterator[Update | Act]:
    """Yield what a record says; `zone` is the creditor's time zone, whose days are counted by."""
    if isinstance(record, ProviderFee):
        yield _of_fee(record)
        return
    if getattr(record, "account", NOT_AN_ACCOUNT).startswith(NOT_AN_ACCOUNT):
        return
    if isinstance(record, Invoice):
        yield of_invoice(record)
    elif isinstance(record, JournalEntry):
        yield from _of_entry(record)
    elif isinstance(record, Promise):
        yield _of_promise(record)
    elif isinstance(record, Dispute):
        yield _of_dispute(record, zone)
    elif isinstance(record, Notice):
        yield from _of_notice(record)
    elif isinstance(record, Event) and record.type in ACTS:
        yield Act(record.creditor, record.account, record.at, record.type)
    elif isinstance(record, Event) and record.type in MOVES:
        yield Act(record.creditor, record.account, record.at, "")


def invoice_subject(number: str) -> str:
    """Return what an invoice is called as a subject."""
    return f"invoice#{number}"


def of_invoice(invoice: Invoice) -> Update:
    """Return what an invoice says: what is open by due date, and how late it was paid."""
    facts: dict[str, Any] = {
        "due": invoice.due_on.isoformat(),
        "open": invoice.open_minor,
        "amount": invoice.amount_minor,
    }
    if invoice.closed_on is not None and not invoice.open_minor:
        facts["closed"] = invoice.closed_on.isoformat()
        facts["beyond"] = invoice.days_beyond_terms
    return Update(
        invoice.creditor,
        invoice.account,
        invoice_subject(invoice.number),
        invoice.currency,
        max(1, invoice.version),
        facts=facts,
    )


def merged(old: Mapping[str, Any], new: Update, *, is_newer: bool) -> dict[str, Any]:
    """Return an invoice's facts with an update: in whatever order they come, the same comes out.

    `is_newer` says that the update tells a newer version of the invoice than is known.
    """
    stages: dict[str, str] = dict(old.get("stages", {}))
    for step, day in new.facts.get("stages", {}).items():
        stages[step] = min(day, stages.get(step, day))
    base = new.facts if is_newer else old
    facts = {name: value for name, value in base.items() if name != "stages"}
    return {**facts, "stages": stages} if stages else facts


def values_of(facts: Mapping[str, Any]) -> dict[str, int]:
    """Return what an invoice of these facts adds to the sheets."""
    found: Counter[str] = Counter()
    if facts.get("open"):
        found[f"o/{facts['due']}/minor"] += facts["open"]
        found[f"o/{facts['due']}/count"] += 1
    paid_on: date | None = None
    if facts.get("beyond") is not None:  # nothing else than payments closed it
        closed, beyond, amount = str(facts["closed"]), int(facts["beyond"]), int(facts["amount"])
        paid_on = date.fromisoformat(closed)
        found[f"f/{closed}/paid"] += 1
        found[f"f/{closed}/paid_late"] += int(beyond > 0)
        found[f"f/{closed}/days_late"] += max(0, beyond)
        found[f"f/{closed}/days_beyond"] += beyond
        found[f"f/{closed}/paid_invoice"] += amount
        found[f"f/{closed}/minor_days_late"] += amount * max(0, beyond)
    for step, day in facts.get("stages", {}).items():
        stage = step.partition(".")[2]
        found[f"f/{day}/stage:{stage}"] += 1
        for within in PAID_WITHIN_DAYS:
            took = (paid_on - date.fromisoformat(day)).days if paid_on else -1
            if 0 <= took <= within:
                found[f"f/{day}/stage:{stage}:{within}"] += 1
    return {address: amount for address, amount in found.items() if amount}


_BY_CAUSE: Final[dict[CauseKind, str]] = {
    "invoice": "billed",
    "invoice-correction": "billed",
    "invoice-withdrawn": "credited",
    "closed-there": "closed_there",
    "charges-withdrawn": "charged",
    "credit-note": "credited",
    "allocation": "settled",
    "de-allocation": "settled",
    "fee": "charged",
    "interest": "charged",
    "discount": "discounted",
    "discount-reversed": "discounted",
    "write-off": "written_off",
    "absorbed": "written_off",
    "absorbed-reversed": "written_off",
}
"""What a change of what is owed counts as. Causes that change nothing of it are not named."""

_ADDING: Final = frozenset({"billed", "charged"})
"""These are told as what they add to what is owed, all others as what they take off."""

_FROM_CREDIT: Final[frozenset[CauseKind]] = frozenset({"allocation", "de-allocation"})


def _of_entry(entry: JournalEntry) -> Iterator[Update]:
    """What is owed changed, or money came (`collected`: less what went back)."""
    found: Counter[str] = Counter()
    owed = sum(p.amount_minor for p in entry.postings if p.account == "receivable")
    if owed:
        name = _measure_of(entry)
        found[name] += owed if name in _ADDING else -owed
    if entry.cause_kind == "invoice":
        found["invoices"] += 1
    if entry.cause_kind not in _FROM_CREDIT:
        found["collected"] -= sum(p.amount_minor for p in entry.postings if _is_money(p))
    day = entry.booked_on.isoformat()
    values = {f"f/{day}/{name}": amount for name, amount in found.items() if amount}
    if values:
        yield Update(
            entry.creditor,
            entry.account,
            f"entry#{entry.booked_on.year}#{entry.cause_kind}#{entry.cause_id}",
            entry.currency,
            _ENTRY_VERSION,
            values,
        )


def _measure_of(entry: JournalEntry) -> str:
    """A credit note's rest that pays for another invoice is no money: it credits."""
    name = _BY_CAUSE.get(entry.cause_kind, "other")
    if name == "settled" and any(
        p.account == "customer-credit" and p.detail.startswith("credit-note#")
        for p in entry.postings
    ):
        return "credited"
    return name


def _is_money(posting: Posting) -> bool:
    if posting.account == "chargeback":
        return True
    return posting.account == "customer-credit" and not posting.detail.startswith("credit-note#")


def _of_fee(fee: ProviderFee) -> Update:
    """What a provider kept counts on the day on which its payout is booked, the creditor's share of
    what no payment bears as of no account.
    """
    to = f"f/{fee.on.isoformat()}/{FEE}{fee.provider}"
    values = {
        f"{to}:minor": fee.fee_minor,
        f"{to}:gross": fee.gross_minor,
        f"{to}:count": fee.payments,
    }
    return Update(
        fee.creditor,
        fee.account,
        f"fee#{fee.provider}#{fee.payout}#{fee.currency}",
        fee.currency,
        _ENTRY_VERSION,
        {address: value for address, value in values.items() if value},
    )


def _of_promise(promise: Promise) -> Update:
    """A promise counts on its day, once it was judged by what came of it."""
    day = promise.on.isoformat()
    values = {f"f/{day}/promises": 1, f"f/{day}/promised": promise.amount_minor}
    if promise.state != "open":
        values[f"f/{day}/promises_{promise.state.replace('-', '_')}"] = 1
    if promise.paid_minor > 0:
        values[f"f/{day}/promised_paid"] = min(promise.paid_minor, promise.amount_minor)
    return Update(
        promise.creditor,
        promise.account,
        f"promise#{promise.id}",
        promise.currency,
        max(1, promise.version),
        values,
    )


def _of_dispute(dispute: Dispute, zone: str) -> Update:
    """A dispute counts on the day on which it was opened, by its reason and its outcome."""
    opened = local_day(dispute.opened_at, zone)
    to = f"f/{opened.isoformat()}/dispute:{dispute.reason}"
    values = {f"{to}:count": 1, f"{to}:minor": dispute.amount_minor, f"{to}:{dispute.state}": 1}
    if dispute.ended_at is not None:
        values[f"{to}:days"] = (local_day(dispute.ended_at, zone) - opened).days
    if dispute.agreed_minor:
        values[f"{to}:agreed"] = dispute.agreed_minor
    return Update(
        dispute.creditor,
        dispute.account,
        f"dispute#{dispute.id}",
        dispute.currency,
        max(1, dispute.version),
        {address: value for address, value in values.items() if value},
    )


def _has_left(notice: Notice) -> bool:
    """A mail that was taken and refused afterwards left like one that bounced: it counted when it
    was sent, and must be found so again.
    """
    was_taken = notice.state == "failed" and notice.provider_message_id is not None
    return notice.state in _LEFT or was_taken


def _of_notice(notice: Notice) -> Iterator[Update]:
    """A message that left costs something; a stage counts for each item that it reminded of."""
    if not _has_left(notice) or not notice.items:
        return
    day, currency = notice.planned_for.isoformat(), notice.items[0].currency
    owner = (notice.creditor, notice.account)
    sent = {f"f/{day}/sent:{notice.channel}": 1}
    yield Update(*owner, f"notice#{notice.id}", currency, _ENTRY_VERSION, sent)
    if notice.tells_of_money:
        return
    of_all = int(notice.step) if notice.step.isdigit() else 0
    for item in notice.items:
        stage = item.stage or of_all
        if stage:
            stages = {"stages": {f"{item.episode}.{stage}": day}}
            yield Update(*owner, invoice_subject(item.invoice), item.currency, 0, facts=stages)
