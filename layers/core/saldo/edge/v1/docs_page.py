"""The API's description as a page: one file, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

_STYLE = (files("saldo.edge.v1") / "docs.css").read_text("utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_EVENTS_BELONG_TO = "Webhooks"
_METHODS = ("get", "put", "post", "delete")
_LEVELS_MAX = 3
_MUST = ' <span class="must">required</span>'

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page(document: dict[str, Any]) -> str:
    """Return the page of an OpenAPI document."""
    return _page(json.dumps(document))


@cache
def _page(serialized: str) -> str:
    document = json.loads(serialized)
    info, groups = document["info"], list(_groups(document))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(info["title"])}: API</title>
<style>{_STYLE}</style>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<div class="frame">
<nav aria-label="Operations">
<a class="mark" href="#content">Saldo</a>
<div class="groups">{"".join(_menu(tag, operations) for tag, operations in groups)}</div>
</nav>
<main id="content">
<h1>{escape(info["title"])}</h1>
<p class="lead">{escape(info["summary"])} Version {escape(info["version"])}.
<a href="openapi.json">OpenAPI document</a></p>
<div class="intro">{_text(info["description"])}
{_begin(document)}</div>
{"".join(_group(document, tag, operations) for tag, operations in groups)}
</main>
</div>
</body>
</html>
"""


def _begin(document: dict[str, Any]) -> str:
    """Return the two calls that one begins with: who am I, and a first account."""
    server = document["servers"][0]["url"].rstrip("/")
    put = document["paths"]["/v1/accounts"]["put"]["requestBody"]["content"]["application/json"]
    wanted = {k: v for k, v in put["example"].items() if k in ("number", "name", "kind")}
    calls = (
        f'curl {server}/v1/creditor \\\n  -H "Authorization: Bearer $SALDO_KEY"\n\n'
        f'curl -X PUT {server}/v1/accounts \\\n  -H "Authorization: Bearer $SALDO_KEY" \\\n'
        f"  -H \"Content-Type: application/json\" \\\n  -d '{json.dumps(wanted)}'"
    )
    return f'<h4>Begin</h4><pre tabindex="0">{escape(calls)}</pre>'


Named = tuple[str, str, dict[str, Any]]
"""An operation with its method and path."""


def _groups(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[Named]]]:
    every: list[Named] = [
        (method, path, item[method])
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    ]
    for tag in document["tags"]:
        yield tag, [named for named in every if tag["name"] in named[2]["tags"]]


def _menu(tag: dict[str, Any], operations: list[Named]) -> str:
    lines = "".join(
        f'<li><a href="#{operation["operationId"]}"><span class="verb {method}">'
        f"{method.upper()}</span><span>{escape(operation['summary'])}</span></a></li>"
        for method, _, operation in operations
    )
    if tag["name"] == _EVENTS_BELONG_TO:
        lines += '<li><a href="#events"><span class="verb hook">HOOK</span>What you hear</a></li>'
    return f"<strong>{escape(tag['name'])}</strong><ol>{lines}</ol>"


def _group(document: dict[str, Any], tag: dict[str, Any], operations: list[Named]) -> str:
    articles = "".join(_article(document, *named) for named in operations)
    if tag["name"] == _EVENTS_BELONG_TO:
        articles += _events(document)
    return f"<h2>{escape(tag['name'])}</h2><p>{escape(tag['description'])}</p>{articles}"


def _article(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> str:
    return "".join(
        (
            f'<article id="{operation["operationId"]}"><h3>{escape(operation["summary"])}</h3>',
            f'<p class="line"><span class="verb {method}">{method.upper()}</span>',
            f"<code>{escape(path)}</code>{_scope(operation)}</p>",
            _text(operation["description"]),
            _parameters(operation.get("parameters", [])),
            _body(document, operation.get("requestBody")),
            *(
                _response(document, status, response)
                for status, response in operation["responses"].items()
                if status.startswith("2")
            ),
            _problems(operation),
            "</article>",
        )
    )


def _events(document: dict[str, Any]) -> str:
    """Return one article about all events: their envelope is the same."""
    posts = {name: item["post"] for name, item in document["webhooks"].items()}
    first = next(iter(posts.values()))
    contents = {n: p["requestBody"]["content"]["application/json"] for n, p in posts.items()}
    envelope, _ = contents[next(iter(posts))]["schema"]["allOf"]
    example = next(c["example"] for c in contents.values() if "example" in c)
    kinds = "".join(
        f"<dt><code>{name}</code></dt><dd>{_inline(post['summary'])} {_data(contents[name])}</dd>"
        for name, post in posts.items()
    )
    return "".join(
        (
            '<article id="events"><h3>What you hear</h3>',
            '<p class="line"><span class="verb hook">POST</span><code>your endpoint</code></p>',
            _text(first["description"]),
            _parameters(first["parameters"], "Header"),
            "<h4>Body</h4>"
            + _table("Field", "".join(_fields(document, envelope))).replace(_MUST, ""),
            _json(example),
            f"<details><summary>All events and their data</summary><dl>{kinds}</dl></details>",
            "</article>",
        )
    )


def _data(content: dict[str, Any]) -> str:
    """Return the names of an event's data."""
    names = content["schema"]["allOf"][1]["properties"]["data"]["properties"]
    return "<br>" + " ".join(f"<code>{escape(name)}</code>" for name in names)


def _scope(operation: dict[str, Any]) -> str:
    if not operation["security"]:
        return '<span class="scope">no key needed</span>' if "200" in operation["responses"] else ""
    (scopes,) = operation["security"][0].values()
    needed = f"scope <code>{escape(scopes[0])}</code>" if scopes else "any key"
    return f'<span class="scope">{needed}</span>'


def _parameters(parameters: list[dict[str, Any]], title: str = "Parameter") -> str:
    rows = "".join(
        _row(p["name"], p["schema"], p["description"], required=p["required"]) for p in parameters
    )
    return f"<h4>{title}s</h4>{_table(title, rows)}" if rows else ""


def _body(document: dict[str, Any], body: dict[str, Any] | None) -> str:
    if body is None:
        return ""
    content = body["content"].get("application/json")
    if content is None:
        kinds = ", ".join(f"<code>{escape(kind)}</code>" for kind in body["content"])
        return f"<h4>Body</h4><p>The bytes themselves: {kinds}.</p>"
    rows = "".join(_fields(document, content["schema"]))
    return f"<h4>Body</h4>{_table('Field', rows)}{_json(content['example'])}"


def _response(document: dict[str, Any], status: str, response: dict[str, Any]) -> str:
    title = f'<span class="status">{status}</span>{escape(response["description"])}'
    ((_, content),) = response.get("content", {"": {}}).items()
    examples = "".join(_json(e["value"]) for e in content.get("examples", {}).values())
    if not examples:
        return f"<h4>Answer</h4><p>{title}</p>"
    # What stands in an answer is there: only what a sender must write is marked.
    rows = "".join(_fields(document, content["schema"])).replace(_MUST, "")
    return f"<details><summary>{title}</summary>{examples}{_table('Field', rows)}</details>"


def _problems(operation: dict[str, Any]) -> str:
    lines = "".join(
        f"<dt>{status}</dt><dd>{_text(response['description'])}</dd>"
        for status, response in operation["responses"].items()
        if not status.startswith("2")
    )
    records = "".join(
        f"<li><code>{escape(code)}</code>: {_inline(text)}</li>"
        for code, text in operation.get("x-record-problems", {}).items()
    )
    told = f"<h4>Per record</h4><ul>{records}</ul>" if records else ""
    if not lines:
        return ""
    return f"<details><summary>What is refused</summary><dl>{lines}</dl>{told}</details>"


def _fields(
    document: dict[str, Any], schema: dict[str, Any], prefix: str = "", level: int = 0
) -> Iterator[str]:
    """Yield the rows of an object's fields, those of objects inside it by their paths."""
    schema = _resolved(document, schema)
    for choice in schema.get("anyOf", []):
        if choice.get("type") != "null":
            yield from _fields(document, choice, prefix, level)
    for name, field in schema.get("properties", {}).items():
        inside = _resolved(document, field)
        described = field.get("description") or ""
        required = name in schema.get("required", [])
        yield _row(prefix + name, field, described, required=required, document=document)
        items = _resolved(document, inside.get("items", {}))
        if level < _LEVELS_MAX and "properties" in items:
            yield from _fields(document, items, f"{prefix}{name}[].", level + 1)
        elif level < _LEVELS_MAX and "properties" in inside:
            yield from _fields(document, inside, f"{prefix}{name}.", level + 1)


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _row(
    name: str,
    schema: dict[str, Any],
    text: str,
    *,
    required: bool,
    document: dict[str, Any] | None = None,
) -> str:
    cells = (
        f"<code>{escape(name)}</code>{_MUST if required else ''}",
        escape(_kind(document or {}, schema)),
        _inline(text),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return a field's type in words."""
    if "$ref" in schema:
        schema = _resolved(document, schema)
    if "anyOf" in schema:
        return " or ".join(_kind(document, choice) for choice in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return " | ".join(map(str, values)) if len(values) <= 6 else "one of a list"
    if schema.get("type") == "array":
        kind = _kind(document, schema["items"])
        return f"list of {kind}s" if kind in ("object", "text") else f"list: {kind}"
    names = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    formats = {"date": "day", "date-time": "instant", "email": "e-mail address"}
    kind = schema.get("type", "anything")
    kind = formats.get(schema.get("format", ""), names.get(kind, kind))
    longest = schema.get("maxLength")
    return f"{kind}, up to {longest}" if longest and kind == "text" else kind


def _table(head: str, rows: str) -> str:
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">{head}</th>'
        f'<th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _json(value: Any) -> str:
    return f'<pre tabindex="0">{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>'


def _text(text: str) -> str:
    """Return paragraphs and lists of the little markup that descriptions use."""
    parts = []
    for block in filter(None, text.split("\n\n")):
        lines = block.split("\n")
        if all(line.startswith("- ") for line in lines):
            parts.append(f"<ul>{''.join(f'<li>{_inline(line[2:])}</li>' for line in lines)}</ul>")
        else:
            parts.append(f"<p>{_inline(block)}</p>")
    return "".join(parts)


def _inline(text: str) -> str:
    marked = _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    return _BOLD.sub(r"<strong>\1</strong>", marked)
