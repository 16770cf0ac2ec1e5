"""`saldo callback check`: callbacks from files, accepted and refused as the adapters would."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from saldo.adapters.adyen.callbacks import key_of, signature_of, signed_part
from saldo.adapters.gocardless.signature import signature_of as gocardless_signature
from saldo.adapters.mollie.callbacks import signature_of as mollie_signature
from saldo.adapters.sandbox.signature import signature_of as sandbox_signature
from saldo_cli.main import main
from saldo_cli.problems import OK, REFUSED, USAGE
from tests.contract.providers.corpus import document
from tests.contract.providers.stripe_side import event, signed

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"

Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Run the command on a body; return exit code, standard output, standard error."""

    def run(
        provider: str,
        body: bytes,
        *options: str,
        secrets: tuple[str, ...] = (),
        headers: Mapping[str, str] | None = None,
        at: str = "2026-11-21T10:00:00Z",
    ) -> tuple[int, str, str]:
        file = tmp_path / "body"
        file.write_bytes(body)
        words = ["callback", "check", provider, str(file), "--at", at, *options]
        for secret in secrets:
            words += ["--secret", secret]
        for name, value in (headers or {}).items():
            words += ["--header", f"{name}: {value}"]
        code = main(words)
        return code, *capsys.readouterr()

    return run


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def a_payout(event_id: str = "evt_1") -> bytes:
    payout = {"id": "po_1", "object": "payout", "amount": 11900, "currency": "eur"}
    return event(
        "payout.paid", {**payout, "status": "paid", "arrival_date": 1795219200}, event_id, AT
    )


def an_item(**changes: Any) -> dict[str, Any]:
    item: dict[str, Any] = {
        "pspReference": "NC6HT9CRT65ZGN82",
        "merchantAccountCode": "BeispielECOM",
        "merchantReference": "pay-1",
        "amount": {"currency": "EUR", "value": 11900},
        "eventCode": "AUTHORISATION",
        "success": "true",
        "eventDate": "2026-11-21T10:59:00+01:00",
        "paymentMethod": "ideal",
        **changes,
    }
    item["additionalData"] = {"hmacSignature": signature_of(key_of(ADYEN_KEY), signed_part(item))}
    return item


def adyen_body(*items: dict[str, Any], live: str = "false") -> bytes:
    wrapped = [{"NotificationRequestItem": item} for item in items]
    return json.dumps({"live": live, "notificationItems": wrapped}).encode()


def test_stripe_tells_of_a_payout(check: Check) -> None:
    body = a_payout()
    code, told, _ = check("stripe", body, secrets=("whsec_1",), headers=signed(body, "whsec_1", AT))
    assert code == OK
    (line,) = lines(told)
    assert line["kind"] == "payout"
    assert (line["payout_id"], line["amount_minor"], line["currency"]) == ("po_1", 11900, "EUR")


def test_either_of_two_secrets_may_have_signed(check: Check) -> None:
    body = a_payout()
    for secret in ("new", "old"):
        headers = signed(body, secret, AT)
        assert check("stripe", body, secrets=("new", "old"), headers=headers)[0] == OK
    code, told, why = check("stripe", body, secrets=("new",), headers=signed(body, "old", AT))
    assert (code, told) == (REFUSED, "")
    assert "not made with a secret of ours" in why


def test_one_changed_byte_and_an_old_time_are_refused(check: Check) -> None:
    body = a_payout()
    headers = signed(body, "new", AT)
    code, _, why = check(
        "stripe", body.replace(b"11900", b"11901"), secrets=("new",), headers=headers
    )
    assert code == REFUSED and "signature" in why
    later = {"at": "2026-11-21T10:05:01Z"}
    code, _, why = check("stripe", body, secrets=("new",), headers=headers, **later)
    assert code == REFUSED and "too far from ours" in why


def test_the_time_may_be_given_in_seconds(check: Check) -> None:
    body = a_payout()
    seconds = str(int(AT.timestamp()))
    headers = signed(body, "new", AT)
    assert check("stripe", body, secrets=("new",), headers=headers, at=seconds)[0] == OK


def test_what_must_be_looked_up_is_said_and_not_refused(check: Check) -> None:
    dispute = {"id": "dp_1", "object": "dispute", "payment_intent": "pi_1", "status": "lost"}
    body = event("charge.dispute.closed", dispute, "evt_1", AT)
    code, told, _ = check("stripe", body, secrets=("s",), headers=signed(body, "s", AT))
    assert code == OK
    (line,) = lines(told)
    assert line["kind"] == "look-up"
    assert "/v1/payment_intents/pi_1" in line["what"]


def test_what_is_no_news_is_genuine_and_prints_nothing(check: Check) -> None:
    body = event("customer.created", {"id": "cus_1", "object": "customer"}, "evt_1", AT)
    code, told, note = check("stripe", body, secrets=("s",), headers=signed(body, "s", AT))
    assert (code, told) == (OK, "")
    assert "no news" in note


def test_stripes_own_vectors(check: Check) -> None:
    vector = document("stripe-signature/stripe_signature_vector.json")
    body, headers = vector["raw_body"].encode(), {"Stripe-Signature": vector["header"]}
    for case in vector["cases"]:
        secret = case.get("secret", vector["secret"])
        code, _, _ = check("stripe", body, secrets=(secret,), headers=headers, at=str(case["now"]))
        assert code == (OK if case["expect"] == "accept" else REFUSED), case


def test_adyen_tells_of_a_payment_of_whatever_account_it_names(check: Check) -> None:
    body = adyen_body(an_item())
    code, told, _ = check("adyen", body, secrets=(ADYEN_KEY,))
    assert code == OK
    (line,) = lines(told)
    assert (line["kind"], line["state"], line["amount_minor"]) == ("payment", "settled", 11900)
    assert lines(check("adyen", body, "--merchant", "Another", secrets=(ADYEN_KEY,))[1]) == []


def test_adyens_live_environment_is_asked_for(check: Check) -> None:
    body = adyen_body(an_item(), live="true")
    assert check("adyen", body, secrets=(ADYEN_KEY,))[0] == REFUSED
    assert check("adyen", body, "--live", secrets=(ADYEN_KEY,))[0] == OK


def test_a_chargebacks_own_kind_does_not_hide_what_it_is(check: Check) -> None:
    item = an_item(
        eventCode="CHARGEBACK",
        originalReference="NC6HT9CRT65ZGN82",
        pspReference="9913333333333333",
    )
    code, told, _ = check("adyen", adyen_body(item), secrets=(ADYEN_KEY,))
    assert code == OK
    (line,) = lines(told)
    assert line["kind"] == "chargeback"
    assert line["chargeback_kind"] in ("dispute", "returned-debit")


def test_adyens_own_vectors(check: Check) -> None:
    for vector in document("adyen-hmac/adyen_hmac_vectors.open.json"):
        if vector["kind"] != "item":
            continue
        item = vector["payload"]
        given = {**item.get("additionalData", {}), "hmacSignature": vector["signature"]}
        body = adyen_body({**item, "additionalData": given})
        at = item.get("eventDate", "2019-05-06T17:15:34Z")
        code, _, why = check("adyen", body, secrets=(vector["hex_key"],), at=at)
        if not vector["valid"]:
            assert code == REFUSED and "signature" in why, vector["name"]
        else:
            assert "signature" not in why, vector["name"]


def test_a_key_that_adyen_never_showed_is_a_wrong_command(check: Check) -> None:
    code, _, why = check("adyen", adyen_body(an_item()), secrets=("no-hex-secret",))
    assert code == USAGE
    assert "no-hex-secret" not in why


def test_gocardless_tells_event_by_event(check: Check) -> None:
    events = [
        {"id": "EV1", "created_at": "2026-11-21T09:59:00.000Z", "resource_type": "mandates",
         "action": "active", "links": {"mandate": "MD1"}, "details": {}},
        {"id": "EV2", "created_at": "2026-11-21T09:59:00.000Z", "resource_type": "payments",
         "action": "confirmed", "links": {"payment": "PM1"}, "details": {}},
    ]  # fmt: skip
    body = json.dumps({"events": events}).encode()
    headers = {"Webhook-Signature": gocardless_signature("s", body)}
    code, told, _ = check("gocardless", body, secrets=("s",), headers=headers)
    assert code == OK
    mandate, payment = lines(told)
    assert (mandate["kind"], mandate["mandate_id"]) == ("mandate", "MD1")
    assert (payment["kind"], payment["event_id"]) == ("look-up", "EV2")
    assert payment["what"] == "payments PM1"


def test_gocardless_own_vector(check: Check) -> None:
    vector = document("gocardless-webhook/gocardless_signature_vector.json")
    body, headers = vector["raw_body"].encode(), {"webhook-signature": vector["signature"]}
    code, told, _ = check("gocardless", body, secrets=(vector["secret"],), headers=headers)
    assert (code, [line["kind"] for line in lines(told)]) == (OK, ["mandate"])
    secret = vector["negative"]["secret"]
    assert check("gocardless", body, secrets=(secret,), headers=headers)[0] == REFUSED


def test_mollies_signed_callback_without_a_snapshot_is_to_be_looked_up(check: Check) -> None:
    fields = {"resource": "event", "id": "event_1", "type": "payment.paid", "entityId": "tr_1"}
    body = json.dumps({**fields, "createdAt": "2026-11-21T09:59:00Z"}).encode()
    headers = {"X-Mollie-Signature": "sha256=" + mollie_signature("s", body)}
    code, told, _ = check("mollie", body, secrets=("s",), headers=headers)
    assert (code, [line["kind"] for line in lines(told)]) == (OK, ["look-up"])
    assert check("mollie", body, secrets=("other",), headers=headers)[0] == REFUSED


def test_mollies_classic_callback_needs_mollie(check: Check) -> None:
    code, told, why = check("mollie", b"id=tr_d0b0E3EA3v")
    assert (code, told) == (REFUSED, "")
    assert "only Mollie's API can tell" in why
    assert why.count(". ") == 0, "one sentence"


def test_the_sandbox_tells_of_a_payment(check: Check) -> None:
    payment = {
        "id": "sbx_1", "idempotency_key": "pay-1", "state": "settled", "amount": "119.00",
        "currency": "EUR", "received_on": "2026-11-21", "method": "transfer",
    }  # fmt: skip
    told = {"id": "ev-1", "type": "payment.settled", "created_at": "2026-11-21T10:00:00Z"}
    body = json.dumps({**told, "data": {"payment": payment}}).encode()
    stamp = str(int(AT.timestamp()))
    headers = {
        "Sandbox-Id": "ev-1",
        "Sandbox-Timestamp": stamp,
        "Sandbox-Signature": sandbox_signature("s", "ev-1", stamp, body),
    }
    code, printed, _ = check("sandbox", body, secrets=("s",), headers=headers)
    assert code == OK
    (line,) = lines(printed)
    assert (line["kind"], line["reference"], line["amount_minor"]) == ("payment", "pay-1", 11900)


def test_the_body_may_come_by_standard_input_byte_for_byte(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = a_payout() + b"\r\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body)))
    (header,) = signed(body, "s", AT).items()
    words = ["callback", "check", "stripe", "-", "--secret", "s", "--at", "2026-11-21T10:00:00Z"]
    assert main([*words, "--header", ": ".join(header)]) == OK
    assert lines(capsys.readouterr().out)[0]["kind"] == "payout"


def test_for_scripts_it_is_one_document(check: Check) -> None:
    body = a_payout()
    headers = signed(body, "s", AT)
    code, told, _ = check("stripe", body, "--json", secrets=("s",), headers=headers)
    assert code == OK
    assert [line["kind"] for line in json.loads(told)] == ["payout"]
    code, told, _ = check("stripe", body, "--json", secrets=("x",), headers=headers)
    assert code == REFUSED
    assert "signature" in json.loads(told)["refused"]


def test_a_wrong_command_is_told_from_a_refusal(check: Check, tmp_path: Path) -> None:
    assert check("stripe", b"{}")[0] == USAGE
    missing = str(tmp_path / "missing")
    assert main(["callback", "check", "stripe", missing, "--secret", "s"]) == USAGE
    for words in (["--header", "no colon"], ["--at", "yesterday"], ["--at", "2026-11-21T10:00:00"]):
        with pytest.raises(SystemExit) as left:
            main(["callback", "check", "stripe", "-", "--secret", "s", *words])
        assert left.value.code == USAGE
