"""What of a creditor as a whole needs a person: money without a place, sources that fail. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from saldo.connectors.model import FAILING
from saldo.worklist.facts import CreditorFacts, amount, at_midnight, bounded, sums
from saldo.worklist.model import Cause
from saldo.worklist.payouts import item_of


def creditor_work_of(facts: CreditorFacts, now: datetime) -> tuple[Cause, ...]:
    """Return what of a creditor as a whole needs a person at `now`, each cause once."""
    causes = [
        *_sending(facts),
        *_unmatched(facts),
        *_refunds(facts),
        *_missing_statements(facts),
        *_gaps(facts),
        *_connections(facts),
        *_imports(facts),
        *_mails(facts),
        *_approvals(facts),
        *_payouts(facts),
    ]
    return tuple(bounded(one, now) for one in causes)


def _sending(facts: CreditorFacts) -> Iterator[Cause]:
    creditor = facts.creditor
    if creditor.mail_stopped_at is not None:
        yield Cause(
            "sending-stopped",
            "sending-stopped",
            "sending-stopped",
            "look-at-sending",
            creditor.mail_stopped_at,
            facts={"reason": creditor.mail_stopped_why},
        )
    if creditor.awaits_release:
        yield Cause("first-run", "first-run", "first-run", "release-first-run", None)


def _unmatched(facts: CreditorFacts) -> Iterator[Cause]:
    """All entries that wait are one item: they are gone through one after the other elsewhere."""
    came = [one for one in facts.entries if one.left_minor > 0]
    left = [one for one in facts.entries if one.left_minor <= 0]
    for entries, why in ((came, "money-unmatched"), (left, "returns-unmatched")):
        if not entries:
            continue
        proposals = sum(1 for one in entries if one.state == "likely")
        yield Cause(
            "money-unmatched",
            why,
            why,
            "go-through-entries",
            min(one.recorded_at for one in entries),
            facts=_count(entries, facts.more_entries) | {"proposals": proposals},
            stake=sums((one.entry.currency, abs(one.left_minor)) for one in entries),
        )


def _refunds(facts: CreditorFacts) -> Iterator[Cause]:
    proposed = [
        (entry, entry.refund)
        for entry in facts.refunds
        if entry.refund is not None and entry.refund.state == "proposed"
    ]
    if proposed:
        yield Cause(
            "refund-proposed",
            "refunds-proposed",
            "refund-proposed",
            "decide-refund",
            min(refund.since for _, refund in proposed),
            facts=_count([entry for entry, _ in proposed], facts.more_refunds),
            stake=sums((entry.entry.currency, refund.amount_minor) for entry, refund in proposed),
        )


def _count(waiting: Sequence[object], are_more: bool) -> dict[str, int]:
    return {"count": len(waiting), **({"more": 1} if are_more else {})}


def _missing_statements(facts: CreditorFacts) -> Iterator[Cause]:
    for account in facts.bank_accounts:
        days = facts.missing.get(account.id, ())
        if days:
            yield Cause(
                "statement-missing",
                f"statement-{account.id}",
                "statement-missing",
                "bring-statement",
                at_midnight(days[0]),
                facts={
                    "bank_account": account.id,
                    "first": days[0].isoformat(),
                    "last": days[-1].isoformat(),
                    "count": len(days),
                },
            )


def _gaps(facts: CreditorFacts) -> Iterator[Cause]:
    for one in facts.gaps:
        day = one.first_day or one.last_day or one.taken_at.date()
        yield Cause(
            "statement-missing",
            f"gap-{one.bank_account}-{one.id}",
            "statement-gap",
            "bring-statement",
            one.taken_at,
            facts={"bank_account": one.bank_account, "before": day.isoformat()},
        )


def _connections(facts: CreditorFacts) -> Iterator[Cause]:
    for connection in facts.connections:
        if connection.enabled and connection.state in FAILING:
            yield Cause(
                "connection",
                f"connection-{connection.name}",
                f"connection-{connection.state}",
                "look-at-connection",
                connection.state_since,
                facts={
                    "connection": connection.name,
                    "system": connection.system,
                    "reason": connection.why,
                },
            )


def _imports(facts: CreditorFacts) -> Iterator[Cause]:
    for one in facts.failed_imports:
        yield Cause(
            "import",
            f"import-{one.id}",
            "import-failed",
            "look-at-import",
            one.moved_at or one.received_at,
            facts={"name": one.name, "import": one.id, "reason": one.text},
        )


def _mails(facts: CreditorFacts) -> Iterator[Cause]:
    """All mails in triage are one item; what was filed waits in its account's conversation."""
    if facts.mails:
        yield Cause(
            "mail",
            "mail-triage",
            "mail-triage",
            "read",
            min(one.at for one in facts.mails),
            facts=_count(facts.mails, facts.more_mails),
        )


def _approvals(facts: CreditorFacts) -> Iterator[Cause]:
    for one in facts.approvals:
        yield Cause(
            "approval",
            f"approval-{one.id}",
            f"approval-{one.kind}",
            "approve",
            one.asked_at,
            facts={"account": one.account, "who": one.asked_by, "reason": one.reason},
            stake=sums([(one.currency, one.amount_minor)]),
            due=one.expires_at.date(),
        )


def _payouts(facts: CreditorFacts) -> Iterator[Cause]:
    for one in facts.payouts:
        record = one.record
        yield Cause(
            "differs",
            item_of(one),
            "payout-wrong" if record.state == "wrong" else "payout-differs",
            "compare-payout",
            one.since,
            facts={
                "provider": record.provider,
                "payout": record.payout_id,
                "amount": amount(record.amount_minor, record.currency),
                "count": max(1, record.findings),
            },
            stake=sums([(record.currency, abs(record.amount_minor))]),
        )
