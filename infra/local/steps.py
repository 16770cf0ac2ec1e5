"""Progress at the terminal: what is being done, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console

NAME_WIDTH = 44


class Steps:
    """Prints one line per step; at a terminal with a spinner and the seconds while it runs."""

    def __init__(self, stream: TextIO | None) -> None:
        self._console = Console(file=stream or sys.stdout, quiet=stream is None, highlight=False)

    @classmethod
    def silent(cls) -> "Steps":
        """Steps that print nothing."""
        return cls(None)

    def say(self, sentence: str = "") -> None:
        """Print a line of its own."""
        self._console.print(sentence, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Around one step; a failure passes through, with the line marked as failed."""
        started = time.monotonic()
        if not self._console.is_terminal:
            self.say(f"  {name} ...")
        try:
            with self._console.status(f"{name} ..."):
                yield
        except BaseException:  # Ctrl-C ends a step too; whatever it was passes through
            self.say(f"  {name.ljust(NAME_WIDTH)} stopped after {time.monotonic() - started:.1f} s")
            raise
        self.say(f"  {name.ljust(NAME_WIDTH)} {time.monotonic() - started:6.1f} s")
