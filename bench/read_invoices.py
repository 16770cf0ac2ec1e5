"""How many e-invoices one core reads in a second, per syntax.

    PYTHONPATH=layers/core:. .venv/bin/python bench/read_invoices.py FOLDER [seconds]

FOLDER holds files of any kind, such as the public corpus. What gives a record counts; the
rest is passed over. Each syntax is read over and over for so many seconds of processor time, from
memory: parsing, all rules, and the record.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import defaultdict
from itertools import cycle
from pathlib import Path

from saldo.adapters.einvoice.read import read

_MB = 1_000_000


def by_syntax(folder: Path) -> dict[str, list[bytes]]:
    """Return the documents of a folder that can be read, by their syntax."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() not in (".xml", ".pdf"):
            continue
        source = file.read_bytes()
        reading = read(source)
        if reading.invoice is not None:
            found[reading.syntax].append(source)
    return found


def measure(sources: list[bytes], seconds: float) -> tuple[float, float]:
    """Return documents and megabytes per second of processor time."""
    count = size = 0
    start = time.process_time()
    for source in cycle(sources):
        read(source)
        count += 1
        size += len(source)
        if time.process_time() - start >= seconds:
            break
    spent = time.process_time() - start
    return count / spent, size / spent / _MB


def main() -> None:
    """Print the figures."""
    folder = Path(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3.0
    for syntax, sources in sorted(by_syntax(folder).items()):
        documents, megabytes = measure(sources, seconds)
        average = sum(map(len, sources)) / len(sources) / 1000
        print(
            f"{syntax:20} {len(sources):4} files of {average:6.1f} kB: "
            f"{documents:7,.0f} invoices/s, {megabytes:6.2f} MB/s"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
