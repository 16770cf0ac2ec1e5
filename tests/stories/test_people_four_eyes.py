"""Above a limit money is given away by two people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saldo.accounts.model import Creditor
from saldo.credit.told import Word
from saldo.edge.v1 import approving, charges, credit, money
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.reads import invoice
from saldo.events import Event
from saldo.ledger.model import JournalEntry
from saldo.people.approval import Approval
from saldo.people.four_eyes import (
    ApprovalOver,
    ApprovalUnknown,
    LimitNotValid,
    OwnApproval,
    SecondPersonNeeded,
)
from saldo.settings import Settings
from saldo.wiring import Services
from tests.books import ACCOUNT, CREDITOR, START, Books

CLARA, OLGA = "clara@example.com", "olga@example.com"


class Office:
    """Two people at a creditor who may write off up to 50.00 alone."""

    def __init__(self) -> None:
        self.books = books = Books()
        books.begin(
            books.invoice("RE-1", 60000), books.invoice("RE-2", 6000), books.invoice("RE-3", 6000)
        )
        self.services = Services(
            Settings(), store=books.store, clock=books.clock, ids=books.ids, providers={}
        )
        self.eyes = self.services.four_eyes
        self.eyes.set_rule(
            CREDITOR, write_off_minor=5000, refund_minor=1000, by="owner@example.com"
        )

    def ordered(self, by: str = CLARA, *, by_person: bool = True) -> Ordered:
        creditor = self.books.store.get(Creditor, CREDITOR)
        assert creditor is not None
        return Ordered(self.services, creditor, by, by_person=by_person)

    def write_off(self, id_: str, number: str, amount: str, order: Ordered | None = None) -> Any:
        body = {
            "id": id_,
            "invoice": number,
            "amount": amount,
            "currency": "EUR",
            "on": START.date().isoformat(),
            "reason": "insolvent",
        }
        return charges.write_off(order or self.ordered(), body)

    def open_minor(self, number: str) -> int:
        return invoice(self.books.store, CREDITOR, number).open_minor

    def waiting(self) -> Approval:
        (one,) = self.eyes.open(CREDITOR)
        return one

    def told(self) -> set[tuple[str, str, str]]:
        rows = self.books.store.list(Event, CREDITOR, ACCOUNT, START.strftime("%Y%m"))
        return {
            (row.type, row.data["amount"], row.data["by"])
            for row in rows
            if row.type.startswith("approval.")
        }


@pytest.fixture
def office() -> Office:
    return Office()


def test_what_one_may_give_alone_is_booked_at_once(office: Office) -> None:
    office.write_off("W-1", "RE-1", "50.00")
    assert office.open_minor("RE-1") == 55000
    assert office.eyes.open(CREDITOR) == []


def test_above_the_limit_another_must_agree_and_both_names_are_booked(office: Office) -> None:
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-1", "RE-1", "600.00")
    assert office.open_minor("RE-1") == 60000
    waiting = office.waiting()
    assert (waiting.subject, waiting.amount_minor, waiting.asked_by) == ("RE-1", 60000, CLARA)
    done = approving.approve(office.ordered(OLGA), waiting.id)
    assert (done.state, done.decided_by) == ("done", OLGA)
    assert office.open_minor("RE-1") == 0
    entries = office.books.store.list(JournalEntry, CREDITOR, ACCOUNT, str(START.year), "write-off")
    assert [entry.by for entry in entries] == [f"{CLARA}, {OLGA}"]
    assert office.eyes.open(CREDITOR) == []
    assert office.told() == {
        ("approval.asked", "600.00", CLARA),
        ("approval.granted", "600.00", OLGA),
    }


def test_the_same_form_sent_twice_asks_once(office: Office) -> None:
    for _ in range(2):
        with pytest.raises(SecondPersonNeeded):
            office.write_off("W-1", "RE-1", "600.00")
    assert office.waiting().state == "asked"
    assert len(office.told()) == 1


def test_who_asked_does_not_agree_and_may_take_it_back(office: Office) -> None:
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-1", "RE-1", "600.00")
    waiting = office.waiting()
    with pytest.raises(OwnApproval):
        approving.approve(office.ordered(CLARA), waiting.id)
    assert office.open_minor("RE-1") == 60000
    assert approving.decline(office.ordered(CLARA), waiting.id, "a mistake").state == "declined"
    with pytest.raises(ApprovalOver):
        approving.approve(office.ordered(OLGA), waiting.id)
    assert office.open_minor("RE-1") == 60000


def test_many_small_write_offs_of_a_day_count_together(office: Office) -> None:
    office.write_off("W-1", "RE-1", "30.00")
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-2", "RE-2", "30.00")
    office.write_off("W-1", "RE-1", "30.00")  # the first again is nothing new
    office.write_off("W-3", "RE-2", "20.00")
    assert (office.open_minor("RE-1"), office.open_minor("RE-2")) == (57000, 4000)
    office.write_off("W-4", "RE-3", "30.00", office.ordered(OLGA))
    office.books.clock.advance(timedelta(days=1))
    office.write_off("W-5", "RE-3", "30.00")
    assert office.open_minor("RE-3") == 0


def test_an_approval_is_for_its_own_amount_alone(office: Office) -> None:
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-1", "RE-1", "100.00")
    office.eyes.grant(CREDITOR, office.waiting().id, by=OLGA)
    with pytest.raises(ApprovalOver):
        office.write_off("W-1", "RE-1", "600.00")
    with pytest.raises(ApprovalOver):
        office.write_off("W-1", "RE-2", "100.00")


def test_what_was_interrupted_is_carried_out_once_by_agreeing_again(office: Office) -> None:
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-1", "RE-1", "600.00")
    id_ = office.waiting().id
    office.eyes.grant(CREDITOR, id_, by=OLGA)  # and the function dies here
    assert office.waiting().state == "granted"
    assert approving.approve(office.ordered(OLGA), id_).state == "done"
    assert office.open_minor("RE-1") == 0


def test_what_the_books_refuse_meanwhile_ends_with_the_reason(office: Office) -> None:
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-1", "RE-2", "60.00")
    id_ = office.waiting().id
    office.write_off("W-2", "RE-2", "20.00", office.ordered("erp", by_person=False))
    ended = approving.approve(office.ordered(OLGA), id_)
    assert ended.state == "failed"
    assert "At most 40.00 EUR" in ended.why
    assert office.open_minor("RE-2") == 4000


def test_nobody_decides_after_a_fortnight(office: Office) -> None:
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-1", "RE-1", "600.00")
    id_ = office.waiting().id
    office.books.clock.advance(timedelta(days=14))
    assert office.eyes.open(CREDITOR) == []
    with pytest.raises(ApprovalOver):
        approving.approve(office.ordered(OLGA), id_)
    with pytest.raises(ApprovalUnknown):
        approving.approve(office.ordered(OLGA), "nothing")


def test_the_erp_and_creditors_without_a_limit_ask_nobody(office: Office) -> None:
    office.write_off("W-1", "RE-1", "600.00", office.ordered("erp", by_person=False))
    office.eyes.set_rule(CREDITOR, write_off_minor=None, refund_minor=None, by="owner@example.com")
    office.write_off("W-2", "RE-2", "60.00")
    assert (office.open_minor("RE-1"), office.open_minor("RE-2")) == (0, 0)


def test_whoever_moves_the_limit_is_told(office: Office) -> None:
    office.eyes.set_rule(CREDITOR, write_off_minor=None, refund_minor=1050, by=OLGA)
    rows = office.books.store.list(Event, CREDITOR, "~", START.strftime("%Y%m"))
    told = [row.data for row in rows if row.type == "approval.limits_set"]
    assert {"write_off": None, "refund": "10.50", "credit_limit": None, "by": OLGA} in told


def test_with_a_limit_of_zero_everything_takes_two(office: Office) -> None:
    office.eyes.set_rule(CREDITOR, write_off_minor=0, refund_minor=0, by="owner@example.com")
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-1", "RE-1", "0.01")
    with pytest.raises(LimitNotValid):
        office.eyes.set_rule(
            CREDITOR, write_off_minor=-1, refund_minor=None, by="owner@example.com"
        )


def test_a_refund_above_the_limit_waits_too(office: Office) -> None:
    paid = {
        "id": "K-1",
        "invoices": ["RE-2"],
        "amount": "90.00",
        "currency": "EUR",
        "received_on": START.date().isoformat(),
        "method": "cash",
    }
    taken, _ = money.take_payment(office.ordered(), paid)
    body = {
        "id": "R-1",
        "payment": taken["id"],
        "amount": "30.00",
        "currency": "EUR",
        "reason": "paid too much",
    }
    with pytest.raises(SecondPersonNeeded):
        money.refund(office.ordered(), body)
    waiting = office.waiting()
    assert (waiting.kind, waiting.amount_minor) == ("refund", 3000)
    done = approving.approve(office.ordered(OLGA), waiting.id)
    assert done.state == "done", done.why
    assert money.refund(office.ordered("erp", by_person=False), body)[0]["state"] == "done"


def raise_limit(office: Office, account: str, order: Ordered | None = None) -> int | None:
    """Order 1,000.00 of credit by the form L-1; return what the account may owe then."""
    body = {"account": account, "currency": "EUR", "amount": "1000.00", "id": "L-1", "reason": "-"}
    credit.set_limit(order or office.ordered(), body)
    return office.services.credit.look(CREDITOR, account).limits.own("EUR")


@pytest.fixture
def lender(office: Office) -> Office:
    office.eyes.set_rule(
        CREDITOR, write_off_minor=None, refund_minor=None, credit_limit_minor=5000, by=OLGA
    )
    office.books.open_account(number="10002")
    with pytest.raises(SecondPersonNeeded):
        raise_limit(office, ACCOUNT)
    approving.approve(office.ordered(OLGA), office.waiting().id)
    return office


def test_what_was_agreed_for_one_customer_raises_no_limit_of_another(lender: Office) -> None:
    with pytest.raises(ApprovalOver):
        raise_limit(lender, "10002")
    assert lender.services.credit.look(CREDITOR, "10002").limits.own("EUR") is None


def test_a_limit_that_was_lowered_since_is_not_raised_by_the_old_agreement(lender: Office) -> None:
    assert raise_limit(lender, ACCOUNT) == 100000, "the same again changes nothing"
    lender.services.credit_limits.set_own(CREDITOR, ACCOUNT, "EUR", 2000, Word(OLGA, "Pays late."))
    with pytest.raises(ApprovalOver):
        raise_limit(lender, ACCOUNT)
    assert lender.services.credit.look(CREDITOR, ACCOUNT).limits.own("EUR") == 2000


def cover(
    office: Office,
    amount: str | None,
    until: str | None = None,
    id_: str = "L-2",
    order: Ordered | None = None,
) -> int | None:
    """Write down what an insurer covers; return what counts then."""
    body = {
        "account": ACCOUNT, "kind": "insured", "currency": "EUR", "amount": amount, "id": id_,
        "insurer": "Beispiel Versicherung", "valid_until": until, "reason": "Their letter.",
    }  # fmt: skip
    credit.set_limit(order or office.ordered(), body)
    seen = office.services.credit.look(CREDITOR, ACCOUNT)
    return seen.limits.counted("EUR", seen.today)


def rules(office: Office, **data: Any) -> None:
    credit.put_rules(office.ordered(OLGA), {"limit_is": "sum", **data})


def test_a_cover_that_lets_a_customer_owe_more_waits_like_a_limit(lender: Office) -> None:
    rules(lender)
    with pytest.raises(SecondPersonNeeded):
        cover(lender, "500.00", "2027-06-30")
    waiting = lender.waiting()
    assert (waiting.kind, waiting.amount_minor, waiting.order["amount"]) == (
        "credit-limit", 150000, "500.00",
    )  # fmt: skip
    assert lender.services.credit.look(CREDITOR, ACCOUNT).sheet.covers == ()
    done = approving.approve(lender.ordered(OLGA), waiting.id)
    assert done.state == "done", done.why
    (kept,) = lender.services.credit.look(CREDITOR, ACCOUNT).sheet.covers
    assert (kept.amount_minor, kept.by) == (50000, f"{done.asked_by}, {OLGA}")
    assert cover(lender, "500.00", "2027-06-30") == 150000, "the same again changes nothing"
    assert cover(lender, "400.00", "2027-06-30", id_="L-3") == 140000, "less needs nobody"
    with pytest.raises(SecondPersonNeeded):
        cover(lender, "400.00", "2028-06-30", id_="L-4")
    assert cover(lender, None, id_="L-5") == 100000, "that nothing is covered waits for nobody"


def test_a_cover_within_what_one_may_alone_or_beside_the_limit_that_counts_asks_nobody(
    lender: Office,
) -> None:
    assert cover(lender, "9000.00") == 100000, "the own limit counts, and the cover does not"
    lender.services.credit_limits.set_own(CREDITOR, ACCOUNT, "EUR", 2000, Word(OLGA, "Pays late."))
    rules(lender)
    cover(lender, None)
    assert cover(lender, "30.00") == 5000, "both together are what one may give"
    with pytest.raises(SecondPersonNeeded):
        cover(lender, "30.01", id_="L-3")


def test_covers_count_at_once_where_the_creditor_says_so_and_where_a_system_tells_them(
    lender: Office,
) -> None:
    rules(lender)
    erp = lender.ordered("erp", by_person=False)
    assert cover(lender, "500.00", order=erp) == 150000
    rules(lender, covers="at-once")
    assert cover(lender, "9000.00", id_="L-3") == 1000000


def test_with_a_sum_a_person_raises_the_limit_alone_as_far_as_both_together_go(
    office: Office,
) -> None:
    office.eyes.set_rule(
        CREDITOR, write_off_minor=None, refund_minor=None, credit_limit_minor=150000, by=OLGA
    )
    rules(office)
    assert cover(office, "1000.00") == 100000
    with pytest.raises(SecondPersonNeeded):
        raise_limit(office, ACCOUNT)
    assert office.waiting().amount_minor == 200000


def test_who_sends_the_form_again_after_a_fortnight_hears_that_nobody_decided(
    office: Office,
) -> None:
    with pytest.raises(SecondPersonNeeded):
        office.write_off("W-1", "RE-1", "600.00")
    office.books.clock.advance(timedelta(days=14))
    with pytest.raises(ApprovalOver):
        office.write_off("W-1", "RE-1", "600.00")
