"""What an own text may be made of: enough to say anything, too little to run for long.

A sandbox keeps a template away from Python, not from doubling a string forty times. So own texts
have no macros and no recursion, few assignments, loops in at most one loop, and the filters that
words need.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jinja2 import Environment, nodes

from saldo.errors import Invalid

LOOPS_DEEP_MAX: Final = 2
ASSIGNMENTS_MAX: Final = 10
"""Each can double what it holds; ten make a thousand of one."""

FILTERS: Final = frozenset(
    {"abs", "brief", "capitalize", "default", "e", "escape", "first", "grouped", "int", "join"}
    | {"last", "length", "list", "lower", "round", "sort", "sum", "title", "trim", "upper"}
)


class TextNotValid(Invalid):
    """A text of a creditor is too long, is no template, or does what a text may not do."""

    code = "text-not-valid"


def check(sandbox: Environment, source: str, name: str) -> nodes.Template:
    """Return the tree of an own text; raise TextNotValid or jinja2.TemplateSyntaxError."""
    tree = sandbox.parse(source, name, name)
    for reason in refused(tree):
        raise TextNotValid(reason)
    return tree


def refused(tree: nodes.Template) -> Iterator[str]:
    """Yield what an own text does and may not do, as sentences."""
    if next(tree.find_all((nodes.Macro, nodes.CallBlock)), None):
        yield "A text defines no macros; what several share is in `say`."
    if next(tree.find_all((nodes.Include, nodes.Extends, nodes.Block)), None):
        yield "A text takes no other text in."
    if any(node.template != nodes.Const("words") for node in tree.find_all(nodes.Import)):
        yield "A text takes no other text in."
    if next(tree.find_all(nodes.FromImport), None):
        yield "A text takes no other text in."
    # A filter block holds its filter as a node, too.
    for name in sorted({node.name for node in tree.find_all(nodes.Filter)} - FILTERS):
        yield f"Texts have no filter {name!r}; there are {', '.join(sorted(FILTERS))}."
    if any(loop.recursive for loop in tree.find_all(nodes.For)) or _depth(tree) > LOOPS_DEEP_MAX:
        yield f"Loops stand in at most {LOOPS_DEEP_MAX - 1} other loop, and call none again."
    if len(list(tree.find_all((nodes.Assign, nodes.AssignBlock, nodes.With)))) > ASSIGNMENTS_MAX:
        yield f"A text sets at most {ASSIGNMENTS_MAX} names."


def _depth(node: nodes.Node) -> int:
    inner = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return inner + isinstance(node, nodes.For)
