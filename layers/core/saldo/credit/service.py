"""What is known of the credit of accounts, and what people decide about orders and terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from saldo.clock import Clock
from saldo.credit.keep import CreditKeeper, Seen
from saldo.credit.model import BlockedAccount, CreditSheet, Exemption, ManualBlock
from saldo.credit.told import Word
from saldo.errors import Conflict, Invalid
from saldo.store import Store

DAYS_AHEAD_MAX: Final = 366


class BlockDayNotValid(Invalid):
    """The day is not ahead, or too far ahead."""

    code = "block-day-not-valid"


class NotBlocked(Conflict):
    """Orders of the account do not wait."""

    code = "not-blocked"


class NoTermsProposed(Conflict):
    """No shorter terms are proposed for the account, or none count."""

    code = "no-terms-proposed"


class CreditBook:
    """Looks into the credit of accounts, and has their orders wait or go."""

    def __init__(self, store: Store, clock: Clock, keeper: CreditKeeper) -> None:
        self._store, self._clock, self._keeper = store, clock, keeper

    def of(self, creditor: str, account: str) -> CreditSheet | None:
        """Return the sheet as it was kept last, None for an account without: one read."""
        return self._store.get(CreditSheet, creditor, account)

    def look(self, creditor: str, account: str) -> Seen:
        """Return the credit of an account as its books are now; raise AccountUnknown."""
        return self._keeper.look(creditor, account)

    def blocked(self, creditor: str, limit: int, after: str = "") -> list[CreditSheet]:
        """Return the accounts whose orders wait, by number, from behind `after` on."""
        start = (creditor, after) if after else None
        listed = self._store.first(BlockedAccount, creditor, limit=limit, after=start)
        found = self._store.get_many(CreditSheet, [one.key for one in listed])
        return [found[one.key] for one in listed if one.key in found]

    def block(
        self, creditor: str, account: str, reason: str, by: str, until: date | None = None
    ) -> CreditSheet:
        """Have orders wait on a person's word, through the day before `until`.

        Raises AccountUnknown, BlockDayNotValid or CreditBusy.
        """
        self._check_ahead(creditor, until)
        now = self._clock.now()

        def change(sheet: CreditSheet) -> CreditSheet:
            old = sheet.manual
            if old is not None and (old.reason, old.until) == (reason, until):
                return sheet
            return replace(sheet, manual=ManualBlock(reason, by, now, until), exemption=None)

        return self._keeper.change(creditor, account, change, word=Word(by, reason))

    def release(
        self, creditor: str, account: str, reason: str, by: str, until: date | None = None
    ) -> CreditSheet:
        """Let orders go on a person's word: what a person said is over, and what rules say does not
        count before `until`; without a day, as long as what they say now lasts.

        Raises AccountUnknown, NotBlocked, BlockDayNotValid or CreditBusy.
        """
        self._check_ahead(creditor, until)
        now = self._clock.now()

        def change(sheet: CreditSheet) -> CreditSheet:
            if sheet.block is None:
                raise NotBlocked("Orders of the account do not wait.")
            return replace(sheet, manual=None, exemption=Exemption(reason, by, now, until))

        told_until = until.isoformat() if until is not None else None
        word = Word(by, reason, told_until)
        return self._keeper.change(creditor, account, change, word=word)

    def decide_terms(self, creditor: str, account: str, word: Word, *, apply: bool) -> CreditSheet:
        """Let shorter terms count that a rule proposed, or not while their reasons last.

        Raises AccountUnknown, NoTermsProposed or CreditBusy.
        """

        def change(sheet: CreditSheet) -> CreditSheet:
            if sheet.terms is None:
                raise NoTermsProposed("No shorter terms are proposed for the account.")
            if (sheet.terms.state == "applied") == apply and sheet.terms.state != "proposed":
                return sheet
            state = replace(
                sheet.terms,
                state="applied" if apply else "declined",
                by=word.by,
                since=self._clock.now(),
            )
            return replace(sheet, terms=state)

        return self._keeper.change(creditor, account, change, word=word)

    def _check_ahead(self, creditor: str, until: date | None) -> None:
        if until is None:
            return
        today = self._keeper.today(creditor)
        if not today < until <= today + timedelta(days=DAYS_AHEAD_MAX):
            raise BlockDayNotValid(f"Give a day after today and within {DAYS_AHEAD_MAX} days.").at(
                "/until"
            )
