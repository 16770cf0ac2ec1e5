"""The commands about bank accounts and their entries."""

from __future__ import annotations

from argparse import ArgumentParser

from saldo_cli.arguments import Grammar, of_creditor


def add_bank(commands: Grammar) -> None:
    """Add `saldo bank …`."""
    group = commands.group("bank", "money on the bank account, and whose it is", "saldo bank list")
    _looking(group)
    _deciding(group)


def _looking(group: Grammar) -> None:
    accounts = group.command(
        "accounts",
        "bank_accounts:accounts",
        "list the bank accounts, or set one up",
        "saldo bank accounts --set DE02120300000000202051 --late-after 1",
    )
    add = accounts.add_argument
    add("--set", metavar="IBAN", help="set this one up, or change what is named of it")
    add("--currency", metavar="CODE", help="of the account (default: EUR)")
    add("--posts", choices=("statement", "report", "notification"), help="which files post")
    add("--late-after", metavar="DAYS", help="business days until reminders wait, or 'none'")
    add("--mapping", metavar="MAP", help="JSON that says which column of its CSV is what")
    add("--bank-charges", metavar="AMOUNT", help="what a bank may have kept back, at most")
    add("--write-off", metavar="AMOUNT", help="what is not worth asking for, at most")
    add("--rounding", metavar="AMOUNT", help="what is rounding, at most")
    add(
        "--books-by-itself",
        choices=("strict", "usual"),
        help="usual: also what rests on a known payer and the amount alone",
    )
    add(
        "--late-discount",
        choices=("ask", "chase"),
        help="a discount kept back too late: somebody says, or the rest is asked for",
    )
    add("--refund-from", metavar="AMOUNT", help="over-payment to propose for refund, or 'none'")
    add(
        "--return-charge",
        metavar="RULE",
        help="what a returned debit is charged on with: off, bank:AT-MOST or fixed:AMOUNT",
    )
    add("--return-clause", metavar="TEXT", help="where your contracts provide for that charge")
    add("--return-clause-since", metavar="DAY", help="contracts made from that day on have it")
    waiting = group.command(
        "list", "bank:waiting", "list the entries that wait for somebody", "saldo bank list"
    )
    waiting.add_argument(
        "--refunds", action="store_true", help="those of which a refund is proposed, instead"
    )
    show = group.command(
        "show",
        "bank:show",
        "show an entry, its evidence and what became of it",
        "saldo bank show 20261120-7b0f3c1f9d2e4a5b6c7d",
    )
    show.add_argument("id", metavar="ENTRY")
    match = group.command("match", "bank:match", "match again all that waits", "saldo bank match")
    group.command(
        "payouts",
        "bank:payouts",
        "list the payouts of providers whose money has not come to the bank",
        "saldo bank payouts",
    )
    for command in (accounts, waiting, show, match):
        of_creditor(command)


def _deciding(group: Grammar) -> None:
    accept = group.command(
        "accept",
        "bank:accept",
        "accept what is proposed for an entry",
        "saldo bank accept 20261120-7b0f3c1f9d2e4a5b6c7d",
    )
    _choice(accept, needs_reason=False)
    split = group.command(
        "split",
        "bank:split",
        "say whose money an entry is: of one account or several",
        "saldo bank split 20261120-7b0f3c1f9d2e4a5b6c7d --to 10001:100.00:RE-1,RE-2 "
        '--to 10002 --reason "by phone"',
    )
    _choice(split)
    split.add_argument(
        "--to",
        action="append",
        required=True,
        metavar="ACCOUNT[:AMOUNT[:INVOICES]]",
        help="one part; without an amount it gets what the others leave",
    )
    ignore = group.command(
        "ignore",
        "bank:ignore",
        "say that an entry is no business of these books",
        'saldo bank ignore 20261120-7b0f3c1f9d2e4a5b6c7d --reason "rent of the flat upstairs"',
    )
    _choice(ignore)
    reverse = group.command(
        "reverse",
        "bank:reverse",
        "take back what was made of an entry",
        'saldo bank reverse 20261120-7b0f3c1f9d2e4a5b6c7d --reason "it was the other Example"',
    )
    _choice(reverse)
    returned = group.command(
        "return",
        "bank:returned",
        "say that an entry took a payment back",
        "saldo bank return 20261123-ab12cd34ef56ab78cd90 bank-20261120-7b0f3c1f9d2e4a5b6c7d-1 "
        '--reason "recalled by the payer"',
    )
    _choice(returned)
    returned.add_argument("payment", metavar="PAYMENT")
    refund = group.command(
        "refund",
        "bank:refund",
        "give an over-payment back to who paid it, or keep the credit",
        "saldo bank refund 20261120-7b0f3c1f9d2e4a5b6c7d",
    )
    _choice(refund, needs_reason=False)
    refund.set_defaults(reason="decided")
    refund.add_argument(
        "--decline", action="store_true", help="keep the credit; takes an order back, too"
    )


def _choice(command: ArgumentParser, *, needs_reason: bool = True) -> None:
    command.add_argument("id", metavar="ENTRY")
    of_creditor(command)
    command.add_argument(
        "--reason",
        required=needs_reason,
        default=None if needs_reason else "accepted",
        metavar="TEXT",
        help="why; it stays in the books",
    )
    command.add_argument("--by", metavar="WHO", help="who decides (default: your login)")
