"""How well and how fast payments are matched to invoices.

    PYTHONPATH=layers/core:. .venv/bin/python bench/match.py [first seed] [seeds] [--speed]

Precision, recall and F1 over generated months (tests/matching_months.py says what is in them), per
kind and per class. With --speed besides: 10,000 entries against 100,000 open items of 8,000
accounts, on one core.
"""

from __future__ import annotations

import resource
import sys
import time

from saldo.matching.match import match
from saldo.matching.model import Rules
from tests.matching_months import SHARES, TODAY, month
from tests.matching_score import Score, Tally

FIRST_SEED = 1000
SEEDS = 30


def main() -> None:
    """Print the figures."""
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    first, count = (*numbers, *(FIRST_SEED, SEEDS)[len(numbers) :])[:2]
    score = Score()
    for seed in range(first, first + count):
        made = month(seed)
        score.take(made, match(made.entries, made.items, made.accounts, today=TODAY))
    show(score)
    if "--wrong" in sys.argv:
        for kind, proposal, meant in score.off[:40]:
            print(kind, proposal, meant, "", sep="\n  ")
    usual = Score()
    for seed in range(first, first + count):
        made = month(seed)
        rules = Rules(threshold="usual")
        usual.take(made, match(made.entries, made.items, made.accounts, rules=rules, today=TODAY))
    certain = usual.by_class["certain"]
    print(f"threshold usual: certain precision {certain.precision:.4%}, {certain.right} pairs")
    if "--speed" in sys.argv:
        speed()


def show(score: Score) -> None:
    """Print precision, recall and F1, and how many of each kind are in which class."""
    print(f"{'':12}{'precision':>10}{'recall':>9}{'F1':>9}  certain  likely    open")
    for kind in SHARES:
        classes = [score.classes[kind, each] for each in ("certain", "likely", "open")]
        line(kind, score.by_kind[kind], "".join(f"{each:8}" for each in classes))
    for each in ("certain", "likely"):
        line(each, score.by_class[each])
    line("all", score.all)
    print(f"certain and wrong: {len(score.certain_wrong)} proposals")


def line(name: str, tally: Tally, more: str = "") -> None:
    """Print one row."""
    print(f"{name:12}{tally.precision:10.2%}{tally.recall:9.2%}{tally.f1:9.2%}  {more}")


def speed() -> None:
    """Print how long a large month takes."""
    made = month(7, entries=10_000, customers=8_000, more_items=8_000)
    print(
        f"{len(made.entries):,} entries, {len(made.items):,} items, {len(made.accounts):,} accounts"
    )
    start = time.process_time()
    proposals = match(made.entries, made.items, made.accounts, today=TODAY)
    spent = time.process_time() - start
    score = Score()
    score.take(made, proposals)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{spent:.1f} s, {len(made.entries) / spent:,.0f} entries/s, peak {peak:,.0f} MB")
    line("large", score.all)
    line("certain", score.by_class["certain"])


if __name__ == "__main__":
    main()
