"""A worker dies at any moment of a day with Exact Online: nothing is lost or booked twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from infra.local.erps.exact import ExactErp
from saldo.ledger.verify import verify
from tests.books import CREDITOR
from tests.connected import NAME, Connected, exact_connected

CUSTOMER = "10001"
ISSUED, DUE = date(2026, 10, 20), date(2026, 11, 3)


class Died(BaseException):
    """The worker was killed."""


class Mortal:
    """Kills at the n-th commit, before or after it."""

    def __init__(self, connected: Connected, at: int, *, is_before: bool) -> None:
        self._left, self._is_before = at, is_before
        self._store = connected.books.store
        self._commit = self._store.commit
        self._store.commit = self._deadly  # type: ignore[method-assign]

    def _deadly(self, writes: Sequence[Any]) -> None:
        self._left -= 1
        if self._left == 0 and self._is_before:
            raise Died
        self._commit(writes)
        if self._left == 0:
            raise Died

    def end(self) -> bool:
        """Let everybody live; tell whether somebody died."""
        self._store.commit = self._commit  # type: ignore[method-assign]
        return self._left <= 0


def a_day() -> tuple[Connected, ExactErp]:
    """One invoice that is paid here, one paid at the bank, one deleted, one new."""
    connected, erp = exact_connected()
    erp.customer(CUSTOMER, "Voorbeeld B.V.")
    for number in (1001, 1002, 1003):
        erp.invoice(number, CUSTOMER, "100.00", ISSUED, DUE)
    connected.run()
    connected.books.pay("1001", 10000)
    connected.hear()
    erp.paid_at_the_bank(1002, "60.00")
    erp.delete(1003)
    erp.invoice(1004, CUSTOMER, "70.00", ISSUED, DUE)
    return connected, erp


def check(connected: Connected, erp: ExactErp) -> None:
    books = connected.books
    assert connected.state() == "ok"
    opened = {item.number: item.open_minor for item in books.open_items(CUSTOMER)}
    assert opened == {"1002": 4000, "1004": 7000}
    assert books.credits(CUSTOMER) == []
    assert sorted(p.amount_minor for p in books.payments(CUSTOMER)) == [6000, 10000]
    assert erp.open_of(1001) == Decimal(0)
    assert len(erp.lines) == 1
    assert [one.state for one in connected.told()] == ["taken"]
    assert verify(books.store, books.clock.now().date()) == []
    assert not any(connected.link(n).orders for n in ("1001", "1002", "1004"))


@pytest.mark.parametrize("is_before", [True, False])
def test_a_worker_dies_at_every_commit_in_turn(is_before: bool) -> None:
    """Between Exact's answer with a new refresh token and its first write nobody can save it: then,
    and then alone, a person gives consent anew.
    """
    died = lost_tokens = 0
    for at in range(1, 60):
        connected, erp = a_day()
        connected.books.clock.advance(timedelta(minutes=15))
        mortal = Mortal(connected, at, is_before=is_before)
        try:
            connected.runs.run(CREDITOR, NAME)
        except Died:
            died += 1
        finally:
            is_dead = mortal.end()
        connected.books.clock.advance(timedelta(minutes=20))
        connected.run()
        if connected.state() == "refused":
            lost_tokens += 1
            erp.code = "consent-anew"
            connected.connections.authorise(CREDITOR, NAME, code=erp.code)
        connected.run()
        check(connected, erp)
        if not is_dead:
            break
    assert died >= 8
    assert lost_tokens == (1 if is_before else 0)
