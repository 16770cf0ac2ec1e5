"""A small book to match against: two debtors and their invoices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from saldo.matching.match import match
from saldo.matching.model import KnownAccount, Learnt, OpenItem, Proposal, Rules
from saldo.statements.model import Entry, Party

TODAY = date(2026, 11, 20)
BAKERY = KnownAccount(
    "10001", ("Bäckerei Beispiel GmbH & Co. KG",), ("DE02120300000000202051",), ("700123",)
)
TOOLS = KnownAccount("10002", ("Example Tools Ltd",))


def item(number: str, minor: int, account: str = "10001", **more: Any) -> OpenItem:
    """Return an invoice of October, due on 2026-10-31."""
    made = OpenItem(
        number, number, account, "EUR", minor, minor, date(2026, 10, 1), date(2026, 10, 31)
    )
    return replace(made, **more)


def entry(minor: int, text: str = "", key: str = "1", **more: Any) -> Entry:
    """Return money on the account on 2026-11-03, from nobody known unless said so."""
    name, iban = more.pop("name", ""), more.pop("iban", "")
    day = more.pop("day", date(2026, 11, 3))
    made = Entry(key, "booked", day, day, minor, "EUR", Party(name, iban), remittance=text)
    return replace(made, **more)


def bakery(minor: int, text: str = "", key: str = "1", **more: Any) -> Entry:
    """Return money from the bakery's own account."""
    return entry(minor, text, key, **{"iban": BAKERY.ibans[0], "name": "BAECKEREI BEISPIEL"} | more)


def matched(
    entries: list[Entry],
    items: list[OpenItem],
    learnt: Learnt | None = None,
    rules: Rules | None = None,
) -> tuple[Proposal, ...]:
    """Match, and hold what always has to be true: the money of a payment goes somewhere, all of it,
    and no item gets more than was open.
    """
    proposals = match(entries, items, (BAKERY, TOOLS), learnt, rules, today=TODAY)
    hold(proposals, entries, items)
    return proposals


def hold(proposals: tuple[Proposal, ...], entries: list[Entry], items: list[OpenItem]) -> None:
    """Assert that nothing is lost and nothing is given twice."""
    amounts = {each.id: each.amount_minor for each in entries}
    assert sorted(key for each in proposals for key in each.entries) == sorted(
        each.id for each in entries if each.status == "booked"
    )
    left = {each.id: each.open_minor for each in items}
    for proposal in proposals:
        for each in proposal.allocations:
            left[each.item] -= abs(each.amount_minor)
        if proposal.kind in ("payment", "duplicate"):
            beyond = sum(
                each.amount_minor
                for each in proposal.differences
                if each.reason == "overpayment" or (each.reason == "rounding" and not each.item)
            )
            given = sum(each.amount_minor for each in proposal.allocations) + beyond
            assert given == sum(amounts[each] for each in proposal.entries), proposal
    reopened = any(each.reverses for each in proposals)
    assert reopened or min(left.values(), default=0) >= 0


def only(entries: Entry, items: list[OpenItem], **more: Any) -> Proposal:
    """Return the proposal for one entry."""
    (proposal,) = matched([entries], items, **more)
    return proposal


def paid(proposal: Proposal) -> dict[str, int]:
    """Return what each item gets."""
    return {each.item: each.amount_minor for each in proposal.allocations}
