"""A story of pay links that the simulator found: the answer to the one write of a link is lost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.books import CREDITOR, Books


def test_erp_gets_its_link_though_the_write_was_sent_twice_underneath(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books = Books()
    number = books.invoice().number
    books.begin(books.invoice(number))
    commit = books.store.commit

    def twice(writes: Any) -> None:
        commit(writes)  # done, but nobody hears of it, so the client sends the same again
        commit(writes)

    monkeypatch.setattr(books.store, "commit", twice)
    address = books.links.create(CREDITOR, number)
    opened = books.links.open(address.rpartition("/")[2])
    assert opened.link.invoice == number
