"""Bank entries: what came on the account, and whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from saldo.bank_entries.model import WAITING, BankEntry
from saldo.bank_entries.refusals import BankEntryBusy, BankEntryUnknown
from saldo.edge.v1 import bank as api
from saldo.errors import Forbidden, Invalid
from saldo.invoices.model import OpenItem
from saldo.money import format_amount
from saldo.payments.look import find_payment
from saldo.payments.reversals import PaymentUnknown

if TYPE_CHECKING or __package__ != "screens":
    from functions.console import shown_bank
    from functions.console.screen import Act, Back, Page, Part, Screen, Shown, Visit
else:  # in Lambda this folder is the root of the code
    import shown_bank
    from screen import Act, Back, Page, Part, Screen, Shown, Visit

_STATES: Final = ("likely", "open", "refund")
_DONE: Final = "accepted"


class NothingSaid(Invalid):
    """Nobody said whose money it is."""

    code = "no-account-chosen"


class OfEveryBranch(Forbidden):
    """What is asked for goes over the accounts of all branches, and the role sees some alone."""

    code = "of-every-branch"


def show(visit: Visit) -> Shown:
    """Show what waits, and what was done last with a way back."""
    state = visit.query("show") if visit.query("show") in _STATES else ""
    begin = visit.query("from")
    found = shown_bank.waiting(visit, state, int(begin) if begin.isdecimal() else 0)
    done = visit.query("done")
    rows = shown_bank.rows_of(visit, [_entry(visit, done)]) if done else ()
    values = {"w": found, "show": state, "done": rows[0] if rows else None, "waiting": WAITING}
    return Page("bank.html", values)


def entry(visit: Visit) -> Shown:
    """Show an entry: what the bank says, what is proposed and why, and who else it could be of."""
    found = _entry(visit, visit.query("id"))
    (row,) = shown_bank.rows_of(visit, [found])
    typed = visit.query("q")
    named = [*visit.queries("with"), *shown_bank.sought(visit, typed)]
    return Page(
        "bank_entry.html",
        {
            "row": row,
            "entry": found,
            "q": typed,
            "words": shown_bank.marked(found),
            "choices": shown_bank.choices(visit, found, named, typed),
            "payments": shown_bank.could_return(found),
            "waits": found.state in WAITING and found.doing is None,
            "can_undo": _can_undo(found),
            "is_out": found.entry.amount_minor < 0,
        },
    )


def accept(visit: Visit) -> Shown:
    """Book what is proposed."""
    found = _entry(visit, visit.form("id"))
    for number in shown_bank.proposed_accounts(visit, found):
        visit.account(number)  # one that is not the user's own is refused
    body = {"id": found.id, "reason": visit.form("reason") or _DONE}
    if visit.form("proposal"):  # what stood on the page: by now it may be another
        body["proposal"] = visit.form("proposal", 32)
    api.accept(visit.ordered, body)
    return _back(visit, found.id, "bank-accepted")


def split(visit: Visit) -> Shown:
    """Book an entry as somebody says: of one account or several."""
    found = _entry(visit, visit.form("id"))
    _require_seen(visit, "left", found.left_minor)
    parts = [
        part
        for place in range(shown_bank.ACCOUNTS_MAX)
        if (part := _part(visit, place, found)) is not None
    ]
    if not parts:
        raise NothingSaid("Say whose money it is: choose invoices, or give an amount.")
    if len(parts) > 1:
        parts = [part if "amount" in part else _summed(visit, part, found) for part in parts]
    body = {"id": found.id, "parts": parts, "reason": visit.form("reason", 500) or _DONE}
    api.split(visit.ordered, body)
    return _back(visit, found.id, "bank-accepted")


def _part(visit: Visit, place: int, entry: BankEntry) -> dict[str, Any] | None:
    """Return one account's part of the form; None where nothing was said of it."""
    number, invoices = visit.form(f"account{place}"), visit.fields.many(f"invoices{place}")
    amount = visit.amount(f"amount{place}", entry.entry.currency)
    if not number or not (invoices or amount or visit.form(f"credit{place}")):
        return None
    account = visit.account(number)
    for one in invoices:
        visit.invoice(one)  # one that is not the user's own is refused
    part: dict[str, Any] = {"account": account.number, "invoices": list(invoices)}
    return part | ({"amount": amount} if amount is not None else {})


def _summed(visit: Visit, part: dict[str, Any], entry: BankEntry) -> dict[str, Any]:
    """Return a part without an amount with what its invoices have open: one of several parts."""
    store, wanted = visit.services.store, {*part["invoices"]}
    items = store.list(OpenItem, visit.creditor.id, part["account"])
    minor = sum(one.open_minor for one in items if one.number in wanted)
    return part | ({"amount": format_amount(minor, entry.entry.currency)} if minor else {})


def _require_seen(visit: Visit, name: str, now: int) -> None:
    """Raise BankEntryBusy where somebody else decided since the form's page was opened: what is
    left would go where nobody meant it to, or another's booking be taken back for one's own.
    """
    if visit.form(name) not in ("", str(now)):
        raise BankEntryBusy("The entry was changed by somebody else; look again.")


def ignore(visit: Visit) -> Shown:
    """Say that an entry is no business of these books."""
    found = _entry(visit, visit.form("id"))
    api.ignore(visit.ordered, {"id": found.id, "reason": visit.form("reason", 500)})
    return _back(visit, found.id, "bank-ignored")


def reverse(visit: Visit) -> Shown:
    """Take back what was made of an entry."""
    found = _entry(visit, visit.form("id"))
    _require_seen(visit, "version", found.version)
    for portion in found.applied:
        visit.account(portion.part.account)
    reason = visit.form("reason", 500) or "taken back"
    api.reverse(visit.ordered, {"id": found.id, "reason": reason})
    return Back(f"bank/entry?id={found.id}", "bank-reversed")


def returned(visit: Visit) -> Shown:
    """Say which payment an entry took back."""
    found = _entry(visit, visit.form("id"))
    # The first that is proposed is always ticked: whoever types another means that one.
    payment = visit.form("other") or visit.form("payment")
    if not visit.sees(find_payment(visit.services.store, visit.creditor.id, payment).account):
        raise PaymentUnknown(f"There is no payment {payment!r}.")
    body = {
        "id": found.id,
        "payment": payment,
        "reason": visit.form("reason", 500) or "returned",
    }
    api.returned(visit.ordered, body)
    return _back(visit, found.id, "bank-returned")


def match(visit: Visit) -> Shown:
    """Match again all that waits: of every branch, so whoever sees some alone does not."""
    if not visit.sees_all:
        raise OfEveryBranch(
            "All that waits is of every branch: somebody who sees them all does it."
        )
    api.match(visit.ordered)
    return Back("bank", "bank-matched")


def refund(visit: Visit) -> Shown:
    """Give an over-payment back."""
    found = _entry(visit, visit.form("id"))
    api.refund(visit.ordered, {"id": found.id, "reason": visit.form("reason", 500) or "overpaid"})
    return Back(f"bank/entry?id={found.id}", "bank-refund-ordered")


def keep(visit: Visit) -> Shown:
    """Keep an over-payment as credit; an order that was not transferred yet is taken back."""
    found = _entry(visit, visit.form("id"))
    body = {"id": found.id, "declines": True, "reason": visit.form("reason", 500) or "kept"}
    api.refund(visit.ordered, body)
    return Back(f"bank/entry?id={found.id}", "bank-refund-kept")


def _entry(visit: Visit, id_: str) -> BankEntry:
    """Return an entry that the user may see; raise BankEntryUnknown."""
    found = visit.services.bank_entries.find(visit.creditor.id, id_)
    if not shown_bank.is_seen(visit, found):
        raise BankEntryUnknown(f"There is no bank entry {id_!r}.")
    return found


def _can_undo(entry: BankEntry) -> bool:
    if entry.doing is not None:
        return False
    is_passed_over = entry.state == "ignored" and entry.reason != "money-out"
    return bool(entry.applied or entry.payout) or entry.state == "returned" or is_passed_over


def _back(visit: Visit, done: str, told: str) -> Back:
    """Go on with the list that the form stood on, with what was just done and a way back."""
    show_ = visit.form("show")
    kept = f"show={show_}&" if show_ in _STATES else ""
    return Back(f"bank?{kept}done={done}", told)


SCREEN: Final = Screen(
    "bank",
    "bank:read",
    show,
    parts={"entry": Part("bank:read", entry)},
    acts={
        "accept": Act("bank:write", accept),
        "split": Act("bank:write", split),
        "ignore": Act("bank:write", ignore),
        "reverse": Act("bank:write", reverse),
        "return": Act("bank:write", returned),
        "match": Act("bank:write", match),
        "refund": Act("money:refund", refund, needs_proof=True),
        "keep": Act("money:refund", keep),
    },
)
