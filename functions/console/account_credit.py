"""What is decided about an account's credit from its page: limits, cover, blocks, terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from functions.console.account_forms import here
    from functions.console.screen import Back, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import here
    from screen import Back, Shown, Visit

if TYPE_CHECKING:
    from saldo.accounts.model import Account


def limit(visit: Visit) -> Shown:
    """Set how much the account may owe; nothing typed: what the ERP says was agreed."""
    from saldo.edge.v1 import credit

    account, body = _about(visit)
    currency = visit.form("currency")
    body |= {"currency": currency, "amount": visit.amount("amount", currency)}
    body |= {"id": visit.sent_id()}
    credit.set_limit(visit.ordered, body)
    return Back(here(account), "limit-set")


def insure(visit: Visit) -> Shown:
    """Keep what a credit insurer covers; nothing typed: it is insured no more."""
    from saldo.edge.v1 import credit

    account, body = _about(visit)
    currency = visit.form("currency")
    body |= {
        "kind": "insured",
        "id": visit.sent_id(),
        "currency": currency,
        "amount": visit.amount("amount", currency),
        "insurer": visit.form("insurer") or None,
        "valid_until": visit.form("until") or None,
        "reference": visit.form("reference") or None,
    }
    credit.set_limit(visit.ordered, body)
    return Back(here(account), "insured")


def propose(visit: Visit) -> Shown:
    """Have a limit proposed."""
    from saldo.edge.v1 import credit

    account = visit.account(visit.form("number"))
    body = {"account": account.number, "currency": visit.form("currency")}
    credit.propose(visit.ordered, body)
    return Back(here(account), "limit-proposed")


def decide(visit: Visit) -> Shown:
    """Agree to a proposed limit, or put it aside."""
    from saldo.edge.v1 import credit

    account, body = _about(visit)
    agrees = visit.form("agree") == "yes"
    credit.decide(visit.ordered, {**body, "proposal": visit.form("proposal"), "agree": agrees})
    return Back(here(account), "limit-set" if agrees else "limit-declined")


def block(visit: Visit) -> Shown:
    """Have orders wait."""
    from saldo.edge.v1 import credit

    account, body = _about(visit)
    until = visit.form("until") or None
    credit.block(visit.ordered, {**body, "blocked": True, "until": until})
    return Back(here(account), "orders-blocked")


def release(visit: Visit) -> Shown:
    """Let orders go."""
    from saldo.edge.v1 import credit

    account, body = _about(visit)
    until = visit.form("until") or None
    credit.block(visit.ordered, {**body, "blocked": False, "until": until})
    return Back(here(account), "orders-released")


def terms(visit: Visit) -> Shown:
    """Let shorter terms count, or not."""
    from saldo.edge.v1 import credit

    account, body = _about(visit)
    agrees = visit.form("apply") == "yes"
    credit.decide(visit.ordered, {**body, "proposal": credit.TERMS, "agree": agrees})
    return Back(here(account), "terms-decided")


def _about(visit: Visit) -> tuple[Account, dict[str, Any]]:
    account = visit.account(visit.form("number"))
    return account, {"account": account.number, "reason": visit.form("reason", 300)}
