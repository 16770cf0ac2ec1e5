"""The commands about tables: mappings, and imports of files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from saldo_cli.arguments import Grammar, of_creditor


def add_imports(commands: Grammar) -> None:
    """Add `saldo mapping …` and `saldo import …`."""
    _mappings(
        commands.group(
            "mapping", "say what the columns of a file mean", "saldo mapping try open-items.csv"
        )
    )
    _imports(
        commands.group(
            "import",
            "take files of rows: CSV, XLSX, DATEV, fixed width",
            "saldo import file open-items.csv --source erp",
        )
    )


def _mappings(group: Grammar) -> None:
    tried = group.command(
        "try",
        "mappings:attempt",
        "show how a file would be understood; nothing is taken",
        "saldo mapping try open-items.csv --map map.json",
        on_stack=False,
    )
    _file(tried)
    tried.add_argument(
        "--map", type=Path, metavar="MAP", help="a mapping (default: the one that is proposed)"
    )
    tried.add_argument("--country", default="DE", metavar="CC", help="the creditor's (default: DE)")
    guessed = group.command(
        "guess",
        "mappings:guess",
        "propose a mapping for a file, by its columns' names and contents",
        "saldo mapping guess open-items.csv > map.json",
        on_stack=False,
    )
    _file(guessed)
    ready = group.command(
        "ready",
        "mappings:ready_made",
        "print a mapping that comes with Saldo, or their names",
        "saldo mapping ready datev-buchungsstapel > map.json",
        on_stack=False,
    )
    ready.add_argument("name", nargs="?", metavar="NAME")
    put = group.command(
        "set", "mappings:put", "set the mapping of a source", "saldo mapping set erp map.json"
    )
    put.add_argument("source", metavar="SOURCE", help="your name for where files come from")
    put.add_argument("map", type=Path, metavar="MAP")
    put.add_argument("--by", metavar="WHO", help="who sets it (default: cli:you)")
    of_creditor(put)
    show = group.command(
        "show", "mappings:show", "print the mapping of a source", "saldo mapping show erp"
    )
    show.add_argument("source", metavar="SOURCE")
    show.add_argument("--version", type=int, metavar="N", help="an earlier one (default: in force)")
    of_creditor(show)
    of_creditor(
        group.command("list", "mappings:list_all", "list the mappings", "saldo mapping list")
    )


def _imports(group: Grammar) -> None:
    take = group.command(
        "file",
        "imports:take",
        "take the rows of a file under the mapping of its source",
        "saldo import file open-items.csv --source erp --report report.csv",
    )
    _file(take)
    take.add_argument("--source", required=True, metavar="S", help="whose mapping reads it")
    take.add_argument("--again", action="store_true", help="though this file was taken before")
    take.add_argument("--report", type=Path, metavar="FILE", help="write the report there, as CSV")
    take.add_argument("--by", metavar="WHO", help="who gives the file (default: cli:you)")
    of_creditor(take)
    show = group.command(
        "show", "imports:show", "say how far an import is", "saldo import show 0123456789abcdef"
    )
    show.add_argument("id", metavar="ID")
    show.add_argument("--report", type=Path, metavar="FILE", help="write its report there, as CSV")
    of_creditor(show)
    of_creditor(group.command("list", "imports:list_all", "list the imports", "saldo import list"))


def _file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
