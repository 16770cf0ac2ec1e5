"""Exact's webhooks are believed with their hash alone."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from saldo.adapters.erp.exact.webhook import BYTES_MAX, HashCodeWrong, content_of

SECRET = "webhook-secret"
CONTENT = b'{"Topic":"Accounts","Action":"Update","Division":1,"Key":"a"}'


def signed(content: bytes, secret: str = SECRET) -> bytes:
    digest = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest().upper()
    return b'{"Content":' + content + b',"HashCode":"' + digest.encode() + b'"}'


def test_a_signed_webhook_is_read() -> None:
    assert content_of(signed(CONTENT), SECRET)["Topic"] == "Accounts"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        CONTENT,
        signed(CONTENT, "another"),
        signed(CONTENT).replace(b"Update", b"Delete"),
        signed(b'{"a":}'),
        b'{"Content":{},"HashCode":""}',
        b" " * (BYTES_MAX + 1),
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(HashCodeWrong):
        content_of(body, SECRET)


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(HashCodeWrong):
        content_of(signed(CONTENT, ""), "")
