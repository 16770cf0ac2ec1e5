"""What the pages about bank entries show: what waits, and one entry with its evidence.

Bounded reads: the oldest entries that wait, so many at a time; the open items of the accounts that
an entry could be of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import Account
from saldo.bank_entries.model import WAITING, BankEntry
from saldo.invoices.model import Invoice, NumberTaken, OpenItem
from saldo.matching.model import Fact, Proposal, Reason
from saldo.money import Money
from saldo.payments.look import find_payment
from saldo.payments.reversals import PaymentUnknown

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    from screen import Visit

PAGE: Final = 25
READ_MAX: Final = 200
"""So many waiting entries are read for a page; of more, the rest comes up as these are done."""

ACCOUNTS_MAX: Final = 8
ITEMS_MAX: Final = 40
_SHARES_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Share:
    """Money that a proposal gives an item; below zero for a credit note that is used up."""

    item: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Gap:
    """Why money and item differ, and by how much."""

    reason: Reason
    item: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposal as people read it. `account` is None where it is of several, or of none."""

    proposal: Proposal
    account: Account | None
    shares: tuple[Share, ...]
    more_shares: int
    gaps: tuple[Gap, ...]

    @property
    def evidence(self) -> tuple[Fact, ...]:
        """What speaks for it; how the amount fits is told by the shares and gaps."""
        return tuple(one for one in self.proposal.evidence if not one.name.startswith("amount"))


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list."""

    entry: BankEntry
    amount: Money
    left: Money
    guess: Guess | None
    refund: Money | None = None

    @property
    def can_accept(self) -> bool:
        """Whether there is something that a yes would book."""
        has_answer = self.guess is not None and self.entry.state == "likely"
        return has_answer and self.entry.doing is None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page of what waits. `counted` is by state; `is_cut` says that there are more than read."""

    rows: tuple[EntryRow, ...]
    counted: dict[str, int]
    is_cut: bool
    next_from: int


@dataclass(frozen=True, slots=True)
class Choice:
    """An account that an entry may be of, with its open items; `chosen` are proposed."""

    account: Account
    items: tuple[tuple[OpenItem, Money], ...]
    has_more: bool
    chosen: frozenset[str]


def waiting(visit: Visit, state: str, begin: int) -> Waiting:
    """Return a page of the entries that wait, the oldest first: all, or those of a state."""
    store = visit.services.store
    kind = "bank-refund" if state == "refund" else "bank-entry"
    keys = list(islice(store.work(BankEntry, kind, visit.creditor.id, visit.now), READ_MAX + 1))
    found: Iterable[BankEntry] = store.relaxed().get_many(BankEntry, keys[:READ_MAX]).values()
    found = [one for one in found if is_seen(visit, one)]
    if state == "refund":
        wanted = [one for one in found if one.refund and one.refund.state == "proposed"]
        counted: dict[str, int] = {}
    else:
        every = [one for one in found if one.state in WAITING]
        counted = {name: sum(one.state == name for one in every) for name in ("likely", "open")}
        wanted = [one for one in every if state in ("", one.state)]
    wanted.sort(key=lambda one: (one.day, one.id))
    page = wanted[begin : begin + PAGE]
    more = begin + PAGE if len(wanted) > begin + PAGE else 0
    return Waiting(rows_of(visit, page), counted, len(keys) > READ_MAX, more)


def is_seen(visit: Visit, entry: BankEntry) -> bool:
    """Tell whether the user may see an entry: what is nobody's yet, and what is of accounts that
    all are theirs to see.
    """
    if visit.sees_all:
        return True
    named = {one.part.account for one in entry.portions}
    named |= {entry.refund.account} if entry.refund else set()
    named |= set(proposed_accounts(visit, entry))
    payments = (entry.returns, *could_return(entry))
    return visit.seen_of(named) == named and all(_is_mine(visit, one) for one in payments if one)


def _is_mine(visit: Visit, payment: str) -> bool:
    try:
        return visit.sees(find_payment(visit.services.store, visit.creditor.id, payment).account)
    except PaymentUnknown:
        return True  # it tells of nobody


def rows_of(visit: Visit, entries: Sequence[BankEntry]) -> tuple[EntryRow, ...]:
    """Return entries as rows, with the names of the accounts that are proposed.

    What is proposed for an account that the user may not see is not shown.
    """
    named = {one.proposal.account for one in entries if one.proposal and one.proposal.account}
    accounts = _accounts(visit, named)
    return tuple(
        EntryRow(
            one,
            Money(one.entry.amount_minor, one.entry.currency),
            Money(one.left_minor, one.entry.currency),
            _guess(one, accounts),
            Money(one.refund.amount_minor, one.entry.currency) if one.refund else None,
        )
        for one in entries
    )


def _accounts(visit: Visit, numbers: Iterable[str]) -> dict[str, Account]:
    """Return the accounts of these numbers that the user may see."""
    keys = [(visit.creditor.id, number) for number in sorted(numbers)]
    found = visit.services.store.relaxed().get_many(Account, keys)
    seen = visit.seen_of(number for _, number in found)
    return {number: one for (_, number), one in found.items() if number in seen}


def _guess(entry: BankEntry, accounts: Mapping[str, Account]) -> Guess | None:
    found, currency = entry.proposal, entry.entry.currency
    if found is None or (found.account and found.account not in accounts):
        return None
    account = accounts.get(found.account)
    shares = [Share(one.item, Money(one.amount_minor, currency)) for one in found.allocations]
    return Guess(
        found,
        account,
        tuple(shares[:_SHARES_SHOWN]),
        max(0, len(shares) - _SHARES_SHOWN),
        tuple(
            Gap(one.reason, one.item, Money(one.amount_minor, currency))
            for one in found.differences
        ),
    )


def choices(
    visit: Visit, entry: BankEntry, named: Iterable[str], typed: str = ""
) -> tuple[Choice, ...]:
    """Return the accounts that the money could be of: those that somebody named, then those of the
    proposal and its candidates; only those that the user may see.

    Whoever looks for others does not mean what is proposed: then nothing of it is ticked. An
    invoice that is proposed, or was `typed`, is among its account's however many are open there.
    """
    others = list(named)
    shares = entry.proposal.allocations if entry.proposal and not others else ()
    chosen = {one.item for one in shares}
    numbers = [*others, *proposed_accounts(visit, entry, candidates=True)]
    return tuple(
        _choice(visit, entry, account, chosen, typed)
        for number in list(dict.fromkeys(numbers))[:ACCOUNTS_MAX]
        if (account := visit.seen(number)) is not None
    )


def _choice(
    visit: Visit, entry: BankEntry, account: Account, chosen: set[str], typed: str
) -> Choice:
    store, currency = visit.services.store.relaxed(), entry.entry.currency
    oldest = list(store.first(OpenItem, *account.key, limit=ITEMS_MAX + 1))
    there = {one.number: one for one in oldest[:ITEMS_MAX]}
    meant = [(*account.key, number) for number in (typed, *sorted(chosen)) if number]
    invoices = store.get_many(Invoice, [key for key in meant if key[-1] not in there])
    keys = [(*account.key, one.due_on.isoformat(), one.number) for one in invoices.values()]
    named = store.get_many(OpenItem, keys).values()
    items = [one for one in (*named, *there.values()) if one.currency == currency]
    mine = frozenset(one.number for one in items if one.number in chosen)
    return Choice(
        account,
        tuple((one, Money(one.open_minor, currency)) for one in items),
        len(oldest) > ITEMS_MAX,
        mine,
    )


def proposed_accounts(visit: Visit, entry: BankEntry, *, candidates: bool = False) -> list[str]:
    """Return the accounts that a proposal gives money to, with `candidates` those besides."""
    found = entry.proposal
    if found is None:
        return []
    items = [one.item for one in found.allocations]
    items += [one.item for one in found.candidates] if candidates else []
    keys = [(visit.creditor.id, "invoice", item) for item in items[:READ_MAX]]
    taken = visit.services.store.relaxed().get_many(NumberTaken, keys)
    owners = [taken[key].account for key in keys if key in taken]
    return [number for number in dict.fromkeys((found.account, *owners)) if number]


def sought(visit: Visit, typed: str) -> list[str]:
    """Return the accounts that what was typed may mean: an invoice's number, a name, a number."""
    if not typed:
        return []
    store, creditor = visit.services.store.relaxed(), visit.creditor.id
    taken = store.get(NumberTaken, creditor, "invoice", typed)
    owner = [taken.account] if taken is not None else []
    found = visit.services.finder.find(creditor, typed)
    return [*owner, *(account.number for account in found[:ACCOUNTS_MAX])]


def marked(entry: BankEntry) -> tuple[tuple[str, bool], ...]:
    """Return the text of an entry in pieces, each with whether it speaks for the proposal."""
    text = entry.entry.remittance
    facts = entry.proposal.evidence if entry.proposal else ()
    places = sorted((one.start, one.end) for one in facts if one.field == "remittance")
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in places:
        begin = max(start, at)
        if begin >= end or end > len(text):
            continue
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    pieces.append((text[at:], False))
    return tuple(piece for piece in pieces if piece[0])


def could_return(entry: BankEntry) -> tuple[str, ...]:
    """Return the payments that an entry that took money may give back, as matching found them."""
    found = entry.proposal
    if entry.entry.amount_minor >= 0 or found is None:
        return ()
    named = [one.value for one in found.evidence if one.name == "could-reverse"]
    return tuple(dict.fromkeys([found.reverses, *named]) if found.reverses else named)
