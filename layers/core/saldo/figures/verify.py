"""Do the figures agree with the books? And putting them right where they do not.

Two things are compared, account by account: what each fact should add with what is kept of it
(`Counted`), and what these come to with the sheets. Others may be counting meanwhile: a sheet that
did not change from before the first account to after the last was touched by nobody, so that its
sum is exact; those that changed are not judged, and looked at again by the next pass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor
from saldo.accounts.service import CreditorUnknown
from saldo.collection.facts import Dispute, Promise
from saldo.figures.counting import FigureCounter, rank_writes
from saldo.figures.fee_check import PayoutId, fee_differences, payout_of, payouts_with
from saldo.figures.model import OPEN, AccountSheet, Counted, Sheet, SheetId
from saldo.figures.past_ends import Ends, PastEnds
from saldo.figures.subjects import Update, merged, updates_of, values_of
from saldo.figures.sums import Sums, not_nothing
from saldo.invoices.model import Invoice
from saldo.ledger.verify import journal_of
from saldo.payments.old_fees import tell_old_fees
from saldo.payments.provider_fee import ProviderFee
from saldo.reminders.model import Notice
from saldo.store import EVER, CommitConflict, Put, Store, Write, fed_keys

_YEARS_BACK: Final = 15
_YEARS_AHEAD: Final = 2
_PAGE: Final = 500
_PASSES_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class FigureDifference:
    """`kept` is what the figures say of `what`, `right` what the books come to.

    `where` names the account and its fact, or the sheet.
    """

    where: str
    what: str
    kept: int
    right: int


@dataclass(frozen=True, slots=True)
class FiguresChecked:
    """What came of it: `busy` sheets changed meanwhile and were not judged."""

    accounts: int
    facts: int
    sheets: int
    busy: int
    differences: tuple[FigureDifference, ...]


class FigureCheck:
    """Compares the figures of a creditor with its books, and puts them right."""

    def __init__(self, store: Store, counter: FigureCounter) -> None:
        self._store, self._counter = store, counter

    def verify(
        self, creditor: str, today: date, progress: Callable[[int], None] = lambda _: None
    ) -> FiguresChecked:
        """Return every difference; nothing is written. Raises CreditorUnknown.

        `progress` is told the number of accounts looked at so far.
        """
        zone = self._zone(creditor)
        before, payouts = self._sheets(creditor, today), payouts_with(self._store, creditor)
        sums, found, accounts, facts = Sums(), list[FigureDifference](), 0, 0
        fees: Counter[PayoutId] = Counter()
        for done, number in enumerate(self._places(creditor)):
            updates = self._updates(creditor, number, zone, today, fees)
            kept, wrong = self._account(creditor, number, updates, sums)
            found += wrong
            facts += kept
            accounts = done
            progress(accounts)
        after = self._sheets(creditor, today)
        still = {key for key in before | after if _version(before, key) == _version(after, key)}
        for key in sorted(still | (sums.by_sheet.keys() - after.keys() - before.keys())):
            found += _sheet_differences(key, after.get(key), sums.by_sheet.get(key, Counter()))
        differing = fee_differences(self._store, creditor, payouts, fees)
        found += [FigureDifference(*one) for one in differing]
        busy = len((before | after).keys() - still)
        return FiguresChecked(accounts, facts, len(after), busy, tuple(found))

    def rebuild(
        self, creditor: str, today: date, progress: Callable[[int], None] = lambda _: None
    ) -> FiguresChecked:
        """Count everything anew and put sheets right; return what is still different, or busy.

        What was open at the ends of past months is reckoned where it was not kept, and fees of old
        payouts are told where there is one creditor alone.
        Safe while others are counting. Raises CreditorUnknown or FiguresBusy.
        """
        zone, past = self._zone(creditor), PastEnds(self._store)
        missing, ends = past.missing(creditor, today), Ends()
        tell_old_fees(self._store, creditor)
        for done, number in enumerate(self._places(creditor)):
            updates = _folded(self._updates(creditor, number, zone, today, Counter()))
            self._counter.count_updates(updates, again=True)
            past.add(ends, creditor, number, missing, today)
            progress(done)
        past.keep(ends)
        checked = self.verify(creditor, today, progress)
        for _ in range(_PASSES_MAX):
            if not checked.differences and not checked.busy:
                break
            self._mend(creditor, today)
            checked = self.verify(creditor, today, progress)
        return checked

    def _zone(self, creditor: str) -> str:
        found = self._store.get(Creditor, creditor)
        if found is None:
            raise CreditorUnknown(f"There is no creditor {creditor!r}.")
        return found.time_zone

    def _places(self, creditor: str) -> Iterator[str]:
        """Yield what facts stand under: the creditor as a whole, then each account."""
        yield WHOLE_CREDITOR
        for keys in fed_keys(self._store, Account, creditor, *EVER, limit=_PAGE):
            yield from (key[1] for key in keys)

    def _sheets(self, creditor: str, today: date) -> dict[SheetId, Sheet]:
        """Return the sheets by key: those of ends of days are no sums and left out."""
        first, last = today.year - _YEARS_BACK, today.year + _YEARS_AHEAD
        return {
            sheet.id: sheet
            for partition in (OPEN, *map(str, range(first, last + 1)))
            for sheet in self._store.list(Sheet, creditor, partition)
        }

    def _updates(
        self,
        creditor: str,
        account: str,
        zone: str,
        today: date,
        fees: Counter[PayoutId],
    ) -> Iterator[Update]:
        """Yield what the records of an account say; its `fees` are added by payout."""
        kept = list(self._store.list(ProviderFee, creditor, account))
        for one in kept:
            fees[payout_of(one)] += one.fee_minor
        records: list[Any] = [
            *kept,
            *self._store.list(Invoice, creditor, account),
            *self._store.list(Notice, creditor, account),
            *self._store.list(Promise, creditor, account),
            *self._store.list(Dispute, creditor, account),
            *journal_of(self._store, creditor, account, today),
        ]
        for record in records:
            for update in updates_of(record, zone):
                if isinstance(update, Update):
                    yield update

    def _account(
        self, creditor: str, account: str, updates: Iterator[Update], sums: Sums
    ) -> tuple[int, list[FigureDifference]]:
        """Add what is kept of an account's facts to `sums`; return how many, and what is wrong."""
        sheet = self._store.get(AccountSheet, creditor, account)
        kept = {one.subject: one for one in self._store.list(Counted, creditor, account)}
        right = {
            update.subject: update.values if update.values is not None else values_of(update.facts)
            for update in _folded(updates)
        }
        found = [
            FigureDifference(f"{account} {subject}", name, was, is_)
            for subject in sorted(kept.keys() | right.keys())
            for name, was, is_ in _differing(
                kept[subject].values if subject in kept else {}, right.get(subject, {})
            )
        ]
        open_ = _added(kept.values(), sums)
        found += [
            FigureDifference(f"{account} open", name, was, is_)
            for name, was, is_ in _differing(sheet.open if sheet else {}, open_)
        ]
        return len(kept), found

    def _mend(self, creditor: str, today: date) -> None:
        """Put right the sheets that nobody touched while the sum was taken."""
        before = self._sheets(creditor, today)
        sums = Sums()
        for number in self._places(creditor):
            sheet = self._store.get(AccountSheet, creditor, number)
            open_ = _added(self._store.list(Counted, creditor, number), sums)
            if sheet is not None and sheet.open != open_:
                self._mend_account(sheet, replace(sheet, open=open_, version=sheet.version + 1))
        for key in sorted(before.keys() | sums.by_sheet.keys()):
            right = not_nothing(sums.by_sheet.get(key, Counter()))
            old = before.get(key)
            if right == (old.values if old else {}):
                continue
            version = old.version if old else 0
            self._commit(Put(Sheet(*key, right, version + 1), expect=version))

    def _mend_account(self, old: AccountSheet, new: AccountSheet) -> None:
        self._commit(Put(new, expect=old.version), *rank_writes(old, new))

    def _commit(self, *writes: Write) -> None:
        try:
            self._store.commit(writes)
        except CommitConflict:
            return  # somebody counted at it just now: the next pass looks at it again


def _added(counted: Iterable[Counted], sums: Sums) -> dict[str, int]:
    """Add what is kept of an account's facts to `sums`; return what is open by that."""
    open_: dict[str, int] = {}
    for one in counted:
        sums.change(None, one, open_)
    return not_nothing(open_)


def _folded(updates: Iterator[Update]) -> list[Update]:
    """Return one update for each subject: an invoice's with all its stages."""
    found: dict[str, Update] = {}
    for update in updates:
        old = found.get(update.subject)
        if old is None or update.values is not None:
            found[update.subject] = update
            continue
        is_newer = update.version > old.version
        facts = merged(old.facts, update, is_newer=is_newer)
        found[update.subject] = replace(
            update if is_newer else old, facts=facts, version=max(old.version, update.version)
        )
    return list(found.values())


def _version(sheets: dict[SheetId, Sheet], key: SheetId) -> int:
    return sheets[key].version if key in sheets else 0


def _sheet_differences(
    key: SheetId, sheet: Sheet | None, right: Counter[str]
) -> Iterator[FigureDifference]:
    for name, was, is_ in _differing(sheet.values if sheet else {}, right):
        yield FigureDifference(" ".join(key[1:]), name, was, is_)


def _differing(kept: dict[str, int], right: dict[str, int]) -> Iterator[tuple[str, int, int]]:
    for name in sorted(kept.keys() | right.keys()):
        was, is_ = kept.get(name, 0), right.get(name, 0)
        if was != is_:
            yield name, was, is_
