"""The identity provider in memory and Cognito, as moto has it, keep the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from saldo.adapters.cognito.identity import CognitoIdentity
from saldo.adapters.memory.identity import MemoryIdentity
from saldo.clock import SystemClock
from saldo.ids import RandomIds
from saldo.people.ports import (
    Challenge,
    Identity,
    NotProven,
    PasswordNotGood,
    Proven,
    SecondFactorThere,
)
from saldo.people.totp import code_at

CLARA = "clara@example.com"
PASSWORD = "Correct-Horse-9"
OTHER_PASSWORD = "Battery-Staple-7"


@pytest.fixture(params=["memory", "cognito"])
def identity(request: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Identity]:
    if request.param == "memory":
        yield MemoryIdentity(SystemClock(), RandomIds())
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP", "true")
    with mock_aws():
        client = boto3.client("cognito-idp", region_name="eu-central-1")
        pool = client.create_user_pool(
            PoolName="console",
            UsernameAttributes=["email"],
            Policies={
                "PasswordPolicy": {
                    "MinimumLength": 12,
                    "RequireLowercase": True,
                    "RequireUppercase": True,
                    "RequireNumbers": True,
                    "RequireSymbols": False,
                }
            },
        )["UserPool"]["Id"]
        client.set_user_pool_mfa_config(
            UserPoolId=pool,
            SoftwareTokenMfaConfiguration={"Enabled": True},
            MfaConfiguration="OPTIONAL",
        )
        made = client.create_user_pool_client(
            UserPoolId=pool,
            ClientName="console",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        )
        yield CognitoIdentity(client, pool, made["UserPoolClient"]["ClientId"])


def came(found: Proven | Challenge) -> Proven:
    assert isinstance(found, Proven)
    return found


def asked(found: Proven | Challenge) -> Challenge:
    assert isinstance(found, Challenge)
    return found


@pytest.fixture
def clara(identity: Identity) -> str:
    """Somebody with a password; what the provider calls her."""
    subject = identity.create(CLARA)
    identity.set_password(CLARA, PASSWORD)
    return subject


def now_code(challenge: Challenge) -> str:
    return code_at(challenge.secret, datetime.now(UTC))


def wrong(code: str) -> str:
    return str((int(code) + 500_000) % 1_000_000).zfill(6)


def test_somebody_signs_in_with_her_password(identity: Identity, clara: str) -> None:
    assert identity.sign_in(CLARA, PASSWORD) == Proven(clara, "password")
    assert came(identity.sign_in(" Clara@Example.COM", PASSWORD)).subject == clara


def test_a_wrong_password_and_a_stranger_are_told_alike(identity: Identity, clara: str) -> None:
    said = []
    for email in (CLARA, "nobody@example.com"):
        with pytest.raises(NotProven) as refused:
            identity.sign_in(email, OTHER_PASSWORD)
        said.append((refused.value.code, refused.value.detail))
    assert said[0] == said[1]


def test_who_was_made_known_and_has_no_password_yet_does_not_come_in(identity: Identity) -> None:
    identity.create(CLARA)
    with pytest.raises(NotProven):
        identity.sign_in(CLARA, PASSWORD)


def test_making_somebody_known_twice_gives_the_same_person(identity: Identity, clara: str) -> None:
    assert identity.create("CLARA@example.com") == clara
    assert came(identity.sign_in(CLARA, PASSWORD)).subject == clara


def test_a_new_password_takes_the_old_ones_place(identity: Identity, clara: str) -> None:
    identity.set_password(CLARA, OTHER_PASSWORD)
    with pytest.raises(NotProven):
        identity.sign_in(CLARA, PASSWORD)
    assert came(identity.sign_in(CLARA, OTHER_PASSWORD)).subject == clara


@pytest.mark.parametrize("plain", ["short-A1", "all-small-letters-1", "No-digits-at-all"])
def test_a_plain_password_is_not_taken(identity: Identity, clara: str, plain: str) -> None:
    with pytest.raises(PasswordNotGood):
        identity.set_password(CLARA, plain)
    came(identity.sign_in(CLARA, PASSWORD))


def test_who_is_switched_off_does_not_come_in_until_switched_on(
    identity: Identity, clara: str
) -> None:
    identity.switch(CLARA, enabled=False)
    with pytest.raises(NotProven):
        identity.sign_in(CLARA, PASSWORD)
    identity.switch(CLARA, enabled=True)
    came(identity.sign_in(CLARA, PASSWORD))


def test_nobody_can_be_changed_who_is_not_known(identity: Identity) -> None:
    with pytest.raises(NotProven):
        identity.set_password(CLARA, PASSWORD)
    with pytest.raises(NotProven):
        identity.switch(CLARA, enabled=False)


def test_with_an_app_the_code_is_asked_for_after_the_password(
    identity: Identity, clara: str
) -> None:
    setting_up = identity.set_up_totp(CLARA, PASSWORD)
    assert setting_up.kind == "totp-setup"
    with pytest.raises(NotProven):
        identity.answer(setting_up, wrong(now_code(setting_up)))
    assert identity.answer(setting_up, now_code(setting_up)) == Proven(clara, "totp")

    second = asked(identity.sign_in(CLARA, PASSWORD))
    assert (second.kind, second.email, second.secret) == ("totp", CLARA, "")
    with pytest.raises(NotProven):
        identity.answer(second, wrong(now_code(setting_up)))
    assert identity.answer(second, now_code(setting_up)) == Proven(clara, "totp")


def test_an_app_that_was_never_confirmed_asks_for_nothing(identity: Identity, clara: str) -> None:
    identity.set_up_totp(CLARA, PASSWORD)
    came(identity.sign_in(CLARA, PASSWORD))


def test_a_second_app_needs_the_first_to_be_taken_away(identity: Identity, clara: str) -> None:
    setting_up = identity.set_up_totp(CLARA, PASSWORD)
    identity.answer(setting_up, now_code(setting_up))
    with pytest.raises(SecondFactorThere):
        identity.set_up_totp(CLARA, PASSWORD)
    identity.forget_totp(CLARA)
    came(identity.sign_in(CLARA, PASSWORD))
    assert identity.set_up_totp(CLARA, PASSWORD).kind == "totp-setup"


def test_setting_up_an_app_needs_the_password(identity: Identity, clara: str) -> None:
    with pytest.raises(NotProven):
        identity.set_up_totp(CLARA, OTHER_PASSWORD)
