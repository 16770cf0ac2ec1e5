"""Stories of proving a claim: what was said, that it was said so, and what it rests on."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from saldo.accounts.model import Account, PostalAddress
from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.messages.model import Rendered
from saldo.messages.render import JinjaRenderer
from saldo.reminders.feedback import Feedback
from saldo.reminders.kept_words import KeptWords, kept_words, proves
from saldo.reminders.policy_book import PolicyBook
from saldo.reports.evidence import EvidencePacks, Pack
from saldo.reports.evidence_paper import Index, Row
from saldo.store import Put
from tests.carriers import Shelf
from tests.collected import ACCOUNT, CREDITOR, CollectedBooks

DAY_1, DAY_2 = date(2026, 12, 3), date(2026, 12, 21)


def began(channel: str = "email", also: str = "email") -> CollectedBooks:
    books = CollectedBooks()
    books.open_creditor(policy="own")
    books.sender._renderer = JinjaRenderer()
    stages: list[dict[str, Any]] = [
        {"number": 1, "offset_days": 2, "message": "reminder-1", "channels": [channel]},
        {
            "number": 2,
            "offset_days": 18,
            "message": "reminder-2",
            "channels": [also],
            "interest": True,
            "fee": {"kind": "flat-sum"},
        },
    ]
    data = {"id": "own", "version": 1, "announces_invoice": False, "stages": stages}
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", date(2026, 1, 1))
    books.open_account()
    for number in ("RE-1", "RE-2"):
        books.push(books.invoice(number, 1_000_000, already_sent=True, due_date_agreed=True))
    return books


def packs(books: CollectedBooks, shelf: Shelf | None = None) -> EvidencePacks:
    return EvidencePacks(books.store, books.clock, shelf or Shelf(), ReadIndex())


@dataclass
class ReadIndex:
    """Keeps what was to be typeset; its PDF is the words alone."""

    made: list[Index] = field(default_factory=list)

    def index(self, index: Index) -> bytes:
        self.made.append(index)
        told = [f"{s.title}\n{s.note}\n" + "\n".join(map(row_text, s.rows)) for s in index.sections]
        return "\n\n".join([index.title, index.lead, *told]).encode()


def row_text(row: Row) -> str:
    return " | ".join("; ".join(line.text for line in cell) for cell in row)


def opened(pack: Pack) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack.content)) as made:
        return {name: made.read(name) for name in made.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_pack_has_the_very_words_that_left_and_the_debtors_copy_proves_them() -> None:
    books = began()
    books.day(DAY_1)
    (mail,), (notice,) = books.postbox.mails, books.notices()
    secret = mail.text.partition("/p/")[2].split()[0].rstrip(".,)")
    files = opened(packs(books).of_invoice(books.creditor, "RE-1"))
    text = files[f"messages/{notice.id}.text.txt"].decode()
    assert text.replace("{secret-of-the-pay-link}", secret) == mail.text
    assert secret.encode() not in b"".join(files.values())

    (kept,) = books.store.list(KeptWords, CREDITOR, ACCOUNT)
    assert kept.content_hash == notice.content_hash
    assert proves(kept, secret)
    assert not proves(kept, secret[:-1] + ("A" if secret[-1] != "A" else "B"))
    softer = Rendered(mail.subject, mail.text.replace("10", "9"), mail.html)
    changed = kept_words(CREDITOR, ACCOUNT, notice.id, softer, f"https://pay.example/p/{secret}")
    assert not proves(replace(kept, packed=changed.packed), secret)


def test_the_same_books_give_the_same_bytes_and_every_file_has_its_hash() -> None:
    books = began()
    books.day(DAY_1)
    pack = packs(books).of_account(books.creditor, ACCOUNT)
    again = packs(books).of_account(books.creditor, ACCOUNT)
    assert pack.content == again.content
    assert pack.sha256 == hashlib.sha256(pack.content).hexdigest()
    files = opened(pack)
    listed = {f["name"]: f["sha256"] for f in json.loads(files["index.json"])["files"]}
    assert listed == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in files.items()
        if not name.startswith("index.")
    }


def test_a_relayed_event_and_a_later_day_change_nothing() -> None:
    books = began()
    books.day(DAY_1)
    before = packs(books).of_invoice(books.creditor, "RE-1").content
    for event in books.events():
        books.store.commit([Put(replace(event, relayed=True), expect=None)])
    books.clock.move_to(books.clock.now().replace(year=2029))
    assert packs(books).of_invoice(books.creditor, "RE-1").content == before


def test_interest_stands_there_with_the_rate_it_rests_on() -> None:
    books = began()
    books.day(DAY_1)
    books.clock.move_to(books.clock.now().replace(month=12, day=21))
    books.day(DAY_2)
    files = opened(packs(books).of_invoice(books.creditor, "RE-1"))
    charged = rows(files["charges.csv"])
    assert {row["kind"] for row in charged} == {"flat-sum", "interest"}
    assert [row["amount"] for row in charged if row["kind"] == "flat-sum"] == ["40.00"]
    segments = [row for row in charged if row["segment"]]
    assert segments
    assert all(row["percent"] and row["days"] and row["rate_from"] for row in segments)
    (claim,) = rows(files["claims.csv"])
    assert (claim["invoice"], claim["costs_open"]) == ("RE-1", "40.00")
    ledger = rows(files["ledger.csv"])
    owed = [r for r in ledger if (r["account"], r["detail"]) == ("receivable", "RE-1")]
    assert sum(round(float(row["amount"]) * 100) for row in owed) == round(
        float(claim["open"]) * 100
    )


def test_an_invoices_pack_leaves_the_others_out_and_an_accounts_has_all() -> None:
    books = began()
    books.promise(date(2026, 11, 30), invoices=("RE-2",))
    books.dispute(invoice="RE-1", amount_minor=5_000)
    one = opened(packs(books).of_invoice(books.creditor, "RE-1"))
    assert json.loads(one["promises.json"]) == []
    assert [d["id"] for d in json.loads(one["disputes.json"])] == ["D-1"]
    assert [i["number"] for i in json.loads(one["invoices.json"])] == ["RE-1"]
    told = {(e["type"], e["data"].get("invoice")) for e in json.loads(one["timeline.json"])}
    assert ("invoice.issued", "RE-1") in told
    assert ("invoice.issued", "RE-2") not in told

    whole = opened(packs(books).of_account(books.creditor, ACCOUNT))
    assert [p["id"] for p in json.loads(whole["promises.json"])] == ["P-1"]
    assert len(json.loads(whole["claims.json"])["claims"]) == 2
    assert json.loads(whole["claims.json"])["open"] == {"EUR": "20000.00"}


def test_delivery_and_the_services_id_are_in_it() -> None:
    books = began()
    books.day(DAY_1)
    (notice,) = books.notices()
    books.feedback.record(Feedback(notice.id, "delivered", books.clock.now()))
    files = opened(packs(books).of_invoice(books.creditor, "RE-1"))
    (told,) = json.loads(files["messages.json"])
    assert (told["state"], told["provider_message_id"], told["proof"]) == (
        "delivered",
        "ses-1",
        "kept",
    )
    kinds = [event["type"] for event in json.loads(files["timeline.json"])]
    assert {"notice.claimed", "notice.sent", "notice.delivered"} <= set(kinds)
    page = files["index.html"].decode()
    assert "the debtor&#39;s copy proves them" in page


def test_a_letter_is_proven_by_its_file_and_a_swapped_one_is_told() -> None:
    books = began("letter")
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    address = PostalAddress(("Beispielweg 1",), "10115", "Berlin", "DE")
    books.intake.put_accounts([replace(account, address=address)])
    books.day(DAY_1)
    shelf = books.carried.shelf
    files = opened(packs(books, shelf).of_invoice(books.creditor, "RE-1"))
    assert [m["proof"] for m in json.loads(files["messages.json"])] == ["paper"]
    for name in shelf.files:
        shelf.files[name] = b"something else"
    swapped = opened(packs(books, shelf).of_invoice(books.creditor, "RE-1"))
    assert [m["proof"] for m in json.loads(swapped["messages.json"])] == ["differs"]
    gone = opened(packs(books).of_invoice(books.creditor, "RE-1"))
    assert [m["proof"] for m in json.loads(gone["messages.json"])] == ["missing"]


def test_what_an_erp_sends_runs_nowhere() -> None:
    books = began()
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    books.intake.put_accounts([replace(account, name="<script>alert(1)</script>")])
    books.push(books.invoice("=1+1", already_sent=True))
    files = opened(packs(books).of_account(books.creditor, ACCOUNT))
    assert b"<script>" not in files["index.html"]
    assert "'=1+1" in [row["invoice"] for row in rows(files["claims.csv"])]


def test_what_is_not_there_is_not_packed() -> None:
    books = began()
    with pytest.raises(InvoiceUnknown):
        packs(books).of_invoice(books.creditor, "RE-9")
    with pytest.raises(AccountUnknown):
        packs(books).of_account(books.creditor, "nobody")
