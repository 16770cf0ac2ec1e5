"""One movement of a CODA file: its records 21, 22 and 23, and what records 3 say of it."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from saldo.adapters.bank.fields import day, places, said, shaped_iban
from saldo.money import AMOUNT_MINOR_MAX
from saldo.statements.findings import Unreadable
from saldo.statements.model import BankCode, Batch, Entry, Party, References

_DECIMALS: Final = 3
_INFORMATION_MAX: Final = 200
_BLANKS: Final = re.compile(r"\s+")
_ACCOUNT: Final = re.compile(r"[A-Z0-9]{1,34}", re.ASCII)
_GLOBALISED: Final = frozenset("12")
_PARTS: Final = frozenset("56")
"""First digit of the transaction code: 1 and 2 are amounts as the customer or the bank added them
up, 5 and 6 their details. Details of a simple amount (3) are its charges and taxes, no payments."""

_NATIONAL: Final = ("101", "102")
_ISO: Final = "100"
_DIRECT_DEBIT: Final = "127"
_SENDER: Final = "001"


class Movement:
    """A movement while its records come."""

    def __init__(self, text: str, line: int, currency: str) -> None:
        """Take record 21; raise Unreadable."""
        self.line, self.currency = line, currency
        self.sequence, self.detail = text[2:6], text[6:10]
        self.minor = minor_of(text[32:47], text[31], currency)
        self.bank = text[10:31].strip()
        self.value_on = day_of(text[47:53])
        self.booked_on = day_of(text[115:121])
        self._code = text[53:61].strip()
        self._is_structured = text[61] == "1"
        self._words = text[62:115]
        self._customer = self._bic = self._purpose = self._reason = ""
        self._is_returned = False
        self._account = self._name = self._sender = ""
        self._told: list[str] = []
        self._is_telling = False

    @property
    def is_globalised(self) -> bool:
        """Tell whether the amount is a sum whose details may follow."""
        return self._code[:1] in _GLOBALISED

    @property
    def is_part(self) -> bool:
        """Tell whether it is one payment of a sum."""
        return self._code[:1] in _PARTS

    @property
    def is_party_readable(self) -> bool:
        """Tell whether the account of the other side is one, or is left out."""
        zone = self._account[:34].strip()
        return not zone or _ACCOUNT.fullmatch(zone) is not None

    def go_on(self, text: str) -> None:
        """Take record 22 or 23."""
        if text[1] == "2":
            self._words += text[10:63]
            self._customer, self._bic = text[63:98].strip(), text[98:109].strip()
            self._is_returned = text[112] in "12345"
            self._reason = text[113:117].strip()
            return
        self._account, self._name = text[10:47], text[47:82].strip()
        self._words += text[82:125]

    def tell(self, text: str) -> None:
        """Take record 31, 32 or 33."""
        if len(self._told) >= _INFORMATION_MAX:
            return
        if text[1] == "1":
            self._is_telling = text[39] == "0"
            if text[39] == "1" and text[40:43] == _SENDER:
                self._sender = text[43:113].strip()
            elif self._is_telling:
                self._told.append(text[40:113])
        elif self._is_telling:
            self._told.append(text[10:115] if text[1] == "2" else text[10:100])

    def entry(
        self, number: int, whole: Movement | None = None, part: int = 0, count: int = 0
    ) -> Entry:
        """Return the row; `whole` is what it is a part of. Raises Unreadable."""
        structured = self._structured()
        words = "" if self._is_structured else self._words
        remittance = _BLANKS.sub(" ", f"{words} {''.join(self._told)}").strip()
        batch = Batch(whole.bank or whole.sequence, count, part) if whole else None
        return Entry(
            f"{number}.{part}" if whole else str(number),
            "booked",
            self.booked_on or (whole.booked_on if whole else None),
            self.value_on or (whole.value_on if whole else None),
            self.minor,
            self.currency,
            self._party(),
            References(
                end_to_end_id=said(self._customer),
                mandate_id=structured.get("mandate", ""),
                creditor_id=structured.get("creditor", ""),
                creditor_reference=structured.get("reference", ""),
                bank=self.bank,
            ),
            " ".join(one for one in (structured.get("words", ""), remittance) if one),
            BankCode(proprietary=self._code, text=structured.get("text", "")),
            self._is_returned or bool(structured.get("returned")),
            self._reason or structured.get("reason", ""),
            batch,
        )

    def _party(self) -> Party:
        if not self.is_party_readable:
            return Party(self._sender)
        account = self._account[:34].strip()
        iban = shaped_iban(account)
        return Party(self._name or self._sender, iban, self._bic, "" if iban else account)

    def _structured(self) -> dict[str, str]:
        """Return what a structured communication says, by its type, in the first three digits."""
        if not self._is_structured:
            return {}
        kind, rest = self._words[:3], self._words[3:]
        if kind in _NATIONAL:
            return {"reference": rest[:12].strip()}
        if kind == _ISO:
            return {"reference": rest[:25].strip()}
        if kind == _DIRECT_DEBIT:
            # Settlement date 6, type 1, scheme 1, paid or why not 1, creditor 35, mandate 35,
            # communication 62, kind of R-transaction 1, its reason 4.
            rest = rest.ljust(146)
            return {
                "creditor": rest[9:44].strip(),
                "mandate": rest[44:79].strip(),
                "words": _BLANKS.sub(" ", rest[79:141]).strip(),
                "returned": "yes" if rest[141] in "12345" else "",
                "reason": rest[142:146].strip(),
            }
        return {"text": _BLANKS.sub(" ", f"{kind} {rest}").strip()}


def minor_of(digits: str, sign: str, currency: str) -> int:
    """Return minor units of twelve digits and three decimals; debit is below zero.

    Raises Unreadable.
    """
    if not (digits.isascii() and digits.isdigit()) or sign not in ("0", "1"):
        raise Unreadable("amount-not-readable", f"{sign + digits!r} is no amount.")
    decimals = places(currency)
    if decimals > _DECIMALS:
        raise Unreadable("currency-not-readable", f"CODA cannot write amounts of {currency}.")
    value, rest = divmod(int(digits), int(10 ** (_DECIMALS - decimals)))
    if rest:
        raise Unreadable("amount-too-precise", f"{digits!r} has more decimals than {currency}.")
    if value > AMOUNT_MINOR_MAX:
        raise Unreadable("amount-too-large", f"{digits!r} is more than one record may carry.")
    return -value if sign == "1" else value


def day_of(text: str) -> date | None:
    """Return the day of DDMMYY, None for zeros or blanks; raise Unreadable."""
    if not text.strip(" 0"):
        return None
    if not (text.isascii() and text.isdigit()):
        raise Unreadable("day-not-readable", f"{text!r} is no day: DDMMYY is expected.")
    return day(2000 + int(text[4:6]), int(text[2:4]), int(text[:2]))
