"""What the portal and the staff's page show, as plain data. Amounts are minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from saldo.portal.model import Role
from saldo.portal.paid import PaidState

from .shown import Frame, OpenRow, PastPayment
from .shown_aside import Aside


@dataclass(frozen=True, slots=True)
class SignInPage:
    """Where somebody asks for a link. `notice` names what they are told first: "spent", "left"."""

    frame: Frame
    email: str = ""
    error: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """Behind the link: only its button signs in, for mail programs open links by themselves."""

    frame: Frame
    url: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What is open on an account in one currency; currencies are never added together."""

    currency: str
    open_minor: int
    overdue_minor: int
    invoices: int


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account in the overview; `next_due_on` is the day of the next invoice that falls due."""

    url: str
    number: str
    name: str
    role: Role
    sums: tuple[Sum, ...]
    next_due_on: date | None
    days_overdue: int = 0


@dataclass(frozen=True, slots=True)
class Company:
    """A company of the seller with the accounts that somebody has there."""

    name: str
    accounts: tuple[AccountCard, ...]


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """All accounts of a person across the companies of one seller."""

    frame: Frame
    email: str
    companies: tuple[Company, ...]

    @property
    def accounts(self) -> int:
        return sum(len(company.accounts) for company in self.companies)


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """What is open in one currency."""

    currency: str
    rows: tuple[OpenRow, ...]
    open_minor: int
    overdue_minor: int
    unlisted: int = 0


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """An invoice with nothing left to pay; `is_paid` tells whether a payment closed it."""

    number: str
    issued_on: date
    closed_on: date | None
    amount_minor: int
    currency: str
    is_paid: bool


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate that may be charged."""

    given_on: date
    is_pending: bool


@dataclass(frozen=True, slots=True)
class ContactRow:
    """Whom the company writes to."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class UserRow:
    """Somebody who was invited."""

    id: str
    email: str
    role: Role
    is_expected: bool
    since: date


@dataclass(frozen=True, slots=True)
class PortalAccountPage:
    """Everything about one account. `email`, `role` and `error` are of the form that invites."""

    frame: Frame
    portal_url: str
    company: str
    number: str
    name: str
    may_pay: bool
    is_owner: bool
    groups: tuple[OpenGroup, ...]
    closed: tuple[ClosedRow, ...]
    more_closed: bool
    payments: tuple[PastPayment, ...]
    aside: Aside
    mandates: tuple[MandateRow, ...]
    contacts: tuple[ContactRow, ...]
    users: tuple[UserRow, ...]
    told: str = ""
    email: str = ""
    role: str = "payer"
    error: str = ""

    @property
    def has_agreed(self) -> bool:
        """Whether anything was agreed or answered."""
        aside = self.aside
        return bool(aside.given or aside.plans or aside.scheduled or self.mandates)


@dataclass(frozen=True, slots=True)
class PaidAnswer:
    """How an invoice stands, in big words."""

    number: str
    state: PaidState
    as_of: datetime
    time: str
    open_minor: int | None = None
    currency: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Where staff ask whether an invoice is paid; `error` is the code of a refusal."""

    frame: Frame
    url: str
    answer: PaidAnswer | None = None
    error: str = ""
