"""Imports that cannot go on: they say so, keep what they took, and go on when asked to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.imports.model import PAGE_ROWS, STILL, Counts, Import, ImportJob
from saldo.imports.taker import TableTaker, outcome_of
from tests.books import CREDITOR
from tests.imported import MAPPING, Died, Importing, many

ROWS = 2 * PAGE_ROWS + 10
REASON = "The files cannot be reached now."


@pytest.fixture
def world() -> Importing:
    return Importing(MAPPING)


def broken_off(world: Importing) -> Import:
    """Return an import of three pages whose worker died within the second."""
    one = world.imports.step(world.imports.step(world.begin(many(ROWS))))
    assert one.cursor == 1
    world.store.lives = 60
    with pytest.raises(Died):
        world.imports.step(one)
    world.store.lives = None
    return world.imports.get(CREDITOR, one.id)


def failed(world: Importing) -> Import:
    one = broken_off(world)
    return world.imports.fail(ImportJob(CREDITOR, one.id), REASON)


def test_an_import_that_cannot_go_on_says_why_and_which_rows_it_came_to(world: Importing) -> None:
    one = failed(world)
    assert (one.state, one.code, one.counts.taken) == ("failed", "import-failed", PAGE_ROWS)
    assert one.text.startswith(REASON)
    rows = world.report(one)
    assert len(rows) == ROWS
    by_status = [row["status"] for row in rows]
    assert by_status.count("taken") == PAGE_ROWS
    assert by_status.count("not-reached") == ROWS - PAGE_ROWS
    assert rows[-1]["code"] == "import-failed"
    told = outcome_of(one)
    assert (told.state, told.code, dict(told.found)["taken"]) == (
        "failed",
        "import-failed",
        PAGE_ROWS,
    )


@pytest.mark.parametrize("way", ["the same file", "its job again"])
def test_it_goes_on_where_it_was_and_takes_nothing_twice(world: Importing, way: str) -> None:
    one = failed(world)
    if way == "the same file":
        again = world.begin(many(ROWS))
        assert (again.id, again.state, again.code) == (one.id, "running", "")
        assert world.imports.report(again) is None, "the old report is not the report of this one"
        world.work()
    else:
        world.queue.take()
        world.kick(one)
        world.work()
    done = world.imports.get(CREDITOR, one.id)
    assert (done.state, done.code, done.text) == ("done", "", "")
    # The rows that the second page had taken before its worker died are told as taken.
    assert done.counts == Counts(taken=ROWS, accounts=done.counts.accounts)
    assert {row["status"] for row in world.report(done)} == {"taken"}


def test_a_file_that_failed_before_its_first_row_is_laid_out_when_it_goes_on(
    world: Importing,
) -> None:
    begun = world.begin(many(3))
    one = world.imports.fail(ImportJob(CREDITOR, begun.id), REASON)
    assert (one.state, world.imports.report(one)) == ("failed", None)
    world.work()
    assert world.imports.get(CREDITOR, one.id).counts.taken == 3


def test_an_import_of_which_nothing_is_heard_has_failed_after_some_hours(world: Importing) -> None:
    one = broken_off(world)
    taker = TableTaker(world.imports)
    world.clock.advance(STILL - timedelta(minutes=1))
    assert taker.look(CREDITOR, one.id).state == "working"
    world.clock.advance(timedelta(minutes=2))
    told = taker.look(CREDITOR, one.id)
    assert (told.state, told.code) == ("failed", "import-stood-still")
    assert taker.look(CREDITOR, one.id) == told
    world.work()
    assert taker.look(CREDITOR, one.id).state == "taken", "its turn came after all"


def test_an_import_that_is_over_does_not_fail_any_more(world: Importing) -> None:
    done = world.take(many(3))
    assert world.imports.fail(ImportJob(CREDITOR, done.id), REASON) == done
    world.clock.advance(STILL * 2)
    assert world.imports.look(CREDITOR, done.id) == done
