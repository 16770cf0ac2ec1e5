"""Writing to a debtor from an account's page: begun, looked at as it will leave, and sent once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from saldo.invoices.model import OpenItem
from saldo.money import decimals_of, parse_amount
from saldo.reminders.by_hand.looking import Looked
from saldo.reminders.by_hand.model import SUBJECT_MAX, TEXT_MAX, WAYS, Words, WrittenBy
from saldo.reminders.by_hand.recipients import Recipient
from saldo.reminders.by_hand.starters import Begin, begins

if TYPE_CHECKING or __package__:
    from functions.console.account_forms import here
    from functions.console.screen import Back, Bare, File, Page, Shown, Visit
else:  # in Lambda this folder is the root of the code
    from account_forms import here
    from screen import Back, Bare, File, Page, Shown, Visit

if TYPE_CHECKING:
    from saldo.accounts.model import Account

ITEMS_MAX: Final = 200
"""So many open items are offered to be written about; of an account with more, the oldest."""

CONVERSATION: Final = "page"
"""The way that is no channel: into the conversation on the debtor's page, told by mail."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form: as it was typed, or as a text begins."""

    id: str
    to: str
    subject: str
    text: str
    invoices: tuple[str, ...]
    with_documents: bool = False


@dataclass(frozen=True, slots=True)
class Composing:
    """The form to write with. `way` is a channel or CONVERSATION."""

    account: Account
    way: str
    recipients: tuple[Recipient, ...]
    starters: tuple[Begin, ...]
    items: tuple[OpenItem, ...]
    typed: Typed


def compose(visit: Visit) -> Shown:
    """Show the form to write with; with a starter, begun."""
    account = visit.account(visit.query("number") or visit.form("number"))
    way = _way(visit.query("channel") or visit.form("channel"))
    items, named = _items(visit, account), visit.query("invoice")
    chosen = tuple(one.number for one in items if one.number == named or len(items) == 1)
    starters = _starters(visit, account, items, chosen)
    begun = next((one for one in starters if one.id == visit.query("starter")), None)
    if "text" in visit.fields.values:  # of a form that was refused, or that is to be changed
        typed = _typed(visit)
    elif begun is not None:
        with_documents = begun.with_documents and bool(chosen)
        typed = Typed(visit.fresh_id(), "", begun.subject, begun.text, chosen, with_documents)
    else:
        typed = Typed(visit.fresh_id(), "", "", "", chosen if named else ())
    recipients = tuple(
        one for one in visit.services.by_hand.recipients(account) if one.channel == way
    )
    shown = Composing(account, way, recipients, starters, items, typed)
    values = {"named": named, "c": shown, "ways": (*WAYS, CONVERSATION), "text_max": TEXT_MAX}
    return Page("account_compose.html", values | {"subject_max": SUBJECT_MAX})


def preview(visit: Visit) -> Shown:
    """Show the message as it will leave, or its form again to be changed."""
    account = visit.account(visit.form("number"))
    if visit.form("change"):
        return compose(visit)
    found = _looked(visit, account)
    decimal = f"{found.price:.{decimals_of(found.currency)}f}"
    price = visit.t.amount(parse_amount(decimal, found.currency), found.currency)
    values = {"account": account, "look": found, "typed_in": _typed(visit), "price": price}
    return Page("account_preview.html", values)


def as_mail(visit: Visit) -> Shown:
    """Show a mail as the debtor's program does."""
    account = visit.account(visit.form("number"))
    return Bare(_looked(visit, account).rendered.html)


def as_letter(visit: Visit) -> Shown:
    """Give a letter as it will be printed."""
    account = visit.account(visit.form("number"))
    pdf = visit.services.letter_proof(_looked(visit, account).parcel)
    return File(f"letter-{account.number}.pdf", "application/pdf", pdf)


def send(visit: Visit) -> Shown:
    """Write the message: whoever presses twice sends it once."""
    from saldo.edge.v1 import written

    account, typed = visit.account(visit.form("number")), _typed(visit)
    body = {
        "account": account.number,
        "id": visit.sent_id(),
        "channel": visit.form("channel"),
        "subject": typed.subject,
        "text": typed.text,
        "invoices": list(typed.invoices),
        "with_documents": typed.with_documents,
        **({"to": typed.to} if typed.to else {}),
    }
    made, _ = written.write(visit.ordered, body)
    return Back(
        here(account), "message_waits" if made["leaves_at"] > made["at"] else "message_goes"
    )


def _looked(visit: Visit, account: Account) -> Looked:
    typed = _typed(visit)
    words = Words(
        typed.id,
        _channel(visit.form("channel")),
        typed.text,
        visit.by,
        typed.subject,
        typed.to,
        typed.invoices,
        typed.with_documents,
    )
    return visit.services.by_hand.look(visit.creditor, account.number, words)


def _typed(visit: Visit) -> Typed:
    return Typed(
        visit.form("id"),
        visit.form("to", 500),
        visit.form("subject", SUBJECT_MAX + 1),
        visit.form("text", TEXT_MAX + 1),
        tuple(dict.fromkeys(visit.fields.many("invoices"))),
        visit.form("with_documents") == "yes",
    )


def _channel(name: str) -> WrittenBy:
    return next((one for one in WAYS if one == name), "email")


def _way(name: str) -> str:
    return CONVERSATION if name == CONVERSATION else _channel(name)


def _items(visit: Visit, account: Account) -> tuple[OpenItem, ...]:
    store = visit.services.store.relaxed()
    return tuple(store.first(OpenItem, *account.key, limit=ITEMS_MAX))


def _starters(
    visit: Visit, account: Account, items: tuple[OpenItem, ...], named: tuple[str, ...]
) -> tuple[Begin, ...]:
    texts, language = visit.services.reply_texts, visit.t.language
    return tuple(begins(texts, account, items, shown_in=language, today=visit.today, named=named))
