"""Documents come in as files: booked once, kept byte for byte, and waiting when something lacks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account
from saldo.errors import Unavailable
from saldo.intake.model import Receipt
from saldo.intake.ports import Outcome, ReceivedFile
from saldo.invoices.model import CreditNote
from saldo.wiring import Services
from tests.books import CREDITOR, Books
from tests.incoming import BUYER, DEBTOR, about, bring, einvoice, open_debtor, over, services_of


@pytest.fixture
def books() -> Books:
    books = Books()
    open_debtor(books)
    return books


@pytest.fixture
def services(books: Books) -> Services:
    return services_of(books)


def told(receipt: Receipt) -> tuple[str, str]:
    return receipt.state, receipt.code


def test_an_e_invoice_is_owed_by_the_account_whose_number_it_bears(
    books: Books, services: Services
) -> None:
    receipt = bring(services, einvoice())
    assert told(receipt) == ("taken", "")
    owed = books.invoice_now("RE-7", DEBTOR)
    assert (owed.amount_minor, owed.due_on) == (11900, date(2026, 12, 4))
    assert [term.basis_points for term in owed.discounts] == [200, 100]
    assert services.invoice_lines.of(CREDITOR, DEBTOR, "RE-7")[0].text == "Consulting"
    document = services.files.document(CREDITOR, DEBTOR, "RE-7")
    assert document is not None
    assert services.files.read(document) == einvoice() == services.receiving.data(receipt)
    assert receipt.found["account"] == DEBTOR


def test_the_same_file_again_changes_nothing(books: Books, services: Services) -> None:
    first = bring(services, einvoice())
    journal, events = len(books.journal(DEBTOR)), len(books.events(DEBTOR))
    books.clock.advance(timedelta(hours=1))
    again = bring(services, einvoice(), "another-name.xml")
    assert again == first
    assert (len(books.journal(DEBTOR)), len(books.events(DEBTOR))) == (journal, events)
    judged = [e for e in books.events("~") if e.type == "document.judged"]
    assert [e.data["state"] for e in judged] == ["taken"]


def test_a_changed_invoice_under_its_number_is_a_correction(
    books: Books, services: Services
) -> None:
    bring(services, einvoice())
    corrected = bring(services, einvoice("RE-7", DEBTOR, *over("80.00"), kind="384"))
    assert told(corrected) == ("taken", "")
    assert books.invoice_now("RE-7", DEBTOR).open_minor == 8000
    newest = services.files.document(CREDITOR, DEBTOR, "RE-7")
    assert newest is not None
    assert newest.sha256 == corrected.sha256


def test_a_correction_under_its_own_number_takes_the_place_of_the_old_one(
    books: Books, services: Services
) -> None:
    bring(services, einvoice())
    corrected = einvoice("RE-7a", DEBTOR, about("RE-7"), *over("80.00"), kind="384")
    receipt = bring(services, corrected)
    assert told(receipt) == ("taken", "")
    assert "invoice-replaced" in [row.code for row in receipt.rows]
    assert [item.number for item in books.open_items(DEBTOR)] == ["RE-7a"]
    assert books.balance("receivable", DEBTOR) == 8000
    assert books.credits(DEBTOR) == []


def test_a_correction_of_what_was_paid_waits_for_a_person(books: Books, services: Services) -> None:
    bring(services, einvoice())
    books.pay("RE-7", 5000)
    corrected = einvoice("RE-7a", DEBTOR, about("RE-7"), *over("80.00"), kind="384")
    assert told(bring(services, corrected)) == ("waiting", "correction-of-settled")
    assert [item.number for item in books.open_items(DEBTOR)] == ["RE-7"]


def test_a_correction_of_nobody_knows_what_waits_until_it_is_said(
    books: Books, services: Services
) -> None:
    receipt = bring(services, einvoice("RE-8", kind="384"))
    assert told(receipt) == ("waiting", "preceding-missing")
    alone = services.receiving.again(CREDITOR, receipt.id, {"stands-alone": "yes"})
    assert told(alone) == ("taken", "")
    assert [item.number for item in books.open_items(DEBTOR)] == ["RE-8"]


def test_a_credit_note_reduces_the_invoice_that_it_names(books: Books, services: Services) -> None:
    bring(services, einvoice())
    receipt = bring(services, einvoice("G-1", DEBTOR, about("RE-7"), *over("19.00"), kind="381"))
    assert told(receipt) == ("taken", "")
    assert books.invoice_now("RE-7", DEBTOR).open_minor == 10000
    kept = [f for f in services.files.of(CREDITOR, DEBTOR) if f.purpose == "credit-note"]
    assert [f.invoice for f in kept] == ["RE-7"]
    document = services.files.document(CREDITOR, DEBTOR, "RE-7")
    assert document is not None, "the invoice's own document is still the invoice"
    assert services.files.read(document) == einvoice()


def test_a_credit_note_before_its_invoice_waits_and_is_booked_when_that_comes(
    books: Books, services: Services
) -> None:
    early = einvoice("G-1", DEBTOR, about("RE-7"), *over("19.00"), kind="381")
    waiting = bring(services, early)
    assert told(waiting) == ("waiting", "preceding-unknown")
    assert [one.id for one in services.receiving.waiting(CREDITOR)] == [waiting.id]
    bring(services, einvoice())
    assert list(services.receiving.again_due(CREDITOR)) == [], "not due yet"
    books.clock.advance(timedelta(hours=2))
    (done,) = services.receiving.again_due(CREDITOR)
    assert told(done) == ("taken", "")
    assert books.invoice_now("RE-7", DEBTOR).open_minor == 10000
    books.clock.advance(timedelta(days=3))
    assert list(services.receiving.again_due(CREDITOR)) == []


def test_what_waits_too_long_is_refused_and_not_forgotten(books: Books, services: Services) -> None:
    waiting = bring(services, einvoice("G-1", DEBTOR, about("RE-9"), *over("19.00"), kind="381"))
    tries = 0
    for _ in range(40):
        books.clock.advance(timedelta(days=1))
        tries += len(list(services.receiving.again_due(CREDITOR)))
    last = services.receiving.get(CREDITOR, waiting.id)
    assert told(last) == ("refused", "waited-too-long")
    assert 25 < tries < 35
    assert "RE-9" in last.text


@pytest.mark.parametrize(
    ("names", "code"), [((), "preceding-missing"), (("RE-7", "RE-8"), "preceding-several")]
)
def test_a_credit_note_on_nothing_or_on_several_waits_until_one_is_named(
    books: Books, services: Services, names: tuple[str, ...], code: str
) -> None:
    bring(services, einvoice())
    changes = [about(*names)] if names else []
    receipt = bring(services, einvoice("G-1", DEBTOR, *changes, *over("19.00"), kind="381"))
    assert told(receipt) == ("waiting", code)
    named = services.receiving.again(CREDITOR, receipt.id, {"invoice": "RE-7"})
    assert told(named) == ("taken", "")
    found = books.store.get(CreditNote, CREDITOR, DEBTOR, "G-1")
    assert found is not None
    assert found.invoice == "RE-7"


def test_an_invoice_of_an_unknown_buyer_waits_and_the_answer_is_learnt(
    books: Books, services: Services
) -> None:
    receipt = bring(services, einvoice("RE-7", "K 99"))
    assert told(receipt) == ("waiting", "buyer-unknown")
    assert BUYER in receipt.text
    told_now = services.receiving.again(CREDITOR, receipt.id, {"account": DEBTOR})
    assert told(told_now) == ("taken", "")
    assert told(bring(services, einvoice("RE-8", "k-99"))) == ("taken", "")
    assert {item.number for item in books.open_items(DEBTOR)} == {"RE-7", "RE-8"}


def test_where_the_creditor_allows_it_an_unknown_buyer_becomes_an_account(
    books: Books, services: Services
) -> None:
    services.intake_rules.change(CREDITOR, creates_accounts=True)
    receipt = bring(services, einvoice("RE-7", "K99"))
    assert told(receipt) == ("taken", "")
    assert [row.code for row in receipt.rows if row.id == "K99"] == ["account-made"]
    made = books.store.get(Account, CREDITOR, "K99")
    assert made is not None
    assert (made.name, made.country, made.kind) == (BUYER, "NL", "consumer")
    assert [item.number for item in books.open_items("K99")] == ["RE-7"]
    assert told(bring(services, einvoice("RE-8", "K99"))) == ("taken", "")


def test_a_mail_address_finds_the_account_unless_it_is_that_of_several(
    books: Books, services: Services
) -> None:
    party = "</cac:Party></cac:AccountingCustomerParty>"
    address = "<cbc:ElectronicMail>Facturen@Voorbeeld.example</cbc:ElectronicMail>"
    named = (party, f"<cac:Contact>{address}</cac:Contact>{party}")
    assert told(bring(services, einvoice("RE-7", "", named))) == ("taken", "")
    assert [item.number for item in books.open_items(DEBTOR)] == ["RE-7"]
    open_debtor(books, "D-8")
    several = bring(services, einvoice("RE-8", "", named))
    assert told(several) == ("waiting", "buyer-ambiguous")


def test_an_invoice_that_the_creditor_received_is_never_asked_of_its_supplier(
    books: Books, services: Services
) -> None:
    supplier = ("Musterwerk GmbH", "Somebody Else Ltd")
    receipt = bring(services, einvoice("RE-7", DEBTOR, supplier))
    assert told(receipt) == ("waiting", "seller-not-known")
    assert books.open_items(DEBTOR) == []
    services.intake_rules.change(CREDITOR, sellers=("DE 123 456 789",))
    assert told(services.receiving.again(CREDITOR, receipt.id, {})) == ("taken", "")


def test_wrong_totals_refuse_a_document_and_a_blemish_does_not(
    books: Books, services: Services
) -> None:
    wrong = einvoice(
        "RE-7",
        DEBTOR,
        (
            '<cbc:PayableAmount currencyID="EUR">119.00',
            '<cbc:PayableAmount currencyID="EUR">120.00',
        ),
    )
    refused = bring(services, wrong)
    assert told(refused) == ("refused", "document-not-valid")
    assert [row.code for row in refused.rows if row.status == "refused"] == ["BR-CO-16"]
    assert books.open_items(DEBTOR) == []
    assert services.receiving.data(refused) == wrong


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"PK\x03\x04 archive", "file-kind-not-taken"),
        (b"<html></html>", "document-not-readable"),
        (b"%PDF-1.7 nothing in it", "document-not-readable"),
    ],
)
def test_what_is_no_document_is_refused_with_a_reason(
    services: Services, data: bytes, code: str
) -> None:
    receipt = bring(services, data)
    assert told(receipt) == ("refused", code)
    assert receipt.text.endswith(".")


def test_nothing_to_pay_books_nothing(books: Books, services: Services) -> None:
    paid = einvoice(
        "RE-7",
        DEBTOR,
        (
            '<cbc:PayableAmount currencyID="EUR">119.00',
            '<cbc:PrepaidAmount currencyID="EUR">119.00</cbc:PrepaidAmount>'
            '<cbc:PayableAmount currencyID="EUR">0.00',
        ),
    )
    assert told(bring(services, paid)) == ("unchanged", "nothing-to-pay")
    assert books.open_items(DEBTOR) == []


class Breaks:
    """A taker that a crash stops `times` times."""

    kind = "e-invoice"

    def __init__(self, services: Services, times: int) -> None:
        self._times = times
        (self._behind,) = (one for one in services.takers if one.kind == self.kind)

    def accepts(self, head: bytes, name: str) -> bool:
        return self._behind.accepts(head, name)

    def take(self, file: ReceivedFile) -> Outcome:
        self._times -= 1
        if self._times >= 0:
            raise Unavailable("The books are out of reach.")
        return self._behind.take(file)


def test_a_crash_while_taking_loses_no_file(books: Books, services: Services) -> None:
    broken = services_of(books, takers=(Breaks(services, 1),), file_store=services.file_store)
    with pytest.raises(Unavailable):
        bring(broken, einvoice())
    assert books.open_items(DEBTOR) == []
    books.clock.advance(timedelta(hours=1))
    (done,) = broken.receiving.again_due(CREDITOR)
    assert told(done) == ("taken", "")
    assert [item.number for item in books.open_items(DEBTOR)] == ["RE-7"]


def test_an_older_price_in_an_invoice_that_was_paid_in_full_is_refused(
    books: Books, services: Services
) -> None:
    bring(services, einvoice())
    books.pay("RE-7", 11900)
    lower = bring(services, einvoice("RE-7", DEBTOR, *over("80.00")))
    assert told(lower) == ("refused", "below-what-was-paid")


def test_a_large_document_is_kept_whole_with_its_invoice(books: Books, services: Services) -> None:
    large = einvoice() + b" " * 4_300_000
    receipt = bring(services, large)
    assert told(receipt) == ("taken", "")
    document = services.files.document(CREDITOR, DEBTOR, "RE-7")
    assert document is not None and services.files.read(document) == large
    assert services.receiving.data(receipt) == large


def test_one_file_by_two_ways_is_booked_once(books: Books, services: Services) -> None:
    first = bring(services, einvoice(), way="mail", by="erp@musterwerk.example")
    again = bring(services, einvoice(), way="drop", place="drop/musterwerk/in/7.xml")
    assert (again.id, again.way) == (first.id, "mail")
    assert again.place == "drop/musterwerk/in/7.xml"
    assert len(books.journal(DEBTOR)) == 1


def test_a_file_that_fails_again_and_again_keeps_no_other_from_its_turn(
    books: Books, services: Services
) -> None:
    class Fails(Breaks):
        def take(self, file: ReceivedFile) -> Outcome:
            assert file.name != "bad.xml", "a fault of ours"
            return super().take(file)

    broken = services_of(books, takers=(Fails(services, 2),), file_store=services.file_store)
    for name, data, problem in (
        ("bad.xml", einvoice(), AssertionError),
        ("good.xml", einvoice("RE-8"), Unavailable),
    ):
        with pytest.raises(problem):
            bring(broken, data, name)
        books.clock.advance(timedelta(minutes=1))
    books.clock.advance(timedelta(hours=1))
    with pytest.raises(AssertionError):
        list(broken.receiving.again_due(CREDITOR))
    assert [told(one) for one in broken.receiving.again_due(CREDITOR)] == [("received", "")]
    assert list(broken.receiving.again_due(CREDITOR)) == [], "both have their next time"
    books.clock.advance(timedelta(minutes=59))
    books.clock.advance(timedelta(minutes=2))
    with pytest.raises(AssertionError):
        list(broken.receiving.again_due(CREDITOR))
    assert [told(one) for one in broken.receiving.again_due(CREDITOR)] == [("taken", "")]
