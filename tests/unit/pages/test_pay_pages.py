"""What payers see, rendered from plain data."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest

from functions.pay.payer import pages, shown, shown_after, words
from functions.pay.payer.agreed import to_read
from functions.pay.payer.discounts import RunningDiscount
from functions.pay.payer.shown import (
    AccountPage,
    Ahead,
    ChargeRow,
    Frame,
    Group,
    OpenRow,
    PastPayment,
    PayPage,
    Typed,
    Ways,
)
from functions.pay.payer.shown_after import AgreedPage, LaterPage, PaidLine, ReturnPage
from functions.pay.payer.shown_aside import (
    Aside,
    Failure,
    GivenAnswer,
    NextInstalment,
    PlanPart,
    SavedMandate,
    Scheduled,
    ShownPlan,
)
from functions.pay.payer.shown_choices import ChoiceRow, PromisePage
from saldo.edge.form_key import FIELD
from saldo.invoices.lines import InvoiceLine
from saldo.messages.formats import locale_of
from saldo.messages.model import Sender
from tests.unit.pages.contact_pages import CONTACT_FORMS, CONTACT_PAGES
from tests.unit.pages.dispute_pages import build_dispute_pages
from tests.unit.pages.portal_pages import PORTAL_FORMS, PORTAL_PAGES
from tests.unit.pages.taken_pages import TAKEN_FORMS, build_taken_pages
from tests.unit.pages.wish_pages import build_wish_pages

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
    (("promise", "calendar"),),
    (GivenAnswer("promise", "4", ("2024/0815",), 119050, "EUR", date(2026, 12, 3), "", True),),
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
OUTCOMES = get_args(shown_after.Outcome)
LANGUAGES = list(words.languages())
FORMS = {f"{HERE}/pay", f"{HERE}/schedule", f"{HERE}/change", f"{HERE}/answer/promise"}
FORMS |= {f"{HERE}/answer/dispute", f"{HERE}/answer/not-received"}
FORMS |= {f"{HERE}/answer/instalments", f"{HERE}/answer/paid"}
VOID = {"meta", "link", "input", "br", "img"}


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
CHOICES = (
    ChoiceRow("2024/0815", date(2026, 11, 30), 119050, "EUR"),
    ChoiceRow("2024/0001", date(2026, 10, 30), 30000, "EUR", is_chosen=False),
)


def promise(**changes: Any) -> str:
    shown = PromisePage(FRAME, PAY.attempt, CHOICES, (DAY, date(2026, 12, 15)), "2026-12-08")
    return pages.answer_page("answers/promise.html", replace(shown, **changes))


DISCOUNTS = {
    "days": RunningDiscount(3572, 115478, date(2026, 12, 3), 12, "3"),
    "tomorrow": RunningDiscount(2976, 116074, date(2026, 11, 22), 1, "2.5"),
    "today": RunningDiscount(2000, 117050, date(2026, 11, 21), 0),
}
MANY = Group(
    "EUR",
    tuple(OpenRow(f"N-{n}", DAY, -10, 100, 100, is_chosen=n == 40) for n in range(60)),
    6000,
    60,
    WAYS,
    unlisted=7,
)
LINES = tuple(PaidLine(f"N-{n}", 1000, n % 3) for n in range(30))

LOGO = "0123456789abcdef0123456789abcdef-180x60"
LONG_NAME = "Donaudampfschifffahrtsgesellschaftsbeispielunternehmen & Söhne GmbH & Co. KG"
CHARGES = (
    ChargeRow(
        "interest",
        date(2026, 11, 20),
        1234,
        "§288 (2) BGB",
        is_law=True,
        days=(date(2026, 11, 3), date(2026, 11, 20)),
        percent="11.27",
    ),
    ChargeRow("flat-sum", date(2026, 11, 20), 4000, "§288 (5) BGB", is_law=True),
    ChargeRow("reminder-fee", date(2026, 11, 21), 250, "Postage of a letter"),
)

OBJECTION = GivenAnswer(
    "dispute", "5", ("2024/0815",), 19050, "EUR", None, "open", can_be_taken_back=True
)
LOOKED_AT = to_read(replace(ASIDE, told="", answers=(), given=()))

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
    **{
        f"pay-discount-{name}": lambda language, running=running: pay(  # type: ignore[misc]
            frame=in_language(language), discount=running, payable_minor=running.pay_minor
        )
        for name, running in DISCOUNTS.items()
    },
    "pay-discount-taken": lambda language: pay(
        frame=in_language(language),
        status="paid",
        open_minor=0,
        payments=(PastPayment(date(2026, 11, 20), 115478, discount_minor=3572),),
    ),
    "account-discount": lambda language: account(
        frame=in_language(language),
        groups=(
            replace(
                GROUP,
                rows=(
                    replace(ROWS[0], discount=DISCOUNTS["days"], payable_minor=115478),
                    *ROWS[1:],
                ),
                discount_minor=3572,
                discount_until=date(2026, 12, 3),
            ),
        ),
    ),
    "pay-error": lambda language: pay(
        frame=in_language(language), typed=Typed("amount-not-readable", "EUR", "abc"), ways=WAYS
    ),
    "pay-arranged": lambda language: pay(
        frame=in_language(language), aside=ASIDE, wait="transfer-announced", wait_until=DAY
    ),
    "pay-charged": lambda language: pay(
        frame=in_language(language),
        status="overdue",
        days_overdue=22,
        debtor="Beispiel AG",
        charged_minor=sum(one.amount_minor for one in CHARGES),
        charges=CHARGES,
        document_url=f"{HERE}/files/01JD7W0000DOCUMENT00000001",
        lines=(
            InvoiceLine("1", "Filter cartridge, ten inches", "10", 100000, "pcs", "100.00", "19"),
            InvoiceLine("2", "Rebate", "1", -42, tax_rate="19"),
        ),
        open_minor=119050 + sum(one.amount_minor for one in CHARGES),
        ahead=Ahead("next", DAY),
        aside=replace(Aside(), answers=(("promise", "calendar"),)),
    ),
    "pay-contested": lambda language: pay(
        frame=in_language(language),
        status="overdue",
        days_overdue=12,
        contested_minor=19050,
        payable_minor=100000,
        ways=WAYS,
        aside=replace(Aside(), answers=(("promise", "calendar"),), given=(OBJECTION,)),
    ),
    "pay-disputed": lambda language: pay(
        frame=in_language(language),
        status="disputed",
        days_overdue=12,
        contested_minor=119050,
        wait="dispute",
        aside=replace(Aside(), given=(replace(OBJECTION, amount_minor=119050),)),
        ahead=Ahead("rest"),
    ),
    **{
        f"pay-plan-{how}": lambda language, how=how: pay(  # type: ignore[misc]
            frame=in_language(language),
            status="plan",
            days_overdue=12,
            wait="plan",
            instalment=NextInstalment(10000, DAY, by_mandate=how == "debit"),
            aside=replace(Aside(), plans=(replace(ASIDE.plans[0], by_mandate=how == "debit"),)),
        )
        for how in ("hand", "debit")
    },
    **{
        f"pay-{status}-waits": lambda language, status=status, wait=wait: pay(  # type: ignore[misc]
            frame=in_language(language), status=status, wait=wait, days_overdue=3
        )
        for status, wait in (("agreed", "payment-scheduled"), ("announced", "transfer-announced"))
    },
    "account-contested": lambda language: account(
        frame=in_language(language),
        groups=(
            replace(
                GROUP,
                rows=(
                    replace(ROWS[0], days_overdue=3, contested_minor=19050, charges_minor=5484),
                    replace(ROWS[1], number="2024/0009", wait="dispute", contested_minor=30000),
                    *ROWS[1:],
                ),
                all_minor=103000,
                charges=tuple(replace(one, invoice="2024/0815") for one in CHARGES),
            ),
        ),
        aside=replace(ASIDE, told="", failure=None),
    ),
    "pay-paper": lambda language: pay(
        frame=in_language(language), open_minor=69050, tells_past=False, ahead=Ahead("rest")
    ),
    "pay-looks": lambda language: pay(
        frame=in_language(language), may_pay=False, ways=WAYS, aside=LOOKED_AT
    ),
    "pay-looks-arranged": lambda language: pay(
        frame=in_language(language), may_pay=False, wait="transfer-announced", wait_until=DAY
    ),
    "pay-settled": lambda language: pay(
        frame=in_language(language),
        status="paid",
        open_minor=0,
        aside=replace(Aside(), answers=(("question", "speech"),)),
    ),
    "account-looks": lambda language: account(
        frame=in_language(language), groups=(GROUP, FRANCS), may_pay=False, aside=LOOKED_AT
    ),
    "account-looks-many": lambda language: account(
        frame=in_language(language), groups=(MANY,), may_pay=False
    ),
    **{
        f"pay-told-{told}": lambda language, told=told: pay(  # type: ignore[misc]
            frame=in_language(language), aside=Aside(told, mail_follows=True)
        )
        for told in ("promise", "dispute", "details", "paid", "question", "instalments-proposed")
    },
    "pay-logo": lambda language: pay(
        frame=replace(
            in_language(language),
            sender=replace(SENDER, logo=LOGO, privacy_url="https://waterworks.example/privacy"),
        )
    ),
    "pay-long": lambda language: pay(
        frame=replace(in_language(language), sender=replace(SENDER, name=LONG_NAME)),
        number="2024/" + "0815" * 12,
        debtor=LONG_NAME,
        amount_minor=123456789012_34,
        open_minor=123456789012_34,
        ways=WAYS,
    ),
    "account-long": lambda language: account(
        frame=replace(in_language(language), sender=replace(SENDER, name=LONG_NAME)),
        debtor=LONG_NAME,
        groups=(
            replace(GROUP, rows=(replace(ROWS[0], number="X" * 40, open_minor=123456789012_34),)),
        ),
    ),
    "account": lambda language: account(
        debtor="Beispiel AG",
        ahead=Ahead("rest", DAY),
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
    "promise": lambda language: promise(frame=in_language(language)),
    "promise-one": lambda language: promise(
        frame=in_language(language), rows=CHOICES[:1], day="tomorrow", error="day-not-readable"
    ),
    "promise-unchosen": lambda language: promise(
        frame=in_language(language), error="nothing-chosen"
    ),
    "link-problem": lambda language: pages.link_problem_page(Frame(language, "", None, "")),
    "trouble": lambda language: pages.trouble_page(in_language(language), HERE),
    "mishap": lambda language: pages.trouble_page(in_language(language), HERE, "mishap"),
    "often": lambda language: pages.trouble_page(in_language(language), "", "often"),
}
ALL_PAGES |= CONTACT_PAGES
ALL_PAGES |= PORTAL_PAGES
ALL_PAGES |= build_dispute_pages(FRAME)
ALL_PAGES |= build_wish_pages(FRAME)
ALL_PAGES |= build_taken_pages(FRAME)
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
    """No inline script or style, nothing from elsewhere: what the policy would block. One page has
    a script, which is served beside it.
    """
    html = ALL_PAGES[name](language)
    structure = Structure(html)
    assert not {"style", "iframe", "object"} & {tag for tag, _ in structure.tags}
    own_script = [{"src": "/live/assets/copy.js", "defer": None}]
    assert structure.all("script") == (own_script if name.startswith("transfer") else [])
    assert not re.search(r"<script[^>]*>[^<]", html)
    for picture in structure.all("img"):
        own = r"(/live)?(/p/\w+/seen|/assets/logo-[0-9a-f]{32}-\d+x\d+\.svg)"
        assert re.fullmatch(own, picture["src"] or "") and picture["alt"] == ""
        assert picture["width"] and picture["height"], "nothing moves when it arrives"
    for tag, attributes in structure.tags:
        assert "style" not in attributes
        assert not any(attribute.startswith("on") for attribute in attributes)
        if tag == "link":
            assert re.match(r"(/live)?/assets/", attributes["href"] or "")
    for form in structure.all("form"):
        assert form["action"] in FORMS | PORTAL_FORMS | CONTACT_FORMS | TAKEN_FORMS
        assert form["method"] == ("get" if form["action"] in TAKEN_FORMS else "post")
    acting = [form for form in structure.all("form") if form["method"] == "post"]
    keys = [field for field in structure.all("input") if field.get("name") == FIELD]
    assert len(keys) == len(acting), "every form that does something carries the page's key"


def test_pages_speak_the_same_keys_in_every_language() -> None:
    texts = {language: words.texts_of(language) for language in words.languages()}
    assert len(texts) >= 2
    every = {language: {_without_form(key) for key in known} for language, known in texts.items()}
    wanted = set.union(*every.values())
    missing = {language: sorted(wanted - keys) for language, keys in every.items()}
    assert not any(missing.values()), missing


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w*)\}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_the_same_figures_and_names(language: str) -> None:
    """A form for one thing may say "1" or the number, as French must: its form covers 0, too."""
    known, english = words.texts_of(language), words.texts_of("en")
    different = {}
    for key, text in known.items():
        base = _without_form(key)
        told = _places(english[key] if base == key else english[f"{base}.other"])
        spared = {"n"} if base != key and not key.endswith(".other") else set()
        if not told - spared <= _places(text) <= told:
            different[key] = (told, _places(text))
    assert different == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_can_count(language: str) -> None:
    """Numbers of things on a page are whole and small; CLDR names the forms that they take."""
    known = words.texts_of(language)
    forms = {locale_of(language).plural_form(number) for number in range(200)} | {"other"}
    counted = {_without_form(key) for key in words.texts_of("en") if _without_form(key) != key}
    assert counted
    missing = {f"{key}.{form}" for key in counted for form in forms} - known.keys()
    assert missing == set(), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_set_like_print(language: str) -> None:
    for key, text in words.texts_of(language).items():
        assert not re.search(r"""['"]|  |\.\.\.|^\s|\s$""", text), (key, text)


def test_no_french_sign_stands_alone_on_a_line() -> None:
    for key, text in words.texts_of("fr").items():
        alone = re.search(r"[^\u202f\u00a0][;:!?»%]|«[^\u202f\u00a0]", text)
        assert not alone, (key, text)


def test_signs_between_words_are_the_languages_own() -> None:
    """A colon stands alone in French and not in German: it belongs into the text."""
    found = {
        path.name: re.findall(r"\}\}[:;?!](?=[ <])", path.read_text("utf-8"))
        for path in words.TEMPLATES.rglob("*.html")
    }
    assert {name: signs for name, signs in found.items() if signs} == {}


def test_a_language_is_added_by_files_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spanish is a copied folder here: it is offered, chosen, and written as Spaniards do."""
    shutil.copytree(words.TEXTS, tmp_path / "texts")
    shutil.copytree(tmp_path / "texts" / "en", tmp_path / "texts" / "es")
    page = tmp_path / "texts" / "es" / "page.json"
    page.write_text(page.read_text("utf-8").replace('"English"', '"Español"'), "utf-8")
    (tmp_path / "texts" / "es" / "answers.json").unlink()
    monkeypatch.setattr(words, "TEXTS", tmp_path / "texts")
    assert words.choose_language(None, "es-ES,es;q=0.9", "de") == "es"
    html = pay(frame=in_language("es"))
    assert 'lang="es"' in html and "1.190,50 € Due on 30 de noviembre" in words_of(html)
    assert 'lang="es" hreflang="es">Español<' in pay(frame=in_language("en"))
    with pytest.raises(AssertionError, match=r"'es': \[.*'answers\.title'"):
        test_pages_speak_the_same_keys_in_every_language()


def _without_form(key: str) -> str:
    return re.sub(r"(?<!error)(?<!next)\.(zero|one|two|few|many|other)$", "", key)


def test_every_text_is_used() -> None:
    source = "".join(path.read_text("utf-8") for path in words.TEMPLATES.rglob("*.html"))
    known = words.texts_of("en")
    heads = tuple(re.findall(r'"([\w.-]+[._-])"', source))  # "paid.how." ~ one
    tails = tuple(re.findall(r'"([._-][\w.-]+)"', source))  # name ~ ".title"
    built = r"^(transfer|documents|error|answered)[._]|\.error\."
    unused = [
        key
        for key in known
        if f'"{_without_form(key)}"' not in source
        and not key.startswith(heads)
        and not key.endswith(tails)
        and not re.search(built, key)
        and key != "language"
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Invoice 2024/0815", "€1,190.50", "Due on 30 November 2026", "Due in 9 days"]),
        ("de", ["Rechnung 2024/0815", "1.190,50 €", "Fällig am 30. November", "In 9 Tagen"]),
        ("fr", ["Facture 2024/0815", "1 190,50 €", "Échéance le 30 novembre", "dans 9 jours"]),
        ("nl", ["Factuur 2024/0815", "€ 1.190,50", "Vervaldatum 30 november", "Nog 9 dagen"]),
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
    amount = words.Words(language).field(119050, "EUR")
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


def test_who_may_only_look_finds_no_form_on_any_page() -> None:
    for name in ("pay-looks", "pay-looks-arranged", "account-looks", "account-looks-many"):
        assert "<form" not in ALL_PAGES[name]("en") and "<button" not in ALL_PAGES[name]("en")


def test_every_word_of_mails_goes_with_a_word_that_needs_none() -> None:
    texts = words.texts_of("en")
    mailed = {key.removeprefix("mailed.") for key in texts if key.startswith("mailed.")}
    assert {f"told.{name}" for name in mailed} <= texts.keys()
    promising = [key for key in texts if key.startswith("told.") and "by e-mail" in texts[key]]
    assert promising == ["told.not-received"], "which is offered only where a mail goes"


def test_other_languages_are_a_link_away() -> None:
    assert f'href="{HERE}?lang=de" lang="de"' in pay()
    assert f'href="{HERE}?lang=en" lang="en"' in pay(frame=in_language("de"))
    assert "?lang=de" not in pay(frame=replace(FRAME, here=""))


@pytest.mark.parametrize(
    ("asked", "accept", "fallback", "language"),
    [
        ("de", "en", "en", "de"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "en", "de"),
        (None, "it,en;q=0.5,de;q=0.7", "en", "de"),
        (None, "fr-BE,nl-BE;q=0.9,en;q=0.8", "de", "fr"),
        (None, None, "nl-BE", "nl"),
        (None, "de;q=0,en", "de", "en"),
        (None, None, "de", "de"),
        (None, None, "de-CH", "de"),
        ("xx", "sv", "it", "en"),
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
