"""The pages about instalments, and about what was paid already, in every state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from functions.pay.payer import pages
from functions.pay.payer.answer_paid import HOWS
from functions.pay.payer.shown import Frame
from functions.pay.payer.shown_aside import SavedMandate
from functions.pay.payer.shown_choices import ChoiceRow
from functions.pay.payer.shown_wishes import (
    InstalmentsOfferPage,
    InstalmentsPage,
    PaidPage,
    WishedFor,
)

ID = "01KAK5Z4T0A1B2C3D4E5F6G7H9"
ROWS = (
    ChoiceRow("RE-2026/0815", date(2026, 12, 1), 11900, "EUR"),
    ChoiceRow("2024/0001", date(2026, 10, 30), 123456789012, "EUR", is_chosen=False),
)
MANDATE = SavedMandate("01JD7W0000MANDATE000000001", date(2026, 11, 2), "sandbox", False, "Yes.")
DAYS = (date(2026, 11, 22), date(2026, 12, 22))
WISHED = WishedFor("3", "monthly", "2026-12-05", "hand")
PARTS = (
    (date(2026, 12, 7), 3966),
    (date(2027, 1, 5), 3966),
    (date(2027, 2, 5), 3968),
)
CONSENT = "I authorise <Example> & Co.\n\nThis consent covers the agreed instalments."


def build_wish_pages(frame: Frame) -> dict[str, Callable[[str], str]]:
    """Return every page by its name; each takes the language."""

    def rendered(template: str, shown: Any, **changes: Any) -> Callable[[str], str]:
        return lambda language: pages.answer_page(
            f"answers/{template}.html",
            replace(shown, **changes, frame=replace(frame, language=language)),
        )

    def wish(**changes: Any) -> Callable[[str], str]:
        latest = date(2027, 5, 30)
        shown = InstalmentsPage(frame, ID, ROWS, WISHED, 6, 2000, "EUR", DAYS, latest)
        return rendered("instalments", shown, **changes)

    def offer(**changes: Any) -> Callable[[str], str]:
        shown = InstalmentsOfferPage(
            frame,
            ID,
            ("RE-2026/0815",),
            WISHED,
            "EUR",
            11900,
            PARTS,
            at_once=False,
            mark="0123456789abcdef",
            rests_until=date(2026, 11, 27),
            provider="Example Pay",
        )
        return rendered("instalments-offer", shown, **changes)

    def paid(**changes: Any) -> Callable[[str], str]:
        days = (date(2025, 10, 17), date(2026, 11, 21))
        shown = PaidPage(frame, ID, ROWS[:1], days, "", "", "transfer", "", HOWS, 5, 5, 4)
        return rendered("paid", shown, **changes)

    by_new = {"wished": replace(WISHED, way="new"), "consent": CONSENT, "consent_language": "en"}
    typed = {"day": "soon", "amount": "2x", "how": "cash", "text": 'To "her" & <him>.'}
    return {
        "instalments": wish(rows=ROWS[:1]),
        "instalments-several": wish(mandates=(MANDATE,), can_give=True),
        "instalments-mandate": wish(rows=ROWS[:1], by_hand=False, can_give=True),
        "instalments-none": wish(error="nothing-chosen"),
        "instalments-small": wish(error="instalment-too-small", can_give=True),
        "instalments-late": wish(error="instalment-too-late"),
        "instalments-day": wish(error="day-not-readable", wished=replace(WISHED, day="soon")),
        "instalments-way": wish(error="plan-not-offered", can_give=True),
        "instalments-mishap": wish(error="plan-busy"),
        "instalments-offer": offer(),
        "instalments-offer-mailed": offer(mail_follows=True),
        "instalments-offer-at-once": offer(at_once=True, rests_until=None),
        "instalments-offer-changed": offer(is_changed=True, rests_until=None),
        "instalments-offer-new": offer(at_once=True, **by_new),
        "paid": paid(),
        "paid-several": paid(rows=ROWS),
        "paid-none": paid(rows=ROWS, error="nothing-chosen"),
        "paid-day": paid(error="paid-on-not-valid", **typed),
        "paid-amount": paid(error="amount-not-readable", **typed),
        "paid-files": paid(error="file-kind-not-taken", **typed),
        "paid-before": paid(error="paid-claim-before", **typed),
    }
