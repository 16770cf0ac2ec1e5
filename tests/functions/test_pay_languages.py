"""Each payer is spoken to in the account's language, from the first page to the money's thanks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.payer import HERE, Browser, browsing, words

TODAY = date(2026, 11, 21)
DAY = date(2026, 12, 1)


@contextmanager
def visiting(language: str) -> Iterator[tuple[Browser, str, Books]]:
    """Open the link of an account that is spoken to in `language`, with a browser that asks for
    none of its own.
    """
    books = Books()
    books.begin(
        books.invoice("RE-1", 119050, due_on=TODAY + timedelta(10)),
        books.invoice("RE-2", 5000, due_on=TODAY - timedelta(1)),
    )
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None
    assert books.intake.put_accounts([replace(account, language=language)])[0].status == "accepted"
    with browsing(books) as browser:
        yield browser, books.links.create(CREDITOR, "RE-1", "account"), books


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ["Vos factures à régler", "Tout payer : 1 240,50 €", "Échéance le 1er déc. 2026"]),
        ("fr-BE", ["Vos factures à régler", "2 factures", "dont en retard : 50,00 €"]),
        ("nl", ["Uw openstaande facturen", "Alles betalen: € 1.240,50", "waarvan vervallen"]),
        ("nl-BE", ["Uw openstaande facturen", "2 facturen", "Vervaldatum 20 nov 2026 · gisteren"]),
        ("sv", ["Your open invoices", "Pay everything: €1,240.50"]),
    ],
)
def test_an_account_is_shown_its_page_in_its_own_language(language: str, said: list[str]) -> None:
    with visiting(language) as (browser, link, _):
        page = words(browser.get(link)[2])
        for text in said:
            assert text in page


@pytest.mark.parametrize(
    ("language", "typed", "thanks"),
    [
        ("fr", "1 090,50", "Nous avons bien reçu 1 090,50 €"),
        ("nl", "1.090,50", "€ 1.090,50 is ontvangen en geboekt"),
    ],
)
def test_a_part_typed_as_at_home_is_paid_and_thanked_for_at_home(
    language: str, typed: str, thanks: str
) -> None:
    with visiting(language) as (browser, link, books):
        hosted = browser.start(link, press="part", invoice="RE-1", currency="EUR", amount=typed)
        _, headers, _ = browser.post(hosted, outcome="pay")
        assert thanks in words(browser.get(headers["location"])[2])
        assert {one.number: one.open_minor for one in books.open_items()}["RE-1"] == 10000


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ["Programmer un paiement", "J’autorise Musterwerk GmbH", "1er décembre 2026"]),
        ("nl", ["Een latere betaling afspreken", "Ik geef Musterwerk GmbH", "1 december 2026"]),
    ],
)
def test_what_is_agreed_to_is_read_in_the_payers_language(language: str, said: list[str]) -> None:
    with visiting(language) as (browser, link, _):
        page = browser.post(
            f"{link}/pay",
            attempt=browser.attempt(link),
            press="later",
            invoice="RE-1",
            day=DAY.isoformat(),
        )[2]
        assert f'class="consent" lang="{language}"' in page.decode()
        for text in said:
            assert text in words(page)


def test_a_refused_amount_is_explained_in_french() -> None:
    with visiting("fr") as (browser, link, _):
        status, _, page = browser.post(
            f"{link}/pay",
            attempt=browser.attempt(link),
            press="part",
            invoice="RE-1",
            currency="EUR",
            amount="mille",
        )
        assert status == 400
        assert "Nous n’arrivons pas à lire ce montant" in words(page)


def test_a_link_that_opens_nothing_speaks_the_browsers_language() -> None:
    with visiting("nl") as (browser, _, _):
        page = browser.get(f"{HERE}/p/{'x' * 22}", **{"accept-language": "nl-NL,nl;q=0.9"})[2]
        assert "Deze link opent niets" in words(page)
