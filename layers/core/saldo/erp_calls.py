"""What ERPs call by themselves: a word that something changed there, signed with a secret of ours.

Nothing of it is believed but that a reading is worth while. The secret stands in the connection's
part of the ERPs' secret as `webhook_secret`; what is not signed with it costs no look into the
books.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from saldo.connectors.runs import ConnectionUnknown
from saldo.erp_parts import CALLS_SECRET
from saldo.errors import Unauthenticated

if TYPE_CHECKING:
    from saldo.adapters.aws.secrets import ProviderSecrets
    from saldo.connectors.model import Connection
    from saldo.connectors.service import Connections

Start = Callable[[str, str], None]
"""Has a connection of a creditor run, without waiting for it."""


@dataclass(frozen=True, slots=True)
class ErpCalls:
    """Hears ERPs' calls. `secrets` None: this installation has no keys of ERPs."""

    connections: Connections
    secrets: ProviderSecrets | None
    start: Start

    def take(self, system: str, creditor: str, name: str, body: bytes) -> str:
        """Hear a call for a connection; return "checked", "started", "known" or "elsewhere".

        checked: the ERP asked whether somebody is here, and nothing happens; started: the
        connection is read now; known: it is read soon anyway, or cannot be now; elsewhere: the call
        is of another administration. Raises ConnectionUnknown, Unauthenticated or Unavailable.
        """
        judge = _JUDGES.get(system)
        if judge is None or self._secret(creditor, name) is None:
            raise ConnectionUnknown("No connection is called at this address.")
        if not body.strip():
            return "checked"
        content = self._judged(judge, creditor, name, body)
        connection = self.connections.get(creditor, name)
        if connection.system != system:
            raise ConnectionUnknown("No connection is called at this address.")
        if not _is_of(content, connection):
            return "elsewhere"
        if self.connections.wake(creditor, name) is None:
            return "known"
        self.start(creditor, name)
        return "started"

    def _judged(self, judge: Judge, creditor: str, name: str, body: bytes) -> Mapping[str, Any]:
        """Return what a call says; raise Unauthenticated if it fits no secret, a new one even."""
        try:
            return judge(body, self._secret(creditor, name) or "")
        except Unauthenticated:
            if self.secrets is None or not self.secrets.read_early():
                raise
            return judge(body, self._secret(creditor, name) or "")

    def _secret(self, creditor: str, name: str) -> str | None:
        part = self.secrets.parts().get(f"{creditor}/{name}") if self.secrets else None
        found = part.reveal().get(CALLS_SECRET) if part is not None else None
        return found if isinstance(found, str) and found else None


def _is_of(content: Mapping[str, Any], connection: Connection) -> bool:
    told = content.get("Division")
    return told is None or str(told) == connection.settings.get("division")


def _exact(body: bytes, secret: str) -> Mapping[str, Any]:
    from saldo.adapters.erp.exact.webhook import content_of

    return content_of(body, secret)


Judge = Callable[[bytes, str], Mapping[str, Any]]
"""Returns what a signed call says; raises Unauthenticated."""

_JUDGES: Final[dict[str, Judge]] = {"exact": _exact}
