"""The commands about texts: what messages say, in the supplied words or a creditor's own."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from saldo_cli.arguments import Grammar, of_creditor

_PARTS = ("subject", "text", "html", "sms", "letter", "call")
_CHANNELS = ("email", "sms", "letter", "call", "registered")


def add_texts(commands: Grammar) -> None:
    """Add `saldo text …`."""
    group = commands.group(
        "text",
        "read, check and change what messages say",
        "saldo text preview reminder-2 --language nl --sample bundle --supplied",
    )
    _list(group)
    _show(group)
    _preview(group)
    _lint(group)
    _put(group)


def _list(group: Grammar) -> None:
    listed = group.command(
        "list", "texts:list_all", "list a creditor's own texts", "saldo text list --creditor acme"
    )
    of_creditor(listed)


def _show(group: Grammar) -> None:
    show = group.command(
        "show",
        "texts:show",
        "print a text as it was written, with its variables",
        "saldo text show reminder-1 --language de --supplied",
    )
    _which(show)
    _part(show)
    _supplied(show)
    of_creditor(show)


def _preview(group: Grammar) -> None:
    preview = group.command(
        "preview",
        "texts:preview",
        "write a message with invented invoices",
        "saldo text preview final-notice --language fr --supplied --html final-notice.html",
    )
    _which(preview)
    add = preview.add_argument
    add("--channel", choices=_CHANNELS, default="email", help="default: email")
    add("--debtor", choices=("business", "consumer"), default="business")
    add("--country", default="", metavar="CC", help="whose law holds, such as DE")
    add(
        "--sample",
        choices=("one", "bundle", "resumed"),
        default="one",
        help="one invoice; three in two currencies with fees; broken promises",
    )
    add("--html", type=Path, metavar="FILE", help="write the mail's HTML there")
    _supplied(preview)
    of_creditor(preview)


def _lint(group: Grammar) -> None:
    lint = group.command(
        "lint",
        "texts:lint",
        "check a text in a file; or list what the supplied ones say about the law",
        "saldo text lint reminder.txt --message reminder-1 --language de\n  saldo text lint --law",
        on_stack=False,
    )
    add = lint.add_argument
    add("file", type=Path, nargs="?", metavar="FILE", help="the text")
    add("--message", metavar="MESSAGE", help="what it is for, such as reminder-1")
    add("--language", metavar="LL", default="en", help="such as de (default: en)")
    _part(lint)
    add("--law", action="store_true", help="list every legal statement of the supplied texts")


def _put(group: Grammar) -> None:
    put = group.command(
        "put",
        "texts:put",
        "make the text in a file a creditor's own, from now on",
        "saldo text put reminder-1 reminder.txt --language de --creditor acme",
    )
    put.add_argument("message", metavar="MESSAGE", help="such as reminder-1")
    put.add_argument(
        "file", type=Path, metavar="FILE", help="the text; an empty one returns to the supplied"
    )
    put.add_argument("--language", required=True, metavar="LL", help="such as de")
    _part(put)
    put.add_argument("--by", metavar="WHO", help="who wrote it (default: the login name)")
    of_creditor(put)


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("message", metavar="MESSAGE", help="such as reminder-1")
    parser.add_argument("--language", required=True, metavar="LL", help="such as de")


def _part(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--part",
        choices=_PARTS,
        default="text",
        help="text (default) is the mail's plain part, its HTML and the letter",
    )


def _supplied(parser: ArgumentParser) -> None:
    parser.add_argument("--supplied", action="store_true", help="the supplied text; needs no stack")
