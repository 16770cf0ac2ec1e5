"""The page that a person opens first in an evidence pack. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from saldo.clock import iso_instant
from saldo.money import Money, format_amount
from saldo.reports.evidence_facts import Facts, Message, proof_of

_PROOFS = {
    "kept": "the words are in this pack; the debtor's copy proves them",
    "paper": "the PDF in this pack is the one that was typeset (its hash is the same)",
    "differs": "the PDF in the outbox is NOT the one that was typeset",
    "missing": "the PDF lies in the outbox no more; its hash is kept",
    "not-kept": "only the hash of the words was kept",
    "never-left": "nothing was handed over",
}
_STYLE = Markup(
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;"
    "color:#1a1a1a}table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ddd}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}code{word-break:break-all}"
)


def index_page(facts: Facts, names: Sequence[str]) -> str:
    """Return the page; `names` are the pack's files."""
    title = escape(f"Evidence: {facts.about}")
    parts = (
        Markup("<h1>{}</h1>").format(title),
        Markup("<p>{} against {}.</p>").format(facts.creditor.name, facts.account.name),
        _section("What is owed", _CLAIMS, _claims(facts), numbers_from=3),
        _section("What was told", _MESSAGES, (_message(m) for m in facts.messages)),
        _section("What was decided", _DECISIONS, _decisions(facts)),
        _section("What the debtor said", _SAID, _said(facts)),
        _section("What was paid", _PAID, _paid(facts)),
        _section("What happened", _HAPPENED, _happened(facts)),
        _HOW_TO_CHECK,
        _section("Files", ("Name",), ([_link(name)] for name in names)),
    )
    body = Markup("\n").join(parts)
    page = Markup(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{}</title>'
        "<style>{}</style></head><body>\n{}\n</body></html>\n"
    )
    return str(page.format(title, _STYLE, body))


_HOW_TO_CHECK = Markup(
    "<h2>How to check</h2><p><code>index.json</code> has the SHA-256 of every file but itself and "
    "this page. A message's <code>content_hash</code> in <code>messages.json</code> was written "
    "into the books before it was handed over: SHA-256 over subject, text and HTML, set apart by "
    "a zero byte. The secret of the pay link is cut out of the words here "
    "(<code>{secret-of-the-pay-link}</code>); with the one from the debtor's copy put back in, "
    "that hash results.</p>"
)

_CLAIMS = ("Invoice", "Issued", "Due", "Amount", "Charged", "Open", "Currency")
_MESSAGES = ("Day", "Message", "By", "To", "State", "Link opened", "Service's id", "Proof")
_DECISIONS = ("Day", "Invoice", "Step", "Outcome", "Reason", "Policy")
_SAID = ("When", "What", "Id", "State", "About")
_PAID = ("Day", "Payment", "Amount", "State", "Provider")
_HAPPENED = ("When", "What", "Id")


def _claims(facts: Facts) -> Iterable[Sequence[object]]:
    for one in facts.invoices:
        minors = (one.amount_minor, one.charged_minor, one.open_minor)
        amounts = [format_amount(minor, one.currency) for minor in minors]
        yield [one.number, one.issued_on, one.due_on, *amounts, one.currency]


def _message(message: Message) -> Sequence[object]:
    notice, opening = message.notice, message.opening
    return [
        notice.planned_for,
        notice.message,
        notice.channel,
        notice.to or "",
        notice.state,
        opening.first_at.date() if opening and opening.first_at else "",
        notice.provider_message_id or "",
        _PROOFS[proof_of(message)],
    ]


def _decisions(facts: Facts) -> Iterable[Sequence[object]]:
    for one in facts.decisions:
        yield [one.day, one.invoice, one.step, one.outcome, one.reason, one.policy]


def _said(facts: Facts) -> Iterable[Sequence[object]]:
    for promise in facts.promises:
        about = ", ".join(promise.invoices)
        yield [iso_instant(promise.given_at), "promise", promise.id, promise.state, about]
    for dispute in facts.disputes:
        at = iso_instant(dispute.opened_at)
        yield [at, f"dispute: {dispute.text}", dispute.id, dispute.state, dispute.invoice]
    for case in facts.cases:
        about = ", ".join(case.invoices)
        at = iso_instant(case.opened_at)
        yield [at, f"handed over to {case.handed_to}", case.id, case.state, about]


def _paid(facts: Facts) -> Iterable[Sequence[object]]:
    for one in facts.payments:
        amount = str(Money(one.amount_minor, one.currency))
        yield [one.received_on or "", one.id, amount, one.state, one.provider]


def _happened(facts: Facts) -> Iterable[Sequence[object]]:
    for one in facts.events:
        yield [iso_instant(one.at), one.type, one.id]


def _link(name: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(name, name)


def _section(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    numbers_from: int | None = None,
) -> Markup:
    found = list(rows)
    if not found:
        return Markup("<h2>{}</h2><p>Nothing.</p>").format(title)
    kinds = [_kind(at, len(columns), numbers_from) for at in range(len(columns))]
    head = _row("th", kinds, columns)
    body = Markup("").join(_row("td", kinds, row) for row in found)
    return Markup("<h2>{}</h2><table>{}{}</table>").format(title, head, body)


def _kind(at: int, columns: int, numbers_from: int | None) -> Markup:
    is_number = numbers_from is not None and numbers_from <= at < columns - 1
    return Markup(' class="n"') if is_number else Markup("")


def _row(tag: str, kinds: Sequence[Markup], cells: Sequence[object]) -> Markup:
    cell = Markup("<{0}{1}>{2}</{0}>")
    made = (cell.format(tag, kind, value) for kind, value in zip(kinds, cells, strict=True))
    return Markup("<tr>{}</tr>").format(Markup("").join(made))
