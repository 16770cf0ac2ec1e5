"""Settings of credit: which limit counts, when orders wait, when terms get shorter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from saldo.credit.model import TermsReason
from saldo.credit.rules import CreditRules, LimitBasis, told
from saldo.edge.v1 import credit

if TYPE_CHECKING or __package__:
    from functions.console.screen import Back, Shown, Visit
    from functions.console.settings_forms import mark, page, require_seen, whole
else:  # in Lambda this folder is the root of the code
    from screen import Back, Shown, Visit
    from settings_forms import mark, page, require_seen, whole

_ASSUMED_CURRENCY: Final = "EUR"


def rules(visit: Visit) -> Shown:
    """Show the rules."""
    found = visit.services.credit_rules.of(visit.creditor.id)
    return page(
        visit,
        "credit",
        seen=mark(told(found)),
        rules=told(found),
        bases=get_args(LimitBasis),
        reasons=get_args(TermsReason),
        currency=found.block_overdue.currency if found.block_overdue else "",
        amount=_field(visit, found),
    )


def _field(visit: Visit, found: CreditRules) -> str | None:
    """Return the amount of the rule as it is typed in the user's language."""
    overdue = found.block_overdue
    if overdue is None or overdue.amount_minor is None:
        return None
    return visit.t.field(overdue.amount_minor, overdue.currency)


def save(visit: Visit) -> Shown:
    """Keep the rules as they were typed; what is left empty is off."""
    require_seen(visit, told(visit.services.credit_rules.of(visit.creditor.id)))
    block: dict[str, Any] = {
        "over_limit": visit.form("over_limit") == "yes",
        "insolvency": visit.form("insolvency") == "yes",
    }
    if visit.form("days"):
        currency = visit.form("currency") or _ASSUMED_CURRENCY
        amount = visit.amount("amount", currency)
        block["overdue"] = {
            "days": whole(visit, "days"),
            "invoices": whole(visit, "invoices") if visit.form("invoices") else None,
            "amount": amount,
            "currency": currency if amount is not None else None,
        }
    body: dict[str, Any] = {"limit_is": visit.form("limit_is") or "own-first", "block": block}
    body["covers"] = "at-once" if visit.form("covers") == "at-once" else "agreed"
    if visit.form("net_days"):
        body["terms"] = {
            "net_days": whole(visit, "net_days"),
            "when": list(visit.fields.many("when")),
            "broken_promises": whole(visit, "broken_promises"),
            "within_days": whole(visit, "within_days"),
            "applies": visit.form("applies") == "yes",
        }
    credit.put_rules(visit.ordered, body)
    return Back("settings/credit", "settings.credit_saved")
