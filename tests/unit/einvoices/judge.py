"""Judge every case of the corpus, and show the misses.

.venv/bin/python -m tests.unit.einvoices.judge            print rates and misses
.venv/bin/python -m tests.unit.einvoices.judge --record   write the rates down
"""

from __future__ import annotations

import json
import sys
from collections import Counter

from saldo.adapters.einvoice.read import read
from tests.unit.einvoices.cases import RATES, Case, cases, documents


def miss(case: Case) -> str:
    """Return how a case is judged otherwise than it should be; empty if it is judged right."""
    for source in documents(case):
        reading = read(source)
        if not case.rules:
            wrong = reading.error or " ".join(
                finding.rule for finding in reading.findings if finding.severity != "information"
            )
            if case.is_kept is not reading.is_ok and (case.is_kept or not wrong):
                return wrong or "nothing is wrong with it"
            continue
        broken = {finding.rule for finding in reading.findings}
        wrong_rules = [rule for rule in case.rules if (rule in broken) is case.is_kept]
        if reading.error or wrong_rules:
            return reading.error or " ".join(wrong_rules)
    return ""


def judge() -> tuple[dict[str, str], list[tuple[Case, str]]]:
    """Return `right/all` per source, and the misses."""
    right: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    misses = []
    for case in cases():
        outcome = miss(case)
        for source in (case.source, "all"):
            seen[source] += 1
            right[source] += not outcome
        if outcome:
            misses.append((case, outcome))
    return {source: f"{right[source]}/{seen[source]}" for source in sorted(seen)}, misses


def told(misses: list[tuple[Case, str]]) -> str:
    """Return the misses as lines."""
    return "\n".join(
        f"{case.file} case {case.number}: should {'keep' if case.is_kept else 'break'}"
        f" {' '.join(case.rules)} ({case.kind}): {outcome}"
        for case, outcome in misses
    )


if __name__ == "__main__":
    rates, missed = judge()
    print(told(missed))  # noqa: T201
    print(json.dumps(rates, indent=2))  # noqa: T201
    if "--record" in sys.argv:
        RATES.write_text(json.dumps(rates, indent=2) + "\n", encoding="utf-8")
