"""What a ledger makes us expect, what books and mails amount to, and where the two differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.reminders.policy import policy_named
from saldo.reports.receivables import Receivable
from saldo_cli.replay.ledger import LedgerLine
from saldo_cli.replay.report import (
    FIGURES,
    Facts,
    SeenInvoice,
    SeenMail,
    differences,
    expected,
    measured,
)

POLICY = policy_named("plain-2-18-34")
ISSUED, DUE = date(2026, 1, 5), date(2026, 2, 4)


def line(number: str, late: int | None, account: str = "A1") -> LedgerLine:
    paid_on = None if late is None else DUE + timedelta(days=late)
    return LedgerLine(2, account, number, ISSUED, DUE, "EUR", 100_00, paid_on)


def seen(number: str, closed_on: date | None) -> SeenInvoice:
    open_minor = 0 if closed_on else 100_00
    return SeenInvoice("A1", number, Receivable(ISSUED, "EUR", 100_00, open_minor, closed_on))


def mail(number: str, step: str, late: int) -> SeenMail:
    return SeenMail(number, step, DUE + timedelta(days=late))


@pytest.mark.parametrize(
    ("late", "stages"),
    [(-3, 0), (0, 0), (2, 0), (3, 1), (18, 1), (19, 2), (34, 2), (35, 3), (400, 3), (None, 3)],
)
def test_an_invoice_is_reminded_when_settled_later_than_due_plus_offset(
    late: int | None, stages: int
) -> None:
    wanted = expected([line("1", late)], POLICY)
    assert wanted.reminders == {("1", stage) for stage in range(1, stages + 1)}
    assert wanted.reminded == {"1": int(stages > 0), "2": int(stages > 1), "3": int(stages > 2)}


def test_the_figures_of_a_ledger() -> None:
    wanted = expected([line("1", 0), line("2", 10, "A2"), line("3", None)], POLICY)
    assert wanted.as_json() == {
        "invoices": 3,
        "accounts": 2,
        "invoiced_minor": {"EUR": 300_00},
        "settled": 2,
        "reminded": {"1": 2, "2": 1, "3": 1},
        "reminded_after_payment": 0,
        "duplicates": 0,
        "days_to_pay_mean": 35.0,
        "dso": 1.0,
        "open_minor": {"EUR": 100_00},
    }
    assert tuple(wanted.as_json()) == FIGURES


def test_books_and_mails_that_agree_with_the_ledger_differ_in_nothing() -> None:
    wanted = expected([line("1", 10)], POLICY)
    found = measured(
        Facts(
            (seen("1", DUE + timedelta(days=10)),),
            (mail("1", "invoice", -30), mail("1", "1", 2), mail("1", "paid-X", 10)),
        ),
        POLICY,
    )
    assert differences(wanted, found) == []


def test_a_mail_that_left_twice_is_a_duplicate_and_still_one_reminder() -> None:
    found = measured(Facts((seen("1", None),), (mail("1", "1", 2), mail("1", "1", 3))), POLICY)
    assert found.duplicates == 1
    assert found.reminded["1"] == 1


def test_an_invoice_mail_that_left_twice_is_a_duplicate_too() -> None:
    mails = (mail("1", "invoice", -30),) * 3
    assert measured(Facts((seen("1", None),), mails), POLICY).duplicates == 2


def test_a_reminder_on_the_day_of_the_payment_came_after_it() -> None:
    closed_on = DUE + timedelta(days=2)
    found = measured(Facts((seen("1", closed_on),), (mail("1", "1", 2),)), POLICY)
    assert found.reminded_after_payment == 1
    before = measured(Facts((seen("1", closed_on),), (mail("1", "1", 1),)), POLICY)
    assert before.reminded_after_payment == 0


def test_a_confirmation_after_payment_is_no_reminder() -> None:
    found = measured(Facts((seen("1", DUE),), (mail("1", "paid-X", 3),)), POLICY)
    assert found.reminded_after_payment == 0
    assert found.reminders == frozenset()


def test_differences_name_the_figure_and_the_invoice() -> None:
    wanted = expected([line("1", 10), line("2", 0)], POLICY)
    found = replace(wanted, reminders=frozenset({("2", 1)}), settled=1)
    assert differences(wanted, found) == [
        "settled: the ledger says 2, the books say 1.",
        "Invoice 1 was not reminded at stage 1.",
        "Invoice 2 was reminded without need at stage 1.",
    ]


def test_a_long_list_of_differences_is_cut() -> None:
    wanted = expected([line(str(n), None) for n in range(30)], POLICY)
    told = differences(wanted, replace(wanted, reminders=frozenset()))
    assert len(told) == 21
    assert told[-1] == "… and 70 more like it."
