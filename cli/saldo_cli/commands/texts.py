"""`saldo text …`: what messages say."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast, get_args

from rich.markup import escape

from saldo.codec import encode
from saldo.messages.engine import TEXTS
from saldo.messages.lint import Finding, legal_statements
from saldo.messages.lint import lint as lint_text
from saldo.messages.model import MessageContext, MessageKind, Rendered, Sender
from saldo.messages.own import OwnTexts
from saldo.messages.render import JinjaRenderer, languages, supplied_name
from saldo.messages.samples import SAMPLES
from saldo.messages.text_record import MessageText, Part
from saldo_cli.commands._common import cloud_of, creditor_of, who
from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED, UsageProblem


def list_all(options: Namespace, out: Output) -> int:
    """List a creditor's own texts, the latest version of each."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    texts = services.own_texts.latest(creditor.id)
    out.table(
        f"Own texts of {creditor.id}",
        ["message", "language", "part", ">version", "written", "by", ""],
        [
            [
                text.message,
                text.language,
                text.part,
                str(text.version),
                f"{text.written_at:%Y-%m-%d %H:%M}",
                text.written_by,
                "" if text.body else "returned to the supplied text",
            ]
            for text in texts
        ],
    )
    if not texts:
        out.say(f"[bold]{escape(creditor.id)}[/] writes in the supplied texts.")
    if out.as_json:
        out.json([encode(text) for text in texts])
    return OK


def show(options: Namespace, out: Output) -> int:
    """Print a text as it was written."""
    message, language = _message(options.message), _language(options.language)
    own = None
    if not options.supplied:
        services = cloud_of(options).services
        creditor = creditor_of(options, services)
        own = services.own_texts.find(creditor.id, message, language, options.part)
    name = supplied_name(message, language, options.part)
    body = own.body if own else (TEXTS / name).read_text(encoding="utf-8")
    origin = f"version {own.version} of {own.creditor}" if own else name
    if out.as_json:
        out.json({"from": origin, "body": body})
        return OK
    out.say(f"[dim]{escape(origin)}[/]\n")
    out.say(escape(body.rstrip()))
    return OK


def preview(options: Namespace, out: Output) -> int:
    """Write a message with invented invoices; 1 if the creditor's own text fails."""
    message, language = _message(options.message), _language(options.language)
    context = replace(
        SAMPLES[options.sample],
        language=options.language,
        channel=options.channel,
        kind_of_debtor=options.debtor,
        country=options.country.upper(),
    )
    renderer = JinjaRenderer()
    if not options.supplied:
        context, renderer = _as_creditor(options, context)
    made = renderer.render(message, context)
    if options.html is not None:
        _write(options.html, made)
    _print(made, language, out)
    return REFUSED if made.problems else OK


def lint(options: Namespace, out: Output) -> int:
    """Check a text, or list what the supplied ones say about the law."""
    if options.law:
        return _law(out)
    if options.file is None or options.message is None:
        raise UsageProblem(
            "Nothing to check.", "Name a file and its --message, or list the law with --law."
        )
    text = _text(options, options.file, "draft", "draft")
    found = lint_text(text)
    _report(found, out)
    return REFUSED if any(one.severity == "error" for one in found) else OK


def put(options: Namespace, out: Output) -> int:
    """Keep a text as the creditor's own, unless something is wrong with it."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    text = _text(options, options.file, creditor.id, who(options))
    found = lint_text(text) if text.body else []
    if any(one.severity == "error" for one in found):
        _report(found, out)
        return REFUSED
    kept = services.own_texts.put(replace(text, written_at=services.clock.now()))
    what = f"{kept.message}, {kept.language}, {kept.part}"
    out.result(
        encode(kept),
        *[f"[yellow]{escape(one.sentence)}[/]" for one in found],
        f"[bold]{escape(creditor.id)}[/] writes {escape(what)} in its own words, "
        f"version {kept.version}."
        if kept.body
        else f"[bold]{escape(creditor.id)}[/] writes {escape(what)} in the supplied words again.",
    )
    return OK


def _as_creditor(
    options: Namespace, context: MessageContext
) -> tuple[MessageContext, JinjaRenderer]:
    """Return the context with the creditor as its sender, and a renderer of its own texts."""
    services = cloud_of(options).services
    creditor = creditor_of(options, services)
    sender = Sender(
        creditor.name,
        creditor.address,
        creditor.imprint,
        creditor.brand_colour,
        creditor.reply_to,
    )
    own: OwnTexts = services.own_texts
    return replace(context, sender=sender, creditor=creditor.id), JinjaRenderer(own)


def _print(made: Rendered, language: str, out: Output) -> None:
    if out.as_json:
        out.json({**encode(made), "language": language})
        return
    if made.subject:
        out.say(f"[bold]{escape(made.subject)}[/]\n")
    out.say(escape(made.text.rstrip()))
    for problem in made.problems:
        out.say(f"\n[yellow]The supplied text stood in: {escape(problem)}[/]")


def _write(path: Path, made: Rendered) -> None:
    if not made.html:
        raise UsageProblem("Only a mail has HTML.", "Choose --channel email.")
    try:
        path.write_text(made.html, encoding="utf-8")
    except OSError as error:
        raise UsageProblem(f"{path} cannot be written: {error.strerror}.") from error


def _law(out: Output) -> int:
    found = legal_statements()
    out.table(
        "Statements about the law, for review",
        ["text", ">line", "law", "why"],
        [[one.file, str(one.line), one.law, one.why] for one in found],
    )
    if out.as_json:
        out.json([encode(one) for one in found])
    return OK


def _report(found: list[Finding], out: Output) -> None:
    out.result(
        [encode(one) for one in found],
        *[
            f"[{'red' if one.severity == 'error' else 'yellow'}]{one.severity}[/] "
            f"{one.code}: {escape(one.sentence)}"
            for one in found
        ],
        *([] if found else ["Nothing is wrong with it."]),
    )


def _text(options: Namespace, path: Path, creditor: str, author: str) -> MessageText:
    try:
        body = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{path} cannot be read: {error}.") from error
    part: Part = options.part
    message, language = _message(options.message), _language(options.language)
    body = body.strip("\n")
    return MessageText(creditor, message, language, part, 0, body, author, datetime.now(UTC))


def _message(name: str) -> MessageKind:
    if name not in get_args(MessageKind):
        known = ", ".join(get_args(MessageKind))
        raise UsageProblem(f"There is no message {name!r}.", f"Known: {known}.")
    return cast(MessageKind, name)


def _language(tag: str) -> str:
    """Return the language of our texts for a tag such as "de-AT"."""
    language = tag.partition("-")[0].lower()
    if language not in languages():
        raise UsageProblem(f"No texts speak {tag!r}.", f"Known: {', '.join(languages())}.")
    return language
