"""A first mapping, from what columns are called and what they hold. Pure.

It is a proposal for a person: what nothing in the file decides is not decided, stands in the data
as "?", and is said as a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from saldo.imports.fields import FIELDS, Field
from saldo.imports.mapping import LeaveOut, Mapping, Take
from saldo.imports.mapping_write import as_json
from saldo.tables.columns import ColumnFacts, Columns
from saldo.tables.model import Layout

UNDECIDED: Final = "?"

_KIND_WORDS: Final = {
    "invoice": ("rechnung", "re", "r", "invoice", "inv", "factuur", "facture", "fa", "ar"),
    "credit-note": (
        "gutschrift", "gs", "gu", "g", "rechnungskorrektur", "credit note", "credit memo",
        "credit", "cn", "cm", "creditnota", "creditfactuur", "avoir", "av",
    ),
    "payment": ("zahlung", "za", "z", "payment", "pay", "betaling", "paiement", "règlement"),
}  # fmt: skip
_COLLECTION_WORDS: Final = {
    "none": ("nein", "no", "nee", "non", "0", "-", "n"),
    "legal-case": ("ja", "inkasso", "yes", "incasso", "agency", "1", "x", "j", "contentieux"),
    "insolvency": ("insolvenz", "insolvency", "faillissement", "faillite"),
}
_PLAIN: Final = re.compile(r"[^\w]+")
_WHOLE_NAME, _WORD_OF_IT, _WITHIN = 4, 3, 2
_LONG_WORD: Final = 5
_CURRENCY_SIGNS: Final = {"€": "EUR", "EUR": "EUR", "CHF": "CHF", "£": "GBP"}


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposal. `undecided` are settings of the whole mapping that only a person can decide."""

    mapping: Mapping
    doubts: tuple[str, ...]
    undecided: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the data to be completed; what is undecided stands as "?", and is refused."""
        return {**as_json(self.mapping), **dict.fromkeys(self.undecided, UNDECIDED)}


def guess(layout: Layout, seen: Columns) -> Guess:
    """Propose a mapping for a table whose columns hold what `seen` says."""
    found = _assign(seen.facts)
    fields = {name: Take(columns=(facts.name,)) for name, facts in found.items()}
    doubts: list[str] = []
    undecided: list[str] = []
    decimal, days = _decimal(found, doubts, undecided), _days(found, doubts, undecided)
    _constants(fields, found, doubts)
    _words_of(fields, found, doubts)
    missing = [name for name in ("number", "account", "issued_on", "amount") if name not in fields]
    doubts += [
        f"No column is called as if it held {FIELDS[name].what} ({name})." for name in missing
    ]
    if "due_on" not in fields and "due_days" not in fields:
        fields["due_days"] = Take(value="14")
        doubts.append("No due date stands there: 14 days from the day of issue are proposed.")
    for name, facts in found.items():
        if facts.damaged:
            line, cell = facts.where["damaged"]
            doubts.append(
                f"{facts.name!r} ({name}) holds numbers that a spreadsheet cut: {cell!r} in line "
                f"{line}. Those rows are refused; export the column as text."
            )
    mapping = Mapping(
        layout,
        dict(sorted(fields.items(), key=lambda one: list(FIELDS).index(one[0]))),
        decimal=decimal,
        days=days,
        leave_out=_left_out(found, seen, doubts),
    )
    return Guess(mapping, tuple(doubts), tuple(undecided))


def _assign(facts: Iterable[ColumnFacts]) -> dict[str, ColumnFacts]:
    """Give each field the column that fits it best; no column goes into two."""
    scored = [
        (-score, rank, place, field.name, one)
        for place, one in enumerate(facts)
        for field in FIELDS.values()
        for score, rank in [_score(field, one)]
        if score
    ]
    found: dict[str, ColumnFacts] = {}
    taken: set[str] = set()
    for _, _, _, name, one in sorted(scored, key=lambda entry: entry[:3]):
        if name not in found and one.name not in taken:
            found[name] = one
            taken.add(one.name)
    return found


def _score(field: Field, facts: ColumnFacts) -> tuple[int, int]:
    """Return how well a column's name fits, and at which of the field's words; 0 where it holds
    something else.
    """
    if not _holds(field, facts):
        return 0, 0
    name = _plain(facts.name)
    tight = name.replace(" ", "")
    best = (0, 0)
    for rank, word in enumerate(field.words):
        bare = _plain(word.removeprefix("="))
        if name == bare or tight == bare.replace(" ", ""):
            return _WHOLE_NAME, rank
        if word.startswith("=") or best[0]:
            continue
        if f" {bare} " in f" {name} ":
            best = (_WORD_OF_IT, rank)
        elif len(bare) >= _LONG_WORD and bare.replace(" ", "") in tight:
            best = (_WITHIN, rank)
    return best


def _holds(field: Field, facts: ColumnFacts) -> bool:
    if not facts.filled:
        return True
    if field.type == "day":
        return bool(facts.day_forms)
    if field.type in ("amount", "whole"):
        return facts.is_number
    return True


def _plain(text: str) -> str:
    return " ".join(_PLAIN.sub(" ", text.casefold()).split())


def _decimal(found: dict[str, ColumnFacts], doubts: list[str], undecided: list[str]) -> Any:
    facts = found.get("amount")
    if facts is None:
        return ","
    decimal = facts.decimal
    if decimal == "mixed":
        (line, comma), (other, point) = facts.where[","], facts.where["."]
        doubts.append(
            f"{facts.name!r} has both decimal marks: {comma!r} in line {line}, {point!r} in line "
            f"{other}. Each is read as it can only be meant; what can be both is refused."
        )
        return "mixed"
    if decimal is None and facts.ambiguous:
        line, cell = facts.where["ambiguous"]
        doubts.append(
            f"Nothing in {facts.name!r} tells whether {cell!r} (line {line}) is thousands or has "
            "three decimals: set \"decimal\" to ',' or '.'."
        )
        undecided.append("decimal")
    return decimal or ("." if facts.typed else ",")


def _days(found: dict[str, ColumnFacts], doubts: list[str], undecided: list[str]) -> Any:
    columns = [facts for name, facts in found.items() if FIELDS[name].type == "day"]
    columns = [facts for facts in columns if facts.day_forms and facts.typed < facts.filled]
    if not columns:
        return "YMD"
    forms = [form for form in columns[0].day_forms if all(form in one.day_forms for one in columns)]
    if len(forms) == 1:
        return forms[0]
    if not forms:
        told = ", ".join(f"{one.name!r} {'/'.join(one.day_forms)}" for one in columns)
        doubts.append(f"The columns with days are written differently ({told}): say so per field.")
    else:
        example = next(iter(columns[0].examples), "")
        doubts.append(
            f"Nothing tells whether days such as {example!r} in {columns[0].name!r} are "
            f'{" or ".join(forms)}: set "days".'
        )
    undecided.append("days")
    return columns[0].day_forms[0]


def _constants(fields: dict[str, Take], found: dict[str, ColumnFacts], doubts: list[str]) -> None:
    if "currency" not in fields:
        amounts = found["amount"].examples if "amount" in found else []
        signs = {to for one in amounts for sign, to in _CURRENCY_SIGNS.items() if sign in one}
        fields["currency"] = Take(value=signs.pop() if len(signs) == 1 else "EUR")
        doubts.append(f"No column has the currency: all is {fields['currency'].value}.")
    if "account.name" in fields and "account.kind" not in fields:
        fields["account.kind"] = Take(value="business")
        doubts.append(
            "Nothing tells businesses from consumers, whom the law treats otherwise: all "
            "are businesses."
        )


def _words_of(fields: dict[str, Take], found: dict[str, ColumnFacts], doubts: list[str]) -> None:
    """Translate the words of columns that hold some."""
    for name, words in (("kind", _KIND_WORDS), ("collection", _COLLECTION_WORDS)):
        facts = found.get(name)
        if facts is None:
            continue
        known = {word: to for to, many in words.items() for word in many}
        table = {one: known[one.casefold()] for one in facts.examples if one.casefold() in known}
        unknown = [one for one in facts.examples if one.casefold() not in known]
        if not table:
            del fields[name]
            doubts.append(
                f"{facts.name!r} may be {FIELDS[name].what}, but its words are not known."
            )
            continue
        fields[name] = Take(columns=(facts.name,), table=tuple(table.items()))
        if unknown:
            doubts.append(f"{facts.name!r}: what does {', '.join(map(repr, unknown))} mean?")


def _left_out(
    found: dict[str, ColumnFacts], seen: Columns, doubts: list[str]
) -> tuple[LeaveOut, ...]:
    facts = found.get("number")
    without = seen.rows - facts.filled if facts else 0
    if facts is None or not without:
        return ()
    doubts.append(f"{without} row(s) have no {facts.name!r}: sums or remarks, which are left out.")
    return (LeaveOut(facts.name, values=("",)),)
