"""An installation in this process behind two real addresses, as a browser needs them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from saldo.clock import FixedClock
from saldo_cli.in_process import World

_HOST = "127.0.0.1"


class Site:
    """Serves the world that is open: one address for what is ours, one for the provider's.

    A world is one thread's: whoever speaks to it holds `lock`.
    """

    def __init__(self, public_url: str, sandbox_url: str) -> None:
        self.public_url, self.sandbox_url = public_url, sandbox_url
        self.lock = threading.RLock()
        self._world: World | None = None

    def open(self, at: datetime, *, office: bool = False) -> World:
        """Begin a new world, on a clock that stands; with `office` there is the console, too."""
        with self.lock:
            self._world = World(
                FixedClock(at),
                public_url=self.public_url,
                sandbox_url=self.sandbox_url,
                office=office,
            )
            return self._world

    def close(self) -> None:
        """End the world: what asks on is told that nobody is there."""
        with self.lock:
            if self._world is not None:
                self._world.close()
            self._world = None

    def answer(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return what the functions answer."""
        with self.lock:
            if self._world is None:
                return 503, {}, b""
            return self._world.request(method, url, headers, body)


@contextmanager
def running_site() -> Iterator[Site]:
    """Serve worlds at two free ports of this machine."""
    servers = [ThreadingHTTPServer((_HOST, 0), BaseHTTPRequestHandler) for _ in range(2)]
    urls = [f"http://localhost:{server.server_address[1]}" for server in servers]
    site = Site(*urls)
    threads = []
    for server, url in zip(servers, urls, strict=True):
        server.daemon_threads, server.block_on_close = True, False
        server.RequestHandlerClass = _requests(site, url)
        threads.append(threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True))
        threads[-1].start()
    yield site
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()


def _requests(site: Site, url: str) -> type[BaseHTTPRequestHandler]:
    class Requests(BaseHTTPRequestHandler):
        """Hands requests on, one answer per connection."""

        timeout = 10

        def do_GET(self) -> None:
            self._hand_on(None)

        def do_POST(self) -> None:
            self._hand_on(self.rfile.read(int(self.headers.get("content-length") or 0)))

        def _hand_on(self, body: bytes | None) -> None:
            sent = {name.lower(): value for name, value in self.headers.items()}
            status, headers, content = site.answer(self.command, url + self.path, sent, body)
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the page was closed before its answer came

        def log_request(self, code: object = "-", size: object = "-") -> None:
            del code, size

    return Requests
