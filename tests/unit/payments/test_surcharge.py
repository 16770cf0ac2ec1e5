"""Who may be charged for how they pay."""

from __future__ import annotations

from typing import Any, Literal, get_args

import pytest

from saldo.payments.surcharge import (
    MeansOfPayment,
    Surcharge,
    SurchargeNotAllowed,
    check_surcharge,
)

Debtor = Literal["business", "consumer"]

ALLOWED: set[tuple[MeansOfPayment, Debtor]] = {
    ("card-commercial", "business"),
    ("card-three-party", "business"),
    ("wallet", "business"),
    ("wallet", "consumer"),
}
"""Written out from the law, not from the code: everything else is refused."""


def charged(means: Any, debtor: Any, amount_minor: int = 150, cost_minor: int = 150) -> bool:
    try:
        check_surcharge(Surcharge(means, amount_minor, cost_minor, "EUR"), debtor)
    except SurchargeNotAllowed:
        return False
    return True


@pytest.mark.parametrize("debtor", get_args(Debtor))
@pytest.mark.parametrize("means", get_args(MeansOfPayment))
def test_who_may_be_charged_for_what(means: MeansOfPayment, debtor: Debtor) -> None:
    assert charged(means, debtor) == ((means, debtor) in ALLOWED)


@pytest.mark.parametrize(("means", "debtor"), sorted(ALLOWED))
def test_never_more_than_it_costs(means: MeansOfPayment, debtor: Debtor) -> None:
    assert charged(means, debtor, 149)
    assert charged(means, debtor, 150)
    assert not charged(means, debtor, 151)


def test_the_refusal_says_why_and_where() -> None:
    with pytest.raises(SurchargeNotAllowed, match="§270a BGB") as refused:
        check_surcharge(Surcharge("sepa-debit", 1, 1, "EUR"), "business")
    assert (refused.value.code, refused.value.pointer) == ("surcharge-not-allowed", "/means")
    with pytest.raises(SurchargeNotAllowed, match=r"1\.50 EUR") as refused:
        check_surcharge(Surcharge("card-commercial", 151, 150, "EUR"), "business")
    assert refused.value.pointer == "/amount"
