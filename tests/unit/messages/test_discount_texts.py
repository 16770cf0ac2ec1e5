"""What mails say about a cash discount while it runs."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from saldo.messages.model import MessageKind
from saldo.messages.render import languages
from saldo.messages.samples import BUNDLE, DISCOUNTED, ONE, WHOLE
from tests.unit.messages.test_texts import euros, render, words_of

TELL: tuple[MessageKind, ...] = ("invoice", "friendly-notice", "invoice-copy")
LAST = {"de": "3. Dezember 2026", "en": "3 December 2026", "nl": "3 december 2026"}
LAST["fr"] = "3 décembre 2026"
ASKED, KEPT = 119050 - 3572, 3572
AHEAD = replace(WHOLE, due_on=DISCOUNTED.due_on, days_overdue=0)


@pytest.mark.parametrize(("message", "language"), list(product(TELL, languages())))
def test_a_mail_names_the_day_the_sum_and_what_is_kept_back(
    message: MessageKind, language: str
) -> None:
    rendered = render(message, language=language, items=(DISCOUNTED,))
    for text in (rendered.text, words_of(rendered.html)):
        (line,) = [one for one in text.splitlines() if euros(ASKED, language) in one]
        assert LAST[language] in line and euros(KEPT, language) in line


@pytest.mark.parametrize(("message", "language"), list(product(TELL, languages())))
def test_of_several_each_says_its_own_and_the_sum_is_of_all(
    message: MessageKind, language: str
) -> None:
    text = render(message, language=language, items=(DISCOUNTED, AHEAD)).text
    assert euros(2 * 119050 - KEPT, language) in text
    assert euros(ASKED, language) in text


@pytest.mark.parametrize("language", languages())
def test_who_scans_the_code_is_told_that_it_has_the_discounted_sum(language: str) -> None:
    assert BUNDLE.transfer is not None
    with_code = replace(BUNDLE.transfer, qr=True)
    said = render("invoice", language=language, items=(DISCOUNTED,), transfer=with_code).text
    unsaid = render("invoice", language=language, items=(DISCOUNTED,), transfer=None).text
    assert len(said) > len(unsaid)
    sentence = {"de": "Der Code enthält", "en": "The code already", "nl": "De code bevat"}
    sentence["fr"] = "Le code contient"
    assert sentence[language] in said and sentence[language] not in unsaid


@pytest.mark.parametrize("language", languages())
def test_currencies_are_told_apart(language: str) -> None:
    dollars = replace(AHEAD, number="US-1", currency="USD", open_minor=10000, amount_minor=10000)
    text = render("invoice", language=language, items=(DISCOUNTED, dollars)).text
    line = next(one for one in text.splitlines() if f"{euros(ASKED, language)} + " in one)
    assert "100" in line


@pytest.mark.parametrize("language", languages())
def test_without_a_discount_nothing_is_said(language: str) -> None:
    text = render("invoice", language=language, items=(AHEAD,)).text.lower()
    words = ("skonto", "discount", "korting", "escompte")
    assert not [word for word in words if word in text]


@pytest.mark.parametrize("language", languages())
def test_the_confirmation_tells_what_was_granted(language: str) -> None:
    assert ONE.payment is not None
    granted = replace(ONE.payment, amount_minor=ASKED, allocated_minor=ASKED, discount_minor=KEPT)
    text = render("payment-received", language=language, payment=granted).text
    (line,) = [one for one in text.splitlines() if euros(KEPT, language) in one]
    words = ("Skonto", "Cash discount", "Betalingskorting", "Escompte")
    assert line.startswith(words)
    silent = render("payment-received", language=language).text
    assert not [word for word in words if word in silent]
