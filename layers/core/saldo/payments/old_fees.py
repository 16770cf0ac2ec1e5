"""Fees of payouts that were booked when nobody looked whose they are.

Their lines are not kept, so that they can be told of one creditor alone: where there is no other,
and where no money of another system was in the payout. What was paid by them is not known any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from saldo.accounts.model import INSTALLATION, WHOLE_CREDITOR
from saldo.ledger.model import JournalEntry
from saldo.payments.payout_fees import only_creditor
from saldo.payments.payout_model import PayoutRecord
from saldo.payments.provider_fee import ProviderFee
from saldo.store import EVER, CommitConflict, Put, Store, fed

_PAGE = 200
_OF_A_PROVIDER = "~provider~"


def tell_old_fees(store: Store, creditor: str) -> int:
    """Say of old payouts that their fees are the creditor's, where it is the only one; return of
    how many. Again it says nothing more.
    """
    if only_creditor(store) != creditor:
        return 0
    told = 0
    for entry in _payouts(store):
        provider = entry.account.removeprefix(_OF_A_PROVIDER)
        payout = entry.cause_id.removesuffix(f":{entry.currency}")
        record = store.get(PayoutRecord, provider, payout, entry.currency)
        is_shared = any(posting.account == "suspense" for posting in entry.postings)
        if record is None or record.fees or is_shared or not record.fee_minor:
            continue
        fee = ProviderFee(
            creditor, WHOLE_CREDITOR, provider, payout, entry.currency, entry.booked_on,
            record.fee_minor, 0, 0,
        )  # fmt: skip
        known = replace(record, fees={creditor: record.fee_minor}, version=record.version + 1)
        try:
            store.commit([Put(fee), Put(known, expect=record.version)])
        except CommitConflict:
            continue  # the bank gave it back at this moment: told by the next rebuild
        told += 1
    return told


def _payouts(store: Store) -> Iterator[JournalEntry]:
    """Yield the payouts of all providers, the oldest first."""
    for page in fed(store, JournalEntry, INSTALLATION, *EVER, limit=_PAGE):
        for entry in page:
            if entry.cause_kind == "payout" and entry.account.startswith(_OF_A_PROVIDER):
                yield entry
