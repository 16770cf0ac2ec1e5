"""Providers as a deployed stack has them: made of one secret, changed while it runs."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import subprocess
import sys
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe
from botocore.session import get_session
from moto import mock_aws

from functions.pay import app as pay
from saldo.adapters.aws.secrets import TTL
from saldo.clock import FixedClock
from saldo.payments.ports import ProviderUnavailable
from saldo.payments.told import Mandates, Payouts, Refunds
from saldo.provider_parts import PROVIDERS
from saldo.provider_wiring import ProviderNotUsable
from saldo.settings import Settings
from saldo.wiring import Services, install
from saldo_cli.lambda_http import Answer, FunctionHttp, HttpFunction
from tests.books import Books
from tests.conftest import ROOT
from tests.contract.providers.stripe_side import event, signed

HERE = "https://pay.musterwerk.example"
ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
PARTS: dict[str, dict[str, Any]] = {
    "stripe": {"api_key": "sk_live_HIDE1", "webhook_secrets": ["whsec_HIDE2"]},
    "mollie": {
        "api_key": "live_HIDE3",
        "webhook_secrets": ["HIDE4"],
        "organisation_token": "access_HIDE5",
    },
    "adyen": {
        "api_key": "HIDE6",
        "webhook_secrets": [ADYEN_KEY],
        "merchant_account": "BeispielECOM",
        "report_key": "HIDE7",
    },
    "gocardless": {"access_token": "HIDE8", "webhook_secrets": ["HIDE9"]},
}
HIDDEN = re.compile(f"HIDE[0-9]|{ADYEN_KEY}", re.IGNORECASE)
LISTS = {"_secrets", "_keys"}
PAYOUT = {
    "id": "po_1",
    "object": "payout",
    "amount": 11900,
    "currency": "eur",
    "status": "paid",
    "arrival_date": 1795219200,
}


class Installation:
    """A stack with its secret: the owner changes it, providers call back."""

    def __init__(self, books: Books) -> None:
        self._manager = get_session().create_client("secretsmanager", region_name="eu-central-1")
        self.arn = self._manager.create_secret(
            Name="saldo-providers", SecretString=json.dumps(PARTS)
        )["ARN"]
        self.clock: FixedClock = books.clock
        self.services = Services(
            Settings(
                public_url=HERE,
                provider_secret=self.arn,
                sandbox_url="https://sandbox.example",
                sandbox_secrets=("secret-HIDE0",),
            ),
            store=books.store,
            clock=books.clock,
            ids=books.ids,
        )
        install(self.services)
        self._http = FunctionHttp({HERE: [HttpFunction(pay.app, pay.handler)]})

    def change(self, **parts: dict[str, Any]) -> None:
        """Put a new value into the secret, as the owner would."""
        text = json.dumps({**PARTS, **parts})
        self._manager.put_secret_value(SecretId=self.arn, SecretString=text)

    def lose(self) -> None:
        self._manager.delete_secret(SecretId=self.arn, ForceDeleteWithoutRecovery=True)

    def readings(self) -> list[str]:
        """Take note of every reading from now on."""
        secrets = self.services.provider_secrets
        assert secrets is not None
        noted: list[str] = []
        read = secrets._read

        def noting() -> str:
            noted.append("read")
            return read()

        secrets._read = noting
        return noted

    def stripe_says(self, secret: str, event_id: str = "evt_1") -> Answer:
        now = self.clock.now()
        body = event("payout.paid", PAYOUT, event_id, now)
        headers = {"content-type": "application/json", **signed(body, secret, now)}
        return self._http.request("POST", f"{HERE}/callbacks/stripe", headers, body)

    def says(self, provider: str) -> Answer:
        headers = {"content-type": "application/json"}
        return self._http.request("POST", f"{HERE}/callbacks/{provider}", headers, b"{}")


@pytest.fixture
def stack() -> Iterator[Installation]:
    with mock_aws():
        yield Installation(Books())


def test_every_provider_of_the_secret_is_there(stack: Installation) -> None:
    providers = stack.services.providers
    assert set(providers) == {"sandbox", *PROVIDERS}
    assert len(providers) == 5
    for name, provider in providers.items():
        assert provider.name == name
        assert provider.hosted_at.startswith("https://")
        if name != "sandbox":
            assert isinstance(provider, Refunds)
            assert isinstance(provider, Payouts)
            assert isinstance(provider, Mandates)


def test_the_owners_page_shows_parts_that_work(stack: Installation) -> None:
    page = (ROOT / "docs" / "providers.md").read_text("utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    parts = json.loads(shown.replace("…", "abc"))
    assert set(parts) == set(PROVIDERS)
    stack.change(**parts)
    for name in PROVIDERS:
        assert stack.services.providers[name].name == name


def test_a_callback_is_booked_with_the_secret_of_the_stack(stack: Installation) -> None:
    status, _, body = stack.stripe_says("whsec_HIDE2")
    assert (status, json.loads(body)) == (200, {"received": 1})
    assert stack.stripe_says("whsec_forged")[0] == 400


def test_a_new_secret_works_at_once_and_the_old_one_as_long_as_it_is_listed(
    stack: Installation,
) -> None:
    assert stack.stripe_says("whsec_HIDE2")[0] == 200
    both = {"api_key": "sk_live_HIDE1", "webhook_secrets": ["whsec_new", "whsec_HIDE2"]}
    stack.change(stripe=both)
    assert stack.stripe_says("whsec_new", "evt_2")[0] == 200
    assert stack.stripe_says("whsec_HIDE2", "evt_3")[0] == 200
    stack.change(stripe={**both, "webhook_secrets": ["whsec_new"]})
    stack.clock.advance(TTL)
    assert stack.stripe_says("whsec_HIDE2", "evt_4")[0] == 400
    assert stack.stripe_says("whsec_new", "evt_5")[0] == 200


def test_forgers_cannot_make_the_secret_be_read_more_than_once_a_minute(
    stack: Installation,
) -> None:
    assert stack.stripe_says("whsec_HIDE2")[0] == 200
    noted = stack.readings()
    assert {stack.stripe_says("whsec_forged")[0] for _ in range(20)} == {400}
    assert len(noted) == 1
    stack.clock.advance(timedelta(minutes=1))
    assert {stack.stripe_says("whsec_forged")[0] for _ in range(20)} == {400}
    assert len(noted) == 2


def test_names_that_nobody_set_up_and_the_sandbox_cost_no_reading(stack: Installation) -> None:
    noted = stack.readings()
    assert "sandbox" in stack.services.providers
    assert stack.services.providers["sandbox"].name == "sandbox"
    assert stack.says("paypal")[0] == 404
    assert stack.services.providers.get("paypal") is None
    assert noted == []


def test_a_provider_that_is_not_in_the_secret_is_not_set_up(stack: Installation) -> None:
    only_stripe = {"stripe": PARTS["stripe"]}
    stack._manager.put_secret_value(SecretId=stack.arn, SecretString=json.dumps(only_stripe))
    assert set(stack.services.providers) == {"sandbox", "stripe"}
    assert stack.says("mollie")[0] == 404


def test_without_a_secret_there_is_the_sandbox_alone_or_nothing() -> None:
    assert dict(Services(Settings()).providers) == {}
    sandbox = Settings(sandbox_url="https://sandbox.example", sandbox_secrets=("s" * 16,))
    assert list(Services(sandbox).providers) == ["sandbox"]


def test_a_provider_is_made_once_and_anew_when_its_part_has_changed(stack: Installation) -> None:
    providers = stack.services.providers
    first, other = providers["stripe"], providers["mollie"]
    stack.clock.advance(TTL)
    assert providers["stripe"] is first
    stack.change(stripe={**PARTS["stripe"], "api_key": "sk_live_other"})
    stack.clock.advance(TTL)
    assert providers["stripe"] is not first
    assert providers["mollie"] is other


def test_a_secret_that_is_away_lets_the_provider_come_again(stack: Installation) -> None:
    stack.lose()
    assert stack.stripe_says("whsec_HIDE2")[0] == 503


def test_a_secret_that_goes_away_later_changes_nothing(stack: Installation) -> None:
    assert stack.stripe_says("whsec_HIDE2")[0] == 200
    stack.lose()
    stack.clock.advance(TTL)
    assert stack.stripe_says("whsec_HIDE2", "evt_2")[0] == 200


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("stripe", {"api_key": None}, "api_key"),
        ("stripe", {"api_key": " sk_live_HIDE1"}, "api_key"),
        ("stripe", {"webhook_secrets": []}, "webhook_secrets"),
        ("stripe", {"webhook_secrets": [""]}, "webhook_secrets"),
        ("stripe", {"webhook_secrets": "whsec_HIDE2"}, "webhook_secrets"),
        ("stripe", {"webhook_secret": "whsec_HIDE2"}, "a field beside"),
        ("stripe", {"base_url": "http://HIDE1.example"}, "base_url"),
        ("mollie", {"api_key": "sk_HIDE3"}, "api_key"),
        ("mollie", {"organisation_token": "live_HIDE5"}, "organisation_token"),
        ("mollie", {"mandate_minor": "HIDE1"}, "mandate_minor"),
        ("mollie", {"mandate_minor": True}, "mandate_minor"),
        ("adyen", {"webhook_secrets": ["HIDE6"]}, "webhook_secrets"),
        ("adyen", {"live_prefix": "HIDE6.example/"}, "live_prefix"),
        ("adyen", {"captures_automatically": "HIDE6"}, "captures_automatically"),
        ("adyen", {"merchant_account": None}, "merchant_account"),
        ("gocardless", {"access_token": ""}, "access_token"),
        ("gocardless", {"mandate_currency": "hide8"}, "mandate_currency"),
    ],
)
def test_a_part_that_is_wrong_stops_its_provider_alone_and_is_told_without_its_values(
    stack: Installation,
    caplog: pytest.LogCaptureFixture,
    name: str,
    change: dict[str, Any],
    field: str,
) -> None:
    stack.change(**{name: {**PARTS[name], **change}})
    providers = stack.services.providers
    with pytest.raises(ProviderNotUsable) as refused:
        providers[name]
    told = caplog.text + "".join(traceback.format_exception(refused.value))
    assert field in caplog.text
    assert not HIDDEN.search(told)
    assert all(providers[other] for other in PARTS if other != name)
    assert stack.says(name)[0] == 503


def test_nothing_of_it_shows_a_value(
    stack: Installation, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    stack.stripe_says("whsec_HIDE2")
    stack.stripe_says("whsec_forged")
    services = stack.services
    shown = [services, services.settings, services.providers, services.provider_secrets]
    shown += [*services.providers.values(), services.callbacks, vars(services)]
    for provider in services.providers.values():
        shown.append(list(vars(provider).keys()))
        # Nor do the objects that an adapter is built of, but for the very lists of secrets.
        shown += [part for each, part in vars(provider).items() if each not in LISTS]
    texts = [repr(each) + str(each) for each in shown]
    texts += [caplog.text, *capsys.readouterr(), repr(dict(os.environ))]
    found = [HIDDEN.sub("(a secret)", text) for text in texts if HIDDEN.search(text)]
    assert found == []


class Away:
    """A network that is not there."""

    def request(self, *_: Any) -> Any:
        raise ConnectionError("no route to host")


@pytest.mark.parametrize("name", ["stripe", "adyen", "gocardless"])
def test_a_call_that_fails_tells_no_key(stack: Installation, name: str) -> None:
    provider: Any = stack.services.providers[name]
    api = provider._api
    api._transport = Away()
    ids = {"stripe": "pi_1", "adyen": "PLE83C39B0A0DE0C1E", "gocardless": "PM1"}
    with pytest.raises(ProviderUnavailable) as failed:
        provider.fetch(ids[name])
    assert not HIDDEN.search("".join(traceback.format_exception(failed.value)))


def test_verifying_a_callback_loads_no_provider_package() -> None:
    code = """
import json, sys
from datetime import UTC, datetime
from saldo.provider_parts import make
from saldo.payments.ports import CallbackRefused
for name, part in json.loads(sys.argv[1]).items():
    provider = make(name, part, "https://pay.example/callbacks/" + name, allow_http=False)
    try:
        provider.parse_callback({}, b"{}", datetime.now(UTC))
        raise AssertionError(name)
    except CallbackRefused:
        pass
print(sorted({"stripe", "mollie", "requests"} & set(sys.modules)))
"""
    assert _run(code, json.dumps(PARTS)) == "[]"


def test_stripe_works_on_what_the_layer_keeps_of_its_package(tmp_path: Path) -> None:
    """The trimming of the layer, tried with our own adapter: paid, declined, and not answered."""
    layer = tmp_path / "python"
    site = Path(stripe.__file__).parents[1]
    copied = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(stripe.__file__).parent, layer / "stripe", ignore=copied)
    shutil.copy(site / "typing_extensions.py", layer)
    trim = (
        "import sys; from pathlib import Path; import trim_stripe as t; t.trim(Path(sys.argv[1]))"
    )
    _run(trim, str(layer), ROOT / "layers" / "deps")
    size = sum(path.stat().st_size for path in (layer / "stripe").rglob("*.py"))
    assert size < 1_000_000
    assert not (layer / "stripe" / "_payment_intent.py").exists()
    code = """
import json, sys
from saldo.adapters.stripe.provider import StripeProvider
from saldo.payments.ports import HostedPaymentRequest, PaymentRefused
import stripe
assert stripe.__file__.startswith(sys.argv[1]), stripe.__file__

class Stripe:
    def request(self, method, url, headers, body):
        return self.status, {}, json.dumps(self.answer).encode()

far = Stripe()
provider = StripeProvider("sk_test_x", ["whsec_x"], far, retries=0)
far.status, far.answer = 200, {"id": "cs_1", "object": "checkout.session", "url": "https://c"}
asked = HostedPaymentRequest("p", 1, "EUR", "r", "d", "de", "https://a", "https://b", "c")
assert provider.create_payment(asked).provider_id == "cs_1"
intent = {"id": "pi_1", "object": "payment_intent", "charges": {"object": "list", "data": []},
          "last_payment_error": {"payment_method": {"id": "pm_1", "object": "payment_method"}}}
far.status, far.answer = 402, {"error": {"type": "card_error", "code": "card_declined",
                               "message": "no", "payment_intent": intent}}
for call, kind in (
    (lambda: provider.create_payment(asked), PaymentRefused),
    (lambda: provider._api.post("payment_intents", "k"), Exception),
):
    try:
        call()
        raise SystemExit("not declined")
    except kind as refused:
        print(type(refused).__name__)
"""
    told = _run(code, str(layer), layer)
    assert told.split() == ["PaymentRefused", "StripeRefused"]


def _run(code: str, argument: str, *first: Path) -> str:
    """Run Python in a process of its own, with our packages and `first` before all others."""
    path = [*map(str, first), str(ROOT / "layers" / "core")]
    done = subprocess.run(
        [sys.executable, "-c", code, argument],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
