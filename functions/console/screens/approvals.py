"""What waits for a second person: who asked for what and why; agree or decline; the limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from saldo.accounts.model import Account
from saldo.money import Money, format_amount, parse_amount
from saldo.people.approval import TWO_DIGITS, Approval, ApprovalKind, FourEyesRule
from saldo.people.rights import Right

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, Page, Screen, Shown, Visit
    from functions.console.settings_forms import mark, require_seen
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, Page, Screen, Shown, Visit
    from settings_forms import mark, require_seen

_RIGHT_FOR: Final[dict[ApprovalKind, Right]] = {
    "write-off": "money:write-off",
    "refund": "money:refund",
    "credit-limit": "collect:manage",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One order that waits, with who the customer is and what may be done about it here.

    `cover` is what an insurer covers, where that is what lets the customer owe the amount.
    """

    approval: Approval
    name: str
    amount: Money
    may_decide: bool
    is_mine: bool
    cover: Money | None = None


def show(visit: Visit) -> Shown:
    """Show what waits on the accounts that are in view, and the limits."""
    services, creditor = visit.services, visit.creditor.id
    every = list(services.four_eyes.open(creditor))
    seen = visit.seen_of(one.account for one in every)
    found = [one for one in every if one.account in seen]
    keys = [(creditor, number) for number in {one.account for one in found}]
    known = services.store.get_many(Account, keys).values()
    names = {account.number: account.name for account in known}
    waiting = [_shown(visit, one, names) for one in found]
    rule = services.four_eyes.rule(creditor)
    return Page(
        "approvals.html",
        {
            "waiting": waiting,
            "write_off": _told(rule.write_off_minor),
            "refund": _told(rule.refund_minor),
            "credit_limit": _told(rule.credit_limit_minor),
            "seen": mark(_limits(rule)),
            "has_rule": any(rule.limit_of(kind) is not None for kind in get_args(ApprovalKind)),
        },
    )


def approve(visit: Visit) -> Shown:
    """Agree, and carry it out."""
    from saldo.edge.v1 import approving

    known = _asked(visit)
    done = approving.approve(visit.ordered, known.id)
    return Back("approvals", "approved" if done.state == "done" else "approval-failed")


def decline(visit: Visit) -> Shown:
    """Decline, or take back what one asked for oneself."""
    from saldo.edge.v1 import approving

    known = _asked(visit)
    approving.decline(visit.ordered, known.id, visit.form("why", 300))
    return Back("approvals", "declined")


def limits(visit: Visit) -> Shown:
    """Say above which amounts a second person is needed."""
    require_seen(visit, _limits(visit.services.four_eyes.rule(visit.creditor.id)))
    visit.services.four_eyes.set_rule(
        visit.creditor.id,
        write_off_minor=_limit(visit, "write_off"),
        refund_minor=_limit(visit, "refund"),
        credit_limit_minor=_limit(visit, "credit_limit"),
        by=visit.by,
    )
    return Back("approvals", "limits-set")


def _asked(visit: Visit) -> Approval:
    """Return what is decided about; raise ApprovalUnknown, AccountUnknown or NotYours."""
    known = visit.services.four_eyes.of(visit.creditor.id, visit.form("id"))
    visit.account(known.account)
    visit.require(_RIGHT_FOR[known.kind])
    return known


def _shown(visit: Visit, one: Approval, names: dict[str, str]) -> Waiting:
    return Waiting(
        one,
        names.get(one.account, one.account),
        Money(one.amount_minor, one.currency),
        visit.may(_RIGHT_FOR[one.kind]),
        one.asked_by == visit.by,
        _cover(one),
    )


def _cover(one: Approval) -> Money | None:
    if one.order.get("kind") != "insured":
        return None
    return Money(parse_amount(str(one.order["amount"]), one.currency), one.currency)


def _limits(rule: FourEyesRule) -> object:
    return [rule.limit_of(kind) for kind in get_args(ApprovalKind)]


def _limit(visit: Visit, name: str) -> int | None:
    typed = visit.amount(name, TWO_DIGITS)
    return None if typed is None else parse_amount(typed, TWO_DIGITS)


def _told(minor: int | None) -> str:
    return "" if minor is None else format_amount(minor, TWO_DIGITS)


SCREEN: Final = Screen(
    "approvals",
    "money:write-off",
    show,
    acts={
        "approve": Act("money:write-off", approve, needs_proof=True),
        "decline": Act("money:write-off", decline),
        "limits": Act("settings:write", limits, needs_proof=True),
    },
)
