"""What the page of bank statements shows: the last ones of each account, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from saldo.bank_entries.chain import missing_days
from saldo.bank_entries.model import BankAccount, BankStatement
from saldo.money import Money

if TYPE_CHECKING or __package__:
    from functions.console.screen import Visit
else:  # in Lambda this folder is the root of the code
    from screen import Visit

STATEMENTS_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement in a list. `gap` says that one is missing before it."""

    statement: BankStatement
    opening: Money | None
    closing: Money | None

    @property
    def has_gap(self) -> bool:
        return bool({"statement-missing", "statement-number-missing"} & {*self.statement.oddities})


@dataclass(frozen=True, slots=True)
class AccountShown:
    """A bank account with its last statements, the newest first, and what is missing of them."""

    account: BankAccount
    statements: tuple[StatementRow, ...]
    missing: tuple[date, ...]


def bank_accounts(visit: Visit) -> tuple[AccountShown, ...]:
    """Return the bank accounts with their last statements."""
    store = visit.services.store.relaxed()
    made = []
    for account in visit.services.bank_entries.accounts.of(visit.creditor.id):
        newest = store.newest(BankStatement, *account.key, limit=STATEMENTS_MAX)
        found = sorted(newest, key=_in_order, reverse=True)
        missing = missing_days(account.covered_until, visit.today, account.late_after_days)
        made.append(
            AccountShown(
                account,
                tuple(
                    StatementRow(
                        one, _money(one.opening_minor, one), _money(one.closing_minor, one)
                    )
                    for one in found
                ),
                tuple(missing),
            )
        )
    return tuple(made)


def _in_order(statement: BankStatement) -> tuple[date, int, datetime]:
    """Return where a statement stands among its neighbours: by its day, then by its number."""
    digits = "".join(one for one in statement.number if one.isdecimal())
    return (statement.last_day or date.min, int(digits or 0), statement.taken_at)


def _money(minor: int | None, statement: BankStatement) -> Money | None:
    return None if minor is None else Money(minor, statement.currency)
