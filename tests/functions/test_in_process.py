"""The installation in one process leaves the process as it was."""

from __future__ import annotations

from functions.ingest import app as ingest
from functions.pay import app as pay
from saldo.clock import FixedClock
from saldo_cli.in_process import World


def test_loggers_speak_again_once_it_is_closed(clock: FixedClock) -> None:
    loggers = (ingest.logger, pay.logger)
    before = [logger.level for logger in loggers]
    world = World(clock)
    assert [logger.level for logger in loggers] != before
    world.close()
    assert [logger.level for logger in loggers] == before
