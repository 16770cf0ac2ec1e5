"""The commands about the portal and the page for staff."""

from __future__ import annotations

from saldo_cli.arguments import Grammar, a_number, of_creditor


def add_portal(commands: Grammar) -> None:
    """Add the portal's commands."""
    _portal(commands.group("portal", "see who may look", "saldo portal users 10001"))
    _staff_links(
        commands.group(
            "staff-link",
            "manage the links by which staff ask whether an invoice is paid",
            'saldo staff-link create --name "Workshop desk" --days 90',
        )
    )


def _portal(group: Grammar) -> None:
    users = group.command(
        "users",
        "portal:users",
        "show who may look at an account in the portal, and as what",
        "saldo portal users 10001",
    )
    users.add_argument("account", metavar="ACCOUNT")
    index = group.command(
        "index",
        "portal:index",
        "let contacts be found that were pushed before there was a portal",
        "saldo portal index --creditor acme",
    )
    for parser in (users, index):
        of_creditor(parser)


def _staff_links(group: Grammar) -> None:
    create = group.command(
        "create",
        "staff_links:create",
        "make a link; its address is shown once",
        'saldo staff-link create --name "Workshop desk"',
    )
    create.add_argument("--name", required=True, help='where it is used, such as "Workshop desk"')
    create.add_argument(
        "--days",
        type=a_number(1),
        default=90,
        metavar="N",
        help="how long it works, up to 400 (90)",
    )
    show = group.command(
        "list", "staff_links:list_all", "list a creditor's links", "saldo staff-link list"
    )
    revoke = group.command(
        "revoke",
        "staff_links:revoke",
        "close a link, at once and for good",
        "saldo staff-link revoke 01KAB9Z7D3W4X8F2M6Q5R1T0VS",
    )
    revoke.add_argument("id", metavar="ID", help="as 'saldo staff-link list' shows it")
    for parser in (create, show, revoke):
        of_creditor(parser)
