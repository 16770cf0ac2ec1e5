"""What the API refuses before the books are asked; each code is stable and documented."""

from __future__ import annotations

from saldo.errors import Conflict, Invalid, NotFound


class BodyNotJson(Invalid):
    """The body is not JSON, or names a field twice."""

    code = "body-not-json"


class FieldMissing(Invalid):
    """A field that must be there is missing."""

    code = "field-missing"


class FieldUnknown(Invalid):
    """There is no such field: most often a typing error, so nothing is ignored silently."""

    code = "field-unknown"


class FieldNotValid(Invalid):
    """A field has the wrong type, form or length; the text says what it must be."""

    code = "field-not-valid"


class AmountNotText(Invalid):
    """An amount came as a JSON number: numbers lose cents, so write it as a text."""

    code = "amount-not-text"


class AmountNotPositive(Invalid):
    """An amount is zero or negative; what reduces an invoice is a credit note."""

    code = "amount-not-positive"


class DueBeforeIssued(Invalid):
    """The due date lies before the day of issue."""

    code = "due-before-issued"


class UntilNotAhead(Invalid):
    """A pause would end today or in the past."""

    code = "until-not-ahead"


class DayAhead(Invalid):
    """A fact would be booked on a day that has not come yet."""

    code = "day-ahead"


class FactCurrency(Conflict):
    """The currency is not the invoice's: nothing is converted."""

    code = "fact-currency"


class WhichPayments(Invalid):
    """A look at payments names none, or more than one, of a payment, an invoice and an account."""

    code = "which-payments"


class RecordsCount(Invalid):
    """A bulk call carries no record, or more than it may."""

    code = "records-count"


class ParameterNotValid(Invalid):
    """A parameter of the query is missing, unknown, given twice or not readable."""

    code = "parameter-not-valid"


class CursorNotValid(Invalid):
    """The cursor is none that a list answered with."""

    code = "cursor-not-valid"


class CreditNoteUnknown(NotFound):
    """The creditor has no credit note of that number."""

    code = "credit-note-unknown"


class WebhookExists(Conflict):
    """The creditor already has an active webhook at that address."""

    code = "webhook-exists"
