"""Settings: everything about the company that people decide, each part on a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from saldo.privacy.model import KeptAs
from saldo.privacy.retention import ANYWHERE, rule_of, rules

if TYPE_CHECKING or __package__ != "screens":
    from functions.console import settings_company as company
    from functions.console import settings_credit as credit
    from functions.console import settings_machines as machines
    from functions.console import settings_people as people
    from functions.console.screen import Act, Page, Part, Screen, Shown, Visit
    from functions.console.settings_forms import groups, page
else:  # in Lambda this folder is the root of the code
    import settings_company as company
    import settings_credit as credit
    import settings_machines as machines
    import settings_people as people
    from screen import Act, Page, Part, Screen, Shown, Visit
    from settings_forms import groups, page

_KEPT: Final[tuple[KeptAs, ...]] = ("voucher", "book", "letter")


def show(visit: Visit) -> Shown:
    """Show what can be set, and what holds where one word says it."""
    creditor = visit.creditor
    now = {
        "creditor": creditor.name,
        "bank": creditor.bank.iban if creditor.bank else "",
        "sending": visit.t(f"settings.state.{creditor.state}"),
        "policies": creditor.policy,
        "providers": creditor.provider,
    }
    return Page("settings.html", {"groups": groups(visit), "now_set": now})


def retention(visit: Visit) -> Shown:
    """Show how long what is kept."""
    country = visit.creditor.country
    is_known = any(one.country == country != ANYWHERE for one in rules())
    return page(
        visit,
        "retention",
        rules=[rule_of(country, kept_as) for kept_as in _KEPT],
        is_known=is_known,
    )


def numbers(visit: Visit) -> Shown:
    """Show which numbers there are, and whose they are."""
    return page(visit, "numbers")


SCREEN: Final = Screen(
    "settings",
    "settings:read",
    show,
    parts={
        "creditor": Part("settings:read", company.creditor),
        "payers": Part("settings:read", company.payers),
        "credit": Part("settings:read", credit.rules),
        "sending": Part("settings:read", company.sending),
        "bank": Part("settings:read", company.bank),
        "keys": Part("settings:read", machines.keys),
        "webhooks": Part("settings:read", machines.webhooks),
        "connections": Part("settings:read", machines.connections),
        "providers": Part("settings:read", machines.providers),
        "desks": Part("settings:read", people.desks),
        "work": Part("settings:read", people.work),
        "targets": Part("settings:read", people.targets),
        "retention": Part("settings:read", retention),
        "numbers": Part("settings:read", numbers),
    },
    acts={
        "creditor": Act("settings:write", company.save_creditor),
        "payers": Act("settings:write", company.save_payers),
        "credit": Act("settings:write", credit.save),
        "sending": Act("settings:write", company.save_sending),
        "release": Act("settings:write", company.release),
        "resume": Act("settings:write", company.resume),
        "bank": Act("bank-details:write", company.save_bank, needs_proof=True),
        "bank-remove": Act("bank-details:write", company.remove_bank, needs_proof=True),
        "keys": Act("settings:write", machines.create_key, needs_proof=True),
        "key-revoke": Act("settings:write", machines.revoke_key),
        "webhooks": Act("settings:write", machines.add_webhook, needs_proof=True),
        "webhook-end": Act("settings:write", machines.end_webhook),
        "webhook-replay": Act("settings:write", machines.replay_webhook),
        "connection-resume": Act("settings:write", machines.resume_connection),
        "connection-stop": Act("settings:write", machines.stop_connection),
        "providers": Act("settings:write", machines.choose_provider, needs_proof=True),
        "desks": Act("settings:write", people.save_desks),
        "work": Act("settings:write", people.save_work),
        "targets": Act("collect:manage", people.save_target),
    },
)
