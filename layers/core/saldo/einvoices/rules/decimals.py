"""How finely amounts are written: BR-DEC-… of EN 16931-1:2017, clause 6.4.4."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from saldo.einvoices.document import Document
from saldo.einvoices.rules.rule import Broken, groups
from saldo.einvoices.rules.sums import decimals_of
from saldo.einvoices.terms import Term
from saldo.einvoices.tree import Node

_DECIMALS: Final = (
    ("BR-DEC-01", "BG-20", "BT-92"), ("BR-DEC-02", "BG-20", "BT-93"),
    ("BR-DEC-05", "BG-21", "BT-99"), ("BR-DEC-06", "BG-21", "BT-100"),
    ("BR-DEC-09", "BG-22", "BT-106"), ("BR-DEC-10", "BG-22", "BT-107"),
    ("BR-DEC-11", "BG-22", "BT-108"), ("BR-DEC-12", "BG-22", "BT-109"),
    ("BR-DEC-14", "BG-22", "BT-112"), ("BR-DEC-16", "BG-22", "BT-113"),
    ("BR-DEC-17", "BG-22", "BT-114"), ("BR-DEC-18", "BG-22", "BT-115"),
    ("BR-DEC-19", "BG-23", "BT-116"), ("BR-DEC-20", "BG-23", "BT-117"),
    ("BR-DEC-23", "BG-25", "BT-131"), ("BR-DEC-24", "BG-25/BG-27", "BT-136"),
    ("BR-DEC-25", "BG-25/BG-27", "BT-137"), ("BR-DEC-27", "BG-25/BG-28", "BT-141"),
    ("BR-DEC-28", "BG-25/BG-28", "BT-142"),
)  # fmt: skip


def has_too_many_decimals(text: str, allowed: int) -> bool:
    """Tell whether an amount is written with more decimals than allowed, zeros included."""
    return len(text.partition(".")[2]) > allowed


def _decimals_of(path: str, term: str) -> Callable[[Document], Iterator[Node]]:
    def broken(document: Document) -> Iterator[Node]:
        allowed = decimals_of(document)
        for group in groups(document, path):
            for one in group.all(term):
                if has_too_many_decimals(one.text, allowed):
                    yield one.node

    return broken


def _tax_decimals(pick: Callable[[Document], Term | None]) -> Callable[[Document], Iterator[Node]]:
    def broken(document: Document) -> Iterator[Node]:
        term = pick(document)
        if term and has_too_many_decimals(term.text, decimals_of(document)):
            yield term.node

    return broken


TESTS: Final[Mapping[str, Broken]] = {
    **{rule: _decimals_of(path, term) for rule, path, term in _DECIMALS},
    "BR-DEC-13": _tax_decimals(lambda d: d.tax_total),
    "BR-DEC-15": _tax_decimals(lambda d: d.tax_total_in_tax_currency),
}
