"""An account: what it owes and since when, how it pays, what comes next and what happened; and
everything that a collector does about it.
"""

from __future__ import annotations

from datetime import MAXYEAR, date, timedelta
from typing import TYPE_CHECKING, Any, Final

from saldo.accounts.model import PLACED_BY_HAND, Account
from saldo.errors import Invalid, NotFound, TooLarge
from saldo.money import format_amount
from saldo.reminders.kept_words import KeptWords
from saldo.reminders.model import Notice

if TYPE_CHECKING or __package__ != "screens":
    from functions.console.screen import (
        Act,
        Back,
        File,
        InvoicesElsewhere,
        Page,
        Part,
        Screen,
        Shown,
        Visit,
    )
    from functions.console.shown_account import account_shown, facts_of
    from functions.console.timeline import GROUPS, history
else:  # in Lambda this folder is the root of the code
    from screen import (
        Act,
        Back,
        File,
        InvoicesElsewhere,
        Page,
        Part,
        Screen,
        Shown,
        Visit,
    )
    from shown_account import account_shown, facts_of
    from timeline import GROUPS, history

_PROMISE_DAYS: Final = 7
_FILE_MAX: Final = 4_000_000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NothingChosen(Invalid):
    """No invoice was chosen."""

    code = "nothing-chosen"


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
    return Page(
        "account.html",
        {
            "a": shown,
            "history": history(visit, account.number, "", ""),
            "groups": list(GROUPS),
            "group": "",
            "fresh_id": visit.fresh_id(),
            "promise_by": visit.today + timedelta(days=_PROMISE_DAYS),
            "hold_kinds": PLACED_BY_HAND,
            "policies": _policies(visit),
            "facts_of": facts_of,
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

    account = visit.account(visit.query("number"))
    text, cursor = io.StringIO(), ""
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(["at", "type", "what", "by", "invoice", "message", "id"])
    for _ in range(50):
        page = history(visit, account.number, visit.query("group"), cursor)
        for one in page.lines:
            row = [one.at.isoformat(), one.type, one.text, one.by, one.invoice, one.notice, one.id]
            rows.writerow([_plain_cell(cell) for cell in row])
        cursor = page.cursor
        if not cursor:
            break
    data = text.getvalue().encode("utf-8-sig")
    return File(f"{account.number}-history.csv", "text/csv; charset=utf-8", data)


def _plain_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


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
    values = {"account": account, "notice": notice, "subject": subject, "text": text}
    return Page("account_message.html", values)


def why(visit: Visit) -> Shown:
    """Tell why things were sent or held back, and what comes next."""
    account = visit.account(visit.query("number"))
    invoice = visit.query("invoice")
    _check_own(visit, account, invoice)
    explained = visit.services.why.invoice(account.creditor, invoice)
    values = {"account": account, "explained": explained, "facts_of": facts_of}
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
        _check_own(visit, account, invoice)
    packs = visit.services.evidence
    pack = (
        packs.of_invoice(visit.creditor, invoice)
        if invoice
        else packs.of_account(visit.creditor, account.number)
    )
    if len(pack.content) > _FILE_MAX:
        raise PackTooLarge("The pack is too large for a page; fetch it by the command line.")
    name = f"evidence-{invoice or account.number}.zip"
    return File(name.replace("/", "-"), "application/zip", pack.content)


def _here(account: Account) -> str:
    from urllib.parse import urlencode

    return f"account?{urlencode({'number': account.number})}"


def _chosen(visit: Visit) -> list[str]:
    chosen = list(visit.fields.many("invoices"))
    if not chosen:
        raise NothingChosen("Choose at least one invoice.").at("/invoices")
    return chosen


def _mine(visit: Visit, invoices: list[str]) -> Account:
    """Return the account that a form is about; raise where its invoices are another's."""
    account = visit.account(visit.form("number"))
    for number in dict.fromkeys(invoices):
        _check_own(visit, account, number)
    return account


def _check_own(visit: Visit, account: Account, invoice: str) -> None:
    """Raise InvoiceUnknown or InvoicesElsewhere unless an invoice is the account's."""
    if visit.invoice(invoice).account != account.number:
        raise InvoicesElsewhere("These invoices belong to another account.")


def promise(visit: Visit) -> Shown:
    """Take a promise to pay."""
    from saldo.edge.v1 import collection

    invoices = _chosen(visit)
    account = _mine(visit, invoices)
    currency = visit.form("currency")
    amount = visit.amount("amount", currency)
    body: dict[str, Any] = {
        "id": visit.form("id"),
        "invoices": invoices,
        "on": visit.form("on"),
        "note": visit.form("note", 500),
    }
    if amount is not None:
        body |= {"amount": amount, "currency": currency}
    collection.give_promise(visit.ordered, body)
    return Back(_here(account), "promised")


def dispute(visit: Visit) -> Shown:
    """Open a dispute about one invoice."""
    from saldo.edge.v1 import collection

    invoice = visit.form("invoice")
    account = _mine(visit, [invoice])
    currency = visit.form("currency")
    body: dict[str, Any] = {
        "id": visit.form("id"),
        "invoice": invoice,
        "reason": visit.form("reason"),
        "text": visit.form("text", 500),
        "owner": visit.form("owner") or visit.by,
    }
    amount = visit.amount("amount", currency)
    if amount is not None:
        body |= {"amount": amount, "currency": currency}
    if visit.form("deadline"):
        body["deadline"] = visit.form("deadline")
    collection.open_dispute(visit.ordered, body)
    return Back(_here(account), "disputed")


def plan(visit: Visit) -> Shown:
    """Agree on instalments: equal parts, a month apart, the last takes what is left over."""
    from saldo.edge.v1 import collection, reads

    invoices = _chosen(visit)
    account = _mine(visit, invoices)
    found = [reads.invoice(visit.services.store, account.creditor, one) for one in invoices]
    currency, total = found[0].currency, sum(one.open_minor for one in found)
    parts = _parts(total, _whole(visit, "parts", 2, 36))
    days = _days(visit.form("first_on"), len(parts))
    body = {
        "id": visit.form("id"),
        "invoices": invoices,
        "currency": currency,
        "instalments": [
            {"due_on": day.isoformat(), "amount": format_amount(part, currency)}
            for day, part in zip(days, parts, strict=True)
        ],
    }
    collection.make_plan(visit.ordered, body)
    return Back(_here(account), "planned")


class NumberNotReadable(Invalid):
    """A whole number was typed that is none, or out of its bounds."""

    code = "number-not-readable"


class DayNotReadable(Invalid):
    """A day was typed that is none."""

    code = "day-not-readable"


def _whole(visit: Visit, name: str, least: int, most: int) -> int:
    text = visit.form(name)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise NumberNotReadable(f"Give a whole number from {least} to {most}.").at(f"/{name}")
    return int(text)


def _parts(total_minor: int, count: int) -> list[int]:
    """Split a sum into equal parts, the last with what does not divide."""
    part = total_minor // count
    return [part] * (count - 1) + [total_minor - part * (count - 1)]


def _days(first: str, count: int) -> list[date]:
    """Return a day a month from `first` on: the same of each month, or the month's last."""
    from calendar import monthrange

    try:
        start = date.fromisoformat(first)
    except ValueError:
        raise DayNotReadable("Give the day of the first instalment.").at("/first_on") from None
    found = []
    for number in range(count):
        months = start.month - 1 + number
        year, month = start.year + months // 12, months % 12 + 1
        if year > MAXYEAR:
            raise DayNotReadable("That is too far ahead.").at("/first_on")
        found.append(date(year, month, min(start.day, monthrange(year, month)[1])))
    return found


def hold(visit: Visit) -> Shown:
    """Pause reminders: of the account, or of one invoice."""
    from saldo.edge.v1 import orders
    from saldo.edge.v1.parse import read
    from saldo.edge.v1.requests import HoldOrder

    account = visit.account(visit.form("number"))
    invoice = visit.form("invoice")
    if invoice:
        _mine(visit, [invoice])
    body: dict[str, Any] = {
        "on": "invoice" if invoice else "account",
        "number": invoice or account.number,
        "reason": visit.form("reason", 500),
        "kind": visit.form("kind"),
        "owner": visit.by,
    }
    if visit.form("until"):
        body["until"] = visit.form("until")
    parts = visit.services
    orders.place_hold(
        parts.accounts, parts.store, parts.clock, visit.creditor, read(HoldOrder, body), visit.by
    )
    return Back(_here(account), "held")


def resume(visit: Visit) -> Shown:
    """Let reminders go again."""
    from saldo.accounts.service import Target
    from saldo.edge.v1.parse import read
    from saldo.edge.v1.requests import HoldEnd

    account = visit.account(visit.form("number"))
    invoice = visit.form("invoice")
    if invoice:
        _mine(visit, [invoice])
    asked = read(
        HoldEnd,
        {
            "on": "invoice" if invoice else "account",
            "number": invoice or account.number,
            "kind": visit.form("kind"),
        },
    )
    target = Target(account.creditor, account.number, invoice or None)
    visit.services.accounts.resume(target, visit.by, asked.kind)
    return Back(_here(account), "resumed")


def hand_over(visit: Visit) -> Shown:
    """Hand invoices over to an agency, a bailiff or a lawyer."""
    from saldo.edge.v1 import collection

    invoices = _chosen(visit)
    account = _mine(visit, invoices)
    body = {
        "id": visit.form("id"),
        "invoices": invoices,
        "kind": visit.form("kind"),
        "handed_to": visit.form("handed_to"),
        "reason": visit.form("reason", 500),
    }
    collection.open_case(visit.ordered, body)
    return Back(_here(account), "handed-over")


def write(visit: Visit) -> Shown:
    """Write to the debtor: by mail and on their page, in one conversation."""
    from saldo.edge.v1 import threads

    account = visit.account(visit.form("number"))
    body: dict[str, Any] = {
        "account": account.number,
        "id": visit.form("id"),
        "text": visit.form("text", 4000),
    }
    if visit.form("invoice"):
        _mine(visit, [visit.form("invoice")])
        body["invoice"] = visit.form("invoice")
    threads.reply(visit.ordered, body)
    return Back(_here(account), "written")


def write_off(visit: Visit) -> Shown:
    """Give up what is owed on an invoice, or a part of it."""
    from saldo.edge.v1 import charges, reads

    invoice = visit.form("invoice")
    account = _mine(visit, [invoice])
    found = reads.invoice(visit.services.store, account.creditor, invoice)
    amount = visit.amount("amount", found.currency)
    body = {
        "id": visit.form("id"),
        "invoice": invoice,
        "amount": amount or format_amount(found.open_minor, found.currency),
        "currency": found.currency,
        "on": visit.today.isoformat(),
        "reason": visit.form("reason", 500),
    }
    charges.write_off(visit.ordered, body)
    return Back(_here(account), "written-off")


def note(visit: Visit) -> Shown:
    """Write a note."""
    account = visit.account(visit.form("number"))
    visit.services.notes.add(
        account.creditor,
        account.number,
        visit.sent_id(),
        visit.by,
        visit.form("text", 4000),
        pinned=visit.form("pinned") == "yes",
    )
    return Back(_here(account), "noted")


def pin(visit: Visit) -> Shown:
    """Put a note on top, or back among the others."""
    account = visit.account(visit.form("number"))
    visit.services.notes.pin(
        account.creditor,
        account.number,
        visit.form("note"),
        visit.by,
        pinned=visit.form("pinned") == "yes",
    )
    return Back(_here(account))


def call(visit: Visit) -> Shown:
    """Write down a call and what came of it; the task that asked for it is done."""
    from saldo.worklist.calls import CALL_OUTCOMES, CallNotValid, CallOrder

    account = visit.account(visit.form("number"))
    outcome = next((one for one in CALL_OUTCOMES if one == visit.form("outcome")), None)
    if outcome is None:
        raise CallNotValid("Say what came of the call.").at("/outcome")
    order = CallOrder(
        visit.sent_id(),
        visit.by,
        outcome,
        whom=visit.form("whom"),
        text=visit.form("text", 4000),
        task=visit.form("task") or None,
    )
    visit.services.calls.log(account.creditor, account.number, order)
    return Back(_here(account), "called")


def desk(visit: Visit) -> Shown:
    """Say who looks after the account; what is left empty is the rules' to say."""
    account = visit.account(visit.form("number"))
    visit.services.desks.put(
        account.creditor,
        account.number,
        visit.by,
        collector=visit.form("collector") or None,
        sales=visit.form("sales") or None,
        branch=visit.form("branch") or None,
    )
    return Back(_here(account), "looked-after")


def steer(visit: Visit) -> Shown:
    """Say by which policy the account is collected, and whether people follow up."""
    from saldo.edge.v1 import steering

    account = visit.account(visit.form("number"))
    body = {
        "account": account.number,
        "policy": visit.form("policy") or None,
        "follow_up": visit.form("follow_up") or None,
        "reason": visit.form("reason", 500),
    }
    steering.steer(visit.ordered, body)
    return Back(_here(account), "steered")


def allocate(visit: Visit) -> Shown:
    """Pay invoices with credit of the account."""
    from saldo.edge.v1 import money

    invoices = _chosen(visit)
    account = _mine(visit, invoices)
    body = {
        "source": visit.form("source"),
        "invoices": invoices,
        "reason": visit.form("reason", 500) or visit.by,
    }
    money.allocate(visit.ordered, body)
    return Back(_here(account), "allocated")


SCREEN: Final = Screen(
    "account",
    "accounts:read",
    show,
    parts={
        "history": Part("accounts:read", more_history),
        "history.csv": Part("accounts:read", history_file),
        "message": Part("accounts:read", message),
        "why": Part("accounts:read", why),
        "statement": Part("accounts:read", statement),
        "evidence": Part("accounts:read", evidence),
    },
    acts={
        "promise": Act("collect:write", promise),
        "dispute": Act("collect:write", dispute),
        "plan": Act("collect:write", plan),
        "hold": Act("collect:write", hold),
        "resume": Act("collect:write", resume),
        "hand-over": Act("collect:manage", hand_over),
        "write": Act("collect:write", write),
        "write-off": Act("money:write-off", write_off, needs_proof=True),
        "allocate": Act("money:write", allocate),
        "steer": Act("collect:manage", steer),
        "desk": Act("collect:manage", desk),
        "note": Act("collect:write", note),
        "pin": Act("collect:write", pin),
        "call": Act("collect:write", call),
    },
)
