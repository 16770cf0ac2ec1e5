"""Implements `Bay` in memory."""

from __future__ import annotations

from saldo.intake.bay import Form


class MemoryBay:
    """Files by name, each write a version, as long as the process lives."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, bytes]] = {}
        self._writes = 0

    def get(self, name: str, version: str = "") -> bytes | None:
        versions = self.files.get(name, {})
        return versions.get(version or next(reversed(versions), ""))

    def put(self, name: str, data: bytes, content_type: str) -> None:
        del content_type  # what it is, its bytes tell
        self.drop(name, data)

    def drop(self, name: str, data: bytes) -> str:
        """Lay a file down and return its version."""
        self._writes += 1
        self.files.setdefault(name, {})[version := f"v{self._writes}"] = data
        return version

    def move(self, name: str, version: str, to: str) -> None:
        data = self.get(name, version)
        if data is not None:
            self.drop(to, data)
            self.remove(name, version)

    def remove(self, name: str, version: str = "") -> None:
        versions = self.files.get(name, {})
        versions.pop(version or next(reversed(versions), ""), None)
        if not versions:
            self.files.pop(name, None)

    def form(self, name: str, seconds: int, bytes_max: int) -> Form:
        del seconds
        return Form("https://bay.example/", {"key": name, "bytes_max": str(bytes_max)})
