"""A seller with its office: the same world, with the console and somebody who works in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, expect

from saldo.people.model import Grant, User, UserEmail, email_hash
from saldo.people.rights import Role
from saldo.store import Put
from tests.browser.seller import ACCOUNT, CREDITOR, START, Seller
from tests.browser.site import Site


@dataclass
class Desk:
    """Somebody's browser, signed in to the console. What a script or an answer does to the page
    lands in `troubles`.
    """

    page: Page
    root: str
    come_in: Callable[[Page], None]
    creditor: str = CREDITOR
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on(
            "console",
            lambda said: self.troubles.append(said.text) if said.type == "error" else None,
        )

    def next_day(self) -> None:
        """Sign in again: over night the session ended."""
        self.come_in(self.page)

    def open(self, screen: str) -> None:
        self.page.goto(f"{self.root}/at/{self.creditor}/{screen}")

    def do(self, action: str, **fields: str) -> None:
        """Unfold a form of the page, fill it in and send it."""
        form = self.page.locator(f'form[action$="/{action}"]').first
        if not form.is_visible():
            self.page.locator(f'details:has(form[action$="/{action}"]) > summary').last.click()
        for name, value in fields.items():
            box = form.locator(f'[name="{name}"]').first
            if box.evaluate("one => one.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)
        form.locator("button").last.click()

    def search(self, text: str) -> None:
        """Search within the page, and wait until the page is the answer's."""
        self.page.locator('input[type="search"]').last.fill(text)
        self.page.keyboard.press("Enter")
        self.answered(text)

    def answered(self, text: str) -> None:
        """Wait until the page is the answer of a search."""
        self.page.wait_for_url(f"**q={text}*")
        self.page.wait_for_function(
            "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
        )

    def upload(self, action: str, name: str, data: bytes) -> None:
        """Send a file by a form of the page."""
        form = self.page.locator(f'form[action$="/{action}"]').first
        if not form.is_visible():
            self.page.locator(f'details:has(form[action$="/{action}"]) > summary').last.click()
        file = {"name": name, "mimeType": "text/plain", "buffer": data}
        form.locator('input[type="file"]').set_input_files(file)  # type: ignore[arg-type]  # a payload
        form.locator("button").last.click()

    def sees(self, text: str) -> Locator:
        """Wait until something is there to be read."""
        found = self.page.get_by_text(text).locator("visible=true").first
        expect(found).to_be_visible(timeout=20_000)
        return found


class OfficeSeller(Seller):
    """Musterwerk GmbH with its office."""

    def give(self, to: str) -> None:
        """Let a person look after the customer."""
        with self._site.lock:
            self.services.desks.put(
                CREDITOR, ACCOUNT, "owner@musterwerk.example", collector=to, sales=None, branch=None
            )
        self.settle()

    @contextmanager
    def desk(self, browser: Browser, role: Role = "collector", name: str = "") -> Iterator[Desk]:
        """Sit somebody down: signed in, at a wide window."""
        email = f"{name or role}@musterwerk.example"
        site, services = self.world.public_url, self.services
        user = User(
            f"sub-{email}",
            email,
            name or role.title(),
            "en",
            "active",
            (Grant(CREDITOR, role),),
            created_at=self.world.clock.now(),
            version=1,
        )
        with self._site.lock:
            if services.store.get(User, *user.key) is None:
                services.store.commit([Put(user), Put(UserEmail(email_hash(email), user.id))])

        def come_in(page: Page) -> None:
            with self._site.lock:
                known = services.store.get(User, *user.key)
                assert known is not None
                secret, _ = services.console_sessions.open(known)
            page.context.add_cookies([{"name": "saldo-console", "value": secret, "url": site}])

        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        context.set_default_timeout(20_000)
        desk = Desk(context.new_page(), f"{site}/console", come_in)
        desk.next_day()
        yield desk
        context.close()
        assert desk.troubles == []


@contextmanager
def office_at(site: Site, language: str = "de") -> Iterator[OfficeSeller]:
    """A seller with its office, in a world of its own."""
    world = site.open(START, office=True)
    try:
        seller = OfficeSeller(site, world, language)
        yield seller
        seller.finish()
    finally:
        site.close()
