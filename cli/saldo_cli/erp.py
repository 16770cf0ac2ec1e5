"""Talking to `/v1` as an ERP does: with an API key, in bulk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from saldo_cli.problems import CommandProblem, Unreachable
from saldo_cli.transport import Transport

BULK_MAX = 500
"""Records of one bulk call."""

BULK_BYTES_MAX = 900_000
"""Some room below the megabyte that one request may carry."""

Kind = Literal["accounts", "invoices", "credit-notes"]
Plain = dict[str, Any]


class ApiRefused(CommandProblem):
    """The API refused a whole request; the sentence is its reason."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of one record: `index` counts from 0 over everything that was pushed."""

    index: int
    id: str
    status: str
    reason: str = ""
    pointer: str = ""


class ErpClient:
    """The API at `base_url`, as the creditor that `api_key` belongs to."""

    def __init__(self, base_url: str, api_key: str, transport: Transport) -> None:
        self._base_url, self._transport = base_url.rstrip("/"), transport
        self._headers = {
            "Authorization": f"Bearer {api_key}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }

    def push(
        self,
        kind: Kind,
        records: Sequence[Plain],
        progress: Callable[[int], None] | None = None,
    ) -> Iterator[Pushed]:
        """Push records in bulk calls and yield one result per record, in order.

        Raises ApiRefused when a whole call is refused (a key that may not do this), or
        Unreachable.
        """
        start = 0
        for part in batches(records):
            answer = self.call("POST", f"/v1/{kind}", {"records": list(part)})
            for offset, result in enumerate(answer["results"]):
                yield _pushed(start + offset, result)
            start += len(part)
            if progress is not None:
                progress(start)

    def pay_links(self, invoices: Sequence[str]) -> dict[str, str]:
        """Return a fresh pay link for each invoice; raise ApiRefused when one is unknown."""
        links: dict[str, str] = {}
        for start in range(0, len(invoices), BULK_MAX):
            records = [{"invoice": number} for number in invoices[start : start + BULK_MAX]]
            answer = self.call("POST", "/v1/pay-links", {"records": records})
            for number, result in zip(invoices[start:], answer["results"], strict=False):
                if "url" not in result:
                    raise ApiRefused(f"No pay link for {number}: {_pushed(0, result).reason}")
                links[number] = str(result["url"])
        return links

    def call(self, method: str, path: str, body: Any = None) -> Plain:
        """Return the API's JSON answer; raise ApiRefused or Unreachable."""
        raw = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self._answer(method, quote(path, safe="/?=&%"), self._headers, raw)

    def send(self, method: str, path: str, data: bytes) -> Plain:
        """Send plain bytes and return the API's JSON answer; raise ApiRefused or Unreachable.

        `path` comes with its query, written as a URL has it.
        """
        headers = {**self._headers, "Content-Type": "application/octet-stream"}
        return self._answer(method, path, headers, data)

    def _answer(self, method: str, path: str, headers: dict[str, str], raw: bytes | None) -> Plain:
        status, _, content = self._transport.request(
            method, f"{self._base_url}{path}", headers, raw
        )
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise Unreachable(f"{self._base_url} answered {status} with something that is no JSON.")
        if status >= 500:
            raise Unreachable(f"The API failed ({status}): {answer.get('detail') or answer}")
        if status >= 400:
            raise ApiRefused(f"The API refused ({status}): {answer.get('detail') or answer}")
        return answer


def batches(records: Sequence[Plain]) -> Iterator[Sequence[Plain]]:
    """Split records into calls of at most 500 records and 900,000 bytes."""
    start, size = 0, 0
    for index, record in enumerate(records):
        bytes_ = len(json.dumps(record, ensure_ascii=False).encode()) + 2
        if index > start and (index - start == BULK_MAX or size + bytes_ > BULK_BYTES_MAX):
            yield records[start:index]
            start, size = index, 0
        size += bytes_
    if start < len(records):
        yield records[start:]


def _pushed(index: int, result: Plain) -> Pushed:
    problem = result.get("problem") or result.get("error") or {}
    return Pushed(
        index,
        str(result.get("id") or result.get("number") or ""),
        str(result.get("status", "")),
        str(problem.get("detail", "")),
        str(problem.get("pointer") or ""),
    )
