"""What a screen of the console is made of, and what its functions are given and answer.

A screen is a module in `screens` with a `SCREEN`, a template and a file of texts per language. The
shell (`at_routes`) finds out who is asking, whether they may, whether the form is ours, and turns
refusals into a message on the page that the form stood on. The screen's functions read what was
asked, call one service, and say what to show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlencode

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.clock import local_day
from saldo.edge.forms import Fields
from saldo.errors import Forbidden, Invalid
from saldo.messages.formats import read_amount
from saldo.money import Money, format_amount
from saldo.people.model import User
from saldo.people.rights import Right, grant_of

if TYPE_CHECKING or __package__:
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    from words import Words

if TYPE_CHECKING:
    from saldo.edge.v1.money import Ordered
    from saldo.files.model import StoredFile
    from saldo.files.service import Files
    from saldo.invoices.model import Invoice
    from saldo.wiring import Services


class NotYours(Forbidden):
    """The role of whoever asks does not include this."""

    code = "right-missing"


class InvoicesElsewhere(Invalid):
    """A form names invoices of another account than it is about."""

    code = "invoices-elsewhere"


class FormIdMissing(Invalid):
    """A form lacks the id by which sending it twice does it once."""

    code = "form-id-missing"


@dataclass(frozen=True, slots=True)
class Page:
    """A template with its values. A `fragment` is not put into the layout."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    fragment: bool = False


@dataclass(frozen=True, slots=True)
class Back:
    """Go on to `to`, an address below the creditor's ("account?number=10007"), with a message.

    `told` is the key of the message: the text `told.<key>`.
    """

    to: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to be saved: what comes from outside is never shown in our own page's place."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A file that another address gives, for a minute."""

    address: str


@dataclass(frozen=True, slots=True)
class Bare:
    """Somebody else's page, such as a mail, shown by itself: it may style itself, and do nothing
    else (no scripts, no forms, nothing fetched).
    """

    html: str


Shown = Page | Back | File | Elsewhere | Bare

_TYPED_MAX: Final = 20_000
"""Longer than anything that is kept, in characters."""

FILE_BYTES_MAX: Final = 4_000_000
"""Larger files are not in the answer itself: it is base64, and Lambda's has an end."""


def kept_file(files: Files, kept: StoredFile) -> Shown:
    """Give a file that is kept, byte for byte; raise what `Files` raises."""
    if kept.size > FILE_BYTES_MAX:
        return Elsewhere(files.address(kept))
    return File(kept.name, kept.content_type, files.read(kept))


@dataclass(frozen=True)
class Visit:
    """Who asks for what: everything that a screen's function needs."""

    services: Services
    user: User
    creditor: Creditor
    rights: frozenset[Right]
    now: datetime
    t: Words
    asked: Mapping[str, tuple[str, ...]]
    """The query of the address."""
    fields: Fields
    """What was typed; empty where nothing was sent."""
    screen: str = ""
    act: str = ""
    """What the sent form was to do; "" where none was sent."""
    root: str = "/console"
    is_fragment: bool = False
    """Whether only a part of the page is asked for, by htmx."""

    @cached_property
    def today(self) -> date:
        """The day at the creditor."""
        return local_day(self.now, self.creditor.time_zone)

    @property
    def by(self) -> str:
        """What is written as having done something: the user's address."""
        return self.user.email

    def may(self, right: Right) -> bool:
        return right in self.rights

    def require(self, right: Right) -> None:
        """Raise NotYours without the right."""
        if right not in self.rights:
            raise NotYours(f"Your role does not include {right!r}.")

    def query(self, name: str, most: int = 200) -> str:
        """Return a parameter of the address, "" without it."""
        return next(iter(self.asked.get(name, ())), "").strip()[:most]

    def queries(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.asked.get(name, ())))

    def form(self, name: str, most: int = 200) -> str:
        """Return what was typed into a field, "" without it."""
        return self.fields.one(name, most)

    def typed(self, name: str, most: int = _TYPED_MAX) -> str:
        """Return what was typed into a field whole, "" without it: to be shown again, or kept.

        What is too long is refused by whoever takes it; cut unseen it would be lost.
        """
        return self.fields.one(name, most)

    def sentence(self, name: str) -> str:
        """Return what was typed as one line, whole: where an answer has one line, a person may
        still press Enter.
        """
        return " ".join(self.typed(name).split())

    def account(self, number: str) -> Account:
        """Return an account that the user may see, and note that they looked; raise AccountUnknown.

        Whoever looks after own customers only, or after branches, sees no others.
        """
        found = self.services.store.get(Account, self.creditor.id, number)
        if found is None or not self.sees(number):
            raise AccountUnknown("There is no such account.")  # the number may be a secret itself
        if number not in self.looked_at:
            self.looked_at.add(number)
            self.services.access_log.viewed(self.creditor.id, number, self.by)
        return found

    @cached_property
    def looked_at(self) -> set[str]:
        """Accounts that this visit was about: who looked at them is told."""
        return set()

    def invoice(self, number: str) -> Invoice:
        """Return an invoice of an account that the user may see; raise InvoiceUnknown, in the same
        words whether there is none or it is not theirs to see.
        """
        from saldo.edge.v1 import reads

        found = reads.invoice(self.services.store, self.creditor.id, number)
        if not self.sees(found.account):
            raise InvoiceUnknown(f"There is no invoice {number!r}.")
        return found

    def seen(self, number: str) -> Account | None:
        """Return an account as `account` does, None where that raises."""
        try:
            return self.account(number)
        except AccountUnknown:
            return None

    def sees(self, number: str) -> bool:
        """Tell whether an account is in the user's care; that is no look at it yet."""
        return number in self.seen_of([number])

    def seen_of(self, numbers: Iterable[str]) -> set[str]:
        """Return those of several accounts that are in the user's care, read together."""
        wanted, grant = {*numbers}, grant_of(self.user, self.creditor.id)
        if grant is None or not wanted:
            return set()
        if self.sees_all:
            return wanted
        desks = self.services.desks.of_many(self.creditor.id, wanted)
        return {
            number
            for number, desk in desks.items()
            if (grant.role != "sales" or desk.sales == self.user.email)
            and (not grant.branches or desk.branch in grant.branches)
        }

    @property
    def sees_all(self) -> bool:
        """Tell whether every account of the creditor is the user's to see."""
        grant = grant_of(self.user, self.creditor.id)
        return grant is not None and grant.role != "sales" and not grant.branches

    def amount(self, name: str, currency: str) -> str | None:
        """Return an amount that was typed in the way of the user's language as a decimal text,
        None where nothing was typed. Raises AmountNotReadable or AmountTooPrecise.
        """
        text = self.form(name)
        if not text:
            return None
        return format_amount(read_amount(text, currency, self.t.language), currency)

    def money(self, minor: int, currency: str) -> Money:
        """Return an amount, for the filter `money` to write."""
        return Money(minor, currency)

    @cached_property
    def ordered(self) -> Ordered:
        """Who orders what, for the functions behind the API: the console does what they do."""
        from saldo.edge.v1.money import Ordered

        return Ordered(self.services, self.creditor, self.by, by_person=True)

    def sent_id(self) -> str:
        """Return the id that a form carries for what it makes; raise FormIdMissing."""
        id_ = self.form("id")
        if not id_ or not id_.isprintable():
            raise FormIdMissing("This form is incomplete. Please open the page again.").at("/id")
        return id_

    def fresh_id(self) -> str:
        """Return an id for what a form of this page will make: sent twice, it is made once."""
        return self.services.ids.ulid(self.now)

    def link(self, to: str, **query: str) -> str:
        """Return an address below the creditor's, of a screen or a part of one."""
        asked = urlencode({name: value for name, value in query.items() if value})
        return f"{self.root}/at/{self.creditor.id}/{to}" + (f"?{asked}" if asked else "")


Show = Callable[[Visit], Shown]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a screen that is fetched by itself: a file, more of a list."""

    right: Right
    show: Show


@dataclass(frozen=True, slots=True)
class Act:
    """What a form of a screen does. With `needs_proof` the password is asked for again when the
    last proof is older than ten minutes.
    """

    right: Right
    do: Show
    needs_proof: bool = False


Group = Literal["day", "books", "steering", "none"]
"""Where the menu has a screen; "none": it is reached from others."""


@dataclass(frozen=True)
class Screen:
    """One screen: its name in the address, the right to see it, and what it does."""

    name: str
    right: Right
    show: Show
    parts: Mapping[str, Part] = field(default_factory=dict)
    acts: Mapping[str, Act] = field(default_factory=dict)
