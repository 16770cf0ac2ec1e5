"""The commands about files that come in."""

from __future__ import annotations

from pathlib import Path

from saldo_cli.arguments import Grammar, a_number, a_switch, of_creditor

_KINDS = ("customer-number", "reference", "vat-id", "electronic-address", "e-mail")


def add_intake(commands: Grammar) -> None:
    """Add `saldo document …`, `saldo upload …` and `saldo intake …`."""
    _documents(commands.group("document", "send documents", "saldo document push 2026-1001.xml"))
    _uploads(
        commands.group(
            "upload", "see what became of files that came in", "saldo upload list --creditor acme"
        )
    )
    _intake(
        commands.group(
            "intake", "say how documents are taken", "saldo intake set --create-accounts on"
        )
    )


def _documents(group: Grammar) -> None:
    push = group.command(
        "push",
        "uploads:push",
        "send electronic invoices or other files over the API, as an ERP does",
        "SALDO_API_KEY=saldo_… saldo document push 2026-1001.xml 2026-1002.pdf",
    )
    push.add_argument("file", nargs="+", type=Path, metavar="FILE", help="XML, or a PDF with it")
    push.add_argument("--source", default="default", metavar="NAME", help="where they come from")
    push.add_argument("--api-key", metavar="KEY", help="default: SALDO_API_KEY")
    push.add_argument(
        "--url",
        metavar="URL",
        help="the API's address (default: SALDO_PUBLIC_URL, else the stack's)",
    )


def _uploads(group: Grammar) -> None:
    show = group.command(
        "show",
        "uploads:show",
        "tell what became of a file",
        "saldo upload show 9b1c0e6f2a7d4358b6a0c1d2e3f40516",
    )
    waiting = group.command(
        "list",
        "uploads:list_waiting",
        "list the files that wait for something",
        "saldo upload list",
    )
    again = group.command(
        "again",
        "uploads:again",
        "try a file again, with what it lacked",
        "saldo upload again 9b1c0e6f2a7d4358b6a0c1d2e3f40516 --account 10001",
    )
    for parser in (show, again):
        parser.add_argument("id", metavar="ID", help="as the API, 'list' or a report told it")
    again.add_argument("--account", metavar="NUMBER", help="the buyer is this account; remembered")
    again.add_argument("--invoice", metavar="NUMBER", help="it credits or corrects this invoice")
    again.add_argument(
        "--stands-alone", action="store_true", help="it corrects none: it is one of its own"
    )
    for parser in (show, waiting, again):
        of_creditor(parser)


def _intake(group: Grammar) -> None:
    show = group.command("show", "intake:show", "show how documents are taken", "saldo intake show")
    change = group.command(
        "set",
        "intake:change",
        "say how documents are taken",
        "saldo intake set --seller DE123456789 --mail-domain acme.example --due-days 14",
    )
    add = change.add_argument
    add(
        "--seller",
        action="append",
        metavar="NAME|ID|none",
        help="how documents may name you, once each (default: your name alone)",
    )
    add(
        "--buyer-by",
        action="append",
        choices=_KINDS,
        help="by what an account is found, once each, in this order (default: all)",
    )
    add(
        "--create-accounts",
        type=a_switch,
        metavar="on|off",
        help="whether an unknown buyer becomes an account (off)",
    )
    add(
        "--due-days",
        type=a_number(0),
        metavar="N",
        help="until documents are due that do not say so (30)",
    )
    add(
        "--already-sent",
        type=a_switch,
        metavar="on|off",
        help="whether debtors have these invoices from elsewhere (off)",
    )
    add(
        "--mail-domain",
        action="append",
        metavar="DOMAIN|none",
        help="who may mail documents, once each (default: nobody)",
    )
    address = group.command(
        "address",
        "intake:address",
        "make the address that documents are mailed to; it is shown once",
        "saldo intake address",
    )
    address.add_argument(
        "--close", action="store_true", help="close the address instead: nothing is taken any more"
    )
    buyer = group.command(
        "buyer",
        "intake:buyer",
        "say which account a buyer is that documents name so",
        "saldo intake buyer vat-id NL123456789B01 10001",
    )
    buyer.add_argument("kind", choices=_KINDS)
    buyer.add_argument("value", metavar="VALUE", help="as documents write it")
    buyer.add_argument("account", metavar="ACCOUNT")
    buyer.add_argument("--by", metavar="NAME", help="who says it (default: your login name)")
    for parser in (show, change, address, buyer):
        of_creditor(parser)
