"""Which company an account is, said from its page; and what its provider is asked tonight."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING or __package__:
    from functions.console.account_forms import here
    from functions.console.screen import Back, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import here
    from screen import Back, Shown, Visit


def ids(visit: Visit) -> Shown:
    """Keep by which numbers the company is known."""
    from saldo.edge.v1 import credit_data

    account = visit.account(visit.form("number"))
    names = ("vat", "register_number", "registry", "duns")
    body = {"account": account.number, **{name: visit.form(name, 60) for name in names}}
    credit_data.set_ids(visit.ordered, body)
    return Back(here(account), "company-kept")


def ask(visit: Visit) -> Shown:
    """Have the provider asked in the coming night."""
    from saldo.edge.v1 import credit_data

    account = visit.account(visit.form("number"))
    credit_data.want(visit.ordered, {"account": account.number, "ask": visit.form("ask")})
    return Back(here(account), "credit-asked")


def decide(visit: Visit) -> Shown:
    """Agree which of the proposed companies it is; nothing chosen: none of them."""
    from saldo.edge.v1 import credit_data

    account = visit.account(visit.form("number"))
    company = visit.form("company") or None
    credit_data.decide(visit.ordered, {"account": account.number, "company": company})
    return Back(here(account), "company-agreed" if company else "company-refused")
