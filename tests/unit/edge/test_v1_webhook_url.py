"""Where a webhook may point."""

from __future__ import annotations

import pytest

from saldo.edge.v1.webhook_url import check_webhook_url
from saldo.reconciliation.webhooks import WebhookAddressNotAllowed


@pytest.mark.parametrize(
    "url",
    [
        "https://erp.example.com/saldo",
        "https://erp.example.com:8443/hook?tenant=1&x=%20",
        "https://xn--mller-kva.example/",
        "https://93.184.215.14/hook",
        "https://[2606:2800:21f::1]/",
        "https://example.com.",
    ],
)
def test_public_address_is_taken_as_it_is(url: str) -> None:
    assert check_webhook_url(url, is_local=False) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example.com/saldo",
        "ftp://erp.example.com",
        "//erp.example.com",
        "erp.example.com",
        "https://",
        "https:///path",
        "https://:443/",
        "https://erp.example.com:0/",
        "https://erp.example.com:99999/",
        "https://erp.example.com:x/",
        "https://[::1",
        "https://[x]/",
        "https://user@erp.example.com/",
        "https://user:pass@erp.example.com/",
        "https://@erp.example.com/",
        "https://erp.example.com/#part",
        "https://erp.example.com/#",
        "https://erp.example.com/a b",
        "https://erp.example.com/\n",
        "https://erp.example.com\\@evil.example/",
        "https://müller.example/",
        # Ours, or near us.
        "https://localhost/",
        "https://LOCALHOST/",
        "https://a.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://intranet/",
        "https://intranet./",
        "https://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
        "https://127.1/",
        "https://0/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://1.2.3.0x4",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://172.16.0.1/",
        "https://169.254.169.254/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://a..example.com/",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(WebhookAddressNotAllowed) as caught:
        check_webhook_url(url, is_local=False)
    assert caught.value.pointer == "/url"


def test_local_cloud_may_post_nearby_and_in_the_clear() -> None:
    for url in ("http://localhost:4582/hook", "http://127.0.0.1:8000/", "https://erp.example.com/"):
        assert check_webhook_url(url, is_local=True) == url
    with pytest.raises(WebhookAddressNotAllowed):
        check_webhook_url("file:///etc/passwd", is_local=True)
