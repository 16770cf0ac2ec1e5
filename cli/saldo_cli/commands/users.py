"""`saldo user …`."""

from __future__ import annotations

import sys
from argparse import Namespace
from getpass import getpass

from rich.markup import escape

from saldo.accounts.model import INSTALLATION
from saldo.clock import iso_instant
from saldo.people.model import Grant, User
from saldo.people.users import role_of
from saldo.wiring import Services
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem


def add(options: Namespace, out: Output) -> int:
    """Invite somebody."""
    services = cloud_of(options).services
    user = services.staffing.invite(
        options.email,
        options.name,
        options.language,
        [_grant(options, services)],
        by=who(options),
        mail=not options.no_mail,
    )
    told = (
        f"Set a password: saldo user password {user.email}"
        if options.no_mail
        else "A link to choose a password with is on its way; it works for seven days."
    )
    out.result(_plain(user), f"{escape(user.name)} <{user.email}> may come in.", told)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List who has a role at a creditor, or everybody."""
    services = cloud_of(options).services
    if options.everywhere:
        found = services.users.all()
    else:
        found = services.users.at(creditor_of(options, services).id)
    out.result([_plain(user) for user in found])
    if not found:
        out.say("Nobody yet. Invite somebody: saldo user add EMAIL --name NAME --role owner")
        return OK
    names = ("address", "name", "state", "roles", "signed in")
    rows = [
        (
            user.email,
            escape(user.name),
            user.state,
            ", ".join(_told(grant) for grant in user.grants),
            str(user.signed_in_at.date()) if user.signed_in_at else "",
        )
        for user in found
    ]
    out.table("", names, rows)
    return OK


def grant(options: Namespace, out: Output) -> int:
    """Give a role."""
    services = cloud_of(options).services
    known = services.users.by_email(options.email)
    user = services.users.grant(known.id, _grant(options, services), by=who(options))
    out.result(_plain(user), f"{user.email}: {', '.join(_told(one) for one in user.grants)}.")
    return OK


def revoke(options: Namespace, out: Output) -> int:
    """Take a role away."""
    services = cloud_of(options).services
    known = services.users.by_email(options.email)
    user = services.users.revoke(known.id, _place(options, services), by=who(options))
    left = ", ".join(_told(one) for one in user.grants) or "no role any more"
    out.result(_plain(user), f"{user.email}: {left}.")
    return OK


def disable(options: Namespace, out: Output) -> int:
    """Let somebody in no more."""
    services = cloud_of(options).services
    known = services.users.by_email(options.email)
    user = services.staffing.disable(known, by=who(options))
    out.result(_plain(user), f"{user.email} is let in no more, and signed out everywhere.")
    return OK


def enable(options: Namespace, out: Output) -> int:
    """Let somebody in again."""
    services = cloud_of(options).services
    known = services.users.by_email(options.email)
    user = services.staffing.enable(known, by=who(options))
    out.result(_plain(user), f"{user.email} is let in again.")
    return OK


def invite(options: Namespace, out: Output) -> int:
    """Send the link again."""
    services = cloud_of(options).services
    known = services.users.by_email(options.email)
    user = services.staffing.invite_again(known, by=who(options))
    out.result(_plain(user), f"Another link is on its way to {user.email}.")
    return OK


def forget_app(options: Namespace, out: Output) -> int:
    """Take somebody's authenticator app away."""
    services = cloud_of(options).services
    known = services.users.by_email(options.email)
    user = services.staffing.forget_app(known, by=who(options))
    out.result(_plain(user), f"{user.email} signs in with the password alone now.")
    return OK


def password(options: Namespace, out: Output) -> int:
    """Set somebody's password: typed in, or as the first line of what comes by a pipe."""
    services = cloud_of(options).services
    user = services.users.by_email(options.email)
    if sys.stdin.isatty():
        chosen = getpass("New password: ")
        if chosen != getpass("Once more: "):
            raise UsageProblem("The two are not the same.")
    else:
        chosen = sys.stdin.readline().rstrip("\n")
    services.identity.set_password(user.email, chosen)
    services.users.end_sessions(user.id, by=who(options))
    out.result(_plain(user), f"{user.email} has a new password, and is signed out everywhere.")
    return OK


def _grant(options: Namespace, services: Services) -> Grant:
    return Grant(_place(options, services), role_of(options.role), tuple(options.branch))


def _place(options: Namespace, services: Services) -> str:
    return INSTALLATION if options.everywhere else creditor_of(options, services).id


def _told(grant: Grant) -> str:
    where = "everywhere" if grant.creditor == INSTALLATION else f"at {grant.creditor}"
    branches = f" ({', '.join(map(escape, grant.branches))})" if grant.branches else ""
    return f"{grant.role} {where}{branches}"


def _plain(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "state": user.state,
        "grants": [
            {"creditor": one.creditor, "role": one.role, "branches": list(one.branches)}
            for one in user.grants
        ],
        "signed_in_at": iso_instant(user.signed_in_at) if user.signed_in_at else None,
    }
