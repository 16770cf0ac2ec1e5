"""`saldo key …`."""

from __future__ import annotations

from argparse import Namespace

from saldo.accounts.api_keys import ALL_SCOPES, ApiKey
from saldo.clock import iso_instant
from saldo_cli.commands._common import cloud_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK


def create(options: Namespace, out: Output) -> int:
    """Make a key and show its secret, this once."""
    secret, key = cloud_of(options).services.accounts.create_key(
        options.creditor, options.name, options.scope or ALL_SCOPES, who(options)
    )
    out.result(
        {**_plain(key), "secret": secret},
        f"[bold]{secret}[/]",
        f"This secret is shown once and kept only as a hash. Its id is {key.id}.",
        f"It may: {', '.join(key.scopes)}.",
    )
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List a creditor's keys."""
    accounts = cloud_of(options).services.accounts
    accounts.creditor(options.creditor)
    keys = accounts.keys(options.creditor)
    out.result([_plain(key) for key in keys])
    if keys:
        out.table(
            "",
            ("id", "name", "state", "created", "scopes"),
            [
                (
                    k.id,
                    k.name,
                    "revoked" if k.revoked_at else "works",
                    str(k.created_at.date()),
                    "everything" if set(k.scopes) == set(ALL_SCOPES) else ", ".join(k.scopes),
                )
                for k in keys
            ],
        )
    else:
        out.say(f"{options.creditor} has no keys. Make one: saldo key create {options.creditor}")
    return OK


def revoke(options: Namespace, out: Output) -> int:
    """Revoke a key."""
    key = cloud_of(options).services.accounts.revoke_key(
        options.creditor, options.key, who(options)
    )
    out.result(_plain(key), f"The key {key.id} ({key.name}) is revoked.")
    return OK


def _plain(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "creditor": key.creditor,
        "name": key.name,
        "scopes": list(key.scopes),
        "created_at": iso_instant(key.created_at),
        "revoked_at": iso_instant(key.revoked_at) if key.revoked_at else None,
    }
