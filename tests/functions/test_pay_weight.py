"""What the first view of a page weighs on its way: the page, styles, icon, script and logo."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterator

import pytest

from saldo.accounts.logo import LOGO_BYTES_MAX, logo_of
from saldo.accounts.model import BankDetails
from saldo.store import Put
from tests.books import CREDITOR, Books
from tests.functions.payer import HERE, Browser, browsing
from tests.functions.test_pay_branding import png

FIRST_VIEW_BYTES_MAX = 60_000
FETCHED = re.compile(rb'(?:<link[^>]*href|<img[^>]*src|<script[^>]*src)="(/[^"]+)"')


@pytest.fixture
def books() -> Books:
    """A creditor with the heaviest logo that is taken, of noise that nothing packs."""
    books = Books()
    books.begin(*(books.invoice(f"RE-{n}") for n in range(1, 61)))
    bare = png()
    noise = random.Random(7).randbytes(LOGO_BYTES_MAX - len(bare))
    logo = logo_of(bare + noise)
    books.store.commit([Put(logo)])
    bank = BankDetails("DE02120300000000202051", "Musterwerk GmbH", "BYLADEM1001")
    books.accounts.change_creditor(CREDITOR, logo=logo.ref, bank=bank)
    return books


@pytest.fixture
def browser(books: Books) -> Iterator[Browser]:
    with browsing(books) as browser:
        yield browser


@pytest.mark.parametrize(
    "below",
    [
        "",
        "/transfer?currency=EUR",
        "/documents",
        "/answer/dispute",
        "/answer/instalments",
        "/answer/details",
        "/answer/question",
    ],
)
def test_the_first_view_is_light_with_the_heaviest_logo(
    books: Books, browser: Browser, below: str
) -> None:
    link = books.links.create(CREDITOR, "RE-1", "account")
    status, _, page = browser.get(f"{link}{below}")
    assert status == 200
    addresses = {path.decode().replace("&amp;", "&") for path in FETCHED.findall(page)}
    assert any("logo-" in path for path in addresses)
    bodies = [page, *(browser.get(f"{HERE}{path}")[2] for path in addresses)]
    assert len(bodies) >= 6, "styles, colours, icon, logo and the picture of the visit are counted"
    packed = sum(len(gzip.compress(body)) for body in bodies)
    assert packed < FIRST_VIEW_BYTES_MAX
