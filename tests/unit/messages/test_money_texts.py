"""What payers are told about money: why it failed, what comes when, what was agreed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

import saldo.messages.render as render_module
from saldo.messages.failures import FailureKind, failure_kind
from saldo.messages.model import PaidItem, PlanPart, ReceivedPayment
from saldo.messages.render import languages
from saldo.messages.samples import PART, WHOLE
from saldo.payments.charge_rules import TOO_LATE
from saldo.payments.charging import NO_ANSWER
from tests.unit.messages.test_texts import (
    DEBIT,
    FAILED,
    MANDATE,
    PLAN,
    about,
    euros,
    numbers_in,
    render,
    words_of,
)

FAILURES: tuple[FailureKind, ...] = get_args(FailureKind)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("insufficient_funds", "insufficient-funds"),
        ("AM04", "insufficient-funds"),
        ("AM04:Insufficient Funds", "insufficient-funds"),
        ("Your card has insufficient funds.", "insufficient-funds"),
        ("The account did not hold enough money.", "insufficient-funds"),
        ("Not enough balance", "insufficient-funds"),
        ("bank_account_closed", "account-closed"),
        ("AC04", "account-closed"),
        ("The bank account is closed.", "account-closed"),
        ("AC01", "account-unknown"),
        ("incorrect_account_details", "account-unknown"),
        ("The bank details are not right.", "account-unknown"),
        ("direct_debit_not_enabled", "debit-not-possible"),
        ("AG01", "debit-not-possible"),
        ("mandate_cancelled", "mandate-ended"),
        ("MD01", "mandate-ended"),
        ("The saved payment method was removed.", "mandate-ended"),
        ("debit_not_authorized", "mandate-ended"),
        ("MD06", "refused-by-payer"),
        ("MS02", "refused-by-payer"),
        ("customer_initiated", "refused-by-payer"),
        ("fraudulent", "refused-by-payer"),
        ("The debit was stopped at the bank.", "refused-by-payer"),
        ("Your card has expired.", "card-expired"),
        ("Expired Card", "card-expired"),
        ("The card was declined.", "card-refused"),
        ("do_not_honor", "card-refused"),
        ("The bank refused the payment.", "bank-refused"),
        ("refer_to_payer", "bank-refused"),
        ("Refused", "bank-refused"),
        ("Das Konto war nicht gedeckt.", "insufficient-funds"),
        ("Die Bank hat die Zahlung abgelehnt.", "bank-refused"),
        ("Das Mandat wurde widerrufen.", "mandate-ended"),
        ("Die Bank hat das Mandat abgelehnt.", "mandate-ended"),
        ("This mandate cannot be charged.", "mandate-ended"),
        ("The bank account cannot be charged.", "debit-not-possible"),
        (TOO_LATE, "not-carried-out"),
        (NO_ANSWER, "not-confirmed"),
        ("general", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        # A word within another word is no match.
        ("XAM04X", "unknown"),
    ],
)
def test_what_providers_say_becomes_a_kind(said: str | None, kind: FailureKind) -> None:
    assert failure_kind(said) == kind


def test_every_sentence_of_ours_from_gocardless_is_understood() -> None:
    from saldo.adapters.gocardless.objects import _FAILURES, _REFUSED

    for cause, sentence in _FAILURES.items():
        assert failure_kind(cause) == failure_kind(sentence) != "unknown", cause
    assert failure_kind(_REFUSED) == "bank-refused"


@pytest.mark.parametrize("language", languages())
def test_every_language_has_a_sentence_for_every_kind_of_failure(language: str) -> None:
    texts = Path(render_module.__file__).parent / "texts" / "payment-failed"
    reasons = json.loads((texts / f"{language}.reasons.json").read_text(encoding="utf-8"))
    assert list(reasons) == list(FAILURES)
    assert len({reason["why"] for reason in reasons.values()}) == len(FAILURES)
    for why in FAILURES:
        mail = render("payment-failed", language=language, failure=replace(FAILED, why=why))
        for said in (mail.text, words_of(mail.html)):
            assert reasons[why]["why"] in said
            assert reasons[why]["do"] in said


@pytest.mark.parametrize("language", languages())
def test_a_debit_that_came_back_is_not_called_a_failed_one(language: str) -> None:
    words = {"de": "zurückgebucht", "en": "returned", "nl": "teruggeboekt", "fr": "repris"}[
        language
    ]
    returned = replace(FAILED, returned=True, automatic=True)
    assert words in render("payment-failed", language=language, failure=returned).text
    for automatic in (True, False):
        failed = replace(FAILED, automatic=automatic)
        assert words not in render("payment-failed", language=language, failure=failed).text


@pytest.mark.parametrize("language", languages())
def test_who_failed_to_pay_hears_that_reminders_go_on(language: str) -> None:
    words = {
        "de": "erinnern wir",
        "en": "go on reminding",
        "nl": "blijven wij u",
        "fr": "vous le rappeler",
    }[language]
    for kind in ("business", "consumer"):
        assert words in render("payment-failed", language=language, kind_of_debtor=kind).text


@pytest.mark.parametrize("language", languages())
def test_the_announcement_of_a_debit_says_what_the_scheme_asks_for(language: str) -> None:
    mail = render(
        "payment-scheduled",
        language=language,
        debit=replace(DEBIT, creditor_identifier="DE98ZZZ09999999999"),
    )
    amount = euros(119050, language)
    day = {
        "de": "3. Dezember 2026",
        "en": "3 December 2026",
        "nl": "3 december 2026",
        "fr": "3 décembre 2026",
    }[language]
    for said in (mail.text, words_of(mail.html)):
        assert all(part in said for part in (amount, day, "MD-77", "DE98ZZZ09999999999"))
    assert day in mail.subject
    # Unknown, it is not mentioned at all.
    assert "ZZZ" not in render("payment-scheduled", language=language).text


@pytest.mark.parametrize("language", languages())
def test_the_consent_stands_in_the_mail_word_for_word(language: str) -> None:
    consent = "First line with “quotes” & 100 % of it.\nSecond line."
    for mail in (
        render("mandate-given", language=language, mandate=replace(MANDATE, consent=consent)),
        render("payment-scheduled", language=language, debit=replace(DEBIT, consent=consent)),
    ):
        assert consent in mail.text
        assert consent in words_of(mail.html)
        assert "white-space:pre-line" in mail.html


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("mandate", [None, "MD-77"])
def test_a_plan_lists_every_instalment_with_its_day(language: str, mandate: str | None) -> None:
    parts = tuple(PlanPart(10000 + n, date(2026, 12, n)) for n in range(1, 25))
    plan = replace(
        PLAN, parts=parts, total_minor=sum(p.amount_minor for p in parts), mandate_reference=mandate
    )
    mail = render("plan-agreed", language=language, plan=plan)
    written = numbers_in(mail.text)
    for part in parts:
        assert euros(part.amount_minor, language) in mail.text
    assert numbers_in(words_of(mail.html)) == written
    assert ("MD-77" in mail.text) == (mandate is not None)
    assert len(mail.html.encode()) < 60_000


@pytest.mark.parametrize("language", languages())
def test_a_payment_for_many_invoices_lists_some_and_counts_the_rest(language: str) -> None:
    listed = tuple(PaidItem(f"RE-{n}", 10000, 500 if n == 3 else 0) for n in range(1, 11))
    payment = ReceivedPayment(
        1000000, "EUR", date(2026, 11, 20), "RE-1", 999000, 1000, 500, listed, unlisted=990
    )
    mail = render("payment-received", language=language, payment=payment)
    more = {
        "de": "und 990 weitere",
        "en": "and 990 more",
        "nl": "en nog 990",
        "fr": "et 990 autres",
    }[language]
    for said in (mail.text, words_of(mail.html)):
        assert all(item.number in said for item in listed)
        assert more in said
    assert "1000" in mail.subject
    assert numbers_in(mail.text) == numbers_in(words_of(mail.html))


@pytest.mark.parametrize("language", languages())
def test_money_for_no_invoice_is_confirmed_as_credit(language: str) -> None:
    payment = ReceivedPayment(5000, "EUR", date(2026, 11, 20), "", 0, 5000, 0)
    mail = render("payment-received", language=language, items=(), payment=payment)
    words = {"de": "Guthaben", "en": "credit", "nl": "tegoed", "fr": "avoir"}[language]
    assert words in mail.text
    assert mail.subject.replace("\xa0", " ").endswith(euros(5000, language).replace("\xa0", " "))
    assert not re.search("Rechnung|invoice|factu", mail.subject)


@pytest.mark.parametrize("language", languages())
def test_messages_about_many_invoices_count_those_that_they_do_not_list(language: str) -> None:
    more = {
        "de": "und 7 weitere",
        "en": "and 7 more",
        "nl": "en nog 7",
        "fr": "et 7 autres",
    }[language]
    for message in (
        "payment-failed",
        "payment-scheduled",
        "plan-agreed",
        "plan-missed",
        "promise-confirmed",
        "promise-broken",
        "dispute-received",
        "dispute-closed",
    ):
        mail = render(message, language=language, **about((WHOLE, PART), unlisted=7))
        assert more in mail.text, message
        assert more in words_of(mail.html), message
