"""A dealer whose tax adviser keeps the books with DATEV sends what DATEV's programs exchange."""

from __future__ import annotations

from typing import Any

import pytest

from saldo.accounts.model import Account
from saldo.imports.ready import ready
from tests.books import CREDITOR
from tests.imported import Importing

MASTERS = (
    '"EXTF";700;16;"Debitoren/Kreditoren";5;20261121120000000;;"RE";"";"";1001;1;20260101;4;;;"";"";'
    ';;;"EUR"\r\n'
    "Konto;Name (Adressattyp Unternehmen);Unternehmensgegenstand;Name (Adressattyp natürl. Person);"
    "Vorname (Adressattyp natürl. Person);Name (Adressattyp keine Angabe);Adressattyp;Straße;"
    "Postleitzahl;Ort;Land;Adresszusatz;Telefon;E-Mail\r\n"
    '10001;"Beispiel AG";"";"";"";"";"2";"Hauptstraße 1";"01067";"Dresden";"DE";"";"";'
    '"ap@beispiel.example"\r\n'
    '10002;"";"";"Muster";"Jo";"";"1";"Am Tor 2";"89073";"Ulm";"DE";"";"";""\r\n'
    '70001;"Lieferant GmbH";"";"";"";"";"2";"";"";"";"DE";"";"";""\r\n'
)
BOOKINGS = (
    '"EXTF";700;21;"Buchungsstapel";13;20261121120000000;;"RE";"";"";1001;1;20260101;4;20261001;'
    '20261130;"Rechnungen";"";1;0;0;"EUR"\r\n'
    "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Konto;"
    "Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Belegfeld 2;Skonto;"
    "Buchungstext\r\n"
    '1190,00;"S";"EUR";10001;4400;"";1510;"RE-1";"301026";;"Bremsen erneuert"\r\n'
    '59,50;"H";"EUR";4400;10002;"";0211;"RE-2";"";;"Reifen gewechselt"\r\n'
    '1190,00;"S";"EUR";1800;10001;"";2011;"RE-1";"";;"Zahlung"\r\n'
    '80,00;"S";"EUR";4980;1800;"";2011;"B-7";"";;"Büromaterial"\r\n'
)


@pytest.fixture
def dealer() -> Importing:
    world = Importing(ready("datev-debitoren"))
    done = world.take(MASTERS.encode("cp1252"), "EXTF_Stammdaten.csv")
    assert (done.state, done.counts.taken, done.counts.left_out) == ("done", 2, 1)
    world.mappings.set(CREDITOR, "erp", ready("datev-buchungsstapel"), "owner")
    return world


def _account(world: Importing, number: str) -> Account:
    found = world.books.store.get(Account, CREDITOR, number)
    assert found is not None
    return found


def test_debtors_come_with_name_address_and_mail_and_creditors_do_not(dealer: Importing) -> None:
    company, person = _account(dealer, "10001"), _account(dealer, "10002")
    assert (company.name, company.kind) == ("Beispiel AG", "business")
    assert company.address is not None
    assert company.address.postal_code == "01067"
    assert company.contacts[0].email == "ap@beispiel.example"
    assert (person.name, person.kind) == ("Jo Muster", "consumer")
    assert dealer.books.store.get(Account, CREDITOR, "70001") is None


def test_what_debtors_owe_becomes_invoices_and_no_payment_a_credit_note(dealer: Importing) -> None:
    done = dealer.take(BOOKINGS.encode("cp1252"), "EXTF_Buchungsstapel.csv")
    ends: list[Any] = [(line["id"], line["status"], line["code"]) for line in dealer.report(done)]
    assert ends == [
        ("RE-1", "taken", ""),
        ("RE-2", "taken", ""),
        ("RE-1", "refused", "payment-row"),
        ("", "left-out", "left-out"),
    ]
    first = dealer.books.invoice_now("RE-1", "10001")
    assert (first.open_minor, first.issued_on.isoformat(), first.due_on.isoformat()) == (
        119000,
        "2026-10-15",
        "2026-10-30",
    )
    second = dealer.books.invoice_now("RE-2", "10002")
    assert (second.open_minor, second.due_on.isoformat()) == (5950, "2026-11-16")
    assert second.description == "Reifen gewechselt"
