"""The console: what collectors work with and owners look at, as server-rendered pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from saldo.edge.http import lambda_handler

if TYPE_CHECKING or __package__:
    from functions.console import at_routes, sign_in_routes
    from functions.console.base import app, logger, metrics
else:  # in Lambda this folder is the root of the code
    import at_routes
    import sign_in_routes
    from base import app, logger, metrics

__all__ = ["app", "at_routes", "handler", "sign_in_routes"]

handler = lambda_handler(app, logger, metrics)
