"""From elements to business terms, by tables of paths.

A path is a list of names, `PartyLegalEntity/RegistrationName`; the last step may be `@unitCode`
and a lone `.` is the element itself. A name may carry conditions: `[A/B=x]`, `[A/B!=x]` (also true
where there is none), `[@a=x]`, `[@a!=x]`. Alternatives stand beside each other with ` | `; what
each finds is taken, in that order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from saldo.einvoices.terms import Group, Term
from saldo.einvoices.tree import Node

_STEP: Final = re.compile(r"(@?[A-Za-z.]+)((?:\[[^\]]+\])*)(?:/|$)")
_CONDITION: Final = re.compile(r"\[([^\]!=]+)(!?=)([^\]]*)\]")

Find = Callable[[Node], list[Node]]
Terms = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a group holds, compiled: its terms, and the groups within it."""

    terms: tuple[tuple[str, tuple[tuple[Find, str], ...]], ...]
    groups: tuple[tuple[str, tuple[Find, ...], Shape], ...]


def shape(terms: Terms, *groups: tuple[str, str, Shape]) -> Shape:
    """Compile tables: terms by path, and groups as (id, path, shape)."""
    return Shape(
        tuple(
            (bt, tuple(_finder(one) for one in _alternatives(path))) for bt, path in terms.items()
        ),
        tuple((bg, tuple(_finder(p)[0] for p in _alternatives(path)), s) for bg, path, s in groups),
    )


def bind(node: Node, wanted: Shape, group_id: str = "") -> Group:
    """Read an element into a group."""
    group = Group(group_id, node)
    for term_id, finders in wanted.terms:
        for find, attribute in finders:
            for found in find(node):
                text = found.attributes.get(attribute, "") if attribute else found.text
                if not attribute or attribute in found.attributes:
                    group.add(term_id, Term(text.strip(), found))
    for inner_id, inner_finders, inner_shape in wanted.groups:
        for find_inner in inner_finders:
            for found in find_inner(node):
                inner = bind(found, inner_shape, inner_id)
                group.groups.setdefault(inner_id, []).append(inner)
    return group


def _alternatives(path: str) -> Iterable[str]:
    return path.split(" | ")


def _finder(path: str) -> tuple[Find, str]:
    """Compile one path into what finds its elements, and the attribute at its end."""
    steps = [(step[1], step[2]) for step in _STEP.finditer(path)]
    attribute = steps.pop()[0][1:] if steps[-1][0].startswith("@") else ""
    names = [(name, _conditions(written)) for name, written in steps if name != "."]
    return _walker(names), attribute


def _walker(steps: Sequence[tuple[str, tuple[Callable[[Node], bool], ...]]]) -> Find:
    if len(steps) == 1 and not steps[0][1]:
        only = steps[0][0]
        return lambda node: node.named(only)

    def find(node: Node) -> list[Node]:
        found = [node]
        for name, conditions in steps:
            found = [
                child
                for one in found
                for child in one.named(name)
                if all(holds(child) for holds in conditions)
            ]
            if not found:
                break
        return found

    return find


def _conditions(written: str) -> tuple[Callable[[Node], bool], ...]:
    return tuple(_condition(one[1], one[2] == "=", one[3]) for one in _CONDITION.finditer(written))


def _condition(path: str, wanted_equal: bool, value: str) -> Callable[[Node], bool]:
    if path.startswith("@"):
        name = path[1:]
        return lambda node: (node.attributes.get(name, "").strip() == value) is wanted_equal
    find, _ = _finder(path)
    return lambda node: any(one.value == value for one in find(node)) is wanted_equal
