"""Reverse proxies: plain addresses on this machine that stand for the APIs' custom domains.

`http://localhost:4580/p/...` becomes the API's stage in the local AWS, as API Gateway's base path
mapping does it on AWS. Requests and answers pass unchanged, bodies as bytes.
"""

import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from infra.local.settings import HOST, STAGE

# MiniStack closes idle connections after 5 s; one that old is not used again.
IDLE_SECONDS_MAX = 2.0
ANSWER_SECONDS_MAX = 120.0
BODY_BYTES_MAX = 10_485_760  # API Gateway's own limit

HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}

Observer = Callable[[int, float], None]


class ProxyServer(ThreadingHTTPServer):
    """Serves one API on one port; `api_id` is asked at each request, as a deployment may change it.

    `observe(status, milliseconds)` hears of every answer.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, port: int, aws_port: int, api_id: Callable[[], str], observe: Observer
    ) -> None:
        super().__init__((HOST, port), _Handler)
        self.port = port
        self.aws_port = aws_port
        self.api_id = api_id
        self.observe = observe

    def start(self) -> None:
        """Serve in a thread until `shutdown`."""
        threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        ).start()

    def stop(self) -> None:
        """Stop serving and free the port."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    """One thread per connection of a client, and with it one connection to the local AWS."""

    server: ProxyServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65_536
    timeout = 60
    methods: ClassVar[tuple[str, ...]] = (
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
    )

    def setup(self) -> None:
        super().setup()
        self._upstream: HTTPConnection | None = None
        self._used_at = 0.0

    def finish(self) -> None:
        super().finish()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._upstream is not None:
            self._upstream.close()
            self._upstream = None

    def __getattr__(self, name: str) -> Callable[[], None]:
        # http.server calls do_GET, do_POST, ...: all are passed on alike.
        if name.startswith("do_") and name[3:] in self.methods:
            return self._pass_on
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """The functions log their requests; this proxy does not."""

    def _pass_on(self) -> None:
        started = time.perf_counter()
        api = self.server.api_id()
        if not api:
            self._refuse(503, "Nothing is deployed here yet: python -m infra.local deploy")
            return
        body = self._read_body()
        if body is None:
            return
        path = f"/_aws/execute-api/{api}/{STAGE}{self.path}"
        try:
            status = self._exchange(path, body)
        except (HTTPException, OSError) as error:
            self._hang_up()
            self.close_connection = True
            self._refuse(502, f"The local AWS did not answer: {type(error).__name__}")
            status = 502
        self.server.observe(status, (time.perf_counter() - started) * 1000)

    def _read_body(self) -> bytes | None:
        """The request's body; None when it was refused."""
        if self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._refuse(411, "A Content-Length is needed.")
            return None
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit():
            self.close_connection = True
            self._refuse(400, "The Content-Length is no number.")
            return None
        if int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            self._refuse(413, "API Gateway takes 10 MB at most.")
            return None
        return self.rfile.read(int(length))

    def _request_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            if name.lower() in HOP_BY_HOP:
                continue
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        headers["X-Forwarded-For"] = self.client_address[0]
        headers["X-Forwarded-Proto"] = "http"
        headers["X-Forwarded-Port"] = str(self.server.port)
        return headers

    def _connection(self) -> HTTPConnection:
        stale = time.monotonic() - self._used_at > IDLE_SECONDS_MAX
        if stale:
            self._hang_up()
        if self._upstream is None:
            self._upstream = HTTPConnection(HOST, self.server.aws_port, timeout=ANSWER_SECONDS_MAX)
        return self._upstream

    def _exchange(self, path: str, body: bytes) -> int:
        connection = self._connection()
        connection.putrequest(
            self.command, path, skip_host="Host" in self.headers, skip_accept_encoding=True
        )
        for name, value in self._request_headers().items():
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        content = answer.read()
        self._used_at = time.monotonic()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        bodiless = self.command == "HEAD" or answer.status in {204, 304}
        length = answer.getheader("Content-Length") if bodiless else str(len(content))
        if length is not None and answer.status != 204:
            self.send_header("Content-Length", length)
        self.end_headers()
        if not bodiless:
            self.wfile.write(content)
        self.wfile.flush()
        return answer.status

    def _refuse(self, status: int, sentence: str) -> None:
        content = f"{sentence}\n".encode()
        self.send_response_only(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()
