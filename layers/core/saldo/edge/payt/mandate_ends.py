"""Mandates that an ERP has ended: here at once, at the provider as soon as it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from saldo.edge.payt.lists import Row
from saldo.edge.payt.wire import Asked, RecordUnknown, Told, parts_of
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.refusals import FieldMissing
from saldo.errors import Refusal
from saldo.payments.agreements import MandateRef

_REASON: Final = "Ended by the creditor's own system."
_UNKNOWN: Final = "There is no mandate of that name."


def end(order: Ordered, asked: Asked) -> Row:
    """End mandates by our id, by their identifier or of whole debtors; what is ended already stays
    so. Raises FieldMissing where none is named.
    """
    names = ("psp_mandate_ids", "mandate_identifiers", "mandate_references", "debtor_numbers")
    if not any(asked.names(name) or asked.one.get(name) for name in names):
        raise FieldMissing(f"Name the mandates by one of {', '.join(names)}.")
    told = Told()
    for one in (asked.one.get("mandate_references") or "").split(","):
        if one.strip():
            told.wrong(one.strip(), "References of mandates are not kept: name it by its id.")
    for name, place in _wanted(order, asked, told):
        try:
            order.services.mandates.revoke(order.creditor.id, *place, order.by, _REASON)
        except Refusal as refusal:
            told.wrong(name, refusal.detail)
        else:
            told.done()
    return told.body()


def _wanted(order: Ordered, asked: Asked, told: Told) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield what each was called and (account, id); note those that there are not."""
    for one in asked.names("psp_mandate_ids") or ():
        try:
            account, id_ = parts_of(one, 2)
        except RecordUnknown:
            told.wrong(one, _UNKNOWN)
        else:
            yield one, (account, id_)
    for one in asked.names("mandate_identifiers") or ():
        found = _by_identifier(order, one)
        if found is None:
            told.wrong(one, _UNKNOWN)
        else:
            yield one, found
    for number in asked.names("debtor_numbers") or ():
        for mandate in order.services.mandates.of(order.creditor.id, number):
            if mandate.state != "ended":
                yield number, (number, mandate.id)


def _by_identifier(order: Ordered, name: str) -> tuple[str, str] | None:
    for provider in order.services.providers:
        found = order.services.store.get(MandateRef, provider, name)
        if found is not None and found.creditor == order.creditor.id and found.mandate:
            return (found.account, found.mandate)
    return None
