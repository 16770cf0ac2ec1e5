"""What must hold of the creditor's own bank account at the end of every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from saldo.bank_entries.model import WAITING, BankStatement
from saldo.ledger.model import JournalEntry
from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.bank_desk import lines_by_content
from saldo_cli.simulation.outcome import BANK_PLACE, journal
from saldo_cli.simulation.own_bank import IBAN, STRANGER
from saldo_cli.simulation.people import CREDITOR
from saldo_cli.simulation.world import World


def bank_postings_are_the_banks(world: World, cast: Cast) -> Iterator[str]:
    """What statements told of stands at the bank, to the last minor unit."""
    told = cast.bank_desk.account.told_minor
    booked = sum(
        line.amount_minor
        for entry in _movements(world)
        for line in entry.postings
        if line.account == "bank" and line.detail == IBAN
    )
    if told != booked:
        yield f"the bank's statements tell of {told}, {booked} is booked there"


def every_line_is_an_entry_once(world: World, cast: Cast) -> Iterator[str]:
    """Each booking of a statement is one entry, however often and in whatever pages it came."""
    del world
    told = Counter(lines_by_content(cast.bank_desk.account.told))
    booked = Counter(
        (e.booked_on, e.amount_minor, e.references.end_to_end_id, e.remittance)
        for e in (one.entry for one in cast.bank_desk.entries())
    )
    for key, times in (told - booked).items():
        yield f"{times} of {key} on the bank account never became an entry"
    for key, times in (booked - told).items():
        yield f"{key} on the bank account is an entry {times} times too often"


def entries_come_to_an_end(world: World, cast: Cast) -> Iterator[str]:
    """Whatever was decided about an entry is done, and what is on suspense is what is left."""
    desk = cast.bank_desk
    left = 0
    for entry in desk.entries():
        left += entry.left_minor
        applied = sum(portion.part.amount_minor for portion in entry.applied)
        if entry.doing is not None:
            yield f"entry {entry.id} was decided about, and is not done"
        came_minor = entry.entry.amount_minor
        if came_minor > 0 and applied + entry.left_minor != came_minor:
            yield f"entry {entry.id}: {applied} moved and {entry.left_minor} left of {came_minor}"
        if entry.state in WAITING and entry.left_minor > 0:
            yield f"entry {entry.id} still waits ({entry.state})"
    posted = -sum(
        line.amount_minor
        for entry in _movements(world)
        for line in entry.postings
        if line.account == "suspense"
    )
    if posted != left:
        yield f"{left} is left of entries, {posted} by the postings"
    for statement in world.books.list(BankStatement, CREDITOR, IBAN):
        if statement.state != "taken":
            yield f"statement {statement.id} was begun and never taken"


def nobody_gets_anothers_money(world: World, cast: Cast) -> Iterator[str]:
    """What books itself goes to the account that its payer meant; a stranger's money to none."""
    del world
    desk = cast.bank_desk
    for entry in desk.entries():
        label = desk.meant_by(entry)
        for portion in entry.applied:
            if label == STRANGER:
                yield f"a stranger's {portion.part.amount_minor} went to {portion.part.account}"
            elif portion.part.account != desk.owner(label):
                yield (
                    f"{portion.part.amount_minor} of {label}, meant for {desk.owner(label)}, went "
                    f"to {portion.part.account} by {portion.by}: {portion.reason}"
                )


def _movements(world: World) -> Iterator[JournalEntry]:
    return (entry for entry in journal(world.books) if entry.account == BANK_PLACE)


BANK_CHECKS = (
    bank_postings_are_the_banks,
    every_line_is_an_entry_once,
    entries_come_to_an_end,
    nobody_gets_anothers_money,
)
"""Add a function here and it is asked after every run."""
