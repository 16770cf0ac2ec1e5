"""Writes the REST APIs' OpenAPI bodies from the routes of the Chalice apps.

API Gateway hands Chalice the `resourcePath` of the route that matched, and Chalice looks its
handler up by that very text. So every route must stand in the API spelt exactly as in `app.py`,
and the only way to keep two spellings equal is to write one of them by machine:

    python -m infra.make_api            # rewrite infra/api.json and infra/sandbox-api.json
    python -m infra.make_api --check    # exit 1 and name the files when they are out of date

A REST API holds 300 resources, and every part of a path is one. Where one function has many paths
below one place that nobody needs apart in the gateway, the place is `folded` (`saldo.edge.folded`):
one path for each depth, the same addresses for whoever calls.

template.yaml includes the files (`AWS::Include`), so they may use `Fn::Sub`, and they name the
functions by the ARN put together from the stack's name: a `Fn::GetAtt` would close a circle, as the
functions know the address of the API.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from saldo.edge.folded import folded

ROOT = Path(__file__).resolve().parent.parent

# An app's routes: path -> methods. Chalice's own table has a RouteEntry per method; only the keys
# matter here.
Routes = Mapping[str, Mapping[str, object]]

_PATH_PARAMETER = re.compile(r"\{([A-Za-z0-9_]+)\}")
# What API Gateway allows between two slashes, beside a whole `{parameter}`.
_PATH_PART = re.compile(r"[A-Za-z0-9._:-]+|\{[A-Za-z0-9_]+\}")
_METHODS = frozenset({"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"})


@dataclass(frozen=True)
class Api:
    """One REST API: the file its body is written to, its title, and the functions behind it.

    `functions` maps a function's short name (the last part of its FunctionName) to the module
    whose `app` is its Chalice application. `folded` are places below which each depth is one path.
    """

    file: str
    title: str
    functions: Mapping[str, str]
    folded: tuple[str, ...] = ()


APIS = (
    Api(
        file="infra/api.json",
        title="Saldo",
        functions={
            "connect-called": "functions.connect.called",
            "console": "functions.console.app",
            "documents": "functions.documents.served",
            "ingest": "functions.ingest.app",
            "pay": "functions.pay.app",
        },
        folded=("/payt/v1", "/p/{token}/documents"),
    ),
    Api(
        file="infra/sandbox-api.json",
        title="Saldo sandbox payment provider",
        functions={"sandbox": "functions.sandbox.app"},
    ),
)


class RoutesUnfit(ValueError):
    """The routes cannot stand together in one REST API; the message says which and why."""


def load_routes(module_name: str) -> Routes:
    """The routes of the Chalice object `app` in `module_name`, e.g. "functions.pay.app"."""
    for folder in (ROOT / "layers" / "core", ROOT):
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
    routes: Routes = importlib.import_module(module_name).app.routes
    return routes


def api_routes(api: Api) -> dict[str, Routes]:
    """The routes of every function of `api`, by the function's short name."""
    return {name: load_routes(module) for name, module in api.functions.items()}


def make_body(
    title: str, routes_by_function: Mapping[str, Routes], places: Sequence[str] = ()
) -> dict[str, Any]:
    """The OpenAPI 3.0.1 body of a REST API, sorted, so that equal routes give equal bytes.

    Paths below one of `places` are folded. Raises RoutesUnfit where two functions claim one method
    of one path, or where API Gateway would refuse a path.
    """
    paths: dict[str, dict[str, Any]] = {}
    claimed: dict[tuple[str, str], str] = {}
    for function, routes in sorted(routes_by_function.items()):
        for spelt, methods in sorted(routes.items()):
            _refuse_unfit_path(spelt)
            path = folded(spelt, places)
            operations = paths.setdefault(path, {})
            for method in sorted(methods):
                if method not in _METHODS:
                    raise RoutesUnfit(f"{method} {spelt}: the method is not one of the gateway's")
                if claimed.setdefault((method, path), function) != function:
                    raise RoutesUnfit(f"{method} {path}: two functions claim it")
                operations[method.lower()] = _operation(function, path)
    _refuse_rival_parameters(paths)
    return {
        "openapi": "3.0.1",
        "info": {"title": title, "version": "1"},
        "paths": dict(sorted(paths.items())),
        # Everything passes as bytes, so that webhook signatures are checked over what was sent and
        # PDFs come out whole. Written plainly: the `*~1*` of CloudFormation's property is for the
        # property only.
        "x-amazon-apigateway-binary-media-types": ["*/*"],
        "x-amazon-apigateway-gateway-responses": _gateway_responses(),
    }


def render(body: Mapping[str, Any]) -> str:
    """The body as the file holds it."""
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def stale_files(apis: Sequence[Api] = APIS, root: Path = ROOT) -> list[tuple[Path, str]]:
    """The files under `root` that differ from the routes, each with the text it should have."""
    stale = []
    for api in apis:
        path = root / api.file
        wanted = render(make_body(api.title, api_routes(api), api.folded))
        if not path.is_file() or path.read_text(encoding="utf-8") != wanted:
            stale.append((path, wanted))
    return stale


def _operation(function: str, path: str) -> dict[str, Any]:
    arn = (
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
        "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:"
        f"function:${{AWS::StackName}}-{function}/invocations"
    )
    operation: dict[str, Any] = {
        "responses": {"default": {"description": "The function's answer."}},
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": {"Fn::Sub": arn},
            "passthroughBehavior": "when_no_match",
        },
    }
    names = _PATH_PARAMETER.findall(path)
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in names
        ]
    return operation


def _gateway_responses() -> dict[str, Any]:
    """The gateway's own refusals, as problem+json (RFC 9457) like everybody else's."""
    # $context.error.messageString comes with its quotes and is the gateway's sentence, for example
    # "Too Many Requests". A 5XX says nothing about the inside.
    said = "$context.error.messageString"
    return {
        # API Gateway calls an unknown path or method a missing token; to a caller it is a 404.
        "MISSING_AUTHENTICATION_TOKEN": _gateway_response(
            "404", "Not found", '"There is no such path or method."'
        ),
        "REQUEST_TOO_LARGE": _gateway_response("413", "Content too large", said),
        "THROTTLED": _gateway_response(
            "429",
            "Too many requests",
            '"Too many requests. Try again in a second."',
            {"gatewayresponse.header.Retry-After": "'1'"},
        ),
        "DEFAULT_4XX": _gateway_response(None, "Refused by the gateway", said),
        "INTEGRATION_TIMEOUT": _gateway_response(
            "504", "Timed out", '"The answer took too long. The same request may be sent again."'
        ),
        "DEFAULT_5XX": _gateway_response(
            None, "Internal error", '"Something failed on our side. It has been recorded."'
        ),
    }


def _gateway_response(
    status: str | None, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    # Without a status of our own the gateway's stands, and the body leaves it out.
    members = ['"type":"about:blank"', f'"title":"{title}"']
    if status:
        members.append(f'"status":{status}')
    members += [f'"detail":{detail}', '"request_id":"$context.requestId"']
    response: dict[str, Any] = {
        "responseParameters": {
            "gatewayresponse.header.Content-Type": "'application/problem+json'",
            "gatewayresponse.header.Cache-Control": "'no-store'",
            **(headers or {}),
        },
        "responseTemplates": {"application/json": "{" + ",".join(members) + "}"},
    }
    return {"statusCode": status, **response} if status else response


def _refuse_unfit_path(path: str) -> None:
    if not path.startswith("/"):
        raise RoutesUnfit(f"{path}: a path starts with a slash")
    for part in path.strip("/").split("/"):
        if part and not _PATH_PART.fullmatch(part):
            raise RoutesUnfit(f"{path}: the gateway refuses the part {part!r}")


def _refuse_rival_parameters(paths: Mapping[str, object]) -> None:
    """API Gateway refuses two differently named parameters in the same place of the tree."""
    seen: dict[str, tuple[str, str]] = {}
    for path in sorted(paths):
        for parent, part in _parts(path):
            if not part.startswith("{"):
                continue
            rival_part, rival_path = seen.setdefault(parent, (part, path))
            if rival_part != part:
                raise RoutesUnfit(f"{path} and {rival_path}: {part} and {rival_part} in one place")


def _parts(path: str) -> Iterator[tuple[str, str]]:
    parent = ""
    for part in path.strip("/").split("/"):
        yield parent, part
        parent = f"{parent}/{part}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.make_api", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(arguments)
    stale = stale_files()
    for path, wanted in stale:
        name = path.relative_to(ROOT)
        if options.check:
            print(f"{name} differs from the routes. Run: make api", file=sys.stderr)
        else:
            path.write_text(wanted, encoding="utf-8")
            print(f"{name} written")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
