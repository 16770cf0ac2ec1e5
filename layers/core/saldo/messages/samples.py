"""Invented contexts: what a text is previewed, linted and tested with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from saldo.messages.model import (
    AgreedPlan,
    FailedPayment,
    GivenMandate,
    MessageContext,
    MessageItem,
    PlanPart,
    ReceivedPayment,
    ScheduledDebit,
    Sender,
)
from saldo.messages.told import (
    AnnouncedCosts,
    ChargeLine,
    HandOver,
    NextStep,
    ToldDetails,
    ToldDispute,
    ToldPaidClaim,
    ToldPortal,
    ToldPromise,
    ToldQuestion,
    ToldReply,
    ToldService,
    ToldWords,
    TransferDetails,
)

SENDER: Final = Sender(
    name="Example Waterworks Ltd",
    address=("1 Example Street", "Example Town"),
    imprint="Registered in Example Town, no. 00000",
    brand_colour="#1f5f5b",
    reply_to="billing@waterworks.example",
)
WHOLE: Final = MessageItem(
    "RE-0142", date(2026, 11, 1), date(2026, 11, 15), "EUR", 119050, 119050, 6, stage=1
)
PART: Final = MessageItem(
    "2024/0815", date(2026, 10, 3), date(2026, 10, 31), "EUR", 80000, 20025, 21, stage=2
)
DOLLARS: Final = MessageItem(
    "US-77", date(2026, 9, 1), date(2026, 10, 1), "USD", 1250000, 1250000, 51, stage=3
)
CHARGED: Final = replace(
    PART,
    number="RE-0099",
    open_minor=80000 + 526 + 4000,
    charges=(
        ChargeLine(
            "interest",
            526,
            "§ 288 (2) BGB",
            percent="10.52",
            first=date(2026, 11, 1),
            last=date(2026, 11, 21),
        ),
        ChargeLine("flat-sum", 4000, "§ 288 (5) BGB"),
    ),
)
DISCOUNTED: Final = replace(
    WHOLE,
    number="RE-0160",
    due_on=date(2026, 12, 17),
    days_overdue=0,
    discount_minor=3572,
    discount_until=date(2026, 12, 3),
)
DISPUTED: Final = replace(WHOLE, number="RE-0150", disputed_minor=10000)
PROMISED: Final = replace(PART, number="RE-0101", promised_on=date(2026, 11, 18))
MISSED: Final = replace(PART, number="RE-0102", instalment_missed=True)

PARTS: Final = (
    PlanPart(40000, date(2026, 12, 1)),
    PlanPart(40000, date(2027, 1, 1)),
    PlanPart(39050, date(2027, 2, 1)),
)

ONE: Final = MessageContext(
    sender=SENDER,
    account_name="Example Trading GmbH",
    contact_name="Accounts Payable",
    language="en",
    kind_of_debtor="business",
    items=(WHOLE,),
    pay_url="https://pay.example/p/Zm9vYmFyYmF6cXV4MTIzNA",
    written_on=date(2026, 11, 21),
    stage=1,
    payment=ReceivedPayment(119050, "EUR", date(2026, 11, 20), "RE-0142", 119050, 0, 0),
    failure=FailedPayment(
        119050,
        "EUR",
        "insufficient-funds",
        returned=False,
        automatic=False,
        numbers=("RE-0142",),
        unlisted=0,
        open_minor=119050,
    ),
    debit=ScheduledDebit(119050, "EUR", date(2026, 12, 3), "MD-77", None, ("RE-0142",)),
    mandate=GivenMandate(
        "MD-77", "I allow Example Waterworks Ltd to collect 50 % & more.", "en", date(2026, 11, 21)
    ),
    plan=AgreedPlan(PARTS, "EUR", 119050, 79050, ("RE-0142",), missed=PARTS[1]),
    announced=AnnouncedCosts(17858, 119050),
    hand_over=HandOver("agency", "Example Collections", date(2026, 11, 21)),
    promise=ToldPromise(119050, "EUR", date(2026, 11, 27), ("RE-0142",)),
    dispute=ToldDispute(
        ("RE-0142",), "EUR", received_on=date(2026, 11, 20), outcome="rejected", open_minor=119050
    ),
    claim=ToldPaidClaim(119050, "EUR", date(2026, 11, 18), ("RE-0142",), open_minor=119050),
    service=ToldService("stop-deliveries", date(2026, 12, 1)),
    portal=ToldPortal(("Example Waterworks Ltd", "Example Leasing Ltd"), 15),
    details=ToldDetails(("email", "phone"), "n…@trading.example", date(2026, 11, 28)),
    question=ToldQuestion(
        "Which cartridges are these?\n\nOurs were 3 mm wider.",
        date(2026, 11, 20),
        "RE-0142",
        "They are those of order B-4711.",
    ),
    reply=ToldReply(
        "We will send you the copy of RE-0142.\n\nIt will be with you tomorrow.",
        "Your invoice RE-0142",
        "We never had this invoice.",
        date(2026, 11, 20),
        "RE-0142",
        known=True,
        in_reply_to="a1@trading.example",
    ),
    written=ToldWords(
        "Our call of this morning",
        "As we agreed, the credit note follows tomorrow.\n\nThank you for calling.",
        ("RE-0142",),
    ),
)
"""One invoice; every other part of a context is there, so that any message can be made of it."""

BUNDLE: Final = replace(
    ONE,
    items=(CHARGED, DISPUTED, DOLLARS),
    stage=3,
    pay_by=date(2026, 12, 5),
    next_step=NextStep("final-notice", date(2026, 12, 7)),
    transfer=TransferDetails(
        "DE02120300000000202051",
        "Example Waterworks Ltd",
        "BYLADEM1001",
        "RF10INV2026001",
    ),
)
"""Three invoices in two currencies, with fees, a dispute, and where a transfer goes."""

RESUMED: Final = replace(
    ONE,
    items=(PROMISED, MISSED),
    kind_of_debtor="consumer",
    country="DE",
    next_step=NextStep("hand-over", date(2026, 12, 7)),
    announces_collection=True,
)
"""Invoices whose promise was broken and whose instalment did not come."""

SAMPLES: Final = {"one": ONE, "bundle": BUNDLE, "resumed": RESUMED}
