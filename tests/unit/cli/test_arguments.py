"""The command line's grammar: help with an example everywhere, and plain refusals."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module
from typing import get_args

import pytest

from saldo.reminders.letters import Marked
from saldo_cli.arguments import parser
from saldo_cli.grammar_channels import MARKED
from saldo_cli.main import main


def commands(
    of: argparse.ArgumentParser, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    for action in of._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield (*path, name), below
                yield from commands(below, (*path, name))


ALL = [pytest.param(path, below, id=" ".join(path)) for path, below in commands(parser())]


@pytest.mark.parametrize(("path", "below"), ALL)
def test_every_help_has_an_example_of_its_own_command(
    path: tuple[str, ...], below: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main([*path, "--help"])
    assert end.value.code == 0
    example = capsys.readouterr().out.partition("example:\n")[2]
    assert f"saldo {' '.join(path)}" in example


@pytest.mark.parametrize(("path", "below"), ALL)
def test_every_command_has_a_function_and_json(
    path: tuple[str, ...], below: argparse.ArgumentParser
) -> None:
    handler = below.get_default("handler")
    if handler is None:
        return  # a group
    module, _, function = handler.partition(":")
    assert callable(getattr(import_module(f"saldo_cli.commands.{module}"), function))
    assert any("--json" in action.option_strings for action in below._actions)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["creditor"],
        ["creditor", "create", "acme"],
        ["creditor", "set", "acme", "--state", "asleep"],
        ["creditor", "set", "acme", "--sending", "maybe"],
        ["push", "bills", "file.csv"],
        ["run", "reminders", "--as-of", "3.12.2026"],
        ["pause", "--invoice", "1"],
        ["pause", "--invoice", "1", "--account", "2", "--reason", "both"],
        ["replay"],
        ["replay", "x.csv", "--map", "account"],
        ["replay", "x.csv", "--payers", "0"],
        ["why"],
    ],
)
def test_a_wrong_command_line_ends_with_2_and_says_how(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: saldo" in capsys.readouterr().err


def test_letters_are_marked_as_what_they_may_be() -> None:
    assert get_args(Marked) == MARKED


def test_the_examples_are_accepted_by_the_grammar_themselves() -> None:
    replay = (
        "replay invoices_2012.csv --map account=customerID --map invoice=invoiceNumber "
        "--map issued_on=InvoiceDate --map due_on=DueDate --map amount=InvoiceAmount "
        "--map paid_on=SettledDate --date-format %m/%d/%Y --currency USD "
        "--policy plain-2-18-34 --in-process --report report.json"
    )
    options = parser().parse_args(replay.split())
    assert dict(options.map)["paid_on"] == "SettledDate"
    assert options.date_format == "%m/%d/%Y"
    assert options.in_process
