"""The paths of another receivables service: ERPs that speak to it speak to us there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from saldo.edge.http import answer, header, raw_body, refusals_to
from saldo.edge.payt.operations import OPERATIONS, Operation
from saldo.errors import Refusal

if TYPE_CHECKING or __package__:
    from functions.ingest.base import app, caller, logger, metrics
else:  # in Lambda this folder is the root of the code
    from base import app, caller, logger, metrics

# What the routes call is imported where it is called: a cold start pays for the table alone.


def _refused(refusal: Refusal) -> Response:
    from saldo.edge.payt.wire import refused

    return refused(refusal)


def _view(operation: Operation) -> Callable[..., Response]:
    """Return the route of an operation, called with the id where its path has one."""

    def view(record_id: str = "") -> Response:
        from saldo.edge.payt.lists import Caller
        from saldo.edge.payt.serve import served
        from saldo.edge.payt.wire import body_of

        who = caller(operation.scope)
        order = Caller(who.services, who.creditor, who.key.name, scopes=who.key.scopes)
        assert app.current_request is not None
        sent = app.current_request.query_params
        query = {name: sent.getlist(name) for name in sent} if sent else {}

        def body() -> dict[str, Any]:
            return body_of(raw_body(app), header(app, "content-type"))

        return answer(served(operation, order, query, body, record_id), operation.status)

    view.__name__ = f"{operation.method}_{operation.does}"
    return view


_guard = refusals_to(_refused, logger, metrics)
for _operation in OPERATIONS:
    app.route(_operation.route, methods=[_operation.method], content_types=[])(
        _guard(_view(_operation))
    )
