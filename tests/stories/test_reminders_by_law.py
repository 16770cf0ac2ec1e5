"""Stories of fees and interest: added where the law's facts are evidenced, refused where not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from saldo.accounts.model import Account, Contact
from saldo.ledger.verify import verify_account
from saldo.reminders.decisions import decisions_about
from saldo.reminders.feedback import Feedback
from saldo.reminders.model import ChargesMade, Notice
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.tasks import Task
from tests.books import ACCOUNT, CREDITOR, Books

MONDAY = date(2025, 6, 2)

STAGES: list[dict[str, Any]] = [
    {"number": 1, "offset_days": 5, "message": "reminder-1"},
    {
        "number": 2,
        "offset_days": 90,
        "message": "reminder-2",
        "interest": True,
        "fee": {"kind": "flat-sum"},
    },
    {"number": 3, "offset_days": 121, "message": "final-notice", "interest": True},
]


def began(
    country: str = "DE", kind: Any = "business", stages: Any = None, policy: str = "own"
) -> Books:
    books = Books()
    books.open_creditor(policy=policy)
    if policy == "own":
        data = {
            "id": "own",
            "version": 1,
            "announces_invoice": True,
            "stages": stages or STAGES,
        }
        PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", MONDAY)
    account = Account(
        CREDITOR,
        ACCOUNT,
        "Beispiel AG",
        kind,
        country,
        "de",
        "Europe/Berlin",
        (Contact("Buchhaltung", "ap@beispiel.example"),),
    )
    books.intake.put_accounts([account])
    return books


def push(books: Books, number: str = "RE-1", minor: int = 1_000_000, **more: Any) -> None:
    fields = {"due_on": MONDAY, "already_sent": True, "due_date_agreed": True} | more
    invoice = books.invoice(number, minor, issued_on=date(2025, 5, 1), **fields)
    assert books.push(invoice)[0].status == "accepted"


def on(books: Books, day: date) -> list[Notice]:
    """Run the reminders of a day, with the clock on it; return the notices that left."""
    books.clock.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=UTC))
    before = {n.id for n in books.notices()}
    books.day(day)
    return [n for n in books.notices() if n.id not in before]


def deliver(books: Books, notice: Notice, day: date) -> None:
    at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
    assert books.feedback.record(Feedback(notice.id, "delivered", at)) is not None


def refused(books: Books, step: str, number: str = "RE-1") -> dict[str, str]:
    records = decisions_about(books.store, CREDITOR, ACCOUNT, number)
    (record,) = [r for r in records if r.step == step]
    return {line["kind"]: line["missing"] for line in record.facts.get("refused", ())}


def balanced(books: Books) -> None:
    assert list(verify_account(books.store, CREDITOR, ACCOUNT, date(2026, 12, 31))) == []


def test_a_business_with_an_agreed_day_owes_interest_and_forty_euros() -> None:
    books = began()
    push(books)
    assert on(books, MONDAY + timedelta(days=5))[0].items[0].charges == ()
    (notice,) = on(books, date(2025, 8, 31))
    lines = {line.kind: line for line in notice.items[0].charges}
    # 28 days at 11.27 %, 62 days at 10.27 % of 10,000.00, rounded once.
    assert (lines["interest"].amount_minor, lines["flat-sum"].amount_minor) == (26090, 4000)
    assert lines["interest"].ground == "§288 BGB"
    assert notice.items[0].open_minor == books.invoice_now().open_minor == 1_030_090
    assert books.open_items()[0].costs_open_minor == 4000
    assert books.balance("interest-income") == -26090
    assert books.balance("fee-income") == -4000
    balanced(books)


def test_interest_booked_twice_is_what_it_would_be_at_once() -> None:
    books = began()
    push(books)
    for days in (5, 90, 121):
        on(books, MONDAY + timedelta(days=days))
    once = began(stages=[STAGES[0] | {"offset_days": 121, "interest": True}])
    push(once)
    on(once, MONDAY + timedelta(days=121))
    assert books.balance("interest-income") == once.balance("interest-income") != 0
    made = books.store.get(ChargesMade, CREDITOR, ACCOUNT, "RE-1")
    assert made is not None
    assert made.interest_until == MONDAY + timedelta(days=121)


def test_a_part_payment_lowers_what_bears_interest_from_its_own_day() -> None:
    books = began()
    push(books)
    on(books, MONDAY + timedelta(days=5))
    books.clock.move_to(datetime(2025, 7, 1, 10, tzinfo=UTC))
    payment = books.start_payment(amount_minor=500_000)
    books.settlement.settle(books.told(payment, minor=500_000, on=date(2025, 7, 1)))
    (notice,) = on(books, date(2025, 8, 31))
    (interest,) = [x for x in notice.items[0].charges if x.kind == "interest"]
    # 28 days at 11.27 % of 10,000.00, then 62 days at 10.27 % of 5,000.00.
    assert interest.amount_minor == 17368
    balanced(books)


def test_a_date_on_the_invoice_alone_puts_nobody_in_default() -> None:
    books = began(stages=[STAGES[1] | {"number": 1}])
    push(books, due_date_agreed=False)
    (notice,) = on(books, date(2025, 8, 31))
    assert notice.items[0].charges == ()
    assert refused(books, "1") == {"interest": "default-not-begun", "flat-sum": "default-not-begun"}
    assert books.balance("fee-income") == 0


def test_the_notice_that_creates_default_is_free_and_the_next_one_charges() -> None:
    books = began()
    push(books, due_date_agreed=False)
    (first,) = on(books, MONDAY + timedelta(days=5))
    deliver(books, first, MONDAY + timedelta(days=5))
    (second,) = on(books, date(2025, 8, 31))
    kinds = {line.kind: line for line in second.items[0].charges}
    assert set(kinds) == {"interest", "flat-sum"}
    assert kinds["interest"].first == MONDAY + timedelta(days=6)


def test_a_mail_without_a_delivery_event_is_no_evidence() -> None:
    books = began()
    push(books, due_date_agreed=False)
    on(books, MONDAY + timedelta(days=5))
    (second,) = on(books, date(2025, 8, 31))
    assert second.items[0].charges == ()


def test_a_consumer_never_owes_the_forty_euros() -> None:
    books = began(kind="consumer")
    push(books)
    on(books, MONDAY + timedelta(days=5))
    (notice,) = on(books, date(2025, 8, 31))
    assert [line.kind for line in notice.items[0].charges] == ["interest"]
    assert refused(books, "2") == {"flat-sum": "not-owed"}


def test_a_stage_that_requires_the_fee_asks_a_person_instead() -> None:
    books = began(stages=[{**STAGES[1], "number": 1, "requires": ["fee"], "message": "reminder-1"}])
    push(books, due_date_agreed=False)
    assert on(books, date(2025, 8, 31)) == []
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    assert task.kind == "evidence"
    assert "No fact puts the debtor in default" in task.reason


def test_one_message_charges_many_invoices_each_on_its_own() -> None:
    books = began()
    for number in range(25):
        push(books, f"RE-{number:02}", 100_000)
    on(books, MONDAY + timedelta(days=5))
    (notice,) = on(books, date(2025, 8, 31))
    assert len(notice.items) == 25
    assert {item.open_minor for item in notice.items} == {100_000 + 4000 + 2609}
    assert books.balance("fee-income") == -25 * 4000
    balanced(books)


def nl_consumer() -> Books:
    return began("NL", "consumer", policy="nl-consumer")


def test_a_dutch_consumer_gets_one_letter_for_all_and_costs_on_the_sum_after_its_term() -> None:
    books = nl_consumer()
    push(books, "RE-1", 40_000)
    push(books, "RE-2", 60_000, due_on=MONDAY + timedelta(days=10))
    on(books, MONDAY + timedelta(days=7))
    (letter,) = on(books, MONDAY + timedelta(days=21))
    assert letter.message == "nl-14-day-letter"
    # Both are ripe for it (art. 6:96 (7) BW): 15 % of 1,000.00.
    assert [item.invoice for item in letter.items] == ["RE-1", "RE-2"]
    assert letter.announced is not None
    assert (letter.announced.amount_minor, letter.announced.principal_minor) == (15_000, 100_000)
    assert [item.charges for item in letter.items] == [(), ()]
    deliver(books, letter, MONDAY + timedelta(days=22))
    assert on(books, MONDAY + timedelta(days=36)) == []
    final = [n for d in range(37, 50) for n in on(books, MONDAY + timedelta(days=d))]
    assert [n.message for n in final] == ["final-notice"]
    costs = {
        item.invoice: [x.amount_minor for x in item.charges if x.kind == "collection-costs"]
        for item in final[0].items
    }
    assert costs == {"RE-1": [15_000], "RE-2": []}
    assert books.balance("fee-income") == -15_000
    balanced(books)


def test_a_letter_whose_receipt_nobody_knows_makes_no_costs_due() -> None:
    books = nl_consumer()
    push(books, "RE-1", 40_000)
    on(books, MONDAY + timedelta(days=7))
    (letter,) = on(books, MONDAY + timedelta(days=21))
    assert letter.channel == "email"
    assert [n for d in range(22, 60) for n in on(books, MONDAY + timedelta(days=d))] == []
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    assert "receipt of the 14-day letter" in task.reason
    assert books.balance("fee-income") == 0


def test_who_pays_one_of_two_claims_in_time_is_not_charged_blindly() -> None:
    books = nl_consumer()
    push(books, "RE-1", 40_000)
    push(books, "RE-2", 60_000)
    on(books, MONDAY + timedelta(days=7))
    (letter,) = on(books, MONDAY + timedelta(days=21))
    deliver(books, letter, MONDAY + timedelta(days=22))
    books.pay("RE-1", 40_000, on=MONDAY + timedelta(days=25))
    assert [n for d in range(37, 60) for n in on(books, MONDAY + timedelta(days=d))] == []
    (task,) = books.store.list(Task, CREDITOR, ACCOUNT)
    assert "something was paid" in task.reason
    assert books.balance("fee-income") == 0


def test_why_tells_the_rate_row_and_the_clock() -> None:
    books = began()
    push(books)
    on(books, MONDAY + timedelta(days=5))
    on(books, date(2025, 8, 31))
    told = books.why.invoice(CREDITOR, "RE-1").past[-1].sentence
    assert "260.90 EUR of interest were added (§288 BGB: 28 days at 11.27 %, the rate from " in told
    assert "40.00 EUR of flat-sum were added (§288 (5) BGB)" in told
