"""Months of payments with the truth about them: what a matcher is measured against.

`month(seed)` makes a creditor's book (accounts, open items, items closed lately with their
payments) and a month of bank entries, each with what its payer meant. The same seed makes the same
month. The way that invoices are numbered changes with the seed.

Shares of the kinds, in per cent of the entries:

| kind | share | what the payer does |
|---|---|---|
| exact | 19 | names one invoice in some spelling and pays all of it |
| reference | 8 | gives our RF reference, or it is a debit of ours with its end-to-end id |
| several | 10 | names 2 to 6 invoices: a list, a range, last digits only |
| many | 1 | names 20 to 40 invoices in one transfer |
| part | 5 | names one and pays a part of it |
| parts | 2 | pays one in two transfers, both naming it |
| discount | 7 | keeps a discount back within its term or the tolerance, some cents off |
| late | 2 | keeps it back too late |
| charges | 2 | the bank keeps charges |
| credit | 3 | takes a credit note off |
| mixed | 2 | several invoices, less the discounts that still run, less a credit note |
| typo | 6 | a slip in the number: one digit wrong, missing, or two exchanged |
| wrong | 3 | names another invoice, of its own or a foreign one, but pays the right sum |
| missing | 6 | names nothing and pays one invoice |
| due | 2 | names nothing and pays all that is due |
| group | 1 | pays invoices of two accounts in one transfer |
| fees | 2 | pays an invoice with a reminder fee on it, or leaves the fee out |
| unknown | 4 | money that is no customer's |
| twice | 3 | pays again what was paid |
| return | 3 | the bank gives a payment back, with or without charges |
| other | 4 | somebody else pays an invoice and names it |
| scan | 2 | letters for digits |
| torn | 3 | the number is torn by a line break of MT940 |

One text in four holds another number besides: an order, a delivery note, a telephone number.
Three in five accounts are known by their IBAN, and one payer in six pays from another one. Names
come as banks write them. One account in seven gets the same amount each month; one amount in seven
is a round one. What cannot be told apart by anybody is not asked: a slip that makes another
existing number, or a wrong number whose invoice has the very amount that is paid, does not occur.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from saldo.creditor_reference import invoice_reference
from saldo.invoices.discounts import DiscountTerm, discount_on
from saldo.matching.model import KnownAccount, OpenItem, Paid
from saldo.statements.model import BankCode, Entry, Money, Party, References
from tests import matching_texts as texts

SHARES: Final = {
    "exact": 19, "reference": 8, "several": 10, "many": 1, "part": 5, "parts": 2, "discount": 7,
    "late": 2, "charges": 2, "credit": 3, "mixed": 2, "typo": 6, "wrong": 3, "missing": 6, "due": 2,
    "group": 1, "fees": 2, "unknown": 4, "twice": 3, "return": 3, "other": 4, "scan": 2, "torn": 3,
}  # fmt: skip
NUMBERS: Final = (
    "RE-2026-{:06d}", "{:05d}", "2026{:05d}", "INV/2026/{:05d}", "R{:07d}", "AR-{:05d}",
    "F26-{:04d}", "{:04d}", "RG 26.{:05d}", "S2{:08d}",
)  # fmt: skip
TODAY: Final = date(2026, 11, 30)

Truth = frozenset[tuple[str, str, int]]
"""What entries mean: ("item", id, amount), ("credit", account, amount), or
("reverses", payment, 0).
"""


@dataclass(frozen=True)
class Month:
    """A month: the book, the entries in order, and per entry its kind and the truth."""

    accounts: tuple[KnownAccount, ...]
    items: tuple[OpenItem, ...]
    entries: tuple[Entry, ...]
    kinds: dict[str, str]
    truth: dict[str, Truth]


@dataclass
class _Customer:
    account: KnownAccount
    language: str
    name: str
    iban: str
    open: list[OpenItem] = field(default_factory=list)
    closed: list[OpenItem] = field(default_factory=list)
    notes: list[OpenItem] = field(default_factory=list)
    charged: list[OpenItem] = field(default_factory=list)


def month(
    seed: int, entries: int = 300, customers: int = 120, more_items: int = 0, flat_minor: int = 0
) -> Month:
    """Return a month of about so many entries; `more_items` more are open that nobody pays.

    With `flat_minor` every invoice is of that amount, as of a subscription.
    """
    return _Maker(seed, customers, more_items, flat_minor).made(entries)


def iban(chance: random.Random) -> str:
    """Return an IBAN with right check digits."""
    bank = "".join(chance.choice("0123456789") for _ in range(18))
    check = 98 - int(bank + "131400") % 97
    return f"DE{check:02d}{bank}"


class _Maker:
    def __init__(self, seed: int, customers: int, more_items: int, flat_minor: int) -> None:
        self.chance = random.Random(f"month {seed}")
        self.scheme = NUMBERS[seed % len(NUMBERS)]
        self.serial = self.chance.randrange(1000, 4000)
        self.entries: list[Entry] = []
        self.kinds: dict[str, str] = {}
        self.truth: dict[str, Truth] = {}
        self.items: list[OpenItem] = []
        self.numbers: set[str] = set()
        self.spare, self.flat_minor = more_items, flat_minor
        self.customers = [self._customer(at) for at in range(customers)]
        self._issue()

    def made(self, count: int) -> Month:
        kinds = [kind for kind, share in SHARES.items() for _ in range(round(share * count / 100))]
        self.chance.shuffle(kinds)
        for kind in kinds:
            make: Callable[[], None] = getattr(self, "_" + kind)
            before = len(self.entries)
            make()
            for entry in self.entries[before:]:
                self.kinds[entry.id] = kind
        order = sorted(self.entries, key=lambda each: (each.booked_on or TODAY, int(each.id)))
        accounts = tuple(each.account for each in self.customers)
        return Month(accounts, tuple(self.items), tuple(order), self.kinds, self.truth)

    # the book

    def _customer(self, at: int) -> _Customer:
        chance = self.chance
        language = chance.choice(("de", "de", "nl", "en"))
        name = texts.company(chance, language)
        if at and chance.random() < 0.06:  # a sister of the one before
            language = self._last.language
            first, *rest = self._last.name.split(" ")
            name = " ".join([first, chance.choice(("Nord", "Holding", "West")), *rest])
        number = iban(chance)
        known = (number,) if chance.random() < 0.6 else ()
        account = KnownAccount(str(10_000 + at), (name,), known, (f"{70_000 + at * 7}",))
        self._last = _Customer(account, language, name, number)
        return self._last

    def _issue(self) -> None:
        chance = self.chance
        for customer in self.customers:
            recurring = chance.random() < 0.14
            amount = self._amount()
            for _ in range(chance.randrange(2, 5)):
                self._invoice(customer, amount if recurring else self._amount(), is_closed=True)
            for _ in range(chance.randrange(4, 15)):
                self._invoice(customer, amount if recurring else self._amount())
            if chance.random() < 0.4:
                self._invoice(customer, self._amount() // 10 + 100, kind="credit-note")
            if chance.random() < 0.2:
                self._invoice(customer, self._amount(), costs=chance.choice((250, 500, 4000)))
        for _ in range(4 + len(self.customers) // 100):  # who pays many at once
            customer = chance.choice(self.customers)
            for _ in range(40):
                self._invoice(customer, self._amount())
        for _ in range(self.spare):
            customer = chance.choice(self.customers)
            self._invoice(customer, self._amount())
        chance.shuffle(self.items)

    def _amount(self) -> int:
        if self.flat_minor:
            return self.flat_minor
        if self.chance.random() < 0.14:
            return self.chance.randrange(1, 60) * 5000
        return int(self.chance.lognormvariate(10.6, 1.1)) + 500

    def _invoice(
        self,
        customer: _Customer,
        amount: int,
        kind: str = "invoice",
        *,
        is_closed: bool = False,
        costs: int = 0,
    ) -> None:
        chance = self.chance
        self.serial += 1 if chance.random() < 0.7 else chance.randrange(1, 9)
        number = self.scheme.format(self.serial)
        issued = TODAY - timedelta(days=chance.randrange(60, 120) if is_closed else 0)
        if not is_closed:
            issued = date(2026, 10, 1) + timedelta(days=chance.randrange(0, 40))
        item = OpenItem(
            id=f"{kind}:{number}",
            number=number if kind == "invoice" else "GS" + number,
            account=customer.account.id,
            currency="EUR",
            amount_minor=amount,
            open_minor=amount + costs,
            costs_open_minor=costs,
            issued_on=issued,
            due_on=issued + timedelta(days=30),
            kind="invoice" if kind == "invoice" else "credit-note",
            references=(invoice_reference(number), f"SALDO{self.serial:012d}"),
            discounts=(DiscountTerm(issued + timedelta(days=14), 200),)
            if chance.random() < 0.3 and not costs
            else (),
        )
        self.numbers.add(_last_digits(number))
        if is_closed:
            paid_on = date(2026, 11, 1) - timedelta(days=chance.randrange(1, 14))
            paid = Paid(f"old-{number}", amount, paid_on, customer.iban, (item.references[1],))
            item = replace(item, open_minor=0, paid=(paid,))
            customer.closed.append(item)
        elif costs:
            customer.charged.append(item)
        elif kind == "invoice":
            customer.open.append(item)
        else:
            customer.notes.append(item)
        self.items.append(item)

    # what payers do

    def _some(self, count: int = 1, *, run: bool = False) -> tuple[_Customer, list[OpenItem]]:
        """Take invoices of a customer who has so many."""
        for _ in range(200):
            customer = self.chance.choice(self.customers)
            if len(customer.open) >= count:
                break
        else:
            customer = max(self.customers, key=lambda each: len(each.open))
            count = min(count, len(customer.open))
        if run:
            at = self.chance.randrange(len(customer.open) - count + 1)
            chosen = customer.open[at : at + count]
        else:
            chosen = self.chance.sample(customer.open, count)
        for each in chosen:
            customer.open.remove(each)
        return customer, chosen

    def _come(
        self,
        customer: _Customer | None,
        amount: int,
        text: str,
        truth: Truth,
        day: date | None = None,
        **more: object,
    ) -> Entry:
        chance = self.chance
        name, number = "", iban(chance)
        if customer is not None:
            name = texts.as_banks_write(chance, customer.name)
            number = customer.iban if chance.random() < 5 / 6 else number
        party = Party(str(more.pop("name", name)), str(more.pop("iban", number)))
        day = day or date(2026, 11, 1) + timedelta(days=chance.randrange(0, 29))
        key = str(len(self.entries) + 1)
        entry = Entry(key, "booked", day, day, amount, "EUR", party, remittance=text)
        entry = replace(entry, **more)  # type: ignore[arg-type]
        self.entries.append(entry)
        self.truth[key] = truth
        return entry

    def _says(self, customer: _Customer, what: str, number: str, amount: int = 0) -> str:
        wording = self.chance.choice(texts.SAYS[customer.language][what])
        if self.chance.random() < 0.25:
            wording += " " + texts.beside(self.chance, customer.language)
        day = f"{self.chance.randrange(1, 29):02d}.10.2026"
        shown = f"{amount / 100:.2f}".replace(".", ",")
        return wording.format(number, day, customer.account.customer_numbers[0], shown).strip()

    def _typed(self, number: str) -> str:
        return texts.as_people_type(self.chance, number)

    def _exact(self) -> None:
        customer, (item,) = self._some()
        text = self._says(customer, "one", self._typed(item.number), item.open_minor)
        self._come(customer, item.open_minor, text, _pays(item))

    def _reference(self) -> None:
        customer, (item,) = self._some()
        rf, collection = item.references
        style = self.chance.random()
        if style < 0.4:
            self._come(customer, item.open_minor, "", _pays(item),
                       references=References(creditor_reference=rf))  # fmt: skip
        elif style < 0.7:
            shown = " ".join(rf[at : at + 4] for at in range(0, len(rf), 4))
            self._come(customer, item.open_minor, shown, _pays(item))
        else:
            self._come(customer, item.open_minor, "SEPA", _pays(item),
                       references=References(end_to_end_id=collection))  # fmt: skip

    def _several(self) -> None:
        self._list(self.chance.randrange(2, 7))

    def _many(self) -> None:
        self._list(self.chance.randrange(20, 41))

    def _list(self, count: int) -> None:
        customer, items = self._some(count, run=True)
        numbers = [each.number for each in items]
        if self.chance.random() < 0.3:
            bare = [texts.re.sub(r"^[A-Z]+[-/ ]?", "", each) for each in numbers]
            numbers = bare
        text = texts.listed(self.chance, numbers, customer.language)
        self._come(customer, sum(each.open_minor for each in items), text, _pays(*items))

    def _part(self) -> None:
        customer, (item,) = self._some()
        amount = max(item.open_minor * self.chance.choice((20, 30, 50, 60)) // 10_000 * 100, 100)
        text = self._says(customer, "part", self._typed(item.number))
        self._come(customer, amount, text, frozenset({("item", item.id, amount)}))

    def _parts(self) -> None:
        customer, (item,) = self._some()
        first = item.open_minor * self.chance.randrange(30, 70) // 100
        day = date(2026, 11, self.chance.randrange(1, 15))
        for at, amount in enumerate((first, item.open_minor - first)):
            text = self._says(customer, "part", item.number)
            truth = frozenset({("item", item.id, amount)})
            self._come(customer, amount, text, truth, day + timedelta(days=at * 7))

    def _discountable(self) -> tuple[_Customer, OpenItem]:
        customer, (item,) = self._some()
        while not item.discounts:
            customer.open.append(item)
            customer, (item,) = self._some()
        return customer, item

    def _discount(self) -> None:
        customer, item = self._discountable()
        day = item.discounts[0].until + timedelta(days=self.chance.choice((-6, -2, 0, 1, 3)))
        kept = discount_on(item, item.discounts[0].until)
        assert kept is not None
        amount = item.open_minor - kept.amount_minor + self.chance.choice((0, 0, 0, 1, -1))
        text = self._says(customer, "discount", self._typed(item.number))
        self._come(customer, amount, text, frozenset({("item", item.id, amount)}), day)

    def _late(self) -> None:
        customer, item = self._discountable()
        day = item.discounts[0].until + timedelta(days=self.chance.randrange(4, 15))
        kept = discount_on(item, item.discounts[0].until)
        assert kept is not None
        amount = item.open_minor - kept.amount_minor
        text = self._says(customer, "discount", self._typed(item.number))
        self._come(customer, amount, text, frozenset({("item", item.id, amount)}), day)

    def _charges(self) -> None:
        customer, (item,) = self._some()
        kept = self.chance.choice((500, 750, 1250))
        if item.open_minor < 20 * kept:
            customer.open.append(item)
            return
        told = (Money(kept, "EUR"),) if self.chance.random() < 0.5 else ()
        text = self._says(customer, "one", self._typed(item.number))
        amount = item.open_minor - kept
        truth = frozenset({("item", item.id, amount)})
        self._come(customer, amount, text, truth, charges=told)

    def _credit(self) -> None:
        having = [each for each in self.customers if each.notes and each.open]
        customer = self.chance.choice(having)
        item = max(customer.open, key=lambda each: each.open_minor)
        note = customer.notes[0]
        if item.open_minor <= note.open_minor:
            return
        customer.open.remove(item)
        customer.notes.remove(note)
        text = self._says(customer, "one", self._typed(item.number))
        if self.chance.random() < 0.6:
            text += f" - {note.number}"
        truth = _pays(item) | {("item", note.id, -note.open_minor)}
        self._come(customer, item.open_minor - note.open_minor, text, truth)

    def _mixed(self) -> None:
        having = [each for each in self.customers if each.notes and len(each.open) > 3]
        if not having:
            return
        customer = self.chance.choice(having)
        note = customer.notes[0]
        chosen = customer.open[:3]
        day = min(each.issued_on for each in chosen) + timedelta(days=10)
        owed = {}
        for each in chosen:
            kept = discount_on(each, day)
            owed[each.id] = each.open_minor - (kept.amount_minor if kept else 0)
        amount = sum(owed.values()) - note.open_minor
        if amount <= 0:
            return
        customer.notes.remove(note)
        del customer.open[:3]
        numbers = [each.number for each in chosen]
        text = self.chance.choice(texts.SAYS[customer.language]["and"][:4]).join(numbers)
        if self.chance.random() < 0.7:
            text += f" - {note.number}"
        truth: Truth = frozenset(
            {("item", id_, minor) for id_, minor in owed.items()}
            | {("item", note.id, -note.open_minor)}
        )
        self._come(customer, amount, text, truth, day)

    def _typo(self) -> None:
        customer, (item,) = self._some()
        for _ in range(50):
            slip = texts.mistyped(self.chance, item.number)
            if not self._is_somebodys(slip):
                break
        text = self._says(customer, "one", slip)
        self._come(customer, item.open_minor, text, _pays(item))

    def _is_somebodys(self, number: str) -> bool:
        """Tell whether a number is another invoice's, zeros in front apart."""
        return _last_digits(number) in self.numbers

    def _wrong(self) -> None:
        customer, (item,) = self._some()
        foreign = self.chance.choice(self.customers)
        own = [*customer.open, *customer.closed]
        pool = own if self.chance.random() < 0.7 else foreign.closed
        named = self.chance.choice(pool or [item])
        if named.amount_minor == item.amount_minor:
            customer.open.append(item)
            return
        text = self._says(customer, "one", named.number)
        item = self._first_of(customer, item)
        self._come(customer, item.open_minor, text, _pays(item))

    def _missing(self) -> None:
        customer, (item,) = self._some()
        text = self._says(customer, "none", "")
        item = self._first_of(customer, item)
        self._come(customer, item.open_minor, text, _pays(item))

    def _first_of(self, customer: _Customer, item: OpenItem) -> OpenItem:
        """Return which of equal invoices is meant by who does not say: what is due first."""
        same = [each for each in customer.open if each.open_minor == item.open_minor]
        first = min([*same, item], key=lambda each: (each.due_on, each.number))
        customer.open.append(item)
        customer.open.remove(first)
        return first

    def _due(self) -> None:
        customer = self.chance.choice([each for each in self.customers if len(each.open) > 3])
        due = sorted(customer.open, key=lambda each: (each.due_on, each.issued_on, each.number))
        chosen = due[: self.chance.randrange(2, 4)]
        if chosen[-1].due_on == due[len(chosen)].due_on:
            return
        for each in chosen:
            customer.open.remove(each)
        text = self._says(customer, "none", "")
        self._come(customer, sum(each.open_minor for each in chosen), text, _pays(*chosen))

    def _group(self) -> None:
        customer, (item,) = self._some()
        other, (second,) = self._some()
        numbers = [item.number, second.number]
        text = self.chance.choice(texts.SAYS[customer.language]["and"]).join(numbers)
        del other
        self._come(customer, item.open_minor + second.open_minor, text, _pays(item, second))

    def _fees(self) -> None:
        customer = self.chance.choice([each for each in self.customers if each.charged])
        item = customer.charged.pop()
        leaves_out = self.chance.random() < 0.5
        amount = item.open_minor - (item.costs_open_minor if leaves_out else 0)
        text = self._says(customer, "one", self._typed(item.number), amount)
        self._come(customer, amount, text, frozenset({("item", item.id, amount)}))

    def _unknown(self) -> None:
        language = self.chance.choice(("de", "nl", "en"))
        text = self.chance.choice(texts.SAYS[language]["private"]).format("", "12.11.2026")
        name = texts.company(self.chance, language).replace("e", "i", 1) + " Privat"
        self._come(None, self._amount(), text, frozenset(), name=name)

    def _twice(self) -> None:
        customer = self.chance.choice([each for each in self.customers if each.closed])
        item = customer.closed.pop()
        text = self._says(customer, "one", self._typed(item.number))
        credit: Truth = frozenset({("credit", item.account, item.amount_minor)})
        day = item.paid[0].paid_on + timedelta(days=self.chance.randrange(2, 14))
        self._come(customer, item.amount_minor, text, credit, max(day, date(2026, 11, 1)))

    def _return(self) -> None:
        customer = self.chance.choice([each for each in self.customers if each.closed])
        item = customer.closed.pop()
        charge = self.chance.choice((0, 0, 300, 850))
        with_id = self.chance.random() < 0.6
        references = References(end_to_end_id=item.references[1]) if with_id else References()
        text = self._says(customer, "return", item.number)
        truth: Truth = frozenset({("reverses", item.paid[0].id, 0)})
        self._come(customer, -item.amount_minor - charge, text, truth, references=references,
                   code=BankCode(gvc="109"), return_reason="AC04")  # fmt: skip

    def _other(self) -> None:
        customer, (item,) = self._some()
        stranger = self.chance.random() < 0.5
        payer = self.chance.choice(self.customers)
        name = texts.company(self.chance, "de") if stranger else payer.name
        number = iban(self.chance) if stranger else payer.iban
        text = self._says(customer, "one", item.number)
        self._come(customer, item.open_minor, text, _pays(item), name=name, iban=number)

    def _scan(self) -> None:
        customer, (item,) = self._some()
        text = self._says(customer, "one", texts.scanned(self.chance, item.number))
        self._come(customer, item.open_minor, text, _pays(item))

    def _torn(self) -> None:
        customer, (item,) = self._some()
        text = self._says(customer, "one", item.number)
        self._come(customer, item.open_minor, texts.torn(self.chance, text, item.number),
                   _pays(item))  # fmt: skip


def _last_digits(number: str) -> str:
    return texts.re.findall(r"\d+", number)[-1].lstrip("0")


def _pays(*items: OpenItem) -> Truth:
    return frozenset(("item", each.id, each.open_minor) for each in items)
