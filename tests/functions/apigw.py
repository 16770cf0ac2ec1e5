"""Events as API Gateway sends them (REST API, payload version 1), and their answers read back."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

STAGE = "live"
DOMAIN = "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com"
REQUEST_ID = "deef4878-7910-11e6-8f14-25afc3e9ae33"

Query = Mapping[str, str | Sequence[str]]


def api_event(
    method: str,
    resource: str,
    path_params: Mapping[str, str] | None = None,
    query: Query | None = None,
    headers: Mapping[str, str] | None = None,
    body: Any = None,
    *,
    binary: bool = True,
) -> dict[str, Any]:
    """Return the event of one request to the route `resource`, e.g. "/p/{token}".

    `body` may be bytes, text, or anything else, which is sent as JSON. `binary`: as with the
    media type `*/*`, every body arrives in base64. Parameters and headers that are not there are
    None, as the gateway sends them.
    """
    sent = {
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
        "Host": DOMAIN,
        "User-Agent": "ExampleERP/7.3",
        "X-Amzn-Trace-Id": "Root=1-5e66d96f-7491f09xmpl79d18acf3d050",
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **(
            {}
            if body is None or isinstance(body, bytes | str)
            else {"Content-Type": "application/json"}
        ),
        **(headers or {}),
    }
    many = {
        name: [values] if isinstance(values, str) else list(values)
        for name, values in (query or {}).items()
    }
    path = re.sub(r"\{(\w+)\+?\}", lambda m: quote((path_params or {})[m[1]], safe=""), resource)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in many.items()} or None,
        "multiValueQueryStringParameters": many or None,
        "pathParameters": dict(path_params) if path_params else None,
        "stageVariables": None,
        "requestContext": {
            "resourceId": "roq9wj",
            "resourcePath": resource,
            "operationName": None,
            "httpMethod": method,
            "extendedRequestId": "TWegAcC4EowCHnA=",
            "requestTime": "21/Nov/2026:10:00:00 +0000",
            "requestTimeEpoch": 1795255200000,
            "path": f"/{STAGE}{path}",
            "accountId": "123456789012",
            "protocol": "HTTP/1.1",
            "stage": STAGE,
            "domainPrefix": DOMAIN.partition(".")[0],
            "domainName": DOMAIN,
            "requestId": REQUEST_ID,
            "apiId": DOMAIN.partition(".")[0],
            "identity": {
                "cognitoIdentityPoolId": None,
                "accountId": None,
                "cognitoIdentityId": None,
                "caller": None,
                "sourceIp": "203.0.113.7",
                "principalOrgId": None,
                "accessKey": None,
                "cognitoAuthenticationType": None,
                "cognitoAuthenticationProvider": None,
                "userArn": None,
                "userAgent": "ExampleERP/7.3",
                "user": None,
            },
        },
        **_body(body, binary=binary),
    }


def _body(body: Any, *, binary: bool) -> dict[str, Any]:
    if body is None:
        return {"body": None, "isBase64Encoded": False}
    raw = (
        body
        if isinstance(body, bytes)
        else (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
    )
    if binary:
        return {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
    return {"body": raw.decode(), "isBase64Encoded": False}


@dataclass(frozen=True)
class Answer:
    """What a function answered, as a client sees it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Context:
    """What a function asks of Lambda's context."""

    function_name = "saldo-test"
    function_version = "$LATEST"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:saldo-test"
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def get_remaining_time_in_millis(self) -> int:
        return 29_000


def answer_of(response: Mapping[str, Any]) -> Answer:
    """Read what a function gave to the gateway, which must be plain JSON."""
    response = json.loads(json.dumps(response))
    many = response.get("multiValueHeaders") or {}
    headers = {
        **{name.lower(): ", ".join(values) for name, values in many.items()},
        **{name.lower(): value for name, value in (response.get("headers") or {}).items()},
    }
    text = response.get("body") or ""
    raw = base64.b64decode(text) if response.get("isBase64Encoded") else text.encode()
    return Answer(response["statusCode"], headers, raw)
