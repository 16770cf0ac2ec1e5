"""A replay through the functions' handlers in this process; the clock moves with the days."""

from __future__ import annotations

from datetime import datetime

from saldo_cli.in_process import PUBLIC_URL, World
from saldo_cli.problems import CommandProblem
from saldo_cli.replay.driver import Driver
from saldo_cli.runs import reminders_event


class MessagesSetAside(CommandProblem):
    """Messages could not be handled; their reasons stand with it."""


class InProcess(Driver):
    """Drives a world of its own."""

    name = "in-process"

    def __init__(self, world: World) -> None:
        super().__init__(world.services, world, PUBLIC_URL)
        self._world = world

    def start_day(self, at: datetime) -> None:
        self._world.clock.move_to(at)
        self._world.pump()

    def _settle_down(self) -> None:
        self._world.pump()

    def run_reminders(self, at: datetime) -> None:
        self._world.clock.move_to(at)
        self._world.sweep(reminders_event(at, self.creditor))
        self._world.pump()

    def finish(self) -> None:
        self._world.pump()
        dead = self._world.dead.messages
        if dead:
            reasons = sorted({reason for _, reason in dead})
            raise MessagesSetAside(f"{len(dead)} messages were set aside.", "\n".join(reasons[:5]))

    def close(self) -> None:
        self._world.close()

    def mails(self) -> list[str]:
        return [
            mail.tags["notice"]
            for mail in self._world.mails.mails
            if mail.tags.get("creditor") == self.creditor
        ]
