"""Every page and state of the portal and of the staff's page, rendered from plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args

from functions.pay.payer import pages
from functions.pay.payer.portal_shown import (
    AccountCard,
    ClosedRow,
    Company,
    ConfirmPage,
    ContactRow,
    MandateRow,
    OpenGroup,
    OverviewPage,
    PaidAnswer,
    PortalAccountPage,
    SignInPage,
    StaffPage,
    Sum,
    UserRow,
)
from functions.pay.payer.shown import Frame, OpenRow, PastPayment
from functions.pay.payer.shown_aside import Aside, GivenAnswer
from saldo.messages.model import Sender
from saldo.portal.paid import PaidState

_SENDER = Sender(
    name="Example Motors Ltd",
    address=("2 Example Road", "Example Town"),
    imprint="Registered in Example Town, no. 00001",
    brand_colour="#1f3f7a",
    reply_to="billing@motors.example",
)
_PORTAL = "https://pay.example/live/portal/example-group"
_ACCOUNT = f"{_PORTAL}/accounts/0123456789abcdef0123"
_STAFF = "https://pay.example/live/staff/c2VjcmV0c2VjcmV0"
_DAY = date(2026, 12, 1)

PORTAL_FORMS = {
    _PORTAL,
    f"{_PORTAL}/sign-out",
    f"{_PORTAL}/sign-in/abc",
    f"{_ACCOUNT}/open",
    f"{_ACCOUNT}/users",
    _STAFF,
}


def _frame(language: str, here: str = _PORTAL) -> Frame:
    return Frame(language, "https://pay.example/live", _SENDER, here, "key", is_tracked=False)


def _overview(language: str) -> str:
    sums = (Sum("EUR", 119050, 69050, 3), Sum("CHF", 20000, 0, 1))
    card = AccountCard(_ACCOUNT, "10001", "Example Trading GmbH", "owner", sums, _DAY, 12)
    quiet = replace(card, number="L-7", role="reader", sums=(), next_due_on=None)
    long = replace(card, name="Donaudampfschifffahrtsgesellschaftskapitänsmützen AG" * 2)
    huge = replace(long, sums=(Sum("EUR", 10**13, 10**13, 412),))
    companies = (
        Company("Example Motors Ltd", (card, huge)),
        Company("Example Leasing Ltd", (quiet,)),
    )
    return pages.portal_page(
        "portal/overview.html",
        OverviewPage(_frame(language), "ap@trading.example", companies),
    )


def _account(language: str, **changes: Any) -> str:
    rows = (
        OpenRow("2026/0815", _DAY, -9, 119050, 119050),
        OpenRow("2026/0001", date(2026, 11, 1), 20, 5000, 3000, 2000),
        OpenRow("2026/0002", date(2026, 11, 1), 20, 5000, 5000, 5000, "coming"),
    )
    shown = PortalAccountPage(
        _frame(language, _ACCOUNT),
        _PORTAL,
        "Example Motors Ltd",
        "10001",
        "Example Trading GmbH",
        may_pay=True,
        is_owner=True,
        groups=(OpenGroup("EUR", rows, 129050, 10000, 4), OpenGroup("CHF", rows[:1], 119050, 0)),
        closed=(
            ClosedRow("2026/0700", _DAY, _DAY, 5000, "EUR", is_paid=True),
            ClosedRow("2026/0701", _DAY, None, 5000, "EUR", is_paid=False),
        ),
        more_closed=True,
        payments=(PastPayment(_DAY, 5000, "EUR", ("2026/0700",)),),
        aside=Aside(
            credits=(("EUR", 1234),),
            given=(GivenAnswer("promise", "4", ("2026/0815",), 119050, "EUR", _DAY),),
        ),
        mandates=(MandateRow(_DAY, is_pending=True),),
        contacts=(ContactRow("Accounts Payable", "ap@trading.example", "+49 89 12345"),),
        users=(
            UserRow("01JD7W0000USER000000000001", "x" * 60 + "@a.example", "reader", True, _DAY),
            UserRow("01JD7W0000USER000000000002", "cfo@a.example", "owner", False, _DAY),
        ),
    )
    return pages.portal_page("portal/account.html", replace(shown, **changes))


def _sign_in(language: str, **changes: Any) -> str:
    shown = replace(SignInPage(_frame(language)), **changes)
    return pages.portal_page("portal/sign_in.html", shown)


def _staff(language: str, answer: PaidAnswer | None, error: str = "") -> str:
    shown = StaffPage(_frame(language, _STAFF), _STAFF, answer, error)
    return pages.portal_page("staff.html", shown)


def _answer(state: PaidState) -> PaidAnswer:
    as_of = datetime(2026, 11, 21, 9, tzinfo=UTC)
    if state == "unknown":
        return PaidAnswer("2026/9999", state, as_of, "10:00")
    minor = 0 if state in ("paid", "closed") else 119050
    return PaidAnswer("2026/0815", state, as_of, "10:00", minor, "EUR", _DAY)


PORTAL_PAGES: dict[str, Callable[[str], str]] = {
    "portal-sign-in": _sign_in,
    "portal-sign-in-error": lambda language: _sign_in(
        language, email="me@here", error="address-not-readable"
    ),
    "portal-spent": lambda language: _sign_in(language, notice="spent"),
    "portal-left": lambda language: _sign_in(language, notice="left"),
    "portal-mail": lambda language: pages.portal_page(
        "portal/mail.html", SignInPage(_frame(language, f"{_PORTAL}/mail"))
    ),
    "portal-confirm": lambda language: pages.portal_page(
        "portal/confirm.html",
        ConfirmPage(_frame(language, f"{_PORTAL}/sign-in/abc"), f"{_PORTAL}/sign-in/abc"),
    ),
    "portal-overview": _overview,
    "portal-account": _account,
    "portal-account-told": lambda language: _account(language, told="invited", users=()),
    "portal-account-error": lambda language: _account(
        language, error="user-known-before", email="ap@trading.example", role="reader"
    ),
    "portal-account-reader": lambda language: _account(
        language, may_pay=False, is_owner=False, contacts=(), users=(), more_closed=False
    ),
    "portal-account-empty": lambda language: _account(
        language, groups=(), closed=(), payments=(), aside=Aside(), mandates=(), users=()
    ),
    **{
        f"portal-problem-{kind}": lambda language, kind=kind: pages.portal_problem_page(  # type: ignore[misc]
            Frame(language, "https://pay.example/live"), kind
        )
        for kind in ("unknown", "often", "not-allowed", "trouble", "staff")
    },
    "staff": lambda language: _staff(language, None),
    "staff-error": lambda language: _staff(language, None, "empty"),
    "staff-often": lambda language: _staff(language, None, "asked-too-often"),
    **{
        f"staff-{state}": lambda language, state=state: _staff(language, _answer(state))  # type: ignore[misc]
        for state in get_args(PaidState)
    },
}
