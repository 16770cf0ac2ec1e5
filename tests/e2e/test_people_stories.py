"""People of the seller on the deployed template: invited by mail, let in by the user pool, and two
of them where one is not enough.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from saldo.adapters.aws import clients
from saldo.ledger.model import JournalEntry
from saldo.people.rights import Role
from saldo.people.totp import code_at
from saldo.settings import Settings
from saldo.wiring import Services
from saldo_cli.sample_people import let_in
from tests.e2e.conftest import Erp

pytestmark = pytest.mark.e2e

PASSWORD = "Correct-Horse-9"


@pytest.fixture
def people(erp: Erp) -> Iterator[dict[Role, str]]:
    """One person of each role of the story's creditor."""
    clients.client_without_retries.cache_clear()
    services = Services(
        Settings(
            table=erp.cloud.outputs["TableName"],
            public_url=erp.cloud.public_url,
            user_pool=erp.cloud.outputs["UserPoolId"],
            user_pool_client=erp.cloud.outputs["UserPoolClientId"],
            is_local=True,
        )
    )
    yield let_in(services, erp.creditor, PASSWORD, apart=True)
    clients.client_without_retries.cache_clear()


def link_mailed_to(erp: Erp, address: str) -> str:
    """Return the link of the mail that somebody got, waiting for it."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        for mail in erp.cloud.mailbox.find(address):
            if found := re.search(r"http\S+/console/sign-in/link/\S+", mail.body("plain")):
                return found[0]
        time.sleep(0.2)
    pytest.fail(f"no invitation came to {address}")


def sign_in(browser: Browser, erp: Erp, email: str) -> Page:
    """Return a browser of its own in which somebody is in, without JavaScript."""
    page = browser.new_context(locale="en-GB", java_script_enabled=False).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{erp.cloud.public_url}/console")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()
    return page


def test_somebody_invited_by_the_erp_comes_in_and_adds_an_app(erp: Erp, page: Page) -> None:
    address = f"new+{erp.creditor}@example.com"
    invited = {"email": address, "name": "New here", "role": "collector"}
    assert erp.call("POST", "/v1/users", invited)["state"] == "invited"
    page.goto(link_mailed_to(erp, address))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Once more").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()

    page.goto(f"{erp.cloud.public_url}/console/sign-in/app")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set up an app").click()
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Six digits").fill(code_at(secret, datetime.now(UTC)))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{erp.cloud.public_url}/console")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Six digits").fill(code_at(secret, datetime.now(UTC)))
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()
    assert [one["state"] for one in erp.call("GET", "/v1/users")["items"]] == ["active"]


def test_a_large_write_off_takes_two_people(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    limits = {"write_off": "50.00", "refund": None, "credit_limit": None}
    assert erp.call("PUT", "/v1/approvals/limits", limits) == limits
    erp.push_invoice("RE-1", "600.00", due_in_days=-3)
    at = f"{erp.cloud.public_url}/console/at/{erp.creditor}"

    manager = sign_in(browser, erp, people["manager"])
    manager.goto(f"{at}/account?number={erp.account}")
    form = manager.locator('form[action$="/account/write-off"]')
    manager.locator("details", has=form).locator("summary").first.click()
    form.locator('[name="reason"]').fill("Insolvent")
    form.get_by_role("button").click()
    expect(manager.get_by_role("alert")).to_contain_text("above what you may give alone")
    assert erp.invoice("RE-1")["open"] == "600.00"

    owner = sign_in(browser, erp, people["owner"])
    owner.goto(f"{at}/approvals")
    owner.get_by_role("button", name="Agree and carry out").click()
    expect(owner.get_by_role("status")).to_contain_text("It is carried out.")
    assert erp.invoice("RE-1")["open"] == "0.00"
    year = str(datetime.now(UTC).year)
    entries = erp.services.store.list(JournalEntry, erp.creditor, erp.account, year, "write-off")
    assert [entry.by for entry in entries] == [f"{people['manager']}, {people['owner']}"]
    manager.context.close()
    owner.context.close()


def test_who_is_let_in_no_more_is_out_with_the_next_click(
    erp: Erp, browser: Browser, people: dict[Role, str]
) -> None:
    collector = sign_in(browser, erp, people["collector"])
    gone = erp.call("POST", "/v1/users/disable", {"email": people["collector"]})
    assert gone["state"] == "disabled"
    collector.goto(f"{erp.cloud.public_url}/console/sign-in/me")
    expect(collector.get_by_role("heading", name="Sign in")).to_be_visible()
    collector.get_by_label("E-mail").fill(people["collector"])
    collector.get_by_label("Password").fill(PASSWORD)
    collector.get_by_role("button", name="Sign in").click()
    expect(collector.get_by_role("alert")).to_contain_text("That is not right")
    collector.context.close()
