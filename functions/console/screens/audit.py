"""The audit log: who did what, the last first; one entry with its event, and whether it is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.service import AccountUnknown
from saldo.audit.chain import EntryUnknown
from saldo.audit.digests import digest_of, entry_hash, is_blank
from saldo.audit.model import AuditCheck, AuditEntry, AuditMark
from saldo.errors import Invalid

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Page, Part, Screen, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from screen import Page, Part, Screen, Shown, Visit

PAGE: Final = 50
SEARCHED: Final = 200
"""So many entries are read for a page of one kind of event alone."""

WHATS: Final = ("", "access.", "privacy.", "payment.", "invoice.", "notice.")
"""What may be shown, by how the types of events begin; everything first."""


class PlaceNotValid(Invalid):
    """What the address says of a place in the log is no number."""

    code = "place-not-valid"


def show(visit: Visit) -> Shown:
    """Show a page of the log: of everything, or of one account and month."""
    chain, creditor = visit.services.audit_chain, visit.creditor.id
    account, month = visit.query("account"), _month(visit)
    what = visit.query("what") if visit.query("what") in WHATS else ""
    if account:
        if not visit.sees(account):
            raise AccountUnknown("There is no such account.")
        found = chain.of_account(creditor, account, month.replace("-", ""), PAGE, what)
        last = 0
    else:
        read = chain.newest(creditor, SEARCHED if what else PAGE, _number(visit.query("before")))
        found = [one for one in read if one.what.startswith(what)]
        last = read[-1].number if read and read[-1].number > 1 else 0
    seen = visit.seen_of(one.account for one in found if not _is_of_all(one))
    values: dict[str, Any] = {
        "entries": [one for one in found if _is_of_all(one) or one.account in seen],
        "account": account,
        "month": month,
        "what": what,
        "whats": WHATS,
        "head": chain.head(creditor),
        "check": visit.services.store.get(AuditCheck, creditor),
        "before": last,
    }
    return Page("audit.html", values)


def entry(visit: Visit) -> Shown:
    """Show one entry: its hashes recomputed, and its event as it stands in the table."""
    chain, creditor = visit.services.audit_chain, visit.creditor.id
    number = _number(visit.query("number"))
    found = chain.entry(creditor, number if number is not None else 0)
    if not _is_seen(visit, found):
        raise EntryUnknown(f"The audit log has no entry {number}.")
    event = chain.event_of(found)
    mark = visit.services.store.get(AuditMark, creditor, found.event)
    told = sorted(event.data.items()) if event is not None else []
    values = {
        "entry": found,
        "event": event,
        "said": [(name, _shown(value), mark is not None and name in mark.erased)
                 for name, value in told],
        "is_true": event is not None and mark is not None
        and digest_of(event, mark) == found.digest
        and all(is_blank(event.data.get(name)) for name in mark.erased),
        "holds": _holds(visit, found),
        "erased_at": mark.erased_at if mark is not None else None,
    }  # fmt: skip
    return Page("audit_entry.html", values)


def _is_seen(visit: Visit, entry: AuditEntry) -> bool:
    """Tell whether the user may see what was done: on an account of theirs, or on none."""
    return _is_of_all(entry) or visit.sees(entry.account)


def _is_of_all(entry: AuditEntry) -> bool:
    return entry.account.startswith(WHOLE_CREDITOR)


def _holds(visit: Visit, found: AuditEntry) -> bool:
    """Tell whether an entry is what its hash says, and holds on to the one before."""
    if entry_hash(found) != found.hash:
        return False
    if found.number == 1:
        return True
    before = visit.services.audit_chain.entry(found.creditor, found.number - 1)
    return before.hash == found.before


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(one)}" for name, one in value.items())
    return "" if value is None else str(value)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise PlaceNotValid("That is no place in the log.")
    return int(text)


def _month(visit: Visit) -> str:
    """Return the month that is asked for, "2026-11": this one where none is."""
    asked = visit.query("month")
    year, dash, month = asked.partition("-")
    is_month = dash and len(asked) == 7 and year.isdecimal() and month.isdecimal()
    return asked if is_month and 1 <= int(month) <= 12 else f"{visit.now:%Y-%m}"


SCREEN: Final = Screen("audit", "audit:read", show, parts={"entry": Part("audit:read", entry)})
