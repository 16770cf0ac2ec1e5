"""Which limit counts, what stands against it, and what is told when it is crossed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account
from saldo.accounts.service import AccountUnknown
from saldo.adapters.dynamo.rows import image_of, record_of_image
from saldo.credit.keep import CreditBusy, CreditKeeper
from saldo.credit.limit_book import CoverNotValid, CoverWish, LimitAmountNotValid
from saldo.credit.limits import counted
from saldo.credit.model import Exposure, OwnLimit
from saldo.credit.orders import OrdersNotValid, OrderTold
from saldo.credit.ports import NobodyOutside
from saldo.store import CommitConflict
from tests.limited import ACCOUNT, ANNA, ANNAS, CREDITOR, LimitedBooks
from tests.once import PassingStore


@pytest.fixture
def books() -> LimitedBooks:
    made = LimitedBooks()
    made.begin(made.invoice("RE-1", 10000))
    return made


def test_an_order_too_much_is_told_once_and_so_is_the_payment_that_ends_it(
    books: LimitedBooks,
) -> None:
    books.agreed_limit(20000)
    assert books.credit_told() == []
    books.push(books.invoice("RE-2", 10001))
    books.refresh()
    books.refresh()
    (told,) = books.credit_told()
    assert told.type == "limit.exceeded"
    assert (told.data["amount"], told.data["limit"]) == ("200.01", "200.00")
    assert told.data["headroom"] == "-0.01"
    books.pay("RE-1", 10000)
    books.refresh()
    books.refresh()
    assert books.credit_types() == ["limit.exceeded", "limit.restored"]
    line = books.sheet.line("EUR")
    assert line is not None
    assert (line.exposure.minor, line.headroom_minor, books.sheet.over) == (10001, 9999, ())


def test_owing_exactly_the_limit_is_within_it(books: LimitedBooks) -> None:
    books.agreed_limit(10000)
    assert books.credit_told() == []
    assert books.sheet.over == ()


def test_a_limit_in_euro_says_nothing_of_dollars(books: LimitedBooks) -> None:
    books.agreed_limit(20000)
    books.push(books.invoice("RE-2", 99900, currency="USD"))
    books.refresh()
    assert books.credit_told() == []
    euro, dollar = books.sheet.lines
    assert (euro.currency, euro.exposure.minor, euro.limit_minor) == ("EUR", 10000, 20000)
    assert (dollar.currency, dollar.exposure.minor, dollar.limit_minor) == ("USD", 99900, None)
    books.set_limit(50000, "USD")
    assert sorted(books.credit_types()) == ["limit.changed", "limit.exceeded"]
    assert books.sheet.over == ("USD",)


def test_orders_count_until_they_are_invoiced_and_come_again_without_harm(
    books: LimitedBooks,
) -> None:
    books.agreed_limit(20000)
    books.order(15000)
    books.order(15000)
    assert books.credit_types() == ["limit.exceeded"]
    assert books.credit_told()[0].data["orders"] == "150.00"
    books.order(9000)
    assert books.credit_types() == ["limit.exceeded", "limit.restored"]
    books.order(0)
    assert books.orders.of(CREDITOR, ACCOUNT) == []
    assert books.credit.look(CREDITOR, ACCOUNT).lines[0].exposure == Exposure("EUR", 10000)


def test_all_orders_told_at_once_end_those_that_are_not_among_them(books: LimitedBooks) -> None:
    books.order(100, "O-1")
    books.order(200, "O-2")
    told = [OrderTold("O-2", "EUR", 250), OrderTold("O-3", "EUR", 300)]
    left = books.orders.put(CREDITOR, ACCOUNT, told, "ERP", all_of_them=True)
    assert [(one.id, one.amount_minor) for one in left] == [("O-2", 250), ("O-3", 300)]
    twice = [OrderTold("O-2", "EUR", 1), OrderTold("O-2", "EUR", 2)]
    with pytest.raises(OrdersNotValid):
        books.orders.put(CREDITOR, ACCOUNT, twice, "ERP", all_of_them=False)
    with pytest.raises(AccountUnknown):
        books.orders.put(CREDITOR, "4711", [], "ERP", all_of_them=False)


def test_what_is_overdue_is_a_part_of_what_is_open_and_not_added_to_it(
    books: LimitedBooks,
) -> None:
    books.late("RE-2", 3000, date(2026, 11, 1))
    (line,) = books.credit.look(CREDITOR, ACCOUNT).lines
    assert line.exposure == Exposure("EUR", 13000, 3000)
    assert line.exposure.minor == 13000


def test_money_that_no_invoice_took_gives_room(books: LimitedBooks) -> None:
    books.agreed_limit(9000)
    assert books.credit_types() == ["limit.exceeded"]
    books.pay("RE-1", 12000)
    books.refresh()
    line = books.sheet.line("EUR")
    assert line is not None
    assert line.exposure == Exposure("EUR", 0, 0, 0, 2000)
    assert (line.exposure.minor, line.headroom_minor) == (-2000, 11000)


@pytest.mark.parametrize(
    ("basis", "own", "insured", "limit"),
    [
        ("own-first", 50, 30, 50),
        ("own-first", None, 30, 30),
        ("lower", 50, 30, 30),
        ("lower", 20, 30, 20),
        ("lower", 50, None, 50),
        ("sum", 50, 30, 80),
        ("sum", None, None, None),
    ],
)
def test_of_an_own_limit_and_a_cover_the_creditors_rule_says_which_counts(
    basis: str, own: int | None, insured: int | None, limit: int | None
) -> None:
    assert counted(own, insured, basis) == limit  # type: ignore[arg-type]


def test_a_persons_limit_goes_before_the_erps_which_stays_as_it_was_agreed(
    books: LimitedBooks,
) -> None:
    books.agreed_limit(5000)
    books.set_limit(30000)
    changed = books.credit_told("limit.changed")[0]
    assert (changed.data["before"], changed.data["after"]) == (None, "300.00")
    assert (changed.data["by"], changed.data["reason"]) == (ANNA, "Agreed with sales.")
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    assert account.credit_limit is not None
    assert account.credit_limit.amount_minor == 5000
    books.set_limit(30000)
    assert books.credit_types().count("limit.changed") == 1
    books.set_limit(None)
    assert books.sheet.over == ("EUR",)


def test_a_cover_that_ends_restores_nothing_until_what_is_owed_is_paid(books: LimitedBooks) -> None:
    today = date(2026, 11, 21)
    wish = CoverWish("EUR", 20000, "Beispiel Kreditversicherung", today, "POL-7")
    books.limits.insure(CREDITOR, ACCOUNT, wish, ANNAS)
    assert books.sheet.lines[0].limit_minor == 20000
    assert books.sheet.lines[0].uninsured_minor == 0
    books.push(books.invoice("RE-2", 15000))
    books.refresh()
    assert books.sheet.over == ("EUR",)
    books.clock.advance(timedelta(days=1))
    books.refresh()
    assert books.credit_types() == ["limit.changed", "limit.exceeded"]
    assert books.sheet.lines[0].limit_minor is None
    assert books.sheet.lines[0].uninsured_minor == 25000
    with pytest.raises(CoverNotValid):
        books.limits.insure(CREDITOR, ACCOUNT, wish, ANNAS)
    books.limits.uninsure(CREDITOR, ACCOUNT, "EUR", ANNAS)
    assert books.sheet.covers == ()
    books.refresh()
    assert books.sheet.over == ("EUR",)
    for item in books.open_items():
        books.pay(item.number, item.open_minor)
    books.refresh()
    assert books.credit_types("limit.restored") == ["limit.restored"]


def test_a_limit_that_a_person_takes_away_is_exceeded_no_more(books: LimitedBooks) -> None:
    books.set_limit(5000)
    assert books.sheet.over == ("EUR",)
    books.set_limit(None)
    assert books.sheet.over == ()
    assert books.credit_types("limit.restored") == ["limit.restored"]


def test_where_not_all_was_read_only_what_is_certain_is_told(
    books: LimitedBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of three items are read: more than the limit is more, and less may not be less."""
    books.push(books.invoice("RE-2", 10000), books.invoice("RE-3", 10000))
    monkeypatch.setattr("saldo.credit.facts.ITEMS_MAX", 2)
    books.agreed_limit(15000)
    assert not books.credit.look(CREDITOR, ACCOUNT).facts.is_whole
    assert books.credit_types() == ["limit.exceeded"]
    books.set_limit(25000)
    assert books.sheet.over == ("EUR",)
    assert books.credit_types("limit.restored") == []
    books.pay("RE-1", 10000)
    books.refresh()
    assert books.credit_types("limit.restored") == ["limit.restored"]


def test_a_limit_below_zero_is_none(books: LimitedBooks) -> None:
    with pytest.raises(LimitAmountNotValid):
        books.set_limit(-1)


def test_two_who_see_the_same_crossing_tell_it_once(books: LimitedBooks) -> None:
    books.agreed_limit(20000)
    books.push(books.invoice("RE-2", 10001))
    store = PassingStore(books.store, lambda _: _other(books))
    late = CreditKeeper(store, books.clock, books.ids, NobodyOutside())  # type: ignore[arg-type]
    assert late.refresh(CREDITOR, ACCOUNT) is False
    assert books.credit_types() == ["limit.exceeded"]


def _other(books: LimitedBooks) -> None:
    assert books.refresh() is True


def test_old_facts_that_are_written_last_do_not_stay(books: LimitedBooks) -> None:
    """One reads that the limit is crossed; the payment comes; another reads, and sees no change;
    then the first one writes. It looks again.
    """
    books.agreed_limit(20000)
    books.push(books.invoice("RE-2", 10001))

    def paid(_: object) -> None:
        books.pay("RE-2", 10001)
        books.refresh()

    store = PassingStore(books.store, paid)
    CreditKeeper(store, books.clock, books.ids, NobodyOutside()).refresh(  # type: ignore[arg-type]
        CREDITOR, ACCOUNT
    )
    assert books.sheet.over == ()
    assert books.credit_types() == ["limit.exceeded", "limit.restored"]


def test_who_never_gets_to_write_says_so(books: LimitedBooks) -> None:
    class Refusing(PassingStore):
        def commit(self, writes: object) -> None:
            raise CommitConflict([])

    store = Refusing(books.store, lambda _: None)
    keeper = CreditKeeper(store, books.clock, books.ids, NobodyOutside())  # type: ignore[arg-type]
    own = OwnLimit("EUR", 1, ANNA, books.clock.now())
    with pytest.raises(CreditBusy):
        keeper.change(CREDITOR, ACCOUNT, lambda sheet: replace(sheet, own=(own,)))


def test_an_account_that_nobody_limits_has_no_sheet(books: LimitedBooks) -> None:
    assert books.refresh() is False
    assert books.credit.of(CREDITOR, ACCOUNT) is None
    assert books.keeper.refresh(CREDITOR, "4711") is False
    with pytest.raises(AccountUnknown):
        books.credit.look(CREDITOR, "4711")


def test_a_sheet_comes_back_from_the_table_as_it_was_kept(books: LimitedBooks) -> None:
    """Else every look would find a difference, and write it."""
    books.rules(
        block={"over_limit": True},
        terms={"net_days": 0, "when": ["over-limit"], "applies": True},
    )
    books.agreed_limit(5000)
    books.set_limit(6000)
    wish = CoverWish("EUR", 2000, "Beispiel Kreditversicherung", date(2027, 1, 1))
    books.limits.insure(CREDITOR, ACCOUNT, wish, ANNAS)
    books.limits.propose(CREDITOR, ACCOUNT, "EUR", ANNAS)
    books.order(700)
    sheet = books.sheet
    assert sheet.block is not None
    assert sheet.terms is not None
    (order,) = books.orders.of(CREDITOR, ACCOUNT)
    for record in (sheet, order, books.credit_rules.of(CREDITOR)):
        assert record_of_image(image_of(record)) == record
