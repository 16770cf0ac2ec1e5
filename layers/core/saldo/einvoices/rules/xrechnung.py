"""XRechnung 3.0: BR-DE-….

Source: KoSIT, Standard XRechnung 3.0, chapter 12.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from saldo.einvoices.document import Document
from saldo.einvoices.rules.rule import Broken, groups, needs, needs_group
from saldo.einvoices.skonto import is_structured, structured_lines
from saldo.einvoices.terms import Group
from saldo.einvoices.tree import Node

_TYPES: Final = frozenset(["326", "380", "384", "389", "381", "875", "876", "877"])
_TAXED: Final = frozenset(["S", "Z", "E", "AE", "K", "G", "L", "M"])
_EMAIL: Final = re.compile(r"[^@\s.][^@\s]*[^@\s.]@[^@\s.][^@\s]*[^@\s.]", re.ASCII)
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:.*", re.ASCII | re.DOTALL)
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Za-z0-9]{0,30}", re.ASCII)
_DIGITS_LEAST: Final = 3


def is_iban(text: str) -> bool:
    """Tell whether text is an IBAN by its form and check digits (ISO 13616)."""
    written = "".join(text.split())
    if not _IBAN.fullmatch(written):
        return False
    turned = (written[4:] + written[:4]).upper()
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _seller_taxed(document: Document) -> Iterator[Node]:
    seller = document.root.one("BG-4")
    if document.root.within("BG-11") or (seller and seller.has("BT-31", "BT-32")):
        return
    if any(each.category in _TAXED for each in document.taxed):
        yield document.root.node


def _type_code(document: Document) -> Iterator[Node]:
    if document.root.text("BT-3") not in _TYPES:
        yield document.root.node


def _skonto(document: Document) -> Iterator[Node]:
    """BR-DE-18: a line that begins with # is a cash discount as XRechnung writes it."""
    for term in document.root.all("BT-20"):
        lines = structured_lines(term.text)
        ends = term.node.text.rstrip(" \t").endswith("\n")
        last_is = bool(lines) and term.text.splitlines()[-1].strip().startswith("#")
        if not all(is_structured(one) for one in lines) or (last_is and not ends):
            yield term.node


def _transfer_iban(document: Document) -> Iterator[Node]:
    for means in document.root.within("BG-16"):
        account = means.one("BG-17")
        if means.text("BT-81") == "58" and not (account and is_iban(account.text("BT-84"))):
            yield means.node


def _debit_iban(document: Document) -> Iterator[Node]:
    for means in document.root.within("BG-16"):
        if means.text("BT-81") == "59" and not is_iban(means.text("BT-91")):
            yield means.node


def _has_debit(document: Document, means: Group) -> bool:
    """Tell whether there is a direct debit (BG-19). CII has no group for it, only its terms."""
    if document.is_ubl:
        return bool(means.within("BG-19"))
    return document.root.has("BT-89", "BT-90") or means.has("BT-91")


_MEANS: Final = (
    ("23", frozenset({"30", "58"}), "BG-17"),
    ("24", frozenset({"48", "54", "55"}), "BG-18"),
    ("25", frozenset({"59"}), "BG-19"),
)


def _means(codes: frozenset[str], own: str, *, others: bool) -> Broken:
    """BR-DE-23 to 25: a way to pay has its own group (a), and none of the others' (b)."""

    def broken(document: Document) -> Iterator[Node]:
        for means in document.root.within("BG-16"):
            if means.text("BT-81") not in codes:
                continue
            there = {one for one in ("BG-17", "BG-18") if means.within(one)}
            if means.has("BT-86", "PAYER-BIC"):  # CII writes a bank beside the account
                there.add("BG-17")
            if _has_debit(document, means):
                there.add("BG-19")
            if (there - {own}) if others else own not in there:
                yield means.node

    return broken


def _debit_needs(term: str) -> Broken:
    """BR-DE-29 to 31: a direct debit has its mandate, creditor identifier and debited account."""

    def broken(document: Document) -> Iterator[Node]:
        root, means = document.root, document.root.within("BG-16")
        if not any(_has_debit(document, one) for one in means):
            return
        if not root.has(term) and not any(one.has(term) for one in means):
            yield root.node

    return broken


def _names_differ(document: Document) -> Iterator[Node]:
    seen: set[str] = set()
    for each in document.root.within("BG-24"):
        for embedded in each.terms.get("BT-125", ()):
            name = embedded.attribute("filename")
            if name and name in seen:
                yield embedded.node
            seen.add(name)


def _correction_refers(document: Document) -> Iterator[Node]:
    if document.root.text("BT-3") == "384" and not document.root.within("BG-3"):
        yield document.root.node


def _written(path: str, term: str, fits: Callable[[str], bool]) -> Broken:
    return lambda document: (
        group.node for group in groups(document, path) if not fits(group.text(term))
    )


def _urls(document: Document) -> Iterator[Node]:
    for each in document.root.within("BG-24"):
        for url in each.terms.get("BT-124", ()):
            if not _URL.fullmatch(url.text):
                yield url.node


def _specification(document: Document) -> Iterator[Node]:
    if "xrechnung_" not in document.root.text("BT-24"):
        yield document.root.node


def _says_when(document: Document) -> Iterator[Node]:
    delivery = document.root.one("BG-13")
    if (delivery and delivery.has("BT-72")) or document.root.within("BG-14"):
        return
    if not all(line.within("BG-26") for line in document.root.within("BG-25")):
        yield document.root.node


TESTS: Final[Mapping[str, Broken]] = {
    "BR-DE-1": needs_group("", "BG-16"),
    "BR-DE-2": needs_group("BG-4", "BG-6"),
    "BR-DE-3": needs("BG-4/BG-5", "BT-37"),
    "BR-DE-4": needs("BG-4/BG-5", "BT-38"),
    "BR-DE-5": needs("BG-4/BG-6", "BT-41"),
    "BR-DE-6": needs("BG-4/BG-6", "BT-42"),
    "BR-DE-7": needs("BG-4/BG-6", "BT-43"),
    "BR-DE-8": needs("BG-7/BG-8", "BT-52"),
    "BR-DE-9": needs("BG-7/BG-8", "BT-53"),
    "BR-DE-10": needs("BG-13/BG-15", "BT-77"),
    "BR-DE-11": needs("BG-13/BG-15", "BT-78"),
    "BR-DE-14": needs("BG-23", "BT-119"),
    "BR-DE-15": needs("", "BT-10"),
    "BR-DE-16": _seller_taxed,
    "BR-DE-17": _type_code,
    "BR-DE-18": _skonto,
    "BR-DE-19": _transfer_iban,
    "BR-DE-20": _debit_iban,
    "BR-DE-21": _specification,
    "BR-DE-22": _names_differ,
    **{f"BR-DE-{n}-a": _means(codes, own, others=False) for n, codes, own in _MEANS},
    **{f"BR-DE-{n}-b": _means(codes, own, others=True) for n, codes, own in _MEANS},
    "BR-DE-26": _correction_refers,
    "BR-DE-27": _written(
        "BG-4/BG-6", "BT-42", lambda t: sum(s.isdigit() for s in t) >= _DIGITS_LEAST
    ),
    "BR-DE-28": _written("BG-4/BG-6", "BT-43", lambda t: _EMAIL.fullmatch(t) is not None),
    "BR-DE-29": _debit_needs("BT-89"),
    "BR-DE-30": _debit_needs("BT-90"),
    "BR-DE-31": _debit_needs("BT-91"),
    "BR-DE-TMP-32": _says_when,
    "BR-TMP-2": _urls,
}
