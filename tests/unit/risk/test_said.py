"""How an account pays, in one sentence that a collector would say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.risk.exception import Exceptional
from saldo.risk.months import PaidInvoice, added
from saldo.risk.said import BehaviourSpeech
from saldo.risk.sheet import BehaviourSheet, DisputesSeen, PromisesSeen

TODAY = date(2026, 11, 22)


def sheet(*late: int, stage: int = 0, **fields: object) -> BehaviourSheet:
    paid = [
        PaidInvoice(TODAY - timedelta(days=20 + 7 * n), days, "EUR", 10000, stage)
        for n, days in enumerate(late)
    ]
    made = BehaviourSheet("musterwerk", "10001", added((), paid))
    return replace(made, **fields)  # type: ignore[arg-type]


def said(made: BehaviourSheet, language: str = "en") -> str:
    return BehaviourSpeech(language).sentence(made, TODAY)


@pytest.mark.parametrize(
    ("late", "sentence"),
    [
        ((), "Has not paid an invoice yet."),
        ((40,), "Has paid one invoice so far, which is too few to say how it pays."),
        ((40, 2), "Has paid 2 invoices so far, which is too few to say how it pays."),
        ((9, 8, 10), "Pays 9 days late on average."),
        ((1, 1, 1), "Pays one day late on average."),
        ((0, 1, -1), "Pays on the due date on average."),
        ((-5, -6, -4), "Pays 5 days early on average."),
    ],
)
def test_what_is_paid_is_said_in_days(late: tuple[int, ...], sentence: str) -> None:
    assert said(sheet(*late)) == sentence


def test_everything_that_matters_is_one_sentence() -> None:
    made = sheet(9, 8, 10, trend="worse", change_tenths=41, promises=PromisesSeen(3, 1), stage=1)
    assert said(made) == (
        "Pays 9 days late on average, 4 days later than in the year before; needed a reminder for "
        "100% of its invoices; kept 3 of 4 promises."
    )
    assert said(made, "de") == (
        "Zahlt im Schnitt 9 Tage zu spät, 4 Tage später als im Jahr davor; brauchte für 100\u00a0% "
        "der Rechnungen eine Erinnerung; hielt 3 von 4 Zahlungszusagen."
    )
    assert said(made, "nl") == (
        "Betaalt gemiddeld 9 dagen te laat, 4 dagen later dan in het jaar daarvoor; had voor 100% "
        "van de facturen een herinnering nodig; hield zich aan 3 van de 4 betaalbeloften."
    )
    assert said(made, "fr") == said(made)  # a language that nobody wrote it in is English


def test_large_invoices_that_are_paid_later_are_told_where_that_is_sure() -> None:
    usual = [PaidInvoice(TODAY - timedelta(days=30), 3, "EUR", 100_00) for _ in range(9)]
    large = [PaidInvoice(TODAY - timedelta(days=40), 18 + n, "EUR", 900_00) for n in range(5)]
    small = [PaidInvoice(TODAY - timedelta(days=50), 2 + n % 2, "EUR", 10_00) for n in range(5)]
    made = BehaviourSheet("musterwerk", "10001", added((), [*usual, *large, *small]))
    assert said(made) == "Pays 7 days late on average; large invoices later than small ones."
    unsure = BehaviourSheet("musterwerk", "10001", added((), [*usual, *large[:4], *small]))
    assert "large" not in said(unsure)


def test_one_promise_and_disputes_have_their_own_words() -> None:
    late = (9, 8, 10)
    assert "kept the one promise" in said(sheet(*late, promises=PromisesSeen(kept=1)))
    assert "did not keep the one promise" in said(sheet(*late, promises=PromisesSeen(broken=1)))
    disputes = DisputesSeen(opened=4, upheld=1, turned_down=2)
    assert said(sheet(*late, disputes=disputes)).endswith("was right in 1 of 3 disputes.")


def test_a_change_that_is_over_is_not_said() -> None:
    assert "year" not in said(sheet(9, 8, 10, trend="steady", change_tenths=41))


def test_an_exception_says_why_it_is_one() -> None:
    say = BehaviourSpeech("en")
    assert say.exception(Exceptional("RE-9", 16, 0, 24)) == (
        "Invoice RE-9 is an exception: 16 days overdue, and none of its last 24 invoices was paid "
        "as late."
    )
    assert "paid 2 as late" in say.exception(Exceptional("RE-9", 16, 2, 40))
