"""The open items and accounts, indexed once, and what entries have taken of them so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from saldo.invoices.discounts import discount_on
from saldo.matching.mentions import Read, read
from saldo.matching.model import Advice, KnownAccount, Learnt, OpenItem, Paid, Rules
from saldo.matching.names import normal, words_of
from saldo.matching.spelling import Grade, compact, parts_of, reference_key, spellings, upper

_SHORT_SHARED_MAX: Final = 2_000
"""How many items may share a short spelling before it says nothing."""


class Book:
    """Items are known by their place in `items`."""

    def __init__(
        self,
        items: Sequence[OpenItem],
        accounts: Iterable[KnownAccount],
        learnt: Learnt,
        rules: Rules,
        advices: Iterable[Advice] = (),
    ) -> None:
        self.items = items
        self.advices = tuple(advices)
        self.advised: dict[str, Read] = {}
        self.rules, self.learnt = rules, learnt
        self.open_minor = [item.open_minor for item in items]
        self.place_of = {item.id: at for at, item in enumerate(items)}
        self.numbers = [item.number for item in items]
        self.paid: dict[int, list[Paid]] = defaultdict(list)
        self.payments: dict[str, list[tuple[int, Paid]]] = defaultdict(list)
        self.payments_by_key: dict[str, list[str]] = defaultdict(list)
        self.payments_by_amount: dict[tuple[str, int], list[str]] = defaultdict(list)
        self.reversed: set[str] = set()
        self.of_account: dict[str, list[int]] = defaultdict(list)
        self.by_amount: dict[tuple[str, int], list[int]] = defaultdict(list)
        self.keys: Mapping[str, Sequence[tuple[int, Grade]]] = self._keyed()
        self.accounts = {each.id: each for each in accounts}
        self.by_iban: dict[str, list[str]] = defaultdict(list)
        self.paid_from: dict[str, dict[str, str]] = defaultdict(dict)
        self.by_customer_number: dict[str, list[str]] = defaultdict(list)
        self.by_name: dict[str, list[str]] = defaultdict(list)
        self.by_word: dict[str, list[str]] = defaultdict(list)
        for account in self.accounts.values():
            self._know(account)
        for at, item in enumerate(items):
            for paid in item.paid:
                self._remember(at, paid)
                self.paid_from[paid.iban.replace(" ", "").upper()][item.account] = paid.id
        for paid_id, parts in self.payments.items():
            self._sum_up(paid_id, parts)
        for places in self.of_account.values():
            places.sort(key=lambda at: (items[at].due_on, items[at].issued_on, items[at].number))

    def _keyed(self) -> dict[str, list[tuple[int, Grade]]]:
        keys: dict[str, list[tuple[int, Grade]]] = defaultdict(list)
        for at, item in enumerate(self.items):
            self.of_account[item.account].append(at)
            self.by_amount[item.currency, item.open_minor].append(at)
            for key, grade in dict(reversed(list(spellings(item.number)))).items():
                if len(keys[key]) < _SHORT_SHARED_MAX:
                    keys[key].append((at, grade))
            for reference in item.references:
                key = reference_key(reference)
                if key:
                    keys[key].append((at, "reference"))
        return keys

    def _know(self, account: KnownAccount) -> None:
        for iban in account.ibans:
            self.by_iban[iban.replace(" ", "").upper()].append(account.id)
        for number in account.customer_numbers:
            key = compact([each.text for each in parts_of(upper(number))])
            self.by_customer_number[key].append(account.id)
        for name in account.names:
            self.by_name[normal(name)].append(account.id)
            for word in words_of(name):
                for key in block_keys(word):
                    self.by_word[key].append(account.id)

    def account_items(self, account: str, currency: str) -> list[int]:
        """Return what stands open of an account in a currency, the oldest due first."""
        return [
            at
            for at in self.of_account.get(account, ())
            if self.open_minor[at] and self.items[at].currency == currency
        ]

    def signed_minor(self, at: int) -> int:
        """Return what an item adds to what is owed: negative for a credit note."""
        return -self.open_minor[at] if self.items[at].kind == "credit-note" else self.open_minor[at]

    def discount_minor(self, at: int, day: date) -> int:
        """Return what may be kept back of a wholly open item on `day`."""
        item = self.items[at]
        if not item.discounts or self.open_minor[at] != item.open_minor:
            return 0
        found = discount_on(item, day, self.rules.discount_tolerance_days)
        return found.amount_minor if found else 0

    def late_discount_minor(self, at: int, day: date, days_late_max: int = 30) -> int:
        """Return the discount that was missed by at most so many days, 0 if none."""
        item = self.items[at]
        if not item.discounts or self.open_minor[at] != item.open_minor:
            return 0
        last = item.discounts[-1].until
        if not last < day <= last + timedelta(days=days_late_max):
            return 0
        found = discount_on(item, last)
        return found.amount_minor if found else 0

    def advice_line(self, text: str) -> Read:
        """Return what a line of an advice names, read once."""
        if text not in self.advised:
            self.advised[text] = read(text, self.keys, self.numbers)
        return self.advised[text]

    def holders(self, currency: str, amount_minor: int) -> Iterator[int]:
        """Yield the items on which exactly that is still open: of a subscription there are so many
        that nobody should want all.
        """
        for at in self.by_amount.get((currency, amount_minor), ()):
            if self.open_minor[at] == amount_minor and self.items[at].kind != "credit-note":
                yield at

    def take(self, paid_id: str, parts: Sequence[tuple[int, int, Paid]]) -> None:
        """Let an entry have paid items, so that the next one sees it. A part is an item, what
        closes of it beyond the money (a discount), and the payment.
        """
        for at, closed_minor, paid in parts:
            left = self.open_minor[at] - abs(paid.amount_minor) - closed_minor
            self.open_minor[at] = max(left, 0)
            if left > 0:
                self.by_amount[self.items[at].currency, left].append(at)
            self._remember(at, paid)
        self._sum_up(paid_id, self.payments[paid_id])

    def give_back(self, paid_id: str) -> None:
        """Reopen what a payment had paid, as it was returned."""
        self.reversed.add(paid_id)
        for at, paid in self.payments[paid_id]:
            item = self.items[at]
            self.open_minor[at] = min(self.open_minor[at] + paid.amount_minor, item.amount_minor)
            self.by_amount[item.currency, self.open_minor[at]].append(at)

    def paid_minor(self, paid_id: str) -> int:
        """Return how much a payment brought, as far as it is allocated."""
        return sum(paid.amount_minor for _, paid in self.payments[paid_id])

    def _remember(self, at: int, paid: Paid) -> None:
        self.paid[at].append(paid)
        self.payments[paid.id].append((at, paid))

    def _sum_up(self, paid_id: str, parts: Sequence[tuple[int, Paid]]) -> None:
        if not parts:
            return
        amount = sum(paid.amount_minor for _, paid in parts)
        for account in sorted({self.items[at].account for at, _ in parts}):
            self.payments_by_amount[account, amount].append(paid_id)
        for reference in {each for _, paid in parts for each in paid.references}:
            key = reference_key(reference)
            if key:
                self.payments_by_key[key].append(paid_id)


def block_keys(word: str) -> set[str]:
    """Return keys of which two spellings of one word most probably share one."""
    if len(word) < 4:
        return {word} if len(word) > 1 else set()
    return {"^" + word[:4], "$" + word[-4:]}
