"""Who works here, and as what: inviting people, giving and taking roles, letting in no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import INSTALLATION
from saldo.people.model import User, UserState
from saldo.people.rights import ROLES, Role, grant_of

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, NotYours, Page, Screen, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, NotYours, Page, Screen, Shown, Visit

if TYPE_CHECKING:
    from saldo.edge.v1.people import Chief


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Somebody with their role at this creditor; `is_own`: it is this creditor's to change."""

    id: str
    email: str
    name: str
    state: UserState
    role: Role | None
    branches: tuple[str, ...]
    signed_in_at: datetime | None
    is_own: bool


def show(visit: Visit) -> Shown:
    """Show everybody who has a role at the creditor, and one of them with what can be done."""
    people = [_shown(user, visit) for user in visit.services.users.at(visit.creditor.id)]
    wanted = visit.query("id")
    values = {
        "people": people,
        "chosen": next((one for one in people if one.id == wanted), None),
        "roles": ROLES,
    }
    return Page("users.html", values)


def _shown(user: User, visit: Visit) -> PersonShown:
    places = {grant.creditor: grant for grant in user.grants}
    own = places.get(visit.creditor.id)
    granted = own or places.get(INSTALLATION)
    return PersonShown(
        user.id,
        user.email,
        user.name,
        user.state,
        granted.role if granted else None,
        granted.branches if granted else (),
        user.signed_in_at,
        own is not None,
    )


def invite(visit: Visit) -> Shown:
    """Invite somebody."""
    from saldo.edge.v1 import people

    body = {
        "email": visit.form("email", 254),
        "name": visit.form("name", 80),
        "role": visit.form("role"),
        "language": visit.form("language"),
        "branches": _branches(visit),
    }
    people.invite(_chief(visit), body)
    return Back("users", "invited")


def grant(visit: Visit) -> Shown:
    """Give another role."""
    from saldo.edge.v1 import people

    body = {
        "email": visit.form("email", 254),
        "role": visit.form("role"),
        "branches": _branches(visit),
    }
    _require_theirs(visit)
    people.grant(_chief(visit), body)
    return Back("users", "granted")


def revoke(visit: Visit) -> Shown:
    """Take the role away."""
    from saldo.edge.v1 import people

    _require_theirs(visit)
    people.revoke(_chief(visit), {"email": visit.form("email", 254)})
    return Back("users", "revoked")


def invite_again(visit: Visit) -> Shown:
    """Send another link."""
    from saldo.edge.v1 import people

    _require_theirs(visit)
    people.invite_again(_chief(visit), {"email": visit.form("email", 254)})
    return Back("users", "invited")


def disable(visit: Visit) -> Shown:
    """Let somebody in no more."""
    from saldo.edge.v1 import people

    _require_theirs(visit)
    people.disable(_chief(visit), {"email": visit.form("email", 254)})
    return Back("users", "disabled")


def enable(visit: Visit) -> Shown:
    """Let somebody in again."""
    from saldo.edge.v1 import people

    _require_theirs(visit)
    people.enable(_chief(visit), {"email": visit.form("email", 254)})
    return Back("users", "enabled")


def forget_app(visit: Visit) -> Shown:
    """Take a lost authenticator app away."""
    from saldo.edge.v1 import people

    _require_theirs(visit)
    people.forget_app(_chief(visit), {"email": visit.form("email", 254)})
    return Back("users", "app-forgotten")


def _chief(visit: Visit) -> Chief:
    from saldo.edge.v1.people import Chief

    return Chief(visit.services, visit.creditor.id, visit.by)


def _require_theirs(visit: Visit) -> None:
    """Raise NotYours where somebody with a role for some branches would change what a person of
    others may do, or of all of them.
    """
    own = grant_of(visit.user, visit.creditor.id)
    found = visit.services.users.find(visit.form("email", 254))
    if own is None or not own.branches or found is None:
        return
    granted = next((one for one in found.grants if one.creditor == visit.creditor.id), None)
    everywhere = next((one for one in found.grants if one.creditor == INSTALLATION), None)
    theirs = granted or everywhere
    if theirs is not None and not (theirs.branches and {*theirs.branches} <= {*own.branches}):
        raise NotYours("Your role is one for some branches: this person works for others, too.")


def _branches(visit: Visit) -> list[str]:
    """Return the branches as they were typed, with commas between them.

    Raises NotYours for more than who gives has: nobody widens what they see by way of another.
    """
    typed = (part.strip() for part in visit.form("branches", 1000).split(","))
    given = list(dict.fromkeys(part for part in typed if part))
    own = grant_of(visit.user, visit.creditor.id)
    if own is not None and own.branches and not (given and {*given} <= {*own.branches}):
        raise NotYours("Your role is one for some branches: give roles for these alone.")
    return given


SCREEN: Final = Screen(
    "users",
    "users:write",
    show,
    acts={
        "invite": Act("users:write", invite, needs_proof=True),
        "grant": Act("users:write", grant, needs_proof=True),
        "revoke": Act("users:write", revoke),
        "again": Act("users:write", invite_again),
        "disable": Act("users:write", disable),
        "enable": Act("users:write", enable),
        "forget-app": Act("users:write", forget_app, needs_proof=True),
    },
)
