"""`saldo simulate`: stories in which everything outside fails, and what they came to."""

from __future__ import annotations

import time
from argparse import Namespace
from typing import Any

from rich.markup import escape

from saldo_cli.output import Output
from saldo_cli.problems import OK, REFUSED
from saldo_cli.simulation.invent import story_of
from saldo_cli.simulation.many import judge_many
from saldo_cli.simulation.run import Verdict, judge_seed
from saldo_cli.simulation.shrink import shrink
from saldo_cli.simulation.world import StoreName

_SHOWN_MAX = 5


def faults(options: Namespace, out: Output) -> int:
    """Run many seeds; 1 when a promise was broken in any of them."""
    seeds = range(options.start, options.start + options.seeds)
    started, calls, injected = time.monotonic(), 0, 0
    failing: dict[int, tuple[str, ...]] = {}
    with out.progress("Simulating", len(seeds)) as advance:
        for done, result in enumerate(judge_many(seeds, options.processes, options.store), 1):
            calls, injected = calls + result.calls, injected + result.injected
            if result.problems:
                failing[result.seed] = result.problems
            advance(done=done, what=f"Simulating ({len(failing)} failing)")
    seconds = time.monotonic() - started
    stories = [
        _shortest(seed, options.store, shorten=not options.whole)
        for seed in sorted(failing)[:_SHOWN_MAX]
    ]
    document: dict[str, Any] = {
        "seeds": len(seeds),
        "from": options.start,
        "store": options.store,
        "external_calls": calls,
        "faults_injected": injected,
        "seconds": round(seconds, 1),
        "seeds_per_second": round(len(seeds) / seconds, 1),
        "failing": {str(seed): list(found) for seed, found in sorted(failing.items())},
        "shortest": stories,
    }
    if options.story:
        document["stories"] = {str(seed): story_of(seed).lines() for seed in seeds}
    out.result(document)
    _tell(document, out)
    return REFUSED if failing else OK


def _shortest(seed: int, store: StoreName, *, shorten: bool) -> dict[str, Any]:
    found: Verdict = judge_seed(seed, store)
    if shorten and found.problems:
        found = shrink(found)
    return {
        "seed": seed,
        "story": found.story.lines(),
        "faults": [str(f) for f in found.faults],
        "problems": list(found.problems),
    }


def _tell(document: dict[str, Any], out: Output) -> None:
    for seed, lines in document.get("stories", {}).items():
        out.say(f"[bold]Seed {seed}[/]")
        for line in lines:
            out.say(f"  {escape(line)}")
    for one in document["shortest"]:
        out.say(f"\n[red]✗ Seed {one['seed']}[/], the shortest story that leads there:")
        for line in (*one["story"], *one["faults"]):
            out.say(f"  {escape(line)}")
        for problem in one["problems"]:
            out.say(f"  [red]{escape(problem)}[/]")
        out.say(f"  again: saldo simulate faults --from {one['seed']} --seeds 1 --story")
    out.say(
        f"\n{document['seeds']} seeds from {document['from']}, "
        f"{document['faults_injected']} faults, "
        f"{document['external_calls']} external calls, {document['seconds']} s "
        f"({document['seeds_per_second']} seeds a second)"
    )
    if document["failing"]:
        out.say(f"[red]✗ {len(document['failing'])} seeds broke a promise.[/]")
    else:
        out.say("[green]✓ Nothing lost, nothing twice.[/]")
