"""Codes from lists: BR-CL-… of EN 16931-1:2017 and its code lists.

The lists stand in code_lists.json, each with its source. Units of measure (BR-CL-23), object
identifiers (BR-CL-07), reasons of charges (BR-CL-20) and VATEX codes (BR-CL-22) are long and grow:
they are checked by their form alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from saldo.einvoices.document import Document
from saldo.einvoices.profiles import Scope
from saldo.einvoices.rules.rule import Broken, groups
from saldo.einvoices.tree import Node
from saldo.money import CURRENCY_DECIMALS

_WRITTEN: Final = json.loads((Path(__file__).parent / "code_lists.json").read_text("utf-8"))


def code_list(name: str) -> frozenset[str]:
    """Return the codes of a list."""
    return frozenset(_WRITTEN[name]["codes"].split())


COUNTRIES: Final = code_list("countries")
SCHEMES: Final = code_list("schemes")
_EXTENSION_SCHEMES: Final = SCHEMES | code_list("digital_health_schemes")
_CURRENCIES: Final = code_list("currencies") | CURRENCY_DECIMALS.keys()
_ADDRESSES: Final = code_list("electronic_addresses")
_EXTENSION_ADDRESSES: Final = _ADDRESSES | code_list("digital_health_schemes")
_MEDIA: Final = code_list("media_types")

Allowed = Callable[[str], bool]


def _form(pattern: str) -> Allowed:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def coded(path: str, term: str, allowed: Allowed, attribute: str = "") -> Broken:
    """Each occurrence of a term, or of its attribute where it has one, is an allowed code."""

    def broken(document: Document) -> Iterator[Node]:
        for group in groups(document, path):
            for one in group.terms.get(term, ()):
                if attribute:
                    is_coded = attribute in one.node.attributes
                    code = one.attribute(attribute)
                else:
                    is_coded, code = bool(one.text), one.text
                if is_coded and not allowed(code):
                    yield one.node

    return broken


def _any(*parts: Broken) -> Broken:
    return lambda document: (place for part in parts for place in part(document))


def _except(profile: Scope, part: Broken) -> Broken:
    """The rule gives way to another one in a profile."""
    return lambda document: iter(()) if document.profile.has(profile) else part(document)


def _currencies(document: Document) -> Iterator[Node]:
    """BR-CL-03: every amount names a currency, if it names one, that exists."""
    for node in document.root.node.walk():
        written = node.attributes.get("currencyID")
        if written is not None and written.strip() not in _CURRENCIES:
            yield node


_COUNTRY: Final = COUNTRIES.__contains__
_ADDRESSES_OF: Final = (
    ("BG-4/BG-5", "BT-40"),
    ("BG-7/BG-8", "BT-55"),
    ("BG-11/BG-12", "BT-69"),
    ("BG-13/BG-15", "BT-80"),
)
_TAX_TERMS: Final = (("BG-20", "BT-95"), ("BG-21", "BT-102"), ("BG-23", "BT-118"))
_PARTY_IDS: Final = (("BG-4", "BT-29"), ("BG-7", "BT-46"), ("BG-10", "BT-60"))
_REGISTRATIONS: Final = (("BG-4", "BT-30"), ("BG-7", "BT-47"), ("BG-10", "BT-61"))
_ELECTRONIC: Final = (("BG-4", "BT-34"), ("BG-7", "BT-49"))


def _schemed(terms: tuple[tuple[str, str], ...], allowed: Allowed) -> Broken:
    return _any(*(coded(path, term, allowed, "schemeID") for path, term in terms))


_CURRENCY: Final = CURRENCY_DECIMALS.__contains__
_CATEGORY: Final = code_list("tax_categories").__contains__
_ITEM: Final = "BG-25/BG-31"
_LOCATION: Final = (("BG-13", "BT-71"),)
_STANDARD: Final = ((_ITEM, "BT-157"),)

TESTS: Final[Mapping[str, Broken]] = {
    "BR-CL-01": coded("", "BT-3", code_list("document_types").__contains__),
    "BR-CL-03": _currencies,
    "BR-CL-04": coded("", "BT-5", _CURRENCY),
    "BR-CL-05": coded("", "BT-6", _CURRENCY),
    "BR-CL-06": coded("", "BT-8", code_list("tax_points").__contains__),
    "BR-CL-07": _any(
        coded("", "BT-18", _form("[A-Z]{2,3}"), "schemeID"),
        coded("BG-25", "BT-128", _form("[A-Z]{2,3}"), "schemeID"),
    ),
    "BR-CL-10": _except("extension", _schemed(_PARTY_IDS, SCHEMES.__contains__)),
    "BR-CL-11": _except("extension", _schemed(_REGISTRATIONS, SCHEMES.__contains__)),
    "BR-CL-13": _except(
        "cvd", coded(_ITEM, "BT-158", code_list("classifications").__contains__, "listID")
    ),
    "BR-CL-14": _any(*(coded(path, term, _COUNTRY) for path, term in _ADDRESSES_OF)),
    "BR-CL-15": coded(_ITEM, "BT-159", _COUNTRY),
    "BR-CL-16": coded("BG-16", "BT-81", code_list("payment_means").__contains__),
    "BR-CL-17": _any(*(coded(path, term, _CATEGORY) for path, term in _TAX_TERMS)),
    "BR-CL-18": coded("BG-25/BG-30", "BT-151", _CATEGORY),
    "BR-CL-19": _any(
        coded("BG-20", "BT-98", code_list("allowance_reasons").__contains__),
        coded("BG-25/BG-27", "BT-140", code_list("allowance_reasons").__contains__),
    ),
    "BR-CL-20": _any(
        coded("BG-21", "BT-105", _form("[A-Z]{2,3}")),
        coded("BG-25/BG-28", "BT-145", _form("[A-Z]{2,3}")),
    ),
    "BR-CL-21": _except("extension", _schemed(_STANDARD, SCHEMES.__contains__)),
    "BR-CL-22": coded("BG-23", "BT-121", _form("(?i:VATEX-[A-Z0-9-]+)")),
    "BR-CL-23": coded("BG-25", "BT-130", _form("[A-Z0-9]{1,3}")),
    "BR-CL-24": _except("extension", coded("BG-24", "BT-125", _MEDIA.__contains__, "mimeCode")),
    "BR-CL-25": _except("extension", _schemed(_ELECTRONIC, _ADDRESSES.__contains__)),
    "BR-CL-26": _except("extension", _schemed(_LOCATION, SCHEMES.__contains__)),
    "BR-DEX-01": coded("BG-24", "BT-125", (_MEDIA | {"application/xml"}).__contains__, "mimeCode"),
    "BR-DEX-04": _schemed(_PARTY_IDS, _EXTENSION_SCHEMES.__contains__),
    "BR-DEX-05": _schemed(_REGISTRATIONS, _EXTENSION_SCHEMES.__contains__),
    "BR-DEX-06": _schemed(_STANDARD, _EXTENSION_SCHEMES.__contains__),
    "BR-DEX-07": _schemed(_ELECTRONIC, _EXTENSION_ADDRESSES.__contains__),
    "BR-DEX-08": _schemed(_LOCATION, _EXTENSION_SCHEMES.__contains__),
}
