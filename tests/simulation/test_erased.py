"""Everybody of a simulated story is erased in the end: the books add up, the log is sound, and no
name is left.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from saldo.accounts.model import Account
from saldo.adapters.files.outbox import FolderOutbox
from saldo.adapters.memory.files import MemoryFiles
from saldo.adapters.memory.store import MemoryStore
from saldo.audit.chain import AuditChain
from saldo.audit.verify import verify as verify_chain
from saldo.clock import FixedClock
from saldo.events import Event
from saldo.ids import SeededIds
from saldo.invoices.model import Credit, OpenItem
from saldo.ledger.verify import verify as verify_ledger
from saldo.privacy.erase import ERASED_NAME, Eraser
from saldo.privacy.erasures import Erasures
from saldo.store import Put
from saldo.worklist.desks import Desks
from saldo.worklist.keep import WorkKeeper
from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.invent import story_of
from saldo_cli.simulation.run import _quiet
from saldo_cli.simulation.schedules import Schedules
from saldo_cli.simulation.world import World

FAR = datetime(2060, 1, 2, 12, tzinfo=UTC)
"""When every duty is over."""


def lived(seed: int) -> MemoryStore:
    """Return the books after a story."""
    with _quiet():
        world = World(story_of(seed))
        try:
            cast = Cast(world)
            cast.begin()
            Schedules(world).run()
        finally:
            world.close()
    after = MemoryStore()
    for record in world.books.everything():
        after.commit([Put(record)])
    return after


def check(seed: int, tmp_path) -> None:
    books = lived(seed)
    clock, ids = FixedClock(FAR), SeededIds(seed)
    chain = AuditChain(books, clock, ids)
    told = [one for one in books.everything() if isinstance(one, Event)]
    random.Random(seed).shuffle(told)
    chain.append(told)
    differences = verify_ledger(books, FAR.date())
    shelf = FolderOutbox(tmp_path)
    derive = WorkKeeper(books, clock, Desks(books, clock, ids)).derive
    eraser = Eraser(books, clock, chain, MemoryFiles, lambda: shelf, lambda: shelf, derive)
    erasures = Erasures(books, clock, ids, lambda: eraser)
    creditors = {one.creditor for one in told if one.creditor != "*"}
    gone = 0
    for account in [one for one in books.everything() if isinstance(one, Account)]:
        creditor = _creditor(books, account.creditor)
        erasures.ask(creditor, account.number, "X", "expired", "kim")
        order, is_whole = erasures.carry_out(creditor, account.number)
        owed = any(books.list(OpenItem, *account.key)) or any(
            one.open_minor for one in books.list(Credit, *account.key)
        )
        assert is_whole and (order.state == "erased") is not owed, order
        if owed:
            continue
        gone += 1
        bare = books.get(Account, *account.key)
        assert bare is not None and bare.name == ERASED_NAME
        words = [account.name, *(one.email for one in account.contacts if one.email)]
        left = [
            record
            for record in books.everything()
            if account.number in repr(record) and any(word in repr(record) for word in words)
        ]
        assert left == []
    assert verify_ledger(books, FAR.date()) == differences
    for creditor in sorted(creditors):
        chain.append([one for one in books.everything() if isinstance(one, Event)])
        verdict = verify_chain(books, creditor, FAR)
        assert verdict.is_sound, verdict.findings[:5]
        assert not gone or verdict.erased


def _creditor(books: MemoryStore, name: str):
    from saldo.accounts.model import Creditor

    found = books.get(Creditor, name)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", [0, 2, 3, 6, 114, 151])
def test_everybody_is_forgotten_and_the_books_add_up(seed: int, tmp_path) -> None:
    check(seed, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 400))
def test_everybody_is_forgotten_in_many_stories(seed: int, tmp_path) -> None:
    check(seed, tmp_path)
