"""What a payer's form says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args
from urllib.parse import parse_qs

from saldo.edge.form_key import FIELD
from saldo.errors import Invalid
from saldo.messages.formats import read_amount
from saldo.payments.designation import INVOICES_MAX, TooManyChosen, Wish

Press = Literal[
    "all", "chosen", "part", "credit", "later", "transfer", "bank", "cancel", "revoke", "take-back"
]
"""Which button was pressed."""

_FIELDS_MAX: Final = INVOICES_MAX + 20
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY: Final = re.compile(r"(\d{1,2})[./ ]+(\d{1,2})[./ ]+(\d{4})", re.ASCII)


class DayNotReadable(Invalid):
    """The payer typed a day that is none."""

    code = "day-not-readable"


@dataclass(frozen=True, slots=True)
class PayForm:
    """A form as it was sent; nothing of it is to be trusted.

    `consent` is the fingerprint of the words that the payer was shown, `seen_minor` the sum and
    `credit_minor` the credit. `id` names what is to be cancelled, revoked or
    taken back, `kind` which answer that is; `key` is the
    form's own.
    """

    attempt: str
    language: str | None
    press: Press
    invoices: tuple[str, ...]
    currency: str
    amount: str | None
    day: str
    seen_minor: int | None
    credit_minor: int | None = None
    mandate: str = ""
    consent: str = ""
    id: str = ""
    key: str = ""
    kind: str = ""

    def wish(self, language: str, currency: str) -> Wish:
        """Return what the payer wants to pay, `currency` unless the form names one.

        An amount typed in `language` pays the ticked invoices, and without ticks the oldest ones.
        Raises AmountNotReadable, AmountTooPrecise, AmountTooLarge or UnknownCurrency.
        """
        chosen = self.invoices if self.press == "chosen" else self.invoices or None
        if self.press == "all":
            chosen = None
        currency = self.currency or currency
        if self.press == "part":
            return Wish(chosen, currency, read_amount(self.amount or "", currency, language))
        return Wish(chosen, currency, seen_minor=self.seen_minor)


def read_form(body: bytes) -> PayForm:
    """Return a form of the payer's pages; raise TooManyChosen when it holds more than any page."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_FIELDS_MAX)
    except ValueError as error:
        raise TooManyChosen(f"Choose at most {INVOICES_MAX} invoices at once.") from error

    def one(name: str) -> str:
        return fields.get(name, [""])[0]

    def minor(name: str) -> int | None:
        value = one(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None

    press = one("press")
    invoices = tuple(dict.fromkeys(fields.get("invoice", [])))
    if press not in get_args(Press):  # the key Enter, pressed inside a field
        filled = (("amount", "part"), ("day", "later"), ("invoice", "chosen"))
        press = next((meant for name, meant in filled if one(name)), "all")
    return PayForm(
        attempt=one("attempt"),
        language=one("lang") or None,
        press=press,  # type: ignore[arg-type]  # looked up above
        invoices=invoices,
        currency=one("currency"),
        amount=one("amount") or None,
        day=one("day")[:20],
        seen_minor=minor("seen"),
        credit_minor=minor("credit"),
        mandate=one("mandate"),
        consent=one("consent"),
        id=one("id"),
        key=one(FIELD),
        kind=one("kind"),
    )


def read_day(text: str) -> date:
    """Read a day as browsers send it (2026-12-24) or as somebody types it (24.12.2026).

    Raises DayNotReadable.
    """
    bare = text.strip()
    try:
        if _ISO_DAY.fullmatch(bare):
            return date.fromisoformat(bare)
        if typed := _DAY.fullmatch(bare):
            return date(int(typed[3]), int(typed[2]), int(typed[1]))
    except ValueError as error:
        raise DayNotReadable("There is no such day.").at("/day") from error
    raise DayNotReadable("Write the day like 24.12.2026.").at("/day")
