"""Who an entry is from: by IBAN, customer number, or name. Pure; each finding with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from saldo.matching.book import Book, block_keys
from saldo.matching.mentions import Read
from saldo.matching.model import Fact
from saldo.matching.names import is_same, is_similar, likeness, normal, words_of
from saldo.statements.model import Entry

_COMMON_WORD: Final = 400
"""More accounts than that share a part of a word: it tells nothing."""

_COMPARED_MAX: Final = 40
_CUSTOMER_NUMBER_MIN: Final = 7


@dataclass(frozen=True, slots=True)
class Payer:
    """Accounts that an entry may be from, with what says so. `is_sure` by IBAN or customer number;
    a name alone may be another's.
    """

    facts: dict[str, tuple[Fact, ...]]
    is_sure: bool

    @property
    def accounts(self) -> tuple[str, ...]:
        return tuple(self.facts)

    @property
    def only(self) -> str:
        """The account if there is only one, else ""."""
        return next(iter(self.facts)) if len(self.facts) == 1 else ""


def payer_of(entry: Entry, reads: Sequence[tuple[str, Read]], book: Book) -> Payer:
    """Return who an entry is from. A sure finding leaves out what a name would add, except where
    the name agrees with it.
    """
    sure: dict[str, list[Fact]] = {}
    _by_iban(entry, book, sure)
    _by_customer_number(entry, reads, book, sure)
    name = entry.counterparty.name
    if sure:
        for account, facts in sure.items():
            fact = name_fact(name, account, book)
            if fact:
                facts.append(fact)
        return Payer({account: tuple(facts) for account, facts in sure.items()}, is_sure=True)
    found = _by_name(name, book) if name else {}
    return Payer({account: (fact,) for account, fact in found.items()}, is_sure=False)


def paid_from(entry: Entry) -> str:
    """Return the payer's IBAN, or its number where it is none (America), without blanks."""
    party = entry.counterparty
    return (party.iban or party.account).replace(" ", "").upper()


def _by_iban(entry: Entry, book: Book, sure: dict[str, list[Fact]]) -> None:
    iban = paid_from(entry)
    if not iban:
        return
    field = "counterparty.iban" if entry.counterparty.iban else "counterparty.account"
    whole = (field, 0, len(iban), iban)
    for account in book.by_iban.get(iban, ()):
        sure.setdefault(account, []).append(Fact("iban-known", iban, *whole))
    for account, count in sorted(book.learnt.ibans.get(iban, {}).items()):
        if count > 0 and account not in sure:
            sure.setdefault(account, []).append(Fact("iban-learnt", f"{iban} ×{count}", *whole))
    for account, payment in sorted(book.paid_from.get(iban, {}).items()):
        if account not in sure:
            fact = Fact("iban-paid-before", f"{iban} ({payment})", *whole)
            sure.setdefault(account, []).append(fact)


def _by_customer_number(
    entry: Entry, reads: Sequence[tuple[str, Read]], book: Book, sure: dict[str, list[Fact]]
) -> None:
    """Add accounts by their customer numbers. Without a word for it in front, digits that happen to
    be one (a postal code, an order) tell only where they are long, or the name agrees; and never
    against a known IBAN.
    """
    by_iban = bool(sure)
    for field, text in reads:
        for part in (*text.customers, *text.loose):
            is_labelled = part in text.customers
            for account in book.by_customer_number.get(part.text, ()):
                is_known = is_labelled or account in sure
                if not is_known and (by_iban or not _agrees(entry, part.text, account, book)):
                    continue
                written = text.text[part.start : part.end]
                fact = Fact("customer-number", part.text, field, part.start, part.end, written)
                sure.setdefault(account, []).append(fact)


def _agrees(entry: Entry, number: str, account: str, book: Book) -> bool:
    """Tell whether digits without a word in front are an account's customer number."""
    is_long = len(number) >= _CUSTOMER_NUMBER_MIN
    return is_long or name_fact(entry.counterparty.name, account, book) is not None


def name_fact(name: str, account: str, book: Book) -> Fact | None:
    """Return how a name agrees with an account, None if it does not."""
    known = book.accounts.get(account)
    if not name or known is None:
        return None
    whole = ("counterparty.name", 0, len(name), name)
    for each in known.names:
        if is_same(name, each):
            return Fact("name-same", each, *whole)
    for each in known.names:
        if is_similar(name, each):
            return Fact("name-similar", f"{each} ({likeness(name, each):.0f} %)", *whole)
    if book.learnt.names.get(normal(name), {}).get(account, 0) > 0:
        return Fact("name-learnt", normal(name), *whole)
    return None


def _by_name(name: str, book: Book) -> dict[str, Fact]:
    """Return the accounts that are called so; those that only sound so if there are none."""
    whole = ("counterparty.name", 0, len(name), name)
    same = {each: Fact("name-same", name, *whole) for each in book.by_name.get(normal(name), ())}
    learnt = book.learnt.names.get(normal(name), {})
    for account, count in sorted(learnt.items()):
        if count > 0 and account not in same:
            same[account] = Fact("name-learnt", f"{normal(name)} ×{count}", *whole)
    if same:
        return same
    similar = {}
    for account in _alike(name, book):
        fact = name_fact(name, account, book)
        if fact:
            similar[account] = fact
    return similar


def _alike(name: str, book: Book) -> list[str]:
    """Return the accounts that share most of the rarer parts of words with a name."""
    shared: Counter[str] = Counter()
    for word in words_of(name):
        for key in block_keys(word):
            accounts = book.by_word.get(key, ())
            if len(accounts) <= _COMMON_WORD:
                shared.update(accounts)
    return [account for account, _ in shared.most_common(_COMPARED_MAX)]
