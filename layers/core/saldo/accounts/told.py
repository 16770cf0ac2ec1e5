"""Events about accounts and creditors that several concepts tell."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from saldo.accounts.api_keys import ApiKey
from saldo.accounts.model import INSTALLATION, WHOLE_CREDITOR, Creditor, Hold
from saldo.codec import encode
from saldo.events import Event, event

SYSTEM: Final = "system"
"""Who did what nobody ordered."""

_COUNTED: Final = frozenset({"id", "version", "created_at", "looks_due"})
"""Fields of a creditor that no change is told of: they say nothing about it."""


def hold_placed(hold: Hold, event_id: str) -> Event:
    """Return the event that a hold was placed, as of the instant at which it was."""
    return event(
        event_id,
        hold.placed_at,
        "hold.placed",
        hold.creditor,
        hold.account,
        hold=hold.id,
        kind=hold.kind,
        invoice=hold.invoice,
        reason=hold.reason,
        by=hold.placed_by,
    )


def creditor_changed(
    old: Creditor | None, new: Creditor, id_: str, now: datetime, by: str
) -> Event:
    """Return the event that a creditor's settings changed, each with its value before and after;
    that it was added, where there was none before. A creditor holds no secrets.
    """
    changes: list[dict[str, Any]] = [
        {
            "field": one.name,
            "before": encode(getattr(old, one.name)),
            "after": encode(getattr(new, one.name)),
        }
        for one in fields(Creditor)
        if old is not None
        and one.name not in _COUNTED
        and getattr(old, one.name) != getattr(new, one.name)
    ]
    change = "added" if old is None else "changed"
    return event(
        id_, now, "creditor.changed", new.id, WHOLE_CREDITOR, change=change, changes=changes, by=by
    )


def sending_switched(sends: bool, id_: str, now: datetime, by: str) -> Event:
    """Return the event that all sending of the installation was stopped or allowed."""
    return event(id_, now, "sending.switched", INSTALLATION, WHOLE_CREDITOR, sending=sends, by=by)


def key_told(
    type_: Literal["key.created", "key.revoked"], key: ApiKey, id_: str, now: datetime, by: str
) -> Event:
    """Return the event that an API key came or went; its secret and its hash stand nowhere."""
    return event(
        id_,
        now,
        type_,
        key.creditor,
        WHOLE_CREDITOR,
        key=key.id,
        name=key.name,
        scopes=list(key.scopes),
        by=by,
    )


SettingKind = Literal[
    "bank-account",
    "connection",
    "cost-of-money",
    "intake",
    "mapping",
    "morning",
    "reply-text",
    "report-view",
    "staff-link",
    "target",
]
"""What a creditor keeps beside its own record and its policies, texts, keys and endpoints."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that was set: `which` tells it from others of its kind.

    The values of the fields `told` are told, before and after; of `secret` ones, whether there is
    anything.
    """

    kind: SettingKind
    which: str
    told: tuple[str, ...]
    secret: tuple[str, ...] = ()


class Kept(Protocol):
    """A record of a creditor's that somebody set."""

    @property
    def creditor(self) -> str: ...


def setting_changed(
    setting: Setting, old: Kept | None, new: Kept | None, id_: str, now: datetime, by: str
) -> Event:
    """Return the event that somebody set something up, changed it or took it away (`new` None)."""
    kept = new or old
    assert kept is not None, "something was or is there"

    def value(one: Kept | None, name: str) -> Any:
        found = getattr(one, name) if one is not None else None
        return bool(found) if name in setting.secret else encode(found)

    changes = [
        {"field": name, "before": value(old, name), "after": value(new, name)}
        for name in (*setting.told, *setting.secret)
        if getattr(old, name, None) != getattr(new, name, None)
    ]
    change = "added" if old is None else "removed" if new is None else "changed"
    return event(
        id_,
        now,
        "setting.changed",
        kept.creditor,
        WHOLE_CREDITOR,
        setting=setting.kind,
        which=setting.which,
        change=change,
        changes=changes,
        by=by,
    )
