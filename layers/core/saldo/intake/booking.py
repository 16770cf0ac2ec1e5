"""Books what documents mean, through the same service as a push: no other way writes invoices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from saldo.accounts.model import Account
from saldo.accounts.service import account_in
from saldo.errors import Conflict, Unavailable
from saldo.intake.claims import Claim, CreditClaim
from saldo.intake.ports import ReceivedFile, ReportRow
from saldo.invoices.intake import Intake, IntakeBusy, Result
from saldo.invoices.lines import InvoiceLineBook
from saldo.invoices.model import CreditNote, Invoice, NumberTaken
from saldo.store import Store

STANDS_ALONE: Final = "stands-alone"


class Waits(Conflict):
    """A document cannot be booked yet: something is to come, or a person is to say it."""


class PrecedingUnknown(Waits):
    """The invoice that is credited or corrected has not come yet."""

    code = "preceding-unknown"


class PrecedingMissing(Waits):
    """The document credits or corrects an invoice, and does not say which."""

    code = "preceding-missing"


class PrecedingSeveral(Waits):
    """The document credits or corrects several invoices, and does not say how much of each."""

    code = "preceding-several"


class CorrectionOfSettled(Waits):
    """Something was paid, credited or written off on the invoice that is to be replaced."""

    code = "correction-of-settled"


class BooksBusy(Unavailable):
    """The records are being changed by others; the same again will do."""

    code = "busy"


@dataclass(frozen=True, slots=True)
class Booked:
    """What became of a document in the books: `invoice` is the one that its files belong to."""

    number: str
    account: str
    invoice: str
    is_new: bool
    is_credit: bool = False
    remarks: tuple[ReportRow, ...] = ()


class Booking:
    """Books claims and credits. `credited(creditor, account, invoice)` is told of credit notes."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        lines: InvoiceLineBook,
        credited: Callable[[str, str, str], object],
    ) -> None:
        self._store, self._intake, self._lines, self._credited = store, intake, lines, credited

    def account(self, creditor: str, number: str) -> Account:
        """Return an account; raise AccountUnknown."""
        return account_in(self._store, creditor, number)

    def claim(self, claim: Claim, account: Account, file: ReceivedFile, *, is_new: bool) -> Booked:
        """Issue or correct an invoice on an account, which is made first if it `is_new`.

        Raises Waits, or why the books refuse it.
        """
        remarks: list[ReportRow] = []
        replaced = self._replaced(claim, file)
        if is_new:
            _done(self._intake.put_accounts([account]))
            words = f"Account {account.number} was made of the document's buyer."
            remarks.append(ReportRow("warning", code="account-made", id=account.number, text=words))
        if replaced is not None and self._take_off(replaced, claim):
            words = f"It takes the place of {replaced.number}, which was credited whole."
            remarks.append(
                ReportRow("warning", code="invoice-replaced", id=replaced.number, text=words)
            )
        invoice = replace(claim.invoice, account=account.number)
        is_changed = _done(self._intake.put_invoices([invoice], file.by))
        place = (invoice.creditor, account.number, invoice.number)
        if claim.lines:
            self._lines.put(*place, invoice.currency, claim.lines)
        return Booked(
            invoice.number, account.number, invoice.number, is_changed, remarks=tuple(remarks)
        )

    def credit(self, claim: CreditClaim, file: ReceivedFile) -> Booked:
        """Apply a credit note to the invoice that it names; raise Waits, or why it is refused."""
        note = claim.note
        number = _the_one(claim.preceding, file)
        invoice = self._invoice(note.creditor, number)
        is_new = _done(self._intake.put_credit_notes([replace(note, invoice=number)]))
        if is_new:
            self._credited(note.creditor, invoice.account, number)
        return Booked(note.number, invoice.account, number, is_new, is_credit=True)

    def _invoice(self, creditor: str, number: str) -> Invoice:
        taken = self._store.get(NumberTaken, creditor, "invoice", number)
        found = self._store.get(Invoice, creditor, taken.account, number) if taken else None
        if found is None:
            raise PrecedingUnknown(f"Invoice {number!r}, which it is about, has not come yet.")
        return found

    def _replaced(self, claim: Claim, file: ReceivedFile) -> Invoice | None:
        """Return the invoice in whose place a correction comes, None for any other document."""
        creditor, number = claim.invoice.creditor, claim.invoice.number
        is_known = self._store.get(NumberTaken, creditor, "invoice", number) is not None
        if not claim.is_correction or is_known or file.answer(STANDS_ALONE):
            return None
        return self._invoice(creditor, _the_one(claim.replaces, file))

    def _take_off(self, old: Invoice, claim: Claim) -> bool:
        """Credit an invoice whole, and tell whether it was not before; raise CorrectionOfSettled.

        First the old one goes, then the new one comes: nobody is ever asked for both.
        """
        number = claim.invoice.number
        booked = self._store.get(CreditNote, old.creditor, old.account, number)
        if booked is not None and booked.invoice == old.number:
            return False
        if old.settled_minor:
            raise CorrectionOfSettled(
                f"Something was settled on invoice {old.number!r}, in whose place {number!r} is to "
                "come: book by hand what becomes of that."
            )
        note = CreditNote(
            old.creditor,
            old.account,
            number,
            old.number,
            claim.invoice.issued_on,
            old.currency,
            old.amount_minor,
            0,
            f"Replaced by {number}",
        )
        return _done(self._intake.put_credit_notes([note]))


def _the_one(preceding: Sequence[str], file: ReceivedFile) -> str:
    """Return the invoice that a document is about: the one that a person named, or it does."""
    if chosen := file.answer("invoice"):
        return chosen
    if not preceding:
        raise PrecedingMissing("It does not say which invoice it is about.")
    if len(preceding) > 1:
        listed = ", ".join(preceding[:5])
        raise PrecedingSeveral(f"It is about several invoices ({listed}): how much of each?")
    return preceding[0]


def _done(results: Sequence[Result]) -> bool:
    """Tell whether a record changed the books; raise why it was refused."""
    (result,) = results
    if isinstance(result.refusal, IntakeBusy):
        raise BooksBusy(result.refusal.detail)
    if result.refusal is not None:
        raise result.refusal
    return result.status == "accepted"
