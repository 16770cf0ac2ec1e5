"""The people of the sample company: one for each role, obviously made up."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from saldo.people.model import Grant, Language
from saldo.people.rights import ROLES, Role
from saldo.people.users import PersonExists
from saldo.wiring import Services

DOMAIN: Final = "example.com"


def address_of(role: Role, creditor: str = "") -> str:
    """Return the address that the sample person of a role signs in with."""
    return f"{role}{'+' + creditor if creditor else ''}@{DOMAIN}"


def let_in(
    services: Services,
    creditor: str,
    password: str,
    *,
    language: Language = "en",
    apart: bool = False,
) -> dict[Role, str]:
    """Let one person of each role in with a password; return their addresses.

    Who is there already gets the password anew. With `apart` the addresses are this creditor's own,
    so that several creditors of an installation have people of their own.
    """
    made: dict[Role, str] = {}
    for role in ROLES:
        email = address_of(role, creditor if apart else "")
        with suppress(PersonExists):
            services.staffing.invite(
                email,
                f"Sample {role}",
                language,
                [Grant(creditor, role)],
                by="cli:demo",
                mail=False,
            )
        services.identity.set_password(email, password)
        made[role] = email
    return made


def sample_password(services: Services) -> str:
    """Return a random password that every rule takes."""
    return f"Demo-{services.ids.token()[:12]}-1a"
