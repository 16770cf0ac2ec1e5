"""One page of an import: its rows understood, handed over in the order that the books need, and
what became of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from saldo.accounts.model import Account
from saldo.imports.fields import OPENING
from saldo.imports.mapping import Mapping
from saldo.imports.model import Counts, NumberRepeated, Push, Pushed, ReportLine, RowStatus
from saldo.imports.understand import Understanding, Understood
from saldo.invoices.model import CreditNote, Invoice, NumberTaken
from saldo.payments.look import find_payment
from saldo.payments.reversals import PaymentUnknown
from saldo.payments.treasury import counter_id
from saldo.store import Store
from saldo.tables.model import Row

_NOTE: Final = "credit-note"
_PAYMENT: Final = "payment"
_LATE: Final = (_NOTE, _PAYMENT)
"""Credit notes and payments wait until every invoice of the file is there."""

_STATUS: Final[dict[str, RowStatus]] = {"accepted": "taken", "unchanged": "unchanged"}


class Page:
    """The rows of a page, understood."""

    def __init__(self, reader: Understanding, rows: Sequence[Row]) -> None:
        self._rows = [reader.of(row) for row in rows]

    @property
    def late(self) -> int:
        """How many rows wait for the second time through."""
        return sum(_is_late(one) for one in self._rows)

    def check_repeats(self, seen: dict[int, int]) -> None:
        """Note the numbers of the page in `seen`, by their hashes; raise NumberRepeated for one
        that stood there with another amount or account.
        """
        for one in self._rows:
            if not one.id or one.left_out or one.refusal or one.kind == "account":
                continue
            says = hash((one.record.get("amount"), one.record.get("account")))
            if seen.setdefault(hash((one.kind, one.id)), says) != says:
                raise NumberRepeated(
                    f"Line {one.line}: {one.id!r} stood there before with another amount or "
                    "account. A table of invoices has one row for each."
                )

    def take(
        self,
        store: Store,
        push: Push,
        creditor: str,
        mapping: Mapping,
        since: datetime | None,
        *,
        is_late: bool,
    ) -> tuple[list[ReportLine], Counts]:
        """Hand over the rows whose turn it is, and tell what became of them.

        What an attempt before this one took changed at or after `since`; None: this is the first.
        """
        rows = [one for one in self._rows if _is_late(one) == is_late]
        good = [one for one in rows if one.refusal is None and not one.left_out]
        turn = _Turn(store, push, creditor, mapping, since)
        ends = turn.take(good)
        lines = [_line(one, ends.get(one.line)) for one in rows]
        counts = Counts(
            taken=sum(line.status == "taken" for line in lines),
            unchanged=sum(line.status == "unchanged" for line in lines),
            refused=sum(line.status == "refused" for line in lines),
            left_out=sum(line.status == "left-out" for line in lines),
            accounts=turn.accounts_changed,
        )
        return lines, counts


class _Turn:
    """Hands over the rows of one page."""

    def __init__(
        self, store: Store, push: Push, creditor: str, mapping: Mapping, since: datetime | None
    ) -> None:
        self._store, self._push, self._creditor = store, push, creditor
        self._mapping, self._resumed_since = mapping, since
        self.accounts_changed = 0

    def take(self, rows: Sequence[Understood]) -> dict[int, Pushed]:
        """Return what became of rows, by their lines."""
        ends: dict[int, Pushed] = {}
        refused = self._accounts(rows, ends)
        invoices = [one for one in rows if one.kind == "invoice"]
        self._without_account(invoices, refused, ends)
        self._invoices([one for one in invoices if one.line not in ends], ends)
        for kind, push in ((_NOTE, self._push.credit_notes), (_PAYMENT, self._push.payments)):
            late = [one for one in rows if one.kind == kind]
            records = [one.record for one in late]
            self._end(late, push(self._creditor, records) if late else (), ends)
        return ends

    def _accounts(self, rows: Sequence[Understood], ends: dict[int, Pushed]) -> dict[str, Pushed]:
        """Make or change the accounts of the rows; return those that were refused, by number."""
        wanted = {one.account["number"]: one.account for one in rows if one.account}
        if self._mapping.accounts != "update":
            wanted = self._without_known(wanted, rows)
        records = list(wanted.values())
        answers = self._push.accounts(self._creditor, records) if records else []
        by_number = dict(zip(wanted, answers, strict=True))
        done = self._settled(by_number, self._changed_accounts)
        self.accounts_changed += sum(end.status == "accepted" for end in done.values())
        for one in rows:
            if one.kind == "account":
                ends[one.line] = done.get(one.id, Pushed("unchanged"))
        return {number: end for number, end in done.items() if end.status == "refused"}

    def _without_known(
        self, wanted: dict[str, dict[str, Any]], rows: Sequence[Understood]
    ) -> dict[str, dict[str, Any]]:
        """Leave out the accounts that rows about something else only name in passing: those that
        are known, or all, as the mapping says.
        """
        own = {one.id for one in rows if one.kind == "account"}
        beside = [number for number in wanted if number not in own]
        if self._mapping.accounts == "leave":
            return {number: one for number, one in wanted.items() if number in own}
        keys = [(self._creditor, number) for number in beside if number]
        found = self._store.get_many(Account, keys) if keys else {}
        known = {one.number for one in found.values()}
        self.accounts_changed += sum(self._since(one.updated_at) for one in found.values())
        return {number: one for number, one in wanted.items() if number not in known}

    def _without_account(
        self, rows: Sequence[Understood], refused: dict[str, Pushed], ends: dict[int, Pushed]
    ) -> None:
        """Say of invoices whose account was refused why it was, rather than that it is unknown."""
        for one in rows:
            end = refused.get(one.account["number"]) if one.account else None
            if end is not None:
                ends[one.line] = Pushed("refused", end.code, f"The account: {end.text}")

    def _invoices(self, rows: Sequence[Understood], ends: dict[int, Pushed]) -> None:
        if not rows:
            return
        fresh = self._fresh(rows) if OPENING & self._mapping.fields.keys() else set()
        records = [_at_its_opening(one, one.id in fresh) for one in rows]
        self._end(rows, self._push.invoices(self._creditor, records), ends)
        held = [
            one
            for one in rows
            if one.hold and one.id in fresh and ends[one.line].status != "refused"
        ]
        if held:
            answers = self._push.holds(self._creditor, [one.hold for one in held if one.hold])
            for one, answer in zip(held, answers, strict=True):
                if answer.status == "refused":
                    ends[one.line] = answer

    def _fresh(self, rows: Sequence[Understood]) -> set[str]:
        """Return the invoices that the books do not have, or have from this very step broken off:
        what another system had done counts for them alone.
        """
        numbers = [one.id for one in rows]
        keys = [(self._creditor, "invoice", number) for number in numbers if number]
        known = {key[2] for key in self._store.get_many(NumberTaken, keys)}
        fresh = set(numbers) - known
        if self._resumed_since is None:
            return fresh
        return fresh | self._changed_invoices(sorted(known), only_new=True)

    def _end(
        self, rows: Sequence[Understood], answers: Iterable[Pushed], ends: dict[int, Pushed]
    ) -> None:
        """Note what became of rows; what an attempt before had taken is told as taken."""
        by_line = dict(zip((one.line for one in rows), answers, strict=True))
        same = [one for one in rows if by_line[one.line].status == "unchanged"]
        changed = self._changed(same)
        for one in rows:
            end = by_line[one.line]
            if end.status == "unchanged" and one.id in changed:
                changed.discard(one.id)  # a row that repeats another takes nothing
                end = Pushed("accepted")
            ends[one.line] = end

    def _changed(self, rows: Sequence[Understood]) -> set[str]:
        if self._resumed_since is None:
            return set()
        ids = {kind: [one.id for one in rows if one.kind == kind] for kind in ("invoice", *_LATE)}
        return (
            self._changed_invoices(ids["invoice"])
            | self._changed_notes(ids[_NOTE])
            | self._changed_payments(ids[_PAYMENT])
        )

    def _settled(
        self, ends: dict[str, Pushed], changed: Callable[[list[str]], set[str]]
    ) -> dict[str, Pushed]:
        if self._resumed_since is None:
            return ends
        same = [number for number, end in ends.items() if end.status == "unchanged"]
        return ends | dict.fromkeys(changed(same), Pushed("accepted"))

    def _changed_accounts(self, numbers: Sequence[str]) -> set[str]:
        found = self._store.get_many(Account, [(self._creditor, one) for one in numbers])
        return {one.number for one in found.values() if self._since(one.updated_at)}

    def _changed_invoices(self, numbers: Sequence[str], *, only_new: bool = False) -> set[str]:
        keys = [(self._creditor, "invoice", number) for number in numbers]
        places = self._store.get_many(NumberTaken, keys) if keys else {}
        found = self._store.get_many(
            Invoice, [(self._creditor, one.account, one.number) for one in places.values()]
        )
        return {
            one.number
            for one in found.values()
            if self._since(one.updated_at) and (one.version == 1 or not only_new)
        }

    def _changed_notes(self, numbers: Sequence[str]) -> set[str]:
        keys = [(self._creditor, "credit-note", number) for number in numbers]
        places = self._store.get_many(NumberTaken, keys) if keys else {}
        found = self._store.get_many(
            CreditNote, [(self._creditor, one.account, one.number) for one in places.values()]
        )
        return {one.number for one in found.values() if self._since(one.updated_at)}

    def _changed_payments(self, ids: Sequence[str]) -> set[str]:
        changed = set()
        for one in ids:
            with suppress(PaymentUnknown):
                name = counter_id(self._creditor, one)
                settled_at = find_payment(self._store, self._creditor, name).payment.settled_at
                if self._since(settled_at):
                    changed.add(one)
        return changed

    def _since(self, at: datetime | None) -> bool:
        return at is not None and self._resumed_since is not None and at >= self._resumed_since


def _at_its_opening(one: Understood, is_fresh: bool) -> dict[str, Any]:
    if is_fresh or "opening" not in one.record:
        return one.record
    return {name: value for name, value in one.record.items() if name != "opening"}


def _is_late(one: Understood) -> bool:
    return one.kind in _LATE and one.refusal is None and not one.left_out


def _line(one: Understood, end: Pushed | None) -> ReportLine:
    if one.left_out:
        return ReportLine(one.line, "left-out", one.kind, one.id, "left-out", one.left_out)
    if one.refusal is not None:
        refusal = one.refusal
        return ReportLine(one.line, "refused", one.kind, one.id, refusal.code, refusal.detail)
    assert end is not None, "every row that was handed over has its end"
    status = _STATUS.get(end.status, "refused")
    return ReportLine(one.line, status, one.kind, one.id, end.code, end.text)
