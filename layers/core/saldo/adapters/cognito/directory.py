"""A company's directory behind the user pool: the pool's own OpenID Connect endpoints.

https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlencode

from saldo.people.ports import IdentityUnavailable, NotProven, Vouched

_OK = 200
_CLIENT_ERRORS = range(400, 500)


class Transport(Protocol):
    """Sends one request; raises OSError when no whole answer came."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]: ...


class CognitoDirectory:
    """Implements `saldo.people.ports.Directory` by the pool's domain `url`.

    `name` is the directory's in the pool: with one, Cognito leads straight there.
    """

    def __init__(
        self, transport: Transport, url: str, client_id: str, name: str, callback: str
    ) -> None:
        self._transport, self._url, self._client_id = transport, url, client_id
        self._name, self._callback = name, callback

    def address(self, state: str, nonce: str, verifier: str, *, afresh: bool) -> str:
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._callback,
            "scope": "openid email",
            "state": state,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        if self._name:
            asked["identity_provider"] = self._name
        if afresh:
            asked["prompt"] = "login"
        return f"{self._url}/oauth2/authorize?{urlencode(asked)}"

    def redeem(self, code: str, verifier: str) -> Vouched:
        body = urlencode(
            {
                "grant_type": "authorization_code",
                "client_id": self._client_id,
                "code": code,
                "redirect_uri": self._callback,
                "code_verifier": verifier,
            }
        ).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            status, _, raw = self._transport.request(
                "POST", f"{self._url}/oauth2/token", headers, body
            )
        except OSError as error:
            raise IdentityUnavailable("Signing in does not work at the moment.") from error
        if status in _CLIENT_ERRORS:
            raise NotProven("The directory does not vouch for anybody.")
        if status != _OK:
            raise IdentityUnavailable("Signing in does not work at the moment.")
        return self._vouched(raw)

    def _vouched(self, raw: bytes) -> Vouched:
        """Read the ID token. It came over TLS from the pool itself in answer to this call, which
        stands in for checking its signature (OpenID Connect Core, 3.1.3.7, 6).
        """
        try:
            answer: dict[str, Any] = json.loads(raw)
            payload = str(answer["id_token"]).split(".")[1]
            claims: dict[str, Any] = json.loads(
                base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
            )
        except (ValueError, KeyError, IndexError) as error:
            raise IdentityUnavailable("The directory's answer cannot be read.") from error
        email = claims.get("email")
        if claims.get("aud") != self._client_id or not isinstance(email, str) or not email:
            raise NotProven("The directory does not say who it is.")
        if self._name and self._name not in _providers(claims):
            raise NotProven("Somebody else than the directory vouches for this person.")
        return Vouched(email, str(claims.get("nonce", "")))


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _providers(claims: Mapping[str, Any]) -> set[str]:
    """Return the directories that the pool says the person came by."""
    told = claims.get("identities", [])
    found = json.loads(told) if isinstance(told, str) else told
    return {str(one.get("providerName")) for one in found if isinstance(one, dict)}
