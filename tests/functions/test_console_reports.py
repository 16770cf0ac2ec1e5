"""Reports in the console: what a manager sees at a glance, changes, keeps, downloads and sends."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from saldo.accounts.message_prices import MessagePrices
from saldo.accounts.model import Account
from saldo.figures.shapes import REPORTS
from saldo.payments.provider_fee import ProviderFee
from saldo.people.model import Grant, User
from saldo.store import Put
from saldo.worklist.desks import Desks
from tests.books import ACCOUNT, CREDITOR, ListQueue
from tests.figured import FiguredBooks
from tests.functions.clerk import Clerk, Office, office_of

DUE = date(2026, 11, 3)


@pytest.fixture
def books() -> FiguredBooks:
    books = FiguredBooks()
    books.begin(
        books.invoice("RE-1", 11900, due_on=DUE, already_sent=True),
        books.invoice("RE-2", 50000, due_on=date(2026, 12, 20), already_sent=True),
        books.invoice("US-1", 7000, due_on=DUE, currency="USD", already_sent=True),
    )
    books.open_account("10002")
    books.push(books.invoice("RE-3", 20000, account="10002", due_on=DUE, already_sent=True))
    books.pay("RE-3", 20000)
    desks = Desks(books.store, books.clock, books.ids)
    desks.put(CREDITOR, ACCOUNT, "x", collector="kim@musterwerk.example", sales=None, branch="Nord")
    books.count()
    return books


def _sample_account(books: FiguredBooks) -> Account:
    found = books.store.get(Account, CREDITOR, ACCOUNT)
    assert found is not None
    return found


@pytest.fixture
def queue() -> ListQueue:
    return ListQueue()


@pytest.fixture
def office(books: FiguredBooks, queue: ListQueue) -> Iterator[Office]:
    with office_of(books, report_queue=queue) as made:
        yield made


@pytest.fixture
def manager(office: Office) -> Clerk:
    return office.clerk("manager")


def test_a_manager_sees_everything_at_a_glance_each_currency_by_itself(manager: Clerk) -> None:
    manager.open("reports")
    assert manager.status == 200, manager.said
    assert "619.00 EUR" in manager.said and "70.00 USD" in manager.said
    assert "689" not in manager.said
    assert "DSO" in manager.said and "Collected" in manager.said
    assert "the month before –" in manager.said  # nothing was sold in October
    assert "Beispiel AG" in manager.said
    assert "All reports" in manager.said


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("language", ["de", "en", "nl"])
def test_every_report_shows_in_every_language(office: Office, report: str, language: str) -> None:
    clerk = office.clerk("manager", language=language)  # type: ignore[arg-type]
    clerk.open("reports", report=report)
    assert clerk.status == 200, clerk.said
    assert "<h1>" in clerk.html


def test_a_chart_says_what_it_shows_and_stands_beside_its_table(manager: Clerk) -> None:
    manager.open("reports", report="aging", by="kind")
    drawings = re.findall(r"<svg class=\"chart.*?</svg>", manager.html, re.DOTALL)
    assert [one.partition('"')[2].partition('"')[0] for one in drawings] == [
        "chart broad",
        "chart slim",
    ] * 2
    for drawing in drawings:
        svg = ET.fromstring(drawing)
        names = (svg.get("aria-labelledby") or "").split()
        found = [one for one in svg if one.get("id") in names]
        assert [one.tag for one in found] == ["title", "desc"]
        assert all(one.text for one in found)
        assert svg.get("role") == "img"
    assert manager.html.count("<table") == 2
    assert "style=" not in manager.html


def test_columns_groups_and_filters_are_chosen_by_a_form(manager: Clerk) -> None:
    manager.open("reports", report="aging")
    assert "Not due" in manager.said
    manager.open("reports?report=aging&shaped=1&columns=overdue&by=branch&by=country&ages=10,20")
    assert "Nord" in manager.said and "Overdue" in manager.said
    head = re.search(r"<thead>.*?</thead>", manager.html, re.DOTALL)
    assert head is not None
    assert "Not due" not in head[0]
    manager.open("reports?report=aging&shaped=1&branch=S%C3%BCd")
    assert "There is nothing to show yet." in manager.said


def test_days_of_one_s_own_are_chosen_kept_and_checked(office: Office, manager: Clerk) -> None:
    manager.open("reports?report=cash&from=2026-11-01&to=2026-11-21")
    assert 'name="from" type="date" value="2026-11-01"' in manager.html
    assert "200.00" in manager.said
    manager.press("reports/save", title="To the 21st")
    (kept,) = office.services.report_views.list(CREDITOR)
    assert (kept.asked.first, kept.asked.last) == (date(2026, 11, 1), date(2026, 11, 21))
    manager.open("reports?report=cash&from=2026-11-22&to=2026-11-30")
    assert "200.00" not in manager.said
    manager.open("reports?report=cash&from=2026-11-22")
    assert manager.status == 400 and "a first and a last one" in manager.said


def test_a_list_is_as_long_as_somebody_likes_it(books: FiguredBooks, manager: Clerk) -> None:
    books.push(books.invoice("RE-9", 100, account="10002", due_on=DUE))
    books.count()
    assert "10002" in manager.open("reports", report="debtors", limit="500").said
    assert 'name="limit" type="number" value="500"' in manager.html
    assert "10002" not in manager.open("reports", report="debtors", limit="1").said
    assert manager.open("reports", report="debtors", limit="501").status == 400


def test_a_row_of_an_aging_leads_to_who_owes_it(manager: Clerk) -> None:
    manager.open("reports", report="aging", by="branch", kind="business")
    (to,) = set(re.findall(r'reports\?(report=debtors[^"]+)', manager.html))
    assert to.replace("&amp;", "&") == "report=debtors&kind=business&branch=Nord"
    manager.open(f"reports?{to.replace('&amp;', '&')}")
    assert f"account?number={ACCOUNT}" in manager.html


def test_a_report_that_cannot_be_is_told_so(manager: Clerk) -> None:
    assert manager.open("reports", report="aging", ages="90,30").status == 400
    assert manager.open("reports", report="weather").status == 404


def test_an_account_of_a_list_leads_to_its_page(manager: Clerk) -> None:
    manager.open("reports", report="debtors")
    assert f"account?number={ACCOUNT}" in manager.html
    assert "10002" not in manager.said  # paid everything


def test_files_hold_what_the_page_shows(manager: Clerk) -> None:
    manager.open("reports/csv", report="aging", by="branch", columns="total")
    assert manager.body.decode("utf-8-sig").splitlines() == [
        "currency,branch,total", "EUR,Nord,619.00", "USD,Nord,70.00",
    ]  # fmt: skip
    manager.open("reports/xlsx", report="aging", by="branch", columns="total")
    assert load_workbook(io.BytesIO(manager.body))["EUR"]["B5"].value == 619
    manager.open("reports/pdf", report="aging", by="branch")
    assert manager.body.startswith(b"%PDF-")
    assert manager.headers["content-type"] == "application/pdf"


def test_a_report_is_kept_shown_sent_and_removed(manager: Clerk, queue: ListQueue) -> None:
    manager.open("reports", report="aging", by="branch")
    manager.press(
        "reports/save", title="Age by branch", roles=["manager"], every="week", on="1", hour="7",
        to="manager@musterwerk.example", formats=["pdf", "csv"],
    )  # fmt: skip
    assert "The report is kept." in manager.said, manager.said
    assert "Age by branch" in manager.said and "Nord" in manager.said
    manager.press("reports/send")
    assert "The report is on its way." in manager.said
    assert [job.to for job in queue.jobs] == ["manager@musterwerk.example"]
    manager.press("reports/save", title="Renamed")
    assert "Renamed" in manager.open("reports").said
    assert "Age by branch" not in manager.said
    manager.open(re.findall(r"reports\?view=\w+", manager.html)[0]).press("reports/remove")
    assert "kept no longer" in manager.said


def test_a_form_that_is_pressed_twice_sends_one_report(
    books: FiguredBooks, manager: Clerk, queue: ListQueue
) -> None:
    manager.open("reports", report="aging", by="branch")
    manager.press(
        "reports/save", title="Age by branch", roles=["manager"], every="week", on="1", hour="7",
        to="manager@musterwerk.example", formats=["pdf"],
    )  # fmt: skip
    form, _ = manager._form("reports/send")
    for _ in range(2):
        manager.send("reports/send", **form)
        assert "The report is on its way." in manager.said
        books.clock.advance(timedelta(seconds=2))
    assert len(queue.jobs) == 1
    manager.press("reports/send")
    assert len(queue.jobs) == 2, "the page that answers has a form of its own"


def test_a_mailing_to_nobody_is_refused_with_what_was_typed(manager: Clerk) -> None:
    manager.open("reports", report="aging")
    manager.press("reports/save", title="Mine", every="day", to="")
    assert manager.status == 400
    assert "1 to 20 people" in manager.said
    assert 'value="Mine"' in manager.html


def test_a_kept_report_is_for_its_roles(office: Office, manager: Clerk) -> None:
    manager.open("reports", report="cash").press("reports/save", title="Cash", roles=["manager"])
    (view,) = office.services.report_views.list(CREDITOR)
    collector = office.clerk("collector")
    assert "Cash and movements" in collector.open("reports").said
    assert "Kept reports" not in collector.said
    assert collector.open("reports", view=view.id).status == 404
    assert not collector.open("reports", report="cash").has_form("reports/save")
    collector.send("reports/save", title="Mine", query="report=cash")
    assert collector.status == 403


def test_who_steers_several_companies_sees_them_side_by_side(
    books: FiguredBooks, office: Office
) -> None:
    books.open_creditor(id="other", name="Andere Werke GmbH")
    account = replace(_sample_account(books), creditor="other")
    books.intake.put_accounts([account])
    books.push(replace(books.invoice("AW-1", 33300, due_on=DUE), creditor="other"))
    books.count()
    clerk = office.clerk("owner")
    assert "Andere Werke GmbH" not in clerk.open("reports").said
    user = books.store.get(User, *clerk.user.key)
    assert user is not None
    both = (*user.grants, Grant("other", "auditor"))
    books.store.commit([Put(replace(user, grants=both), expect=None)])
    said = clerk.open("reports").said
    assert "Andere Werke GmbH 333.00" in said
    assert "Musterwerk GmbH 619.00" in said


def test_sales_sees_no_report(office: Office) -> None:
    assert office.clerk("sales").open("reports").status == 403


def test_who_sees_one_branch_sees_its_figures_alone(office: Office) -> None:
    south = office.clerk("manager", branches=("Süd",), email="south@musterwerk.example")
    assert "619.00" not in south.open("reports").said
    assert "619.00" not in south.open("reports?report=aging&branch=Nord").said
    north = office.clerk("manager", branches=("Nord",), email="north@musterwerk.example")
    assert "619.00" in north.open("reports", report="aging").said


def test_what_is_overdue_and_left_alone_is_seen(books: FiguredBooks, office: Office) -> None:
    books.clock.advance(timedelta(days=20))
    clerk = office.clerk("collector").open("reports", report="unattended", idle="14")
    assert "Beispiel AG" in clerk.said
    assert "€" not in clerk.said


@pytest.mark.parametrize(
    ("report", "by"), [("collectors", "collector"), ("aging", "collector"), ("debtors", "")]
)
def test_a_collector_sees_no_colleague_s_figures_in_a_report(
    office: Office, report: str, by: str
) -> None:
    asked = {"report": report, "shaped": "1", **({"by": by} if by else {})}
    manager = office.clerk("manager").open("reports", **asked)
    other = office.clerk("collector", email="lou@musterwerk.example").open("reports", **asked)
    assert other.status == 200, other.html
    tables = [re.findall(r"<tbody>.*?</tbody>", one.html, re.DOTALL) for one in (manager, other)]
    if by:
        assert "kim@musterwerk.example" in "".join(tables[0])
        assert "kim@musterwerk.example" not in "".join(tables[1])
        forged = other.open("reports/csv", **asked, collector="kim@musterwerk.example")
        assert "kim@musterwerk.example" not in forged.body.decode("utf-8", "replace")
    else:
        assert tables[0] == tables[1], "what compares nobody is for everybody"


def test_a_collector_sees_their_own_figures(office: Office) -> None:
    kim = office.clerk("collector", email="kim@musterwerk.example")
    kim.open("reports", report="aging", by="collector", shaped="1")
    assert "kim@musterwerk.example" in "".join(
        re.findall(r"<tbody>.*?</tbody>", kim.html, re.DOTALL)
    )


def paid_out(books: FiguredBooks) -> None:
    """A provider paid RE-3 out, and kept three euros."""
    kept = (CREDITOR, "10002", "sandbox", "po-1", "EUR", date(2026, 11, 18), 300, 20000, 1)
    books.store.commit([Put(ProviderFee(*kept))])
    books.count()


def test_an_owner_says_what_the_cloud_bills_and_the_report_reckons_with_it(
    books: FiguredBooks, office: Office
) -> None:
    paid_out(books)
    owner = office.clerk("owner", language="de").open("reports", report="costs")
    assert owner.said.count("nicht angegeben") > 1, owner.said  # once where it is explained
    owner.press("reports/running", currency="eur", per_month="31,40", per_invoice="0,012")
    assert "Der Bericht rechnet damit." in owner.said, owner.said
    (said,) = books.accounts.creditor(CREDITOR).running_costs
    assert (said.since, said.month_minor) == (date(2026, 11, 1), 3140)
    assert said.invoice_millionths == 12000
    assert "Ab 2026-11: 31,40\xa0€ im Monat, 0.012 EUR je Rechnung" in owner.html
    assert owner.said.count("nicht angegeben") == 1
    owner.press("reports/running-end")
    assert books.accounts.creditor(CREDITOR).running_costs == ()
    assert owner.press("reports/running", currency="EUR").status == 400


def test_an_owner_says_what_messages_cost(books: FiguredBooks, office: Office) -> None:
    owner = office.clerk("owner", language="en").open("reports", report="costs")
    assert "The prices of messages are assumed." in owner.said
    owner.press("reports/prices", letter="0,89", email="", sms="", call="", registered="")
    own = books.accounts.creditor(CREDITOR).message_prices
    assert own == MessagePrices("EUR", {"letter": "0.89"})
    assert "are assumed" not in owner.said
    owner.send("reports/prices", form=owner.csrf, currency="EUR")
    assert books.accounts.creditor(CREDITOR).message_prices is None
    assert owner.send("reports/prices", form=owner.csrf, currency="EUR", sms="dear").status == 400


def test_channels_by_which_nothing_went_take_no_room(office: Office) -> None:
    manager = office.clerk("manager", language="en").open("reports", report="costs")
    (head,) = {*re.findall(r"<thead>.*?</thead>", manager.html, re.DOTALL)}
    assert "Registered post" not in head and "Provider fees" in head
    manager.open("reports?report=costs&shaped=1&columns=cost&columns=cost_registered")
    (head,) = {*re.findall(r"<thead>.*?</thead>", manager.html, re.DOTALL)}
    assert "Registered post" in head


def test_running_costs_are_for_owners_to_say(books: FiguredBooks, office: Office) -> None:
    manager = office.clerk("manager").open("reports", report="costs")
    assert not manager.has_form("reports/running")
    manager.send(
        "reports/running", form=manager.csrf, since="2026-11", currency="EUR", per_month="5"
    )
    assert manager.status == 403
    assert books.accounts.creditor(CREDITOR).running_costs == ()


def test_a_manager_sees_what_last_month_s_money_cost(books: FiguredBooks, office: Office) -> None:
    paid_out(books)
    books.clock.move_to(books.clock.now().replace(month=12, day=5))
    manager = office.clerk("manager").open("reports")
    assert re.search(
        r"Cost per 100 collected 1\.5\d EUR Nov 2026, without Running costs", manager.said
    )


def test_a_report_of_what_nobody_looks_after_is_kept_as_it_was_seen(
    office: Office, manager: Clerk
) -> None:
    """Accounts without a collector are a choice like any other: "" stands in the address."""
    manager.open("reports?report=aging&shaped=1&collector=")
    before = manager.said
    assert "200.00" not in before  # RE-1, RE-2 and US-1 are Kim's, and RE-3 is paid
    manager.press("reports/save", title="Nobody's")
    (kept,) = office.services.report_views.list(CREDITOR)
    assert kept.asked.filters == {"collector": [""]}
