"""The provider's side of mandates: pages on which they are given, and charges without the payer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Literal

from saldo.payments.told import (
    ChargeRefused,
    ChargeRequest,
    HostedMandate,
    MandateRequest,
    MandateTold,
    Told,
)
from saldo_cli.simulation.agenda import Agenda
from saldo_cli.simulation.deals import Fate

MONEY_AFTER = timedelta(days=2, hours=12)
"""A charge settles, or comes back, so long after it was asked for."""


@dataclass(frozen=True, slots=True)
class BankMandate:
    """A mandate as the provider has it; `id` is empty until it was given."""

    flow: str
    key: str
    fate: Fate
    callbacks_seconds: tuple[float, ...]
    id: str = ""
    state: Literal["page", "pending", "active", "ended"] = "page"


@dataclass(frozen=True, slots=True)
class Charged:
    """A charge that the provider made: once for each key."""

    key: str
    mandate: str
    minor: int
    at: datetime
    mandate_ended: bool


class Debits:
    """Keeps mandates. `tell` posts callbacks; `charge` makes a payment of a charge."""

    def __init__(
        self,
        name: str,
        agenda: Agenda,
        tell: Callable[[Told, tuple[float, ...]], None],
    ) -> None:
        self._name, self._agenda, self._tell = name, agenda, tell
        self._numbers = count(1)
        self.mandates: dict[str, BankMandate] = {}
        """By our key."""
        self.charged: list[Charged] = []
        self.prepared: dict[str, tuple[Fate, tuple[float, ...]]] = {}
        """What shall become of charges, and how mandates are told of, by our key."""

    def request(self, request: MandateRequest) -> HostedMandate:
        """Make a page, or return the one made under the same key."""
        key = request.idempotency_key
        if key not in self.mandates:
            fate, callbacks = self.prepared.get(key, ("pay", (3.0,)))
            flow = f"flow-{next(self._numbers)}"
            self.mandates[key] = BankMandate(flow, key, fate, callbacks)
        flow = self.mandates[key].flow
        return HostedMandate(flow, f"https://bank.example/mandates/{flow}")

    def give(self, key: str, state: Literal["pending", "active"]) -> None:
        """The payer gives the mandate, unless it was ended."""
        found = self.mandates.get(key)
        if found is None or found.state not in ("page", "pending"):
            return
        id_ = found.id or f"mandate-{next(self._numbers)}"
        self._moved(replace(found, id=id_, state=state))

    def end(self, key: str) -> None:
        """The payer's bank ends the mandate."""
        found = self.mandates.get(key)
        if found is not None and found.state in ("pending", "active"):
            self._moved(replace(found, state="ended"))

    def revoke(self, mandate_id: str) -> None:
        """End a mandate as we ask for it; nobody is told of that."""
        found = self._by_id(mandate_id)
        if found is not None:
            self.mandates[found.key] = replace(found, state="ended")

    def find(self, flow: str) -> MandateTold | None:
        """Return what became of a page, None while nothing did."""
        found = next(m for m in self.mandates.values() if m.flow == flow)
        return self._event(found, f"{flow}:{found.state}") if found.id else None

    def accept(self, request: ChargeRequest) -> Fate:
        """Note a charge and return what becomes of it; raises ChargeRefused."""
        found = self._by_id(request.mandate_id)
        ended = found is None or found.state == "ended"
        if found is None or found.fate == "refuse" or ended:
            raise ChargeRefused("The bank account cannot be charged.")
        self.charged.append(
            Charged(
                request.idempotency_key,
                found.key,
                request.amount_minor,
                self._agenda.clock.now(),
                ended,
            )
        )
        return found.fate

    def callbacks_of(self, mandate_id: str) -> tuple[float, ...]:
        """Return how charges of a mandate are told of."""
        found = self._by_id(mandate_id)
        return found.callbacks_seconds if found else ()

    def _by_id(self, mandate_id: str) -> BankMandate | None:
        return next((m for m in self.mandates.values() if m.id == mandate_id), None)

    def _moved(self, new: BankMandate) -> None:
        self.mandates[new.key] = new
        self._tell(self._event(new, f"mandate-event-{next(self._numbers)}"), new.callbacks_seconds)

    def _event(self, mandate: BankMandate, event_id: str) -> MandateTold:
        assert mandate.state != "page", "nothing was given yet"
        return MandateTold(
            self._name,
            event_id,
            mandate.id,
            mandate.state,
            self._agenda.clock.now(),
            "The bank ended it." if mandate.state == "ended" else None,
            mandate.flow,
            mandate.key,
        )
