"""An account: what it owes and since when, how it pays, what comes next and what happened; and
everything that a collector does about it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from saldo.accounts.model import PLACED_BY_HAND
from saldo.errors import NotFound, TooLarge
from saldo.reminders.kept_words import KeptWords
from saldo.reminders.model import Notice
from saldo.reminders.why_words import WhyWords

if TYPE_CHECKING or __package__ != "screens":
    from functions.console import account_acts as acts
    from functions.console import account_agreements as agreements
    from functions.console import account_credit as credit
    from functions.console import account_messages as messages
    from functions.console import account_outside as outside
    from functions.console import account_services as stops
    from functions.console import account_watchers as watchers
    from functions.console.account_begun import begun_of
    from functions.console.account_forms import own
    from functions.console.screen import FILE_BYTES_MAX, Act, File, Page, Part, Screen, Shown, Visit
    from functions.console.shown_account import account_shown
    from functions.console.shown_behaviour import behaviour_shown
    from functions.console.shown_credit import credit_shown
    from functions.console.shown_forecast import forecast_shown
    from functions.console.shown_risk import outside_shown
    from functions.console.shown_steps import step_shown
    from functions.console.stored import told_as
    from functions.console.timeline import GROUPS, history
    from functions.console.told_facts import facts_told
else:  # in Lambda this folder is the root of the code
    import account_acts as acts
    import account_agreements as agreements
    import account_credit as credit
    import account_messages as messages
    import account_outside as outside
    import account_services as stops
    import account_watchers as watchers
    from account_begun import begun_of
    from account_forms import own
    from screen import FILE_BYTES_MAX, Act, File, Page, Part, Screen, Shown, Visit
    from shown_account import account_shown
    from shown_behaviour import behaviour_shown
    from shown_credit import credit_shown
    from shown_forecast import forecast_shown
    from shown_risk import outside_shown
    from shown_steps import step_shown
    from stored import told_as
    from timeline import GROUPS, history
    from told_facts import facts_told

_PROMISE_DAYS: Final = 7
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PackTooLarge(TooLarge):
    """An evidence pack is larger than an answer may be."""

    code = "pack-too-large"


class MessageUnknown(NotFound):
    """There is no such message, or its words are not kept."""

    code = "message-unknown"


def show(visit: Visit) -> Shown:
    """Show the account."""
    account = visit.account(visit.query("number"))
    shown = account_shown(visit, account)
    listed = frozenset(row.item.number for row in shown.rows)
    return Page(
        "account.html",
        {
            "a": shown,
            "credit": credit_shown(visit, account, has_many_items=shown.has_more),
            "services": stops.services_shown(visit, account),
            "b": behaviour_shown(visit, account),
            "f": forecast_shown(visit, account.number),
            "s": step_shown(visit, account),
            "out": outside_shown(visit, account),
            "watching": watchers.watching(visit, account),
            "history": history(visit, account.number, "", ""),
            "groups": list(GROUPS),
            "group": "",
            "fresh_id": visit.fresh_id(),
            "begun": begun_of(visit, account, listed),
            "promise_by": visit.today + timedelta(days=_PROMISE_DAYS),
            "hold_kinds": PLACED_BY_HAND,
            "held_by": WhyWords(visit.t.language).hold,
            "policies": _policies(visit),
        },
    )


def _policies(visit: Visit) -> list[str]:
    """Return the policies that an account may be given; none where that is not the user's."""
    from saldo.reminders.policy import supplied_policies

    if not visit.may("collect:manage"):
        return []
    own = {row.id for row in visit.services.policies.own(visit.creditor.id)}
    return sorted({*own, *supplied_policies()})


def more_history(visit: Visit) -> Shown:
    """Show a page of what happened: filtered, from where the last page ended."""
    account = visit.account(visit.query("number"))
    group, invoice = visit.query("group"), visit.query("invoice")
    found = history(visit, account.number, group, visit.query("before"), invoice)
    values = {
        "account": account,
        "history": found,
        "groups": list(GROUPS),
        "group": group,
        "invoice": invoice,
    }
    return Page("account_history.html", values)


def history_file(visit: Visit) -> Shown:
    """Give what happened as CSV, the last pages of it."""
    import csv
    import io

    from saldo.spreadsheet_cells import harmless

    account = visit.account(visit.query("number"))
    text, cursor = io.StringIO(), ""
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    heads = ("at", "type", "what", "by", "invoice", "message", "id")
    rows.writerow([visit.t(f"account.csv.{name}") for name in heads])
    for _ in range(50):
        page = history(visit, account.number, visit.query("group"), cursor)
        for one in page.lines:
            name = f"what.{one.type}"
            kind = visit.t(name) if visit.t.has(name) else one.type
            row = [one.at.isoformat(), kind, one.text, one.by, one.invoice, one.notice, one.id]
            rows.writerow(map(harmless, row))
        cursor = page.cursor
        if not cursor:
            break
    data = text.getvalue().encode("utf-8-sig")
    return File(f"{account.number}-history.csv", "text/csv; charset=utf-8", data)


def message(visit: Visit) -> Shown:
    """Show a message as it was sent: its words, whom it went to, how it fared."""
    account = visit.account(visit.query("number"))
    store = visit.services.store.relaxed()
    notice = store.get(Notice, *account.key, visit.query("id"))
    if notice is None:
        raise MessageUnknown("There is no such message.")
    kept = store.first(KeptWords, *account.key, notice.id, limit=5)
    own = next((one for one in kept if one.content_hash == notice.content_hash), None)
    subject, text, _ = own.parts if own else (notice.subject or "", "", "")
    stored = told_as(visit.t, notice.outcome)
    outcome = WhyWords(visit.t.language).known(f"withdrawn.{stored}", stored)
    values = {"account": account, "notice": notice, "subject": subject, "text": text}
    values |= {"outcome": outcome}
    return Page("account_message.html", values)


def letter(visit: Visit) -> Shown:
    """Give a letter as it was printed."""
    account = visit.account(visit.query("number"))
    pdf = visit.services.letters.printed(account.creditor, account.number, visit.query("id"))
    return File(f"letter-{account.number}.pdf", "application/pdf", pdf)


def why(visit: Visit) -> Shown:
    """Tell why things were sent or held back, and what comes next."""
    account = visit.account(visit.query("number"))
    invoice = visit.query("invoice")
    own(visit, account, invoice)
    explained = visit.services.why.invoice(account.creditor, invoice, visit.t.language)
    told = partial(facts_told, words=visit.t, time_zone=account.time_zone)
    values = {"account": account, "explained": explained, "facts_of": told}
    return Page("account_why.html", values)


def statement(visit: Visit) -> Shown:
    """Give the statement of account as PDF, XLSX or CSV."""
    account = visit.account(visit.query("number"))
    made = visit.services.statements.of(account)
    name = f"statement-{account.number}"
    kind = visit.query("as")
    if kind == "csv":
        from saldo.reports.statement_csv import csv_of

        return File(f"{name}.csv", "text/csv; charset=utf-8", csv_of(made))
    if kind == "xlsx":
        from saldo.adapters.sheets.statement import workbook

        return File(f"{name}.xlsx", _XLSX, workbook(made, account.language))
    from saldo.reports.account_papers import statement_paper

    paper = statement_paper(visit.creditor, account, account.language, made)
    pdf = visit.services.papers.pdf(paper)
    return File(f"{name}.pdf", "application/pdf", pdf)


def evidence(visit: Visit) -> Shown:
    """Give the evidence pack of the account, or of one invoice."""
    account = visit.account(visit.query("number"))
    invoice = visit.query("invoice")
    if invoice:
        own(visit, account, invoice)
    packs = visit.services.evidence
    pack = (
        packs.of_invoice(visit.creditor, invoice)
        if invoice
        else packs.of_account(visit.creditor, account.number)
    )
    if len(pack.content) > FILE_BYTES_MAX:
        raise PackTooLarge("The pack is too large for a page; fetch it by the command line.")
    name = f"evidence-{invoice or account.number}.zip"
    return File(name.replace("/", "-"), "application/zip", pack.content)


SCREEN: Final = Screen(
    "account",
    "accounts:read",
    show,
    parts={
        "history": Part("accounts:read", more_history),
        "history.csv": Part("accounts:read", history_file),
        "message": Part("accounts:read", message),
        "letter": Part("accounts:read", letter),
        "compose": Part("collect:write", messages.compose),
        "why": Part("accounts:read", why),
        "statement": Part("accounts:read", statement),
        "evidence": Part("accounts:read", evidence),
    },
    acts={
        "promise": Act("collect:write", agreements.promise),
        "dispute": Act("collect:write", agreements.dispute),
        "plan": Act("collect:write", agreements.plan),
        "hold": Act("collect:write", agreements.hold),
        "resume": Act("collect:write", agreements.resume),
        "hand-over": Act("collect:manage", agreements.hand_over),
        "write": Act("collect:write", acts.write),
        "compose": Act("collect:write", messages.preview),
        "compose-mail": Act("collect:write", messages.as_mail),
        "compose-letter": Act("collect:write", messages.as_letter),
        "send": Act("collect:write", messages.send),
        "write-off": Act("money:write-off", acts.write_off, needs_proof=True),
        "allocate": Act("money:write", acts.allocate),
        "steer": Act("collect:manage", acts.steer),
        "credit-limit": Act("collect:manage", credit.limit),
        "credit-insure": Act("collect:manage", credit.insure),
        "credit-propose": Act("collect:manage", credit.propose),
        "credit-decide": Act("collect:manage", credit.decide),
        "credit-block": Act("collect:manage", credit.block),
        "credit-release": Act("collect:manage", credit.release),
        "credit-terms": Act("collect:manage", credit.terms),
        "service-stop": Act("collect:manage", stops.stop),
        "service-release": Act("collect:manage", stops.let_go),
        "company-ids": Act("collect:manage", outside.ids),
        "company-ask": Act("collect:manage", outside.ask),
        "company-decide": Act("collect:manage", outside.decide),
        "desk": Act("collect:manage", acts.desk),
        "note": Act("collect:write", acts.note),
        "pin": Act("collect:write", acts.pin),
        "call": Act("collect:write", acts.call),
        "watch": Act("collect:write", watchers.watch),
        "watch-end": Act("collect:write", watchers.end),
    },
)
