"""Access that is renewed by one worker at a time, and never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.connectors.grants import LEASE, Grants
from saldo.connectors.model import Grant
from saldo.connectors.ports import ErpDenied, ErpLimited, ErpUnreachable, Renewed
from saldo.store import Put
from tests.books import START

EARLY = timedelta(seconds=30)


class Shop:
    """An ERP that gives each refresh token once."""

    def __init__(self) -> None:
        self.clock, self.store = FixedClock(START), MemoryStore()
        self.grants = Grants(self.store, self.clock, "c", "n")
        self.refresh, self.renewals = "r-0", 0
        self.grants.begin(refresh="r-0")

    def renew(self, grant: Grant) -> Renewed:
        if grant.refresh != self.refresh:
            raise ErpDenied("used before")
        self.renewals += 1
        self.refresh = f"r-{self.renewals}"
        expires = self.clock.now() + timedelta(seconds=600)
        return Renewed(f"a-{self.renewals}", expires, self.refresh)

    def access(self) -> str:
        return self.grants.access(self.renew, early=EARLY, needs_consent=True)

    def kept(self) -> Grant:
        found = self.store.get(Grant, "c", "n")
        assert found is not None
        return found


def test_access_is_used_until_shortly_before_its_end() -> None:
    shop = Shop()
    assert [shop.access(), shop.access()] == ["a-1", "a-1"]
    shop.clock.advance(timedelta(seconds=569))
    assert shop.access() == "a-1"
    shop.clock.advance(timedelta(seconds=2))
    assert shop.access() == "a-2"
    assert shop.kept().refresh == "r-2"


def test_a_second_worker_waits_while_the_first_renews() -> None:
    shop = Shop()

    def renew_while_another_asks(grant: Grant) -> Renewed:
        with pytest.raises(ErpLimited):
            Grants(shop.store, shop.clock, "c", "n").access(
                shop.renew, early=EARLY, needs_consent=True
            )
        return shop.renew(grant)

    shop.grants.access(renew_while_another_asks, early=EARLY, needs_consent=True)
    assert shop.renewals == 1
    assert shop.access() == "a-1"


def test_what_came_back_is_kept_although_the_lease_ran_out_meanwhile() -> None:
    shop = Shop()

    def slow(grant: Grant) -> Renewed:
        renewed = shop.renew(grant)
        other = shop.kept()
        taken = replace(other, lease_until=None, version=other.version + 1)
        shop.store.commit([Put(taken, expect=other.version)])
        return renewed

    assert shop.grants.access(slow, early=EARLY, needs_consent=True) == "a-1"
    assert shop.kept().refresh == shop.refresh == "r-1"


def test_no_answer_keeps_the_token_and_the_lease_for_a_while() -> None:
    shop = Shop()

    def silent(grant: Grant) -> Renewed:
        raise ErpUnreachable("no answer")

    with pytest.raises(ErpUnreachable):
        shop.grants.access(silent, early=EARLY, needs_consent=True)
    with pytest.raises(ErpLimited):
        shop.access()
    shop.clock.advance(LEASE)
    assert shop.access() == "a-1"


def test_without_consent_nobody_is_asked() -> None:
    shop = Shop()
    shop.grants.begin()
    with pytest.raises(ErpDenied, match="authorise"):
        shop.access()
    assert shop.renewals == 0


def test_a_grant_shows_no_secret() -> None:
    shop = Shop()
    shop.access()
    assert "a-1" not in repr(shop.kept()) and "r-1" not in repr(shop.kept())
