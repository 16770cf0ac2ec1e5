"""From a request to an operation: what was sent is read, handed to one function, and answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from saldo.edge.payt.lists import Caller
from saldo.edge.payt.operations import Operation
from saldo.edge.payt.wire import Asked, asked, check_administration, only_of, sparse

Query = Mapping[str, Sequence[str]]


def served(
    operation: Operation,
    caller: Caller,
    query: Query,
    body: Callable[[], dict[str, Any]],
    id_: str = "",
) -> Any:
    """Do an operation and return its answer; raises the refusals of whoever does it."""
    module, _, name = operation.does.partition(".")
    do = getattr(import_module(f"saldo.edge.payt.{module}"), name)
    if operation.way in ("list", "end", "show"):
        parameters = _parameters(operation, caller, query)
        return do(caller, parameters, id_) if operation.way == "show" else do(caller, parameters)
    sent = body()
    check_administration(sent.get("administration_id"), caller.creditor.id)
    only = only_of(sent.get("fields"))
    if operation.way == "write":
        answer = do(caller, sent)
    else:
        answer = do(caller, id_, sent) if operation.way == "change" else do(caller, id_)
    return answer if "success" in answer else sparse(answer, only)


def _parameters(operation: Operation, caller: Caller, query: Query) -> Asked:
    """Read the parameters; administrations are asked for without naming one."""
    administration = caller.creditor.id
    if operation.does.startswith("administrations."):
        query = {**query, "administration_id": [administration]}
    return asked(query, administration)
