"""What of a report somebody may see: the same on the screen, in a file, and in a mail."""

from __future__ import annotations

from dataclasses import replace

from saldo.figures.ask import Asked, within_branches
from saldo.people.model import User
from saldo.people.rights import grant_of, rights_of


def as_seen_by(user: User, creditor: str, wanted: Asked) -> Asked:
    """Return the same for what a person may see: who sees some branches, their figures alone; who
    neither manages nor audits, of figures by collector their own alone.
    """
    grant, rights = grant_of(user, creditor), rights_of(user, creditor)
    mine = within_branches(wanted, grant.branches if grant else ())
    compares = "collector" in (*mine.groups, *mine.filters) or mine.report == "collectors"
    if not compares or rights & {"collect:manage", "audit:read"}:
        return mine
    return replace(mine, filters={**mine.filters, "collector": [user.email]})
