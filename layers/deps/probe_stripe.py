"""Try the layer's stripe package the way the functions use it, without a network.

Usage: python -I -S -B probe_stripe.py ROOT, where ROOT is the layer's `python` folder; with -S,
what is missing from the layer is missing. Prints the modules of the package that a call loads, as
JSON. Fails when anything is missing.
"""

import json
import sys
from typing import Any

# What an error of Stripe's may carry inside: of each the package would import a class.
EMBEDDED = {"payment_intent", "payment_method", "setup_intent", "source", "charge", "list"}

Answer = tuple[str, int, dict[str, str]]


def calls(stripe: Any, *, embedded: bool) -> None:
    """Create an object, read one, and be refused in every way; raise when an answer is lost."""

    class Recorded(stripe.HTTPClient):  # type: ignore[misc]  # the package is known at run time only
        name = "recorded"

        def __init__(self, answer: Answer | None) -> None:
            super().__init__()
            self._answer = answer

        def request(self, *_: Any, **__: Any) -> Answer:
            if self._answer is None:
                raise stripe.APIConnectionError("no answer", should_retry=False)
            return self._answer

        def close(self) -> None:
            pass

    def ask(method: str, answer: Answer | None, **params: Any) -> Any:
        client = stripe.StripeClient("sk_test_probe", http_client=Recorded(answer))
        return client.raw_request(method, "/v1/refunds", **params).data

    made: Answer = ('{"id": "re_1", "object": "refund"}', 200, {"request-id": "req_1"})
    fields = {"amount": 100, "metadata": {"a": "b"}, "expand": ["charge"], "idempotency_key": "k"}
    assert ask("post", made, **fields)["id"] == "re_1"
    assert ask("get", made, limit=1)["object"] == "refund"
    inside = {name: {"id": "x", "object": name, "data": []} for name in EMBEDDED if embedded}
    refusals: list[Answer | None] = [None, ("<html>", 502, {}), ("<html>", 200, {})]
    for status in (400, 401, 402, 403, 404, 409, 429, 500):
        for kind in ("card_error", "idempotency_error", "invalid_request_error", "api_error"):
            error = {"type": kind, "code": "c", "message": "m", "param": "p", **inside}
            refusals.append((json.dumps({"error": error}), status, {}))
    for refusal in refusals:
        try:
            ask("post", refusal, idempotency_key="k")
        except stripe.StripeError:
            continue
        raise AssertionError(f"{refusal} is no error")


def main() -> int:
    """Print what is loaded."""
    sys.path.insert(0, sys.argv[1])
    import stripe

    calls(stripe, embedded=False)
    loaded = sorted(name for name in sys.modules if name.split(".")[0] == "stripe")
    calls(stripe, embedded=True)
    sys.stdout.write(json.dumps(loaded))
    return 0


if __name__ == "__main__":
    sys.exit(main())
