"""GoCardless' hosted pages: a billing request, and a flow that leads the payer through it."""

from __future__ import annotations

from typing import Any, Final

from saldo.adapters.gocardless.api import GoCardlessApi, GoCardlessRefused
from saldo.adapters.gocardless.documents import text
from saldo.payments.ports import ProviderUnavailable

DESCRIPTION_MAX: Final = 100
VALUE_MAX: Final = 500
"""Metadata: up to three keys, values up to 500 characters."""
_LANGUAGES: Final = "da de en es fr it nb nl pt sl sv"


class GoCardlessPages:
    """Makes hosted pages for `creditor`, or the account's only one."""

    def __init__(self, api: GoCardlessApi, creditor: str | None) -> None:
        self._api = api
        self._links = {"links": {"creditor": creditor}} if creditor else {}

    def open(
        self,
        key: str,
        asked: dict[str, Any],
        return_url: str,
        language: str,
        **prefilled: dict[str, str],
    ) -> tuple[str, str]:
        """Return the billing request made under `key` and the address of a page for it.

        Raises GoCardlessRefused when nothing can be asked for like this, ProviderUnavailable.
        """
        short = language.lower()[:2]
        request = self._api.create("billing_requests", key, {**asked, **self._links})
        try:
            request_id = text(request, "id")
            # Flows need no key: whichever the payer takes, the request is fulfilled once.
            flow = self._api.create(
                "billing_request_flows",
                None,
                {
                    "redirect_uri": return_url,
                    "exit_uri": return_url,
                    "skip_success_screen": True,
                    "links": {"billing_request": request_id},
                    **prefilled,
                    **({"language": short} if short in _LANGUAGES.split() else {}),
                },
            )
            return request_id, text(flow, "authorisation_url")
        except (GoCardlessRefused, ValueError) as bad:
            raise ProviderUnavailable(f"GoCardless made no page: {bad}") from bad
