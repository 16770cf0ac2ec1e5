"""A creditor's logo, colour and privacy notice, as the commands take them."""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from saldo.accounts.logo import Logo, logo_of
from saldo.messages.colour import LIGHT_GROUND, TEXT_CONTRAST, contrast, palette
from saldo.store import CommitConflict, Put, Store
from saldo_cli.problems import UsageProblem


def branding_changes(options: Namespace, store: Store) -> dict[str, Any]:
    """Return the settings that were named; a logo is kept at once, under its fingerprint.

    Raises UsageProblem, LogoNotValid or LogoTooLarge.
    """
    changes: dict[str, Any] = {}
    if options.logo is not None:
        changes["logo"] = "" if options.logo == "none" else _kept(options.logo, store)
    if options.privacy_url is not None:
        address = options.privacy_url
        changes["privacy_url"] = None if address == "none" else _looked_over(address)
    return changes


def colour_warning(colour: str) -> str | None:
    """Return what to say about a colour that nobody could read as text, None where all is well."""
    ratio = contrast(colour.lower(), LIGHT_GROUND)
    if ratio >= TEXT_CONTRAST:
        return None
    made = palette(colour)
    return (
        f"{colour} has a contrast of {ratio:.1f}:1 on the page's ground; text needs "
        f"{TEXT_CONTRAST}:1. Links are shown as {made.ink}, buttons carry {made.on_fill} text."
    )


def _kept(name: str, store: Store) -> str:
    try:
        logo: Logo = logo_of(Path(name).read_bytes())
    except OSError as error:
        raise UsageProblem(f"{name} cannot be read: {error.strerror}.") from None
    with suppress(CommitConflict):  # this very picture is kept already
        store.commit([Put(logo)])
    return logo.ref


def _looked_over(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.netloc or len(address) > 500:
        raise UsageProblem(f"{address!r} is no address that begins with https://.")
    return address
