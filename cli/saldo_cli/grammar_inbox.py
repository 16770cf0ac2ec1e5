"""The commands about payers' mails."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, by_whom, of_creditor


def add_inbox(commands: Grammar) -> None:
    """Add the commands about mails."""
    group = commands.group("inbox", "see and answer what payers write by mail", "saldo inbox list")
    several = group.command(
        "list",
        "inbox:list_all",
        "list mails: those that somebody must say whose they are, unless another state is named",
        "saldo inbox list --state open",
    )
    several.add_argument(
        "--state",
        choices=("triage", "open", "all"),
        default="triage",
        help="triage; open: a payer waits for an answer; all: the newest",
    )
    several.add_argument("--mine", action="store_true", help="only those assigned to --by")
    show = group.command(
        "show",
        "inbox:show",
        "show a mail, what speaks for which account, and its files",
        "saldo inbox show 01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    )
    show.add_argument("--save", metavar="FILE", help="save the mail as it came")
    answer = group.command(
        "answer",
        "inbox:answer",
        "answer a mail: once, as an answer to it",
        'saldo inbox answer 01M6ZT3W0H8M5V2Y7S4K1P9QDB --text "It is on its way."',
    )
    words = answer.add_mutually_exclusive_group(required=True)
    words.add_argument("--text", metavar="TEXT", help="without salutation and greetings")
    words.add_argument(
        "--with-text", metavar="ID", help="the text of this id, of `saldo inbox texts`"
    )
    answer.add_argument(
        "--invoice", metavar="NUMBER", help="what it is about (default: what the mail is about)"
    )
    answer.add_argument(
        "--document", action="store_true", help="the invoice's document goes with it"
    )
    answer.add_argument(
        "--id", metavar="ID", help="makes a repeat safe: the same id counts once (default: new)"
    )
    assign = group.command(
        "assign",
        "inbox:assign",
        "say who sees to a mail",
        "saldo inbox assign 01M6ZT3W0H8M5V2Y7S4K1P9QDB anna",
    )
    close = group.command(
        "close",
        "inbox:close",
        "say that nothing is to be done about a mail",
        "saldo inbox close 01M6ZT3W0H8M5V2Y7S4K1P9QDB --spam",
    )
    close.add_argument("--spam", action="store_true", help="it is nobody's business")
    reopen = group.command(
        "reopen",
        "inbox:reopen",
        "open a mail again",
        "saldo inbox reopen 01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    )
    triage = group.command(
        "triage",
        "inbox:triage",
        "say which account a mail belongs to",
        "saldo inbox triage 01M6ZT3W0H8M5V2Y7S4K1P9QDB 10001 --learn",
    )
    texts = group.command(
        "texts",
        "inbox:texts",
        "list the texts to answer with, or keep one of your own",
        'saldo inbox texts de --put on-its-way --title "Unterwegs" --body "Die Ware kommt morgen."',
    )
    texts.add_argument("language", metavar="LANGUAGE", help="of two letters: de, en, nl, fr …")
    texts.add_argument("--put", metavar="ID", help="keep a text under this id")
    texts.add_argument("--title", metavar="TEXT", help="as the list shows it")
    texts.add_argument(
        "--body", metavar="TEXT", default="", help="the text; none takes it out of the list"
    )
    for parser in (show, answer, assign, close, reopen, triage):
        parser.add_argument("mail", metavar="MAIL", help="the mail's id")
    assign.add_argument(
        "to", metavar="NAME", nargs="?", help="who sees to it (default: nobody any more)"
    )
    triage.add_argument("account", metavar="ACCOUNT")
    triage.add_argument(
        "--learn", action="store_true", help="the sender's next mails belong there, too"
    )
    triage.add_argument(
        "--move", action="store_true", help="it stands in another account by mistake"
    )
    for parser in (several, answer, assign, close, reopen, triage, texts):
        by_whom(parser)
    for parser in (several, show, answer, assign, close, reopen, triage, texts):
        of_creditor(parser)
