"""The addresses that payers write to: one for replies to each notice, one per creditor. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

REPLY: Final = "reply+"
"""In front of a notice's id, which has 80 random bits: nobody guesses the address of another's."""

INBOX: Final = "inbox-"
"""In front of a creditor's id. The address may be printed anywhere: it says whose mail it is, and
nothing else."""

_REPLY: Final = re.compile(r"reply\+([0-9a-hjkmnp-tv-z]{26})@", re.IGNORECASE | re.ASCII)
_INBOX: Final = re.compile(r"inbox-([a-z0-9][a-z0-9-]{0,39})@", re.IGNORECASE | re.ASCII)
_DOMAIN: Final = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)


def reply_address(notice: str, domain: str) -> str | None:
    """Return where replies to a notice go; None where no domain of ours takes mail."""
    return f"{REPLY}{notice.lower()}@{domain}" if _DOMAIN.fullmatch(domain) else None


def inbox_address(creditor: str, domain: str) -> str | None:
    """Return a creditor's address for mail of payers; None where no domain of ours takes mail."""
    return f"{INBOX}{creditor}@{domain}" if _DOMAIN.fullmatch(domain) else None


def notices_in(addresses: Iterable[str]) -> list[str]:
    """Return the ids of the notices whose addresses for replies these are."""
    found = (_REPLY.match(one.strip()) for one in addresses)
    return list(dict.fromkeys(one[1].upper() for one in found if one))


def creditors_in(addresses: Iterable[str]) -> list[str]:
    """Return the ids of the creditors whose addresses these are."""
    found = (_INBOX.match(one.strip()) for one in addresses)
    return list(dict.fromkeys(one[1].lower() for one in found if one))


def sent_id(message_id: str) -> str:
    """Return what the mail service called a mail, from the Message-ID that it wrote for it.

    Amazon SES answers with the part before the "@" (developer guide, "Message-ID header").
    """
    return message_id.strip("<>").partition("@")[0]
