"""A transfer says nothing, and its payer wrote what it is for: the one explains the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from saldo.adapters.memory.files import MemoryFiles
from saldo.bank_entries.model import Lesson
from saldo.intake.desk import Arrival
from saldo.intake.mails import MailNotice
from saldo.intake.model import Receipt
from saldo.invoices.discounts import DiscountTerm
from saldo.remittance.model import KEPT, RemittanceAdvice
from saldo.statements.model import Party
from saldo.store import Put
from saldo.wiring import Services
from tests.books import ACCOUNT, CREDITOR
from tests.incoming import services_of
from tests.statements_made import ANNA, PAYER, BankBooks, entry

PAYING = "ap@beispiel.example"
ADVICE = """Zahlungsavis

Rechnung RE-1   119,00
Rechnung RE-3    70,00
Summe           189,00
"""
PROVEN = {"spf": "PASS", "dmarc": "PASS", "virus": "PASS"}


@pytest.fixture
def books() -> Iterator[BankBooks]:
    books = BankBooks()
    term = DiscountTerm(date(2026, 11, 24), 300)
    books.begin(
        books.invoice(),
        books.invoice("RE-2", 11900),
        books.invoice("RE-3", 7000),
        books.invoice("RE-4", 7000),
        books.invoice("RE-5", 10000, discounts=(term,)),
    )
    books.store.commit([Put(Lesson(CREDITOR, "payer-iban", PAYER.iban, ACCOUNT, 1, 1))])
    yield books
    books.verify()


@pytest.fixture
def services(books: BankBooks) -> Services:
    plain = services_of(books)
    plain.file_store = MemoryFiles()  # type: ignore[misc]  # a cached property
    return plain


def mail(
    services: Services,
    words: str = ADVICE,
    *files: tuple[str, str, bytes],
    subject: str = "Zahlungsavis 20.11.2026",
    sender: str = PAYING,
    **verdicts: str,
) -> list[Receipt]:
    """A payer's mail to the creditor's address for documents, and what became of it."""
    address = f"{services.intake_rules.new_address(CREDITOR)}@in.example"
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, address, subject
    made.set_content(words)
    for name, kind, data in files:
        main, sub = kind.split("/")
        made.add_attachment(data, maintype=main, subtype=sub, filename=name)
    notice = MailNotice("m-1", (address,), sender, PROVEN | verdicts)
    return services.document_mails.take(notice, made.as_bytes())


def state(books: BankBooks) -> tuple[str, str]:
    one = books.only()
    return one.state, one.proposal.rule if one.proposal else ""


def paid(books: BankBooks) -> list[str]:
    numbers = [f"RE-{number}" for number in range(1, 6)]
    return [number for number in numbers if not books.invoice_now(number).open_minor]


def test_a_transfer_without_words_is_booked_by_the_advice_of_the_day_before(
    books: BankBooks, services: Services
) -> None:
    (receipt,) = mail(services)
    assert (receipt.state, receipt.kind, receipt.name) == ("taken", "remittance-advice", "mail.txt")
    books.comes(entry(18900, "", on=date(2026, 11, 21)))
    assert state(books) == ("matched", "advice")
    assert paid(books) == ["RE-1", "RE-3"]
    proposal = books.only().proposal
    assert proposal is not None
    told = {(fact.name, fact.value, fact.field) for fact in proposal.evidence}
    assert ("advice-line", "RE-3", "advice line 4") in told
    assert ("advice", receipt.id, "advice") in told


def test_without_the_advice_it_waits(books: BankBooks) -> None:
    books.comes(entry(18900))
    assert state(books)[0] == "likely"
    assert paid(books) == []


def test_an_advice_that_comes_after_the_money_books_what_waited(
    books: BankBooks, services: Services
) -> None:
    books.comes(entry(18900))
    mail(services)
    assert state(books) == ("matched", "advice")
    assert paid(books) == ["RE-1", "RE-3"]


def test_the_same_advice_again_changes_nothing(books: BankBooks, services: Services) -> None:
    mail(services)
    (again,) = mail(services)
    assert again.state == "taken"
    assert len(list(books.store.list(RemittanceAdvice, CREDITOR))) == 1
    books.comes(entry(18900), entry(18900))
    assert sorted(one.state for one in books.booked()) == ["likely", "matched"]
    assert paid(books) == ["RE-1", "RE-3"], "the second is not booked on the same advice"


def test_a_discount_that_the_advice_keeps_back_in_time_is_granted(
    books: BankBooks, services: Services
) -> None:
    words = "Rechnung RE-5  100,00  3,00  97,00\nRechnung RE-3  70,00  0,00  70,00\nSumme 167,00\n"
    mail(services, words)
    books.comes(entry(16700, on=date(2026, 11, 23)))
    assert state(books) == ("matched", "advice")
    assert paid(books) == ["RE-3", "RE-5"]
    assert books.balance("cash-discount") == 300


def test_an_advice_that_contradicts_its_sum_is_likely_and_never_certain(
    books: BankBooks, services: Services
) -> None:
    (receipt,) = mail(services, ADVICE.replace("189,00", "190,00"))
    assert [row.code for row in receipt.rows] == ["advice-does-not-add-up"]
    books.comes(entry(18900))
    assert state(books) == ("likely", "advised")
    assert paid(books) == []


def test_an_advice_over_more_than_came_is_likely(books: BankBooks, services: Services) -> None:
    mail(services, ADVICE)
    books.comes(entry(15000))
    assert state(books) == ("likely", "advised")
    proposal = books.only().proposal
    assert proposal is not None
    books.entries.accept(CREDITOR, books.only().id, ANNA)
    still_open = sum(books.invoice_now(number).open_minor for number in ("RE-1", "RE-3"))
    assert still_open == 3900


def test_an_advice_for_an_invoice_that_nobody_knows_is_likely(
    books: BankBooks, services: Services
) -> None:
    mail(services, ADVICE.replace("RE-3", "XY-99887"))
    books.comes(entry(18900))
    assert state(books) == ("likely", "advised")
    proposal = books.only().proposal
    assert proposal is not None and proposal.overpaid_minor == 7000
    books.entries.accept(CREDITOR, books.only().id, ANNA)
    assert paid(books) == ["RE-1"]
    assert [credit.open_minor for credit in books.credits()] == [7000]


def test_money_from_an_unknown_account_waits_whatever_an_advice_says(
    books: BankBooks, services: Services
) -> None:
    mail(services)
    books.comes(entry(18900, party=Party("Irgendwer", "DE75512108001245126199")))
    assert state(books) == ("likely", "advised")
    assert paid(books) == []


def test_two_advices_of_one_sum_for_different_invoices_are_never_certain(
    books: BankBooks, services: Services
) -> None:
    mail(services)
    mail(services, ADVICE.replace("RE-1", "RE-2").replace("RE-3", "RE-4"))
    books.comes(entry(18900))
    assert state(books) == ("likely", "advised")


def test_what_the_transfer_names_itself_counts_more_than_an_advice(
    books: BankBooks, services: Services
) -> None:
    mail(services)
    books.comes(entry(18900, "Rechnung RE-2, Rechnung RE-4"))
    assert state(books) == ("matched", "number-and-payer")
    assert paid(books) == ["RE-2", "RE-4"]


def test_an_advice_of_long_ago_explains_nothing(books: BankBooks, services: Services) -> None:
    mail(services)
    books.clock.advance(KEPT + timedelta(days=2))
    books.comes(entry(18900, on=date(2026, 11, 25)))
    assert state(books)[1] != "advice"


@pytest.mark.parametrize(
    ("sender", "verdicts", "code"),
    [
        ("ap@evil.example", {}, "sender-not-allowed"),
        (PAYING, {"dmarc": "FAIL"}, "sender-not-allowed"),
        (PAYING, {"virus": "FAIL"}, "sender-not-allowed"),
    ],
)
def test_an_advice_of_nobody_known_is_not_let_in(
    books: BankBooks, services: Services, sender: str, verdicts: dict[str, str], code: str
) -> None:
    (receipt,) = mail(services, sender=sender, **verdicts)
    assert (receipt.state, receipt.code) == ("refused", code)
    assert list(books.store.list(RemittanceAdvice, CREDITOR)) == []


def test_a_payer_can_send_nothing_but_advices(books: BankBooks, services: Services) -> None:
    invoice = ("rechnung.xml", "application/xml", b"<?xml version='1.0'?><Invoice/>")
    (receipt,) = mail(services, "anbei", invoice)
    assert (receipt.state, receipt.kind, receipt.code) == (
        "refused", "remittance-advice", "advice-not-readable",
    )  # fmt: skip
    (other,) = mail(services, "anbei", invoice, subject="Rechnung")
    assert other.code == "sender-not-allowed"


def test_an_attached_csv_and_an_uploaded_one_are_read_alike(
    books: BankBooks, services: Services
) -> None:
    table = b"Belegnummer;Zahlbetrag\nRE-1;119,00\nRE-3;70,00\nSumme;189,00\n"
    (receipt,) = mail(services, "siehe Anlage", ("20261120.csv", "text/csv", table))
    assert (receipt.state, receipt.found["lines"]) == ("taken", 2)
    arrival = Arrival(CREDITOR, "20261120.csv", table, "upload", "erp", "remittance-advice")
    assert services.receiving.receive(arrival)[0].state in ("taken", "unchanged")
    books.comes(entry(18900))
    assert state(books) == ("matched", "advice")
