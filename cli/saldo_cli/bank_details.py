"""A creditor's bank details as they are typed, looked over before they stand on every letter."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any, Final

from saldo.accounts.model import BankDetails
from saldo_cli.problems import UsageProblem

_OPTIONS: Final = ("iban", "account_holder", "bic", "creditor_identifier")
_NONE: Final = "none"
HOLDER_LENGTH_MAX: Final = 70
"""A transfer, and the code on a letter that fills one in, hold so many characters of a name."""


def bank_changes(options: Namespace, known: BankDetails | None, name: str) -> dict[str, Any]:
    """Return the change of the bank details that options name, nothing if they name none.

    Raises UsageProblem for what no bank would take, and where the IBAN is missing.
    """
    asked = {one: value for one in _OPTIONS if (value := getattr(options, one)) is not None}
    if not asked:
        return {}
    if asked.get("iban") == _NONE:
        return {"bank": None}
    if known is None and "iban" not in asked:
        raise UsageProblem("There are no bank details yet: name the --iban, too.")
    bank = known or BankDetails("", name[:HOLDER_LENGTH_MAX])
    if "iban" in asked:
        bank = replace(bank, iban=_iban(asked["iban"]))
    if "account_holder" in asked:
        bank = replace(bank, account_holder=_holder(asked["account_holder"]))
    if "bic" in asked:
        bank = replace(bank, bic=_bic(asked["bic"]))
    if "creditor_identifier" in asked:
        bank = replace(bank, creditor_identifier=_identifier(asked["creditor_identifier"]))
    return {"bank": bank}


def _iban(text: str) -> str:
    from stdnum import iban
    from stdnum.exceptions import ValidationError

    try:
        return iban.validate(text)
    except ValidationError as wrong:
        raise UsageProblem(f"{text!r} is no IBAN: {wrong}") from None


def _bic(text: str) -> str | None:
    from stdnum import bic
    from stdnum.exceptions import ValidationError

    if text == _NONE:
        return None
    try:
        return bic.validate(text)
    except ValidationError as wrong:
        raise UsageProblem(f"{text!r} is no BIC: {wrong}") from None


def _identifier(text: str) -> str | None:
    from stdnum.eu import at_02
    from stdnum.exceptions import ValidationError

    if text == _NONE:
        return None
    try:
        return at_02.validate(text)
    except ValidationError as wrong:
        raise UsageProblem(f"{text!r} is no creditor identifier: {wrong}") from None


def _holder(text: str) -> str:
    if not 0 < len(text.strip()) <= HOLDER_LENGTH_MAX:
        raise UsageProblem(f"The account holder has 1 to {HOLDER_LENGTH_MAX} characters.")
    return text.strip()
