"""Bank accounts, statements and entries as the API shows them."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.bank_entries.model import (
    BankAccount,
    BankEntry,
    BankStatement,
    EntryState,
    Portion,
    RefundProposal,
    RefundState,
    SourceKind,
)
from saldo.bank_entries.return_charge import ReturnCharged, ReturnChargeKind
from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.intake.ports import Outcome
from saldo.matching.model import Confidence, Proposal
from saldo.money import format_amount


class ReturnChargeAnswer(TypedDict):
    """What a returned debit is charged on with, by rule."""

    kind: ReturnChargeKind
    amount_minor: int
    clause: str
    clause_since: _Day | None


class BankAccountAnswer(TypedDict):
    """A bank account."""

    id: str
    currency: str
    posts: SourceKind
    late_after_days: int | None
    covered_until: Annotated[_Day | None, Field(description="The last day that was told of.")]
    csv: dict[str, Any]
    rules: dict[str, Any]
    proposes_refund_from_minor: int | None
    return_charge: ReturnChargeAnswer


class BankAccountList(TypedDict):
    """Your bank accounts."""

    items: list[BankAccountAnswer]


class StatementAnswer(TypedDict):
    """A statement that was taken."""

    id: str
    account: str
    format: str
    number: str
    first_day: _Day | None
    last_day: _Day | None
    currency: str
    opening: _Amount | None
    closing: _Amount | None
    entries: int
    booked: Annotated[int, Field(description="Those that had not been booked before.")]
    oddities: Annotated[list[str], Field(description="Such as `statement-missing`.")]
    state: str
    taken_at: _Instant
    by: str


class StatementList(TypedDict):
    """Statements of an account, the oldest first."""

    items: list[StatementAnswer]


class TakenRow(TypedDict):
    """What became of one statement of a file."""

    status: str
    place: str
    id: str
    code: str
    text: str


class TakenAnswer(TypedDict):
    """What became of a file."""

    state: Annotated[str, Field(description="`taken`, `unchanged` or `refused`.")]
    code: Annotated[str, Field(description="Stable: why it was refused; or ''.")]
    text: str
    found: dict[str, Any]
    rows: list[TakenRow]


class FactAnswer(TypedDict):
    """A piece of evidence: what it is, and where in the entry it stood."""

    name: str
    value: str
    field: str
    text: str


class ShareAnswer(TypedDict):
    """Money for an item, or a difference on one."""

    item: str
    amount: _Amount
    reason: str


class ProposalAnswer(TypedDict):
    """What an entry probably is."""

    mark: Annotated[str, Field(description="Says what a yes would book; see `accept`.")]
    kind: str
    confidence: Confidence
    rule: str
    account: str
    allocations: list[ShareAnswer]
    differences: list[ShareAnswer]
    candidates: list[str]
    evidence: list[FactAnswer]
    reverses: str


class PortionAnswer(TypedDict):
    """Money of an entry that went to an account, until it was taken back."""

    account: str
    amount: _Amount
    invoices: list[str]
    payment: str
    by: str
    reason: str
    at: _Instant
    undone_at: NotRequired[_Instant]
    undone_by: NotRequired[str]
    undone_reason: NotRequired[str]


class EntryRefundAnswer(TypedDict):
    """An over-payment that could go back to who paid it."""

    id: Annotated[str, Field(description="The refund's id: name it in the transfer.")]
    state: RefundState
    account: str
    payment: str
    amount: _Amount
    name: Annotated[str, Field(description="Who paid, as the bank told it.")]
    iban: str
    by: str
    reason: str
    since: _Instant
    paid_by: Annotated[str, Field(description="The entry of the transfer; or ''.")]


class ChargedAnswer(TypedDict):
    """What became of the cost of a return, by the bank account's rule and the law."""

    amount: Annotated[_Amount, Field(description="What was charged on; 0.00 for nothing.")]
    invoice: Annotated[str, Field(description="The invoice that it was added to; or ''.")]
    law: str
    missing: Annotated[str, Field(description="Stable: what the rule or the law lacks; or ''.")]
    why: str


class EntryAnswer(TypedDict):
    """An entry of a bank account."""

    id: str
    bank_account: str
    statement: str
    state: EntryState
    booked_on: _Day | None
    value_on: _Day | None
    currency: str
    amount: _Amount
    left: Annotated[_Amount, Field(description="What of it stands on suspense.")]
    name: str
    iban: str
    remittance: str
    end_to_end_id: str
    return_reason: str
    proposal: ProposalAnswer | None
    portions: list[PortionAnswer]
    payout: str
    returns: str
    by: str
    reason: str
    refund: EntryRefundAnswer | None
    pays_refund: Annotated[str, Field(description="The refund that it is the transfer of.")]
    charged: Annotated[ChargedAnswer | None, Field(description="Of a return; None by no rule.")]


class MatchedAnswer(TypedDict):
    """What matching again made of the entries that waited."""

    booked: int
    likely: Annotated[int, Field(description="Those that have a proposal now.")]
    open: int


class EntryList(TypedDict):
    """Entries that wait, the oldest first; at most 500."""

    items: list[EntryAnswer]


def render_account(one: BankAccount) -> BankAccountAnswer:
    """Render a bank account."""
    rules, charge = one.rules, one.return_charge
    return {
        "id": one.id,
        "currency": one.currency,
        "posts": one.posts,
        "late_after_days": one.late_after_days,
        "covered_until": one.covered_until.isoformat() if one.covered_until else None,
        "csv": one.csv,
        "rules": {
            "rounding_minor": rules.rounding_minor,
            "bank_charges_minor_max": rules.bank_charges_minor_max,
            "write_off_minor_max": rules.write_off_minor_max,
            "is_strict": rules.threshold == "strict",
            "chases_late_discount": rules.chases_late_discount,
        },
        "proposes_refund_from_minor": one.proposes_refund_from_minor,
        "return_charge": {
            "kind": charge.kind,
            "amount_minor": charge.amount_minor,
            "clause": charge.clause,
            "clause_since": charge.clause_since.isoformat() if charge.clause_since else None,
        },
    }


def render_statement(one: BankStatement) -> StatementAnswer:
    """Render a statement."""

    def amount(minor: int | None) -> str | None:
        return None if minor is None else format_amount(minor, one.currency)

    return {
        "id": one.id,
        "account": one.bank_account,
        "format": one.format,
        "number": one.number,
        "first_day": one.first_day.isoformat() if one.first_day else None,
        "last_day": one.last_day.isoformat() if one.last_day else None,
        "currency": one.currency,
        "opening": amount(one.opening_minor),
        "closing": amount(one.closing_minor),
        "entries": one.entries,
        "booked": one.booked,
        "oddities": list(one.oddities),
        "state": one.state,
        "taken_at": iso_instant(one.taken_at),
        "by": one.by,
    }


def render_entry(one: BankEntry) -> EntryAnswer:
    """Render an entry."""
    entry, currency = one.entry, one.entry.currency
    return {
        "id": one.id,
        "bank_account": one.bank_account,
        "statement": one.statement,
        "state": one.state,
        "booked_on": entry.booked_on.isoformat() if entry.booked_on else None,
        "value_on": entry.value_on.isoformat() if entry.value_on else None,
        "currency": currency,
        "amount": format_amount(entry.amount_minor, currency),
        "left": format_amount(one.left_minor, currency),
        "name": entry.counterparty.name,
        "iban": entry.counterparty.iban,
        "remittance": entry.remittance,
        "end_to_end_id": entry.references.end_to_end_id,
        "return_reason": entry.return_reason,
        "proposal": _proposal(one.proposal, currency) if one.proposal else None,
        "portions": [_portion(portion, currency) for portion in one.portions],
        "payout": one.payout,
        "returns": one.returns,
        "by": one.by,
        "reason": one.reason,
        "refund": _refund(one.refund, currency) if one.refund else None,
        "pays_refund": one.pays_refund,
        "charged": _charged(one.charged, currency) if one.charged else None,
    }


def _charged(found: ReturnCharged, currency: str) -> ChargedAnswer:
    return {
        "amount": format_amount(found.amount_minor, currency),
        "invoice": found.invoice,
        "law": found.law,
        "missing": found.missing,
        "why": found.why,
    }


def _refund(found: RefundProposal, currency: str) -> EntryRefundAnswer:
    return {
        "id": found.refund_id,
        "state": found.state,
        "account": found.account,
        "payment": found.payment,
        "amount": format_amount(found.amount_minor, currency),
        "name": found.name,
        "iban": found.iban,
        "by": found.by,
        "reason": found.reason,
        "since": iso_instant(found.since),
        "paid_by": found.paid_by,
    }


def _proposal(found: Proposal, currency: str) -> ProposalAnswer:
    return {
        "mark": found.mark,
        "kind": found.kind,
        "confidence": found.confidence,
        "rule": found.rule,
        "account": found.account,
        "allocations": [
            {"item": x.item, "amount": format_amount(x.amount_minor, currency), "reason": x.reason}
            for x in found.allocations
        ],
        "differences": [
            {"item": x.item, "amount": format_amount(x.amount_minor, currency), "reason": x.reason}
            for x in found.differences
        ],
        "candidates": [x.item for x in found.candidates],
        "evidence": [
            {"name": x.name, "value": x.value, "field": x.field, "text": x.text}
            for x in found.evidence
        ],
        "reverses": found.reverses,
    }


def _portion(portion: Portion, currency: str) -> PortionAnswer:
    told: PortionAnswer = {
        "account": portion.part.account,
        "amount": format_amount(portion.part.amount_minor, currency),
        "invoices": list(portion.part.invoices),
        "payment": portion.payment,
        "by": portion.by,
        "reason": portion.reason,
        "at": iso_instant(portion.at),
    }
    if portion.undone_at is not None:
        told["undone_at"] = iso_instant(portion.undone_at)
        told["undone_by"] = portion.undone_by
        told["undone_reason"] = portion.undone_reason
    return told


def render_taken(outcome: Outcome) -> TakenAnswer:
    """Render what became of a file."""
    return {
        "state": outcome.state,
        "code": outcome.code,
        "text": outcome.text,
        "found": dict(outcome.found),
        "rows": [
            {"status": x.status, "place": x.place, "id": x.id, "code": x.code, "text": x.text}
            for x in outcome.rows
        ],
    }
