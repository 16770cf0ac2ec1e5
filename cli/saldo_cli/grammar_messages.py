"""The commands about messages that people write by hand."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import Grammar, by_whom, of_creditor


def add_messages(commands: Grammar) -> None:
    """Add the commands about messages by hand."""
    group = commands.group(
        "message",
        "write to a debtor by mail, text message or letter",
        'saldo message send 10001 --channel sms --text "Thank you for calling."',
    )
    listed = group.command(
        "list",
        "messages:list_all",
        "list whom one can write to, texts to begin with, and what was written",
        "saldo message list 10001",
    )
    preview = group.command(
        "preview",
        "messages:preview",
        "show a message as it would leave; nothing is sent",
        'saldo message preview 10001 --channel sms --text "Thank you for calling."',
    )
    send = group.command(
        "send",
        "messages:send",
        "write to a debtor: it leaves once, and is no reminder",
        'saldo message send 10001 --channel email --subject "Our call" --text "As agreed: …"',
    )
    for parser in (preview, send):
        parser.add_argument("--channel", choices=("email", "sms", "letter"), required=True)
        parser.add_argument(
            "--to", metavar="ADDRESS", help="one of `saldo message list` (default: what works)"
        )
        parser.add_argument("--subject", default="", help="of a mail or a letter")
        said = parser.add_mutually_exclusive_group(required=True)
        said.add_argument(
            "--text", metavar="TEXT", help="without salutation and greetings, which are added"
        )
        said.add_argument("--with-text", metavar="ID", help="one of the texts to begin with")
        parser.add_argument(
            "--invoice", metavar="NUMBER", action="append", default=[], help="what it is about"
        )
        parser.add_argument(
            "--document", action="store_true", help="send the invoices' documents along, by mail"
        )
        parser.add_argument(
            "--id", metavar="ID", help="makes a repeat safe: the same id counts once (default: new)"
        )
        by_whom(parser)
    preview.add_argument(
        "--out", type=Path, metavar="FILE.pdf", help="write a letter there as it would be printed"
    )
    for parser in (listed, preview, send):
        parser.add_argument("account", metavar="ACCOUNT")
        of_creditor(parser)
