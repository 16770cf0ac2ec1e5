"""What every tier shares: a day to stand on, books in memory or in a table."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
import pytest

from saldo import wiring
from saldo.clock import FixedClock
from saldo.ids import SeededIds

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]

# A test never speaks to a real account, whatever the machine is set up for.
os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="eu-central-1",
    AWS_EC2_METADATA_DISABLED="true",
    POWERTOOLS_METRICS_NAMESPACE="Saldo",
    POWERTOOLS_TRACE_DISABLED="true",
)


CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for garbage in what tests make, not among the tests: thousands are found and none goes,
    and looking through them again and again is a third of the time that finding them takes.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; one for the session, as two at a time cannot be driven from one thread."""
    from playwright.sync_api import sync_playwright  # only the tests of pages pay for it

    path = shutil.which("chromium")
    assert path, "Chromium is needed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def _services_described_once() -> Iterator[None]:
    """botocore reads what it knows of each service anew for every session; here it reads it once.

    Reading it takes two thirds of the time of a test with a table of its own.
    """
    with pytest.MonkeyPatch.context() as patched:
        create = cache(botocore.session.create_loader)  # type: ignore[attr-defined]  # not said there
        patched.setattr(botocore.session, "create_loader", create)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_tables() -> Iterator[None]:
    """Where tests have tables that moto keeps, it keeps them quickly."""
    if "moto" not in sys.modules:
        yield
        return
    from saldo_cli.simulation.quick_moto import quick_moto  # only the tests of tables pay for it

    with quick_moto():
        yield


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))


@pytest.fixture
def ids() -> SeededIds:
    return SeededIds(20261121)


@pytest.fixture(autouse=True)
def _own_services() -> Iterator[None]:
    """No test sees the services that another one installed."""
    yield
    wiring.install(None)
