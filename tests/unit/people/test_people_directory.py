"""The company's directory behind the pool: where a browser goes, whom an answer vouches for."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from saldo.adapters.cognito.directory import CognitoDirectory
from saldo.people.ports import IdentityUnavailable, NotProven, Vouched

URL = "https://acme-saldo.auth.example"
BACK = "https://pay.example/console/sign-in/callback"


class Pool:
    """Answers the token endpoint as a test says, and keeps what it was asked."""

    def __init__(self, status: int = 200, raw: bytes | None = None, **claims: Any) -> None:
        said = {"aud": "client", "email": "clara@example.com", "nonce": "n-1"} | claims
        body = base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
        self.answer = (
            status,
            {},
            json.dumps({"id_token": f"e30.{body}.c2ln"}).encode() if raw is None else raw,
        )
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        self.asked.append((method, url, parse_qs((body or b"").decode())))
        return self.answer


def directory(pool: Pool, name: str = "") -> CognitoDirectory:
    return CognitoDirectory(pool, URL, "client", name, BACK)


def test_the_browser_goes_straight_to_the_directory_with_a_challenge() -> None:
    address = urlsplit(directory(Pool(), "Entra").address("s-1", "n-1", "v" * 44, afresh=False))
    assert address._replace(query="").geturl() == f"{URL}/oauth2/authorize"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 44).digest()).rstrip(b"=").decode()
    assert parse_qs(address.query) == {
        "response_type": ["code"],
        "client_id": ["client"],
        "redirect_uri": [BACK],
        "scope": ["openid email"],
        "state": ["s-1"],
        "nonce": ["n-1"],
        "code_challenge": [challenge],
        "code_challenge_method": ["S256"],
        "identity_provider": ["Entra"],
    }


def test_a_proof_asks_the_directory_to_ask_again() -> None:
    address = directory(Pool()).address("s", "n", "v", afresh=True)
    assert parse_qs(urlsplit(address).query)["prompt"] == ["login"]


def test_a_code_is_redeemed_with_its_verifier() -> None:
    pool = Pool()
    assert directory(pool).redeem("c-1", "v-1") == Vouched("clara@example.com", "n-1")
    (asked,) = pool.asked
    assert asked[:2] == ("POST", f"{URL}/oauth2/token")
    assert asked[2] == {
        "grant_type": ["authorization_code"],
        "client_id": ["client"],
        "code": ["c-1"],
        "redirect_uri": [BACK],
        "code_verifier": ["v-1"],
    }


@pytest.mark.parametrize(
    "told", [[{"providerName": "Entra"}], json.dumps([{"providerName": "Entra"}])]
)
def test_the_directory_that_is_set_up_vouches(told: Any) -> None:
    found = directory(Pool(identities=told), "Entra").redeem("c", "v")
    assert found.email == "clara@example.com"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"email": None},
        {"email": ""},
        {"identities": [{"providerName": "Elsewhere"}]},
        {"identities": "[]"},
    ],
)
def test_whom_it_does_not_vouch_for_stays_outside(claims: dict[str, Any]) -> None:
    with pytest.raises(NotProven):
        directory(Pool(**claims), "Entra").redeem("c", "v")


def test_a_code_that_is_not_good_is_no_fault_of_ours() -> None:
    with pytest.raises(NotProven):
        directory(Pool(400, b'{"error": "invalid_grant"}')).redeem("c", "v")


@pytest.mark.parametrize(
    ("status", "raw"),
    [(500, b""), (303, b""), (200, b"<html>"), (200, b"{}"), (200, b'{"id_token": "x"}')],
)
def test_an_answer_that_cannot_be_read_is_told_as_such(status: int, raw: bytes) -> None:
    with pytest.raises(IdentityUnavailable):
        directory(Pool(status, raw)).redeem("c", "v")


def test_no_answer_at_all_is_told_as_such() -> None:
    class Away(Pool):
        def request(
            self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
        ) -> tuple[int, dict[str, str], bytes]:
            raise ConnectionError("nobody there")

    with pytest.raises(IdentityUnavailable):
        directory(Away()).redeem("c", "v")
