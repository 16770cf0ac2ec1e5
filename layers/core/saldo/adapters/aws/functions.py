"""Functions that are started and not waited for."""

from __future__ import annotations

import json
from typing import Any


class Started:
    """Starts one function with an event; what becomes of it is told by its own log and queue."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name

    def start(self, event: dict[str, Any]) -> None:
        """Start it; what goes wrong is raised."""
        self._client.invoke(
            FunctionName=self._name, InvocationType="Event", Payload=json.dumps(event).encode()
        )
