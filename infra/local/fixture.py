"""A pytest fixture: one local cloud for the whole session, beside whatever else runs here.

from infra.local.fixture import cloud  # noqa: F401 - a fixture is used by its name
"""

from collections.abc import Iterator

import pytest

from infra.local.cloud import Cloud, free_ports, running_cloud


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """A fresh cloud on free ports with the template deployed; stopped after the last test."""
    with running_cloud(free_ports()) as running:
        yield running
