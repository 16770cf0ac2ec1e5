"""Messages in words.

Texts stand in `texts/<message>/<language>.{subject.txt,text.txt,sms.txt}`, whole, beside what a
language says in every message (`texts/shared/<language>.txt`), its script for calls
(`shared/<language>.call.txt`) and its sentences about failed payments
(`payment-failed/<language>.reasons.json`). The text is the mail's plain part, its HTML and the
letter; where paper needs other words there may be a `<language>.letter.txt`. Another language is
more files; a country's variant such as de-AT is a file only where it says something else.

A creditor's own versions come before these (`own.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Any, Final

from markupsafe import Markup, escape

from saldo.messages import gsm7
from saldo.messages.colour import palette
from saldo.messages.engine import TEXTS, Medium, brief, environment, rendered, tidy
from saldo.messages.failures import FailureKind
from saldo.messages.formats import (
    FALLBACK_LANGUAGE,
    amount_text,
    date_text,
    law_text,
    percent_text,
)
from saldo.messages.model import MessageContext, MessageItem, MessageKind, Rendered
from saldo.messages.own import OwnTexts
from saldo.messages.text_record import Part
from saldo.messages.told import QR_CONTENT_ID

SUBJECT_LENGTH_MAX: Final = 78
"""Longer ones are cut off by mail programs, and folded by RFC 5322 (2.1.1)."""

_PREHEADER_LENGTH: Final = 140
"""What mail programs show of a message beside its subject, at most."""


class JinjaRenderer:
    """Renders the texts of this package, and a creditor's own in their stead."""

    def __init__(self, own: OwnTexts | None = None) -> None:
        self._own = own

    def render(self, message: MessageKind, context: MessageContext) -> Rendered:
        """Return the message in the debtor's language, in English if it has no such texts.

        Which parts it has depends on the context's channel (`Rendered`). What a supplied text
        mentions and the context lacks is an error of ours: jinja2.UndefinedError. A creditor's own
        text that fails is told in `problems`, and the supplied one stands in its place.
        """
        writing = _Writing(message, context, self._own)
        if context.channel == "sms":
            return writing.made("", gsm7.to_gsm7(writing.part("sms", "sms")).strip())
        if context.channel == "call":
            return writing.made("", writing.part("call", "call"))
        subject = brief(writing.part("subject", "line"), SUBJECT_LENGTH_MAX)
        if context.channel == "letter":
            return writing.made(subject, writing.part("letter", "letter"))
        return writing.made(subject, writing.part("text", "text"), writing.html(subject))


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that messages speak."""
    return tuple(sorted(p.stem for p in (TEXTS / "shared").glob("*.txt") if "." not in p.stem))


def spoken(tag: str) -> str:
    """Return the language of our texts that is nearest to a BCP 47 tag."""
    for candidate in (tag, tag.partition("-")[0].lower()):
        if candidate in languages():
            return candidate
    return FALLBACK_LANGUAGE


def supplied_name(message: MessageKind, language: str, part: Part) -> str:
    """Return the file below `texts` that a part of a message is made of."""
    if part == "call":
        return f"shared/{language}.call.txt"
    name = f"{message}/{language}.{part}.txt"
    if part in ("letter", "html") and not (TEXTS / name).is_file():
        return f"{message}/{language}.text.txt"
    return name


@dataclass
class _Writing:
    """One message being written, part by part."""

    message: MessageKind
    context: MessageContext
    own_texts: OwnTexts | None

    def __post_init__(self) -> None:
        self.language = spoken(self.context.language)
        self.values = values_of(self.context, self.language)
        self.own: list[str] = []
        self.problems: list[str] = []

    def made(self, subject: str, text: str, html: str = "") -> Rendered:
        return Rendered(subject, text, html, tuple(self.own), tuple(self.problems))

    def part(self, part: Part, medium: Medium) -> str:
        """Return a part in the creditor's own words if there are any that hold, else in ours."""
        written = self._own(part, medium)
        if written is None:
            name = supplied_name(self.message, self.language, part)
            template = environment(self.language, medium).get_template(name)
            written = template.render(self.values)
        return rendered(written, medium)

    def html(self, subject: str) -> str:
        body = self.part("html", "html")
        layout = environment(self.language, "html").get_template("shared/layout.html")
        # Jinja has escaped what came from outside.
        shown = {"body": Markup(body), "preheader": _preheader(body), "subject": subject}  # noqa: S704
        return tidy(layout.render(self.values | shown))

    def _own(self, part: Part, medium: Medium) -> str | None:
        if self.own_texts is None or not self.context.creditor:
            return None
        found = self.own_texts.find(self.context.creditor, self.message, self.language, part)
        if found is None:
            return None
        written = self.own_texts.write_text(found, medium, self.values)
        if written.problem:
            self.problems.append(written.problem)
            return None
        self.own.append(f"{found.part} v{found.version}")
        return written.text


def _preheader(body: str) -> Markup:
    """Return the first sentences after the greeting, which mail programs show in their lists."""
    paragraphs = [p for p in body.split("\n") if p.startswith("<p")]
    words = Markup(paragraphs[1] if len(paragraphs) > 1 else "").striptags()  # noqa: S704
    if len(words) > _PREHEADER_LENGTH:
        words = words[:_PREHEADER_LENGTH].rpartition(" ")[0] + "…"
    return escape(words)


def values_of(context: MessageContext, language: str) -> dict[str, Any]:
    """Return everything that a text may mention."""
    # The whole tag carries the country, which decides how amounts are written.
    tag = context.language if context.language.lower().startswith(language) else language
    money, day = partial(_money, tag), partial(_day, tag)
    items = tuple(_cited(item, tag) for item in context.items)
    totals = _totals(items)
    several = len(items) > 1
    return {
        "language": language,
        "sender": context.sender,
        "account_name": context.account_name,
        "contact_name": context.contact_name,
        "business": context.kind_of_debtor == "business",
        "country": context.country,
        "tone": context.tone,
        "on_paper": context.channel in ("letter", "registered"),
        "items": items,
        "item": next(iter(items), None),
        "count": len(items),
        "several": several,
        "mixed_stages": len({item.stage for item in items}) > 1,
        "totals": totals,
        "total": " + ".join(money(one["asked_minor"], one["currency"]) for one in totals),
        "disputed": " + ".join(
            money(one["disputed_minor"], one["currency"]) for one in totals if one["disputed_minor"]
        ),
        "discount": _discount(items, totals, money),
        "charged": any(item.charges for item in items),
        "earliest_due": min((item.due_on for item in items), default=context.written_on),
        "overdue": any(item.due_on < context.written_on for item in items),
        "written_on": context.written_on,
        "pay_url": context.pay_url,
        "pay_by": context.pay_by,
        "announces_collection": context.announces_collection,
        "next_step": context.next_step,
        "transfer": context.transfer,
        "announced": context.announced,
        "hand_over": context.hand_over,
        "promise": context.promise,
        "dispute": context.dispute,
        "claim": context.claim,
        "service": context.service,
        "portal": context.portal,
        "details": context.details,
        "question": context.question,
        "reply": context.reply,
        "written": context.written,
        "opt_out": context.opt_out,
        "payment": context.payment,
        "failure": context.failure,
        "reason": _reason(context.failure.why, language) if context.failure else None,
        "debit": context.debit,
        "mandate": context.mandate,
        "plan": context.plan,
        "colours": palette(context.sender.brand_colour),
        "qr_content_id": QR_CONTENT_ID,
        "colon": "\u00a0: " if language == "fr" else ": ",
        "money": money,
        "day": day,
        "rate": partial(percent_text, language=tag),
        "is_part": _is_part,
        "brief_rows": partial(_brief_rows, items, money),
    }


def _cited(item: MessageItem, language: str) -> MessageItem:
    """Return an item whose charges name their articles as the reader cites them."""
    if not item.charges:
        return item
    charges = (replace(one, ground=law_text(one.ground, language)) for one in item.charges)
    return replace(item, charges=tuple(charges))


def _totals(items: tuple[MessageItem, ...]) -> list[dict[str, Any]]:
    """Return what is asked for, disputed and charged, per currency; currencies never mix."""
    sums: dict[str, dict[str, Any]] = {}
    for item in items:
        row = sums.setdefault(
            item.currency,
            {"currency": item.currency, "asked_minor": 0, "disputed_minor": 0, "charged_minor": 0},
        )
        row["asked_minor"] += item.asked_minor
        row["disputed_minor"] += item.disputed_minor
        row["charged_minor"] += item.charged_minor
    return list(sums.values())


def _discount(
    items: tuple[MessageItem, ...], totals: list[dict[str, Any]], money: Any
) -> dict[str, Any] | None:
    """Return the cash discount that runs, None if none does: `amount` of all items, `total` what is
    asked for less that, and `until` when the first of them ends.
    """
    ends = [item.discount_until for item in items if item.discount_until and item.discount_minor]
    if not ends:
        return None
    kept: dict[str, int] = {}
    for item in items:
        kept[item.currency] = kept.get(item.currency, 0) + item.discount_minor
    return {
        "until": min(ends),
        "amount": " + ".join(money(minor, currency) for currency, minor in kept.items() if minor),
        "total": " + ".join(
            money(one["asked_minor"] - kept[one["currency"]], one["currency"]) for one in totals
        ),
    }


def _brief_rows(items: tuple[MessageItem, ...], money: Any, before: str) -> list[Any]:
    """Return the invoices as rows of a table, `before` each number."""
    return [
        (f"{before}{item.number}", money(item.open_minor, item.currency), False) for item in items
    ]


def _reason(why: FailureKind, language: str) -> dict[str, str]:
    """Return why a payment failed (`why`) and what to do (`do`), as sentences."""
    reasons: dict[str, dict[str, str]] = _reasons(language)
    return reasons[why]


@cache
def _reasons(language: str) -> Any:
    path = TEXTS / "payment-failed" / f"{language}.reasons.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _money(tag: str, minor: int, currency: str) -> str:
    return amount_text(minor, currency, tag)


def _day(tag: str, day: date) -> str:
    return date_text(day, tag)


def _is_part(item: MessageItem) -> bool:
    return item.open_minor != item.amount_minor
