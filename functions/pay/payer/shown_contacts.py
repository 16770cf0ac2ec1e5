"""What the pages of questions and of a payer's details show, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from .shown import Frame


@dataclass(frozen=True, slots=True)
class SaidRow:
    """What one side wrote; `files` are id and name of what came with it."""

    side: Literal["payer", "creditor"]
    text: str
    on: date
    invoice: str = ""
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The conversation, and a field to write in. `invoices` may be chosen to ask about, `invoice`
    is the chosen one; `fixed` says that the link is about that one alone, `mail_follows` that the
    answer comes by mail, too. At most `files_max` files of `megabytes` together go with it.
    """

    frame: Frame
    id: str
    said: tuple[SaidRow, ...] = ()
    waits: bool = False
    invoices: tuple[str, ...] = ()
    invoice: str = ""
    fixed: bool = False
    text: str = ""
    error: str = ""
    mail_follows: bool = False
    files_max: int = 0
    megabytes: int = 0


@dataclass(frozen=True, slots=True)
class DetailsPage:
    """The details that a payer may correct.

    `languages` and `countries` are codes with names, `channels` the ways that there are. `known`
    hints at what is known by field, never in full: whoever holds the link need not be who it is
    about. `typed` is what stands in the fields. `mails_go` says that links to confirm by are sent.
    """

    frame: Frame
    id: str
    languages: tuple[tuple[str, str], ...]
    countries: tuple[tuple[str, str], ...]
    channels: tuple[str, ...]
    known: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    waiting: str = ""
    error: str = ""
    mails_go: bool = True


@dataclass(frozen=True, slots=True)
class WrongPersonPage:
    """Somebody is about to say that it does not concern them. `to` hints at the address."""

    frame: Frame
    id: str
    to: str = ""
    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmContactPage:
    """Confirms a new mail address; it tells nothing of the account."""

    frame: Frame
    state: Literal["ask", "done"]
    email: str
