"""What passed through the proxies, counted for the metrics API Gateway would publish."""

import threading
from collections.abc import Callable


class Traffic:
    """Statuses and latencies per API since they were last taken; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[list[int], list[float]]] = {}

    def observer(self, api_name: str) -> Callable[[int, float], None]:
        """A function for one API's proxy to call with status and milliseconds."""

        def observe(status: int, milliseconds: float) -> None:
            with self._lock:
                statuses, latencies = self._seen.setdefault(api_name, ([], []))
                statuses.append(status)
                latencies.append(milliseconds)

        return observe

    def take(self) -> list[tuple[str, list[int], list[float]]]:
        """(API name, statuses, latencies in milliseconds) since the last call."""
        with self._lock:
            seen, self._seen = self._seen, {}
        return [(name, statuses, latencies) for name, (statuses, latencies) in seen.items()]
