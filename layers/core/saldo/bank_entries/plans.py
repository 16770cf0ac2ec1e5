"""From a proposal to what is to be done: which money of which entry goes to which account. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from saldo.bank_entries.model import Absorbed, AbsorbedKind, BankEntry, Part
from saldo.bank_entries.refusals import PartsNotValid
from saldo.matching.model import OpenItem, Proposal
from saldo.payments.model import PromisedDiscount

_ABSORBED: Mapping[str, AbsorbedKind] = {
    "bank-charge": "bank-charge",
    "rounding": "rounding",
    "write-off": "write-off",
}


@dataclass(slots=True)
class _Share:
    """What an account gets of the money, while it is put together."""

    amount_minor: int = 0
    invoices: dict[str, int] = field(default_factory=dict)
    credits: list[str] = field(default_factory=list)


def parts_of(
    proposal: Proposal, items: Mapping[str, OpenItem], amount_minor: int, day: date
) -> tuple[Part, ...]:
    """Return the parts of one entry's money as a proposal has it; () where it names no account.

    `items` are the open items by id. What is beyond the items becomes credit of the account.
    Invoices on which something stays open come last, so that the others are paid whole.
    """
    shares: dict[str, _Share] = {}
    for each in proposal.allocations:
        item = items[each.item]
        share = shares.setdefault(item.account, _Share())
        share.amount_minor += each.amount_minor
        if item.kind == "credit-note":
            share.credits.append(item.id)
        else:
            share.invoices[item.number] = share.invoices.get(item.number, 0) + each.amount_minor
    beyond = amount_minor - sum(share.amount_minor for share in shares.values())
    home = proposal.account or next(iter(shares), "")
    if beyond < 0 or not home:
        return ()
    shares.setdefault(home, _Share()).amount_minor += beyond
    if any(share.amount_minor <= 0 for share in shares.values()):
        return ()
    return tuple(_part(account, share, proposal, items, day) for account, share in shares.items())


def in_parts(
    proposal: Proposal, items: Mapping[str, OpenItem], entries: Sequence[BankEntry]
) -> dict[str, tuple[Part, ...]]:
    """Return the parts of each of several entries that pay one item together."""
    (allocation,) = proposal.allocations
    item = items[allocation.item]
    return {entry.id: (Part(item.account, entry.left_minor, (item.number,)),) for entry in entries}


def check_parts(parts: Sequence[Part], left_minor: int) -> tuple[Part, ...]:
    """Return parts that somebody names; raise PartsNotValid unless they are the entry's money.

    One part without an amount (0) gets what the others leave.
    """
    if not parts:
        raise PartsNotValid("Say which account the money is for.").at("/parts")
    named = sum(part.amount_minor for part in parts)
    bare = [part for part in parts if part.amount_minor == 0]
    if len(bare) > 1 or any(part.amount_minor < 0 for part in parts):
        raise PartsNotValid("Each part has an amount above zero.").at("/parts")
    made = tuple(
        replace(part, amount_minor=left_minor - named) if part in bare else part for part in parts
    )
    total = sum(part.amount_minor for part in made)
    if total > left_minor or any(part.amount_minor <= 0 for part in made):
        raise PartsNotValid("The parts are more than the entry has left.").at("/parts")
    return made


def _part(
    account: str,
    share: _Share,
    proposal: Proposal,
    items: Mapping[str, OpenItem],
    day: date,
) -> Part:
    # What is missing on an invoice that was paid otherwise meanwhile is not missing any more.
    known = [one for one in proposal.differences if one.item in items]
    of_mine = [one for one in known if items[one.item].account == account]
    short = {items[one.item].number for one in of_mine if one.reason != "discount"}
    discounts = tuple(
        PromisedDiscount(items[one.item].number, one.amount_minor, _until(items[one.item], day))
        for one in of_mine
        if one.reason == "discount"
    )
    absorbed = tuple(
        Absorbed(items[one.item].number, _ABSORBED[one.reason], one.amount_minor)
        for one in of_mine
        if one.reason in _ABSORBED
    )
    numbers = sorted(share.invoices, key=lambda number: number in short)
    return Part(
        account, share.amount_minor, tuple(numbers), discounts, absorbed, tuple(share.credits)
    )


def _until(item: OpenItem, day: date) -> date:
    """Return the last day of the discount that was still running, or ran just before."""
    running = [term.until for term in item.discounts if day <= term.until]
    return min(running) if running else max((term.until for term in item.discounts), default=day)
