"""A message by hand as it would leave: in words, with what it costs and what to mind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from saldo.accounts.model import (
    WHOLE_CREDITOR,
    Account,
    Creditor,
    Hold,
    HoldKind,
)
from saldo.accounts.switch import installation_sends
from saldo.clock import local_day
from saldo.files.model import StoredFile
from saldo.invoices.model import Invoice
from saldo.messages.gsm7 import to_gsm7
from saldo.messages.model import Rendered, Renderer
from saldo.reminders.breaker import is_stopped
from saldo.reminders.by_hand.facts import message_of, subject_of
from saldo.reminders.by_hand.model import KIND, MessageTooLong, WrittenBy, WrittenMessage
from saldo.reminders.channels.addresses import own_address
from saldo.reminders.channels.compose import compose
from saldo.reminders.channels.documents import BYTES_MAX
from saldo.reminders.channels.port import Parcel
from saldo.reminders.channels.sms import SEGMENTS_MAX
from saldo.reminders.channels.sms_text import SmsLength, sms_length
from saldo.reminders.channels.words import NoWords, words_of
from saldo.reminders.model import CoveredItem, Notice
from saldo.reminders.prices import assumed_prices, prices_of
from saldo.store import Store

_DRAFT_ID = "0" * 26
_LINK = "preview-of-the-message"
"""Stands for the secret of a pay link that is made when the message leaves, as long as one."""


@dataclass(frozen=True, slots=True)
class Caution:
    """What whoever writes should know: the `kind` of a hold on the account (`invoice` "") or on an
    invoice, "settled" of an invoice that is paid, "no-document" of one whose document was to go
    along and is not there or too large, or "sending-off": the message waits until sending is on
    again.
    """

    kind: HoldKind | str
    invoice: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A message as it would leave, before anybody sends it.

    `length` is that of a text message. `price` is what it costs, as `prices.json` assumes it.
    """

    written: WrittenMessage
    rendered: Rendered
    cautions: tuple[Caution, ...]
    price: Decimal
    currency: str
    parcel: Parcel
    length: SmsLength | None = None


class Looks:
    """Makes messages to be looked at; nothing is kept."""

    def __init__(self, store: Store, renderer: Renderer, pay_address: Callable[[str], str]) -> None:
        self._store, self._renderer, self._pay_address = store, renderer, pay_address

    def look(
        self,
        creditor: Creditor,
        owner: Account,
        written: WrittenMessage,
        invoices: Sequence[Invoice],
    ) -> Looked:
        """Return a message as it would leave; raise MessageTooLong for a long text message."""
        parcel = self._parcel(creditor, owner, written, invoices)
        prices, length = prices_of(creditor) or assumed_prices(), None
        price = prices.of(written.channel)
        if written.channel == "sms":
            length = sms_length(to_gsm7(parcel.rendered.text).strip())
            if length.segments > SEGMENTS_MAX:
                said = (
                    f"The text takes {length.segments} text messages, {SEGMENTS_MAX} at most, with "
                    "the sender and the link that go with it."
                )
                raise MessageTooLong(said).at("/text")
            price *= length.segments
        cautions = (
            *self._switched_off(creditor, written.channel),
            *self._cautions(owner, written.at, invoices),
            *self._without_document(owner, written),
        )
        return Looked(written, parcel.rendered, cautions, price, prices.currency, parcel, length)

    def _parcel(
        self,
        creditor: Creditor,
        owner: Account,
        written: WrittenMessage,
        invoices: Sequence[Invoice],
    ) -> Parcel:
        message = message_of(written)
        address = own_address(written.channel, message.facts)
        assert address is not None, "a written message says where it goes"
        notice = Notice(
            creditor.id,
            owner.number,
            _DRAFT_ID,
            message.step,
            KIND,
            written.channel,
            tuple(CoveredItem(i.number, i.episode, i.open_minor, i.currency) for i in invoices),
            local_day(written.at, owner.time_zone),
            written.at,
            about=written.id,
            facts=message.facts,
        )
        link = self._pay_address(_LINK)
        composed = compose(creditor, owner, address, notice, subject_of(written), (), link, None)
        rendered = words_of(self._renderer, KIND, composed.context)
        assert not isinstance(rendered, NoWords), "the frame of a message is ours, or falls back"
        return Parcel(notice, creditor, owner, address, composed.context, rendered, written.at)

    def _switched_off(self, creditor: Creditor, channel: WrittenBy) -> Iterable[Caution]:
        """Yield that nothing leaves just now, by a switch or the circuit breaker."""
        is_on = creditor.sending and installation_sends(self._store)
        if not is_on or is_stopped(creditor, channel):
            yield Caution("sending-off")

    def _without_document(self, owner: Account, written: WrittenMessage) -> Iterable[Caution]:
        """Yield the invoices whose documents do not go along, though somebody wants them to."""
        if not written.with_documents:
            return
        kept = {
            one.invoice: one
            for one in self._store.list(StoredFile, *owner.key)
            if one.purpose == "invoice" and one.replaced_by is None
        }
        room = BYTES_MAX
        for number in written.invoices:
            file = kept.get(number)
            if file is None or file.size > room:
                yield Caution("no-document", number)
            else:
                room -= file.size

    def _cautions(
        self, owner: Account, now: datetime, invoices: Sequence[Invoice]
    ) -> tuple[Caution, ...]:
        today = local_day(now, owner.time_zone)
        holds = [
            hold
            for place in (owner.number, WHOLE_CREDITOR)
            for hold in self._store.list(Hold, owner.creditor, place)
            if hold.ended_at is None and (hold.until is None or today < hold.until)
        ]
        held = list(_held(holds, [one.number for one in invoices]))
        settled = [Caution("settled", one.number) for one in invoices if not one.is_open]
        return tuple(dict.fromkeys([*held, *settled]))


def _held(holds: Iterable[Hold], numbers: Sequence[str]) -> Iterable[Caution]:
    """Yield what is held: of these invoices, or anything of the account where none is named."""
    for hold in holds:
        of_hold = (hold.invoice, *hold.more_invoices) if hold.invoice else ()
        if not of_hold:
            yield Caution(hold.kind)
        for number in of_hold:
            if not numbers or number in numbers:
                yield Caution(hold.kind, number)
