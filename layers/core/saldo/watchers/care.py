"""Whether an address is one of our people who may see an account, or somebody outside."""

from __future__ import annotations

from saldo.accounts.model import Account
from saldo.people.rights import grant_of, rights_of, sees_own_customers_only
from saldo.people.users import Users
from saldo.worklist.desks import Desks


def sees_account(users: Users, desks: Desks, account: Account, email: str) -> bool:
    """Tell whether an address is of somebody who works here and may see the account: its branch,
    and of sales their own customers alone. Anybody else is outside.
    """
    user = users.find(email)
    if user is None or "accounts:read" not in rights_of(user, account.creditor):
        return False
    grant = grant_of(user, account.creditor)
    assert grant is not None, "rights come from a grant"
    desk = desks.of(*account.key)
    if grant.branches and (desk.branch or "") not in grant.branches:
        return False
    return not sees_own_customers_only(user, account.creditor) or desk.sales == email
