"""Bulk calls: how they are cut, and what their answers become."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from saldo_cli.erp import BULK_BYTES_MAX, ApiRefused, ErpClient, batches
from saldo_cli.lambda_http import Answer
from saldo_cli.problems import Unreachable


class Scripted:
    """Answers with what it was given, and keeps what it was asked."""

    def __init__(self, *answers: tuple[int, object]) -> None:
        self.answers, self.asked = list(answers), []

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        self.asked.append((method, url, headers, json.loads(body) if body else None))
        status, answer = self.answers.pop(0)
        return status, {}, answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def client(transport: Scripted) -> ErpClient:
    return ErpClient("https://pay.example/", "saldo_x", transport)


def test_calls_carry_500_records_at_most() -> None:
    assert [len(part) for part in batches([{"n": n} for n in range(1203)])] == [500, 500, 203]
    assert list(batches([])) == []


def test_calls_stay_below_the_size_that_one_request_may_have() -> None:
    parts = list(batches([{"text": "x" * 200_000} for _ in range(9)]))
    assert [len(part) for part in parts] == [4, 4, 1]
    assert all(len(json.dumps({"records": part})) < BULK_BYTES_MAX + 100 for part in parts)


def test_results_come_in_order_with_reason_and_place() -> None:
    refused = {
        "index": 1,
        "id": "2",
        "status": "refused",
        "problem": {
            "code": "x",
            "detail": "No.",
            "pointer": "/records/1/amount",
        },
    }
    accepted = {"index": 0, "id": "1", "status": "accepted"}
    transport = Scripted((200, {"results": [accepted, refused]}))
    done: list[int] = []
    records = [{"number": "1"}, {"number": "2"}]
    first, second = client(transport).push("invoices", records, done.append)
    assert (first.status, second.status) == ("accepted", "refused")
    assert (second.index, second.reason, second.pointer) == (1, "No.", "/records/1/amount")
    assert done == [2]
    method, url, headers, body = transport.asked[0]
    assert (method, url) == ("POST", "https://pay.example/v1/invoices")
    assert headers["Authorization"] == "Bearer saldo_x"
    assert body == {"records": records}


def test_a_refused_call_says_the_apis_reason() -> None:
    transport = Scripted((401, {"detail": "Send a valid API key."}))
    with pytest.raises(ApiRefused, match=r"\(401\): Send a valid API key"):
        list(client(transport).push("accounts", [{}]))


@pytest.mark.parametrize("answer", [(500, {"detail": "later"}), (200, b"<html>"), (200, [1])])
def test_an_api_that_fails_or_speaks_no_json_is_out_of_reach(answer: tuple[int, object]) -> None:
    with pytest.raises(Unreachable):
        client(Scripted(answer)).call("GET", "/v1/creditor")


def test_pay_links_by_invoice_and_the_reason_why_not() -> None:
    good = {"results": [{"index": 0, "id": "1", "status": "accepted", "url": "https://x/p/t"}]}
    assert client(Scripted((200, good))).pay_links(["1"]) == {"1": "https://x/p/t"}
    bad = {"results": [{"id": "1", "status": "refused", "problem": {"detail": "Unknown."}}]}
    with pytest.raises(ApiRefused, match=r"No pay link for 1: Unknown\."):
        client(Scripted((200, bad))).pay_links(["1"])
