"""Whatever happens to accounts, and however often one looks, the lists are as the sheets."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saldo.credit_data.book import SECTIONS
from saldo.credit_data.sheet import RiskPlace, RiskSheet, places_of
from saldo.errors import Refusal
from tests.books import CREDITOR
from tests.credited import CreditedBooks, insolvent, rated

ACCOUNTS = ("10001", "10002", "10003")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACCOUNTS),
        st.sampled_from(["invoice", "pay", "rate", "insolvent", "wait", "look"]),
        st.integers(0, 60),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_every_account_stands_once_in_each_list_that_its_sheet_names(
    steps: list[tuple[str, str, int]],
) -> None:
    books = CreditedBooks()
    books.open_creditor()
    for number in ACCOUNTS:
        books.open_account(number, None)
        books.look(number)
    for place, (account, what, size) in enumerate(steps):
        _do(books, f"RE-{place}", account, what, size)
        books.look(account)
    for number in ACCOUNTS:
        books.look(number)
        assert not books.look(number), "looked at once more, nothing differs"
    everything = list(books.store.everything())
    sheets = [one for one in everything if isinstance(one, RiskSheet)]
    places = {one for one in everything if isinstance(one, RiskPlace)}
    assert places == {place for sheet in sheets for place in places_of(sheet)}
    data = books.parts.credit_data
    assert {one.account for one in data.page(CREDITOR, "all", 10).sheets} == set(ACCOUNTS)
    for section in SECTIONS:
        pages = [one.account for one in data.page(CREDITOR, section, 10).sheets]
        assert len(pages) == len(set(pages))


def _do(books: CreditedBooks, number: str, account: str, what: str, size: int) -> None:
    if what == "invoice":
        due = date(2026, 11, 1) + timedelta(days=size)
        currency = "USD" if size % 3 == 0 else "EUR"
        books.push(
            books.invoice(number, 100 + size, account=account, due_on=due, currency=currency)
        )
    elif what == "pay":
        for item in books.open_items(account)[:1]:
            books.pay(item.number, item.open_minor)
    elif what == "wait":
        books.clock.advance(timedelta(days=size))
    elif what in ("rate", "insolvent"):
        day = books.clock.now().date()
        told = rated("ABCDE"[size % 5], as_of=day) if what == "rate" else insolvent(day, day)
        try:
            books.hears(told, account=account)
        except Refusal:
            raise AssertionError(f"{what} was refused") from None
