"""What every route of the API stands on: the app, who is asking, and what was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from chalice.app import Chalice, Response

from saldo.accounts.api_keys import ApiKey, Scope
from saldo.accounts.model import Creditor
from saldo.edge.http import bearer, raw_body, refusals_to, refused, require_json
from saldo.edge.metrics import NAMESPACE
from saldo.edge.v1.parse import M, json_of, read_query
from saldo.wiring import Services, services

logger = Logger(service="ingest")
metrics = Metrics(namespace=NAMESPACE, service="ingest")
app = Chalice(app_name="saldo-ingest")

View = TypeVar("View", bound=Callable[..., Response])


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking. Whatever is read or written is this creditor's, never what a body names."""

    services: Services
    key: ApiKey

    @property
    def id(self) -> str:
        return self.key.creditor

    @property
    def creditor(self) -> Creditor:
        return self.services.accounts.creditor(self.key.creditor)


def route(method: str, path: str) -> Callable[[View], View]:
    """Return a decorator that serves `method path`, with refusals as problem documents."""
    guard = refusals_to(refused, logger, metrics)

    def serve(view: View) -> View:
        # Chalice's own check of the content type would answer in a form of its own.
        served: View = app.route(path, methods=[method], content_types=[])(guard(view))
        return served

    return serve


def caller(scope: Scope | None) -> Caller:
    """Return who is asking; raise KeyNotAccepted or ScopeMissing."""
    parts = services()
    return Caller(parts, parts.accounts.authenticate(bearer(app), scope))


def body() -> Any:
    """Return the JSON that was sent; raise WrongContentType, TooLarge or BodyNotJson."""
    require_json(app)
    return json_of(raw_body(app))


def query(model: type[M]) -> M:
    """Return the parameters of the query; raise ParameterNotValid."""
    assert app.current_request is not None
    sent = app.current_request.query_params
    return read_query(model, {name: sent.getlist(name) for name in sent} if sent else {})
