"""The gateway's routes are those of the Chalice apps, spelt alike."""

from __future__ import annotations

import json
import re

import pytest

from infra.cfn import ROOT, Template, physical_suffix, resources
from infra.make_api import APIS, Api, RoutesUnfit, api_routes, make_body, render, stale_files
from saldo.edge.folded import unfolded

PAY = {"/p/{token}": {"GET": None, "POST": None}, "/assets/{name}": {"GET": None}}

by_api = pytest.mark.parametrize("api", APIS, ids=lambda api: api.file)


@by_api
def test_the_body_in_the_repository_is_what_the_routes_make(api: Api) -> None:
    assert [path.name for path, _ in stale_files([api])] == [], "run: make api"


@by_api
def test_body_and_apps_have_the_same_routes(api: Api) -> None:
    # Read the other way round than make_body writes, so that a fault there shows here.
    body = json.loads((ROOT / api.file).read_text(encoding="utf-8"))
    in_body = {
        (method.upper(), path, _function_named(operation))
        for path, operations in body["paths"].items()
        for method, operation in operations.items()
    }
    in_apps = {
        (method, _as_the_gateway_has_it(path, api), function)
        for function, routes in api_routes(api).items()
        for path, methods in routes.items()
        for method in methods
    }
    assert in_body == in_apps
    assert in_apps


def _as_the_gateway_has_it(path: str, api: Api) -> str:
    for place in api.folded:
        if path.startswith(f"{place}/"):
            parts = path[len(place) + 1 :].split("/")
            return "/".join([place, *(f"{{part{number}}}" for number, _ in enumerate(parts, 1))])
    return path


@by_api
def test_what_is_folded_is_found_again_in_the_app_that_it_came_from(api: Api) -> None:
    asked_for = 0
    for routes in api_routes(api).values():
        for path, methods in routes.items():
            resource = _as_the_gateway_has_it(path, api)
            if resource == path:
                continue
            values = [part.strip("{}") for part in path.split("/")]
            named = {
                name.strip("{}"): value
                for name, value in zip(resource.split("/"), values, strict=True)
                if name.startswith("{")
            }
            for method in methods:
                event = {
                    "pathParameters": named,
                    "requestContext": {"resourcePath": resource, "httpMethod": method},
                }
                found = unfolded(event, routes)
                assert found["requestContext"]["resourcePath"] == found["resource"] == path
                wanted = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
                assert (found["pathParameters"] or {}) == {one: one for one in wanted}
                asked_for += 1
    assert bool(asked_for) == bool(api.folded)


def test_a_folded_place_belongs_to_one_function() -> None:
    routes = {"pay": {"/f/{t}/a": {"GET": None}}, "ingest": {"/f/{t}/b": {"GET": None}}}
    assert len(make_body("Saldo", routes)["paths"]) == 2
    with pytest.raises(RoutesUnfit, match="two functions claim it"):
        make_body("Saldo", routes, ("/f/{t}",))


@by_api
def test_the_template_includes_the_body_and_lets_the_api_call_its_functions(
    api: Api, template: Template
) -> None:
    gateways = {
        properties["DefinitionBody"]["Fn::Transform"]["Parameters"]["Location"]: logical_id
        for logical_id, properties in resources(template, "AWS::Serverless::Api").items()
    }
    source = f"${{{gateways[api.file]}}}/live/*/*"
    functions = resources(template, "AWS::Serverless::Function")
    allowed = {
        physical_suffix(functions[permission["FunctionName"]["Ref"]]["FunctionName"])
        for permission in resources(template, "AWS::Lambda::Permission").values()
        if permission["SourceArn"]["Fn::Sub"].endswith(source)
    }
    assert allowed == set(api.functions)


def _function_named(operation: dict[str, dict[str, dict[str, str]]]) -> str:
    uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    found = re.search(r":function:\$\{AWS::StackName\}-([a-z-]+)/invocations$", uri)
    assert found, uri
    return found[1]


def test_equal_routes_give_equal_bytes_whatever_their_order() -> None:
    turned = {path: dict(reversed(methods.items())) for path, methods in reversed(PAY.items())}
    assert render(make_body("Saldo", {"pay": PAY})) == render(make_body("Saldo", {"pay": turned}))


def test_a_parameter_of_the_path_is_declared() -> None:
    operation = make_body("Saldo", {"pay": PAY})["paths"]["/p/{token}"]["get"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["token"]


@pytest.mark.parametrize(
    ("routes", "reason"),
    [
        ({"pay": PAY, "ingest": {"/p/{token}": {"GET": None}}}, "two functions claim it"),
        ({"pay": PAY, "ingest": {"/p/{link}/x": {"GET": None}}}, "in one place"),
        ({"pay": {"/p/{token}!": {"GET": None}}}, "the gateway refuses the part"),
        ({"pay": {"/p/a b": {"GET": None}}}, "the gateway refuses the part"),
        ({"pay": {"p": {"GET": None}}}, "starts with a slash"),
        ({"pay": {"/p": {"TRACE": None}}}, "not one of the gateway's"),
    ],
)
def test_routes_that_the_gateway_would_refuse_are_refused_here(
    routes: dict[str, dict[str, dict[str, None]]], reason: str
) -> None:
    with pytest.raises(RoutesUnfit, match=re.escape(reason)):
        make_body("Saldo", routes)


@by_api
def test_the_gateways_own_refusals_are_problem_json(api: Api) -> None:
    body = json.loads((ROOT / api.file).read_text(encoding="utf-8"))
    answers = body["x-amazon-apigateway-gateway-responses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"} <= set(answers)
    for answer in answers.values():
        headers = answer["responseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        text = answer["responseTemplates"]["application/json"]
        # messageString comes with its quotes, requestId without.
        text = text.replace("$context.error.messageString", '"Forbidden"')
        problem = json.loads(text.replace("$context.requestId", "3f0c"))
        assert problem["title"]
        assert problem["detail"]
        assert "$" not in json.dumps(problem)


def test_access_logs_tell_no_pay_token_and_nothing_personal(template: Template) -> None:
    logged = {
        logical_id: properties["AccessLogSetting"]["Format"]
        for logical_id, properties in resources(template, "AWS::Serverless::Api").items()
    }
    assert logged
    for text in logged.values():
        assert "$context.resourcePath" in text
        # The path and the query hold tokens; the identity holds the caller's address.
        assert not re.search(r"\$context\.(path|identity|requestOverride|authorizer)", text)
        assert set(json.loads(text)) >= {"request_id", "method", "status", "latency_ms"}


def test_every_call_to_an_api_is_throttled_and_traced_behind_the_gateway(
    template: Template,
) -> None:
    # The gateway's own trace would keep raw addresses, tokens and all, with who called from where.
    assert template["Globals"]["Api"]["TracingEnabled"] is False
    assert template["Globals"]["Function"]["Tracing"] == "Active"
    for properties in resources(template, "AWS::Serverless::Api").values():
        (settings,) = properties["MethodSettings"]
        assert (settings["HttpMethod"], settings["ResourcePath"]) == ("*", "/*")
        assert settings["ThrottlingRateLimit"] == {"Ref": "ThrottleRate"}
        # Execution logs hold raw paths.
        assert "LoggingLevel" not in settings
