"""What was agreed with a debtor, and which account it belongs to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What was agreed with a debtor about paying: net days, and the words printed for it."""

    net_days: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class CreditLimit:
    """So much a debtor may owe, in minor units of a currency."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class ChildAccount:
    """Lists an account below its parent."""

    creditor: str
    parent: str
    child: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.parent, self.child)
