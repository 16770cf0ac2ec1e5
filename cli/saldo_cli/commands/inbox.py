"""`saldo inbox …`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from saldo.accounts.model import Account
from saldo.clock import local_day
from saldo.edge.v1 import mails as render
from saldo.edge.v1 import threads as entries
from saldo.inbox.answering import Answer
from saldo.inbox.model import ReplyTextUnknown
from saldo.inbox.replies import filled
from saldo_cli.commands._common import cloud_of, creditor_of, new_id, who
from saldo_cli.output import Output
from saldo_cli.problems import OK

if TYPE_CHECKING:
    from saldo.inbox.service import ShownMail
    from saldo.wiring import Services

LISTED_MAX = 200


def list_all(options: Namespace, out: Output) -> int:
    """List mails of a state."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    found = _of_state(services, creditor.id, options.state)
    if options.mine:
        found = [one for one in found if one.assigned_to == who(options)]
    out.result([render.mail(one) for one in found])
    if not found:
        out.say("There is no such mail.")
        return OK
    out.table(
        "",
        ("mail", "of", "from", "account", "state", "assigned to", "subject"),
        [
            (
                one.mail.id,
                str(local_day(one.mail.at, creditor.time_zone)),
                one.mail.from_address or "?",
                one.mail.account or ", ".join(one.mail.suggested[:3]),
                one.state,
                one.assigned_to or "",
                one.mail.subject[:60],
            )
            for one in found
        ],
    )
    return OK


def _of_state(services: Services, creditor: str, state: str) -> list[ShownMail]:
    inbox = services.inbox
    if state == "triage":
        return inbox.triage(creditor, LISTED_MAX)
    if state == "all":
        return inbox.recent(creditor, LISTED_MAX)[0]
    return [*inbox.open(creditor, LISTED_MAX)]


def show(options: Namespace, out: Output) -> int:
    """Show a mail."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    shown = services.inbox.get(creditor.id, options.mail)
    mail = shown.mail
    proven = "" if mail.is_proven else " (not proven)"
    lines = [
        f"[bold]{escape(mail.subject or '(no subject)')}[/] is [bold]{shown.state}[/].",
        f"from {escape(mail.from_name)} <{escape(mail.from_address or '?')}>{proven}",
        f"account {escape(mail.account or '?')}, invoice {escape(mail.invoice or '?')}",
    ]
    if mail.why:
        lines.append(f"waits for a person: {mail.why}")
    lines += [f"  {one.kind}: {escape(one.text)} → {escape(one.account)}" for one in mail.because]
    lines += ["", escape(mail.text)]
    lines += [
        f"  file {one.part}: {escape(one.name)}, {one.size} bytes, {one.verdict} {one.why}".rstrip()
        for one in mail.files
    ]
    if options.save:
        Path(options.save).write_bytes(services.inbox.raw(creditor.id, mail.id))
        lines.append(f"Saved as it came: {escape(options.save)}. Open it with care.")
    out.result(render.mail(shown), *lines)
    return OK


def answer(options: Namespace, out: Output) -> int:
    """Answer a mail."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    text = options.text
    if text is None:
        text = _from_starter(services, creditor.id, options)
    order = Answer(
        options.id or new_id(services),
        text,
        who(options),
        options.invoice,
        with_document=options.document,
    )
    made = services.mail_answers.answer(creditor, options.mail, order)
    out.result(entries.entry(made), "Answered; it leaves by mail, as an answer to that mail.")
    return OK


def _from_starter(services: Services, creditor: str, options: Namespace) -> str:
    mail = services.inbox.get(creditor, options.mail).mail
    account = services.store.get(Account, creditor, mail.account or "")
    language = account.language if account else mail.language or "en"
    for one in services.reply_texts.offered(creditor, language):
        if one.id == options.with_text:
            return filled(one.body, invoice=options.invoice or mail.invoice, name=mail.from_name)
    raise ReplyTextUnknown(f"There is no text {options.with_text!r} in {language!r}.")


def assign(options: Namespace, out: Output) -> int:
    """Say who sees to a mail."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    shown = services.inbox.assign(creditor, options.mail, options.to, who(options))
    told = f"{escape(options.to)} sees to it." if options.to else "Nobody sees to it."
    out.result(render.mail(shown), told)
    return OK


def close(options: Namespace, out: Output) -> int:
    """Say that nothing is to be done."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    shown = services.inbox.close(creditor, options.mail, who(options), spam=options.spam)
    out.result(render.mail(shown), f"It is {shown.state} now.")
    return OK


def reopen(options: Namespace, out: Output) -> int:
    """Open a mail again."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    shown = services.inbox.reopen(creditor, options.mail, who(options))
    out.result(render.mail(shown), f"It is {shown.state} now.")
    return OK


def triage(options: Namespace, out: Output) -> int:
    """Say which account a mail belongs to."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    services.inbox.file(
        creditor,
        options.mail,
        options.account,
        who(options),
        learn=options.learn,
        moves=options.move,
    )
    shown = services.inbox.get(creditor.id, options.mail)
    out.result(render.mail(shown), "It stands in the account's conversation.")
    return OK


def texts(options: Namespace, out: Output) -> int:
    """List the texts to answer with, or keep one."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services).id
    if options.put:
        services.reply_texts.put(
            creditor,
            options.put,
            options.language,
            options.title or options.put,
            options.body,
            who(options),
        )
    found = services.reply_texts.offered(creditor, options.language)
    out.result([render.starter(one) for one in found])
    out.table(
        "",
        ("id", "title", "own", "text"),
        [(one.id, one.title, "yes" if one.is_own else "", one.body[:80]) for one in found],
    )
    return OK
