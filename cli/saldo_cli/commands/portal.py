"""`saldo portal …`."""

from __future__ import annotations

from argparse import Namespace

from rich.markup import escape

from saldo.accounts.service import account_in
from saldo.portal.addresses import known_contacts
from saldo_cli.commands._common import cloud_of, creditor_of
from saldo_cli.output import Output
from saldo_cli.problems import OK


def users(options: Namespace, out: Output) -> int:
    """Show who may look at an account."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    account = account_in(services.store, creditor.id, options.account)
    contacts = known_contacts(account).values()
    rows = [(one.email or "", "owner", "contact", "") for one in contacts]
    rows += [
        (one.email, one.role, one.state, one.invited_by)
        for one in services.portal_users.of(account)
    ]
    names = ("address", "role", "state", "invited by")
    out.result(
        [dict(zip(("email", "role", "state", "invited_by"), row, strict=True)) for row in rows]
    )
    if rows:
        out.table("", names, [tuple(map(escape, row)) for row in rows])
    else:
        out.say("Nobody may: the account has no contact with a mail address.")
    return OK


def index(options: Namespace, out: Output) -> int:
    """Let the contacts of all accounts be found by their addresses."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    done = services.portal_users.index(creditor.id)
    out.result({"creditor": creditor.id, "accounts": done}, f"{done} accounts are found.")
    return OK
