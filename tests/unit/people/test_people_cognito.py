"""What Cognito answers on AWS and moto does not: sessions that are over, pools that insist on an
app, and errors of ours.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from botocore.session import get_session
from botocore.stub import ANY, Stubber

from saldo.adapters.cognito.identity import CognitoIdentity
from saldo.people.ports import Challenge, ChallengeOver, IdentityUnavailable, NotProven, Proven

CLARA = "clara@example.com"
SESSION = "a-session-of-the-provider-0123456789"
LATER = "a-later-session-of-the-provider-0123"
SECRET = "JBSWY3DPEHPK3PXP"
OWN_NAME = "7d1a4c7e-own-name-of-the-pool"


def waiting(kind: Any) -> Challenge:
    """A challenge as the adapter hands it out, with the pool's session inside."""
    return Challenge(kind, CLARA, json.dumps([CLARA, SESSION, ""]))


class Cognito:
    """A stubbed client: answers in the order that a test says, and fails on any other call."""

    def __init__(self) -> None:
        client = get_session().create_client(
            "cognito-idp",
            region_name="eu-central-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        self.stub = Stubber(client)
        self.identity = CognitoIdentity(client, "eu-central-1_pool00001", "client")

    def answers(self, action: str, answer: dict[str, Any], **expected: Any) -> None:
        self.stub.add_response(action, answer, expected or None)

    def fails(self, action: str, code: str) -> None:
        self.stub.add_client_error(action, code)


@pytest.fixture
def cognito() -> Iterator[Cognito]:
    made = Cognito()
    with made.stub:
        yield made
        made.stub.assert_no_pending_responses()


def token(subject: str) -> str:
    """Return an ID token as far as we read it."""
    body = base64.urlsafe_b64encode(json.dumps({"sub": subject}).encode()).rstrip(b"=").decode()
    return f"e30.{body}.c2ln"


def result(subject: str = "sub-1") -> dict[str, Any]:
    return {"AuthenticationResult": {"IdToken": token(subject), "AccessToken": "access"}}


def test_a_pool_that_insists_on_an_app_leads_through_setting_one_up(cognito: Cognito) -> None:
    cognito.answers(
        "admin_initiate_auth",
        {"ChallengeName": "MFA_SETUP", "Session": SESSION, "ChallengeParameters": {}},
    )
    cognito.answers(
        "associate_software_token", {"SecretCode": SECRET, "Session": LATER}, Session=SESSION
    )
    asked = cognito.identity.sign_in(CLARA, "Correct-Horse-9")
    assert isinstance(asked, Challenge)
    assert (asked.kind, asked.email, asked.secret) == ("totp-setup", CLARA, SECRET)

    cognito.answers(
        "verify_software_token",
        {"Status": "SUCCESS", "Session": SESSION},
        Session=LATER,
        UserCode="123456",
        FriendlyDeviceName="Saldo",
    )
    cognito.answers(
        "admin_respond_to_auth_challenge",
        result(),
        UserPoolId=ANY,
        ClientId="client",
        ChallengeName="MFA_SETUP",
        Session=SESSION,
        ChallengeResponses={"USERNAME": CLARA},
    )
    assert cognito.identity.answer(asked, "123456") == Proven("sub-1", "totp")


def test_an_answer_carries_the_pools_own_name_and_not_the_address(cognito: Cognito) -> None:
    parameters = {"USER_ID_FOR_SRP": OWN_NAME}
    cognito.answers(
        "admin_initiate_auth",
        {
            "ChallengeName": "SOFTWARE_TOKEN_MFA",
            "Session": SESSION,
            "ChallengeParameters": parameters,
        },
    )
    asked = cognito.identity.sign_in(CLARA, "Correct-Horse-9")
    assert isinstance(asked, Challenge)
    assert asked.email == CLARA
    cognito.answers(
        "admin_respond_to_auth_challenge",
        result(),
        UserPoolId=ANY,
        ClientId="client",
        ChallengeName="SOFTWARE_TOKEN_MFA",
        Session=SESSION,
        ChallengeResponses={"USERNAME": OWN_NAME, "SOFTWARE_TOKEN_MFA_CODE": "123456"},
    )
    assert cognito.identity.answer(asked, "123456") == Proven("sub-1", "totp")


def test_a_temporary_password_is_replaced_on_the_way(cognito: Cognito) -> None:
    cognito.answers(
        "admin_initiate_auth",
        {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": SESSION, "ChallengeParameters": {}},
    )
    asked = cognito.identity.sign_in(CLARA, "Temporary-1234")
    assert isinstance(asked, Challenge)
    assert (asked.kind, asked.email) == ("new-password", CLARA)
    cognito.answers(
        "admin_respond_to_auth_challenge",
        result("sub-2"),
        UserPoolId=ANY,
        ClientId="client",
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=SESSION,
        ChallengeResponses={"USERNAME": CLARA, "NEW_PASSWORD": "Correct-Horse-9"},
    )
    assert cognito.identity.answer(asked, "Correct-Horse-9") == Proven("sub-2")


@pytest.mark.parametrize("kind", ["totp", "totp-setup"])
def test_a_session_that_is_over_is_told_as_such(cognito: Cognito, kind: Any) -> None:
    action = "verify_software_token" if kind == "totp-setup" else "admin_respond_to_auth_challenge"
    cognito.fails(action, "NotAuthorizedException")
    with pytest.raises(ChallengeOver):
        cognito.identity.answer(waiting(kind), "123456")


def test_a_wrong_code_is_not_the_end(cognito: Cognito) -> None:
    cognito.fails("admin_respond_to_auth_challenge", "CodeMismatchException")
    with pytest.raises(NotProven):
        cognito.identity.answer(waiting("totp"), "123456")
    cognito.fails("verify_software_token", "EnableSoftwareTokenMFAException")
    with pytest.raises(NotProven):
        cognito.identity.answer(waiting("totp-setup"), "123456")


def test_being_asked_too_often_is_no_wrong_password(cognito: Cognito) -> None:
    cognito.fails("admin_initiate_auth", "TooManyRequestsException")
    with pytest.raises(IdentityUnavailable):
        cognito.identity.sign_in(CLARA, "Correct-Horse-9")


def test_a_right_that_the_function_lacks_is_a_fault_and_no_wrong_password(cognito: Cognito) -> None:
    cognito.fails("admin_initiate_auth", "AccessDeniedException")
    with pytest.raises(ClientError):
        cognito.identity.sign_in(CLARA, "Correct-Horse-9")


def test_a_pool_that_asks_for_something_else_lets_nobody_in(cognito: Cognito) -> None:
    cognito.answers(
        "admin_initiate_auth",
        {"ChallengeName": "SMS_MFA", "Session": SESSION, "ChallengeParameters": {}},
    )
    with pytest.raises(IdentityUnavailable, match="SMS_MFA"):
        cognito.identity.sign_in(CLARA, "Correct-Horse-9")


def test_no_answer_at_all_is_told_as_such() -> None:
    class Away:
        def admin_initiate_auth(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://cognito-idp.example")

    with pytest.raises(IdentityUnavailable):
        CognitoIdentity(Away(), "pool", "client").sign_in(CLARA, "Correct-Horse-9")


def test_no_answer_while_somebody_is_made_known_is_told_as_such() -> None:
    class Away:
        def admin_create_user(self, **_: Any) -> None:
            raise EndpointConnectionError(endpoint_url="https://cognito-idp.example")

    with pytest.raises(IdentityUnavailable):
        CognitoIdentity(Away(), "pool", "client").create(CLARA)
