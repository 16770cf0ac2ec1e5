"""An OpenAPI document, read for the page that shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete")

Json = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One route with what a caller must know."""

    group: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[tuple[str, str, str], ...]  # name, place, description
    body: str
    answers: tuple[tuple[str, str], ...]  # status, description


def read(document: Json) -> list[Operation]:
    """Every operation of an OpenAPI 3 document, in its order."""
    return [
        _operation(document, path, method, item[method], item.get("parameters", []))
        for path, item in document.get("paths", {}).items()
        for method in METHODS
        if method in item
    ]


def grouped(operations: Iterable[Operation]) -> dict[str, list[Operation]]:
    """Operations by their first tag, or else by their path's second part."""
    groups: dict[str, list[Operation]] = {}
    for operation in operations:
        groups.setdefault(operation.group, []).append(operation)
    return groups


def _operation(
    document: Json, path: str, method: str, described: Json, shared: list[Json]
) -> Operation:
    segments = [part for part in path.split("/") if part]
    tags = described.get("tags") or [segments[1] if len(segments) > 1 else "general"]
    parameters = [_resolved(document, item) for item in [*shared, *described.get("parameters", [])]]
    body = _resolved(document, described.get("requestBody", {}))
    answers = described.get("responses", {})
    return Operation(
        group=str(tags[0]).capitalize(),
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        description=described.get("description", ""),
        parameters=tuple(
            (item.get("name", ""), item.get("in", ""), item.get("description", ""))
            for item in parameters
        ),
        body=_schema_name(body),
        answers=tuple(
            (status, _resolved(document, answer).get("description", ""))
            for status, answer in answers.items()
        ),
    )


def _resolved(document: Json, node: Json) -> Json:
    reference = node.get("$ref")
    if not reference:
        return node
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part, {})
    return found if isinstance(found, dict) else {}


def _schema_name(body: Json) -> str:
    for content in body.get("content", {}).values():
        schema = content.get("schema", {})
        reference = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
        return str(reference.rpartition("/")[2] or schema.get("title", "") or "JSON")
    return ""
