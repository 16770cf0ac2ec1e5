"""The commands about money: payments, charges on invoices, money on suspense."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import get_args

from saldo.ledger.charges import FeeKind
from saldo.payments.surcharge import MeansOfPayment
from saldo_cli.arguments import Grammar, a_day, a_pair, by_whom, of_creditor

_SOURCE_HELP = "the credit: a payment's id, payment#ID or credit-note#NUMBER"


def add_money(commands: Grammar) -> None:
    """Add the commands about money."""
    payments = commands.group(
        "payment", "take, look at and move payments", "saldo payment list --invoice 2026-1001"
    )
    _looks(payments)
    _acts(payments)
    invoices = commands.group(
        "invoice",
        "book fees, interest, discounts and write-offs on an invoice, and keep its document",
        'saldo invoice fee 2026-1001 --amount 5.00 --kind reminder-fee --reason "2nd reminder"',
    )
    _charges(invoices)
    _documents(invoices)
    _einvoices(invoices)
    _suspense(
        commands.group("suspense", "look after money that fits nobody yet", "saldo suspense list")
    )


def _looks(group: Grammar) -> None:
    several = group.command(
        "list",
        "payments:list_all",
        "list the payments of an invoice or an account, the latest first",
        "saldo payment list --account 10001",
    )
    chosen = several.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--invoice", metavar="NUMBER", help="what paid for this invoice")
    chosen.add_argument("--account", metavar="NUMBER", help="everything of this account")
    one = group.command(
        "show",
        "payments:show",
        "show a payment with what it paid and what was given back",
        "saldo payment show 01KAB9Z7D3W4X8F2M6Q5R1T0VS",
    )
    one.add_argument("payment", metavar="PAYMENT", help="its id, or the one that its till gave it")
    credit = group.command(
        "credits",
        "payments:credits_of",
        "list the credit of an account that no invoice has taken",
        "saldo payment credits 10001",
    )
    credit.add_argument("account", metavar="ACCOUNT")
    for parser in (several, one, credit):
        of_creditor(parser)


def _acts(group: Grammar) -> None:
    take = group.command(
        "take",
        "payments:take",
        "book a payment taken on site: cash, or a card terminal",
        "saldo payment take 2026-1001 --amount 119.00 --method cash --id K2-417",
    )
    take.add_argument(
        "invoices", metavar="INVOICE", nargs="+", help="invoices of one account, as they are paid"
    )
    _amount(take, "what was taken")
    take.add_argument(
        "--method",
        choices=("cash", "card-terminal", "cheque", "other"),
        required=True,
        help="how it was paid",
    )
    take.add_argument("--received-on", type=a_day, metavar="DAY", help="default: today")
    take.add_argument("--currency", metavar="CCC", help="default: the first invoice's")
    refund = group.command(
        "refund",
        "payments:refund",
        "give money of a payment back that no invoice needs",
        'saldo payment refund 01KAB9Z7D3W4X8F2M6Q5R1T0VS --amount 10.00 --reason "paid twice"',
    )
    refund.add_argument("payment", metavar="PAYMENT", help="as 'saldo payment list' shows it")
    refund.add_argument("--amount", metavar="AMOUNT", help="default: all that is free of it")
    allocate = group.command(
        "allocate",
        "payments:allocate",
        "pay invoices with credit of their account",
        'saldo payment allocate credit-note#G-7 2026-1001 --reason "agreed with the customer"',
    )
    allocate.add_argument("source", metavar="SOURCE", help=_SOURCE_HELP)
    allocate.add_argument("invoices", metavar="INVOICE", nargs="+", help="in this order")
    back = group.command(
        "take-back",
        "payments:take_back",
        "take what a credit paid of an invoice back: the invoice is owed again",
        'saldo payment take-back 01KAB9Z7D3W4X8F2M6Q5R1T0VS 2026-1001 --reason "meant for 1002"',
    )
    back.add_argument("source", metavar="SOURCE", help=_SOURCE_HELP)
    back.add_argument("invoice", metavar="INVOICE")
    for parser in (take, refund):
        _own_id(parser)
    for parser in (refund, allocate, back):
        _grounds(parser)
    for parser in (take, refund, allocate, back):
        of_creditor(parser)


def _einvoices(group: Grammar) -> None:
    electronic = group.command(
        "read",
        "einvoices:read_files",
        "read electronic invoices from files, and say what is wrong with them",
        "saldo invoice read 2026-1001.xml 2026-1002.pdf",
        on_stack=False,
    )
    electronic.add_argument("file", nargs="+", metavar="FILE", help="UBL, CII, or a PDF with one")


def _documents(group: Grammar) -> None:
    document = group.command(
        "document",
        "documents:document_of",
        "give an invoice its document, a PDF or an XML, or fetch it",
        "saldo invoice document 2026-1001 2026-1001.pdf\n"
        "  saldo invoice document 2026-1001 --out 2026-1001.pdf",
    )
    add = document.add_argument
    add("number", metavar="NUMBER", help="invoice number")
    add("file", nargs="?", type=Path, metavar="FILE", help="the document, at most 4 MB")
    add("--out", type=Path, metavar="FILE", help="write the invoice's document there")
    add("--by", metavar="NAME", help="who gives it (default: your login name)")
    of_creditor(document)


def _charges(group: Grammar) -> None:
    fee = group.command(
        "fee",
        "charges:fee",
        "add a fee to an invoice",
        "saldo invoice fee 2026-1001 --amount 5.00 --kind returned-debit-cost \\\n"
        '  --reason "the bank\'s charge"',
    )
    fee.add_argument("--kind", choices=get_args(FeeKind), required=True, help="what it is for")
    fee.add_argument(
        "--means",
        choices=get_args(MeansOfPayment),
        help="of a payment-method-surcharge: the means of payment that it is for",
    )
    fee.add_argument(
        "--cost", metavar="AMOUNT", help="of a payment-method-surcharge: what the use costs you"
    )
    interest = group.command(
        "interest",
        "charges:interest",
        "add interest to an invoice",
        'saldo invoice interest 2026-1001 --amount 1.13 --reason "default interest of November"',
    )
    discount = group.command(
        "discount",
        "charges:discount",
        "grant a cash discount on an invoice",
        "saldo invoice discount 2026-1001 --amount 2.38 --vat 19=0.38 \\\n"
        '  --reason "2 % within 8 days"',
    )
    discount.add_argument(
        "--vat",
        action="append",
        type=a_pair,
        default=[],
        metavar="RATE=AMOUNT",
        help="VAT inside the discount by its rate in percent; may be given again",
    )
    write_off = group.command(
        "write-off",
        "charges:write_off",
        "write off what an invoice owes",
        'saldo invoice write-off 2026-1001 --reason "insolvent"',
    )
    for parser in (fee, interest, discount):
        _amount(parser, "in the invoice's currency")
    write_off.add_argument("--amount", metavar="AMOUNT", help="default: all that is open")
    for parser in (fee, interest, discount, write_off):
        parser.add_argument("invoice", metavar="INVOICE", help="invoice number")
        parser.add_argument("--on", type=a_day, metavar="DAY", help="the day it is booked (today)")
        _own_id(parser)
        _grounds(parser)
        of_creditor(parser)


def _suspense(group: Grammar) -> None:
    group.command(
        "list",
        "suspense:list_all",
        "list the money of the whole installation that fits nobody yet",
        "saldo suspense list",
    )
    transfer = group.command(
        "transfer",
        "suspense:transfer",
        "move money from suspense to an account, and on to its invoices",
        'saldo suspense transfer stripe:pi_3Q 10001 2026-1001 --reason "name and amount fit"',
    )
    transfer.add_argument("payment", metavar="PAYMENT", help="as 'saldo suspense list' shows it")
    transfer.add_argument("account", metavar="ACCOUNT", help="whose it is")
    transfer.add_argument(
        "invoices", metavar="INVOICE", nargs="*", help="what it pays (default: it stays credit)"
    )
    _grounds(transfer)
    of_creditor(transfer)


def _amount(parser: ArgumentParser, what: str) -> None:
    parser.add_argument("--amount", metavar="AMOUNT", required=True, help=f"{what}: 119.00")


def _own_id(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--id",
        metavar="ID",
        help="makes a repeat safe: the same id books once (default: a new one)",
    )


def _grounds(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; kept in the books")
    by_whom(parser)
