"""What everybody in a story has: a creditor to deal with, and patience."""

from __future__ import annotations

from collections.abc import Callable

from saldo_cli.simulation.agenda import Agenda

CREDITOR = "acme"
POLICY = "plain-2-18-34"
_PATIENCE_SECONDS = (20, 40, 60, 180, 300, 600, 900, 1800, 3600)

Try = Callable[[], bool]
"""Does something once; tells whether it is done with."""


class Patience:
    """Tries again, ever more rarely; `gave_up` is what was never done."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self.gave_up: list[str] = []

    def until_done(self, what: str, once: Try, attempt: int = 0) -> Callable[[], None]:
        """Return a task that does something again and again until it is done with."""

        def task() -> None:
            if once():
                return
            if attempt == len(_PATIENCE_SECONDS):
                self.gave_up.append(what)
                return
            later = self.until_done(what, once, attempt + 1)
            self._agenda.after(_PATIENCE_SECONDS[attempt], later)

        return task
