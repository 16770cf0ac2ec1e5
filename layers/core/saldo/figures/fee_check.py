"""Do the fees that figures are made from agree with the ledger? Payout by payout.

The journal has a payout's fees as one sum under its provider, for all creditors; its record says
what each of them bears; and a creditor's part is told by account. Each is held against the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from saldo.accounts.model import INSTALLATION, WHOLE_CREDITOR
from saldo.ledger.model import JournalEntry
from saldo.payments.payout_model import PayoutRecord
from saldo.payments.provider_fee import ProviderFee
from saldo.store import Store

PayoutId = tuple[str, ...]
"""A payout's provider, id and currency."""


def payout_of(fee: ProviderFee) -> PayoutId:
    """Return the payout that a fee was kept in."""
    return (fee.provider, fee.payout, fee.currency)


def payouts_with(store: Store, creditor: str) -> dict[PayoutId, PayoutRecord]:
    """Return the payouts that the creditor has a part in, as they are booked: one query, and a get
    for each. What they say of fees was written before them.
    """
    return store.get_many(PayoutRecord, sorted(_taken(store, creditor)))


def _taken(store: Store, creditor: str) -> set[PayoutId]:
    return {payout_of(one) for one in store.list(ProviderFee, creditor, WHOLE_CREDITOR)}


def fee_differences(
    store: Store,
    creditor: str,
    payouts: Mapping[PayoutId, PayoutRecord],
    told: Mapping[PayoutId, int],
) -> Iterator[tuple[str, str, int, int]]:
    """Yield where, what, what is kept, and what is right, in minor units.

    `told` is what is kept of the creditor's fees by payout, over all its accounts, and `payouts`
    those that were there before it was read: one that is booked meanwhile is not judged.
    """
    headless = told.keys() - payouts.keys() - _taken(store, creditor)
    records = {**payouts, **store.get_many(PayoutRecord, sorted(headless))}
    entries = store.get_many(JournalEntry, [_entry_key(one) for one in records.values()])
    for key, record in sorted(records.items()):
        if record.state == "wrong":
            continue
        where = f"payout {' '.join(key)}"
        entry = entries.get(_entry_key(record))
        booked = sum(
            posting.amount_minor
            for posting in (entry.postings if entry else ())
            if posting.account == "provider-fees"
        )
        shares = sum(record.fees.values())
        if shares != booked:
            yield where, "fees of all creditors", shares, booked
        own, mine = told.get(key, 0), record.fees.get(creditor, 0)
        if own != mine:
            yield where, "fees by account", own, mine


def _entry_key(record: PayoutRecord) -> tuple[str, ...]:
    year = str(record.booked_on.year)
    cause = f"{record.payout_id}:{record.currency}"
    return (INSTALLATION, f"~provider~{record.provider}", year, "payout", cause)
