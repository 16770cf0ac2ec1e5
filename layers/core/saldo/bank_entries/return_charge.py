"""What a return cost is charged on to its debtor where a rule of the creditor and the law say so.

The rule is the bank account's; whether the law allows it is asked of the debtor's country. Nothing
is charged in silence, and nothing is left out in silence: the entry keeps what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from saldo.accounts.model import Account
from saldo.law.facts import Allowed, Clause, Evidence, MissingFact, ReturnCause, ReturnedPayment
from saldo.law.packs import LawUnknown, fee_allowed
from saldo.messages.failures import FailureKind, failure_kind
from saldo.statements.model import Entry

ReturnChargeKind = Literal["off", "bank", "fixed"]
"""off: nothing; bank: what the bank took, as the entry tells it; fixed: a sum of the creditor's."""

RETURN_CHARGE_KINDS: Final[tuple[ReturnChargeKind, ...]] = get_args(ReturnChargeKind)

_CAUSES: Final[dict[FailureKind, ReturnCause]] = {
    "insufficient-funds": "no-cover",
    "account-closed": "account-closed",
    "refused-by-payer": "contradicted",
}
_DEBIT_GVC: Final = frozenset({"108", "109"})
"""SEPA direct debits (B2B, core) that come back, in the German list of codes for MT940 field 86."""
_DEBIT_DOMAINS: Final = ("PMNT-IDDT", "PMNT-RDDT")


@dataclass(frozen=True, slots=True)
class ReturnCharge:
    """The rule: what is charged on, up to (bank) or exactly (fixed) `amount_minor`.

    `clause` says where the creditor's contracts provide for it, `clause_since` from which day on:
    some laws ask for that.
    """

    kind: ReturnChargeKind = "off"
    amount_minor: int = 0
    clause: str = ""
    clause_since: date | None = None


@dataclass(frozen=True, slots=True)
class ReturnCharged:
    """What became of it: `amount_minor` on `invoice` by `law`, or nothing, as `missing` says (a
    stable code) and `why`.
    """

    amount_minor: int = 0
    invoice: str = ""
    law: str = ""
    missing: str = ""
    why: str = ""


class _NoHolidays:
    """No country's rule about returns asks for a holiday."""

    def is_holiday(self, day: date) -> bool:  # noqa: ARG002 - the port asks by day
        return False


def taken_beside(entry: Entry, beyond_minor: int) -> int:
    """Return what the bank took for a return, in minor units, 0 where it does not tell.

    It is what the entry took beyond the payment, or charges that it names besides.
    """
    if beyond_minor > 0:
        return beyond_minor
    own = [each for each in entry.charges if each.currency == entry.currency]
    return sum(abs(each.amount_minor) for each in own)


def was_debit(entry: Entry) -> bool:
    """Tell whether an entry says that it is about a direct debit."""
    known = entry.references
    return bool(
        known.mandate_id
        or known.creditor_id
        or entry.code.gvc in _DEBIT_GVC
        or entry.code.domain.startswith(_DEBIT_DOMAINS)
    )


def judge(
    rule: ReturnCharge, account: Account, entry: Entry, took_minor: int, *, by_debit: bool, on: date
) -> ReturnCharged | None:
    """Say what a return costs its debtor: an amount by a law, or nothing and why; None by no rule.

    `took_minor` is what the bank took for it. The invoice is for the caller to name.
    """
    if rule.kind == "off":
        return None
    minor = rule.amount_minor if rule.kind == "fixed" else min(took_minor, rule.amount_minor)
    if minor <= 0:
        return ReturnCharged(missing="bank-charge", why="The bank does not tell what it took.")
    since = rule.clause_since
    evidence = Evidence(
        on=on,
        claim="",
        amount_minor=minor,
        currency=entry.currency,
        real_cost_minor=took_minor or None,
        clauses=(Clause("return-cost", since, rule.clause),) if rule.clause and since else (),
        returned=ReturnedPayment(by_debit, _cause(entry)),
    )
    try:
        answer = fee_allowed("return-cost", account.country, account.kind, evidence, _NoHolidays())
    except LawUnknown as unknown:
        answer = MissingFact("law-unknown", unknown.detail)
    if isinstance(answer, Allowed):
        return ReturnCharged(minor, law=answer.law, why=answer.because)
    return ReturnCharged(missing=answer.code, why=answer.sentence)


def _cause(entry: Entry) -> ReturnCause:
    """Return why the bank says that it came back, by its code before its words."""
    for said in (entry.return_reason, entry.remittance, entry.code.text):
        kind = failure_kind(said)
        if kind != "unknown":
            return _CAUSES.get(kind, "unknown")
    return "unknown"
