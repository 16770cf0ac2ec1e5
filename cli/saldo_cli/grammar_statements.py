"""The commands about bank statements. Reading one needs no stack."""

from __future__ import annotations

from saldo_cli.arguments import Grammar


def add_statements(commands: Grammar) -> None:
    """Add `saldo statement …`."""
    group = commands.group(
        "statement", "read bank statements", "saldo statement read 2026-12-03.xml"
    )
    read = group.command(
        "read",
        "statements:read_files",
        "read bank statements from files, and tell whether they add up",
        "saldo statement read 2026-12-03.xml november.sta",
        on_stack=False,
    )
    read.add_argument("file", nargs="+", metavar="FILE", help="camt, MT940, MT942 or BAI2")
