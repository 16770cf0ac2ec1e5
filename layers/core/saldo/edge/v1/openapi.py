"""The API's description as an OpenAPI 3.1 document, made from the models that do the reading."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from saldo.edge.http import status_of
from saldo.edge.v1 import answers, examples
from saldo.edge.v1.fields import EVENTS
from saldo.edge.v1.operation import Operation, Reply
from saldo.edge.v1.operations import OPERATIONS, TAGS
from saldo.errors import Refusal

JSON = "application/json"
_COMPONENTS = "#/components/schemas/{model}"
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_INTRODUCTION = """\
Push accounts and invoices, let Saldo collect, and hear what was paid.

**Keys.** Send `Authorization: Bearer saldo_…`. A key belongs to one creditor and names its \
scopes; what belongs to another creditor does not exist for it.

**Money** is a decimal text with a currency beside it: `"119.00"`, `"EUR"`. JSON numbers are \
refused.

**Numbers** of accounts and documents are yours, up to 64 characters, slashes welcome: they travel \
in the body or percent-encoded in the query, never in the path.

**Nothing is ignored.** A field or parameter that is not described here is refused, so that a \
typing error is seen.

**Repeating** is safe wherever the operation says so; numbers are the keys. An `Idempotency-Key` \
header is welcome and not needed.

**Refusals** are `application/problem+json` (RFC 9457) with a stable `code`, a sentence, and a \
JSON pointer to the place in the body. Nothing is written when a record is refused. Bodies hold at \
most 1 MB."""

_EVENT_TEXT = (
    "Posted to the endpoints that asked for it. Check `webhook-signature` over "
    "`{id}.{timestamp}.{body}` with the endpoint's secret (https://www.standardwebhooks.com), "
    "answer 2xx, and deduplicate by `webhook-id`."
)


class _Schema(GenerateJsonSchema):
    """Leaves out the titles of fields, which only repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        del schema
        return False


@cache
def document(server: str) -> dict[str, Any]:
    """Return the document of the API that answers at `server` (no slash at its end)."""
    schemas, components = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Saldo for ERPs",
            "version": "1",
            "summary": "Accounts and invoices in, payments out.",
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server or "/"}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": _paths(schemas),
        "webhooks": {name: {"post": _event(name, schemas)} for name in EVENTS},
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key, made with `saldo key create`.",
                }
            },
        },
    }


def _schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the schema of every body and answer by its name here, and the shared components."""
    inputs: list[tuple[str, Any, TypeAdapter[Any]]] = [
        ("Problem", "serialization", TypeAdapter(answers.Problem)),
        ("Event", "serialization", TypeAdapter(answers.WebhookEvent)),
    ]
    for operation in OPERATIONS:
        if operation.body is not None:
            inputs.append((f"{operation.id}:body", "validation", TypeAdapter(operation.body)))
        if operation.query is not None:
            inputs.append((f"{operation.id}:query", "validation", TypeAdapter(operation.query)))
        inputs.extend(
            (f"{operation.id}:{reply.status}", "serialization", TypeAdapter(reply.type))
            for reply in operation.replies
            if reply.type is not None
        )
    found, definitions = TypeAdapter.json_schemas(
        inputs, ref_template=_COMPONENTS, schema_generator=_Schema
    )
    components = definitions["$defs"]
    queries = {o.query.__name__ for o in OPERATIONS if o.query is not None}
    by_name: dict[str, Any] = {name: schema for (name, _), schema in found.items()}
    for name, schema in by_name.items():
        if name.endswith(":query"):
            by_name[name] = components[schema["$ref"].rpartition("/")[2]]
    return by_name, {
        name: schema for name, schema in sorted(components.items()) if name not in queries
    }


def _paths(schemas: dict[str, Any]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(
            operation, schemas
        )
    return paths


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": "\n\n".join(filter(None, (operation.description, operation.repeat))),
        "security": []
        if operation.is_public
        else [{"key": [operation.scope] if operation.scope else []}],
    }
    parameters = _parameters(operation, schemas)
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {
                    "schema": schemas[f"{operation.id}:body"],
                    "example": operation.body_example,
                }
            },
        }
    if operation.media_in:
        plain: dict[str, Any] = {media: {} for media in operation.media_in}
        described["requestBody"] = {"required": True, "content": plain}
    described["responses"] = {
        **{str(reply.status): _reply(operation, reply, schemas) for reply in operation.replies},
        **_refusals(operation),
    }
    if operation.record_refusals:
        described["x-record-problems"] = _codes(operation.record_refusals)
    return described


def _parameters(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "description": "The id that was answered.",
        }
        for name in _PATH_PARAMETER.findall(operation.path)
    ]
    if operation.query is None:
        return found
    schema = schemas[f"{operation.id}:query"]
    for name, field in schema["properties"].items():
        kept = {k: v for k, v in field.items() if k not in ("description", "title")}
        # A parameter is there or not: null is no text of a query.
        choices = [c for c in kept.pop("anyOf", []) if c != {"type": "null"}]
        if len(choices) == 1:
            kept = {**choices[0], **{k: v for k, v in kept.items() if v is not None}}
        found.append(
            {
                "name": name,
                "in": "query",
                "required": name in schema.get("required", []),
                "description": field.get("description", ""),
                "schema": kept,
            }
        )
    return found


def _reply(operation: Operation, reply: Reply, schemas: dict[str, Any]) -> dict[str, Any]:
    if reply.type is None:
        described: dict[str, Any] = {"description": reply.description}
        return described if reply.media == JSON else {**described, "content": {reply.media: {}}}
    content: dict[str, Any] = {"schema": schemas[f"{operation.id}:{reply.status}"]}
    if reply.examples:
        content["examples"] = {name: {"value": example} for name, example in reply.examples.items()}
    return {"description": reply.description, "content": {reply.media: content}}


def _refusals(operation: Operation) -> dict[str, Any]:
    """Return the refusals of an operation by status, each code with its meaning."""
    by_status: dict[int, list[type[Refusal]]] = {}
    for kind in dict.fromkeys(operation.refusals):
        by_status.setdefault(status_of(kind("")), []).append(kind)
    problem = {"schema": {"$ref": _COMPONENTS.format(model="Problem")}}
    responses: dict[str, Any] = {}
    for status, kinds in sorted(by_status.items()):
        codes = _codes(tuple(kinds))
        responses[str(status)] = {
            "description": "\n".join(f"- `{code}`: {text}" for code, text in codes.items()),
            "content": {"application/problem+json": problem},
        }
    return responses


def _codes(kinds: tuple[type[Refusal], ...]) -> dict[str, str]:
    return {kind.code: " ".join((kind.__doc__ or "").split()) for kind in dict.fromkeys(kinds)}


def _event(name: str, schemas: dict[str, Any]) -> dict[str, Any]:
    data = _event_data(name)
    content: dict[str, Any] = {
        "schema": {
            "allOf": [
                schemas["Event"],
                {"type": "object", "properties": {"type": {"const": name}, "data": data}},
            ]
        }
    }
    if name == examples.WEBHOOK_EVENT["type"]:
        content["example"] = examples.WEBHOOK_EVENT
    return {
        "operationId": f"hear:{name}",
        "tags": ["Webhooks"],
        "summary": data["description"],
        "description": _EVENT_TEXT,
        "security": [],
        "parameters": [
            {
                "name": header,
                "in": "header",
                "required": True,
                "description": text,
                "schema": {"type": "string"},
            }
            for header, text in (
                ("webhook-id", "The event's id, the same at every attempt."),
                ("webhook-timestamp", "Seconds since 1970; refuse what is older than minutes."),
                ("webhook-signature", "`v1,` and the HMAC-SHA256 in base64."),
            )
        ],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {"2XX": {"description": "Taken. Anything else is tried again."}},
    }


def _event_data(name: str) -> dict[str, Any]:
    """Return the schema of an event's data, in its newest version."""
    folder = files("saldo") / "event_schemas"
    found = sorted(
        (f for f in folder.iterdir() if f.name.startswith(f"{name}.v")),
        key=lambda f: int(f.name.removeprefix(f"{name}.v").removesuffix(".json")),
    )
    schema = json.loads(found[-1].read_text("utf-8"))
    return {key: value for key, value in schema.items() if key not in ("$schema", "$id", "title")}
