"""When orders of an account wait, why, and how they go again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.model import Hold
from saldo.credit.decide import effective_terms
from saldo.credit.model import BlockedAccount
from saldo.credit.rules import CreditRulesNotValid, rules_of, told
from saldo.credit.service import BlockDayNotValid, NotBlocked, NoTermsProposed
from saldo.credit.told import Word
from saldo.risk.behaviour import DaysBeyondTerms
from saldo.store import Put
from tests.limited import ACCOUNT, ANNA, ANNAS, CREDITOR, LimitedBooks

LONG_AGO = date(2026, 9, 1)


@pytest.fixture
def books() -> LimitedBooks:
    made = LimitedBooks()
    made.begin(made.invoice("RE-1", 10000))
    return made


def _listed(books: LimitedBooks) -> list[str]:
    return [one.account for one in books.credit.blocked(CREDITOR, 10)]


def test_nothing_waits_where_the_creditor_said_nothing(books: LimitedBooks) -> None:
    books.agreed_limit(100)
    books.late("RE-2", 90000, LONG_AGO)
    books.refresh()
    assert books.sheet.over == ("EUR",)
    assert books.sheet.block is None
    assert books.credit_types("order_block", "terms") == []


def test_orders_wait_while_the_limit_is_exceeded_and_go_when_it_is_not(
    books: LimitedBooks,
) -> None:
    books.rules(block={"over_limit": True})
    books.agreed_limit(20000)
    books.push(books.invoice("RE-2", 15000))
    books.refresh()
    (told_of,) = books.credit_told("order_block")
    assert told_of.data["why"] == [{"kind": "over-limit", "currency": "EUR"}]
    assert told_of.data["by"] == "system"
    assert _listed(books) == [ACCOUNT]
    books.pay("RE-2", 15000)
    books.refresh()
    assert books.credit_types("order_block") == ["order_block.set", "order_block.released"]
    first, last = books.credit_told("order_block")
    assert first.data["block"] == last.data["block"]
    assert _listed(books) == []
    assert list(books.store.list(BlockedAccount, CREDITOR)) == []


@pytest.mark.parametrize(
    ("rule", "waits"),
    [
        ({"days": 30, "invoices": 1}, True),
        ({"days": 30, "invoices": 2}, False),
        ({"days": 90, "invoices": 0}, False),
        ({"days": 30, "amount": "79.99", "currency": "EUR"}, True),
        ({"days": 30, "amount": "80.00", "currency": "EUR"}, False),
        ({"days": 30, "amount": "1.00", "currency": "USD"}, False),
    ],
)
def test_too_many_or_too_much_for_too_long(
    books: LimitedBooks, rule: dict[str, object], waits: bool
) -> None:
    books.rules(block={"overdue": rule})
    books.late("RE-2", 5000, LONG_AGO)
    books.late("RE-3", 3000, LONG_AGO)
    books.refresh()
    assert books.sheet.is_blocked is waits


def test_time_alone_makes_orders_wait(books: LimitedBooks) -> None:
    """The invoice is due on 1 December: thirty days later the nightly look finds it."""
    books.rules(block={"overdue": {"days": 30, "invoices": 0}})
    assert books.refresh() is False
    books.clock.advance(timedelta(days=40))
    assert books.refresh() is True
    assert books.credit_types() == ["order_block.set"]


def test_an_insolvent_debtor_gets_nothing_more_on_credit(books: LimitedBooks) -> None:
    books.rules(block={"insolvency": True})
    hold = Hold(CREDITOR, ACCOUNT, "H", "insolvency", None, "Filed", ANNA, books.clock.now())
    books.store.commit([Put(hold)])
    books.refresh()
    assert books.sheet.block is not None
    assert books.sheet.block.kinds == ("insolvency",)


def test_a_creditor_who_takes_the_rule_back_has_nobody_wait(books: LimitedBooks) -> None:
    books.rules(block={"overdue": {"days": 30, "invoices": 0}})
    books.late("RE-2", 5000, LONG_AGO)
    books.refresh()
    assert books.sheet.is_blocked
    books.rules()
    books.refresh()
    assert not books.sheet.is_blocked
    assert _listed(books) == []


def test_a_person_blocks_until_a_day_and_then_orders_go_by_themselves(
    books: LimitedBooks,
) -> None:
    until = date(2026, 11, 28)
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA, until)
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA, until)
    (told_of,) = books.credit_told()
    assert (told_of.data["kinds"], told_of.data["reason"]) == (["manual"], "Signs of fraud.")
    assert told_of.data["by"] == ANNA
    books.clock.advance(timedelta(days=6))
    assert books.refresh() is False
    books.clock.advance(timedelta(days=1))
    assert books.refresh() is True
    assert books.credit_types() == ["order_block.set", "order_block.released"]
    with pytest.raises(BlockDayNotValid):
        books.credit.block(CREDITOR, ACCOUNT, "Late", ANNA, date(2026, 11, 28))


def test_a_person_releases_for_a_while_though_the_rule_still_says_no(
    books: LimitedBooks,
) -> None:
    books.rules(block={"over_limit": True})
    books.agreed_limit(5000)
    assert books.sheet.is_blocked
    books.credit.release(CREDITOR, ACCOUNT, "Paid in advance.", ANNA, date(2026, 11, 25))
    released = books.credit_told("order_block")[-1]
    assert released.data["reason"] == "Paid in advance."
    assert released.data["until"] == "2026-11-25"
    books.refresh()
    assert not books.sheet.is_blocked
    books.clock.advance(timedelta(days=4))
    books.refresh()
    assert books.sheet.is_blocked
    assert len(books.credit_told("order_block")) == 3


def test_a_release_without_a_day_lasts_as_long_as_what_it_is_from(books: LimitedBooks) -> None:
    books.rules(block={"over_limit": True})
    books.agreed_limit(5000)
    books.credit.release(CREDITOR, ACCOUNT, "Known for years.", ANNA)
    books.clock.advance(timedelta(days=100))
    books.refresh()
    assert not books.sheet.is_blocked
    books.pay("RE-1", 10000)
    books.refresh()
    assert books.sheet.exemption is None
    books.push(books.invoice("RE-2", 7000))
    books.refresh()
    assert books.sheet.is_blocked


def test_whoever_let_a_limit_pass_did_not_let_an_insolvency_pass(books: LimitedBooks) -> None:
    books.rules(block={"over_limit": True, "insolvency": True})
    books.agreed_limit(5000)
    books.credit.release(CREDITOR, ACCOUNT, "Known for years.", ANNA)
    hold = Hold(CREDITOR, ACCOUNT, "H", "insolvency", None, "Filed", ANNA, books.clock.now())
    books.store.commit([Put(hold)])
    books.refresh()
    assert books.sheet.block is not None
    assert books.sheet.block.kinds == ("insolvency",), "the limit is let pass as it was"
    books.credit.release(CREDITOR, ACCOUNT, "The administrator pays.", ANNA)
    books.refresh()
    assert not books.sheet.is_blocked


def test_a_block_by_hand_outlasts_the_rule_beside_it(books: LimitedBooks) -> None:
    books.rules(block={"over_limit": True})
    books.agreed_limit(5000)
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA)
    books.pay("RE-1", 10000)
    books.refresh()
    assert books.sheet.block is not None
    assert (books.sheet.block.kinds, books.sheet.block.by) == (("manual",), ANNA)
    assert "order_block.released" not in books.credit_types()


def test_a_rule_outlasts_the_block_by_hand_beside_it_and_is_nobodys_word(
    books: LimitedBooks,
) -> None:
    books.rules(block={"over_limit": True})
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA, date(2026, 11, 25))
    books.agreed_limit(5000)
    books.clock.advance(timedelta(days=5))
    books.refresh()
    assert books.sheet.block is not None
    assert (books.sheet.block.kinds, books.sheet.block.by) == (("over-limit",), "system")
    assert books.credit_types("order_block") == ["order_block.set"]


def test_a_manual_block_stands_beside_a_rule_and_one_release_ends_both(
    books: LimitedBooks,
) -> None:
    books.rules(block={"over_limit": True})
    books.agreed_limit(5000)
    books.credit.block(CREDITOR, ACCOUNT, "Signs of fraud.", ANNA)
    assert books.sheet.block is not None
    assert books.sheet.block.kinds == ("manual", "over-limit")
    ruled, by_hand = books.credit_told("order_block")
    assert ruled.data["block"] == by_hand.data["block"], "the same block, told with her word"
    assert (by_hand.type, by_hand.data["by"]) == ("order_block.set", ANNA)
    assert by_hand.data["reason"] == "Signs of fraud."
    books.credit.release(CREDITOR, ACCOUNT, "It was a mistake.", ANNA)
    assert not books.sheet.is_blocked
    with pytest.raises(NotBlocked):
        books.credit.release(CREDITOR, ACCOUNT, "Again.", ANNA)


def test_shorter_terms_are_proposed_and_a_person_decides(books: LimitedBooks) -> None:
    books.rules(terms={"net_days": 7, "when": ["very-late"]})
    books.change_account(paid=DaysBeyondTerms(10, 500, 30000, 10))
    books.refresh()
    (told_of,) = books.credit_told()
    assert told_of.type == "terms.proposed"
    assert (told_of.data["net_days"], told_of.data["kinds"]) == (7, ["very-late"])
    assert not effective_terms(None, books.sheet).is_shortened
    books.clock.advance(timedelta(seconds=1))
    books.credit.decide_terms(CREDITOR, ACCOUNT, ANNAS, apply=True)
    assert effective_terms(None, books.sheet).net_days == 7
    books.change_account(paid=DaysBeyondTerms(10, 20, 100, 2))
    books.refresh()
    assert books.credit_types() == ["terms.proposed", "terms.shortened", "terms.restored"]
    assert not effective_terms(None, books.sheet).is_shortened
    with pytest.raises(NoTermsProposed):
        books.credit.decide_terms(CREDITOR, ACCOUNT, ANNAS, apply=True)


def test_declined_terms_are_not_proposed_again_while_their_reason_lasts(
    books: LimitedBooks,
) -> None:
    books.rules(terms={"net_days": 0, "when": ["over-limit"]})
    books.agreed_limit(5000)
    books.credit.decide_terms(CREDITOR, ACCOUNT, Word(ANNA, "Old friends."), apply=False)
    books.refresh()
    assert sorted(books.credit_types("terms")) == ["terms.declined", "terms.proposed"]
    books.pay("RE-1", 10000)
    books.refresh()
    books.push(books.invoice("RE-2", 6000))
    books.refresh()
    assert books.credit_types("terms").count("terms.proposed") == 2


def test_declined_terms_are_proposed_again_for_a_reason_that_nobody_knew_of(
    books: LimitedBooks,
) -> None:
    books.rules(terms={"net_days": 0, "when": ["over-limit", "very-late"]})
    books.agreed_limit(5000)
    books.credit.decide_terms(CREDITOR, ACCOUNT, Word(ANNA, "Old friends."), apply=False)
    books.change_account(paid=DaysBeyondTerms(10, 500, 30000, 10))
    books.refresh()
    assert books.sheet.terms is not None
    assert (books.sheet.terms.state, books.sheet.terms.reasons) == (
        "proposed",
        ("very-late", "over-limit"),
    )


def test_shorter_terms_that_a_new_rule_ends_are_told_as_ended(books: LimitedBooks) -> None:
    books.rules(terms={"net_days": 7, "when": ["over-limit"], "applies": True})
    books.agreed_limit(5000)
    books.rules(terms={"net_days": 0, "when": ["over-limit"]})
    books.refresh()
    types = sorted(books.credit_types("terms"))
    assert types == ["terms.proposed", "terms.restored", "terms.shortened"]
    assert not effective_terms(None, books.sheet).is_shortened


def test_who_says_so_has_prepayment_applied_at_once(books: LimitedBooks) -> None:
    books.rules(terms={"net_days": 0, "when": ["broken-promises"], "applies": True})
    for number, day in ((1, date(2026, 11, 24)), (2, date(2026, 12, 8))):
        books.promise(day, id_=f"P-{number}")
        books.clock.advance(timedelta(days=12))
        books.promises.look()
    books.refresh()
    assert books.credit_types() == ["terms.shortened"]
    assert effective_terms(None, books.sheet).is_prepayment


def test_rules_are_read_as_they_are_told() -> None:
    data = {
        "limit_is": "sum",
        "covers": "at-once",
        "block": {
            "over_limit": True,
            "overdue": {"days": 30, "invoices": 2, "amount": "500.00", "currency": "EUR"},
            "insolvency": True,
        },
        "terms": {
            "net_days": 0,
            "when": ["very-late"],
            "broken_promises": 3,
            "within_days": 90,
            "applies": True,
        },
    }
    assert told(rules_of(CREDITOR, data)) == data
    nothing = told(rules_of(CREDITOR, {}))
    assert told(rules_of(CREDITOR, nothing)) == nothing


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ([], ""),
        ({"limits": 1}, ""),
        ({"limit_is": "mine"}, "/limit_is"),
        ({"covers": True}, "/covers"),
        ({"block": {"over_limit": 1}}, "/block/over_limit"),
        ({"block": {"overdue": {"days": 0, "invoices": 1}}}, "/block/overdue/days"),
        ({"block": {"overdue": {"days": 5}}}, "/block/overdue"),
        ({"block": {"overdue": {"days": 5, "amount": "5.00"}}}, "/block/overdue"),
        (
            {"block": {"overdue": {"days": 5, "amount": "x", "currency": "EUR"}}},
            "/block/overdue/amount",
        ),
        ({"block": {"overdue": {"days": 5, "invoices": -1}}}, "/block/overdue/invoices"),
        ({"terms": {"net_days": 7, "when": []}}, "/terms/when"),
        ({"terms": {"net_days": 7, "when": ["bad-mood"]}}, "/terms/when"),
        ({"terms": {"net_days": True, "when": ["very-late"]}}, "/terms/net_days"),
    ],
)
def test_rules_that_cannot_be_point_at_their_fault(data: object, pointer: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - codes of amounts differ
        rules_of(CREDITOR, data)
    assert caught.value.pointer == pointer  # type: ignore[attr-defined]
    assert isinstance(caught.value, CreditRulesNotValid) or pointer.endswith("amount")


def test_rules_that_change_are_told_with_what_they_were(books: LimitedBooks) -> None:
    books.rules(block={"insolvency": True})
    books.rules(block={"insolvency": True})
    (changed,) = [one for one in books.events("~") if one.type == "credit_rules.changed"]
    assert changed.data["before"]["block"]["insolvency"] is False
    assert changed.data["after"]["block"]["insolvency"] is True
