"""What keeps something about accounts and creditors that follows from their books."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from saldo.accounts.model import Creditor


class AccountKeeper(Protocol):
    """Keeps something about each account: a forecast, a measure, a limit.

    What it keeps must follow from the table alone, so that facts may be told in any order, more
    than once, and late. It may be given what another keeper read a moment before (`memory`).
    """

    @property
    def heard(self) -> frozenset[str]:
        """The types of events that can change what it keeps; all of them in `hearing.HEARD`."""

    def refresh(self, creditor: str, account: str) -> bool:
        """Look at the account anew (strongly consistent) and write what differs.

        True when something was written. An account that is unknown, or to be erased, has nothing
        kept. Raises Unavailable when others write all the time.
        """


def no_memory(creditor: str, account: str) -> None:
    """Begin with an account where nothing is remembered of the one before."""
    del creditor, account


class CreditorKeeper(Protocol):
    """Keeps something about a creditor as a whole, night by night."""

    def refresh_creditor(self, creditor: Creditor, today: date) -> None:
        """Look at the creditor anew on its `today`; the same again changes nothing."""
