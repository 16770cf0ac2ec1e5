"""Reports over the API, counted from the stream, and sent by mail to those who may read them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from functions.figures import app as figures
from saldo.clock import FixedClock
from saldo.codec import encode
from saldo.figures import speech
from saldo.figures.ask import Asked
from saldo.figures.model import ENDS, Counted, Sheet
from saldo.figures.shapes import REPORTS
from saldo.figures.speech import FigureSpeech
from saldo.figures.subjects import ACTS
from saldo.messages.model import MailThrottled, OutgoingMail
from saldo.payments.provider_fee import ProviderFee
from saldo.people.model import Grant, User, UserEmail, email_hash
from saldo.people.rights import Role
from saldo.reports.paper import Paper
from saldo.store import Put
from saldo.wiring import install
from tests.books import ListQueue, Postbox
from tests.functions.erp import ACCOUNT, INVOICE, Erp, World, refusal
from tests.functions.sqs import sqs_event, stream_event

CREDITOR = "musterwerk"
WORDS = Path(speech.__file__).parent / "words"
AT = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)


@dataclass
class Typesetter:
    papers: list[Paper] = field(default_factory=list)

    def pdf(self, paper: Paper) -> bytes:
        self.papers.append(paper)
        return b"%PDF-"


class Office(World):
    """A world whose stream is counted, with people who get reports."""

    def __init__(self) -> None:
        super().__init__(FixedClock(AT))
        self.queue, self.postbox, self.typesetter = ListQueue(), Postbox(), Typesetter()
        parts = {"report_queue": self.queue, "mailer": self.postbox, "papers": self.typesetter}
        self.services.__dict__.update(parts)

    def count(self) -> dict[str, int]:
        records = [r for r in self.commits if not type(r).__module__.startswith("saldo.figures")]
        self.commits.clear()
        return figures.count(stream_event(records), None)

    def person(self, email: str, role: Role, language: Any = "de", **more: Any) -> None:
        grants = (Grant(CREDITOR, role, **more),)
        user = User(email, email, "Kim Muster", language, "active", grants, AT, version=1)
        self.services.store.commit([Put(user), Put(UserEmail(email_hash(email), email))])

    def work(self) -> list[OutgoingMail]:
        """Do what the queue holds; return the mails that left."""
        before = len(self.postbox.mails)
        for job in self.queue.take():
            figures.send(sqs_event(encode(job)), None)
        return self.postbox.mails[before:]


@pytest.fixture
def office() -> Iterator[Office]:
    office = Office()
    yield office
    install(None)


@pytest.fixture
def erp(office: Office) -> Erp:
    erp = office.erp()
    erp.begin()
    other = {**INVOICE, "number": "US-1", "currency": "USD", "amount": "70.00"}
    assert erp.put("/v1/invoices", other).status == 201
    office.count()
    return erp


def saved(erp: Erp, **changes: Any) -> dict[str, Any]:
    mailing = {"every": "week", "on": 1, "hour": 7, "to": ["Kim@musterwerk.example"],
               "formats": ["pdf", "xlsx", "csv"]}  # fmt: skip
    order = {"title": "Wöchentliche Altersstruktur", "report": "aging", "groups": ["country"],
             "mailing": mailing}  # fmt: skip
    answer = erp.call("POST", "/v1/reports/views", {**order, **changes})
    assert answer.status == 200, answer.text
    view: dict[str, Any] = answer.json
    return view


def test_an_erp_reads_the_aging_by_country(erp: Erp) -> None:
    answer = erp.get("/v1/reports/table", report="aging", groups="country", columns="total,1-30")
    assert answer.status == 200
    assert answer.json["rows"] == [
        {"currency": "EUR", "groups": ["DE"], "values": ["119.00", "119.00"]},
        {"currency": "USD", "groups": ["DE"], "values": ["70.00", "70.00"]},
    ]
    assert [one["currency"] for one in answer.json["totals"]] == ["EUR", "USD"]


def test_an_erp_reads_what_collecting_costs(office: Office, erp: Erp) -> None:
    kept = (CREDITOR, ACCOUNT["number"], "stripe", "po-1", "USD", AT.date(), 35, 7000, 1)
    office.services.store.commit([Put(ProviderFee(*kept))])
    office.count()
    asked = {"report": "costs", "columns": "provider_fees,running,cost", "groups": ""}
    before = erp.get("/v1/reports/table", **asked).json
    assert before["not_given"] == ["running"]
    assert {row["currency"]: row["values"] for row in before["rows"]}["USD"] == [
        "0.35", None, "0.35",
    ]  # fmt: skip
    said = [{"since": "2026-12-01", "currency": "USD", "per_month": "31.00", "per_invoice": None}]
    assert erp.call("POST", "/v1/settings", {"running_costs": said}).json["running_costs"] == said
    after = erp.get("/v1/reports/table", **asked).json
    assert after["not_given"] == []
    assert {row["currency"]: row["values"] for row in after["rows"]}["USD"] == [
        "0.35", "4.00", "4.35",
    ]  # fmt: skip
    fees = erp.get("/v1/reports/csv", report="fees", period="this-month").text
    assert fees.splitlines()[-1] == "USD,stripe,0.35,1,70.00,0.50"


def test_the_same_as_a_file(erp: Erp) -> None:
    answer = erp.get("/v1/reports/csv", report="cash", columns="billed", period="last-90-days")
    assert answer.text.lstrip("\ufeff").splitlines() == [
        "currency,week,billed", "EUR,2026-11-02,119.00", "USD,2026-11-02,70.00",
    ]  # fmt: skip


def test_what_reports_there_are(erp: Erp) -> None:
    found = {one["report"]: one for one in erp.get("/v1/reports").json["items"]}
    assert found["stages"]["usual_groups"] == ["stage"]
    assert {"name": "over-120", "kind": "money"} in found["aging"]["columns"]


def test_a_report_that_cannot_be_is_refused(erp: Erp) -> None:
    def code(**query: str) -> tuple[int, str]:
        status, found, _ = refusal(erp.get("/v1/reports/table", **query))
        return status, found

    assert code(report="aging", columns="colour") == (400, "report-not-valid")
    assert code(report="aging", ages="90,x") == (400, "ages-not-valid")
    assert code(report="weather") == (400, "parameter-not-valid")
    assert code(report="cash", **{"from": "2026-12-01"}) == (400, "report-not-valid")


def test_a_key_without_the_scope_sees_no_report(office: Office) -> None:
    poor = office.erp(scopes=["invoices:write"])
    assert refusal(poor.get("/v1/reports"))[:2] == (403, "scope-missing")


def test_the_same_stream_again_counts_nothing_twice(office: Office, erp: Erp) -> None:
    store = office.services.store
    invoices = [*store.list(Counted, CREDITOR, "D-1")]
    before = {s.key: s for s in store.list(Sheet, CREDITOR, "open")}
    assert len(invoices) == 4  # two invoices, and the entry of each
    erp.put("/v1/accounts", {**ACCOUNT, "name": "Anderer Name"})
    office.count()
    office.count()
    assert {s.key: s for s in store.list(Sheet, CREDITOR, "open")} == before


def test_a_row_that_cannot_be_read_holds_up_nobody(office: Office, erp: Erp) -> None:
    event = stream_event([])
    event["Records"] = [{"dynamodb": {"NewImage": {"t": {"S": "unheard-of"}}, "Keys": {}}}]
    assert figures.count(event, None) == {"counted": 0, "unreadable": 1}


def test_a_view_is_sent_on_monday_morning_once(office: Office, erp: Erp) -> None:
    office.person("kim@musterwerk.example", "manager")
    view = saved(erp)
    assert view["next_at"] == "2026-12-07T06:00:00.000000Z"
    assert figures.hourly({}, None)["queued"] == 0
    office.clock.move_to(datetime(2026, 12, 7, 6, 3, tzinfo=UTC))
    assert figures.hourly({}, None)["queued"] == 1
    assert figures.hourly({}, None)["queued"] == 0
    jobs = list(office.queue.jobs)
    (mail,) = office.work()
    assert mail.to_address == "kim@musterwerk.example"
    assert mail.subject == "Wöchentliche Altersstruktur, 7. Dezember 2026"
    assert [file.name for file in mail.attachments] == [
        "aging-2026-12-07.pdf", "aging-2026-12-07.xlsx", "aging-2026-12-07.csv",
    ]  # fmt: skip
    sheet = load_workbook(io.BytesIO(mail.attachments[1].content))["EUR"]
    assert [cell.value for cell in sheet[5]][:2] == ["Deutschland", 119]
    (paper,) = office.typesetter.papers
    assert [table.title for table in paper.tables] == ["EUR", "USD"]
    assert "119,00" in paper.tables[0].rows[0].cells
    for job in jobs:  # the queue hands it out again
        figures.send(sqs_event(encode(job)), None)
    assert len(office.postbox.mails) == 1
    assert erp.get("/v1/reports/views").json["items"][0]["next_at"].startswith("2026-12-14")


def test_a_view_sent_by_hand_in_the_very_second_of_its_schedule_goes_by_both(
    office: Office, erp: Erp
) -> None:
    office.person("kim@musterwerk.example", "manager")
    view = saved(erp)
    office.clock.move_to(datetime(2026, 12, 7, 6, 0, tzinfo=UTC))
    assert erp.call("POST", "/v1/reports/send", {"id": view["id"]}).json["queued"] == 1
    assert figures.hourly({}, None)["queued"] == 1
    assert len(office.work()) == 2
    assert erp.get("/v1/reports/views").json["items"][0]["next_at"].startswith("2026-12-14")


def test_a_view_sent_by_hand_goes_to_each_person_once(office: Office, erp: Erp) -> None:
    office.person("kim@musterwerk.example", "manager")
    view = saved(erp)
    to = ["kim@musterwerk.example", " Kim@musterwerk.example"]
    answer = erp.call("POST", "/v1/reports/send", {"id": view["id"], "to": to})
    assert (answer.status, answer.json["queued"]) == (202, 1)
    assert len(office.work()) == 1


def test_a_view_that_is_sent_to_nobody_is_refused(office: Office, erp: Erp) -> None:
    view = saved(erp, mailing=None)
    answer = erp.call("POST", "/v1/reports/send", {"id": view["id"]})
    assert refusal(answer)[:2] == (400, "report-view-not-valid")
    assert office.work() == []


def test_who_may_not_read_reports_any_more_gets_none(office: Office, erp: Erp) -> None:
    office.person("kim@musterwerk.example", "sales")
    saved(erp)
    office.clock.move_to(datetime(2026, 12, 7, 6, 3, tzinfo=UTC))
    assert figures.hourly({}, None)["queued"] == 1
    assert office.work() == []


def test_who_sees_one_branch_alone_gets_its_figures_alone(office: Office, erp: Erp) -> None:
    office.person("kim@musterwerk.example", "manager", branches=("Nord",))
    view = saved(erp)
    assert erp.call("POST", "/v1/reports/send", {"id": view["id"]}).json["queued"] == 1
    (mail,) = office.work()
    assert b"119.00" not in mail.attachments[2].content


@pytest.mark.parametrize(("role", "reads"), [("manager", True), ("collector", False)])
def test_a_collector_reads_no_colleague_s_figures_in_a_mail_either(
    office: Office, erp: Erp, role: Role, reads: bool
) -> None:
    office.person("kim@musterwerk.example", role)
    view = saved(erp, report="aging", groups=["collector"])
    assert erp.call("POST", "/v1/reports/send", {"id": view["id"]}).json["queued"] == 1
    (mail,) = office.work()
    assert (b"119.00" in mail.attachments[-1].content) is reads


def test_a_busy_mail_service_is_asked_again(office: Office, erp: Erp) -> None:
    office.person("kim@musterwerk.example", "manager")
    view = saved(erp)
    assert erp.call("POST", "/v1/reports/send", {"id": view["id"]}).status == 202
    (job,) = office.queue.take()
    office.postbox.fails.append(MailThrottled("busy"))
    answer = figures.send(sqs_event(encode(job)), None)
    assert answer["batchItemFailures"]
    figures.send(sqs_event(encode(job), receives=2), None)
    assert len(office.postbox.mails) == 1


def test_a_mail_that_a_crash_left_unqueued_is_found(office: Office, erp: Erp) -> None:
    office.person("kim@musterwerk.example", "manager")
    saved(erp)
    office.clock.move_to(datetime(2026, 12, 7, 6, 3, tzinfo=UTC))
    figures.hourly({}, None)
    office.queue.take()  # lost
    office.clock.advance(timedelta(hours=1))
    assert figures.hourly({}, None)["queued"] == 1
    assert len(office.work()) == 1


def test_views_are_changed_and_removed(office: Office, erp: Erp) -> None:
    view = saved(erp)
    same = saved(erp, id=view["id"], title="Anders", mailing=None, roles=["manager"])
    assert (same["id"], same["title"], same["next_at"]) == (view["id"], "Anders", None)
    assert len(erp.get("/v1/reports/views").json["items"]) == 1
    views = office.services.report_views
    assert views.list(CREDITOR, "collector") == []
    assert len(views.list(CREDITOR, "manager")) == len(views.list(CREDITOR, "owner")) == 1
    assert erp.call("POST", "/v1/reports/views/remove", {"id": view["id"]}).status == 200
    gone = erp.call("POST", "/v1/reports/views/remove", {"id": view["id"]})
    assert refusal(gone)[:2] == (404, "report-view-unknown")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "   "},
        {"mailing": {"every": "week", "on": 9, "hour": 7, "to": ["a@b.example"],
                     "formats": ["csv"]}},
        {"mailing": {"every": "day", "hour": 7, "to": [" "], "formats": ["csv"]}},
        {"groups": ["day"]},
    ],
)  # fmt: skip
def test_a_view_that_cannot_be_is_refused(erp: Erp, wrong: dict[str, Any]) -> None:
    order = {"title": "Altersstruktur", "report": "aging", **wrong}
    answer = erp.call("POST", "/v1/reports/views", order)
    assert answer.status == 400
    assert refusal(answer)[1] in ("report-view-not-valid", "report-not-valid", "field-not-valid")


def test_the_end_of_a_day_is_kept_once_and_soon_after(office: Office, erp: Erp) -> None:
    store = office.services.store
    assert figures.hourly({}, None)["days"] == 0  # ten in the morning is too late
    office.clock.move_to(datetime(2026, 11, 30, 23, 3, tzinfo=UTC))  # 00:03 in Berlin
    assert figures.hourly({}, None)["days"] == 1
    assert figures.hourly({}, None)["days"] == 0
    ends = list(store.list(Sheet, CREDITOR, ENDS, "2026-11-30"))
    assert {end.currency: end.values for end in ends} == {
        "EUR": {"1-30": 11900}, "USD": {"1-30": 7000},
    }  # fmt: skip
    office.clock.move_to(AT)
    answer = erp.get("/v1/reports/table", report="collecting", columns="open_at_end,effectiveness")
    rows = {(r["currency"], r["groups"][0]): r["values"] for r in answer.json["rows"]}
    assert rows["EUR", "2026-11"] == ["119.00", 0.0]


def test_the_night_finds_figures_that_differ(office: Office, erp: Erp) -> None:
    assert figures.verify({}, None) == {"differences": 0}
    sheet = next(iter(office.services.store.list(Sheet, CREDITOR, "open")))
    office.services.store.commit(
        [Put(Sheet(*sheet.id, {"16.minor": 1, "16.count": 1}, 9), expect=None)]
    )
    assert figures.verify({}, None) == {"differences": 1}


@pytest.mark.parametrize("language", ["de", "nl"])
def test_every_language_says_the_same_things(language: str) -> None:
    def words(one: str) -> dict[str, set[str]]:
        said: dict[str, str] = json.loads((WORDS / f"{one}.json").read_text("utf-8"))
        return {key: set(re.findall(r"{\w+}", text)) for key, text in said.items()}

    assert words(language) == words("en")
    say = FigureSpeech(language)
    for report in REPORTS:
        assert say.report(report)
        shape = Asked(report).shape
        assert all(say.column(report, column) for column in shape.columns)
        assert all(say.group(group) for group in shape.groups)
    assert all(say(f"acted.{act}") for act in ACTS)
