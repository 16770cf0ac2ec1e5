"""Counts what became of payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit

from saldo.edge.metrics import count
from saldo.money import decimals_of
from saldo.payments.model import Payment
from saldo.payments.ports import ProviderEvent

if TYPE_CHECKING or __package__:
    from functions.pay.base import metrics
else:  # in Lambda this folder is the root of the code
    from base import metrics


def count_outcome(outcome: str, about: Payment | ProviderEvent) -> None:
    """Count a payment that settled, with its amount, or failed."""
    if outcome == "failed":
        count(metrics, "PaymentsFailed")
    if outcome not in ("settled", "suspense"):
        return
    count(metrics, "PaymentsSettled")
    with single_metric(
        name="PaymentsSettledAmount",
        unit=MetricUnit.NoUnit,
        namespace="Saldo",
        value=about.amount_minor / 10 ** decimals_of(about.currency),
        default_dimensions={"service": "pay"},
    ) as metric:
        metric.add_dimension(name="currency", value=about.currency)
