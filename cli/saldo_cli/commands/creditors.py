"""`saldo creditor …`."""

from __future__ import annotations

import re
from argparse import Namespace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.markup import escape

from saldo.accounts.model import Creditor
from saldo.codec import encode
from saldo.reminders.policy import policy_named
from saldo_cli.commands._common import cloud_of
from saldo_cli.output import Output
from saldo_cli.problems import OK, UsageProblem

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_PATTERNS = {
    "country": (re.compile(r"[A-Z]{2}"), "two letters, such as DE"),
    "language": (re.compile(r"[a-z]{2}"), "two letters, such as de"),
    "brand_colour": (re.compile(r"#[0-9a-fA-F]{6}"), "a colour such as #1f5f5b"),
    "reply_to": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "a mail address"),
}
_PLAIN = (
    "name",
    "state",
    "sending",
    "schedule",
    "policy",
    "country",
    "language",
    "time_zone",
    "reply_to",
    "imprint",
    "brand_colour",
    "provider",
)


def create(options: Namespace, out: Output) -> int:
    """Add a creditor."""
    if not _ID.fullmatch(options.id):
        raise UsageProblem(
            f"{options.id!r} is no id: use up to 40 of a-z, 0-9 and '-', such as acme-de."
        )
    defaults: dict[str, Any] = {
        "country": "DE",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "policy": "plain-2-18-34",
    }
    made = cloud_of(options).services.accounts.create_creditor(
        Creditor(options.id, **(defaults | changes_of(options)))
    )
    _show(made, out)
    if made.state == "shadow":
        out.say(
            "\nIt is in shadow: reminders are planned and explained, nothing is sent. "
            f"Go live with: saldo creditor set {made.id} --state live"
        )
    return OK


def show(options: Namespace, out: Output) -> int:
    """Show a creditor."""
    _show(cloud_of(options).services.accounts.creditor(options.id), out)
    return OK


def list_all(options: Namespace, out: Output) -> int:
    """List all creditors."""
    found = list(cloud_of(options).services.accounts.creditors())
    out.result([encode(creditor) for creditor in found])
    if found:
        out.table(
            "",
            ("id", "name", "state", "sending", "schedule", "policy"),
            [
                (c.id, c.name, c.state, "on" if c.sending else "off", c.schedule, c.policy)
                for c in found
            ],
        )
    else:
        out.say("There is no creditor yet. Add one: saldo creditor create")
    return OK


def change(options: Namespace, out: Output) -> int:
    """Change settings of a creditor."""
    changes = changes_of(options)
    if not changes:
        raise UsageProblem("Nothing to change was named.", "See: saldo creditor set --help")
    _show(cloud_of(options).services.accounts.change_creditor(options.id, **changes), out)
    return OK


def changes_of(options: Namespace) -> dict[str, Any]:
    """Return the settings that were named, looked over; raise UsageProblem or PolicyNotValid."""
    changes = {name: value for name in _PLAIN if (value := getattr(options, name)) is not None}
    for name, (pattern, what) in _PATTERNS.items():
        if name in changes and not pattern.fullmatch(changes[name]):
            raise UsageProblem(f"{changes[name]!r} is not {what}.")
    if "policy" in changes:
        policy_named(changes["policy"])
    if "time_zone" in changes:
        _look_up_zone(changes["time_zone"])
    if options.address is not None:
        changes["address"] = tuple(options.address)
    if options.notices_per_day_max is not None:
        changes["notices_per_day_max"] = _cap(options.notices_per_day_max)
    return changes


def _cap(text: str) -> int | None:
    if text == "none":
        return None
    if not (text.isascii() and text.isdigit()):
        raise UsageProblem(f"{text!r} is neither a whole number nor 'none'.")
    return int(text)


def _look_up_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageProblem(f"{name!r} is no time zone: write it as Europe/Berlin.") from None


def _show(creditor: Creditor, out: Output) -> None:
    cap = creditor.notices_per_day_max
    colour = "green" if creditor.state == "live" else "yellow"
    rows = (
        ("state", f"[{colour}]{creditor.state}[/]"),
        ("sending", "on" if creditor.sending else "[red]off[/]"),
        ("schedule", creditor.schedule),
        ("policy", escape(creditor.policy)),
        ("notices a day", "no cap" if cap is None else f"{cap} at most"),
        ("place", f"{creditor.country}, {creditor.language}, {escape(creditor.time_zone)}"),
        ("provider", escape(creditor.provider)),
        ("answers go to", escape(creditor.reply_to or "nobody")),
        ("address", escape(", ".join(creditor.address) or "none")),
    )
    out.result(
        encode(creditor),
        f"[bold]{escape(creditor.name)}[/] ({creditor.id})",
        *[f"  {label:14} {value}" for label, value in rows],
    )
