"""The commands about the audit log and personal data."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, by_whom, of_creditor


def add_privacy(commands: Grammar) -> None:
    """Add the commands about the audit log and personal data."""
    _audit(
        commands.group("audit", "see who did what, and that nobody changed it", "saldo audit show")
    )
    _privacy(
        commands.group(
            "privacy", "hand out or erase what is held about somebody", "saldo privacy status"
        )
    )


def _audit(group: Grammar) -> None:
    show = group.command(
        "show",
        "audit:show",
        "list who did what, the last first",
        "saldo audit show --account 10001",
    )
    show.add_argument("--account", metavar="NUMBER", help="about this account alone")
    show.add_argument("--month", metavar="YYYY-MM", help="of --account (default: this month)")
    show.add_argument(
        "--what", default="", metavar="TYPE", help="of --account: types that begin so (access.)"
    )
    show.add_argument("--before", type=int, metavar="ENTRY", help="below this entry")
    show.add_argument("--limit", type=int, default=50, metavar="N", help="so many (default: 50)")
    verify = group.command(
        "verify",
        "audit:check",
        "walk the chain, recompute it, and compare it with the events and the anchors; exit 1 when "
        "anything differs",
        "saldo audit verify",
    )
    verify.add_argument(
        "--from", dest="first", type=int, default=1, metavar="ENTRY", help="begin here (default: 1)"
    )
    catch_up = group.command(
        "catch-up",
        "audit:catch_up",
        "append events that never arrived, those from before the log included, and anchor the head",
        "saldo audit catch-up",
    )
    for parser in (verify, catch_up):
        parser.add_argument(
            "--creditor",
            metavar="ID",
            help='whose chain, "*" for the installation\'s (default: every one)',
        )
    of_creditor(show)


def _privacy(group: Grammar) -> None:
    export = group.command(
        "export",
        "privacy:export",
        "put everything that is held about an account into a ZIP, to read and for machines",
        "saldo privacy export 10001 --file 10001.zip",
    )
    export.add_argument("--file", required=True, metavar="FILE", help="where to put it")
    erase = group.command(
        "erase",
        "privacy:erase",
        "erase what is held about an account, as far as the law lets it go",
        "saldo privacy erase 10001 --why asked",
    )
    erase.add_argument(
        "--why",
        choices=("asked", "expired", "mistake"),
        default="asked",
        help="asked by the person, no longer needed, or here by mistake (default: asked)",
    )
    erase.add_argument("--id", metavar="ID", help="of the order (default: new)")
    status = group.command(
        "status",
        "privacy:status",
        "show what was erased, what had to stay, why and until when",
        "saldo privacy status 10001",
    )
    status.add_argument("account", metavar="ACCOUNT", nargs="?", help="default: every order")
    lift = group.command(
        "lift",
        "privacy:lift",
        "take an order to erase back, as far as it was not carried out",
        "saldo privacy lift 10001",
    )
    retention = group.command(
        "retention",
        "privacy:retention",
        "show how long what is kept must be kept, by which law",
        "saldo privacy retention",
    )
    for parser in (export, erase, lift):
        parser.add_argument("account", metavar="ACCOUNT")
        by_whom(parser)
    for parser in (export, erase, status, lift, retention):
        of_creditor(parser)
