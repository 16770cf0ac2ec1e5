"""The providers' keys: read seldom, kept while Secrets Manager is away, and shown to nobody."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.session import get_session
from moto import mock_aws

from saldo.adapters.aws.secrets import (
    EARLY_GAP,
    TTL,
    Hidden,
    ProviderSecrets,
    SecretsUnavailable,
    from_secrets_manager,
    parts_of,
)
from saldo.clock import FixedClock

KEY, SIGNING = "sk_live_neverToBeSeen", "whsec_neverToBeSeen"
TEXT = json.dumps({"stripe": {"api_key": KEY, "webhook_secrets": [SIGNING]}})


class Manager:
    """Secrets Manager as a function: gives `text`, or fails with `error`; counts."""

    def __init__(self, text: str = TEXT) -> None:
        self.text, self.readings = text, 0
        self.error: Exception | None = None

    def __call__(self) -> str:
        self.readings += 1
        if self.error is not None:
            raise self.error
        return self.text


@pytest.fixture
def manager() -> Manager:
    return Manager()


@pytest.fixture
def secrets(manager: Manager, clock: FixedClock) -> ProviderSecrets:
    return ProviderSecrets(manager, clock)


def away() -> Exception:
    return EndpointConnectionError(endpoint_url="https://secretsmanager.example")


def key_in(secrets: ProviderSecrets) -> str:
    found: str = secrets.parts()["stripe"].reveal()["api_key"]
    return found


def test_nothing_is_read_before_somebody_asks(manager: Manager, secrets: ProviderSecrets) -> None:
    assert manager.readings == 0
    assert key_in(secrets) == KEY
    assert manager.readings == 1


def test_a_value_is_read_again_after_five_minutes_and_no_sooner(
    manager: Manager, secrets: ProviderSecrets, clock: FixedClock
) -> None:
    assert key_in(secrets) == KEY
    manager.text = TEXT.replace(KEY, "sk_live_new")
    clock.advance(TTL - timedelta(seconds=1))
    assert key_in(secrets) == KEY
    clock.advance(timedelta(seconds=1))
    assert key_in(secrets) == "sk_live_new"
    assert manager.readings == 2


@pytest.mark.parametrize(
    "fail",
    [
        lambda m: setattr(m, "error", away()),
        lambda m: setattr(m, "error", ClientError({"Error": {"Code": "AccessDenied"}}, "Get")),
        lambda m: setattr(m, "text", '{"stripe": {"api_key": "half a docu'),
        lambda m: setattr(m, "text", '["no", "object"]'),
        lambda m: setattr(m, "text", '{"stripe": "no object"}'),
    ],
    ids=["no answer", "not allowed", "cut off", "a list", "no part"],
)
def test_what_is_known_stays_in_force_while_it_cannot_be_read(
    fail: Callable[[Manager], None], manager: Manager, secrets: ProviderSecrets, clock: FixedClock
) -> None:
    assert key_in(secrets) == KEY
    fail(manager)
    clock.advance(TTL)
    for _ in range(3):
        assert key_in(secrets) == KEY
    assert manager.readings == 2, "a reading that failed is not repeated with every request"
    clock.advance(EARLY_GAP)
    manager.error, manager.text = None, TEXT.replace(KEY, "sk_live_new")
    assert key_in(secrets) == "sk_live_new"


def test_without_any_value_the_provider_shall_come_again(
    manager: Manager, secrets: ProviderSecrets
) -> None:
    manager.error = away()
    with pytest.raises(SecretsUnavailable):
        secrets.parts()
    manager.error = None
    assert key_in(secrets) == KEY


def test_reading_before_the_time_happens_once_a_minute(
    manager: Manager, secrets: ProviderSecrets, clock: FixedClock
) -> None:
    assert key_in(secrets) == KEY
    assert secrets.read_early()
    assert not secrets.read_early()
    clock.advance(EARLY_GAP - timedelta(seconds=1))
    assert not secrets.read_early()
    clock.advance(timedelta(seconds=1))
    assert secrets.read_early()
    assert manager.readings == 3


def test_secrets_manager_itself_is_read_by_its_name(
    clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    with mock_aws():
        client = get_session().create_client("secretsmanager", region_name="eu-central-1")
        arn = client.create_secret(Name="saldo-providers", SecretString=TEXT)["ARN"]
        caplog.set_level(logging.DEBUG)  # as somebody would who looks for a fault
        secrets = ProviderSecrets(from_secrets_manager(client, arn), clock)
        assert key_in(secrets) == KEY
        client.update_secret(SecretId=arn, SecretString=TEXT.replace(KEY, "sk_live_new"))
        caplog.clear()  # that call was the owner's, with the value in its request
        assert secrets.read_early()
        assert key_in(secrets) == "sk_live_new"
    assert "sk_live" not in caplog.text
    assert SIGNING not in caplog.text


def test_a_binary_or_missing_secret_is_a_reason_in_the_log(
    clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    with mock_aws():
        client = get_session().create_client("secretsmanager", region_name="eu-central-1")
        client.create_secret(Name="binary", SecretBinary=KEY.encode())
        for name in ("binary", "missing"):
            with pytest.raises(SecretsUnavailable):
                ProviderSecrets(from_secrets_manager(client, name), clock).parts()
    assert "binary, not text" in caplog.text
    assert "ResourceNotFoundException" in caplog.text
    assert KEY not in caplog.text


def test_nothing_shows_a_value(secrets: ProviderSecrets) -> None:
    parts = secrets.parts()
    shown = [repr(x) + str(x) + f"{x}" for x in (secrets, parts, parts["stripe"], [parts])]
    assert KEY not in "".join(shown)
    assert SIGNING not in "".join(shown)


def test_a_value_is_not_written_anywhere(secrets: ProviderSecrets) -> None:
    hidden = secrets.parts()["stripe"]
    for write in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as refused:
            write(hidden)
        assert KEY not in str(refused.value)


@pytest.mark.parametrize("text", [TEXT[:-1], f'["{KEY}"]', f'{{"stripe": "{KEY}"}}', f'"{KEY}"'])
def test_no_failure_quotes_or_carries_what_it_could_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="not a JSON object") as refused:
        parts_of(text)
    assert KEY not in "".join(traceback.format_exception(refused.value))
    assert refused.value.__context__ is None, "an error of json carries the whole text along"


def test_parts_are_the_same_when_their_values_are() -> None:
    one: dict[str, Any] = {"api_key": KEY}
    assert Hidden(one) == Hidden(dict(one))
    assert Hidden(one) != Hidden({"api_key": "another"})
    assert Hidden(one) != one
