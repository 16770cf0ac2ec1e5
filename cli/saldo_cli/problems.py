"""Exit codes, and what a command says when it cannot do its work."""

from __future__ import annotations

OK = 0
REFUSED = 1
"""Refused with a reason, or the result differs from what was expected."""

USAGE = 2
"""The command line itself is wrong: argparse's own code."""

UNREACHABLE = 3
"""AWS, the stack or an address could not be reached, or did not finish in time."""

INTERRUPTED = 130
"""Ctrl-C, as shells have it."""


class CommandProblem(Exception):
    """A sentence for whoever typed the command; `remedy` says what to do about it."""

    exit_code = REFUSED

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.remedy = sentence, remedy


class UsageProblem(CommandProblem):
    """What was typed cannot be meant."""

    exit_code = USAGE


class Unreachable(CommandProblem):
    """Something the command needs does not answer."""

    exit_code = UNREACHABLE
