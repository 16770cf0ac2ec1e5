"""Personal data: what is held about a customer is handed out, or erased as the law lets it go."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, get_args

from saldo.errors import Invalid
from saldo.privacy.model import Erasure, ErasureUnknown, KeptAs, Why
from saldo.privacy.retention import ANYWHERE, rule_of, rules

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import Act, Back, Elsewhere, Page, Part, Screen, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from screen import Act, Back, Elsewhere, Page, Part, Screen, Shown, Visit

LISTED_MAX: Final = 50
_KEPT: Final[tuple[KeptAs, ...]] = ("voucher", "book", "letter")


class ReasonNotChosen(Invalid):
    """Nobody said why the account is to be erased."""

    code = "reason-not-chosen"


def show(visit: Visit) -> Shown:
    """Show the orders; of one account, how far its order got and which files there are."""
    services, creditor = visit.services, visit.creditor
    number = visit.query("number")
    account = visit.account(number) if number else None
    values: dict[str, Any] = {
        "account": account,
        "erasure": _erasure(visit, number) if account else None,
        "exports": services.privacy_exports.listed(creditor.id, number) if account else [],
        "orders": [*islice(_orders(visit), LISTED_MAX)],
        "rules": [rule_of(creditor.country, kept_as) for kept_as in _KEPT],
        "is_known": any(one.country == creditor.country != ANYWHERE for one in rules()),
        "why": get_args(Why),
        "fresh_id": visit.fresh_id(),
        "law": lambda kept_as: rule_of(creditor.country, kept_as).law,
    }
    return Page("privacy.html", values)


def _orders(visit: Visit) -> Iterator[Erasure]:
    """Yield the orders of the accounts that the user may see."""
    waiting = visit.services.erasures.waiting(visit.creditor.id)
    return (one for one in waiting if visit.sees(one.account))


def _erasure(visit: Visit, number: str) -> Erasure | None:
    try:
        return visit.services.erasures.of(visit.creditor.id, number)
    except ErasureUnknown:
        return None


def file(visit: Visit) -> Shown:
    """Give the file of an export."""
    account = visit.account(visit.query("number"))
    address = visit.services.privacy_exports.address(
        visit.creditor.id, account.number, visit.query("id")
    )
    return Elsewhere(address)


def export(visit: Visit) -> Shown:
    """Order a file of everything that is held about an account."""
    account = visit.account(visit.form("number"))
    visit.services.privacy_exports.ask(visit.creditor, account.number, visit.sent_id(), visit.by)
    return Back(_here(account.number), "export-asked")


def erase(visit: Visit) -> Shown:
    """Order to erase an account."""
    account = visit.account(visit.form("number"))
    why = next((one for one in get_args(Why) if one == visit.form("why")), None)
    if why is None:
        raise ReasonNotChosen("Say why the customer is to be erased.").at("/why")
    visit.services.erasures.ask(visit.creditor, account.number, visit.sent_id(), why, visit.by)
    return Back(_here(account.number), "erasure-asked")


def lift(visit: Visit) -> Shown:
    """Take an order to erase back."""
    account = visit.account(visit.form("number"))
    visit.services.erasures.lift(visit.creditor, account.number, visit.by)
    return Back(_here(account.number), "erasure-lifted")


def _here(number: str) -> str:
    from urllib.parse import urlencode

    return f"privacy?{urlencode({'number': number})}"


SCREEN: Final = Screen(
    "privacy",
    "privacy:write",
    show,
    parts={"file": Part("privacy:write", file)},
    acts={
        "export": Act("privacy:write", export),
        "erase": Act("privacy:write", erase, needs_proof=True),
        "lift": Act("privacy:write", lift),
    },
)
