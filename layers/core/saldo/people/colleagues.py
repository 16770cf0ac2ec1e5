"""Whom work can be given to: the people of a creditor who do such work, invited ones included."""

from __future__ import annotations

from dataclasses import replace

from saldo.errors import Invalid
from saldo.people.model import User, plain_email
from saldo.people.rights import NO_RIGHTS, branches_of, grant_of, rights_once_in, sees_branch
from saldo.people.users import Users


class NotAColleague(Invalid):
    """Nobody of that address does such work for the creditor, or sees what it is about: an item
    would wait for a stranger.
    """

    code = "not-a-colleague"


class Colleagues:
    """Knows who works for a creditor."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def of(self, creditor: str) -> list[User]:
        """Return who may do work at a creditor, by name: who signed in before, and who was invited.

        Who was disabled is not among them. One query.
        """
        return [
            one
            for one in self._users.at(creditor)
            if "collect:write" in rights_once_in(one, creditor)
        ]

    def require(self, creditor: str, email: str) -> None:
        """Make sure that an address is a colleague's; raise NotAColleague.

        A creditor without any people (its work goes through its own systems) names whom it likes.
        One or two gets for a colleague, a query for anybody else.
        """
        found = self._users.find(email)
        if found is not None and "collect:write" in rights_once_in(found, creditor):
            return
        if self.of(creditor):
            raise NotAColleague(f"Nobody works here as {plain_email(email)!r}.").at("/to")

    def require_sight(self, creditor: str, email: str, branch: str | None) -> None:
        """Make sure that a colleague sees accounts of a branch ("" for none), or with None what
        concerns the creditor as a whole: what is given to anybody else would be on nobody's screen.

        Raises NotAColleague.
        """
        self.require(creditor, email)
        found = self._users.find(email)
        if found is not None and not sees_branch(found, creditor, branch):
            raise _other_branches(email)

    def require_work_if_here(self, creditor: str, email: str, branch: str | None) -> None:
        """Make sure of the same for an address of somebody who works here in any role; somebody who
        is not invited yet may be named before. Raises NotAColleague.
        """
        if self._works_here(creditor, email):
            self.require_sight(creditor, email, branch)

    def require_sight_if_here(
        self, creditor: str, email: str, branch: str | None, *, sales: str | None = None
    ) -> None:
        """Make sure that an address sees an account if it is of somebody who works here in any
        role: its branch, and of sales (`sales` is whose customer it is) their own customers alone.
        Somebody outside is told of it in other ways. Raises NotAColleague.
        """
        found = self._users.find(email)
        if found is None or not self._works_here(creditor, email):
            return
        if not sees_branch(found, creditor, branch):
            raise _other_branches(email)
        grant = grant_of(replace(found, state="active"), creditor)
        if grant is not None and grant.role == "sales" and sales != found.email:
            said = f"{plain_email(email)!r} sees their own customers alone."
            raise NotAColleague(said).at("/to").told("sales")

    def _works_here(self, creditor: str, email: str) -> bool:
        found = self._users.find(email)
        return found is not None and rights_once_in(found, creditor) != NO_RIGHTS

    def branches_of(self, creditor: str, email: str) -> tuple[str, ...]:
        """Return the branches that somebody sees alone, none where they see all or are unknown."""
        found = self._users.find(email)
        return branches_of(found, creditor) if found is not None else ()


def _other_branches(email: str) -> NotAColleague:
    refusal = NotAColleague(f"{plain_email(email)!r} sees accounts of other branches alone.")
    refusal.at("/to").told("branch")
    return refusal
