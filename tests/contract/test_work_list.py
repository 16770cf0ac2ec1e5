"""The work list over each adapter: derived, paged, closed and proven alike."""

from __future__ import annotations

from saldo.settings import Settings
from saldo.store import Put, Store
from saldo.wiring import Services
from saldo.worklist.model import NOBODY, WorkItem, WorkPlace, WorkTally
from tests.books import CREDITOR
from tests.pictures.console_today import ME, sample_day
from tests.worked import BEN

_KEPT = (WorkItem, WorkPlace, WorkTally)


def test_a_list_is_derived_read_and_closed_alike_everywhere(store: Store) -> None:
    books = sample_day()
    for record in books.store.everything():
        if not isinstance(record, _KEPT):
            store.commit([Put(record, None)])
    parts = Services(Settings(), store=store, clock=books.clock, ids=books.ids)
    looked, changed = parts.work_proof.rebuild(CREDITOR)
    assert (looked, changed) == (6, 10)
    assert parts.work_proof.rebuild(CREDITOR) == (6, 0), "what was kept is what is derived"
    assert parts.work_proof.verify(CREDITOR).differences == ()
    for holder in (ME, BEN, NOBODY):
        wanted = books.parts.work_list.page(CREDITOR, (holder,)).items
        found = parts.work_list.page(CREDITOR, (holder,)).items
        assert [one.cause for one in found] == [one.cause for one in wanted]
    everything = parts.work_list.page(CREDITOR, (ME, NOBODY)).items
    seen: list[WorkItem] = []
    cursor = None
    while True:
        page = parts.work_list.page(CREDITOR, (ME, NOBODY), limit=2, cursor=cursor)
        seen += page.items
        cursor = page.cursor
        if cursor is None:
            break
    assert tuple(seen) == everything
    promise = next(one for one in everything if one.kind == "promise-broken")
    parts.work_list.done(books.creditor, promise.account, promise.id, ME, "no-answer")
    assert promise.id not in [one.id for one in parts.work_list.page(CREDITOR, (ME,)).items]
    assert parts.work_proof.verify(CREDITOR).differences == ()
