"""What people may do: rights, the roles that bundle them, and who has which where.

Every screen, part and act of the console names the right that it needs; nothing goes by roles but
this table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, get_args

from saldo.accounts.model import INSTALLATION

if TYPE_CHECKING:
    from saldo.people.model import Grant, User

Right = Literal[
    "accounts:read",
    "collect:write",
    "collect:manage",
    "bank:read",
    "bank:write",
    "money:write",
    "money:refund",
    "money:write-off",
    "reports:read",
    "reports:write",
    "settings:read",
    "settings:write",
    "bank-details:write",
    "users:write",
    "audit:read",
    "privacy:write",
]
"""accounts:read: look at accounts, invoices, messages; collect:write: notes, tasks, calls,
promises, plans, disputes, holds, messages; collect:manage: give work to others, set targets, hand
over, approve; bank:read, bank:write: entries of statements; money:write: allocate, take money at
the counter; money:refund, money:write-off: as they say; reports:read, reports:write: views kept for
others; settings:read, settings:write; bank-details:write: where debtors transfer to; users:write:
who else may do what; audit:read: the log of who did what; privacy:write: hand out and erase what
is known about a debtor."""

ALL_RIGHTS: Final[tuple[Right, ...]] = get_args(Right)

Role = Literal["owner", "manager", "collector", "sales", "auditor", "support"]
"""sales sees its own customers alone; auditor reads everything and changes nothing; support looks
accounts up for somebody on the telephone."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

_FOR_OWNERS: Final[frozenset[Right]] = frozenset(
    {"users:write", "settings:write", "bank-details:write", "privacy:write"}
)

RIGHTS_OF: Final[dict[Role, frozenset[Right]]] = {
    "owner": frozenset(ALL_RIGHTS),
    "manager": frozenset(ALL_RIGHTS) - _FOR_OWNERS,
    "collector": frozenset(
        {
            "accounts:read",
            "collect:write",
            "bank:read",
            "bank:write",
            "money:write",
            "reports:read",
        }
    ),
    "sales": frozenset({"accounts:read"}),
    "auditor": frozenset(right for right in ALL_RIGHTS if right.endswith(":read")),
    "support": frozenset({"accounts:read"}),
}

_OF_THE_WHOLE: Final[frozenset[Right]] = frozenset({"settings:write", "bank-details:write"})
"""What holds for all branches alike: keys of other systems, whose desk an account is on, limits."""

NO_RIGHTS: Final[frozenset[Right]] = frozenset()


def grant_of(user: User, creditor: str) -> Grant | None:
    """Return what a person was granted at a creditor, None for nothing.

    A grant of the creditor's own goes before one for the whole installation, whichever is wider. A
    person who is not active has nothing.
    """
    if user.state != "active":
        return None
    by_creditor = {grant.creditor: grant for grant in user.grants}
    return by_creditor.get(creditor) or by_creditor.get(INSTALLATION)


def rights_of(user: User, creditor: str) -> frozenset[Right]:
    """Return what a person may do at a creditor; nothing without a grant, and with a grant for some
    branches nothing by which they would see or steer the others.
    """
    grant = grant_of(user, creditor)
    if grant is None:
        return NO_RIGHTS
    return RIGHTS_OF[grant.role] - (_OF_THE_WHOLE if grant.branches else NO_RIGHTS)


def rights_once_in(user: User, creditor: str) -> frozenset[Right]:
    """Return what a person may do as soon as they sign in: whoever is invited has none before."""
    if user.state == "disabled":
        return NO_RIGHTS
    return rights_of(replace(user, state="active"), creditor)


def branches_of(user: User, creditor: str) -> tuple[str, ...]:
    """Return the branches that a person sees alone as soon as they sign in; none for all, or for
    nothing at all.
    """
    grant = grant_of(replace(user, state="active"), creditor)
    return grant.branches if grant is not None else ()


def sees_branch(user: User, creditor: str, branch: str | None) -> bool:
    """Tell whether a person sees, as soon as they sign in, accounts of a branch ("" for none), or
    with None what concerns the creditor as a whole.
    """
    grant = grant_of(replace(user, state="active"), creditor)
    return grant is not None and (not grant.branches or branch in grant.branches)


def sees_own_customers_only(user: User, creditor: str) -> bool:
    """Tell whether a person sees, of a creditor's accounts, those alone that are in their care."""
    grant = grant_of(user, creditor)
    return grant is not None and grant.role == "sales"
