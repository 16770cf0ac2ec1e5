"""What payers see, rendered from plain data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from itertools import product
from typing import Any, get_args

import pytest

from functions.pay.payer import pages, shown, words
from functions.pay.payer.shown import (
    AccountPage,
    AgreedPage,
    Aside,
    Failure,
    Frame,
    Group,
    LaterPage,
    OpenRow,
    PaidLine,
    PastPayment,
    PayPage,
    PlanPart,
    ReturnPage,
    SavedMandate,
    Scheduled,
    ShownPlan,
    Typed,
    Ways,
)
from saldo.messages.model import Sender

SENDER = Sender(
    name="Example Waterworks Ltd",
    address=("1 Example Street", "Example Town"),
    imprint="Registered in Example Town, no. 00000",
    brand_colour="#8a1c4b",
    reply_to="billing@waterworks.example",
)
HERE = "https://pay.example/live/p/Zm9vYmFyYmF6cXV4MTIzNA"
FRAME = Frame("en", "https://pay.example/live", SENDER, HERE)
PAY = PayPage(
    frame=FRAME,
    pay_url=HERE,
    status="open",
    number="2024/0815",
    issued_on=date(2026, 11, 1),
    due_on=date(2026, 11, 30),
    days_overdue=-9,
    currency="EUR",
    amount_minor=119050,
    open_minor=119050,
    attempt="01JD7W0000ATTEMPT000000001",
    description="Filter cartridges",
    order_reference="B-4711",
    provider="Example Pay",
)
RETURN = ReturnPage(
    frame=FRAME,
    pay_url=HERE,
    outcome="paid",
    lines=(PaidLine("2024/0815", 119050, 0),),
    currency="EUR",
    amount_minor=119050,
    received_on=date(2026, 11, 21),
    cause="refused",
    reason="The bank declined the payment.",
)
MANDATE = SavedMandate("01JD7W0000MANDATE000000001", date(2026, 11, 2), "sandbox", True, "I agree.")
SCHEDULED = Scheduled(
    "01JD7W0000SCHEDULE00000001",
    ("2024/0815",),
    "EUR",
    119050,
    date(2026, 12, 3),
    "planned",
    is_cancellable=True,
)
ASIDE = Aside(
    "scheduled",
    Failure("funds", "The account did not hold enough money.", 5000, "EUR", date(2026, 11, 20)),
    (("EUR", 1234),),
    (
        SCHEDULED,
        replace(SCHEDULED, id="2", state="charging", is_cancellable=False),
        replace(SCHEDULED, id="3", state="waiting", resume_url="https://provider.example/m"),
    ),
    (MANDATE,),
    (
        ShownPlan(
            ("2024/0001",),
            "EUR",
            (
                PlanPart(date(2026, 11, 1), 10000, is_paid=True, is_next=False),
                PlanPart(date(2026, 12, 1), 10000, is_paid=False, is_next=True),
                PlanPart(date(2027, 1, 1), 10000, is_paid=False, is_next=False),
            ),
            by_mandate=False,
            next_minor=10000,
        ),
    ),
)
WAYS = Ways(2000, 10, (date(2026, 11, 22), date(2026, 12, 21)), date(2026, 11, 30))
ROWS = (
    OpenRow("2024/0815", date(2026, 11, 30), -9, 119050, 119050, is_front=True),
    OpenRow("2024/0001", date(2026, 10, 30), 22, 30000, 30000, wait="plan"),
    OpenRow("2024/0002", date(2026, 11, 21), 0, 4000, 3000, 1000),
    OpenRow("2024/0003", date(2026, 11, 1), 20, 4000, 4000, 4000, "coming"),
    OpenRow("2024/0004", date(2026, 11, 1), 20, 50, 50, 0, "payment-scheduled", date(2026, 12, 4)),
    OpenRow("2024/0005", date(2026, 11, 1), 20, 70, 70, 0, "transfer-announced", date(2026, 12, 1)),
)
GROUP = Group("EUR", ROWS, 122050, 2, WAYS)
FRANCS = Group("CHF", (replace(ROWS[0], number="C-1", is_front=False),), 119050, 1, Ways(None))
ACCOUNT = AccountPage(FRAME, HERE, (GROUP,), PAY.attempt, provider="Example Pay")
LATER = LaterPage(
    FRAME,
    HERE,
    PAY.attempt,
    ("2024/0815", "2024/0001"),
    "EUR",
    149050,
    date(2026, 12, 3),
    (MANDATE,),
    True,
    "I authorise.\n\nI can withdraw.",
    "en",
    "mark",
    "Example Pay",
)
STATUSES = get_args(shown.Status)
OUTCOMES = get_args(shown.Outcome)
LANGUAGES = list(words.languages())
FORMS = {f"{HERE}/pay", f"{HERE}/schedule", f"{HERE}/change"}
VOID = {"meta", "link", "input", "br"}


def pay(**changes: Any) -> str:
    return pages.pay_page(replace(PAY, **changes))


def account(**changes: Any) -> str:
    return pages.account_page(replace(ACCOUNT, **changes))


def back(**changes: Any) -> str:
    return pages.return_page(replace(RETURN, **changes))


def words_of(html: str) -> str:
    body = re.sub(r"<head>.*?</head>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def in_language(language: str) -> Frame:
    return replace(FRAME, language=language)


DAY = date(2026, 12, 1)
MANY = Group(
    "EUR",
    tuple(OpenRow(f"N-{n}", DAY, -10, 100, 100, is_chosen=n == 40) for n in range(60)),
    6000,
    60,
    WAYS,
    unlisted=7,
)
LINES = tuple(PaidLine(f"N-{n}", 1000, n % 3) for n in range(30))

ALL_PAGES: dict[str, Callable[[str], str]] = {
    **{
        f"pay-{status}": lambda language, status=status: pay(  # type: ignore[misc]
            frame=in_language(language),
            status=status,
            open_minor=0 if status in {"paid", "closed"} else 69050,
            payments=(PastPayment(date(2026, 11, 20), 50000),),
        )
        for status in STATUSES
    },
    "pay-error": lambda language: pay(
        frame=in_language(language), typed=Typed("amount-not-readable", "EUR", "abc"), ways=WAYS
    ),
    "pay-arranged": lambda language: pay(
        frame=in_language(language), aside=ASIDE, wait="transfer-announced", wait_until=DAY
    ),
    "account": lambda language: account(
        frame=in_language(language),
        groups=(GROUP, FRANCS),
        closed="2024/0700",
        aside=ASIDE,
        payments=(PastPayment(DAY, 5000, "EUR", ("a", "b", "c", "d", "e")),),
    ),
    "account-many": lambda language: account(
        frame=in_language(language), groups=(MANY,), aside=Aside("announced")
    ),
    "account-error": lambda language: account(
        frame=in_language(language), typed=Typed("amount-below-minimum", "EUR", "1")
    ),
    "account-day": lambda language: account(
        frame=in_language(language), typed=Typed("charge-day-not-valid", "EUR", "", "2020-01-01")
    ),
    "account-unchosen": lambda language: account(
        frame=in_language(language), typed=Typed("nothing-chosen", "EUR")
    ),
    "account-empty": lambda language: account(frame=in_language(language), groups=()),
    "later": lambda language: pages.later_page(replace(LATER, frame=in_language(language))),
    "later-first": lambda language: pages.later_page(
        replace(LATER, frame=in_language(language), mandates=())
    ),
    **{
        f"agreed-{given}-{decided}": lambda language, given=given, decided=decided: (  # type: ignore[misc]
            pages.agreed_page(AgreedPage(in_language(language), HERE, given, decided, (SCHEDULED,)))
        )
        for given, decided in ((True, True), (False, False), (False, True))
    },
    "return-several": lambda language: back(
        frame=in_language(language), lines=LINES, amount_minor=60000, credit_minor=100
    ),
    **{
        f"return-{outcome}": lambda language, outcome=outcome: back(  # type: ignore[misc]
            frame=in_language(language), outcome=outcome
        )
        for outcome in OUTCOMES
    },
    "link-problem": lambda language: pages.link_problem_page(Frame(language, "", None, "")),
    "trouble": lambda language: pages.trouble_page(in_language(language), HERE),
}
MATRIX = list(product(ALL_PAGES, LANGUAGES))


class Structure(HTMLParser):
    """Checks that tags close in order, and keeps what there is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize(("name", "language"), MATRIX)
def test_page_is_sound(name: str, language: str) -> None:
    html = ALL_PAGES[name](language)
    structure = Structure(html)
    assert structure.all("html") == [{"lang": language}]
    assert len(structure.all("h1")) == 1
    assert len(structure.all("main")) == 1
    assert len(structure.all("title")) == 1
    ids = [attributes["id"] for _, attributes in structure.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for label in structure.all("label"):
        assert label["for"] in ids
    for _, attributes in structure.tags:
        for reference in ("aria-labelledby", "aria-describedby"):
            assert set((attributes.get(reference) or "").split()) <= set(ids)
    assert not re.search(r"[{}]|None|undefined", words_of(html))


@pytest.mark.parametrize(("name", "language"), MATRIX)
def test_page_obeys_its_own_policy(name: str, language: str) -> None:
    """No script, no inline style, nothing from elsewhere: what the policy would block."""
    html = ALL_PAGES[name](language)
    structure = Structure(html)
    assert not {"script", "style", "iframe", "img", "object"} & {tag for tag, _ in structure.tags}
    for tag, attributes in structure.tags:
        assert "style" not in attributes
        assert not any(attribute.startswith("on") for attribute in attributes)
        if tag == "link":
            assert re.match(r"(/live)?/assets/", attributes["href"] or "")
    for form in structure.all("form"):
        assert form["action"] in FORMS
        assert form["method"] == "post"


def test_pages_speak_the_same_keys_in_every_language() -> None:
    texts = {path.stem: json.loads(path.read_text("utf-8")) for path in words.TEXTS.glob("*.json")}
    assert len(texts) >= 2
    every = {language: {_without_form(key) for key in known} for language, known in texts.items()}
    wanted = set.union(*every.values())
    missing = {language: sorted(wanted - keys) for language, keys in every.items()}
    assert not any(missing.values()), missing
    for language, known in texts.items():
        for key in known:
            places = set(re.findall(r"\{(\w*)\}", known[key]))
            english = texts["en"].get(key) or texts["en"][f"{_without_form(key)}.other"]
            assert places <= set(re.findall(r"\{(\w*)\}", english)), (language, key)


def _without_form(key: str) -> str:
    return re.sub(r"(?<!error)(?<!next)\.(zero|one|two|few|many|other)$", "", key)


def test_every_text_is_used() -> None:
    source = "".join(path.read_text("utf-8") for path in words.TEMPLATES.glob("*.html"))
    known = json.loads((words.TEXTS / "en.json").read_text("utf-8"))
    built = (
        r"^(status|error|errors_\w+|return|link|trouble|wait|cause|next|taken|told|agreed|stop)[._]"
    )
    unused = [
        key
        for key in known
        if f'"{_without_form(key)}"' not in source
        and not re.match(built, key)
        and key != "language"
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Invoice 2024/0815", "€1,190.50", "Due on 30 November 2026", "Due in 9 days"]),
        ("de", ["Rechnung 2024/0815", "1.190,50 €", "Fällig am 30. November", "In 9 Tagen"]),
    ],
)
def test_invoice_is_shown(language: str, words: list[str]) -> None:
    seen = words_of(pay(frame=in_language(language)))
    for word in [*words, "Filter cartridges", "B-4711", "Example Pay", SENDER.name, SENDER.imprint]:
        assert word in seen


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "Due in 2 days"),
        (-1, "Due tomorrow"),
        (0, "Due today"),
        (1, "Due since yesterday"),
        (21, "Due 21 days ago"),
    ],
)
def test_days_are_counted(days: int, words: str) -> None:
    assert words in words_of(pay(days_overdue=days))


def test_form_carries_the_attempt_and_the_language() -> None:
    fields = {(field["name"], field.get("value")) for field in Structure(pay()).all("input")}
    assert ("attempt", PAY.attempt) in fields
    assert ("lang", "en") in fields
    assert ("amount", "") in fields


@pytest.mark.parametrize("status", STATUSES)
def test_only_what_is_open_can_be_paid(status: str) -> None:
    payable = status not in {"paid", "closed"}
    html = pay(status=status, open_minor=119050 if payable else 0)
    assert bool(Structure(html).all("form")) == payable
    assert ("Pay €1,190.50" in words_of(html)) == payable


def test_money_on_its_way_comes_before_another_button() -> None:
    html = pay(status="processing", processing_minor=50000)
    assert "A payment of €500.00 is on its way" in words_of(html)
    assert html.index("<details>") < html.index("<form")


def test_part_payment_and_credit_note_explain_what_is_open() -> None:
    html = pay(
        status="part-paid",
        open_minor=60000,
        payments=(PastPayment(date(2026, 11, 3), 20050), PastPayment(date(2026, 11, 5), 30000)),
    )
    seen = words_of(html)
    assert "€500.50 of €1,190.50 is already paid" in seen
    assert "Already paid −€500.50" in seen
    assert "Credited −€90.00" in seen
    assert "Still open €600.00" in seen
    assert "3 November 2026 €200.50" in seen


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "code",
    ["amount-not-readable", "amount-too-precise", "amount-too-large", "amount-not-payable"],
)
def test_error_stands_at_its_field(code: str, language: str) -> None:
    html = pay(frame=in_language(language), typed=Typed(code, "EUR", '1"2<3'))
    structure = Structure(html)
    (field,) = [found for found in structure.all("input") if found["name"] == "amount"]
    assert field["value"] == '1"2<3'
    assert field["aria-invalid"] == "true"
    assert "amount-error" in (field["aria-describedby"] or "")
    assert "open" in structure.all("details")[0]
    amount = "1.190,50" if language == "de" else "1,190.50"
    (said,) = re.findall(r'id="EUR-amount-error".*?<span>(.*?)</span>', html, flags=re.DOTALL)
    assert amount in said


def test_unknown_error_is_said_in_general_words() -> None:
    assert "Nothing was booked; please try once more." in words_of(
        pay(typed=Typed("attempt-not-valid"))
    )


@pytest.mark.parametrize(
    ("changes", "words", "not_words"),
    [
        ({}, ["€1,190.50 has arrived", "confirmation", "Still open €0.00"], ["credit", "the rest"]),
        (
            {"amount_minor": 50000, "lines": (PaidLine("1", 50000, 69050),)},
            ["€500.00 has arrived", "Still open €690.50", "Pay the rest"],
            ["credit"],
        ),
        (
            {"amount_minor": 130000, "credit_minor": 10950},
            ["Amount paid €1,300.00", "Booked on invoices €1,190.50", "credit €109.50"],
            ["Pay the rest"],
        ),
        ({"email_follows": False}, ["has arrived"], ["confirmation"]),
        ({"outcome": "processing"}, ["on its way", "See how it stands"], ["arrived and"]),
        ({"outcome": "failed"}, ["The bank refused the payment.", "Try again"], ["Thank you"]),
        (
            {"outcome": "failed", "cause": "", "reason": "The moon was full."},
            ["The moon was full.", "another way"],
            ["refused"],
        ),
        (
            {"outcome": "failed", "cause": "", "reason": None},
            ["Nothing was booked", "Try again"],
            ["refused"],
        ),
        ({"outcome": "cancelled"}, ["Nothing was booked", "Back to the invoice"], ["declined"]),
    ],
)
def test_payer_comes_back(changes: dict[str, Any], words: list[str], not_words: list[str]) -> None:
    seen = words_of(back(**changes))
    assert all(word in seen for word in words)
    assert not any(word in seen for word in not_words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_link_problem_tells_nothing(language: str) -> None:
    html = pages.link_problem_page(Frame(language, "https://pay.example/live"))
    assert "pay.example" not in html
    assert "€" not in html
    assert not Structure(html).all("a")


def test_names_cannot_become_markup() -> None:
    nasty = "<script>alert('&')</script>"
    sender = replace(SENDER, name=nasty, imprint=nasty, address=(nasty,), brand_colour=nasty)
    frame = replace(FRAME, sender=sender)
    for html in (
        pay(frame=frame, number=nasty, description=nasty, order_reference=nasty, provider=nasty),
        back(
            frame=frame,
            lines=(PaidLine(nasty, 1, 0),) * 2,
            cause="",
            reason=nasty,
            outcome="failed",
        ),
        account(
            frame=frame,
            closed=nasty,
            groups=(replace(GROUP, rows=(replace(ROWS[0], number=nasty),)),),
        ),
        pages.later_page(replace(LATER, frame=frame, invoices=(nasty,), consent=nasty)),
    ):
        Structure(html)
        assert "<script" not in html
        assert nasty in words_of(html)
        # A brand colour that is none must not travel into the stylesheet's address.
        assert "brand.css?c=1f5f5b" in html


def test_other_languages_are_a_link_away() -> None:
    assert f'href="{HERE}?lang=de" lang="de"' in pay()
    assert f'href="{HERE}?lang=en" lang="en"' in pay(frame=in_language("de"))
    assert "?lang=de" not in pay(frame=replace(FRAME, here=""))


@pytest.mark.parametrize(
    ("asked", "accept", "fallback", "language"),
    [
        ("de", "en", "en", "de"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "en", "de"),
        (None, "fr,en;q=0.5,de;q=0.7", "en", "de"),
        (None, "de;q=0,en", "de", "en"),
        (None, None, "de", "de"),
        (None, None, "de-CH", "de"),
        ("xx", "fr", "it", "en"),
        ("../../etc", "*;q=x,,;", "", "en"),
        (None, "de;q=" + "9" * 1000, "de", "de"),
    ],
)
def test_language_is_chosen(
    asked: str | None, accept: str | None, fallback: str, language: str
) -> None:
    assert words.choose_language(asked, accept, fallback) == language


def test_country_of_the_reader_decides_how_amounts_look() -> None:
    assert "€ 1.190,50" in words_of(pay(frame=in_language("de-AT")))
    assert '<html lang="de">' in pay(frame=in_language("de-AT"))


def test_brand_css_takes_colours_only() -> None:
    assert "--brand:#8a1c4b" in pages.brand_css("8a1c4b")
    assert pages.brand_css("red;}body{display:none") == pages.brand_css("1f5f5b")
    assert pages.brand_css("") == pages.brand_css("1f5f5b")


def test_policy_lets_the_form_reach_the_provider() -> None:
    policy = pages.content_security_policy(["http://localhost:4581/x", "https://a.example/y?z"])
    assert policy.endswith("form-action 'self' http://localhost:4581 https://a.example")
    assert pages.content_security_policy().endswith("form-action 'self'")
    assert "unsafe" not in policy


def test_assets_are_few_and_small() -> None:
    style = pages.asset("pay.css")
    icon = pages.asset("icon.svg")
    assert style is not None
    assert icon is not None
    assert (style[0], icon[0]) == ("text/css; charset=utf-8", "image/svg+xml")
    assert len((style[1] + icon[1] + pay()).encode()) < 60_000
    assert not re.search(r"url\(|@import|https?:", style[1])
    assert pages.asset("../pages.py") is None
    assert pages.asset("brand.css") is None
