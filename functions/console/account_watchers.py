"""Who is told by mail of what changes on an account or a dispute: shown, named, and ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from saldo.accounts.model import Account
from saldo.people.rights import rights_of
from saldo.watchers.model import FAMILIES, PACES, Watcher
from saldo.watchers.service import WatchOrder

if TYPE_CHECKING or __package__:
    from functions.console.account_forms import here
    from functions.console.screen import Back, NotYours, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import here
    from screen import Back, NotYours, Shown, Visit


@dataclass(frozen=True, slots=True)
class Watching:
    """The panel: who is told of the account (or of the one case that it stands beside)."""

    account: Account
    kind: str
    subject: str
    people: tuple[Watcher, ...]
    families: tuple[str, ...] = FAMILIES
    paces: tuple[str, ...] = PACES


def watching(visit: Visit, account: Account, kind: str = "account", subject: str = "") -> Watching:
    """Return who is told; on the account's own page those of its cases, too."""
    found = visit.services.watchers.of(account.creditor, account.number)
    if kind != "account":
        found = [one for one in found if (one.kind, one.subject) == (kind, subject)]
    return Watching(account, kind, subject, tuple(found))


def watch(visit: Visit) -> Shown:
    """Have somebody told; somebody outside by whoever manages alone."""
    account = visit.account(visit.form("number"))
    email = visit.form("email", 200).lower()
    if not _works_here(visit, email) and not visit.may("collect:manage"):
        raise NotYours("Only who manages the team names somebody outside.")
    order = WatchOrder(
        account.number,
        visit.form("kind") or "account",  # type: ignore[arg-type]  # the service says what is none
        visit.form("subject"),
        email,
        visit.form("why", 80),
        tuple(visit.fields.many("families")) or FAMILIES,  # type: ignore[arg-type]  # likewise
        "at-once" if visit.form("pace") == "at-once" else "daily",
        visit.form("language") or visit.t.language,
    )
    visit.services.watchers.add(visit.creditor.id, order, visit.by)
    return Back(_where(visit, account), "watch_added")


def end(visit: Visit) -> Shown:
    """Tell somebody no more."""
    account = visit.account(visit.form("number"))
    creditor, number = account.creditor, account.number
    visit.services.watchers.end(creditor, number, visit.form("watcher"), visit.by)
    return Back(_where(visit, account), "watch_ended")


def _works_here(visit: Visit, email: str) -> bool:
    user = visit.services.users.find(email)
    return user is not None and bool(rights_of(user, visit.creditor.id))


def _where(visit: Visit, account: Account) -> str:
    """Return the page that the form stood on."""
    if visit.form("kind") == "dispute" and visit.form("subject"):
        place = {"account": account.number, "id": visit.form("subject")}
        return f"disputes/one?{urlencode(place)}"
    return here(account)
