"""A person asks to be forgotten: what may go goes at once, what the law keeps goes on its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from saldo.accounts.finding import AccountWord
from saldo.accounts.model import Account, Contact, PostalAddress
from saldo.accounts.service import AccountUnknown
from saldo.adapters.files.outbox import FolderOutbox
from saldo.adapters.memory.files import MemoryFiles
from saldo.audit.model import AuditMark
from saldo.events import Event
from saldo.files.model import FileUnknown
from saldo.files.service import Files
from saldo.invoices.model import Invoice
from saldo.ledger.verify import verify
from saldo.portal.limits import Limits
from saldo.portal.model import PortalAddress
from saldo.privacy.erase import ERASED_NAME, Eraser
from saldo.privacy.erasures import Erasures
from saldo.privacy.model import Erasure, ErasureUnknown
from saldo.reminders.model import Notice
from saldo.reminders.policy_book import PolicyBook
from saldo.risk.standing import Standing
from saldo.store import Put
from saldo.threads.model import ThreadEntry
from saldo.threads.service import Threads, Words
from saldo.worklist.desks import Desks
from saldo.worklist.keep import WorkKeeper
from saldo.worklist.model import WorkItem, WorkPlace
from tests.audited import Audited
from tests.books import ACCOUNT, CREDITOR

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
NAME, MAIL, STREET = "Erika Musterfrau", "erika@beispiel.example", "Musterweg 1"


class Forgetful(Audited):
    """Books of a consumer who had one invoice, wrote about it, and paid."""

    def __init__(self, tmp_path) -> None:
        super().__init__()
        self.shelf = MemoryFiles()
        self.letters = FolderOutbox(tmp_path / "letters")
        self.files = Files(self.store, self.clock, self.ids, lambda: self.shelf)
        eraser = Eraser(
            self.store,
            self.clock,
            self.chain,
            lambda: self.shelf,
            lambda: self.letters,
            lambda: FolderOutbox(tmp_path / "cases"),
            WorkKeeper(self.store, self.clock, Desks(self.store, self.clock, self.ids)).derive,
        )
        self.erasures = Erasures(self.store, self.clock, self.ids, lambda: eraser)
        self.threads = Threads(
            self.store,
            self.clock,
            self.ids,
            PolicyBook(self.store, self.clock),
            Limits(self.store, self.clock),
        )
        self.creditor = self.open_creditor(created_at=self.clock.now())
        account = Account(
            CREDITOR, ACCOUNT, NAME, "consumer", "DE", "de", "Europe/Berlin",
            (Contact(NAME, MAIL, "+4915112345678"),),
            address=PostalAddress((STREET,), "10115", "Berlin", "DE"),
            reference="Erika",
        )  # fmt: skip
        assert self.intake.put_accounts([account])[0].status == "accepted"
        assert self.push(self.invoice(description=f"Massage for {NAME}"))[0].status == "accepted"

    def live(self) -> None:
        """The invoice is mailed, she asks about it with a file, and pays."""
        self.day(date(2026, 11, 23))
        file = self.files.keep(
            CREDITOR, ACCOUNT, "thread", f"{NAME}.pdf", "application/pdf", PDF, "payer"
        )
        self.asked = self.threads.answer(
            self.creditor, ACCOUNT, Words("A1", f"Dear {NAME}, thank you.", "kim", "RE-1")
        )
        self.file = file
        self.pay()
        self.arrive()
        self.clock.advance(timedelta(hours=2))

    def ask(self) -> Erasure:
        return self.erasures.ask(self.creditor, ACCOUNT, "X1", "asked", "kim@musterwerk.example")

    def carry_out(self) -> Erasure:
        order, is_whole = self.erasures.carry_out(self.creditor, ACCOUNT)
        assert is_whole
        self.arrive()
        return order

    def said(self) -> str:
        """Everything that stands anywhere, as one text."""
        return repr([*self.store.everything()])

    def account_now(self) -> Account:
        found = self.store.get(Account, CREDITOR, ACCOUNT)
        assert found is not None
        return found

    def at(self, day: date) -> None:
        self.clock.move_to(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@pytest.fixture
def books(tmp_path) -> Forgetful:
    return Forgetful(tmp_path)


def test_how_she_paid_is_said_no_more(books: Forgetful) -> None:
    books.live()
    known = books.account_now()
    late = replace(known, pays=Standing("worse", "mostly", "broken"), version=known.version + 1)
    books.store.commit([Put(late, expect=known.version)])
    books.ask()
    books.carry_out()
    assert books.account_now().pays == Standing()


def test_as_long_as_she_owes_something_nothing_goes_and_nothing_is_sent(books: Forgetful) -> None:
    order = books.ask()
    assert order.state == "restricted"
    order = books.carry_out()
    (kept,) = order.kept
    assert (kept.kept_as, kept.records, kept.until) == ("claim", 1, None)
    assert MAIL in books.said()
    assert books.day(date(2026, 12, 20)) == [], "no reminder, not even the invoice"
    assert books.account_now().restricted_at is not None
    assert books.erasures.of(CREDITOR, ACCOUNT).next_at is not None


def test_when_she_has_paid_what_nobody_must_keep_goes_at_once(books: Forgetful) -> None:
    books.live()
    books.ask()
    order = books.carry_out()
    account = books.account_now()
    assert account.contacts == () and account.reference is None
    assert account.name == NAME and account.address is not None, "they stand on the voucher"
    assert {one.kept_as: one.until for one in order.kept} == {
        "book": date(2036, 12, 31),
        "voucher": date(2034, 12, 31),
        "letter": date(2032, 12, 31),
    }
    assert order.next_at == datetime(2032, 12, 31, 23, tzinfo=UTC), "midnight in Berlin"
    hashes = [one for one in books.store.everything() if isinstance(one, PortalAddress)]
    assert hashes == []


def test_each_thing_goes_on_its_day_until_nothing_is_left(books: Forgetful) -> None:
    books.live()
    books.ask()
    books.carry_out()
    before = verify(books.store, books.clock.now().date())
    assert before == []
    books.at(date(2033, 1, 1))
    books.carry_out()
    said = next(iter(books.store.list(ThreadEntry, CREDITOR, ACCOUNT)))
    assert said.text == "", "letters have gone after six years"
    assert books.account_now().name == NAME
    with pytest.raises(FileUnknown):
        books.files.read(books.file)
    books.at(date(2035, 1, 1))
    order = books.carry_out()
    assert books.account_now().name == ERASED_NAME
    assert {one.kept_as for one in order.kept} <= {"book"}
    books.at(date(2037, 1, 2))
    order = books.carry_out()
    assert order.state == "erased" and order.kept == () and order.next_at is None
    everything = books.said()
    for word in (NAME, MAIL, STREET, "Musterfrau", "musterfrau", "4915112345678", "Massage"):
        assert word not in everything
    assert [*books.erasures.due(CREDITOR)] == []


def erase_all(books: Forgetful) -> None:
    books.live()
    erase_what_there_is(books)


def erase_what_there_is(books: Forgetful) -> None:
    books.ask()
    books.arrive()
    books.at(date(2037, 1, 2))
    assert books.carry_out().state == "erased"


def test_amounts_stay_under_the_number_and_the_ledger_still_adds_up(books: Forgetful) -> None:
    books.live()
    entries, invoice = books.journal(), books.invoice_now()
    payments = [(one.id, one.amount_minor, one.state) for one in books.payments()]
    erase_what_there_is(books)
    assert verify(books.store, books.clock.now().date()) == []
    assert [replace(one, reason="") for one in entries] == books.journal()
    after = books.invoice_now()
    assert (after.amount_minor, after.open_minor, after.issued_on) == (
        invoice.amount_minor,
        invoice.open_minor,
        invoice.issued_on,
    )
    assert [(one.id, one.amount_minor, one.state) for one in books.payments()] == payments


def test_the_audit_log_is_sound_afterwards_and_says_who_ordered_it(books: Forgetful) -> None:
    erase_all(books)
    verdict = books.verdict()
    assert verdict.is_sound, verdict.findings
    (erased,) = verdict.erased
    assert (erased.account, erased.ordered_by) == (ACCOUNT, "kim@musterwerk.example")
    assert erased.events >= 2


def test_a_change_after_the_erasure_is_found_all_the_same(books: Forgetful) -> None:
    erase_all(books)
    event = next(one for one in books.all_events() if one.type == "payment.settled")
    books.forge(replace(event, data={**event.data, "amount": "1.00"}))
    assert books.kinds() == {"event-changed"}


def test_an_event_that_is_erased_before_it_arrived_is_taken_into_the_log_first(
    books: Forgetful,
) -> None:
    books.pay()
    books.ask()
    assert not [one for one in books.store.everything() if isinstance(one, AuditMark)]
    books.at(date(2037, 1, 2))
    books.carry_out()
    assert books.verdict().is_sound


def test_a_look_that_runs_out_of_time_goes_on_where_it_was(books: Forgetful) -> None:
    books.live()
    books.ask()
    books.at(date(2037, 1, 2))
    looks = 0
    while not books.erasures.carry_out(books.creditor, ACCOUNT, lambda: True)[1]:
        looks += 1
        assert looks < 50
    assert looks >= 1
    order = books.carry_out()
    assert order.state == "erased"
    assert MAIL not in books.said()


def test_carried_out_twice_it_changes_nothing_more(books: Forgetful) -> None:
    books.live()
    books.ask()
    first = books.carry_out()
    told = books.event_types().count("privacy.erased")
    again = books.carry_out()
    assert (again.scrubbed, again.removed, again.events) == (
        first.scrubbed,
        first.removed,
        first.events,
    )
    assert books.event_types().count("privacy.erased") == told


def test_ordered_twice_it_is_one_order(books: Forgetful) -> None:
    first = books.ask()
    again = books.erasures.ask(books.creditor, ACCOUNT, "X2", "expired", "lee@musterwerk.example")
    assert again == first
    with pytest.raises(AccountUnknown):
        books.erasures.ask(books.creditor, "99999", "X3", "asked", "kim")


def test_taken_back_the_reminders_go_on_and_the_erp_may_say_who_it_is(books: Forgetful) -> None:
    books.ask()
    account = replace(books.account_now(), name="Erika Beispiel")
    refused = books.intake.put_accounts([account])[0]
    assert refused.refusal is not None and refused.refusal.code == "account-restricted"
    books.erasures.lift(books.creditor, ACCOUNT, "lee@musterwerk.example")
    assert books.intake.put_accounts([account])[0].status == "accepted"
    assert books.day(date(2026, 11, 23)) != []
    assert books.event_types()[-1] != "privacy.erased"
    lifted = books.erasures.lift(books.creditor, ACCOUNT, "lee@musterwerk.example")
    assert lifted.state == "lifted"
    assert books.erasures.ask(books.creditor, ACCOUNT, "X9", "asked", "kim").id == "X9"


def test_a_customer_who_comes_back_is_let_in_again(books: Forgetful) -> None:
    with pytest.raises(ErasureUnknown):
        books.erasures.lift(books.creditor, ACCOUNT, "kim")
    erase_all(books)
    back = replace(books.account_now(), name="Erika Beispiel")
    assert books.intake.put_accounts([back])[0].status == "refused"
    books.erasures.lift(books.creditor, ACCOUNT, "kim")
    assert books.intake.put_accounts([back])[0].status == "accepted"
    assert books.account_now().restricted_at is None
    books.arrive()
    assert books.verdict().is_sound


def test_an_account_that_never_had_an_invoice_goes_at_once(books: Forgetful) -> None:
    number = "10002"
    books.intake.put_accounts(
        [replace(books.account_now(), number=number, name="Max Beispielmann", contacts=())]
    )
    books.clock.advance(timedelta(hours=2))
    books.erasures.ask(books.creditor, number, "X1", "mistake", "kim")
    order, _ = books.erasures.carry_out(books.creditor, number)
    assert order.state == "erased"
    assert "Beispielmann" not in books.said()
    words = [one for one in books.store.everything() if isinstance(one, AccountWord)]
    assert {one.word for one in words if one.account == number} <= {number}


def test_the_orders_that_are_due_are_found_by_their_day(books: Forgetful) -> None:
    books.live()
    books.ask()
    assert [one.account for one in books.erasures.due(CREDITOR)] == [ACCOUNT]
    books.carry_out()
    assert [*books.erasures.due(CREDITOR)] == []
    assert [one.account for one in books.erasures.listed(CREDITOR)] == [ACCOUNT]
    assert [one.account for one in books.erasures.waiting(CREDITOR)] == [ACCOUNT]
    books.clock.move_to(datetime(2033, 1, 2, tzinfo=UTC))
    assert [one.account for one in books.erasures.due(CREDITOR)] == [ACCOUNT]


def test_what_was_written_by_mail_goes_with_the_letters(books: Forgetful) -> None:
    books.live()
    (notice, *_) = [one for one in books.store.list(Notice, CREDITOR, ACCOUNT) if one.to]
    assert notice.to == MAIL
    books.ask()
    books.at(date(2033, 1, 1))
    books.carry_out()
    after = books.store.get(Notice, CREDITOR, ACCOUNT, notice.id)
    assert after is not None and after.to is None and after.state == notice.state
    invoice = books.store.get(Invoice, CREDITOR, ACCOUNT, "RE-1")
    assert invoice is not None and NAME in invoice.description, "a voucher, two years longer"


def test_nobodys_work_list_names_it_any_more(books: Forgetful) -> None:
    creditor = books.creditor
    keeper = WorkKeeper(books.store, books.clock, Desks(books.store, books.clock, books.ids))
    words = Words("Q1", "Which invoice?", "payer", "RE-1")
    books.threads.ask(creditor, ACCOUNT, words, "link")
    assert keeper.derive(CREDITOR, ACCOUNT) == 1
    assert NAME in repr([one for one in books.store.everything() if isinstance(one, WorkPlace)])
    books.ask()
    books.carry_out()
    kinds = (WorkItem, WorkPlace)
    assert [one for one in books.store.everything() if isinstance(one, kinds)] == []


def test_an_event_that_is_still_on_its_way_is_left_for_the_next_day(books: Forgetful) -> None:
    books.pay()
    books.ask()
    order = books.carry_out()
    assert NAME in str(books.all_events()), "whoever relays it would write the words again"
    assert order.state == "restricted" and order.next_at is not None
    books.clock.advance(timedelta(days=1))
    books.carry_out()
    assert NAME not in str(books.all_events())


def test_an_events_words_go_by_the_duty_of_its_kind(books: Forgetful) -> None:
    books.live()
    books.ask()
    books.carry_out()
    told = {one.type: one for one in books.all_events() if isinstance(one, Event)}
    assert told["account.changed"].data["name"] == ""
    assert NAME in told["thread.answered"].data["text"]
    books.clock.advance(timedelta(days=1))
    assert books.verdict().is_sound
