"""Finding an account by a few letters of what somebody remembers: its number, a word of its name or
of a contact's, or a mail address.

Words are folded as the matcher folds names, so that "mueller" finds Müller & Söhne.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from saldo.accounts.model import Account
from saldo.matching.names import words_of
from saldo.portal.model import PortalAddress, address_hash
from saldo.store import Delete, Put, Store, Write

START: Final = 2
"""Words are looked up by this many letters, and more narrows the answer."""

FOUND_MAX: Final = 25

_WORDS_MAX: Final = 8
_WORD_LETTERS: Final = 24


@dataclass(frozen=True, slots=True)
class AccountWord:
    """One word that an account is found by; `start` are its first letters."""

    creditor: str
    start: str
    word: str
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.start, self.word, self.account)


def finding_writes(old: Account | None, new: Account) -> list[Write]:
    """Return what keeps the words true when an account's names change, for its transaction."""
    before, after = _words(old) if old else set(), _words(new)
    gone = [Delete(_row(new, word), expect=None) for word in sorted(before - after)]
    come = [Put(_row(new, word), expect=None) for word in sorted(after - before)]
    return [*gone, *come]


def _row(account: Account, word: str) -> AccountWord:
    return AccountWord(account.creditor, word[:START], word, account.number)


def _words(account: Account) -> set[str]:
    """Return the words of the account's name, its number, and its contacts' names, in that order of
    importance: as many as are kept.
    """
    found = [
        *_folded(account.number),
        *_folded(account.name),
        *(word for contact in account.contacts for word in _folded(contact.name)),
    ]
    return set(list(dict.fromkeys(found))[:_WORDS_MAX])


def _folded(text: str) -> list[str]:
    return [word[:_WORD_LETTERS] for word in words_of(text) if len(word) >= START]


class Finder:
    """Finds accounts of a creditor."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def find(self, creditor: str, typed: str) -> list[Account]:
        """Return the accounts that what was typed may mean, at most FOUND_MAX.

        All of its words must begin words of the account; an exact number or mail address comes
        first. An account that is to be erased is found by its number alone. Two gets and one query,
        bounded whatever the size of the creditor.
        """
        text = typed.strip()
        exact = self._store.get(Account, creditor, text) if text else None
        numbers = [exact.number] if exact else []
        if "@" in text:
            hashed = address_hash(text)
            listed = self._store.first(PortalAddress, hashed, creditor, limit=FOUND_MAX)
            numbers += [one.account for one in listed]
        words = sorted(_folded(text), key=len)
        if words:
            numbers += self._by_words(creditor, words)
        wanted = list(dict.fromkeys(numbers))[:FOUND_MAX]
        found = self._store.get_many(Account, [(creditor, number) for number in wanted])
        return [
            one
            for number in wanted
            if (one := found.get((creditor, number))) is not None
            and (one.restricted_at is None or number == text)
        ]

    def _by_words(self, creditor: str, words: list[str]) -> list[str]:
        """Return the accounts with a word for each: looked up by the longest, told by the rest."""
        telling, *others = reversed(words)
        most = FOUND_MAX if not others else FOUND_MAX * 8
        start = telling[:START]
        # A key cut short stands before all that begin with it.
        rows = self._store.first(
            AccountWord, creditor, start, limit=most, after=(creditor, start, telling)
        )
        found = [one.account for one in rows if one.word.startswith(telling)]
        if not others:
            return found
        accounts = self._store.get_many(Account, [(creditor, number) for number in found])
        return [
            number
            for number in found
            if (creditor, number) in accounts
            and all(
                any(has.startswith(word) for has in _words(accounts[creditor, number]))
                for word in others
            )
        ]
