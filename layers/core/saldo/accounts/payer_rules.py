"""What a creditor lets payers do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PayerRules:
    """What a creditor lets payers do beside paying everything now.

    A part payment is at least `part_min_minor` (in minor units of the currency it is paid in) and
    at least `part_min_percent` of what stands open on what is paid; `part_min_minor` None allows no
    part payment. All that stands open may always be paid. A payment may be scheduled for at most
    `schedule_days_max` days ahead (0: not at all). A transfer that the payer announced holds
    reminders for `transfer_business_days_max` business days (0: not at all). A promise to pay may
    be given for at most `promise_days_max` days ahead (0: not at all). Who says that an invoice
    never came gets a copy, and `copy_hold_days` to read it (0: none) before reminders go on.

    Instalments may be asked for in at most `plan_instalments_max` parts (0: not at all), each at
    least `plan_least_minor` (in minor units of the invoices' currency), the last at most
    `plan_days_max` days ahead, and by mandate alone where `plan_needs_mandate`. What is at most
    `plan_auto_minor` in at most `plan_auto_instalments_max` parts is agreed at once (0: nothing);
    anything else waits for the creditor, and holds reminders for `plan_decision_business_days`
    business days. A payer who says to have paid is not reminded for `claim_business_days_max`
    business days (0: it cannot be said).
    """

    part_min_minor: int | None = 1
    part_min_percent: int = 0
    schedule_days_max: int = 30
    transfer_business_days_max: int = 5
    promise_days_max: int = 14
    copy_hold_days: int = 7
    plan_instalments_max: int = 6
    plan_days_max: int = 190
    plan_least_minor: int = 2000
    plan_needs_mandate: bool = False
    plan_auto_minor: int = 0
    plan_auto_instalments_max: int = 0
    plan_decision_business_days: int = 5
    claim_business_days_max: int = 5


USUAL_RULES: Final = PayerRules()
