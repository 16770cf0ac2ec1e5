"""What is contested: by reason, owner and deadline; decided with or without a credit note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args
from urllib.parse import urlencode

from saldo.accounts.model import Account
from saldo.collection.facts import Dispute, DisputeReason
from saldo.collection.registers import by_reason
from saldo.edge.v1 import collection
from saldo.files.model import StoredFile
from saldo.money import Money

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.account_watchers import watching
    from functions.console.screen import Act, Back, Page, Part, Screen, Shown, Visit
    from functions.console.shown_registers import Line, lines_of, page_of
else:  # in Lambda this folder is the root of the code
    from account_watchers import watching
    from screen import Act, Back, Page, Part, Screen, Shown, Visit
    from shown_registers import Line, lines_of, page_of

SHOWS: Final = ("open", "mine", "overdue", "credit")
"""open: to be decided; mine: of these the visitor's own; overdue: past their deadline; credit:
settled, with a credit note to come from the ERP."""


def show(visit: Visit) -> Shown:
    """Show what is contested."""
    register = visit.services.registers.disputes(visit.creditor.id)
    lines = lines_of(visit, register.items)
    which = visit.query("show") if visit.query("show") in SHOWS else "open"
    reason = visit.query("reason")
    chosen = [line for line in lines if _fits(visit, line.fact, which, reason)]
    values: dict[str, Any] = {
        "page": page_of(visit, chosen),
        "which": which,
        "reason": reason,
        "shows": [(one, sum(_fits(visit, line.fact, one, "") for line in lines)) for one in SHOWS],
        "sums": [
            (one, Money(one.amount_minor, one.currency), Money(one.overdue_minor, one.currency))
            for one in by_reason(line.fact for line in lines)
        ],
        "is_cut": register.is_cut,
    }
    return Page("disputes.html", values)


def _fits(visit: Visit, one: Dispute, which: str, reason: str) -> bool:
    if reason and one.reason != reason:
        return False
    if which == "credit":
        return one.state == "settled"
    if one.state != "open":
        return False
    if which == "mine":
        return one.owner == visit.by
    return which == "open" or one.overdue or one.deadline < visit.today


def dispute(visit: Visit) -> Shown:
    """Show one dispute: what is said to be wrong, and what can be done."""
    account = visit.account(visit.query("account"))
    found = visit.services.disputes.get(account.creditor, account.number, visit.query("id"))
    book, place = visit.services.invoice_lines, (account.creditor, account.number, found.invoice)
    lines = {one.ref: one.text for one in (book.of(*place) if found.lines else ())}
    keys = [(*account.key, one) for one in found.files]
    files = list(visit.services.store.get_many(StoredFile, keys).values())
    values: dict[str, Any] = {
        "line": Line(found, account),
        "dispute": found,
        "contested": Money(found.amount_minor, found.currency),
        "agreed": Money(found.agreed_minor, found.currency),
        "parts": [
            (one.ref, lines.get(one.ref, ""), Money(one.amount_minor, found.currency))
            for one in found.lines
        ],
        "files": files,
        "reasons": get_args(DisputeReason),
        "watching": watching(visit, account, "dispute", found.id),
        "people": visit.services.sight.who(*account.key) if visit.may("collect:write") else [],
    }
    return Page("dispute.html", values)


def _mine(visit: Visit) -> Account:
    return visit.account(visit.form("account"))


def _here(account: Account, id_: str) -> str:
    return f"disputes/one?{urlencode({'account': account.number, 'id': id_})}"


def settle(visit: Visit) -> Shown:
    """Agree that some of it need not be paid; ask the ERP for a credit note over it."""
    account, id_ = _mine(visit), visit.form("id")
    found = visit.services.disputes.get(account.creditor, account.number, id_)
    body: dict[str, Any] = {
        "account": account.number,
        "id": id_,
        "currency": found.currency,
        "credit_note": bool(visit.form("credit_note")),
        "text": visit.sentence("text"),
    }
    agreed = visit.amount("agreed", found.currency)
    if agreed is not None:  # nothing typed is not nothing agreed
        body["agreed"] = agreed
    if visit.form("credit_by"):
        body["credit_by"] = visit.form("credit_by")
    settled = collection.settle_dispute(visit.ordered, body)
    waits = settled["credit_note_expected_until"]
    return Back(_here(account, id_), "dispute-credit" if waits else "dispute-settled")


def reject(visit: Visit) -> Shown:
    """Find that all of it is owed."""
    account, id_ = _mine(visit), visit.form("id")
    body = {"account": account.number, "id": id_, "text": visit.sentence("text")}
    collection.reject_dispute(visit.ordered, body)
    return Back(_here(account, id_), "dispute-rejected")


def withdraw(visit: Visit) -> Shown:
    """Take it back for the debtor, who said so."""
    account, id_ = _mine(visit), visit.form("id")
    collection.withdraw_dispute(visit.ordered, {"account": account.number, "id": id_})
    return Back(_here(account, id_), "dispute-withdrawn")


def assign(visit: Visit) -> Shown:
    """Hand it to somebody, until a day. Others' disputes are handed on by who manages them."""
    account, id_ = _mine(visit), visit.form("id")
    found = visit.services.disputes.get(account.creditor, account.number, id_)
    owner = visit.form("owner", 120)
    if visit.by not in (found.owner, owner):
        visit.require("collect:manage")
    body: dict[str, Any] = {"account": account.number, "id": id_, "owner": owner}
    if visit.form("deadline"):
        body["deadline"] = visit.form("deadline")
    collection.assign_dispute(visit.ordered, body)
    return Back(_here(account, id_), "dispute-assigned")


SCREEN: Final = Screen(
    "disputes",
    "accounts:read",
    show,
    parts={"one": Part("accounts:read", dispute)},
    acts={
        "settle": Act("collect:write", settle),
        "reject": Act("collect:write", reject),
        "withdraw": Act("collect:write", withdraw),
        "assign": Act("collect:write", assign),
    },
)
