"""Reads what the law asks about claims: the invoice, the notices about it, its principal's history.

Read only where a stage asks for it: an invoice and what was charged on it (2 RU), its claims and
their notices (1 RU each), the account's journal since the due date's year (1 RU per 10 entries).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from saldo.clock import local_day
from saldo.invoices.model import Invoice
from saldo.law.facts import BusinessDays, RipeClaim
from saldo.law.nl.letter import delivered_by_post
from saldo.ledger.model import JournalEntry
from saldo.reminders.evidence import ClaimEvidence, PrincipalChange, ToldNotice
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import ChargesMade, Claim, Notice, NoticeState
from saldo.store import Store

_LEFT: frozenset[NoticeState] = frozenset({"sent", "delivered", "complained"})
_ISSUE = ("invoice",)


class Evidences:
    """Gathers the evidence about claims of one account."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(
        self, facts: AccountFacts, numbers: Sequence[str], today: date
    ) -> dict[str, ClaimEvidence]:
        """Return what is known about these invoices of the account."""
        creditor, account = facts.account.key
        keys = [(creditor, account, number) for number in numbers]
        invoices = self._store.get_many(Invoice, keys)
        charged = self._store.get_many(ChargesMade, keys)
        notices = self._notices(facts, numbers)
        changes = self._changes(creditor, account, list(invoices.values()), today)
        return {
            key[2]: ClaimEvidence(
                invoices[key], notices[key[2]], changes.get(key[2], ()), charged.get(key)
            )
            for key in keys
            if key in invoices
        }

    def _notices(
        self, facts: AccountFacts, numbers: Sequence[str]
    ) -> dict[str, tuple[ToldNotice, ...]]:
        creditor, account = facts.account.key
        claims = {
            number: list(self._store.list(Claim, creditor, account, number)) for number in numbers
        }
        wanted = {claim.notice for found in claims.values() for claim in found}
        notices = self._store.get_many(Notice, [(creditor, account, id_) for id_ in wanted])
        place = facts.account
        told = {
            notice.id: told_notice(notice, place.time_zone, place.country, facts.calendar)
            for notice in notices.values()
            if notice.state in _LEFT
        }
        return {
            number: tuple(
                sorted(
                    (told[claim.notice] for claim in found if claim.notice in told),
                    key=lambda one: one.sent_on,
                )
            )
            for number, found in claims.items()
        }

    def _changes(
        self, creditor: str, account: str, invoices: Sequence[Invoice], today: date
    ) -> dict[str, tuple[PrincipalChange, ...]]:
        """Return what raised or lowered the principal of each invoice after its issue."""
        numbers = {invoice.number for invoice in invoices}
        first = min((invoice.due_on.year for invoice in invoices), default=today.year)
        found: dict[str, list[PrincipalChange]] = {}
        for year in range(first, today.year + 1):
            for entry in self._store.list(JournalEntry, creditor, account, str(year)):
                if entry.cause_kind in _ISSUE:
                    continue
                for posting in entry.postings:
                    owed = posting.account == "receivable" and posting.part == "principal"
                    if owed and posting.detail in numbers:
                        change = PrincipalChange(entry.booked_on, posting.amount_minor)
                        found.setdefault(posting.detail, []).append(change)
        return {
            number: tuple(sorted(changes, key=lambda change: change.on))
            for number, changes in found.items()
        }


def told_notice(notice: Notice, time_zone: str, country: str, calendar: BusinessDays) -> ToldNotice:
    """Return a notice that left as the law asks about it."""
    sent_on = local_day(notice.created_at, time_zone)
    term = (notice.pay_by - notice.planned_for).days if notice.pay_by else None
    return ToldNotice(
        notice.message,
        notice.channel,
        max(sent_on, notice.planned_for),
        _received_on(notice, sent_on, time_zone, country, calendar),
        term,
        tuple(RipeClaim(item.invoice, item.principal_minor) for item in notice.items),
        notice.announced,
        tuple(notice.facts.get("left_out", ())),
    )


def _received_on(
    notice: Notice, sent_on: date, time_zone: str, country: str, calendar: BusinessDays
) -> date | None:
    """Return the day of receipt as far as it is evidenced.

    By a delivery event; in the Netherlands post counts as delivered by its days, unless returned.
    """
    delivered_at = notice.delivered_at or (
        notice.state_since if notice.state == "delivered" else None
    )
    if delivered_at is not None:
        return local_day(delivered_at, time_zone)
    if notice.channel == "letter" and country == "NL":
        return delivered_by_post(sent_on, calendar)
    return None
