"""Writing to a debtor from an account's page: begun, looked at as it will leave, and sent once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from saldo.invoices.model import OpenItem
from saldo.money import decimals_of, parse_amount
from saldo.reminders.by_hand.model import SUBJECT_MAX, TEXT_MAX, WAYS, WrittenBy
from saldo.reminders.by_hand.recipients import Recipient
from saldo.reminders.by_hand.service import Looked, Words
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
    items = _items(visit, account)
    named = visit.query("invoice")
    about = [one for one in items if one.number == named] if named else items
    starters = _starters(visit, account, about)
    begun = next((one for one in starters if one.id == visit.query("starter")), None)
    sent = visit.fields.values  # of a form that was refused, or that is to be changed
    if "text" in sent:
        typed = _typed(visit)
    else:
        chosen = (named,) if named else ()
        text, title = (begun.text, begun.title) if begun else ("", "")
        typed = Typed(visit.fresh_id(), "", title[:SUBJECT_MAX], text, chosen)
    recipients = tuple(
        one for one in visit.services.by_hand.recipients(account) if one.channel == way
    )
    shown = Composing(account, way, recipients, starters, items, typed)
    values = {"c": shown, "ways": (*WAYS, CONVERSATION), "text_max": TEXT_MAX}
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
    )
    return visit.services.by_hand.look(visit.creditor, account.number, words)


def _typed(visit: Visit) -> Typed:
    return Typed(
        visit.form("id"),
        visit.form("to", 500),
        visit.form("subject", SUBJECT_MAX + 1),
        visit.form("text", TEXT_MAX + 1),
        tuple(dict.fromkeys(visit.fields.many("invoices"))),
    )


def _channel(name: str) -> WrittenBy:
    return next((one for one in WAYS if one == name), "email")


def _way(name: str) -> str:
    return CONVERSATION if name == CONVERSATION else _channel(name)


def _items(visit: Visit, account: Account) -> tuple[OpenItem, ...]:
    store = visit.services.store.relaxed()
    return tuple(store.first(OpenItem, *account.key, limit=ITEMS_MAX))


def _starters(
    visit: Visit, account: Account, items: list[OpenItem] | tuple[OpenItem, ...]
) -> tuple[Begin, ...]:
    return tuple(
        begins(
            visit.services.reply_texts,
            account,
            items,
            shown_in=visit.t.language,
            today=visit.today,
        )
    )
