"""What becomes of a scheduled payment on its day, as a pure decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from saldo.payments.agreements import Consent, Mandate, ScheduledPayment
from saldo.payments.charge_rules import Charge, Over, Wait, decide
from saldo.payments.designation import Payable

NOW = datetime(2026, 11, 21, tzinfo=UTC)
DAY = date(2026, 12, 15)
MANDATE = Mandate(
    "c", "a", "m", "sandbox", "active", Consent("…", "de", NOW, "link"), NOW,
    provider_mandate="mdt",
)  # fmt: skip
SCHEDULED = ScheduledPayment(
    "c", "a", "s", "m", ("RE-1", "RE-2"), "EUR", 10000, DAY, NOW, "planned", NOW
)


def open_item(number: str, minor: int, coming: int = 0, currency: str = "EUR") -> Payable:
    return Payable(number, DAY, DAY, currency, minor, minor, coming)


def test_other_invoices_and_currencies_are_none_of_its_business() -> None:
    others = [open_item("RE-9", 5000), open_item("RE-1", 5000, currency="USD")]
    assert isinstance(decide(SCHEDULED, MANDATE, others, None, DAY), Over)


def test_a_mandate_that_ended_is_not_charged_even_if_it_is_known_at_the_provider() -> None:
    ended = replace(MANDATE, state="ended", ended_reason="Revoked.")
    assert decide(SCHEDULED, ended, [open_item("RE-1", 1)], None, DAY) == Over("failed", "Revoked.")


amounts = st.integers(0, 30000)


@given(opens=st.lists(st.tuples(amounts, amounts), max_size=2), plan_left=st.none() | amounts)
def test_never_more_than_agreed_nor_than_what_is_open_and_not_on_its_way(
    opens: list[tuple[int, int]], plan_left: int | None
) -> None:
    items = [
        open_item(number, minor, min(coming, minor))
        for number, (minor, coming) in zip(("RE-1", "RE-2"), opens, strict=False)
        if minor
    ]
    free = sum(item.open_minor - item.coming_minor for item in items)
    decision = decide(SCHEDULED, MANDATE, items, plan_left, DAY)
    if isinstance(decision, Charge):
        assert 0 < decision.amount_minor <= min(10000, free)
        assert plan_left is None or decision.amount_minor <= plan_left
    elif isinstance(decision, Over):
        assert decision.state == "done"
        assert not items or plan_left == 0
    else:
        assert decision == Wait()
        assert any(item.coming_minor for item in items)
