"""Files of rows on their way into the books: page by page, whatever dies on the way."""

from __future__ import annotations

import copy
from datetime import timedelta

import pytest

from saldo.accounts.model import Account
from saldo.adapters.memory.files import MemoryFiles
from saldo.files.model import FilesBusy
from saldo.imports.mapping import MappingUnknown
from saldo.imports.model import LEASE, Counts, Import, ImportBusy
from saldo.invoices.model import Invoice
from tests.books import CREDITOR
from tests.imported import HEADER, MAPPING, Died, Importing, many, table

ROW = ("RE-1", "10001", "Beispiel AG", "01.10.2026", "15.10.2026", "1.190,00")


def _row(number: str, amount: str = "119,00", account: str = "10001") -> tuple[str, ...]:
    return (number, account, "Beispiel AG", "01.10.2026", "15.10.2026", amount)


def _mapping(**fields: object) -> dict[str, object]:
    data = copy.deepcopy(MAPPING)
    data["fields"] |= fields
    return data


def test_every_row_has_its_line_in_the_report() -> None:
    world = Importing(MAPPING)
    done = world.take(
        table(
            ROW, _row("RE-2", "kein Betrag"), ("",) * 6, _row("RE-3", "0,00"), _row("RE-4", "9,999")
        )
    )
    assert done.state == "done"
    assert done.counts == Counts(taken=1, refused=2, left_out=2, accounts=1)
    assert [(line["line"], line["status"], line["code"]) for line in world.report(done)] == [
        (2, "taken", ""),
        (3, "refused", "amount-cell-not-readable"),
        (4, "left-out", "left-out"),
        (5, "left-out", "left-out"),
        (6, "refused", "amount-ambiguous"),
    ]
    assert world.books.invoice_now("RE-1").open_minor == 119000


def test_the_report_opens_in_a_spreadsheet_and_runs_nothing_there() -> None:
    world = Importing(MAPPING)
    done = world.take(table(_row("=HYPERLINK(1)", "x")))
    report = world.imports.report(done, "csv")
    assert report is not None
    assert report.startswith(b"\xef\xbb\xbfline,status,kind,id,code,text\r\n")
    assert b",'=HYPERLINK(1)," in report


def test_the_same_file_is_the_same_import_and_takes_nothing_twice() -> None:
    world = Importing(MAPPING)
    first = world.take(table(ROW))
    events = len(world.books.events())
    assert world.take(table(ROW)) == first
    assert len(world.books.events()) == events


def test_the_same_file_goes_through_again_when_that_is_asked_for() -> None:
    world = Importing(MAPPING)
    first = world.take(table(ROW))
    again = world.take(table(ROW), again="please")
    assert again.id != first.id
    assert again.counts == Counts(unchanged=1)


def test_a_mended_mapping_makes_the_same_file_another_import() -> None:
    world = Importing(_mapping(amount={"column": "Kunde"}))
    first = world.take(table(ROW))
    world.mappings.set(CREDITOR, "erp", MAPPING, "owner")
    second = world.take(table(ROW))
    assert (first.mapping, second.mapping) == (1, 2)
    assert second.counts.taken == 1
    assert world.books.invoice_now("RE-1").amount_minor == 119000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (table(ROW, header=("Nr", *HEADER[1:])), "columns-missing"),
        (table(ROW, _row("RE-2", "1,190.00")), "mapping-contradicted"),
        (table(ROW, _row("RE-1", "5,00")), "number-repeated"),
        (table(ROW) + b"RE-2;1;M\xfcller;01.10.2026;15.10.2026;5,00\r\n", "table-not-readable"),
        (table(), "table-not-readable"),
        (b"", "table-not-readable"),
    ],
)
def test_what_is_wrong_with_the_file_refuses_it_before_the_first_row(
    data: bytes, code: str
) -> None:
    world = Importing(MAPPING)
    done = world.take(data)
    assert (done.state, done.code) == ("refused", code)
    assert done.text
    assert world.books.store.get(Account, CREDITOR, "10001") is None


def test_a_source_without_a_mapping_takes_nothing() -> None:
    with pytest.raises(MappingUnknown):
        Importing().begin(table(ROW))


def test_an_invoice_of_an_account_that_is_refused_says_what_is_wrong_with_the_account() -> None:
    mapping = _mapping(**{"contact.email": {"column": "Name"}})
    world = Importing(mapping)
    (line,) = world.report(world.take(table(ROW)))
    assert (line["status"], line["code"]) == ("refused", "field-not-valid")
    assert line["text"].startswith("The account: ")


def test_an_account_that_is_known_keeps_what_the_table_does_not_have() -> None:
    world = Importing(MAPPING)
    world.books.open_account("10001", "ap@beispiel.example")
    done = world.take(table(ROW))
    account = world.books.store.get(Account, CREDITOR, "10001")
    assert account is not None
    assert account.contacts[0].email == "ap@beispiel.example"
    assert done.counts.accounts == 0


def test_a_credit_note_above_its_invoice_finds_it_all_the_same() -> None:
    mapping = _mapping(
        kind={"column": "Art", "table": {"RE": "invoice", "GS": "credit-note"}},
        invoice={"column": "Bezug"},
    )
    world = Importing(mapping)
    header = (*HEADER, "Art", "Bezug")
    done = world.take(
        table((*_row("GS-1", "19,00"), "GS", "RE-1"), (*_row("RE-1"), "RE", ""), header=header)
    )
    assert [line["status"] for line in world.report(done)] == ["taken", "taken"]
    assert world.books.invoice_now("RE-1").open_minor == 10000


def _dies(lives: int, is_after: bool) -> None:
    """Take a file while the process dies once, after so many commits; nothing is told by it."""
    world = Importing(MAPPING)
    data = many(270)
    begun = world.begin(data)
    world.queue.take()
    world.store.lives, world.store.is_after = lives, is_after
    one: Import = begun
    try:
        one = world.kick(begun)
    except Died:
        world.store.lives = None
        world.clock.advance(LEASE + timedelta(seconds=1))
        one = world.kick(world.imports.get(CREDITOR, begun.id))
    world.store.lives = None
    while not one.is_over:
        one = world.kick(one)
    assert one.state == "done"
    assert one.counts == Counts(taken=270, accounts=270)
    assert [line["line"] for line in world.report(one)] == list(range(2, 272))
    for n in (0, 249, 250, 269):
        number, account = f"RE-{n:06}", f"{10000 + n % 300}"
        invoice = world.books.store.get(Invoice, CREDITOR, account, number)
        assert invoice is not None
        assert invoice.version == 1
        issued = [e for e in world.books.events(account) if e.type == "invoice.issued"]
        assert len(issued) == len({e.data["invoice"] for e in issued})


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("lives", [0, 1, 2, 60, 300, 520])
def test_a_worker_that_dies_at_any_commit_leaves_no_row_lost_and_none_double(
    lives: int, is_after: bool
) -> None:
    _dies(lives, is_after)


@pytest.mark.long
@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("lives", range(3, 560, 5))
def test_a_worker_that_dies_at_every_commit_leaves_no_row_lost_and_none_double(
    lives: int, is_after: bool
) -> None:
    _dies(lives, is_after)


def test_a_second_worker_keeps_its_hands_off() -> None:
    world = Importing(MAPPING)
    begun = world.begin(many(10))
    world.store.lives = 3
    with pytest.raises(Died):
        world.kick(begun)
    world.store.lives = None
    with pytest.raises(ImportBusy):
        world.kick(begun)


class ShakyFiles(MemoryFiles):
    """A shelf that is out of reach once."""

    fails = 0

    def put(self, name: str, data: bytes, content_type: str) -> None:
        if self.fails and "/parts/" in name:
            self.fails -= 1
            raise FilesBusy("Not now.")
        super().put(name, data, content_type)


def test_a_shelf_out_of_reach_for_a_moment_costs_a_repeat_and_no_row() -> None:
    files = ShakyFiles()
    world = Importing(MAPPING, files=files)
    begun = world.begin(many(20))
    files.fails = 1
    with pytest.raises(FilesBusy):
        world.kick(begun)
    done = world.kick(begun)
    assert done.state == "done"
    assert done.counts == Counts(taken=20, accounts=20)
