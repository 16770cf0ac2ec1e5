"""Paths that the gateway has folded: one of parameters alone in place of many that are spelt out.

API Gateway counts every part of every path as a resource and allows 300 to an API. Below a folded
place each depth is one path: `/payt/v1/{part1}/{part2}` stands for `/payt/v1/invoices/deleted` and
for `/payt/v1/debtors/{record_id}`. Addresses stay what they are; which route is meant is told from
the parts that came, before Chalice looks for it. `infra/make_api.py` folds, `unfolded` undoes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_PART: Final = re.compile(r"\{part[0-9]+\}")
_PARAMETER: Final = re.compile(r"\{(\w+)\}")

Named = dict[str, str]


def folded(path: str, places: Sequence[str]) -> str:
    """Return a path as the gateway has it: below one of `places` every part is a parameter."""
    for place in places:
        if path.startswith(f"{place}/"):
            depth = path.removeprefix(place).count("/")
            return place + "".join(f"/{{part{one}}}" for one in range(1, depth + 1))
    return path


def unfolded(event: dict[str, Any], routes: Mapping[str, Mapping[str, object]]) -> dict[str, Any]:
    """Return an event of the gateway as if its path were spelt out there.

    The route is the one that the gateway would choose: a part that is spelt goes before a
    parameter. What no route is for, or not by this method, is left as it came: to the gateway both
    would be unknown alike.
    """
    request = event.get("requestContext") or {}
    asked = str(request.get("resourcePath") or "")
    first = _PART.search(asked)
    if first is None:
        return event
    sent = dict(event.get("pathParameters") or {})
    parts = [str(sent.pop(name[1:-1], "")) for name in _PART.findall(asked)]
    found = _route(asked[: first.start()], parts, routes)
    if found is None or request.get("httpMethod") not in routes[found[0]]:
        return event
    route, named = found
    return {
        **event,
        "resource": route,
        "pathParameters": {**sent, **named} or None,
        "requestContext": {**request, "resourcePath": route},
    }


def _route(
    place: str, parts: Sequence[str], routes: Mapping[str, object]
) -> tuple[str, Named] | None:
    """Return the route below a place (which ends with a slash) that parts are for, and what its
    parameters are.
    """
    fits = []
    for route in routes:
        if route.startswith(place):
            spelt = route.removeprefix(place).split("/")
            named = _named(spelt, parts)
            if named is not None:
                fits.append(([one.startswith("{") for one in spelt], route, named))
    if not fits:
        return None
    _, route, named = min(fits, key=lambda one: one[:2])
    return route, named


def _named(spelt: Sequence[str], parts: Sequence[str]) -> Named | None:
    """Return the parameters of a route whose parts fit, None where one does not."""
    if len(spelt) != len(parts):
        return None
    named: Named = {}
    for one, part in zip(spelt, parts, strict=True):
        parameter = _PARAMETER.fullmatch(one)
        if parameter is not None:
            named[parameter[1]] = part
        elif one != part:
            return None
    return named
