"""Whose a payout's fees are: an account's where a payment bears them, else shared by creditors.

The journal has the fees of a payout as one sum, under its provider: one account at a provider may
serve several creditors. What is here says whose they are, for the figures of what collecting costs;
it moves no money.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from saldo.accounts.model import INSTALLATION, WHOLE_CREDITOR, Creditor
from saldo.errors import Unavailable
from saldo.payments.model import Payment
from saldo.payments.provider_fee import ProviderFee
from saldo.payments.told import Payout, PayoutLine
from saldo.store import EVER, TRANSACTION_ITEMS_MAX, CommitConflict, Put, Store

_ATTEMPTS_MAX = 5

Seen = tuple[PayoutLine, Payment | None]
"""A line of a payout, and the payment that it is of, where these books have one."""


class FeesBusy(Unavailable):
    """The fees of a payout are being written by others at the same time."""

    code = "payout-fees-busy"


@dataclass(slots=True)
class _Kept:
    """What was kept of one account's payments, or of several."""

    fee_minor: int = 0
    gross_minor: int = 0
    payments: int = 0

    def add(self, line: PayoutLine) -> None:
        self.fee_minor += line.fee_minor
        if line.kind == "payment":
            self.gross_minor += line.gross_minor
            self.payments += 1

    def take(self, other: _Kept) -> None:
        self.fee_minor += other.fee_minor
        self.gross_minor += other.gross_minor
        self.payments += other.payments


def fees_of(
    provider: str, payout: Payout, on: date, seen: Iterable[Seen], alone: Callable[[], str | None]
) -> tuple[ProviderFee, ...]:
    """Return whose the fees of a payout are; what is missing from their sum is nobody's here.

    A fee with a payment is its account's. What no payment bears (a monthly price, a settlement's
    costs) is shared by what each creditor's payments in the payout came to, money of others among
    them; where there is no payment at all it is the only creditor's whose refunds stand in the
    payout, or that there is (`alone`), else nobody's.
    """
    accounts: dict[tuple[str, str], _Kept] = defaultdict(_Kept)
    paid: Counter[str] = Counter()
    unborne = 0
    for line, payment in seen:
        creditor = payment.creditor if payment else INSTALLATION
        if payment is None and line.kind in ("fee", "adjustment"):
            unborne += line.fee_minor
            continue
        if line.kind == "payment":
            paid[creditor] += max(0, line.gross_minor)
        if payment is not None and creditor != INSTALLATION:
            accounts[creditor, payment.account].add(line)
    creditors = sorted({creditor for creditor, _ in accounts})
    if not sum(paid.values()):
        only = alone() if not creditors else creditors[0] if len(creditors) == 1 else None
        paid = Counter({only or INSTALLATION: 1})
    shares = shared(unborne, paid)
    rest = {one: _Kept(minor) for one, minor in shares.items() if one != INSTALLATION}
    for creditor in creditors:
        rest.setdefault(creditor, _Kept())
    for (creditor, account), kept in list(accounts.items()):
        if not kept.fee_minor:
            rest[creditor].take(accounts.pop((creditor, account)))
    found = [
        *accounts.items(),
        *(((creditor, WHOLE_CREDITOR), kept) for creditor, kept in rest.items()),
    ]
    return tuple(
        ProviderFee(*owner, provider, payout.payout_id, payout.currency, on,
                    kept.fee_minor, kept.gross_minor, kept.payments)
        for owner, kept in sorted(found, key=lambda one: one[0])
    )  # fmt: skip


def shared(minor: int, by: Mapping[str, int]) -> dict[str, int]:
    """Return an amount in shares by weights, which sum to it to the cent; weights sum above 0."""
    whole, so_far, given = sum(by.values()), 0, 0
    found: dict[str, int] = {}
    for name in sorted(by):
        so_far += by[name]
        until = minor * so_far // whole
        found[name] = until - given
        given = until
    return found


def by_creditor(fees: Iterable[ProviderFee], fee_minor: int) -> dict[str, int]:
    """Return what of a payout's fees each creditor bears, "*" for what is nobody's here."""
    found: Counter[str] = Counter()
    for one in fees:
        found[one.creditor] += one.fee_minor
    nobodys = fee_minor - sum(found.values())
    return {**found, **({INSTALLATION: nobodys} if nobodys else {})}


def only_creditor(store: Store) -> str | None:
    """Return the id of the creditor where there is one alone; one query."""
    page = store.feed(Creditor, INSTALLATION, *EVER, cursor=None, limit=2)
    return page.keys[0][0] if len(page.keys) == 1 else None


def keep_fees(store: Store, fees: Sequence[ProviderFee], on: date) -> None:
    """Write whose fees they are, booked on a day; those that are there stay. Raises FeesBusy.

    Before the payout is booked: what a crash left is written again as the same.
    """
    wanted = [replace(one, on=on) for one in fees]
    for _ in range(_ATTEMPTS_MAX):
        there = store.get_many(ProviderFee, [one.key for one in wanted])
        missing = [one for one in wanted if one.key not in there]
        try:
            for start in range(0, len(missing), TRANSACTION_ITEMS_MAX):
                store.commit([Put(one) for one in missing[start : start + TRANSACTION_ITEMS_MAX]])
        except CommitConflict:
            continue
        return
    raise FeesBusy("The fees of the payout are being written by others at the same time.")
