"""Runs localstripe, a stateful fake of Stripe by others, on a loopback port.

Its own command listens on every address and keeps its store in a file that all its runs share; this
one does neither. Usage: python localstripe_server.py PORT
"""

from __future__ import annotations

import sys

from aiohttp import web
from localstripe.resources import Store  # type: ignore[import-untyped]  # it has none
from localstripe.server import app  # type: ignore[import-untyped]  # it has none

if __name__ == "__main__":
    Store.dump_to_disk = lambda self: None
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
