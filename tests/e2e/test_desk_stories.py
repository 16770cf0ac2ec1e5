"""What people of the seller do beside the list, on the deployed template: whom they have told by
mail, what they write by hand, how work is shared out, and what asks for the password again.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import boto3
import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.letters import content_of
from saldo.clock import FixedClock
from saldo.ids import fingerprint
from saldo.people.model import PROOF_LIFE, ConsoleSession, Grant, User, UserEmail, email_hash
from saldo.people.rights import Role
from saldo.reminders.by_hand.model import WrittenMessage
from saldo.settings import Settings
from saldo.store import Put
from saldo.wiring import Services
from tests.browser.office import Desk
from tests.e2e.conftest import Erp
from tests.e2e.test_channel_stories import HOME, SECONDS, hand_letters_over, until
from tests.e2e.test_console_stories import desk_of, looked_after
from tests.e2e.test_people_stories import PASSWORD, people

pytestmark = pytest.mark.e2e

__all__ = ["people"]


def contested(erp: Erp, invoice: str) -> None:
    """Have the ERP tell that the customer contests an invoice."""
    told = {"id": f"D-{invoice}", "invoice": invoice, "reason": "quality", "text": "It leaks."}
    answer = erp.call("POST", "/v1/disputes", told)
    assert answer["state"] == "open", answer


def written(erp: Erp) -> list[WrittenMessage]:
    return list(erp.services.store.list(WrittenMessage, erp.creditor, erp.account))


def composed(desk: Desk, erp: Erp, channel: str, text: str, subject: str) -> None:
    """Write a message in the console, as far as the look at it."""
    desk.open(f"account/compose?number={erp.account}&channel={channel}")
    desk.do("account/compose", subject=subject, text=text)
    desk.sees("Nothing has been sent yet.")


def test_a_lawyer_is_told_of_a_dispute_until_the_link_in_the_mail_stops_it(
    erp: Erp, page: Page
) -> None:
    lawyer = f"kanzlei-{erp.creditor}@law.example"
    order = {"account": erp.account, "email": lawyer, "why": "lawyer", "pace": "at-once",
             "families": ["disputes"]}  # fmt: skip
    assert erp.call("POST", "/v1/watchers", order)["ended"] is None
    erp.push_invoice("RE-1", due_in_days=-1)
    contested(erp, "RE-1")
    mails = erp.cloud.mailbox
    (mail,) = until(lambda: mails.find(lawyer), bool, "the lawyer's mail")
    text = mail.body("plain")
    assert "Beispiel Ltd" not in text and "119" not in text, "somebody outside reads no names"
    page.goto(next(word for word in text.split() if f"{erp.cloud.public_url}/watch/" in word))
    page.locator("form button.first").click()
    expect(page.locator(".medal.paid")).to_be_visible()
    assert erp.call("GET", f"/v1/watchers?account={erp.account}")["items"] == []
    settled = {"account": erp.account, "id": "D-RE-1", "agreed": "0.00", "currency": "EUR",
               "text": "It was the wrong tap.", "credit_note": False}  # fmt: skip
    assert erp.call("POST", "/v1/disputes/settle", settled)["state"] != "open"
    assert len(erp.webhooks("dispute.settled") + erp.webhooks("dispute.rejected", 0)) == 1
    assert mails.find(lawyer) == [mail], "who stopped them hears no more"


@pytest.mark.long
def test_a_colleague_named_on_an_account_reads_its_name_and_comes_to_its_page(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    looked_after(erp, people["collector"])
    erp.push_invoice("RE-1", due_in_days=-1)
    came_once(browser, erp, people["collector"])
    with desk_of(browser, erp, people["manager"]) as desk:
        desk.open(f"account?number={erp.account}")
        desk.do("account/watch", email=people["collector"], why="account manager", pace="at-once")
        desk.sees("They are told from now on.")
        contested(erp, "RE-1")
        find = erp.cloud.mailbox.find
        (mail,) = until(lambda: find(people["collector"], "10001"), bool, "the mail")
        assert "Beispiel Ltd" in mail.body("plain") and "account manager" in mail.body("plain")
        here = f"{erp.cloud.public_url}/console/at/{erp.creditor}/account?number={erp.account}"
        assert here in mail.body("plain")
        desk.page.goto(here)
        desk.sees("It leaks.")


@pytest.mark.long
def test_who_wants_their_list_finds_it_in_the_mail_of_the_morning(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    looked_after(erp, people["collector"])
    erp.push_invoice("RE-1", due_in_days=-1)
    contested(erp, "RE-1")
    with desk_of(browser, erp, people["collector"]) as desk:
        desk.open("today")
        desk.do("today/morning")
        desk.sees("Your list comes by mail")
    path = f"/v1/work?{urlencode({'holder': people['collector']})}"
    until(lambda: erp.call("GET", path)["items"], bool, "the item of the dispute")
    morning_comes(erp)
    find = erp.cloud.mailbox.find
    (mail,) = until(lambda: find(people["collector"], "Your list this morning"), bool, "the list")
    assert mail.subject.endswith("1 item") and "Beispiel Ltd" in mail.body("plain")
    assert f"/console/at/{erp.creditor}/today" in mail.body("plain")
    morning_comes(erp)
    said = [one for one in entries(erp) if one["what"] == "setting.changed"]
    assert [one["by"] for one in said] == [people["collector"]]
    assert find(people["collector"], "Your list this morning") == [mail], "one a day"


@pytest.mark.long
def test_a_mail_by_hand_begins_with_a_text_is_seen_first_and_leaves_once(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    looked_after(erp, people["collector"])
    erp.push_invoice("RE-1", due_in_days=-5)
    with desk_of(browser, erp, people["collector"]) as desk:
        desk.open(f"account/compose?number={erp.account}&channel=email")
        desk.page.get_by_role("link", name="Open amount").click()
        desk.page.wait_for_url("**starter=**")
        form = desk.page.locator('form[action$="/account/compose"]').first
        assert "119" in form.locator('[name="text"]').input_value(), "what is open is filled in"
        form.locator('[name="subject"]').fill("About your call")
        form.locator("button").last.click()
        desk.sees("Nothing has been sent yet.")
        with desk.page.expect_popup() as looked:
            desk.page.get_by_role("button", name="See it as a mail").click()
        expect(looked.value.get_by_text("119").first).to_be_visible()
        looked.value.close()
        assert written(erp) == []
        desk.page.get_by_role("button", name="Send", exact=True).dblclick()
        desk.sees("The message is on its way.")
        erp.cloud.wait_for_mail(erp.address, "About your call", seconds=SECONDS)
        desk.open(f"account?number={erp.account}")
        desk.sees("Written (e-mail)")
    (one,) = written(erp)
    assert one.by == people["collector"]
    assert erp.subjects().count("About your call") == 1


@pytest.mark.long
def test_a_letter_by_hand_is_seen_as_it_is_printed_and_found_by_the_print_service(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    account = {"number": erp.account, "name": "Beispiel Ltd", "kind": "business", "country": "DE",
               "language": "en", "address": HOME}  # fmt: skip
    assert erp.call("POST", "/v1/accounts", {"records": [account]})["counts"]["accepted"] == 1
    looked_after(erp, people["collector"])
    erp.push_invoice("RE-1", due_in_days=-5)
    with desk_of(browser, erp, people["collector"]) as desk:
        composed(desk, erp, "letter", "We could not reach you.", "Please call us")
        with desk.page.expect_download() as download:
            desk.page.get_by_role("button", name="See the letter (PDF)").click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")
        desk.page.get_by_role("button", name="Send", exact=True).click()
        desk.sees("The message is on its way.")
    letter = erp.cloud.wait_for_letter(erp.creditor, SECONDS)
    s3, bucket = erp.cloud.clients.s3, erp.cloud.outputs["LettersBucketName"]
    pdf = content_of(s3, bucket, letter.file)
    assert pdf is not None and pdf.startswith(b"%PDF-")
    hand_letters_over(erp)
    assert len(written(erp)) == 1


@pytest.mark.long
def test_work_is_shared_out_by_whoever_manages(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    other = f"other+{erp.creditor}@example.com"
    user = User(
        other, other, "Kim Example", "en", "active", (Grant(erp.creditor, "collector"),), version=1
    )
    erp.services.store.commit([Put(user), Put(UserEmail(email_hash(other), other))])
    numbers = [f"2000{n}" for n in range(6)]
    for number in numbers:
        customer(erp, number)
        replace(erp, account=number).push_invoice(f"RE-{number}", due_in_days=-1)
    rules = {"rules": [{"collector": people["collector"]}]}
    assert "rules" in erp.call("PUT", "/v1/desks/rules", rules)
    came_once(browser, erp, people["collector"])
    for number in numbers:
        contested(erp, f"RE-{number}")
    moves = until(lambda: erp.call("GET", "/v1/work/balance")["moves"], bool, "a proposal")
    assert {one["giver"] for one in moves} == {people["collector"]}
    with desk_of(browser, erp, people["manager"]) as desk:
        desk.open("today/load")
        desk.sees("→")
        shown = desk.page.locator('input[name="account"]')
        proposed = [one.get_attribute("value") for one in shown.all()]
        for one in shown.all()[1:]:
            one.uncheck()
        desk.page.locator('form[action$="/today/balance"] button').last.click()
        desk.sees("The accounts are moved")
    desks = [erp.services.desks.of(erp.creditor, number) for number in numbers]
    assert [n for n, d in zip(numbers, desks, strict=True) if d.collector != people["collector"]] \
        == proposed[:1]  # fmt: skip


@pytest.mark.long
def test_what_was_typed_stays_while_the_password_is_asked_for(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    erp.push_invoice("RE-1", due_in_days=-3)
    with desk_of(browser, erp, people["owner"]) as desk:
        desk.open(f"account?number={erp.account}")
        proven_long_ago(erp, desk)
        desk.do("account/write-off", amount="19.00", reason="Agreed by telephone")
        desk.page.get_by_label("Password").fill(PASSWORD)
        assert "telephone" not in desk.page.url
        desk.page.get_by_role("button", name="Continue").click()
        desk.sees("Nothing has been done yet")
        desk.sees("Agreed by telephone")
        assert erp.invoice("RE-1")["open"] == "119.00"
        desk.page.get_by_role("button", name="Write off", exact=True).dblclick()
        desk.page.wait_for_url("**/account?**")
        assert erp.invoice("RE-1")["open"] == "100.00"


def morning_comes(erp: Erp) -> None:
    """Let the schedule of the work list fire when it is a working day's morning for the creditor.

    From Saturday to Sunday evening it is that nowhere: then Monday's is ordered.
    """
    now = datetime.now(UTC)
    zones = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago")
    at_work = [zone for zone in zones if _is_at_work(now.astimezone(ZoneInfo(zone)))]
    if at_work:
        erp.services.accounts.change_creditor(erp.creditor, time_zone=at_work[0])
        invoked(erp, "work-sweep")
        return
    outputs = erp.cloud.outputs
    settings = Settings(
        table=outputs["TableName"], send_queue=outputs["SendQueueUrl"], is_local=True
    )
    monday = FixedClock(now + timedelta(days=7 - now.weekday()))
    Services(settings, clock=monday).mornings.due(erp.services.accounts.creditor(erp.creditor))


def _is_at_work(now: datetime) -> bool:
    return now.weekday() < 5 and now.hour >= 7


def invoked(erp: Erp, name: str) -> Any:
    """Let a schedule fire: call its function, and return what it answers."""
    function = erp.cloud.outputs["RemindSweepFunctionName"].replace("remind-sweep", name)
    answer = boto3.client("lambda").invoke(FunctionName=function, Payload=b"{}")
    told = answer["Payload"].read()
    assert "FunctionError" not in answer, told
    return json.loads(told)


def came_once(browser: Browser, erp: Erp, email: str) -> None:
    """Have somebody sign in: whoever was invited and never came may see nothing yet."""
    with desk_of(browser, erp, email):
        pass


def customer(erp: Erp, number: str, **more: Any) -> None:
    """Push another customer, who gets no mail."""
    record = {"number": number, "name": f"Beispiel {number} AG", "kind": "business",
              "country": "DE", "language": "en", **more}  # fmt: skip
    answer = erp.call("POST", "/v1/accounts", {"records": [record]})
    assert answer["counts"]["accepted"] == 1, answer


def entries(erp: Erp) -> list[Any]:
    """Return the newest entries of the audit log, once nothing more is added to it."""
    known: list[Any] = []

    def grown() -> bool:
        nonlocal known
        before, known = known, erp.call("GET", "/v1/audit?limit=100")["items"]
        return bool(known) and len(known) == len(before)

    until(grown, bool, "an end of the log")
    return known


def proven_long_ago(erp: Erp, desk: Desk) -> None:
    """Let the last proof of who sits there be too old."""
    (secret,) = [one["value"] for one in desk.page.context.cookies() if "console" in one["name"]]
    store = erp.services.store
    session = store.get(ConsoleSession, fingerprint(secret))
    assert session is not None
    then = session.proven_at - PROOF_LIFE - timedelta(minutes=1)
    store.commit([Put(replace(session, proven_at=then, version=session.version + 1),
                      expect=session.version)])  # fmt: skip
