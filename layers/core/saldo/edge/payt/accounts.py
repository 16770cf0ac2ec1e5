"""Our accounts on their way in: as the ERP pushed them, changed by what it says now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from saldo.accounts.model import Account
from saldo.edge.v1 import records, render
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.requests_accounts import AccountRecord


def record_of(found: Account) -> dict[str, Any]:
    """Return an account as the ERP pushed it, as a record of `/v1/accounts`."""
    pushed = found.pushed
    if pushed is not None:  # what a payer corrected is not the ERP's word
        found = replace(
            found, language=pushed.language, contacts=pushed.contacts, address=pushed.address
        )
    shown: dict[str, Any] = dict(render.account(found))
    record = {name: shown[name] for name in AccountRecord.model_fields if name in shown}
    record["contacts"] = [
        {name: value for name, value in one.items() if name != "email_state"}
        for one in shown["contacts"]
    ]
    return record


def take(order: Ordered, draft: dict[str, Any]) -> None:
    """Push a record of `/v1/accounts`; raises what its push refuses."""
    account = records.account_from(draft, order.creditor)
    result = order.services.intake.put_accounts([account])[0]
    if result.refusal is not None:
        raise result.refusal


def in_their_words(detail: str) -> str:
    """Return the text of a refusal with the names of fields that were sent."""
    names = {"number": "debtor_number", "country": "country_code", "language": "language_code"}
    for ours, theirs in names.items():
        detail = detail.replace(f"'{ours}'", f"'{theirs}'")
    return detail
