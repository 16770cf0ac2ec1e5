"""What pages show, as plain data. Amounts are minor units of the currency beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from saldo.invoices.lines import InvoiceLine
from saldo.messages.model import Sender

from .discounts import RunningDiscount
from .shown_aside import Aside, NextInstalment

Status = Literal[
    "open",
    "overdue",
    "paid",
    "processing",
    "part-paid",
    "closed",
    "plan",
    "agreed",
    "announced",
    "disputed",
]
Wait = Literal["", "coming", "payment-scheduled", "transfer-announced", "plan", "dispute"]
"""Why an invoice is left out when everything is paid: its money is on its way or agreed upon, or
all of it is contested.
"""


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
    """A fee or interest that was charged on `invoice`: `kind` names a text, `why` is the law that
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
    invoice: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes next about what is open: no reminder goes before the day `on` ("next"), or they
    rest up to and including `on`, without a day until something happens ("rest").
    """

    kind: Literal["next", "rest"]
    on: date | None = None


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
    for all that stands open; `contested_minor` of it is not asked for, and `instalment` is what a
    plan that is being kept asks for next. `amount_minor` is the invoice's own, `charged_minor` what
    was charged on it since, `charges` line by line. `tells_past` is False for a link that does not
    show what happened before, `may_pay` for one that only shows. `debtor` is who owes it.
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
    aside: Aside = field(default_factory=Aside)
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
    contested_minor: int = 0
    instalment: NextInstalment | None = None


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An open invoice among others. `payable_minor` is what choosing it pays, `contested_minor` of
    what stands open is not asked for, `charges_minor` of it are fees and interest.
    """

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
    contested_minor: int = 0
    charges_minor: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """What stands open in one currency. "Pay all" pays `all_minor` on `all_count` invoices, with
    `discount_minor` off up to `discount_until`; `unlisted` invoices are open beside those listed.
    `charges` are the fees and interest on those listed, one by one.
    """

    currency: str
    rows: tuple[OpenRow, ...]
    all_minor: int
    all_count: int
    ways: Ways = Ways()
    unlisted: int = 0
    discount_minor: int = 0
    discount_until: date | None = None
    charges: tuple[ChargeRow, ...] = ()

    @property
    def open_minor(self) -> int:
        return sum(row.open_minor for row in self.rows)

    @property
    def overdue_minor(self) -> int:
        """What is late and asked for: not what was agreed otherwise, nor what is contested."""
        late = (row for row in self.rows if row.days_overdue > 0 and not row.wait)
        return sum(row.open_minor - row.contested_minor for row in late)

    @property
    def contested_minor(self) -> int:
        """What "pay all" leaves out of an invoice that it pays in part."""
        return sum(row.contested_minor for row in self.rows if not row.wait)


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
    aside: Aside = field(default_factory=Aside)
    typed: Typed = Typed()
    debtor: str = ""
    ahead: Ahead | None = None
    may_pay: bool = True
