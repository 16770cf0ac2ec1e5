"""How a story ended: what the books say, in the story's own words, so that two runs compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from saldo.accounts.model import Account
from saldo.adapters.memory.store import MemoryStore
from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.ledger.model import JournalEntry
from saldo.payments.model import Payment
from saldo.reminders.model import Claim, Notice, NoticeState
from saldo.store import R
from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.bank import NAME as BANK
from saldo_cli.simulation.deals import Agree, Schedule
from saldo_cli.simulation.deeds import AtCounter, Stray
from saldo_cli.simulation.moments import facts_of
from saldo_cli.simulation.own_bank import IBAN
from saldo_cli.simulation.people import CREDITOR
from saldo_cli.simulation.story import Credit as CreditStory
from saldo_cli.simulation.story import Pay, Story, TakeBack
from saldo_cli.simulation.transfers import Transfer
from saldo_cli.simulation.world import World

RACE = timedelta(hours=8)
"""A notice whose claim lies this near to a fact about its account may go or not go: both orders
are lawful, and a fault may turn one into the other. `watch` judges the claim in either."""

BANK_PLACE = f"~bank~{IBAN}"

NOBODYS = (
    *(("*", f"~suspense~{shard}") for shard in range(8)),
    ("*", f"~provider~{BANK}"),
    (CREDITOR, BANK_PLACE),
)
"""Where money stands that belongs to no account: on suspense, on its way to our bank, and there."""

_BANK_PAYMENT = "bank-"

_YEARS = ("2025", "2026", "2027")


@dataclass(frozen=True, slots=True)
class Told:
    """A notice: when it was claimed, how often the mail service took it, and its end."""

    claimed_at: datetime
    taken: int
    state: NoticeState
    account: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run. `notices` are keyed by invoice, episode and step."""

    invoices: dict[str, tuple[Any, ...]]
    items: dict[str, int]
    credits: dict[tuple[str, str], int]
    payments: dict[str, tuple[str, int]]
    balances: dict[tuple[str, ...], int]
    notices: dict[tuple[str, int, str], Told]

    def net(self, account: str) -> int:
        """Return what an account owes, less its credit."""
        owed = sum(
            self.items.get(number, 0)
            for number in self.invoices
            if self.invoices[number][0] == account
        )
        return owed - sum(minor for key, minor in self.credits.items() if key[0] == account)


def every(books: MemoryStore, kind: type[R], *prefixes: tuple[str, ...]) -> Iterator[R]:
    """Yield all records of a kind below the prefixes."""
    for prefix in prefixes:
        yield from books.list(kind, *prefix)


def owners(books: MemoryStore) -> list[tuple[str, str]]:
    """Return every account of the story's creditor, and those that are nobody's."""
    return [*((a.creditor, a.number) for a in books.list(Account, CREDITOR)), *NOBODYS]


def journal(books: MemoryStore) -> list[JournalEntry]:
    """Return every journal entry."""
    return list(
        every(books, JournalEntry, *((*owner, year) for owner in owners(books) for year in _YEARS))
    )


def outcome_of(world: World, cast: Cast) -> Outcome:
    """Return how a run ended."""
    books, everybody = world.books, owners(world.books)
    labels = {attempt: label for label, attempt in cast.attempts.items()}
    balances: Counter[tuple[str, ...]] = Counter()
    for entry in journal(books):
        for line in entry.postings:
            # Which shard of suspense money stands on hangs on the provider's id of it alone.
            account = entry.account.rstrip("01234567") if entry.creditor == "*" else entry.account
            balances[entry.creditor, account, line.account, entry.currency] += line.amount_minor
    kept: Counter[tuple[str, str]] = Counter()
    for credit in every(books, Credit, *everybody):
        kept[credit.account, credit.currency] += credit.open_minor
    return Outcome(
        invoices={
            i.number: (i.account, i.amount_minor, i.open_minor, i.due_on, i.currency, i.episode)
            for i in every(books, Invoice, *everybody)
        },
        items={i.number: i.open_minor for i in every(books, OpenItem, *everybody)},
        credits=+kept,
        payments={
            _called(p.id, labels): (p.state, p.amount_minor)
            for p in every(books, Payment, *everybody)
            # A match that was taken back leaves a payment that says so, and is made again.
            if not (p.id.startswith(_BANK_PAYMENT) and p.state == "cancelled")
        },
        balances={key: minor for key, minor in balances.items() if minor},
        notices=_notices(world, labels),
    )


def _called(payment: str, labels: dict[str, str]) -> str:
    """Return what a payment is called in both runs: those of the bank by their entry."""
    if payment.startswith(_BANK_PAYMENT):
        return payment.rpartition("-")[0]
    return labels.get(payment, payment)


def _notices(world: World, labels: dict[str, str]) -> dict[tuple[str, int, str], Told]:
    taken = Counter(mail.notice for mail in world.post_office.taken)
    found = {}
    for claim in every(world.books, Claim, *owners(world.books)):
        notice = world.books.get(Notice, claim.creditor, claim.account, claim.notice)
        assert notice is not None, "a claim has its notice"
        # A message about a payment carries its id, and that of the event if it came back.
        step = (
            f"{notice.message}-{_called(notice.payment, labels)}" if notice.payment else claim.step
        )
        found[claim.invoice, claim.episode, step] = Told(
            world.watch.claimed_at[claim.notice], taken[claim.notice], notice.state, claim.account
        )
    return found


def differences(story: Story, plain: Outcome, faulty: Outcome, faults: int) -> Iterator[str]:
    """Yield what a run with faults ended differently in than the run without.

    Money must end alike to the last minor unit, but for one case: where several payers paid the
    same invoice and the money of one was taken back, it depends on who came first whether the
    invoice is owed again or the others' credit is less; what is owed less the credit is the same.
    Notices must be the same but for three: one that races with a fact about its account, one that
    ended `unknown` (a lost answer: a person decides; at most as many as there were faults), and
    those of an account whose address came to be known as dead earlier or later because of that.
    Episodes of an invoice whose payment was taken back are counted by those that have notices: a
    chargeback that died half-way lets its allocations come back until it is told again, which
    closes and reopens the invoice once more; nobody hears of it in between.
    Nothing is compared where it hangs on an instant whether money comes in at all.
    """
    if story.is_race or _closed_in_front_of_somebody(plain, faulty):
        return
    taken_back = _taken_back(story)
    plain, faulty = _without_gaps(plain, taken_back), _without_gaps(faulty, taken_back)
    loose = _first_come(story)
    for name in ("invoices", "items", "credits", "payments", "balances"):
        a, b = getattr(plain, name), getattr(faulty, name)
        for key in sorted(a.keys() | b.keys(), key=str):
            if a.get(key) != b.get(key) and _owner(plain, name, key) not in loose:
                yield f"{name} {key}: {b.get(key)} instead of {a.get(key)}"
    for account in sorted(loose):
        if plain.net(account) != faulty.net(account):
            yield f"{account} owes {faulty.net(account)} instead of {plain.net(account)}"
    yield from _notice_differences(story, plain, faulty, faults)


def _closed_in_front_of_somebody(plain: Outcome, faulty: Outcome) -> bool:
    """Tell whether one payer came through in one run only: the page of a payment is closed soon
    after others paid its invoice, and how soon hangs on a schedule. Then more money came in once.
    """
    states = (
        {found[label][0] for found in (plain.payments, faulty.payments) if label in found}
        for label in plain.payments.keys() | faulty.payments.keys()
    )
    return any(len(found) > 1 and "cancelled" in found for found in states)


def _first_come(story: Story) -> set[str]:
    """Return the accounts where it matters which of several payers came first."""
    payers = [a for a in story.actions if isinstance(a, (Pay, AtCounter, Stray, CreditStory))]
    times = Counter(
        number
        for one in payers
        for number in (one.invoices if isinstance(one, Pay) else (one.invoice,))
    )
    pays = {a.label: a for a in payers if isinstance(a, (Pay, Stray))}
    taken_back = [pays[a.pay] for a in story.actions if isinstance(a, TakeBack)]
    of_many = [a for a in payers if isinstance(a, Pay) and a.more]
    accounts = {p.invoice: p.account for p in story.pushes().values()}
    return _by_bank(story, payers) | {
        accounts[one.invoice]
        for one in (*taken_back, *of_many)
        if any(times[n] > 1 for n in (one.invoices if isinstance(one, Pay) else (one.invoice,)))
    }


def _by_bank(story: Story, others: Sequence[Pay | AtCounter | Stray | CreditStory]) -> set[str]:
    """Return the accounts to which transfers came, and other money too: which invoices a transfer
    finds open hangs on what came before its statement.
    """
    accounts = {p.invoice: p.account for p in story.pushes().values()}
    transfers = [a for a in story.actions if isinstance(a, (Transfer, Schedule, Agree))]
    times = Counter(accounts[one.invoice] for one in (*others, *transfers))
    return {
        story.owner_of(one.label)
        for one in transfers
        if isinstance(one, Transfer) and (times[story.owner_of(one.label)] > 1 or one.times > 1)
    }


def _taken_back(story: Story) -> set[str]:
    """Return the invoices of which some payment was taken back."""
    pays = {a.label: a for a in story.actions if isinstance(a, (Pay, Stray))}
    ones = [pays[a.pay] for a in story.actions if isinstance(a, TakeBack)]
    return {
        number
        for one in ones
        for number in (one.invoices if isinstance(one, Pay) else [one.invoice])
    }


def _without_gaps(outcome: Outcome, invoices: set[str]) -> Outcome:
    """Return an end in which the episodes of these invoices are numbered without gaps."""
    heard: dict[str, list[int]] = {}
    for number, episode, _ in sorted(outcome.notices):
        if episode not in heard.setdefault(number, []):
            heard[number].append(episode)
    return replace(
        outcome,
        invoices={
            number: (*found[:-1], 0) if number in invoices else found
            for number, found in outcome.invoices.items()
        },
        notices={
            (
                number,
                heard[number].index(episode) + 1 if number in invoices else episode,
                step,
            ): told
            for (number, episode, step), told in outcome.notices.items()
        },
    )


def _owner(outcome: Outcome, name: str, key: Any) -> str:
    """Return whose account a figure is about; payments and the provider's money are nobody's."""
    if name in ("invoices", "items"):
        return str(outcome.invoices[key][0]) if key in outcome.invoices else ""
    if name == "credits":
        return str(key[0])
    if name == "balances" and key[2] in ("receivable", "customer-credit"):
        return str(key[1])
    return ""


def _notice_differences(
    story: Story, plain: Outcome, faulty: Outcome, faults: int
) -> Iterator[str]:
    loose = _first_come(story)
    dead = {d.number for d in story.debtors if d.fate != "Delivery"} | loose
    facts = facts_of(story)
    unknown = 0
    for key in sorted(plain.notices.keys() | faulty.notices.keys(), key=str):
        a, b = plain.notices.get(key), faulty.notices.get(key)
        one = a or b
        assert one is not None
        if a is None or b is None:
            near = any(abs(at - one.claimed_at) <= RACE for at in (*facts[one.account], *facts[""]))
            if not near and one.account not in dead:
                yield f"notice {key} is there {'with' if a is None else 'without'} faults only"
        elif b.state == "unknown":
            unknown += 1
        elif a.taken != b.taken and a.account not in loose and not _withdrawn(a, b, facts, dead):
            yield f"notice {key} was mailed {b.taken} times instead of {a.taken} ({b.state})"
    if unknown > faults:
        yield f"{unknown} notices ended unknown by {faults} faults"


def _withdrawn(a: Told, b: Told, facts: dict[str, list[datetime]], dead: Collection[str]) -> bool:
    """Tell whether a claimed notice was withdrawn by what came before it left: its invoice was
    paid, or a mail to the same address came back.
    """
    near = any(abs(at - b.claimed_at) <= RACE for at in (*facts[a.account], *facts[""]))
    return (near or a.account in dead) and "withdrawn" in (a.state, b.state)
