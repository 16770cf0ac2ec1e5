"""Saldo with one thing wrong at a time: the simulator must notice each.

A promise is often kept by two guards at once. Where taking one away changes nothing that anybody
can see, the mutant takes both, and says so.
"""

from tests.simulation.mutants import (
    agreements,
    desk,
    erp,
    messages,
    money,
    reminders,
    statements,
)
from tests.simulation.mutants.made import MUTANTS

__all__ = ["MUTANTS", "agreements", "desk", "erp", "messages", "money", "reminders", "statements"]
