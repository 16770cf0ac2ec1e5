"""Orders that people and machines give to a service, again until there is an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from saldo.errors import Refusal, Unavailable
from saldo.ids import SeededIds
from saldo.payments.treasury import CounterPayment
from saldo.store import CommitConflict
from saldo_cli.simulation.people import Patience
from saldo_cli.simulation.world import World


def _nothing() -> None:
    pass


class Orders:
    """Gives orders. `till_minor` is the money in the till."""

    def __init__(self, world: World, patience: Patience) -> None:
        self._world, self._patience = world, patience
        self._ids = SeededIds(int(world.story.seed) + 2)
        self._brought: set[str] = set()
        self.till_minor = 0
        self.refused: list[tuple[str, str]] = []
        """What was refused for a reason that is an answer: the order and the code."""

    def ulid(self, at: datetime) -> str:
        """Return a new id, as a form carries it."""
        return self._ids.ulid(at)

    def once(self, who: str, order: Callable[[], Any]) -> str | None:
        """Give an order once; None without an answer, "" when it is done, or the refusal."""

        def function(_event: dict[str, Any], _context: Any) -> str | None:
            try:
                order()
            except Unavailable:
                return None
            except Refusal as refusal:
                return refusal.code
            except CommitConflict as conflict:
                if len(conflict.failed) > 1:
                    raise
                return None  # a put that the network repeated was refused: at the edge, a 500
            return ""

        answer: str | None = self._world.invoke(who, function, {})
        return answer

    def until_done(
        self,
        what: str,
        who: str,
        order: Callable[[], Any],
        *ends: str,
        then: Callable[[], None] = _nothing,
    ) -> None:
        """Order until it is done, or refused for one of the reasons `ends`; do `then` when done."""

        def once() -> bool:
            code = self.once(who, order)
            if code == "":
                then()
            elif code in ends:
                self.refused.append((what, code))
            return code in ("", *ends)

        self._patience.until_done(what, once)()

    def take_at_counter(self, what: str, taken: CounterPayment) -> None:
        """Tell of money that lies in the till, once it is put there."""
        if taken.id not in self._brought:
            self._brought.add(taken.id)
            self.till_minor += taken.amount_minor
        treasury = self._world.services.treasury
        self.until_done(what, "counter", lambda: treasury.take_at_counter(taken))
