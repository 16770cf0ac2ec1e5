"""What payers can answer instead of paying: a module `answer_*` and a page for each.

Such a module has a name that stands in its address, `/p/{token}/answer/{name}`, and

    NAME       the name, and the first part of the keys of its texts (texts/<language>/<name>.json)
    ICON       the name of its icon
    offered    whether a link's page offers it, as things stand
    page       the page with its form, empty or as it was sent
    take       do what the form says, and name the text that confirms it ("told.…"), or say which
               page comes next (`Show`, `Go`); for the same form sent again it is "told.<name>"
    given      what was answered before, for the page to show
    take_back  undo one of those

Another answer is another module, template and file of texts, and a line in `_MODULES`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final, Protocol

from saldo.edge.forms import Fields
from saldo.errors import Invalid, NotFound, Refusal
from saldo.payments.designation import NothingChosen, Payable
from saldo.payments.links import Opened
from saldo.payments.standing import Standing
from saldo.wiring import Services

from .mailed import mail_follows
from .shown import Frame
from .shown_aside import GivenAnswer
from .shown_choices import ChoiceRow

_MODULES: Final = (
    "answer_promise",
    "answer_instalments",
    "answer_paid",
    "answer_dispute",
    "answer_not_received",
    "answer_question",
    "answer_details",
    "answer_wrong_person",
)
"""In the order in which pages offer them."""


_ID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


class FormNotValid(Invalid):
    """The form's id is missing or malformed."""

    code = "form-not-valid"


class AnswerUnknown(NotFound):
    """There is no such answer, or it is not offered as things stand."""

    code = "answer-unknown"


@dataclass(frozen=True, slots=True)
class Show:
    """Show a page: nothing is done yet."""

    html: str


@dataclass(frozen=True, slots=True)
class Go:
    """Send the payer to an address: it is done, or what is left of it is done there."""

    address: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks, by which link, and how things stand with what it opens."""

    services: Services
    opened: Opened
    standing: Standing
    frame: Frame

    @property
    def by(self) -> str:
        """Who does it, as the books name them."""
        return "payer"

    @property
    def mail_follows(self) -> bool:
        """Whether what is answered is confirmed by mail."""
        return mail_follows(self.opened)

    def new_id(self) -> str:
        """Return an id for an empty form: however often it is sent, it is one answer."""
        return self.services.checkout.new_attempt()

    def free(self) -> tuple[Payable, ...]:
        """Return what stands open that nothing was agreed or contested about."""
        return tuple(
            one
            for one in self.standing.open_
            if not one.is_waiting
            and not self.standing.held(one.number, "promise")
            and not self.standing.held(one.number, "dispute")
        )

    def rows(self, fields: Fields | None, among: Sequence[Payable]) -> tuple[ChoiceRow, ...]:
        """Return invoices to choose from: all are ticked in an empty form."""
        chosen = fields.many("invoice") if fields else [one.number for one in among]
        return tuple(
            ChoiceRow(one.number, one.due_on, one.open_minor, one.currency, one.number in chosen)
            for one in among
        )

    def chosen(self, fields: Fields, among: Sequence[Payable]) -> tuple[str, ...]:
        """Return those that are ticked; the only one there is needs no tick.

        Raises NothingChosen.
        """
        offered = [one.number for one in among]
        sent = fields.many("invoice")
        found = tuple(
            number for number in offered if number in sent or (not sent and len(offered) == 1)
        )
        if not found:
            raise NothingChosen("Choose at least one invoice.").at("/invoice")
        return found


def order_id(fields: Fields) -> str:
    """Return the id that the form carries; raise FormNotValid."""
    found = fields.one("id")
    if not _ID.fullmatch(found):
        raise FormNotValid("Open the page again.")
    return found


class Answer(Protocol):
    """What such a module offers."""

    NAME: str
    ICON: str

    def offered(self, ask: Ask) -> bool: ...

    def page(self, ask: Ask, fields: Fields | None, refusal: Refusal | None) -> str: ...

    def take(self, ask: Ask, fields: Fields) -> str | Show | Go: ...

    def given(self, ask: Ask) -> Iterable[GivenAnswer]: ...

    def take_back(self, ask: Ask, given_id: str) -> str: ...


@cache
def every() -> tuple[Answer, ...]:
    """Return all answers that there are."""
    return tuple(import_module(f".{name}", __package__) for name in _MODULES)


def answer(ask: Ask, name: str) -> Answer:
    """Return an answer that is offered now; raise AnswerUnknown or LinkNotFor."""
    ask.opened.require("answer")
    found = next((one for one in every() if name == one.NAME), None)
    if found is None or not found.offered(ask):
        raise AnswerUnknown("There is no such answer here.")
    return found


def taken_before(ask: Ask, name: str, fields: Fields) -> bool:
    """Tell whether this very form was taken already: somebody pressed twice, or went back."""
    found = next((one for one in every() if name == one.NAME), None)
    return found is not None and fields.one("id") in {one.id for one in found.given(ask)}


def offers(ask: Ask) -> tuple[tuple[str, str], ...]:
    """Return name and icon of every answer that the page offers."""
    if not ask.opened.may("answer"):
        return ()
    return tuple((one.NAME, one.ICON) for one in every() if one.offered(ask))


def given(ask: Ask) -> tuple[GivenAnswer, ...]:
    """Return what was answered before and still holds."""
    if not ask.opened.may("answer"):
        return ()
    return tuple(answered for one in every() for answered in one.given(ask))


def take_back(ask: Ask, name: str, given_id: str) -> str:
    """Take an answer back that the page shows as one that can be; return what confirms it.

    Raises AnswerUnknown, LinkNotFor, or whatever the answer's own service raises.
    """
    ask.opened.require("answer")
    for one in every():
        mine = {given.id for given in one.given(ask) if given.can_be_taken_back}
        if name == one.NAME and given_id in mine:
            return one.take_back(ask, given_id)
    raise AnswerUnknown("There is nothing like that to take back.")
