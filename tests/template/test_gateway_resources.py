"""A REST API holds 300 resources, one per part of a path, before AWS has to be asked for more."""

from __future__ import annotations

import json

import pytest

from infra.cfn import ROOT
from infra.make_api import APIS, Api

RESOURCES_MAX = 300
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html (resources per API)"""


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.file)
def test_paths_leave_the_gateway_room(api: Api) -> None:
    resources = {"/"}
    for path in json.loads((ROOT / api.file).read_text(encoding="utf-8"))["paths"]:
        parts = path.strip("/").split("/")
        resources |= {"/".join(parts[: end + 1]) for end in range(len(parts))}
    assert len(resources) <= 0.9 * RESOURCES_MAX, "fold a place: see `folded` in infra/make_api.py"
