"""The published description is taken at its word: requests made from it, right and wrong ones, are
answered as it says, and never by a fault of ours (schemathesis, https://schemathesis.io).

Bounded: so many requests per operation, made from a fixed seed; more of them in the long tests.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from functions.ingest import app
from saldo.clock import FixedClock
from saldo.edge.v1.openapi import document
from saldo.wiring import install
from tests.functions.apigw import Context, answer_of, api_event
from tests.functions.erp import Erp, World
from tests.functions.test_ingest_refusals import SCOPE_OF

SERVER: Final = "https://pay.musterwerk.example"
REQUESTS: Final = 6
REQUESTS_LONG: Final = 40
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def _operations() -> dict[tuple[str, str], Any]:
    """Return the operations by method and path. Keys have tests of their own: every request bears
    a good one.
    """
    described = json.loads(json.dumps(document(SERVER)))
    for path in described["paths"].values():
        for operation in path.values():
            del operation["security"]
    schema = schemathesis.openapi.from_dict(described)
    found = [one.ok() for one in schema.get_all_operations()]
    return {(one.method.upper(), one.path): one for one in found}


_OPERATIONS: Final = _operations()
_ASKED: Final = [
    (place, mode)
    for place, operation in _OPERATIONS.items()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    # Nothing can be wrong with what takes nothing.
    if mode is GenerationMode.POSITIVE or operation.body or operation.query
]


def _named(value: Any) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value.value)


@pytest.fixture
def world(clock: FixedClock) -> Iterator[World]:
    yield World(clock)
    install(None)


@pytest.fixture
def erp(world: World) -> Erp:
    erp = world.erp()
    erp.begin()
    return erp


def test_every_operation_is_asked() -> None:
    assert set(SCOPE_OF) <= set(_OPERATIONS)


@pytest.mark.parametrize(("place", "mode"), _ASKED, ids=_named)
def test_requests_made_from_the_description(
    place: tuple[str, str], mode: GenerationMode, erp: Erp
) -> None:
    ask(erp, place, mode, REQUESTS)


@pytest.mark.long
@pytest.mark.parametrize(("place", "mode"), _ASKED, ids=_named)
def test_many_requests_made_from_the_description(
    place: tuple[str, str], mode: GenerationMode, erp: Erp
) -> None:
    ask(erp, place, mode, REQUESTS_LONG)


@pytest.mark.parametrize(
    ("status", "body"), [(418, b"{}"), (200, b"{}"), (200, b"no JSON"), (500, b"{}")]
)
def test_an_answer_that_is_not_described_is_found(status: int, body: bytes) -> None:
    case = _OPERATIONS["GET", "/v1/creditor"].Case()
    request = requests.Request(**case.as_transport_kwargs(base_url=SERVER)).prepare()
    media = {"content-type": ["application/json"]}
    wrong = Response(status, media, body, request, elapsed=0.0, verify=False)
    with pytest.raises(FailureGroup):
        case.validate_response(wrong, checks=CHECKS)


def ask(erp: Erp, place: tuple[str, str], mode: GenerationMode, most: int) -> None:
    """Send requests to one operation and hold each answer against the description."""
    operation = _OPERATIONS[place]

    @seed(20261122)
    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode))
    def send(case: Any) -> None:
        answer = _sent(erp, case)
        case.validate_response(answer, checks=CHECKS)
        if mode is GenerationMode.NEGATIVE:
            _check_refused(case, answer)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # hypothesis and schemathesis speak of each other
        send()


def _check_refused(case: Any, answer: Response) -> None:
    """What is wrong is refused: the whole, or in a bulk call the record."""
    told = json.loads(answer.content) if answer.status_code == 200 else None
    if isinstance(told, dict) and "success" in told:
        assert told["success"] is False, case.body
    else:
        case.validate_response(answer, checks=[negative_data_rejection])


def _sent(erp: Erp, case: Any) -> Response:
    """Send a request as API Gateway would hand it on, and return its answer as a client has it."""
    request = requests.Request(**case.as_transport_kwargs(base_url=SERVER)).prepare()
    url = urlsplit(request.url or "")
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(url.query, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    headers = {**request.headers, "Authorization": f"Bearer {erp.secret}"}
    body = request.body.encode() if isinstance(request.body, str) else request.body
    path = {name: str(value) for name, value in (case.path_parameters or {}).items()}
    event = api_event(case.method.upper(), case.path, path, query, headers, body)
    answer = answer_of(app.handler(event, Context()))
    told = {name.lower(): [value] for name, value in answer.headers.items()}
    return Response(answer.status, told, answer.body, request, elapsed=0.0, verify=False)
