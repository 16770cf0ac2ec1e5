"""The page about the command line tells of every command, exit code and figure there is."""

from __future__ import annotations

import argparse

from saldo_cli import problems
from saldo_cli.arguments import EXIT_CODES, parser
from saldo_cli.replay.report import FIGURES
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "command-line.md").read_text("utf-8")


def test_every_command_has_its_section() -> None:
    (commands,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    headings = [line for line in PAGE.splitlines() if line.startswith("### ")]
    for name in commands.choices:
        if name != "replay":  # has a chapter
            assert any(f"saldo {name}" in heading for heading in headings), name
    assert "## Replaying a ledger" in PAGE


def test_every_exit_code_is_documented() -> None:
    codes = (problems.OK, problems.REFUSED, problems.USAGE, problems.UNREACHABLE)
    for code in (*codes, problems.INTERRUPTED):
        assert f"\n| {code} | " in PAGE
    assert all(f"  {code}  " in EXIT_CODES for code in codes)


def test_every_figure_of_a_replay_is_documented() -> None:
    for name in FIGURES:
        assert f"`{name}`" in PAGE
