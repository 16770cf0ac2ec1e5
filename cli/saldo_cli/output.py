"""What commands print: for people with colour and progress, for scripts JSON and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

Advance = Callable[..., None]
_WIDTH_UNSEEN = 400


class Output:
    """Results go to standard output; progress and problems to standard error."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        # Where nobody watches, a table may be as wide as it likes.
        width = None if sys.stdout.isatty() else _WIDTH_UNSEEN
        self._out = Console(highlight=False, soft_wrap=True, width=width)
        self._err = Console(stderr=True, highlight=False, soft_wrap=True)

    def json(self, data: Any) -> None:
        """Print data as JSON, whatever was asked for."""
        sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")

    def say(self, text: str = "") -> None:
        """Print a line for people; nothing under --json. Rich's markup applies."""
        if not self.as_json:
            self._out.print(text)

    def result(self, data: Any, *lines: str) -> None:
        """Print `data` under --json, else the lines (rich's markup applies)."""
        if self.as_json:
            self.json(data)
            return
        for line in lines:
            self._out.print(line)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table for people; columns whose name starts with '>' are set to the right."""
        if self.as_json:
            return
        table = Table(
            title=title or None,
            title_justify="left",
            box=None,
            pad_edge=False,
            header_style="bold",
            title_style="bold",
        )
        for column in columns:
            side: Literal["left", "right"] = "right" if column.startswith(">") else "left"
            table.add_column(column.lstrip(">"), justify=side)
        for row in rows:
            table.add_row(*[escape(cell) for cell in row])
        self._out.print(table)

    def problem(self, sentence: str, remedy: str = "") -> None:
        """Say what went wrong, and what to do about it."""
        self._err.print(f"[bold red]{escape(sentence)}[/]")
        if remedy:
            self._err.print(escape(remedy))

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator[Advance]:
        """Show a bar while the block runs; what is yielded takes `done=` and `what=`.

        Silent under --json and where standard error is no terminal.
        """
        bar = Progress(
            SpinnerColumn(style="cyan"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=40),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._err,
            transient=True,
            disable=self.as_json or not self._err.is_terminal,
        )
        with bar:
            task = bar.add_task(what, total=total)

            def advance(done: int | None = None, what: str | None = None) -> None:
                bar.update(task, completed=done, description=what)

            yield advance

    def good(self, text: str) -> str:
        """Return text marked as good news."""
        return f"[green]{escape(text)}[/]"
