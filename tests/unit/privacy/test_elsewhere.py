"""What lies under keys of its own goes, too: bank entries and what they taught, mails, files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from saldo.bank_entries.model import BankAccount, BankEntry, Lesson, Part, Portion
from saldo.events import event
from saldo.inbox.model import Mail
from saldo.inbox.model import shelf_name as mail_place
from saldo.matching.names import normal
from saldo.payments.model import Payment
from saldo.portal.model import PortalAddress, PortalUser
from saldo.reminders.channels.letter import Letter
from saldo.statements.model import Entry, Party
from saldo.store import Put
from tests.books import ACCOUNT, CREDITOR
from tests.unit.privacy.test_erasure import MAIL, NAME, PDF, STREET, Forgetful

IBAN = "DE02120300000000202051"
ENTRY = "20261121-abcdef0123456789abcd"


@pytest.fixture
def books(tmp_path) -> Forgetful:
    made = Forgetful(tmp_path)
    made.live()
    return made


def transferred(books: Forgetful, *accounts: str) -> BankEntry:
    """Money came by bank, for these accounts, and taught who pays from there."""
    now = books.clock.now()
    (paid,) = [one for one in books.payments() if one.state == "settled"]
    portions = []
    for number, account in enumerate(accounts, 1):
        payment = replace(paid, account=account, id=f"bank-{ENTRY}-{number}", version=1)
        books.store.commit([Put(payment)])
        portions.append(Portion(Part(account, 11900, ("RE-1",)), payment.id, "kim", "it fits", now))
    told = Entry(
        "1",
        "booked",
        date(2026, 11, 21),
        date(2026, 11, 21),
        11900 * len(accounts),
        "EUR",
        Party(NAME, IBAN),
        remittance=f"RE-1 {NAME}",
    )
    entry = BankEntry(
        CREDITOR,
        "DE89370400440532013000",
        ENTRY,
        "S1",
        told,
        "matched",
        0,
        now,
        now,
        portions=tuple(portions),
        version=1,
    )
    lessons = [
        Lesson(CREDITOR, "payer-iban", IBAN, ACCOUNT, 1, version=1),
        Lesson(CREDITOR, "payer-name", normal(NAME), ACCOUNT, 1, version=1),
    ]
    bank = BankAccount(CREDITOR, entry.bank_account, "EUR", version=1)
    books.store.commit([Put(one) for one in (entry, bank, *lessons)])
    return entry


def lessons(books: Forgetful) -> list[Lesson]:
    return [one for one in books.store.everything() if isinstance(one, Lesson)]


def test_what_the_bank_told_goes_with_the_vouchers_and_what_it_taught_at_once(
    books: Forgetful,
) -> None:
    entry = transferred(books, ACCOUNT)
    books.ask()
    books.carry_out()
    assert lessons(books) == []
    assert books.store.get(BankEntry, *entry.key) == entry
    books.at(date(2035, 1, 1))
    books.carry_out()
    after = books.store.get(BankEntry, *entry.key)
    assert after is not None and NAME not in repr(after) and IBAN not in repr(after)
    assert (after.entry.amount_minor, after.state) == (entry.entry.amount_minor, "matched")
    assert [one.part for one in after.portions] == [one.part for one in entry.portions]


def test_an_entry_that_was_for_two_accounts_stays_for_the_other(books: Forgetful) -> None:
    entry = transferred(books, ACCOUNT, "10002")
    books.ask()
    books.at(date(2035, 1, 1))
    books.carry_out()
    assert books.store.get(BankEntry, *entry.key) == entry


def test_mails_that_came_in_go_with_the_letters_as_they_came_too(books: Forgetful) -> None:
    now = books.clock.now()
    mail = Mail(
        CREDITOR,
        books.ids.ulid(now),
        now,
        "ses-1",
        NAME,
        MAIL,
        f"Invoice of {NAME}",
        "Dear all, I have paid.",
        "filed",
        account=ACCOUNT,
        to=("reply@musterwerk.example",),
        version=1,
    )
    told = event(
        books.ids.ulid(now),
        now,
        "mail.received",
        CREDITOR,
        ACCOUNT,
        mail=mail.id,
        subject=mail.subject,
        kind="message",
        state="filed",
        why="",
        invoice=None,
        files=0,
        **{"from": MAIL},
    )
    books.store.commit([Put(mail), Put(told)])
    books.shelf.put(mail_place(mail), b"From: somebody", "message/rfc822")
    books.arrive()
    books.ask()
    books.carry_out()
    assert books.store.get(Mail, *mail.key) == mail, "a letter must stay six years"
    books.at(date(2033, 1, 1))
    books.carry_out()
    after = books.store.get(Mail, *mail.key)
    assert after is not None and after.text == after.subject == after.from_address == ""
    assert books.shelf.get(mail_place(mail)) is None
    assert "I have paid" not in books.said() and books.verdict().is_sound


def test_letters_lie_nowhere_any_more(books: Forgetful) -> None:
    file = f"letter/{CREDITOR}/L1.pdf"
    books.letters.put(file, PDF, "application/pdf")
    letter = Letter(
        CREDITOR,
        ACCOUNT,
        "L1",
        "letter",
        "printed",
        books.clock.now(),
        file,
        "0" * 64,
        1,
        (NAME, STREET),
        version=1,
    )
    books.store.commit([Put(letter)])
    books.ask()
    books.carry_out()
    assert books.letters.get(file) == PDF
    books.at(date(2033, 1, 1))
    books.carry_out()
    assert books.letters.get(file) is None
    after = books.store.get(Letter, *letter.key)
    assert after is not None and after.to == () and after.state == "printed"


def test_whoever_was_invited_to_look_is_let_in_no_more(books: Forgetful) -> None:
    now = books.clock.now()
    user = PortalUser(
        CREDITOR, ACCOUNT, "h" * 64, "U1", "friend@beispiel.example", "payer", "active",
        "payer", now, version=1,
    )  # fmt: skip
    found_by = PortalAddress(user.address_hash, CREDITOR, ACCOUNT, "user")
    books.store.commit([Put(user), Put(found_by)])
    books.ask()
    books.carry_out()
    assert books.store.get(PortalUser, *user.key) is None
    assert books.store.get(PortalAddress, *found_by.key) is None
    assert "friend@beispiel.example" not in books.said()


def test_a_payment_by_bank_of_long_ago_keeps_its_amount(books: Forgetful) -> None:
    transferred(books, ACCOUNT)
    books.ask()
    books.at(date(2037, 1, 2))
    books.carry_out()
    found = books.store.get(Payment, CREDITOR, ACCOUNT, f"bank-{ENTRY}-1")
    assert found is not None and found.amount_minor == 11900
