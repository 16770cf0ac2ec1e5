"""Paying as a person does: open the link, press Pay, decide at the provider, come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

from saldo_cli.problems import CommandProblem
from saldo_cli.transport import Transport

_REDIRECTS_MAX = 5
_PAGE = {"Accept": "text/html"}
_FORM = {**_PAGE, "Content-Type": "application/x-www-form-urlencoded"}


class PaymentNotMade(CommandProblem):
    """A page on the way to the money was not what it must be."""


@dataclass(slots=True)
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects the forms of a page with the fields that a browser would send unasked."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(given.get("action", "")))
        elif tag == "input" and self.forms and _is_sent(given):
            self.forms[-1].fields[given["name"]] = given.get("value", "")


def _is_sent(given: dict[str, str]) -> bool:
    chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
    return "name" in given and chosen


class Payer:
    """Somebody with a browser that follows links and fills in forms."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def pay(self, link: str, on: date) -> None:
        """Pay all that is open behind `link`; the provider gets the money on the day `on`.

        Raises PaymentNotMade, saying which page went wrong.
        """
        page = self._get(link, "The pay page")
        # The form without an amount of its own pays everything.
        form = next(
            (f for f in page.forms if f.action.endswith("/pay") and "amount" not in f.fields), None
        )
        if form is None:
            raise PaymentNotMade(f"{link} offers nothing to pay.")
        hosted = self._post(urljoin(link, form.action), form.fields, "The pay page")
        self._get(hosted, "The provider's page")
        outcome = {"outcome": "pay", "received_on": on.isoformat()}
        self._get(self._post(hosted, outcome, "The provider's page"), "The page after paying")

    def _get(self, url: str, what: str) -> _Forms:
        for _ in range(_REDIRECTS_MAX):
            status, headers, body = self._transport.request("GET", url, _PAGE, None)
            if status not in (301, 302, 303, 307):
                break
            url = urljoin(url, headers.get("location", ""))
        if status != 200:
            raise PaymentNotMade(f"{what} answered {status} at {url}.")
        page = _Forms()
        page.feed(body.decode())
        return page

    def _post(self, url: str, fields: dict[str, str], what: str) -> str:
        """Send a form and return where it leads."""
        status, headers, _ = self._transport.request("POST", url, _FORM, urlencode(fields).encode())
        if status not in (302, 303) or "location" not in headers:
            raise PaymentNotMade(f"{what} did not lead on: it answered {status} at {url}.")
        return urljoin(url, headers["location"])
