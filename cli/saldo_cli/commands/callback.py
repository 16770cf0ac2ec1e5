"""`saldo callback check`: a provider's callback from a file, judged without a stack."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from saldo.codec import encode
from saldo.payments.ports import CallbackRefused, PaymentProvider, ProviderEvent
from saldo.payments.told import ChargebackTold, MandateTold, PayoutTold, RefundTold, Told
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem

_KINDS: Final[dict[type[Any], str]] = {
    ProviderEvent: "payment",
    RefundTold: "refund",
    ChargebackTold: "chargeback",
    PayoutTold: "payout",
    MandateTold: "mandate",
}
_NOWHERE: Final = "https://provider.invalid"
_NO_KEY: Final = "none"


class _Asks(Exception):
    """The adapter wants to ask its provider, which this command never does."""


class _NoNetwork:
    """Stands where the network would be."""

    def request(self, method: str, url: str, *_: object) -> NoReturn:
        """Raise _Asks with what would have been asked."""
        raise _Asks(f"{method} {url.removeprefix(_NOWHERE)}")


class _NoLookups:
    """Stands where GoCardless would be asked."""

    def one(self, resource: str, resource_id: str) -> NoReturn:
        """Raise _Asks."""
        raise _Asks(f"{resource} {resource_id}")

    def history(self, payment_id: str) -> NoReturn:
        """Raise _Asks."""
        raise _Asks(f"events of {payment_id}")

    def mark(self, payment_id: str, reference: str) -> NoReturn:
        """Raise _Asks."""
        raise _Asks(f"{payment_id}, {reference}")


def check(options: Namespace, out: Output) -> int:
    """Print what a callback tells, one JSON object a line, or why it is refused."""
    body = _body(options.body)
    at = options.at or datetime.now(UTC)
    try:
        lines = list(_told(options, dict(options.header), body, at))
    except CallbackRefused as refused:
        if out.as_json:
            out.json({"refused": refused.detail})
        else:
            out.problem(refused.detail)
        return REFUSED
    if out.as_json:
        out.json(lines)
        return OK
    for line in lines:
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    if not lines:
        sys.stderr.write("Genuine, and no news to the books.\n")
    return OK


def _told(
    options: Namespace, headers: Mapping[str, str], body: bytes, at: datetime
) -> Iterator[dict[str, Any]]:
    """Yield what the callback tells; raise CallbackRefused or UsageProblem."""
    name, secrets = options.provider, tuple(options.secret)
    if name == "mollie" and "x-mollie-signature" not in headers and body.startswith(b"id="):
        raise CallbackRefused(
            "A classic callback of Mollie's is not signed: only Mollie's API can tell what it is "
            "about, and this command does not ask it."
        )
    if not secrets:
        raise UsageProblem("Give the secret that the callback was signed with: --secret SECRET.")
    if name == "gocardless":
        yield from _gocardless(secrets, headers, body)
        return
    try:
        for told in _adapter(options, secrets, body).parse_callback(headers, body, at):
            yield _line(told)
    except _Asks as asked:
        yield _to_look_up(name, str(asked))


def _adapter(options: Namespace, secrets: Sequence[str], body: bytes) -> PaymentProvider:
    if options.provider == "sandbox":
        from saldo.adapters.sandbox.provider import SandboxProvider

        return SandboxProvider(_NOWHERE, secrets, _NoNetwork())
    if options.provider == "stripe":
        from saldo.adapters.stripe.provider import StripeProvider

        return StripeProvider(_NO_KEY, secrets, _NoNetwork(), base_url=_NOWHERE, retries=0)
    if options.provider == "mollie":
        from saldo.adapters.mollie.provider import MollieProvider

        return MollieProvider("test_none", secrets, client_factory=_no_client)
    from saldo.adapters.adyen.options import Options
    from saldo.adapters.adyen.provider import AdyenProvider

    account = options.merchant or _merchant_in(body) or ""
    live_prefix = "none" if options.live else None
    try:
        return AdyenProvider(_NO_KEY, secrets, Options(account, live_prefix), _NoNetwork())
    except ValueError as bad:
        raise UsageProblem(f"--secret: {bad}.") from bad


def _no_client() -> NoReturn:
    raise _Asks("the payment")


def _gocardless(
    secrets: Sequence[str], headers: Mapping[str, str], body: bytes
) -> Iterator[dict[str, Any]]:
    """Yield event by event: those about money would be looked up, each for itself."""
    from saldo.adapters.gocardless import callbacks, signature

    signature.verify(headers, body, secrets)
    for event in callbacks.read(body):
        try:
            for told in callbacks.tell([event], _NoLookups()):
                yield _line(told)
        except _Asks as asked:
            yield _to_look_up("gocardless", str(asked), event.id)


def _line(told: Told) -> dict[str, Any]:
    kind = _KINDS[type(told)]
    fields: dict[str, Any] = encode(told)
    if "kind" in fields:  # a chargeback has kinds of its own
        fields[f"{kind}_kind"] = fields.pop("kind")
    return {"kind": kind, **fields}


def _to_look_up(provider: str, what: str, event_id: str | None = None) -> dict[str, Any]:
    """Return the line of a genuine event whose meaning the provider must be asked for."""
    line = {"kind": "look-up", "provider": provider, "what": what}
    return {**line, "event_id": event_id} if event_id else line


def _merchant_in(body: bytes) -> str | None:
    """Return the merchant account that a callback of Adyen's names first, if it names one.

    The adapter passes over what concerns other accounts; here nobody said which is ours.
    """
    try:
        waiting = [json.loads(body)]
    except (ValueError, RecursionError):
        return None
    while waiting:
        each = waiting.pop(0)
        if isinstance(each, dict):
            found = each.get("merchantAccountCode") or each.get("merchantAccount")
            if isinstance(found, str):
                return found
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return None


def _body(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageProblem(f"{name} cannot be read: {error.strerror}.") from error
