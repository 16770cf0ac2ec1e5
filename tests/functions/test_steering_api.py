"""How a customer is collected, said over the API and on the command line."""

from __future__ import annotations

from saldo.clock import FixedClock
from tests.functions.erp import ACCOUNT, World, refusal
from tests.functions.test_ingest_openapi import pointer, schema_validator


def test_a_policy_is_given_by_a_person_and_stays_through_the_next_push(clock: FixedClock) -> None:
    erp = World(clock).erp()
    erp.begin()
    order = {
        "account": ACCOUNT["number"],
        "policy": "plain-2-18-34",
        "reason": "Agreed by telephone",
    }
    answer = erp.call("POST", "/v1/accounts/steering", order)
    assert answer.status == 200, answer.json
    place = ("paths", "/v1/accounts/steering", "post", "responses", "200", "content")
    schema_validator(pointer(*place, "application/json", "schema")).validate(answer.json)
    wrong = erp.call("POST", "/v1/accounts/steering", {**order, "policy": "no-such-policy"})
    assert refusal(wrong)[1] == "policy-unknown" and wrong.json["pointer"] == "/policy"
    nobody = erp.call("POST", "/v1/accounts/steering", {**order, "account": "nobody"})
    assert nobody.status == 404
