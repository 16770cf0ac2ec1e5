"""The commands about what payers asked."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, by_whom, of_creditor


def add_threads(commands: Grammar) -> None:
    """Add the commands about questions."""
    group = commands.group("thread", "see and answer what payers ask", "saldo thread list")
    several = group.command(
        "list",
        "threads:list_all",
        "list the conversations in which a payer waits for an answer, the longest wait first",
        "saldo thread list",
    )
    several.add_argument(
        "--open", action="store_true", help="those that wait, which is what is listed anyway"
    )
    show = group.command(
        "show",
        "threads:show",
        "show what was asked and answered about an account",
        "saldo thread show 10001",
    )
    reply = group.command(
        "reply",
        "threads:reply",
        "answer a payer: by mail, and on the page",
        'saldo thread reply 10001 --text "They are those of order B-4711."',
    )
    reply.add_argument("--text", required=True, metavar="TEXT", help="as the payer reads it")
    reply.add_argument(
        "--invoice", metavar="NUMBER", help="what it is about (default: what was asked about last)"
    )
    reply.add_argument(
        "--id", metavar="ID", help="makes a repeat safe: the same id counts once (default: new)"
    )
    close = group.command(
        "close",
        "threads:close",
        "say that nothing is to be answered",
        "saldo thread close 10001",
    )
    for parser in (show, reply, close):
        parser.add_argument("account", metavar="ACCOUNT")
    for parser in (reply, close):
        by_whom(parser)
    for parser in (several, show, reply, close):
        of_creditor(parser)
