"""A seller's pages at an address of this machine, and somebody who looks at them in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.seller import Seller, selling
from tests.browser.settings import Setting
from tests.browser.site import Site, running_site
from tests.browser.visit import Visit, visiting


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def seller(site: Site, setting: Setting) -> Iterator[Seller]:
    with selling(site, setting.language) as seller:
        yield seller


@pytest.fixture
def visit(
    browser: Browser, site: Site, setting: Setting, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    story = request.node.originalname.removeprefix("test_")
    with visiting(browser, setting, story, (site.public_url, site.sandbox_url)) as visit:
        yield visit
