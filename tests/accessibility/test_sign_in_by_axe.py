"""The pages around signing in, the people and what waits for two of them, judged by axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from saldo.people.links import PersonJob
from saldo.people.model import Grant
from saldo.wiring import services
from tests.accessibility.test_pay_pages_by_axe import judged, with_judge
from tests.books import ACCOUNT, CREDITOR, Books, ListQueue
from tests.functions.clerk import HERE, Clerk, Office, office_of

CLARA, PASSWORD = "clara@example.com", "Correct-Horse-9"


@dataclass
class Scene:
    office: Office
    owner: Clerk
    link: str


@pytest.fixture
def scene() -> Iterator[Scene]:
    books = Books()
    books.begin(books.invoice("RE-1", 60000))
    with office_of(books, person_queue=ListQueue(), providers={}) as office:
        parts = services()
        grant = Grant(CREDITOR, "collector", ("Kiel",))
        parts.staffing.invite(CLARA, "Clara", "de", [grant], by="cli")
        parts.identity.set_password(CLARA, PASSWORD)
        parts.four_eyes.set_rule(
            CREDITOR, write_off_minor=0, refund_minor=0, by="owner@example.com"
        )
        manager = office.clerk("manager")
        manager.open("account", number=ACCOUNT)
        manager.press("account/write-off", invoice="RE-1", amount="600.00", reason="Insolvent")
        made = parts.password_links.link_for(PersonJob(CLARA, "invitation", books.clock.now()))
        assert made is not None
        yield Scene(office, office.clerk("owner"), made[0])


def _page(browser: Browser, office: Office, window: str) -> Page:
    light, wide, language = window.split("-")
    context = browser.new_context(
        color_scheme="light" if light == "light" else "dark",
        viewport={"width": 1280 if wide == "wide" else 390, "height": 800},
        reduced_motion="reduce",
    )

    def answer(route: Route) -> None:
        asked = route.request
        headers = {**asked.all_headers(), "accept-language": language}
        status, told, body = office.http.request(
            asked.method, asked.url, headers, asked.post_data_buffer
        )
        route.fulfill(status=status, headers=told, body=body)

    context.route("**/*", answer)
    return with_judge(context).new_page()


def _faults(page: Page, wrong: dict[str, Any], name: str) -> None:
    found = judged(page)
    if page.evaluate("() => document.documentElement.scrollWidth > innerWidth + 1"):
        found.append("runs off the side")
    if found:
        wrong[name] = found


@pytest.mark.parametrize(
    "window", ["light-narrow-de", pytest.param("dark-wide-en", marks=pytest.mark.long)]
)
def test_everybody_can_come_in(browser: Browser, scene: Scene, window: str) -> None:
    page, wrong = _page(browser, scene.office, window), dict[str, Any]()
    for path in ("", "/forgotten", "/sent", f"/link/{scene.link}", "/link/spent"):
        page.goto(f"{HERE}/console/sign-in{path}")
        _faults(page, wrong, path)
    page.goto(f"{HERE}/console/sign-in")
    page.fill("[name=email]", CLARA)
    page.fill("[name=password]", "wrong")
    page.click("main button")
    _faults(page, wrong, "wrong password")

    held = [
        {"name": name, "value": value, "url": HERE, "secure": True}
        for name, value in scene.owner.cookies.items()
    ]
    page.context.add_cookies(held)  # type: ignore[arg-type]  # as the browser wants them
    for path in ("prove?to=at/x", "app", "password", "me"):
        page.goto(f"{HERE}/console/sign-in/{path}")
        _faults(page, wrong, path)
    services().identity.create(scene.owner.user.email)
    services().identity.set_password(scene.owner.user.email, PASSWORD)
    page.goto(f"{HERE}/console/sign-in/app")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.locator(".qr svg").wait_for()
    _faults(page, wrong, "setting up an app")
    for path in (f"users?id={services().users.by_email(CLARA).id}", "approvals"):
        page.goto(f"{HERE}/console/at/{CREDITOR}/{path}")
        page.evaluate("() => document.querySelectorAll('.drawer').forEach(d => d.open = true)")
        _faults(page, wrong, path)
    page.context.close()
    assert wrong == {}
