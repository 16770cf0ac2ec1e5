"""The creditor's own bank account: what is on it, and the statements that tell of it."""

from __future__ import annotations

from datetime import date
from zlib import crc32

from saldo.creditor_reference import invoice_reference
from saldo_cli.simulation.camt import Line, statement
from saldo_cli.simulation.transfers import Recall, Strangers, Transfer

IBAN = "DE02120300000000202051"
OPENING_MINOR = 250_000
_STRANGERS_IBAN = "DE02500105170137075030"
_USUAL = "DE02100500000054540402"
_NEW = "DE02300209000106531065"
_DEBTORS_APART = 9
STRANGER = ""
"""The label of money that nobody in the story means anything by."""


class OwnBank:
    """Holds the account. `lines` are its bookings in the order in which they were made."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.transfers: dict[str, Transfer] = {}
        self._told: set[date] = set()

    @property
    def told_minor(self) -> int:
        """What all statements so far told of, each booking once."""
        return sum(line.minor for line in self.told)

    @property
    def told(self) -> list[Line]:
        """The bookings that some statement told of."""
        return [line for line in self.lines if line.day in self._told]

    def transfer(self, action: Transfer, name: str) -> None:
        """Book a transfer as often as it was made."""
        self.transfers[action.label] = action
        who = "Jemand Anders" if action.payer == "somebody-else" else name
        # A payer who orders the same thing twice gives it no other id.
        line = Line(
            action.at.date(),
            action.minor,
            action.label,
            who,
            _iban(action, name),
            _words(action),
            invoice_reference(action.invoice) if action.words == "reference" else "",
            # Opaque, as payers' programs make them: no part of it looks like an invoice's number.
            f"{crc32(f'{action.label} {action.at}'.encode()):010d}",
        )
        self.lines += [line] * action.times

    def strangers(self, action: Strangers) -> None:
        """Book money of people who owe nothing; the last two do the same."""
        day = action.at.date()
        amounts = [3 + 2 * place for place in range(action.number - 1)]
        for minor in (*amounts, amounts[-1]):
            text = f"Spende {minor}"
            self.lines.append(Line(day, minor, STRANGER, "Wer auch immer", _STRANGERS_IBAN, text))

    def recall(self, action: Recall) -> None:
        """Take the money of a transfer back: of the first one, if it was made several times."""
        one = next((line for line in self.lines if line.label == action.pay), None)
        if one is None:
            return
        self.lines.append(
            Line(
                action.at.date(),
                -one.minor - action.charge_minor,
                one.label,
                one.name,
                one.iban,
                "Rueckruf",
                "",
                one.end_to_end_id,
                "MD06",
            )
        )

    def statement(self, first: date, last: date) -> bytes:
        """Return the statement of some days; the next call tells the same of the same days."""
        before = [line for line in self.lines if line.day < first]
        within = [line for line in self.lines if first <= line.day <= last]
        self._told |= {line.day for line in within}
        opening = OPENING_MINOR + sum(line.minor for line in before)
        return statement(IBAN, last.toordinal() % 1000, first, last, opening, within)


def _iban(action: Transfer, name: str) -> str:
    if action.payer == "somebody-else":
        return _STRANGERS_IBAN
    base = _NEW if action.payer == "new" else _USUAL
    return f"{base[:-1]}{int(name[1:2]) % _DEBTORS_APART}"


def _words(action: Transfer) -> str:
    if action.words == "number":
        return f"Rechnung {' und '.join(action.invoices)}"
    if action.words == "bare":
        return " ".join(number.rpartition("-")[2] for number in action.invoices)
    return {"reference": "", "wrong": "Rechnung INV-77", "none": "vielen Dank"}[action.words]
