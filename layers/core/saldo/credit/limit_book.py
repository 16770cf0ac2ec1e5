"""What people decide about limits: own ones, insured ones, and what a rule proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, TypeVar

from saldo.accounts.service import account_in
from saldo.clock import Clock
from saldo.credit.keep import CreditKeeper, MakeEvents
from saldo.credit.model import Cover, CreditSheet, OwnLimit, Proposal
from saldo.credit.ports import Outside
from saldo.credit.propose import suggested
from saldo.credit.told import Teller, Word
from saldo.errors import Conflict, Invalid, NotFound
from saldo.events import Event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.money import format_amount
from saldo.store import Store

INVOICES_READ: Final = 2000
"""So many invoices a proposal looks at, some 300 read units: enough for a year of most."""

LIMIT_MINOR_MAX: Final = 10**15

L = TypeVar("L", OwnLimit, Cover, Proposal)


class LimitAmountNotValid(Invalid):
    """A limit is zero or more, and not beyond what can be owed."""

    code = "credit-limit-not-valid"


class CoverNotValid(Invalid):
    """A cover that ended before today covers nothing."""

    code = "cover-not-valid"


class ProposalUnknown(NotFound):
    """There is no such proposal any more: it was decided, or a newer one took its place."""

    code = "limit-proposal-unknown"


class NothingToPropose(Conflict):
    """Nothing was invoiced in the currency within a year: there is nothing to reckon with."""

    code = "nothing-to-propose"


@dataclass(frozen=True, slots=True)
class CoverWish:
    """What an insurer covers, in minor units, and through which day."""

    currency: str
    amount_minor: int
    insurer: str
    valid_until: date | None = None
    reference: str = ""


class LimitBook:
    """Changes the limits of accounts; each change is an event on the account's timeline."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, keeper: CreditKeeper, outside: Outside
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._keeper, self._outside = keeper, outside

    def set_own(
        self, creditor: str, account: str, currency: str, minor: int | None, word: Word
    ) -> CreditSheet:
        """Let an account owe so much of a currency, None: what the ERP says was agreed.

        Raises AccountUnknown, LimitAmountNotValid or CreditBusy.
        """
        _check_amount(minor)
        now = self._clock.now()

        def change(sheet: CreditSheet) -> CreditSheet:
            old = sheet.own_limit(currency)
            if (old.amount_minor if old else None) == minor:
                return sheet
            new = (
                OwnLimit(currency, minor, word.by, now, word.reason) if minor is not None else None
            )
            return replace(sheet, own=_with(sheet.own, currency, new))

        def told(teller: Teller, old: CreditSheet, new: CreditSheet) -> Sequence[Event]:
            return _own_changed(teller, old, new, currency, word)

        return self._keeper.change(creditor, account, change, told, word)

    def insure(self, creditor: str, account: str, wish: CoverWish, word: Word) -> CreditSheet:
        """Keep what an insurer covers in place of what was covered in that currency.

        Raises AccountUnknown, LimitAmountNotValid, CoverNotValid or CreditBusy.
        """
        _check_amount(wish.amount_minor)
        if wish.valid_until is not None and wish.valid_until < self._keeper.today(creditor):
            raise CoverNotValid("The cover ended already.").at("/valid_until")
        now = self._clock.now()
        cover = Cover(
            wish.currency,
            wish.amount_minor,
            wish.insurer,
            word.by,
            now,
            wish.valid_until,
            wish.reference,
        )

        def change(sheet: CreditSheet) -> CreditSheet:
            old = sheet.cover(wish.currency)
            if old is not None and replace(old, by=word.by, at=now) == cover:
                return sheet
            return replace(sheet, covers=_with(sheet.covers, wish.currency, cover))

        return self._keeper.change(
            creditor, account, change, _cover_told(wish.currency, word), word
        )

    def uninsure(self, creditor: str, account: str, currency: str, word: Word) -> CreditSheet:
        """Say that an account is insured no more; raise AccountUnknown or CreditBusy."""

        def change(sheet: CreditSheet) -> CreditSheet:
            return replace(sheet, covers=_with(sheet.covers, currency, None))

        return self._keeper.change(creditor, account, change, _cover_told(currency, word), word)

    def propose(self, creditor: str, account: str, currency: str, word: Word) -> Proposal:
        """Keep what the rule comes to, for a person to agree; nothing hangs on it.

        Raises AccountUnknown, NothingToPropose or CreditBusy.
        """
        debtor = account_in(self._store, creditor, account, at="/account")
        invoices = self._store.relaxed().newest(Invoice, creditor, account, limit=INVOICES_READ)
        today = self._keeper.today(creditor)
        advice = self._outside.advice(creditor, account)
        is_cut = len(invoices) == INVOICES_READ
        found = suggested(debtor, invoices, currency, today, advice, is_cut=is_cut)
        if found is None:
            raise NothingToPropose(f"Nothing was invoiced in {currency} within a year.")
        now = self._clock.now()
        made = Proposal(
            self._ids.ulid(now), currency, found.amount_minor, now, word.by, found.inputs
        )

        def change(sheet: CreditSheet) -> CreditSheet:
            return replace(sheet, proposals=_with(sheet.proposals, currency, made))

        def told(teller: Teller, old: CreditSheet, new: CreditSheet) -> Sequence[Event]:
            del old, new
            amount = format_amount(made.amount_minor, currency)
            data: dict[str, Any] = {"proposal": made.id, "currency": currency, "amount": amount}
            return [teller.tell("limit.proposed", **data, inputs=made.inputs, by=word.by)]

        self._keeper.change(creditor, account, change, told, word)
        return made

    def proposal(self, creditor: str, account: str, id_: str) -> Proposal:
        """Return a proposal that waits; raise ProposalUnknown."""
        sheet = self._keeper.kept(creditor, account)
        found = next((one for one in sheet.proposals if one.id == id_), None)
        if found is None:
            raise ProposalUnknown("There is no such proposal any more.")
        return found

    def agree(self, creditor: str, account: str, id_: str, word: Word) -> CreditSheet:
        """Make a proposal the own limit. Raises ProposalUnknown, AccountUnknown or CreditBusy."""
        made = self.proposal(creditor, account, id_)
        now = self._clock.now()

        def change(sheet: CreditSheet) -> CreditSheet:
            if made not in sheet.proposals:
                raise ProposalUnknown("Somebody decided it just now.")
            new = OwnLimit(made.currency, made.amount_minor, word.by, now, word.reason)
            return replace(
                sheet,
                own=_with(sheet.own, made.currency, new),
                proposals=_with(sheet.proposals, made.currency, None),
            )

        def told(teller: Teller, old: CreditSheet, new: CreditSheet) -> Sequence[Event]:
            return _own_changed(teller, old, new, made.currency, word, proposal=made.id)

        return self._keeper.change(creditor, account, change, told, word)

    def decline(self, creditor: str, account: str, id_: str, word: Word) -> CreditSheet:
        """Put a proposal aside. Raises ProposalUnknown, AccountUnknown or CreditBusy."""
        made = self.proposal(creditor, account, id_)

        def change(sheet: CreditSheet) -> CreditSheet:
            kept = tuple(one for one in sheet.proposals if one.id != made.id)
            return replace(sheet, proposals=kept)

        def told(teller: Teller, old: CreditSheet, new: CreditSheet) -> Sequence[Event]:
            if len(old.proposals) == len(new.proposals):
                return []
            amount = format_amount(made.amount_minor, made.currency)
            data: dict[str, Any] = {"proposal": made.id, "currency": made.currency}
            return [
                teller.tell("limit.declined", **data, amount=amount, reason=word.reason, by=word.by)
            ]

        return self._keeper.change(creditor, account, change, told, word)


def _check_amount(minor: int | None) -> None:
    if minor is not None and not 0 <= minor <= LIMIT_MINOR_MAX:
        raise LimitAmountNotValid("A limit is an amount of zero or more.").at("/amount")


def _with(old: tuple[L, ...], currency: str, new: L | None) -> tuple[L, ...]:
    """Return what is kept by currency with one replaced, or gone."""
    kept = [one for one in old if one.currency != currency]
    if new is not None:
        kept.append(new)
    return tuple(sorted(kept, key=lambda one: one.currency))


def _own_changed(
    teller: Teller,
    old: CreditSheet,
    new: CreditSheet,
    currency: str,
    word: Word,
    proposal: str | None = None,
) -> Sequence[Event]:
    before, after = old.own_limit(currency), new.own_limit(currency)
    if before == after:
        return []
    return [
        teller.tell(
            "limit.changed",
            kind="own",
            currency=currency,
            before=format_amount(before.amount_minor, currency) if before else None,
            after=format_amount(after.amount_minor, currency) if after else None,
            proposal=proposal,
            reason=word.reason,
            by=word.by,
        )
    ]


def _cover_told(currency: str, word: Word) -> MakeEvents:
    def told(teller: Teller, old: CreditSheet, new: CreditSheet) -> Sequence[Event]:
        before, after = old.cover(currency), new.cover(currency)
        if before == after:
            return []
        named = after or before
        assert named is not None, "one of two that differ"
        return [
            teller.tell(
                "limit.changed",
                kind="insured",
                currency=currency,
                before=format_amount(before.amount_minor, currency) if before else None,
                after=format_amount(after.amount_minor, currency) if after else None,
                insurer=named.insurer,
                valid_until=named.valid_until.isoformat() if named.valid_until else None,
                reason=word.reason,
                by=word.by,
            )
        ]

    return told
