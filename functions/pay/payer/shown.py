"""What pages show, as plain data. Amounts are minor units of the currency beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from saldo.invoices.lines import InvoiceLine
from saldo.messages.model import Sender

from .discounts import RunningDiscount

Status = Literal["open", "overdue", "paid", "processing", "part-paid", "closed"]
Outcome = Literal["paid", "processing", "failed", "cancelled"]
Wait = Literal["", "coming", "payment-scheduled", "transfer-announced", "plan"]
"""Why an invoice is left out when everything is paid: its money is on its way, or agreed upon."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has around it.

    `here` is the address of the link, the portal's page or the desk, without a query; empty where
    there is no way back to it. `page` is that of this very page below it, with what it is about in
    its query, "" for `here` itself: the links to other languages lead there. `public_url` has no
    slash at its end. `form_key` is put into every form of the page. `is_tracked` says that it
    carries the picture by which a link's visits are seen.
    """

    language: str
    public_url: str
    sender: Sender | None = None
    here: str = ""
    form_key: str = ""
    is_tracked: bool = True
    page: str = ""


@dataclass(frozen=True, slots=True)
class PastPayment:
    """A payment that was booked; `invoices` are those that it was for, where several can be, and
    `discount_minor` was granted with it.
    """

    received_on: date
    amount_minor: int
    currency: str = "EUR"
    invoices: tuple[str, ...] = ()
    discount_minor: int = 0


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A fee or interest that was charged on an invoice: `kind` names a text, `why` is the law that
    allows it where `is_law`, else a person's words. Interest may say for which `days` (both
    included) and at how many `percent` a year it was reckoned.
    """

    kind: str
    booked_on: date
    amount_minor: int
    why: str = ""
    is_law: bool = False
    days: tuple[date, date] | None = None
    percent: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes next about what is open: no reminder goes before the day `on` ("next"), or they
    rest up to and including `on`, without a day until something happens ("rest").
    """

    kind: Literal["next", "rest"]
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The last attempt to pay came to nothing, or its money was taken back afterwards: `cause`
    names a text, `said` is the provider's. `retry_after` is the first day on which the same debit
    may be tried again, where the provider hints at one that is yet to come.
    """

    cause: str
    said: str
    amount_minor: int
    currency: str
    on: date
    kind: Literal["failed", "returned-debit", "dispute"] = "failed"
    retry_after: date | None = None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A payment on a day to come. `is_cancellable` until that day; `resume_url` is where the payer
    goes on who has not given the mandate yet.
    """

    id: str
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    charge_on: date
    state: Literal["waiting", "planned", "charging"]
    is_cancellable: bool
    resume_url: str = ""


@dataclass(frozen=True, slots=True)
class SavedMandate:
    """A mandate that the payer gave and may revoke."""

    id: str
    given_on: date
    provider: str
    is_pending: bool
    text: str


@dataclass(frozen=True, slots=True)
class PlanPart:
    """An instalment, and whether it was paid."""

    due_on: date
    amount_minor: int
    is_paid: bool
    is_next: bool


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """An instalment plan that is being kept. `invoices` are those that are still open; `next_minor`
    is what is missing of the next instalment.
    """

    invoices: tuple[str, ...]
    currency: str
    parts: tuple[PlanPart, ...]
    by_mandate: bool
    next_minor: int = 0


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What the payer answered and what still holds of it; `kind` is the answer's name."""

    kind: str
    id: str
    invoices: tuple[str, ...] = ()
    amount_minor: int = 0
    currency: str = ""
    on: date | None = None
    state: str = ""
    can_be_taken_back: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """What a page tells besides what is open. `told` names what the payer just did; `answers` are
    name and icon of what they may answer instead of paying, `given` what they did answer;
    `has_documents` says that documents can be fetched, `mail_follows` that what was done is
    confirmed by mail.
    """

    told: str = ""
    failure: Failure | None = None
    credits: tuple[tuple[str, int], ...] = ()
    scheduled: tuple[Scheduled, ...] = ()
    mandates: tuple[SavedMandate, ...] = ()
    plans: tuple[ShownPlan, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()
    given: tuple[GivenAnswer, ...] = ()
    has_documents: bool = False
    mail_follows: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to pay beside paying everything now.

    `least_minor` is the smallest part payment, None where none is taken; it is at least
    `part_percent` of what is paid. `later` are the first and the last day that may be chosen;
    `transfer_until` is the day until which reminders would rest, `has_bank` says that there is a
    bank account to transfer to.
    """

    least_minor: int | None = 1
    part_percent: int = 0
    later: tuple[date, date] | None = None
    transfer_until: date | None = None
    has_bank: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """What the payer typed, and the code of the refusal that it met; `currency` says where.
    `seen_minor` is the sum that they saw before it changed.
    """

    error: str | None = None
    currency: str = ""
    amount: str = ""
    day: str = ""
    seen_minor: int | None = None


@dataclass(frozen=True, slots=True)
class PayPage:
    """One invoice and what its payer can do about it.

    `days_overdue` is negative before the due date. `attempt` is the id that the form carries.
    `processing_minor` is what is on its way already; `payable_minor` is what the button pays, None
    for all that stands open. `amount_minor` is the invoice's own, `charged_minor` what was charged
    on it since, `charges` line by line. `tells_past` is False for a link that does not show what
    happened before, `may_pay` for one that only shows. `debtor` is who owes it.
    """

    frame: Frame
    pay_url: str
    status: Status
    number: str
    issued_on: date
    due_on: date
    days_overdue: int
    currency: str
    amount_minor: int
    open_minor: int
    attempt: str
    description: str = ""
    order_reference: str | None = None
    payments: tuple[PastPayment, ...] = ()
    processing_minor: int = 0
    payable_minor: int | None = None
    provider: str = ""
    wait: Wait = ""
    wait_until: date | None = None
    ways: Ways = Ways()
    aside: Aside = Aside()
    typed: Typed = Typed()
    debtor: str = ""
    lines: tuple[InvoiceLine, ...] = ()
    document_url: str = ""
    charged_minor: int = 0
    charges: tuple[ChargeRow, ...] = ()
    ahead: Ahead | None = None
    tells_past: bool = True
    discount: RunningDiscount | None = None
    may_pay: bool = True


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An open invoice among others. `payable_minor` is what choosing it pays."""

    number: str
    due_on: date
    days_overdue: int
    open_minor: int
    payable_minor: int
    coming_minor: int = 0
    wait: Wait = ""
    wait_until: date | None = None
    is_front: bool = False
    is_chosen: bool = False
    discount: RunningDiscount | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What stands open in one currency. "Pay all" pays `all_minor` on `all_count` invoices, with
    `discount_minor` off up to `discount_until`; `unlisted` invoices are open beside those listed.
    """

    currency: str
    rows: tuple[OpenRow, ...]
    all_minor: int
    all_count: int
    ways: Ways = Ways()
    unlisted: int = 0
    discount_minor: int = 0
    discount_until: date | None = None

    @property
    def open_minor(self) -> int:
        return sum(row.open_minor for row in self.rows)

    @property
    def overdue_minor(self) -> int:
        return sum(row.open_minor for row in self.rows if row.days_overdue > 0)


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Everything that stands open on an account. `closed` is the link's own invoice if it is
    settled while others are open. `debtor` is who owes it. `may_pay` is False for a link that only
    shows.
    """

    frame: Frame
    pay_url: str
    groups: tuple[Group, ...]
    attempt: str
    closed: str = ""
    payments: tuple[PastPayment, ...] = ()
    provider: str = ""
    aside: Aside = Aside()
    typed: Typed = Typed()
    debtor: str = ""
    ahead: Ahead | None = None
    may_pay: bool = True


@dataclass(frozen=True, slots=True)
class LaterPage:
    """What the payer is about to agree to: so much on a day, from a mandate saved or new.

    `consent` is the exact text that is agreed to, in `consent_language`, and `consent_mark` its
    fingerprint. `can_give` tells whether a new mandate can be given.
    """

    frame: Frame
    pay_url: str
    attempt: str
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    charge_on: date
    mandates: tuple[SavedMandate, ...]
    can_give: bool
    consent: str
    consent_language: str
    consent_mark: str
    provider: str


@dataclass(frozen=True, slots=True)
class AgreedPage:
    """Where the payer comes back to after giving a mandate, or not giving it."""

    frame: Frame
    pay_url: str
    is_given: bool
    is_decided: bool
    scheduled: tuple[Scheduled, ...] = ()


@dataclass(frozen=True, slots=True)
class PaidLine:
    """What a payment paid on an invoice, and what stands open on it now."""

    number: str
    allocated_minor: int
    open_minor: int


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """Where the payer comes back to from the provider.

    `lines` are the invoices, with what the payment paid on each once it is booked; `credit_minor`
    is kept for the payer; `cause` and `reason` tell why it failed, `reason` in the provider's
    words.
    """

    frame: Frame
    pay_url: str
    outcome: Outcome
    lines: tuple[PaidLine, ...]
    currency: str
    amount_minor: int
    credit_minor: int = 0
    received_on: date | None = None
    method: str | None = None
    cause: str = ""
    reason: str | None = None
    email_follows: bool = True

    @property
    def open_minor(self) -> int:
        return sum(line.open_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """An invoice that an answer may be about."""

    number: str
    due_on: date
    open_minor: int
    currency: str
    is_chosen: bool = True


@dataclass(frozen=True, slots=True)
class PromisePage:
    """A promise to pay, before it is given. `days` are the first and the last that may be chosen,
    `day` stands in the field as it was typed, `error` is the code of the refusal that it met.
    """

    frame: Frame
    id: str
    rows: tuple[ChoiceRow, ...]
    days: tuple[date, date]
    day: str = ""
    error: str = ""
