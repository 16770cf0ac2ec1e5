"""Who lets a customer owe more, and how much: by an own limit, a cover, or a cover that lasts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from saldo.accounts.agreed import CreditLimit
from saldo.credit.limits import Limits, raised_to
from saldo.credit.model import Cover, CreditSheet, OwnLimit
from saldo.credit.rules import LimitBasis

TODAY, JUNE, NEXT_YEAR = date(2026, 11, 22), date(2027, 6, 30), date(2027, 12, 31)
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def own(minor: int) -> OwnLimit:
    return OwnLimit("EUR", minor, "anna", AT)


def cover(minor: int, until: date | None = None, currency: str = "EUR") -> Cover:
    return Cover(currency, minor, "Beispiel Versicherung", "anna", AT, until)


def limits(basis: LimitBasis, *covers: Cover, own_minor: int | None = None) -> Limits:
    kept = (own(own_minor),) if own_minor is not None else ()
    return Limits(None, CreditSheet("acme", "10001", own=kept, covers=covers), basis)


@pytest.mark.parametrize(
    ("basis", "own_minor", "before", "new", "raised"),
    [
        ("sum", 800, None, cover(500), 1300),
        ("sum", 800, cover(500), cover(400), None),
        ("sum", 800, cover(500), cover(500), None),
        ("own-first", 800, None, cover(9000), None),
        ("own-first", None, None, cover(9000), 9000),
        ("lower", 800, cover(300), cover(5000), 800),
        ("lower", 800, None, cover(300), None),
        # The same sum for longer lets more be owed later; for less long, nothing more.
        ("sum", 800, cover(500, JUNE), cover(500, NEXT_YEAR), 1300),
        ("sum", 800, cover(500, NEXT_YEAR), cover(500, JUNE), None),
        ("sum", 800, cover(500, JUNE), cover(400), 1200),
        ("sum", 800, cover(500), cover(900, date(2026, 11, 21)), None),
        ("sum", 800, cover(500), cover(500, date.max), None),
        ("sum", 800, cover(100, currency="USD"), cover(500), 1300),
    ],
)
def test_a_cover_raises_what_counts_today_or_later(
    basis: LimitBasis, own_minor: int | None, before: Cover | None, new: Cover, raised: int | None
) -> None:
    kept = (before,) if before else ()
    old = limits(basis, *kept, own_minor=own_minor)
    assert raised_to(old, old.with_cover(new), "EUR", TODAY) == raised


def test_with_a_sum_an_own_limit_is_raised_to_both_together() -> None:
    old = limits("sum", cover(500), own_minor=100)
    assert raised_to(old, old.with_own(own(200)), "EUR", TODAY) == 700
    assert raised_to(old, old.with_own(own(50)), "EUR", TODAY) is None
    assert raised_to(old, old.with_own(own(200)), "USD", TODAY) is None


def test_what_insurers_told_counts_before_and_stays_where_nobody_wrote_one_down() -> None:
    told = Limits(CreditLimit(800, "EUR"), CreditSheet("acme", "10001"), "sum", (cover(900),))
    assert raised_to(told, told.with_cover(cover(600)), "EUR", TODAY) is None
    assert raised_to(told, told.with_cover(cover(1000)), "EUR", TODAY) == 1800
