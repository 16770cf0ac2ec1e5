"""The port of a channel: a parcel goes in, what the carrier says of it comes out.

Every carrier answers in one of four ways, and the sender acts on these alone: it took the parcel
(`Handed`), it will never take it (`ChannelRefused`), it surely did not take it just now
(`ChannelBusy`), or nobody can tell (`ChannelSilent`). Only the third is ever tried again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from saldo.accounts.model import Account, Contact, Creditor, PostalAddress
from saldo.errors import Refusal
from saldo.messages.model import (
    Channel,
    MailOutcomeUnknown,
    MailRejected,
    MailThrottled,
    MessageContext,
    Rendered,
)
from saldo.messages.told import TransferDetails
from saldo.reminders.model import Notice
from saldo.store import Write


class ChannelRefused(Refusal):
    """The carrier refused this notice for good: it was not sent and never will be."""

    code = "channel-refused"


class ChannelBusy(Refusal):
    """The carrier did not take the notice now; it was surely not sent and may be tried again."""

    code = "channel-busy"


class ChannelSilent(Refusal):
    """The call ended without telling whether the carrier took the notice."""

    code = "channel-silent"


REFUSED = (ChannelRefused, MailRejected)
BUSY = (ChannelBusy, MailThrottled)
SILENT = (ChannelSilent, MailOutcomeUnknown)


@dataclass(frozen=True, slots=True)
class Address:
    """Where one notice goes: `to` is what stands with the notice, and what opt-outs are kept by.

    `numbers` are the telephone numbers of a call, `postal` the place of a letter.
    """

    to: str
    contact: Contact | None = None
    postal: PostalAddress | None = None
    numbers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.contact.name if self.contact else ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A notice ready to leave by its channel.

    `transfer` says where the money goes, `girocode` is the text of an EPC QR code with what is
    asked for now, `opt_out_url` where one click ends reminders by this channel; None where they
    have no place.
    """

    notice: Notice
    creditor: Creditor
    account: Account
    address: Address
    context: MessageContext
    rendered: Rendered
    written_at: datetime
    transfer: TransferDetails | None = None
    girocode: str | None = None
    opt_out_url: str | None = None

    @property
    def tags(self) -> dict[str, str]:
        """What comes back with every word about this notice; see `Feedback`."""
        return {
            "notice": self.notice.id,
            "creditor": self.notice.creditor,
            "attempt": str(self.notice.attempt),
            "correlation": self.notice.correlation or "none",
        }


@dataclass(frozen=True, slots=True)
class Handed:
    """The carrier took it and calls it `provider_id`; `writes` are committed with the state."""

    provider_id: str
    writes: tuple[Write, ...] = ()


class Carrier(Protocol):
    """What takes the parcels of one channel."""

    def hand_over(self, parcel: Parcel) -> Handed:
        """Hand a parcel over, once. Raises one of REFUSED, BUSY or SILENT."""


Carriers = dict[Channel, Carrier]
