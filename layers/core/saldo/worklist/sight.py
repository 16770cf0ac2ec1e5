"""Who may be named for an account: whoever sees it. The rule for all places that name somebody.

What is given to somebody who does not see the account would be on nobody's screen: it waits, and
nobody knows. So whoever is named by hand is looked at before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.people.colleagues import Colleagues, NotAColleague
from saldo.people.model import User
from saldo.people.rights import sees_branch
from saldo.worklist.desk_model import AccountDesk, DeskRules

if TYPE_CHECKING:
    from saldo.worklist.desks import Desks


class Sight:
    """Asks who sees an account before somebody is named for it. At most five gets."""

    def __init__(self, desks: Desks, colleagues: Colleagues) -> None:
        self._desks, self._colleagues = desks, colleagues

    def require(self, creditor: str, account: str, email: str) -> None:
        """Make sure that somebody does such work here and sees the account ("~": what concerns the
        creditor as a whole); raise NotAColleague.
        """
        self._colleagues.require_sight(creditor, email, self._branch(creditor, account))

    def require_if_here(self, creditor: str, account: str, email: str) -> None:
        """Make sure that somebody sees the account if they work here in any role: somebody outside
        may answer for a dispute, too. Raises NotAColleague.
        """
        desk = self._desks.of(creditor, account)
        place = (creditor, email, desk.branch or "")
        self._colleagues.require_sight_if_here(*place, sales=desk.sales)

    def who(self, creditor: str, account: str) -> list[User]:
        """Return the colleagues who may be named for an account, by name."""
        branch = self._branch(creditor, account)
        return [one for one in self._colleagues.of(creditor) if sees_branch(one, creditor, branch)]

    def _branch(self, creditor: str, account: str) -> str | None:
        if account == WHOLE_CREDITOR:
            return None
        return self._desks.of(creditor, account).branch or ""


def require_desk(
    colleagues: Colleagues, old: AccountDesk | None, said: AccountDesk, comes_to: AccountDesk
) -> None:
    """Make sure that whom a desk names by hand sees its account, in the branch that the desk comes
    to by it; whoever was named before is left unless the branch is another one. Then a collector
    whom rules name is looked at, too.

    Addresses of nobody here pass: desks are told by systems before people are invited. Raises
    NotAColleague.
    """
    creditor = said.creditor
    branch = None if said.account == WHOLE_CREDITOR else comes_to.branch or ""
    is_moved = (old.branch if old else None) != said.branch
    is_named = said.collector is not None and said.collector != (old.collector if old else None)
    if comes_to.collector is not None and (is_moved or is_named):
        with _at("/collector"):
            colleagues.require_work_if_here(creditor, comes_to.collector, branch)
    if said.sales is not None and (is_moved or old is None or old.sales != said.sales):
        with _at("/sales"):
            colleagues.require_sight_if_here(creditor, said.sales, branch, sales=said.sales)


def require_rules(colleagues: Colleagues, rules: DeskRules) -> None:
    """Make sure of the same for whom a rule names in the branch that it names. Which branch other
    accounts come to is known of each account alone. Raises NotAColleague.
    """
    creditor = rules.creditor
    for number, rule in enumerate(rules.rules):
        if rule.branch is None:
            continue
        with _at(f"/rules/{number}"):
            if rule.collector is not None:
                colleagues.require_work_if_here(creditor, rule.collector, rule.branch)
            if rule.sales is not None:
                place = (creditor, rule.sales, rule.branch)
                colleagues.require_sight_if_here(*place, sales=rule.sales)


@contextmanager
def _at(pointer: str) -> Iterator[None]:
    """Have a refusal point at the place that names somebody."""
    try:
        yield
    except NotAColleague as refusal:
        raise refusal.at(pointer) from None
