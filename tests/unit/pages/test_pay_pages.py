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

from functions.pay import pages
from functions.pay.pages import Frame, PastPayment, PayPage, ReturnPage
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
    number="2024/0815",
    currency="EUR",
    amount_minor=119050,
    open_minor=0,
    allocated_minor=119050,
    received_on=date(2026, 11, 21),
    reason="The bank declined the payment.",
)
STATUSES = get_args(pages.Status)
OUTCOMES = get_args(pages.Outcome)
LANGUAGES = list(pages.languages())
VOID = {"meta", "link", "input", "br"}


def pay(**changes: Any) -> str:
    return pages.pay_page(replace(PAY, **changes))


def back(**changes: Any) -> str:
    return pages.return_page(replace(RETURN, **changes))


def words_of(html: str) -> str:
    body = re.sub(r"<head>.*?</head>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def in_language(language: str) -> Frame:
    return replace(FRAME, language=language)


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
    "pay-error": lambda language: pay(frame=in_language(language), error="amount-not-readable"),
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
        assert form["action"] == f"{HERE}/pay"
        assert form["method"] == "post"


def test_pages_speak_the_same_keys_in_every_language() -> None:
    texts = {path.stem: json.loads(path.read_text("utf-8")) for path in pages._TEXTS.glob("*.json")}
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
    return (
        re.sub(r"\.(zero|one|two|few|many|other)$", "", key) if key[:3] in {"due", "ove"} else key
    )


def test_every_text_is_used() -> None:
    source = "".join(
        path.read_text("utf-8")
        for path in [*(pages._HERE / "templates").glob("*.html"), pages._HERE / "pages.py"]
    )
    known = json.loads((pages._TEXTS / "en.json").read_text("utf-8"))
    built = r"^(status|error|return|link|trouble|due_in|overdue)[._]"
    unused = [key for key in known if f'"{key}"' not in source and not re.match(built, key)]
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
    html = pay(frame=in_language(language), error=code, typed_amount='1"2<3')
    structure = Structure(html)
    (field,) = [found for found in structure.all("input") if found["name"] == "amount"]
    assert field["value"] == '1"2<3'
    assert field["aria-invalid"] == "true"
    assert "amount-error" in (field["aria-describedby"] or "")
    assert "open" in structure.all("details")[0]
    amount = "1.190,50" if language == "de" else "1,190.50"
    (said,) = re.findall(r'id="amount-error".*?<span>(.*?)</span>', html, flags=re.DOTALL)
    assert amount in said


def test_unknown_error_is_said_in_general_words() -> None:
    assert "Nothing was booked; please try once more." in words_of(pay(error="attempt-not-valid"))


@pytest.mark.parametrize(
    ("changes", "words", "not_words"),
    [
        ({}, ["€1,190.50 has arrived", "confirmation", "Still open €0.00"], ["credit", "the rest"]),
        (
            {"amount_minor": 50000, "allocated_minor": 50000, "open_minor": 69050},
            ["€500.00 has arrived", "Still open €690.50", "Pay the rest"],
            ["credit"],
        ),
        (
            {"amount_minor": 130000, "credit_minor": 10950},
            ["Amount paid €1,300.00", "Booked on this invoice €1,190.50", "credit €109.50"],
            ["Pay the rest"],
        ),
        ({"email_follows": False}, ["has arrived"], ["confirmation"]),
        ({"outcome": "processing"}, ["on its way", "See how it stands"], ["arrived and"]),
        ({"outcome": "failed"}, ["The bank declined the payment.", "Try again"], ["Thank you"]),
        ({"outcome": "failed", "reason": None}, ["Nothing was booked", "Try again"], ["declined"]),
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
        back(frame=frame, number=nasty, reason=nasty, outcome="failed"),
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
    assert pages.choose_language(asked, accept, fallback) == language


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
