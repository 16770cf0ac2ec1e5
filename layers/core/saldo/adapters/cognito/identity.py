"""People's passwords and second factors in a Cognito user pool.

Every call that checks a password is one that IAM must allow (`Admin…`), so that nobody can try
passwords past our limits by the pool's public endpoint: the client allows no other flow.
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from botocore.exceptions import BotoCoreError, ClientError

from saldo.errors import Refusal
from saldo.people.model import SignInWay, plain_email
from saldo.people.ports import (
    Challenge,
    ChallengeKind,
    ChallengeOver,
    IdentityUnavailable,
    NotProven,
    PasswordNotGood,
    Proven,
    SecondFactorThere,
)

_WRONG: Final = "The address or the password is not right."
_WRONG_CODE: Final = "The code is not right."
_LATE: Final = "That took too long. Sign in again."

_KINDS: Final[dict[str, ChallengeKind]] = {
    "NEW_PASSWORD_REQUIRED": "new-password",
    "SOFTWARE_TOKEN_MFA": "totp",
    "MFA_SETUP": "totp-setup",
}


@dataclass(frozen=True, slots=True)
class _Held:
    """What our session holds of Cognito's: its own name of the person, which answers must carry in
    the place of the address that they signed in with; and its session, or an access token where
    somebody in the console sets up an app.
    """

    name: str
    session: str = ""
    token: str = ""

    def written(self) -> str:
        return json.dumps([self.name, self.session, self.token])


def _held(written: str) -> _Held:
    return _Held(*json.loads(written))


_TRANSIENT: Final = frozenset(
    {
        "TooManyRequestsException",
        "LimitExceededException",
        "InternalErrorException",
        "ThrottlingException",
        "ServiceUnavailable",
    }
)
_REFUSALS: Final[dict[str, Callable[[], Refusal]]] = {
    "NotAuthorizedException": lambda: NotProven(_WRONG),
    "UserNotFoundException": lambda: NotProven(_WRONG),
    "UserNotConfirmedException": lambda: NotProven(_WRONG),
    "PasswordResetRequiredException": lambda: NotProven(_WRONG),
    "CodeMismatchException": lambda: NotProven(_WRONG_CODE),
    "EnableSoftwareTokenMFAException": lambda: NotProven(_WRONG_CODE),
    "ExpiredCodeException": lambda: ChallengeOver(_LATE),
    "InvalidPasswordException": lambda: PasswordNotGood(
        "12 characters or more, with capital and small letters and digits."
    ),
    "PasswordHistoryPolicyViolationException": lambda: PasswordNotGood(
        "That password was used before."
    ),
}


class CognitoIdentity:
    """Implements `saldo.people.ports.Identity` by the pool `pool` and its client `client_id`."""

    def __init__(self, client: Any, pool: str, client_id: str) -> None:
        self._client, self._pool, self._client_id = client, pool, client_id

    def sign_in(self, email: str, password: str) -> Proven | Challenge:
        return self._understood(email, self._initiate(email, password))

    def answer(self, challenge: Challenge, value: str) -> Proven | Challenge:
        if challenge.kind == "totp-setup":
            return self._finish_set_up(challenge, value)
        if challenge.kind == "new-password":
            return self._respond(challenge, "NEW_PASSWORD_REQUIRED", {"NEW_PASSWORD": value})
        return self._respond(
            challenge, "SOFTWARE_TOKEN_MFA", {"SOFTWARE_TOKEN_MFA_CODE": value}, way="totp"
        )

    def set_up_totp(self, email: str, password: str) -> Challenge:
        answer = self._initiate(email, password)
        if "AuthenticationResult" not in answer:
            found = self._understood(email, answer)
            if isinstance(found, Challenge) and found.kind == "totp-setup":
                return found
            raise SecondFactorThere("There is an authenticator app already.")
        token = str(answer["AuthenticationResult"]["AccessToken"])
        made = self._call("associate_software_token", AccessToken=token)
        held = _Held(plain_email(email), token=token).written()
        return Challenge("totp-setup", plain_email(email), held, str(made["SecretCode"]))

    def forget_totp(self, email: str) -> None:
        self._prefer_totp(email, is_wanted=False)

    def create(self, email: str) -> str:
        address = plain_email(email)
        try:
            made = self._asked(
                "admin_create_user",
                UserPoolId=self._pool,
                Username=address,
                MessageAction="SUPPRESS",  # the invitation is our own mail
                UserAttributes=[
                    {"Name": "email", "Value": address},
                    {"Name": "email_verified", "Value": "true"},
                ],
            )
            return _subject(made["User"]["Attributes"])
        except ClientError as error:
            if _code(error) != "UsernameExistsException":
                raise _refusal(error) from error
        known = self._call("admin_get_user", UserPoolId=self._pool, Username=address)
        return _subject(known["UserAttributes"])

    def set_password(self, email: str, password: str) -> None:
        self._call(
            "admin_set_user_password",
            UserPoolId=self._pool,
            Username=plain_email(email),
            Password=password,
            Permanent=True,
        )

    def switch(self, email: str, *, enabled: bool) -> None:
        action = "admin_enable_user" if enabled else "admin_disable_user"
        self._call(action, UserPoolId=self._pool, Username=plain_email(email))

    def _initiate(self, email: str, password: str) -> Mapping[str, Any]:
        return self._call(
            "admin_initiate_auth",
            UserPoolId=self._pool,
            ClientId=self._client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": plain_email(email), "PASSWORD": password},
        )

    def _respond(
        self,
        challenge: Challenge,
        name: str,
        responses: Mapping[str, str],
        way: SignInWay = "password",
    ) -> Proven | Challenge:
        held = _held(challenge.session)
        try:
            answer = self._asked(
                "admin_respond_to_auth_challenge",
                UserPoolId=self._pool,
                ClientId=self._client_id,
                ChallengeName=name,
                Session=held.session,
                ChallengeResponses={"USERNAME": held.name, **responses},
            )
        except ClientError as error:
            # A session that is over or used up is "not authorized" too, and only that: a wrong code
            # is a mismatch.
            if _code(error) == "NotAuthorizedException":
                raise ChallengeOver(_LATE) from error
            raise _refusal(error) from error
        return self._understood(challenge.email, answer, way)

    def _finish_set_up(self, challenge: Challenge, code: str) -> Proven | Challenge:
        held = _held(challenge.session)
        try:
            verified = self._asked(
                "verify_software_token",
                **({"AccessToken": held.token} if held.token else {"Session": held.session}),
                UserCode=code,
                FriendlyDeviceName="Saldo",
            )
        except ClientError as error:
            if _code(error) == "NotAuthorizedException":
                raise ChallengeOver(_LATE) from error
            raise _refusal(error) from error
        if not held.token:
            on = replace(held, session=str(verified["Session"])).written()
            further = Challenge("totp-setup", challenge.email, on)
            return self._respond(further, "MFA_SETUP", {}, way="totp")
        self._prefer_totp(challenge.email, is_wanted=True)
        user = self._call("admin_get_user", UserPoolId=self._pool, Username=challenge.email)
        return Proven(_subject(user["UserAttributes"]), "totp")

    def _prefer_totp(self, email: str, *, is_wanted: bool) -> None:
        self._call(
            "admin_set_user_mfa_preference",
            UserPoolId=self._pool,
            Username=plain_email(email),
            SoftwareTokenMfaSettings={"Enabled": is_wanted, "PreferredMfa": is_wanted},
        )

    def _understood(
        self, email: str, answer: Mapping[str, Any], way: SignInWay = "password"
    ) -> Proven | Challenge:
        result = answer.get("AuthenticationResult")
        if result:
            return Proven(_claims(str(result["IdToken"]))["sub"], way)
        kind = _KINDS.get(str(answer.get("ChallengeName")))
        if kind is None:
            # A text message or a passkey: nothing that this pool is set up to ask for.
            raise IdentityUnavailable(f"The pool asks for {answer.get('ChallengeName')!r}.")
        told = answer.get("ChallengeParameters") or {}
        held = _Held(told.get("USER_ID_FOR_SRP") or plain_email(email), str(answer["Session"]))
        if kind != "totp-setup":
            return Challenge(kind, plain_email(email), held.written())
        made = self._call("associate_software_token", Session=held.session)
        on = replace(held, session=str(made["Session"])).written()
        return Challenge(kind, plain_email(email), on, str(made["SecretCode"]))

    def _call(self, action: str, **parameters: Any) -> Mapping[str, Any]:
        try:
            return self._asked(action, **parameters)
        except ClientError as error:
            raise _refusal(error) from error

    def _asked(self, action: str, **parameters: Any) -> Mapping[str, Any]:
        """Return the pool's answer; raise ClientError for its refusals, and IdentityUnavailable
        where it gave no answer.
        """
        try:
            return cast("Mapping[str, Any]", getattr(self._client, action)(**parameters))
        except BotoCoreError as error:
            raise IdentityUnavailable("Signing in does not work at the moment.") from error


def _claims(token: str) -> dict[str, str]:
    """Return what an ID token says. It came from Cognito itself over TLS, in answer to this call:
    its signature would say nothing more.
    """
    payload = token.split(".")[1]
    found: dict[str, str] = json.loads(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    return found


def _subject(attributes: list[dict[str, str]]) -> str:
    return next(one["Value"] for one in attributes if one["Name"] == "sub")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _refusal(error: ClientError) -> Exception:
    """Return what an error of Cognito means to whoever signs in; faults of ours stay what they are.

    Anything of IAM or of a pool set up otherwise is ours.
    """
    code = _code(error)
    if code in _TRANSIENT:
        return IdentityUnavailable("Signing in does not work at the moment.")
    make = _REFUSALS.get(code)
    return make() if make is not None else error
