"""Forms that are not ours, words that are no words, and creditors that are not one's own: what the
console does with what somebody else made up.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from saldo.accounts.model import Account, Contact, Creditor
from saldo.collection.dispute_orders import DisputeOrder
from saldo.people.model import Grant
from saldo.people.sessions import SessionOver
from saldo.store import Put
from saldo.threads.service import Words
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR
from tests.functions.clerk import CONSOLE, FORM, HERE, Clerk, Office, office_of
from tests.functions.test_console_roles import _places
from tests.posted import PostedBooks

HTML = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://evil.example";"x")'
OTHER = "anderswerk"
ACTS = [place.path for place in _places() if place.method == "POST"]


@pytest.fixture(scope="module")
def opened() -> Iterator[Office]:
    books = PostedBooks()
    books.begin(books.invoice("RE-1"))
    with office_of(books, file_store=books.shelf) as office:
        _write_everywhere(books)
        yield office


@pytest.fixture
def office(opened: Office) -> Office:
    opened.open()
    return opened


def _write_everywhere(books: PostedBooks) -> None:
    """Let people write what is no word into whatever is shown."""
    parts, store = services(), books.store
    creditor = books.accounts.creditor(CREDITOR)
    known = store.get(Account, CREDITOR, ACCOUNT)
    assert known is not None
    by = "o@example.com"
    for place, word in enumerate((HTML, FORMULA)):
        number = f"7000{place}"
        contact = Contact(word, "ap@beispiel.example", word)
        books.open_account(number=number, name=word, contacts=(contact,), labels=(word,))
        books.push(books.invoice(f"X-{place}", account=number, already_sent=True))
        parts.notes.add(CREDITOR, number, "N", by, word, pinned=True)
        order = DisputeOrder("D", f"X-{place}", "quantity", word, by, by, 10_00, (), None)
        parts.disputes.open(creditor, order)
        parts.threads.ask(creditor, number, Words("Q", word, "payer"), f"link-{place}")
        parts.desks.put(CREDITOR, number, by, collector=None, sales=None, branch=word)
        mail = books.written(word, subject=word, sender="erika@elsewhere.example")
        mail.replace_header("Message-ID", f"<x{place}@elsewhere.example>")
        books.comes(mail)
    parts.work_proof.rebuild(CREDITOR)
    parts.figure_check.rebuild(CREDITOR, books.clock.now().date())


def _rows(office: Office, without: str = "~") -> list[str]:
    """Return all that stands in the books but who is signed in, and who looked; `without` what
    tells of one creditor.
    """
    left_out = ("ConsoleSession", "User", "Event", "AccessSeen")
    return sorted(
        text
        for one in office.books.store.everything()  # type: ignore[attr-defined]
        if type(one).__name__ not in left_out and f"'{without}'" not in (text := repr(one))
    )


@pytest.mark.parametrize("action", ACTS)
def test_a_form_that_is_not_ours_does_nothing(office: Office, action: str) -> None:
    clerk, other = office.clerk(), office.clerk("manager")
    key, foreign = clerk.open("accounts").csrf, other.open("accounts").csrf
    before = _rows(office)
    for form in ({}, {"form": ""}, {"form": foreign}, {"form": key[:-1]}):
        assert clerk.send(action, number=ACCOUNT, id="X", **form).status == 403
    body = urlencode({"form": key, "number": ACCOUNT, "id": "X"}).encode()
    for site in ("cross-site", "same-site"):
        sent = {**FORM, **clerk._sent(), "sec-fetch-site": site}
        status, _, _ = clerk.http.request("POST", f"{CONSOLE}/at/{CREDITOR}/{action}", sent, body)
        assert status == 403, site
    assert _rows(office) == before


def test_no_act_is_done_by_a_link(office: Office) -> None:
    clerk = office.clerk()
    key, before = clerk.open("accounts").csrf, _rows(office)
    parts = {place.path for place in _places() if place.method == "GET"}
    for action in ACTS:
        if action not in parts:
            clerk.open(action, form=key, number=ACCOUNT, id="X", text="Hello")
            assert clerk.status == 404, action
    assert _rows(office) == before


@pytest.mark.parametrize("number", ["70000", "70001"])
@pytest.mark.parametrize(
    "path", [place.path for place in _places() if place.method == "GET" and place.path != "users"]
)
def test_what_people_write_is_shown_as_words(office: Office, path: str, number: str) -> None:
    clerk = office.clerk()
    invoice = f"X-{number[-1]}"
    for query in (
        {"number": number, "account": number, "id": "D", "whose": "all", "state": "triage"},
        {"number": invoice, "q": HTML, "state": "recent", "report": "debtors", "by": "branch"},
        {"number": number, "invoice": invoice, "told": HTML, "show": HTML, "lang": HTML},
    ):
        clerk.open(path, **query)
        assert clerk.status < 500, f"{path} {clerk.said[-200:]}"
        if clerk.headers.get("content-type", "").startswith("text/html"):
            assert "<script>alert" not in clerk.html and "<img src=x" not in clerk.html
            assert "onerror=alert(2)>" not in clerk.html


def test_no_file_holds_a_formula(office: Office) -> None:
    clerk = office.clerk()
    for path, query in (
        ("account/history.csv", {"number": "70001"}),
        ("account/statement", {"number": "70001", "as": "csv"}),
        ("reports/csv", {"report": "debtors"}),
        ("reports/csv", {"report": "aging", "by": "branch"}),
    ):
        clerk.open(path, **query)
        assert clerk.status == 200, clerk.said
        text = clerk.body.decode("utf-8-sig")
        delimiter = ";" if "history" in path else ","
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
        bad = [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")]
        assert cells and not bad, path
    for path, query in (
        ("account/statement", {"number": "70001", "as": "xlsx"}),
        ("reports/xlsx", {"report": "debtors"}),
    ):
        clerk.open(path, **query)
        with zipfile.ZipFile(io.BytesIO(clerk.body)) as book:
            sheets = [book.read(one).decode() for one in book.namelist() if "sheet" in one]
        assert all("<f>" not in sheet and "hyperlink" not in sheet for sheet in sheets), path


def test_a_file_is_saved_under_a_harmless_name(office: Office) -> None:
    parts = services()
    name = 'a"\r\nSet-Cookie: x=1\r\n\r\n../../x;.pdf'
    kept = parts.files.keep(
        CREDITOR, ACCOUNT, "invoice", name, "", b"%PDF-1.4\n%%EOF\n", "ERP", "RE-1"
    )
    clerk = office.clerk().open("invoice/file", number="RE-1", id=kept.id)
    assert clerk.status == 200, clerk.said
    told = clerk.headers["content-disposition"]
    assert told.startswith("attachment;") and "\r" not in told and "\n" not in told
    assert told.count('"') == 2 and "set-cookie" not in clerk.headers
    assert clerk.headers["cache-control"] == "private, no-store"
    assert clerk.headers["x-content-type-options"] == "nosniff"


def test_a_refused_form_shows_no_page_that_is_not_ones_own(office: Office) -> None:
    clerk = office.clerk("collector").open("today")
    key, back = clerk.csrf, f"at/{CREDITOR}/today/team"
    office.clerk("manager", name="Somebody in the team", email="boss@musterwerk.example")
    clerk.send("today/done", form=key, account=ACCOUNT, item="none", back=back)
    assert clerk.status in (403, 404) and "boss@musterwerk.example" not in clerk.html
    assert clerk.open("today/team").status == 403
    clerk.send("inbox/put", form=key, id="none", back=f"at/{CREDITOR}/inbox/texts")
    assert clerk.status in (403, 404)


def test_a_creditor_s_people_reach_nothing_of_another(office: Office) -> None:
    ours = office.books.accounts.creditor(CREDITOR)
    theirs: Creditor = replace(ours, id=OTHER, name="Anderswerk GmbH", version=1)
    if office.books.store.get(Creditor, OTHER) is None:
        office.books.store.commit([Put(theirs)])
    clerk = office.clerk("owner", creditor=OTHER, email=f"owner@{OTHER}.example")
    key, before = clerk.open("accounts").csrf, _rows(office, without=OTHER)
    ids = {"number": ACCOUNT, "account": ACCOUNT, "id": "D", "invoice": "RE-1", "payment": "D"}
    for place in _places():
        for creditor, expected in ((OTHER, None), (CREDITOR, 403)):
            clerk.creditor = creditor
            if place.method == "GET":
                clerk.open(place.path, **ids, invoices="RE-1")
            else:
                clerk.send(place.path, **ids, invoices="RE-1", form=key, text="x", reason="x")
            assert clerk.status < 500, f"{place} {clerk.said[-200:]}"
            assert expected in (None, clerk.status), place
            assert "Beispiel" not in clerk.said and HTML not in clerk.said, place
    assert _rows(office, without=OTHER) == before


def test_a_right_taken_away_is_gone_with_the_next_click(office: Office) -> None:
    clerk = office.clerk("owner", email="was@musterwerk.example")
    key = clerk.open("account", number=ACCOUNT).csrf
    user = services().users.by_email("was@musterwerk.example")
    services().users.grant(user.id, Grant(CREDITOR, "auditor"), by="o@example.com")
    assert clerk.send("account/note", form=key, number=ACCOUNT, id="N", text="x").status == 403
    assert clerk.open("users").status == 403
    services().users.revoke(user.id, CREDITOR, by="o@example.com")
    assert clerk.open("account", number=ACCOUNT).status == 403


def test_who_is_disabled_or_idle_is_out_at_once(office: Office) -> None:
    clerk = office.clerk("collector", email="gone@musterwerk.example")
    user = services().users.by_email("gone@musterwerk.example")
    assert clerk.open("account", number=ACCOUNT).status == 200
    office.books.clock.advance(timedelta(seconds=1))
    services().users.disable(user.id, by="o@example.com")
    assert "sign-in" in _first(clerk)
    services().users.enable(user.id, by="o@example.com")
    assert "sign-in" in _first(clerk), "the old session stays over"
    idle = office.clerk("collector", email="idle@musterwerk.example")
    idle.open("account", number=ACCOUNT)
    office.books.clock.advance(timedelta(minutes=31))
    assert "sign-in" in _first(idle)
    with pytest.raises(SessionOver):
        services().console_sessions.of(idle.cookies["__Host-saldo-console"])


def _first(clerk: Clerk) -> str:
    """Return where the browser is sent when an account is asked for."""
    url = f"{CONSOLE}/at/{CREDITOR}/account?number={ACCOUNT}"
    status, headers, _ = clerk.http.request("GET", url, clerk._sent(), None)
    assert status == 303 and headers["cache-control"] == "no-store"
    return headers["location"]


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "at/../../../evil",
        "at/x\r\nSet-Cookie: x=1",
        "javascript:alert(1)",
        "at/%2e%2e/%2e%2e//evil.example",
        "me/../x",
        "\tat/x",
        "at/\u2025/x",
    ],
)
def test_signing_in_leads_nowhere_but_here(office: Office, to: str) -> None:
    clerk = office.clerk()
    url = f"{CONSOLE}/sign-in?{urlencode({'to': to})}"
    status, headers, _ = clerk.http.request("GET", url, clerk._sent(), None)
    assert status == 303
    location = headers["location"].removeprefix(HERE)
    assert location.startswith("/console") and "\r" not in location and "\n" not in location
    assert "set-cookie" not in headers
    assert location == "/console" or location.startswith("/console/at/"), location
    assert "../" not in location


def test_an_owner_of_a_branch_gives_nobody_more_than_they_have(office: Office) -> None:
    clerk = office.clerk("owner", branches=("north",), email="north@musterwerk.example")
    form = {"form": clerk.open("users").csrf, "name": "A", "language": "en", "role": "owner"}
    for branches in ("", "south", "north, south"):
        clerk.send("users/invite", **form, email="a@example.com", branches=branches)
        assert clerk.status == 403, branches
    office.clerk("collector", email="c@musterwerk.example")
    sent = {**form, "email": "c@musterwerk.example"}
    assert clerk.send("users/grant", **sent, branches="").status == 403
    known = services().users.by_email("c@musterwerk.example")
    assert known.grants == (Grant(CREDITOR, "collector"),)


def test_who_has_some_branches_changes_nothing_that_holds_for_all(office: Office) -> None:
    clerk = office.clerk("owner", branches=("north",), email="north@musterwerk.example")
    key = clerk.open("users").csrf
    for action in ("approvals/limits", "settings/keys", "settings/desks", "settings/bank"):
        clerk.send(action, form=key, name="x", scopes="accounts:read", write_off="")
        assert clerk.status == 403, action
    whole = office.clerk("owner", email="whole@musterwerk.example")
    key = whole.open("users").csrf
    assert whole.send("approvals/limits", form=key, write_off="10", refund="").status == 200
