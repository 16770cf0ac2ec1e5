"""The bank accounts of a creditor: whose statements are taken, and what of them posts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from saldo.accounts.model import Creditor
from saldo.accounts.told import SYSTEM, Setting, setting_changed
from saldo.bank_entries.model import SOURCE_KINDS, BankAccount
from saldo.bank_entries.refusals import BankAccountNotValid, BankAccountUnknown
from saldo.bank_entries.return_charge import RETURN_CHARGE_KINDS, ReturnCharge
from saldo.clock import Clock
from saldo.errors import Conflict
from saldo.events import Event
from saldo.ids import ulid_of
from saldo.money import decimals_of
from saldo.statements.csv_map import CsvMap, csv_map
from saldo.statements.model import Head
from saldo.store import CommitConflict, Put, Store, Write

LATE_DAYS_MAX: Final = 30
RETURN_CHARGE_MINOR_MAX: Final = 10_000
_ACCOUNT_CHARACTERS_MAX: Final = 40
_ATTEMPTS_MAX: Final = 5
_TOLD: Final = (
    "currency",
    "posts",
    "late_after_days",
    "csv",
    "rules",
    "proposes_refund_from_minor",
    "return_charge",
)
"""What people set of an account; until when it is covered, its statements say."""


def account_id(text: str) -> str:
    """Return an IBAN or a bank's number as it is kept: without blanks, in capitals."""
    return "".join(text.split()).upper()


def csv_map_of(account: BankAccount) -> CsvMap | None:
    """Return how an account's CSV is read, None where nobody said; raise CsvMapNotValid."""
    if not account.csv:
        return None
    return csv_map({"account": account.id, "currency": account.currency, **account.csv})


class BankAccounts:
    """Keeps them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def of(self, creditor: str) -> list[BankAccount]:
        """Return a creditor's bank accounts."""
        return list(self._store.list(BankAccount, creditor))

    def change(
        self, creditor: str, account: str, *, by: str = SYSTEM, **changes: Any
    ) -> BankAccount:
        """Set up a bank account, or change it.

        `changes` are fields of BankAccount; a new one needs `currency`. Raises BankAccountNotValid,
        CsvMapNotValid or Conflict.
        """
        id_ = account_id(account)
        if not id_ or len(id_) > _ACCOUNT_CHARACTERS_MAX or not id_.isprintable():
            raise BankAccountNotValid("Name the account by its IBAN, or its number.").at("/id")
        for _ in range(_ATTEMPTS_MAX):
            old = self._store.get(BankAccount, creditor, id_)
            base = old or BankAccount(creditor, id_, "EUR")
            new = replace(base, **changes, version=base.version + 1)
            _check(new)
            writes: list[Write] = [Put(new, expect=base.version), *self._expected(new)]
            if old is None or replace(new, version=old.version) != old:
                writes.append(Put(self._told(old, new, by)))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return new
        raise Conflict("The bank account is being changed by others; try again.")

    def _told(self, old: BankAccount | None, new: BankAccount, by: str) -> Event:
        now = self._clock.now()
        id_ = ulid_of(f"bank account {new.creditor} {new.id} {new.version}", now)
        return setting_changed(Setting("bank-account", new.id, _TOLD), old, new, id_, now, by)

    def _expected(self, account: BankAccount) -> list[Write]:
        """Return what says on the creditor whether its statements are waited for at all."""
        others = [one for one in self.of(account.creditor) if one.id != account.id]
        wanted = any(one.late_after_days is not None for one in (*others, account))
        owner = self._store.get(Creditor, account.creditor)
        if owner is None or owner.statements_expected == wanted:
            return []
        told = replace(owner, statements_expected=wanted, version=owner.version + 1)
        return [Put(told, expect=owner.version)]

    def for_statement(self, creditor: str, head: Head) -> BankAccount:
        """Return whose statement it is.

        The account that the creditor's debtors are told to pay to is set up by its first statement;
        any other must be set up before. Raises BankAccountUnknown.
        """
        id_ = account_id(head.iban or head.account)
        known = self._store.get(BankAccount, creditor, id_) if id_ else None
        if known is not None:
            return known
        found = self._by_part(creditor, id_)
        if found is not None:
            return found
        owner = self._store.get(Creditor, creditor)
        if owner is not None and owner.bank is not None and owner.bank.iban == id_:
            return self.change(creditor, id_, currency=head.currency)
        raise BankAccountUnknown(
            f"{id_ or 'An account without a number'} is none of the bank accounts that were set "
            "up: nothing of its statement is booked."
        )

    def _by_part(self, creditor: str, id_: str) -> BankAccount | None:
        """Return the account whose IBAN ends with the number by which the bank calls it."""
        bare = "".join(one for one in id_ if one.isdigit()).lstrip("0")
        part = id_.rpartition("/")[2].lstrip("0")
        ends = {one for one in (bare, part) if len(one) >= 6}
        fits = [
            one
            for one in self.of(creditor)
            if any(one.id.endswith(end) for end in ends) and one.id[:2].isalpha()
        ]
        return fits[0] if len(fits) == 1 else None


def _check(account: BankAccount) -> None:
    decimals_of(account.currency)
    if account.posts not in SOURCE_KINDS:
        raise BankAccountNotValid(f"'posts' is one of {', '.join(SOURCE_KINDS)}.").at("/posts")
    late = account.late_after_days
    if late is not None and not 0 <= late <= LATE_DAYS_MAX:
        raise (
            BankAccountNotValid(f"A statement is late after 0 to {LATE_DAYS_MAX} days.")
            .told("late", most=LATE_DAYS_MAX)
            .at("/late_after_days")
        )
    if (account.proposes_refund_from_minor or 0) < 0:
        raise (
            BankAccountNotValid("A limit is not below zero.")
            .told("limit")
            .at("/proposes_refund_from_minor")
        )
    _check_return_charge(account.return_charge)
    csv_map_of(account)
    rules = account.rules
    if min(rules.rounding_minor, rules.bank_charges_minor_max, rules.write_off_minor_max) < 0:
        raise BankAccountNotValid("A limit is not below zero.").told("limit").at("/rules")


def _check_return_charge(rule: ReturnCharge) -> None:
    if rule.kind not in RETURN_CHARGE_KINDS:
        raise BankAccountNotValid(f"'kind' is one of {', '.join(RETURN_CHARGE_KINDS)}.").at(
            "/return_charge/kind"
        )
    if rule.kind != "off" and not 0 < rule.amount_minor <= RETURN_CHARGE_MINOR_MAX:
        raise (
            BankAccountNotValid("Say how much a return is charged on with, at most.")
            .told("charge")
            .at("/return_charge/amount_minor")
        )
    if bool(rule.clause) != (rule.clause_since is not None):
        raise BankAccountNotValid("A clause has its words and the day since when it holds.").at(
            "/return_charge/clause"
        )
