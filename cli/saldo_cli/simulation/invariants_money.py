"""What must hold of the money at the end of every run: computed anew, from the postings alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from saldo.invoices.model import Allocation, Credit, Invoice, OpenItem
from saldo.ledger.model import JournalEntry, Posting
from saldo.payments.model import ENDED, Payment, Refund
from saldo.payments.treasury import COUNTER
from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.bank import NAME as BANK
from saldo_cli.simulation.deeds import Charge
from saldo_cli.simulation.outcome import BANK_PLACE, every, journal, owners
from saldo_cli.simulation.story import GiveBack, TakeBack
from saldo_cli.simulation.transfers import Recall
from saldo_cli.simulation.world import World

Key = tuple[str, ...]


def postings_balance(world: World, cast: Cast) -> Iterator[str]:
    """Every entry sums to zero, and so does everything together, in each currency."""
    del cast
    sums: Counter[str] = Counter()
    for entry in journal(world.books):
        off = sum(line.amount_minor for line in entry.postings)
        sums[entry.currency] += off
        if off:
            yield f"entry {entry.key} does not balance"
    for currency, off in sums.items():
        if off:
            yield f"the postings in {currency} do not sum to zero"


def receivables_equal_postings(world: World, cast: Cast) -> Iterator[str]:
    """What stands open on invoices, part by part, and their open items, are what was posted."""
    del cast
    posted = _posted(world, "receivable", lambda _, line: (line.detail, line.part))
    items = {i.number: i for i in every(world.books, OpenItem, *owners(world.books))}
    for invoice in every(world.books, Invoice, *owners(world.books)):
        for part in ("principal", "costs", "interest"):
            owed, posted_minor = getattr(invoice.parts, part), posted.pop((invoice.number, part), 0)
            if owed != posted_minor:
                yield f"{invoice.number}: {owed} {part} open, {posted_minor} by the postings"
            if owed < 0:
                yield f"{invoice.number}: {owed} {part} open"
        item = items.pop(invoice.number, None)
        if (item.open_minor if item else 0) != invoice.open_minor:
            yield f"{invoice.number}: open item and invoice differ"
    for number in (*items, *(key[0] for key, owed in posted.items() if owed)):
        yield f"something is owed on {number}, which does not exist"


def credit_equals_postings(world: World, cast: Cast) -> Iterator[str]:
    """The customers' credit is what the postings say, source by source."""
    del cast
    posted = _posted(
        world,
        "customer-credit",
        lambda entry, line: (entry.account, line.detail, entry.currency),
    )
    kept: Counter[Key] = Counter()
    for one in every(world.books, Credit, *owners(world.books)):
        kept[one.account, one.source, one.currency] += one.open_minor
    wanted = {key: -minor for key, minor in posted.items() if minor}
    if +kept != wanted:
        yield f"credit is {dict(+kept)}, {wanted} by the postings"


def _posted(
    world: World, account: str, key: Callable[[JournalEntry, Posting], Key]
) -> Counter[Key]:
    """Return what the postings of one ledger account sum to, by key."""
    sums: Counter[Key] = Counter()
    for entry in journal(world.books):
        for line in entry.postings:
            if line.account == account:
                sums[key(entry, line)] += line.amount_minor
    return sums


def money_in_is_money_booked(world: World, cast: Cast) -> Iterator[str]:
    """Every minor unit that came in is booked there, once: what the provider holds, after all that
    came, went back and was paid out, and what is in the till, stand on their clearing accounts.
    """
    booked = _posted(world, "provider-clearing", lambda entry, line: (line.detail, entry.currency))
    held: dict[Key, int] = {
        (BANK, currency): minor for currency, minor in world.bank.held_minor().items()
    }
    held[COUNTER, "EUR"] = cast.orders.till_minor
    for place in sorted(held.keys() | booked.keys()):
        if held.get(place, 0) != booked[place]:
            yield f"{place} holds {held.get(place, 0)}, {booked[place]} is booked there"
    paid = Counter(
        p.provider_id
        for p in every(world.books, Payment, *owners(world.books))
        if p.state == "settled"
    )
    for provider_id, times in paid.items():
        if times > 1:
            yield f"payment {provider_id} was booked {times} times"


def payouts_arrive_once(world: World, cast: Cast) -> Iterator[str]:
    """What the provider paid out came to our bank once, and what it kept are its fees."""
    del cast
    bank = _posted(world, "bank", lambda entry, _: (entry.currency, entry.account))
    bank = Counter({key[:1]: minor for key, minor in bank.items() if key[1] != BANK_PLACE})
    fees = _posted(world, "provider-fees", lambda entry, _: (entry.currency,))
    vault = world.bank.vault
    for currency in sorted({p.currency for p in vault.payouts} | {key[0] for key in bank}):
        net, gross = vault.net_minor(currency), vault.gross_minor(currency)
        if bank[currency,] != net:
            yield f"{net} {currency} was paid out, {bank[currency,]} is booked"
        if fees[currency,] != gross - net:
            yield f"{gross - net} {currency} were fees, {fees[currency,]} is booked"


def suspense_is_what_nobody_moved(world: World, cast: Cast) -> Iterator[str]:
    """Money for nobody known stands on suspense until it is moved, and is moved once."""
    del cast
    waiting = sum(
        p.amount_minor
        for p in every(world.books, Payment, *owners(world.books))
        if p.creditor == "*" and p.moved_to is None
    )
    suspense = _posted(world, "suspense", lambda entry, _: (entry.account,))
    posted = -sum(minor for (place,), minor in suspense.items() if place != BANK_PLACE)
    if waiting != posted:
        yield f"{waiting} wait on suspense, {posted} by the postings"
    for (payment,), minor in _posted(world, "transfer", lambda _, line: (line.detail,)).items():
        if minor:
            yield f"{-minor} left suspense and came nowhere: {payment}"


def charges_are_booked_once(world: World, cast: Cast) -> Iterator[str]:
    """A fee, interest, a discount or a write-off is booked once, however often it was ordered."""
    wanted: Counter[Key] = Counter()
    for (kind, _), (_, minor) in cast.clerks.charged.items():
        wanted[kind,] += minor
    accounts = {
        "fee": ("fee-income",),
        "interest": ("interest-income",),
        "discount": ("cash-discount", "vat-correction"),
        "write-off": ("write-off",),
    }
    for kind, names in accounts.items():
        booked = sum(abs(_posted(world, name, lambda *_: ()).total()) for name in names)
        if booked != wanted[kind,]:
            yield f"{kind}s of {wanted[kind,]} were ordered, {booked} is booked"


def nothing_is_allocated_twice(world: World, cast: Cast) -> Iterator[str]:
    """What stands allocated of a payment is what the payment says; no invoice got too much."""
    del cast
    of_source: Counter[Key] = Counter()
    of_invoice: Counter[Key] = Counter()
    for made in every(world.books, Allocation, *owners(world.books)):
        if made.reversed_at is None:
            of_source[made.account, made.source] += made.parts.total
            of_invoice[made.account, made.invoice] += made.parts.total
    for payment in every(world.books, Payment, *owners(world.books)):
        made_minor = of_source[payment.account, payment.source]
        if payment.allocated_minor != made_minor:
            yield f"{payment.id}: {payment.allocated_minor} allocated, {made_minor} stand"
        if made_minor > payment.amount_minor:
            yield f"{payment.id}: {made_minor} of {payment.amount_minor} are allocated"
    for invoice in every(world.books, Invoice, *owners(world.books)):
        most = invoice.amount_minor + invoice.charged_minor
        if of_invoice[invoice.account, invoice.number] > most:
            yield f"{invoice.number}: more is allocated than ever was owed"


def many_invoices_are_paid_to_the_last(world: World, cast: Cast) -> Iterator[str]:
    """Nothing is left of a payment of many invoices while one that it was meant for is owed.

    Where money was taken back later, what others paid too much stays their credit; so it does where
    fees and interest were booked later.
    """
    del cast
    story = world.story
    reopened = {story.owner_of(a.pay) for a in story.actions if isinstance(a, (TakeBack, Recall))}
    charged = {a.invoice for a in story.actions if isinstance(a, Charge)}
    for payment in every(world.books, Payment, *owners(world.books)):
        if not payment.more_invoices or payment.account in reopened:
            continue
        owner = (payment.creditor, payment.account)
        left = world.books.get(Credit, *owner, payment.source)
        keys = [(*owner, number) for number in payment.invoices]
        found = world.books.get_many(Invoice, keys).values()
        owed = [one.number for one in found if one.is_open and one.number not in charged]
        if left is not None and left.open_minor and left.currency == payment.currency and owed:
            yield f"{left.open_minor} are left of {payment.id}, and {owed[0]} is still owed"


def money_comes_to_an_end(world: World, cast: Cast) -> Iterator[str]:
    """No payment, refund or credit waits for a word for ever, and the provider could tell all."""
    del cast
    for payment in every(world.books, Payment, *owners(world.books)):
        if payment.state not in ENDED:
            yield f"payment {payment.provider_id} of {payment.invoice} is still {payment.state}"
    for refund in every(world.books, Refund, *owners(world.books)):
        if refund.work_entry is not None:
            yield f"refund of {refund.amount_minor} is still {refund.state}"
    for credit in every(world.books, Credit, *owners(world.books)):
        if credit.pending:
            yield f"{credit.open_minor} of {credit.source} were never allocated"
    for told in world.bank.not_taken:
        yield f"the provider could not tell us: {told}"


def refunds_are_given_once(world: World, cast: Cast) -> Iterator[str]:
    """The provider gave back what was ordered, once; nothing that was promised is still owed."""
    ordered = Counter(
        cast.attempts.get(a.pay, "") for a in world.story.actions if isinstance(a, GiveBack)
    )
    given = Counter(
        world.bank.payments[movement.payment].key
        for movement in world.bank.back.values()
        if movement.kind == "refund"
    )
    for key, times in given.items():
        if times > ordered[key]:
            yield f"the provider was asked for {times} refunds of {key}, not {ordered[key]}"
    promised = _posted(world, "refund", lambda _, line: (line.detail,))
    for (refund,), minor in promised.items():
        if minor:
            yield f"{-minor} were promised back and never given ({refund})"


MONEY_CHECKS = (
    postings_balance,
    receivables_equal_postings,
    credit_equals_postings,
    money_in_is_money_booked,
    payouts_arrive_once,
    suspense_is_what_nobody_moved,
    charges_are_booked_once,
    nothing_is_allocated_twice,
    many_invoices_are_paid_to_the_last,
    money_comes_to_an_end,
    refunds_are_given_once,
)
"""Add a function here and it is asked after every run."""
