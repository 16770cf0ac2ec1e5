"""Holds proposals against the truth: precision, recall and F1, per kind and per class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from saldo.matching.model import Proposal
from tests.matching_months import Month, Truth


@dataclass
class Tally:
    """What was right, wrongly proposed, and missed; a pair of entry and item with its amount."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def add(self, other: Tally) -> None:
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed


@dataclass
class Score:
    """Tallies over all, by kind, by class; classes per kind; and what is certain but wrong."""

    all: Tally = field(default_factory=Tally)
    by_kind: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_class: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)
    certain_wrong: list[tuple[str, Proposal, Truth]] = field(default_factory=list)
    off: list[tuple[str, Proposal, Truth]] = field(default_factory=list)

    def take(self, month: Month, proposals: Iterable[Proposal]) -> None:
        for proposal in proposals:
            kind = month.kinds[proposal.entries[0]]
            meant = _together(month.truth[each] for each in proposal.entries)
            said = told(proposal)
            both = said & meant
            tally = Tally(len(both), len(said - meant), len(meant - said))
            for into in (self.all, self.by_kind[kind], self.by_class[proposal.confidence]):
                into.add(tally)
            self.classes[kind, proposal.confidence] += 1
            if said != meant:
                self.off.append((kind, proposal, meant))
                if proposal.confidence == "certain":
                    self.certain_wrong.append((kind, proposal, meant))


def told(proposal: Proposal) -> Truth:
    """Return what a proposal says, as the truth is told."""
    said: set[tuple[str, str, int]] = {
        ("item", each.item, each.amount_minor) for each in proposal.allocations
    }
    if proposal.overpaid_minor:
        said.add(("credit", proposal.account, proposal.overpaid_minor))
    if proposal.reverses:
        said.add(("reverses", proposal.reverses, 0))
    return frozenset(said)


def _together(truths: Iterable[Truth]) -> Truth:
    sums: Counter[tuple[str, str]] = Counter()
    for truth in truths:
        for what, which, amount in truth:
            sums[what, which] += amount
    return frozenset((what, which, amount) for (what, which), amount in sums.items())
