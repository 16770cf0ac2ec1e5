"""Rows that few functions read are known when they are asked for, and cost nobody else a thing."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

from saldo.adapters.dynamo import kinds

CORE = Path(__file__).resolve().parents[3] / "layers" / "core"
ASKED = """
import sys
from saldo.adapters.dynamo.kinds import BY_RECORD, BY_TAG
LATER = ("saldo.forecast", "saldo.cash", "saldo.credit", "saldo.steps")
def there():
    return sorted({name for name in LATER if name in sys.modules})
print(there())
"""


def printed(code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ASKED + code],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(CORE)},
    )
    return done.stdout.splitlines()


def test_a_function_that_asks_for_no_forecast_imports_none() -> None:
    assert printed("") == ["[]"]


def test_a_row_is_known_by_its_record_and_by_its_tag_alone() -> None:
    by_record = printed(
        "from saldo.forecast.kept import ItemForecast\n"
        "print(BY_RECORD[ItemForecast].tag)\n"
        "print('saldo.steps' in sys.modules)"
    )
    assert by_record == ["[]", "item-forecast", "False"]
    assert printed("print(BY_TAG['item-forecast'].record.__name__)") == ["[]", "ItemForecast"]
    assert printed("print('item-forecast' in BY_TAG, 'tea' in BY_TAG)") == ["[]", "True False"]


def test_whoever_goes_over_all_rows_gets_all() -> None:
    code = "from saldo.adapters.dynamo.kinds import _LATER\nprint(len(BY_TAG) == len(BY_RECORD))\n"
    code += "print('item-forecast' in list(BY_TAG), len(there()))"
    assert printed(code) == ["[]", "True", "True 4"]


def test_every_record_of_a_later_family_is_found_by_where_it_stands() -> None:
    for family in kinds._LATER:
        module = import_module(f"saldo.adapters.dynamo.kinds_{family.lower()}")
        for kind in getattr(module, family):
            assert kinds._may_hold(family, kind.record), kind.record
