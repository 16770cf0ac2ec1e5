"""A message that a person wrote, and what may keep it from being written."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from saldo.accounts.model import PostalAddress
from saldo.errors import Conflict, Invalid
from saldo.messages.model import MessageKind

WrittenBy = Literal["email", "sms", "letter"]
"""The channels that a person may write by."""

WAYS: Final[tuple[WrittenBy, ...]] = get_args(WrittenBy)
KIND: Final[MessageKind] = "by-hand"
TEXT_MAX: Final = 4000
SUBJECT_MAX: Final = 78
INVOICES_MAX: Final = 50


class MessageTextMissing(Invalid):
    """Nothing was written."""

    code = "message-text-missing"


class MessageSubjectMissing(Invalid):
    """A mail or a letter has a subject."""

    code = "message-subject-missing"


class MessageNotPrinted(Invalid):
    """Letters alone are printed."""

    code = "message-not-printed"


class MessageTooLong(Invalid):
    """More was written than the channel carries."""

    code = "message-too-long"


class RecipientUnknown(Invalid):
    """The message is to go to an address that is none of the account's."""

    code = "recipient-unknown"


class RecipientUnreachable(Conflict):
    """Nothing may go, or could arrive, at the address; its reason is in the sentence."""

    code = "recipient-unreachable"


class AccountNotWrittenTo(Conflict):
    """The account is to be erased: nobody writes to it any more."""

    code = "account-being-erased"


class MessageDiffers(Conflict):
    """The id was used before for other words."""

    code = "message-differs"


HOURS: Final = "hours"
"""The fact of a notice that says which hours it keeps."""


@dataclass(frozen=True, slots=True)
class KeptHours:
    """By the clock of `zone` a message leaves from `first` on, and before `last` ("08:00:00")."""

    zone: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class WrittenMessage:
    """What a person wrote to an account: once, as it stands, to one address.

    `to` is a mail address, a number in E.164 or a postal address in one line, which `postal` has in
    parts. `invoices` are what it is about, if any. It leaves at `leaves_at` at the earliest, and
    within `hours`: text messages keep those of the debtor's place. With `with_documents` the
    invoices' own documents go with a mail.
    """

    creditor: str
    account: str
    id: str
    channel: WrittenBy
    to: str
    name: str
    subject: str
    text: str
    invoices: tuple[str, ...]
    by: str
    at: datetime
    leaves_at: datetime
    postal: PostalAddress | None = None
    with_documents: bool = False
    hours: KeptHours | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def sending_facts(self) -> dict[str, Any]:
        """What its notice keeps of where it goes, and when (`channels/addresses.own_address`)."""
        postal = self.postal
        return {
            "to": self.to,
            "name": self.name,
            "channel": self.channel,
            "by": self.by,
            **({"with_documents": True} if self.with_documents else {}),
            **({HOURS: asdict(self.hours)} if self.hours else {}),
            **(
                {
                    "postal": {
                        "lines": list(postal.lines),
                        "postal_code": postal.postal_code,
                        "city": postal.city,
                        "country": postal.country,
                    }
                }
                if postal
                else {}
            ),
        }


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wants to write: `id` makes a repeat safe, `to` is one of the account's
    addresses, "" for the first that works. `with_documents` sends the invoices' documents along,
    by mail.
    """

    id: str
    channel: WrittenBy
    text: str
    by: str
    subject: str = ""
    to: str = ""
    invoices: tuple[str, ...] = ()
    with_documents: bool = False
