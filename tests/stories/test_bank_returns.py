"""Money that the bank takes back, and payouts of providers that arrive with chargebacks in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import WHOLE_CREDITOR, Account
from saldo.bank_entries.model import BankEntry
from saldo.bank_entries.refusals import ReturnChargePaid, ReturnNotPossible
from saldo.bank_entries.return_charge import ReturnCharge, ReturnChargeKind
from saldo.events import Event
from saldo.payments.chargebacks import Chargebacks
from saldo.payments.payout_book import PayoutBook
from saldo.payments.told import ChargebackTold, Payout, PayoutLine
from saldo.reminders.subjects import Subject, Subjects
from saldo.statements.model import Entry, Money, Party
from saldo.store import Write
from tests.books import ACCOUNT, CREDITOR
from tests.statements_made import ANNA, IBAN, PAYER, BankBooks, entry

DAY = date(2026, 11, 20)
LANDLORD = Party("Vermieter KG", "DE75512108001245126199")


@pytest.fixture
def books() -> Iterator[BankBooks]:
    books = BankBooks()
    yield books
    books.verify()


def paid(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(11900, "Rechnung RE-1", end_to_end_id="E2E-4711"))
    assert books.invoice_now().open_minor == 0


def test_a_recalled_transfer_opens_the_invoice_again_and_the_payer_is_told(
    books: BankBooks,
) -> None:
    paid(books)
    books.comes(
        entry(-11900, "Rueckruf", end_to_end_id="E2E-4711", return_reason="MD06", party=PAYER)
    )
    (returned,) = books.booked(state="returned")
    assert returned.returns == books.payments()[0].id
    assert books.invoice_now().open_minor == 11900
    assert books.payments()[0].is_returned
    assert "payment.charged_back" in books.event_types()
    assert books.bank_balance("bank") == 0
    assert books.tell("payment.charged_back") != []


def test_what_the_bank_took_besides_is_a_bank_charge(books: BankBooks) -> None:
    paid(books)
    books.comes(
        entry(-12250, "Ruecklast", end_to_end_id="E2E-4711", return_reason="AC04", party=PAYER)
    )
    assert len(books.booked(state="returned")) == 1
    assert books.bank_balance("bank-charges") == 350
    assert books.invoice_now().open_minor == 11900


def test_a_return_of_nothing_known_waits_for_a_person(books: BankBooks) -> None:
    paid(books)
    books.comes(entry(-5000, "Rueckgabe", return_reason="AC04", party=Party("Wer auch immer")))
    (waits,) = books.booked(state="open")
    assert waits.left_minor == -5000
    assert books.bank_balance("suspense") == 5000


def test_a_person_says_what_was_returned(books: BankBooks) -> None:
    paid(books)
    books.comes(entry(-11900, "Lastschrift", party=Party("Beispiel AG")))
    passed_over = next(one for one in books.booked() if one.entry.amount_minor < 0)
    assert (passed_over.state, passed_over.left_minor) == ("ignored", 0)
    (payment,) = books.payments()
    books.entries.returned(CREDITOR, passed_over.id, payment.id, ANNA)
    assert books.invoice_now().open_minor == 11900


def test_what_we_pay_ourselves_is_no_business_of_these_books(books: BankBooks) -> None:
    books.begin()
    books.comes(entry(-80000, "Miete November", party=Party("Vermieter KG")))
    one = books.only()
    assert (one.state, one.reason) == ("ignored", "money-out")
    assert books.bank_balance("bank") == 0


def test_a_payout_with_a_chargeback_in_it_arrives(books: BankBooks) -> None:
    books.begin(books.invoice(), books.invoice("RE-2", 20000))
    first, second = books.pay(), books.pay("RE-2", 20000)
    told = ChargebackTold(
        "sandbox", "evt-cb", "cb-1", f"pp-{first}", None, "dispute", "taken", 11900, "EUR",
        books.clock.now(), "fraudulent",
    )  # fmt: skip
    Chargebacks(books.store, books.clock, books.ids).told(told)
    lines = (
        PayoutLine("payment", "l1", f"pp-{first}", first, 11900, 200, 11700, "EUR"),
        PayoutLine("payment", "l2", f"pp-{second}", second, 20000, 300, 19700, "EUR"),
        PayoutLine("chargeback", "l3", f"pp-{first}", first, -11900, 0, -11900, "EUR"),
    )
    payout = Payout("po-4711", 19500, "EUR", DAY, lines)
    PayoutBook(books.store, books.clock, books.ids).book("sandbox", payout)
    assert [one.payout_id for one in books.entries.payouts()] == ["po-4711"]
    books.comes(entry(19500, "PAYOUT po-4711", party=Party("Sandbox Payments Ltd")))
    one = books.only()
    assert (one.state, one.payout, one.left_minor) == ("matched", "sandbox/po-4711", 0)
    assert books.entries.payouts() == []
    # What the bank booked is what the payout had booked as money at the bank.
    assert books.bank_balance("bank") == 0
    again = books.entries.reverse(CREDITOR, one.id, ANNA)
    assert (again.state, again.left_minor) == ("open", 19500)


def test_money_of_a_payout_by_a_provider_without_a_name_waits(books: BankBooks) -> None:
    books.begin()
    payout = Payout(
        "po-1", 500, "EUR", DAY, (PayoutLine("adjustment", "l", None, None, 500, 0, 500, "EUR"),)
    )
    PayoutBook(books.store, books.clock, books.ids).book("sandbox", payout)
    books.comes(entry(500, "Gutschrift", party=Party("Irgendwer")))
    assert books.only().state == "open"


def charging(books: BankBooks, kind: ReturnChargeKind = "bank", minor: int = 1000) -> None:
    rule = ReturnCharge(kind, minor)
    books.entries.accounts.change(CREDITOR, IBAN, currency="EUR", return_charge=rule)


def debit(minor: int, reason: str = "", **more: str) -> Entry:
    """A debit by the company's own bank, or its return."""
    known = {"end_to_end_id": "E2E-4711", "mandate_id": "MD-1"} | more
    return entry(minor, "Rechnung RE-1", return_reason=reason, **known)


def collected(books: BankBooks, **account: Any) -> None:
    """The debit of RE-1 arrived."""
    books.begin()
    debtor = books.store.get(Account, CREDITOR, ACCOUNT)
    assert debtor is not None
    books.intake.put_accounts([replace(debtor, **account)])
    charging(books)
    books.comes(debit(11900))
    assert books.invoice_now().open_minor == 0


def told_of(books: BankBooks, type_: str) -> list[Event]:
    return [
        one
        for place in (ACCOUNT, WHOLE_CREDITOR)
        for one in books.events(place)
        if one.type == type_
    ]


def returned(books: BankBooks) -> BankEntry:
    (one,) = books.booked(state="returned")
    return one


def test_an_uncovered_debit_comes_back_and_its_debtor_pays_what_the_bank_took(
    books: BankBooks,
) -> None:
    collected(books)
    books.comes(debit(-12250, "AM04"))
    invoice, one = books.invoice_now(), returned(books)
    assert (invoice.open_minor, invoice.parts.costs) == (12250, 350)
    assert one.charged is not None
    assert (one.charged.amount_minor, one.charged.invoice) == (350, "RE-1")
    assert "280" in one.charged.law
    assert books.bank_balance("bank-charges") == 350
    assert books.balance("fee-income") == -350
    (back,) = told_of(books, "payment.charged_back")
    assert (back.data["charge"], back.data["charged_on"]) == ("3.50", "RE-1")
    (told,) = told_of(books, "bank_entry.returned")
    assert (told.data["charge"], told.data["charged"]) == ("3.50", "3.50")
    (charged,) = told_of(books, "invoice.charged")
    assert (charged.data["fee"], charged.data["amount"]) == ("returned-debit-cost", "3.50")


def test_the_same_return_charges_once_however_often_it_is_told(books: BankBooks) -> None:
    collected(books)
    books.comes(debit(-12250, "AM04"))
    books.entries.take(CREDITOR, [books.bank.sent[-1]], "test")
    books.entries.resume(returned(books))
    books.entries.match(CREDITOR)
    assert books.invoice_now().open_minor == 12250


def test_a_crash_between_the_charge_and_the_entry_is_gone_on_from_and_charges_once(
    books: BankBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected(books)
    commit = books.store.commit

    def dies(writes: Sequence[Write]) -> None:
        if any(getattr(getattr(each, "record", None), "returns", "") for each in writes):
            raise RuntimeError("the process dies")
        commit(writes)

    monkeypatch.setattr(books.store, "commit", dies)
    with pytest.raises(RuntimeError, match="dies"):
        books.comes(debit(-12250, "AM04"))
    monkeypatch.undo()
    assert books.invoice_now().open_minor == 12250
    # The rule that held when it was decided is what is kept.
    charging(books, "off", 0)
    books.clock.advance(timedelta(minutes=5))
    books.entries.tidy(CREDITOR)
    assert books.invoice_now().open_minor == 12250
    assert returned(books).charged is not None


def test_no_more_is_charged_on_than_the_creditor_wants(books: BankBooks) -> None:
    collected(books)
    charging(books, "bank", 200)
    books.comes(debit(-12250, "AM04"))
    assert books.invoice_now().parts.costs == 200


def test_a_fixed_sum_above_what_the_bank_took_is_refused_in_germany(books: BankBooks) -> None:
    collected(books)
    charging(books, "fixed", 500)
    books.comes(debit(-12250, "AM04"))
    assert books.invoice_now().parts.costs == 0
    assert refused(books) == "real-cost-exceeded"


def test_charges_that_the_bank_tells_and_books_apart_are_charged_on(books: BankBooks) -> None:
    collected(books)
    books.comes(replace(debit(-11900, "AM04"), charges=(Money(-300, "EUR"),)))
    assert books.invoice_now().parts.costs == 300


def refused(books: BankBooks) -> str:
    """Return why nothing was charged on, as the entry and its event say."""
    one = returned(books)
    assert one.charged is not None
    assert (one.charged.amount_minor, one.charged.invoice) == (0, "")
    assert one.charged.why.endswith(".")
    (told,) = told_of(books, "bank_entry.returned")
    assert told.data["not_charged"] == one.charged.missing
    assert told_of(books, "invoice.charged") == []
    return one.charged.missing


@pytest.mark.parametrize(
    ("reason", "account", "missing"),
    [
        ("MD06", {}, "return-cause"),  # contradicted: a person judges whether rightly
        ("MS03", {}, "return-cause"),  # the bank does not say why
        ("AC01", {}, "return-cause"),  # a wrong number may be our own mistake
        ("AM04", {"country": "NL", "kind": "consumer"}, "covered-by-scale"),
        ("AM04", {"country": "NL"}, "contract-clause"),
        ("AM04", {"country": "US"}, "state-law"),
        ("AM04", {"country": "FR", "kind": "consumer"}, "national-law"),
        ("AM04", {"country": "GB"}, "law-unknown"),
    ],
)
def test_what_the_law_does_not_allow_is_not_charged_and_the_entry_says_why(
    books: BankBooks, reason: str, account: dict[str, Any], missing: str
) -> None:
    collected(books, **account)
    books.comes(debit(-12250, reason))
    assert books.invoice_now().open_minor == 11900
    assert refused(books) == missing


def test_a_recalled_transfer_costs_its_payer_nothing(books: BankBooks) -> None:
    paid(books)
    charging(books)
    books.comes(entry(-12250, "Rueckruf", end_to_end_id="E2E-4711", return_reason="AM04"))
    assert refused(books) == "agreed-debit"


def test_a_dutch_business_that_agreed_to_it_is_charged(books: BankBooks) -> None:
    collected(books, country="NL")
    rule = ReturnCharge("fixed", 750, "algemene voorwaarden 7.3", date(2025, 1, 1))
    books.entries.accounts.change(CREDITOR, IBAN, return_charge=rule)
    books.comes(debit(-11900, "AM04"))
    assert books.invoice_now().parts.costs == 750


def test_a_bank_that_does_not_tell_what_it_took_charges_nobody(books: BankBooks) -> None:
    collected(books)
    books.comes(debit(-11900, "AM04"))
    assert refused(books) == "bank-charge"


def test_the_payer_reads_what_the_return_cost_in_the_same_mail(books: BankBooks) -> None:
    collected(books)
    books.comes(debit(-12250, "AM04"))
    books.tell("payment.charged_back")
    books.deliver()
    (mail,) = books.postbox.mails
    assert mail.subject.startswith("payment-failed")
    notice = next(n for n in books.notices() if n.message == "payment-failed")
    found = Subjects(books.store).of(notice)
    assert isinstance(found, Subject)
    assert found.failure is not None
    assert (found.failure.charge_minor, found.failure.open_minor) == (350, 12250)


def test_a_return_that_is_taken_back_takes_its_charge_with_it(books: BankBooks) -> None:
    collected(books)
    books.comes(debit(-12250, "AM04"))
    books.clock.advance(timedelta(seconds=1))
    again = books.entries.reverse(CREDITOR, returned(books).id, ANNA)
    assert (again.state, again.left_minor, again.returns) == ("open", -12250, "")
    assert books.invoice_now().open_minor == 0
    assert books.invoice_now().charged_minor == 0
    assert not books.payments()[0].is_returned
    assert books.balance("fee-income") == 0
    assert books.bank_balance("bank-charges") == 0
    assert [one.data["amount"] for one in told_of(books, "invoice.charged")] == ["3.50", "-3.50"]
    # Somebody said that it is none: no rule says otherwise, and a person may.
    books.entries.match(CREDITOR)
    assert [one.state for one in books.booked() if one.id == again.id] == ["likely"]
    books.entries.accept(CREDITOR, again.id, ANNA)
    assert books.invoice_now().open_minor == 12250
    assert returned(books).returns == books.payments()[0].id


def test_a_return_whose_charge_was_paid_is_not_taken_back(books: BankBooks) -> None:
    collected(books)
    books.comes(debit(-12250, "AM04"))
    books.comes(entry(12250, "Rechnung RE-1", on=date(2026, 11, 21)))
    assert books.invoice_now().open_minor == 0
    with pytest.raises(ReturnChargePaid):
        books.entries.reverse(CREDITOR, returned(books).id, ANNA)
    assert returned(books).doing is None


class Dies(RuntimeError):
    """The process is gone."""


def dying(books: BankBooks, at: int, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """Let the process die at the `at`th commit from now: before it, or after it and unheard."""
    commit, count = books.store.commit, iter(range(10_000))

    def dies(writes: Sequence[Write]) -> None:
        is_it = next(count) == at
        if is_it and not after:
            raise Dies
        commit(writes)
        if is_it:
            raise Dies

    monkeypatch.setattr(books.store, "commit", dies)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("back", [False, True])
def test_wherever_the_process_dies_a_return_and_its_charge_are_booked_and_taken_back_whole(
    monkeypatch: pytest.MonkeyPatch, *, back: bool, after: bool
) -> None:
    """Each commit of the return, or of taking it back, is the last one that was made."""
    for at in range(60):
        books = BankBooks()
        collected(books)
        if back:
            books.comes(debit(-12250, "AM04"))
        took = [one.id for one in books.booked() if one.entry.amount_minor < 0]
        statement = books.bank.sent[-1] if back else books.bank.statement(debit(-12250, "AM04"))
        dying(books, at, monkeypatch, after=after)
        is_over = False
        try:
            if back:
                books.entries.reverse(CREDITOR, took[0], ANNA)
            else:
                books.entries.take(CREDITOR, [statement], "test")
            is_over = True
        except Dies:
            monkeypatch.undo()
            if not back:
                books.entries.take(CREDITOR, [statement], "test")
            books.clock.advance(timedelta(minutes=5))
            books.entries.tidy(CREDITOR)
            (one,) = [each for each in books.booked() if each.entry.amount_minor < 0]
            if back and one.state == "returned" and one.doing is None:
                books.entries.reverse(CREDITOR, one.id, ANNA)  # nothing had been written down
        monkeypatch.undo()
        assert books.invoice_now().open_minor == (0 if back else 12250), at
        assert books.balance("fee-income") == (0 if back else -350), at
        assert books.bank_balance("bank-charges") == (0 if back else 350), at
        assert len(told_of(books, "payment.charged_back")) == 1, at
        books.verify()
        if is_over:
            return
    pytest.fail("it never came to an end")


def test_a_return_of_far_more_than_the_payment_brought_is_of_another(books: BankBooks) -> None:
    """What is beyond the payment is booked as what the bank took for it: no bank takes 69.00."""
    paid(books)
    (payment,) = books.payments()
    books.comes(entry(-18800, "RUECKLASTSCHRIFT", on=date(2026, 11, 24), party=LANDLORD))
    (one,) = [each for each in books.booked() if each.entry.amount_minor < 0]
    with pytest.raises(ReturnNotPossible):
        books.entries.returned(CREDITOR, one.id, payment.id, ANNA)
    assert books.invoice_now().open_minor == 0
    assert books.bank_balance("bank-charges") == 0


def test_a_return_that_is_refused_leaves_what_was_passed_over_where_it_was(
    books: BankBooks,
) -> None:
    paid(books)
    (payment,) = books.payments()
    books.comes(entry(-80000, "Miete November", party=LANDLORD))
    (rent,) = [each for each in books.booked() if each.entry.amount_minor < 0]
    with pytest.raises(ReturnNotPossible):
        books.entries.returned(CREDITOR, rent.id, payment.id, ANNA)
    assert books.entries.find(CREDITOR, rent.id) == rent
    assert books.bank_balance("bank") == 11900
