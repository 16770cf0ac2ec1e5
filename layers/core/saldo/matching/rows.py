"""The table of rules: what a match is worth, by how items were named, how the amount fits, and who
paid. The first row that fits decides; nothing is added up into a score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from saldo.matching.model import Confidence, Threshold
from saldo.matching.settle import How

Named = Literal["reference", "number", "advice", "short", "noisy", "typo", "none"]
"""How the items were named, the weakest of them: `reference` by an id of ours; `number` by whole
numbers; `advice` not by the entry, but by a remittance advice of its sum; `short` by a few digits;
`noisy` with letters for digits; `typo` almost; `none` not at all.
"""

Relation = Literal["same", "called", "unknown", "other"]
"""Whose items they are: of the account that pays by IBAN or customer number (`same`), of the one
that is called like the payer (`called`), of somebody else (`other`), or the payer is unknown.
"""

_CLOSED: Final[frozenset[How]] = frozenset({"exact", "discount", "rounding", "charges-told"})
_ANY: Final[frozenset[How]] = frozenset(
    {
        *_CLOSED, "without-fees", "with-fees", "credit-note", "some-named", "right-sum",
        "late-discount", "bank-charge", "write-off", "with-others", "part", "instalment", "over",
    }
)  # fmt: skip
_SUMS: Final[frozenset[How]] = frozenset({*_CLOSED, "without-fees", "credit-note"})
_KNOWN: Final[frozenset[Relation]] = frozenset({"same", "called"})
_EVERYBODY: Final[frozenset[Relation]] = frozenset({"same", "called", "unknown", "other"})


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a match when it is judged. `is_telling`: no other open item has the amount,
    or several numbers add up to it; `has_twin`: another item of the account has the same amount;
    `is_chased`: of one item, and the creditor asks for discounts that were taken too late.
    """

    named: Named
    how: How
    relation: Relation
    is_rivalled: bool = False
    is_telling: bool = False
    has_twin: bool = False
    is_chased: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A rule. A certain row of threshold `usual` gives only `likely` where the creditor is strict.
    `says` is for bookkeepers.
    """

    name: str
    confidence: Confidence
    named: frozenset[Named]
    how: frozenset[How]
    relation: frozenset[Relation]
    says: str
    threshold: Threshold = "strict"
    unrivalled: bool = False
    telling: bool = False
    no_twin: bool = False
    chased: bool = False

    def fits(self, found: Found) -> bool:
        """Tell whether this rule is for `found`."""
        return (
            found.named in self.named
            and found.how in self.how
            and found.relation in self.relation
            and not (self.unrivalled and found.is_rivalled)
            and (found.is_telling or not self.telling)
            and not (self.no_twin and found.has_twin)
            and (found.is_chased or not self.chased)
        )


def _row(
    name: str,
    confidence: Confidence,
    named: set[Named],
    how: frozenset[How],
    relation: frozenset[Relation],
    says: str,
) -> Row:
    return Row(name, confidence, frozenset(named), how, relation, says)


TABLE: Final = (
    Row(
        "reference", "certain", frozenset({"reference"}), _CLOSED | {"with-fees", "credit-note"},
        _EVERYBODY, "Our reference, and the amount settles all that it is for.", unrivalled=True,
    ),
    Row(
        "instalment", "certain", frozenset({"reference"}), frozenset({"instalment"}), _EVERYBODY,
        "The reference of an instalment, and exactly its sum.", unrivalled=True,
    ),
    Row(
        "number-and-payer", "certain", frozenset({"number"}), _CLOSED, _KNOWN,
        "Whole numbers, the amount settles them, and the payer is the account.", unrivalled=True,
    ),
    Row(
        "number-and-amount", "certain", frozenset({"number"}), frozenset({"exact"}),
        frozenset({"unknown"}),
        "Whole numbers and exactly their sum, which no other open item has; nobody else is known "
        "to have paid.",
        unrivalled=True, telling=True,
    ),
    Row(
        "short-number-and-payer", "certain", frozenset({"short"}),
        frozenset({"exact", "discount"}), frozenset({"same", "called"}),
        "The last digits of numbers, the amount settles them, the payer is the account, and none "
        "of its other items has that amount.",
        unrivalled=True, no_twin=True,
    ),
    Row(
        "late-discount", "certain", frozenset({"reference", "number"}),
        frozenset({"late-discount"}), _KNOWN,
        "One item less its discount, too late, from the account itself, and the creditor asks for "
        "such discounts: it is a part like any other.",
        unrivalled=True, chased=True,
    ),
    Row(
        "advice", "certain", frozenset({"advice"}), frozenset({"exact", "discount", "rounding"}),
        frozenset({"same"}),
        "A remittance advice of exactly this sum, each line of which settles an open item of the "
        "account that pays.",
        unrivalled=True,
    ),
    Row(
        "advised-part", "certain", frozenset({"advice"}), frozenset({"part"}), frozenset({"same"}),
        "The same, but a line is for a part of its item.", threshold="usual", unrivalled=True,
    ),
    Row(
        "payer-and-amount", "certain", frozenset({"none", "typo", "noisy"}),
        frozenset({"exact", "discount"}), frozenset({"same"}),
        "A known IBAN or customer number, and only one of the account's items, or one set, makes "
        "the amount.",
        threshold="usual", unrivalled=True, no_twin=True,
    ),
    Row(
        "named-part", "certain", frozenset({"reference", "number"}),
        frozenset({"part", "instalment"}), _KNOWN,
        "A part of what was named, from the account itself.", threshold="usual",
    ),
    _row("named", "likely", {"reference", "number"}, _ANY, _EVERYBODY,
         "Named, but the amount, the payer or a rival leaves a doubt."),
    _row("advised", "likely", {"advice"}, _ANY, _EVERYBODY,
         "A remittance advice explains it, but its sums, the payer or a rival leave a doubt."),
    _row("short-number", "likely", {"short", "noisy"}, _ANY, _KNOWN,
         "Named by a few digits or with letters for digits, by the account itself."),
    _row("short-number-and-amount", "likely", {"short", "noisy"}, _CLOSED,
         frozenset({"unknown", "other"}),
         "Named by a few digits, and the amount settles it; the payer is not the account."),
    _row("almost-the-number", "likely", {"typo"}, _SUMS, _EVERYBODY,
         "Almost the number, and the amount settles it."),
    _row("sum-of-account", "likely", {"none"}, _SUMS, _KNOWN,
         "Nothing named, but items of the account make the amount."),
)  # fmt: skip


def judge(found: Found, threshold: Threshold) -> tuple[Confidence, str]:
    """Return the confidence and the name of the row that gives it; ("open", "none") if none."""
    for row in TABLE:
        if not row.fits(found):
            continue
        if row.threshold == "usual" and threshold == "strict":
            return "likely", row.name
        return row.confidence, row.name
    return "open", "none"
