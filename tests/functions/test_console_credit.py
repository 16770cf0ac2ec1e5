"""The panel about credit on an account's page, and the settings behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from functions.console.shown_account import ITEMS_MAX
from functions.console.shown_credit import bar_of
from saldo.credit.model import CreditLine, Exposure
from saldo.credit.told import Word
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.clerk import Office, office_of


@pytest.fixture
def office() -> Iterator[Office]:
    books = Books()
    books.begin(books.invoice("RE-1", 60000))
    with office_of(books) as office:
        yield office


def test_a_manager_sets_a_limit_blocks_and_releases(office: Office) -> None:
    manager = office.clerk("manager").open("account", number=ACCOUNT)
    assert "no limit in EUR" in manager.said
    manager.press("account/credit-limit", amount="500.00", reason="Agreed with sales.")
    assert "100.00" in manager.said
    assert "over the limit" in manager.said
    assert "Limit changed from – to" in manager.said
    manager.press("account/credit-block", reason="Signs of fraud.")
    assert "Orders wait since" in manager.said
    assert "Blocked by hand" in manager.said
    assert "Orders blocked: by hand Signs of fraud." in manager.said
    manager.press("account/credit-release", reason="A mistake.")
    assert "Orders wait since" not in manager.said
    sheet = office.services.credit.of(CREDITOR, ACCOUNT)
    assert sheet is not None
    assert sheet.own[0].by == manager.user.email


def test_a_cover_and_a_proposal_are_agreed_in_the_panel(office: Office) -> None:
    manager = office.clerk("manager").open("account", number=ACCOUNT)
    manager.press(
        "account/credit-insure",
        amount="700.00",
        insurer="Beispiel Versicherung",
        reason="Letter of today.",
    )
    assert "insured with Beispiel Versicherung" in manager.said
    manager.press("account/credit-propose")
    assert "Proposed limit" in manager.said
    manager.press("account/credit-decide", agree="no", reason="Too early.")
    assert "Proposed limit of" in manager.said
    assert "put aside: Too early." in manager.said


def test_a_high_limit_waits_for_a_second_person_and_a_lower_one_does_not(office: Office) -> None:
    office.services.four_eyes.set_rule(
        CREDITOR, write_off_minor=None, refund_minor=None, credit_limit_minor=100000, by="owner"
    )
    manager = office.clerk("manager").open("account", number=ACCOUNT)
    manager.press("account/credit-limit", amount="1000.00", reason="One may do that.")
    manager.open("account", number=ACCOUNT)
    manager.press("account/credit-limit", amount="5000.00", reason="A good customer.")
    assert "This is above what you may give alone." in manager.said
    sheet = office.services.credit.of(CREDITOR, ACCOUNT)
    assert sheet is not None
    assert sheet.own[0].amount_minor == 100000
    owner = office.clerk("owner").open("approvals")
    assert "Credit limit" in owner.said
    owner.press("approvals/approve")
    sheet = office.services.credit.of(CREDITOR, ACCOUNT)
    assert sheet is not None
    assert sheet.own[0].amount_minor == 500000
    assert sheet.own[0].by == f"{manager.user.email}, {owner.user.email}"
    manager.open("account", number=ACCOUNT)
    manager.press("account/credit-limit", amount="4000.00", reason="Less, then.")
    assert "This is above" not in manager.said


def test_a_cover_that_waits_says_what_it_is_to_the_second_person(office: Office) -> None:
    office.services.four_eyes.set_rule(
        CREDITOR, write_off_minor=None, refund_minor=None, credit_limit_minor=100000, by="owner"
    )
    manager = office.clerk("manager").open("account", number=ACCOUNT)
    cover = {"amount": "5000.00", "insurer": "Beispiel Versicherung", "reason": "Their letter."}
    manager.press("account/credit-insure", **cover)
    assert "This is above what you may give alone." in manager.said
    owner = office.clerk("owner").open("approvals")
    assert "Cover of €5,000.00 with Beispiel Versicherung" in owner.said
    owner.press("approvals/approve")
    sheet = office.services.credit.of(CREDITOR, ACCOUNT)
    assert sheet is not None
    assert sheet.covers[0].by == f"{manager.user.email}, {owner.user.email}"


def test_to_take_a_limit_away_is_to_give_the_highest_one(office: Office) -> None:
    office.services.four_eyes.set_rule(
        CREDITOR, write_off_minor=None, refund_minor=None, credit_limit_minor=100000, by="owner"
    )
    manager = office.clerk("manager").open("account", number=ACCOUNT)
    manager.press("account/credit-limit", amount="1000.00", reason="One may do that.")
    manager.open("account", number=ACCOUNT)
    manager.press("account/credit-limit", amount="", reason="None, then.")
    assert "This is above what you may give alone." in manager.said
    sheet = office.services.credit.of(CREDITOR, ACCOUNT)
    assert sheet is not None
    assert sheet.own[0].amount_minor == 100000
    office.clerk("owner").open("approvals").press("approvals/approve")
    sheet = office.services.credit.of(CREDITOR, ACCOUNT)
    assert sheet is not None
    assert sheet.own == ()


def test_who_collects_sees_the_limit_and_cannot_change_it(office: Office) -> None:
    collector = office.clerk("collector").open("account", number=ACCOUNT)
    assert "Credit limit" in collector.said
    assert "account/credit-limit" not in collector.html
    sent = collector.send("account/credit-limit", number=ACCOUNT, currency="EUR", reason="Mine.")
    assert sent.status == 403
    assert office.services.credit.of(CREDITOR, ACCOUNT) is None


def test_of_very_many_items_the_page_shows_the_sum_that_was_kept(office: Office) -> None:
    """The page reads no more of such an account than of any other."""
    books, parts = office.books, office.services
    books.push(*(books.invoice(f"M-{number}", 100) for number in range(ITEMS_MAX + 1)))
    parts.credit_limits.set_own(CREDITOR, ACCOUNT, "EUR", 50000, Word("anna", "Agreed."))
    page = office.clerk("manager").open("account", number=ACCOUNT)
    assert "€801.00 of €500.00 used" in page.said
    assert "As of the last fact" in page.said


@pytest.mark.parametrize(
    ("exposure", "parts"),
    [
        (Exposure("EUR", 5000, 2000), (("overdue", 0.0, 20.0), ("later", 20.0, 30.0))),
        (Exposure("EUR", 5000, 2000, 0, 4000), (("overdue", 0.0, 10.0),)),
        (Exposure("EUR", 0, 0, 20000, 0), (("orders", 0.0, 100.0),)),
        (Exposure("EUR", 0, 0, 0, 7000), ()),
    ],
)
def test_the_bar_takes_credit_from_what_is_not_due_first(
    exposure: Exposure, parts: tuple[tuple[str, float, float], ...]
) -> None:
    bar = bar_of(CreditLine("EUR", exposure, 10000, 4000, 10000))
    assert bar.parts == parts
    assert bar.limit_at == (50.0 if exposure.orders_minor else 100.0)


def test_rules_are_typed_and_shown_as_they_were_kept(office: Office) -> None:
    owner = office.clerk("owner").open("settings/credit")
    owner.press(
        "settings/credit",
        limit_is="sum",
        over_limit="yes",
        days="30",
        invoices="2",
        amount="1000.00",
        currency="EUR",
        net_days="0",
        when=["very-late", "over-limit"],
        broken_promises="2",
        within_days="90",
    )
    kept = office.services.credit_rules.of(CREDITOR)
    assert kept.block_overdue is not None
    assert (kept.limit_is, kept.block_overdue.amount_minor) == ("sum", 100000)
    assert kept.terms is not None
    assert kept.terms.reasons == ("very-late", "over-limit")
    again = owner.open("settings/credit").press("settings/credit")
    assert again.status == 200
    assert office.services.credit_rules.of(CREDITOR) == kept
