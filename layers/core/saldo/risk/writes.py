"""What keeps how an account pays, all for one transaction. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from saldo.accounts.model import Account
from saldo.events import Event, event
from saldo.risk.sheet import BehaviourSheet, StandingOut, stands_out
from saldo.risk.standing import Standing
from saldo.store import Delete, Put, Write


def writes_of(
    owner: Account, old: BehaviourSheet | None, new: BehaviourSheet, event_id: str, now: datetime
) -> list[Write]:
    """Return what keeps a new sheet in place of the old one; nothing where both say the same.

    The account's words are changed with it, which has the account planned anew, and so is its place
    on the lists; whoever comes to a list or leaves one is told of by an event.
    """
    assert new.as_of is not None, "a sheet says of which day it is"
    standing = new.standing(new.as_of)
    if old is not None and new.says_the_same(old) and owner.pays == standing:
        return []
    version = old.version if old else 0
    writes: list[Write] = [Put(replace(new, version=version + 1), expect=version)]
    before, after = stands_out(old), stands_out(new)
    for why in sorted(before ^ after):
        place = StandingOut(new.creditor, why, new.account)
        writes.append(Put(place, None) if why in after else Delete(place, None))
    if owner.pays != standing:
        said = replace(owner, pays=standing, due_at=now, version=owner.version + 1)
        writes.append(Put(said, expect=owner.version))
    if before != after or _exceptional(old) != _exceptional(new):
        writes.append(Put(_told(new, standing, event_id, now)))
    return writes


def _exceptional(sheet: BehaviourSheet | None) -> str:
    """Return the invoice that is an exception, "" where none is."""
    return sheet.exception.invoice if sheet is not None and sheet.exception is not None else ""


def writes_without(old: BehaviourSheet | None) -> list[Write]:
    """Return what takes a sheet away, with its places on the lists."""
    if old is None:
        return []
    places = [StandingOut(old.creditor, why, old.account) for why in sorted(stands_out(old))]
    return [Delete(old, expect=old.version), *(Delete(place, None) for place in places)]


def _told(new: BehaviourSheet, standing: Standing, event_id: str, now: datetime) -> Event:
    """Return what tells that the account stands out, or does so no longer."""
    more: dict[str, int | str] = {}
    if new.change_tenths is not None and new.trend in ("worse", "better"):
        more["days"] = round(new.change_tenths / 10)
    if new.exception is not None:
        more["invoice"] = new.exception.invoice
    return event(
        event_id,
        now,
        "account.behaviour_changed",
        new.creditor,
        new.account,
        **standing.facts,
        **more,
    )
