"""Which company an account is: by what it goes in registers, and at each provider.

A provider's company is proposed by matching and agreed by a person, once: a report about the wrong
company would stop the wrong debtor's reminders.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from saldo.errors import Invalid
from saldo.matching.names import normal

CANDIDATES_MAX: Final = 10
_PLAIN: Final = re.compile(r"[^0-9A-Z]")
_VAT: Final = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}", re.ASCII)
_DUNS: Final = re.compile(r"\d{9}", re.ASCII)
_TEXT_MAX: Final = 60


class CompanyIdNotValid(Invalid):
    """An identifier of a company does not look like one."""

    code = "company-id-not-valid"


@dataclass(frozen=True, slots=True)
class CompanyIds:
    """How a company is known: VAT number with its country ("DE123456789"), number in the register
    `register` (a court's name in Germany, "" elsewhere), D-U-N-S number; "" for what is not known.
    """

    creditor: str
    account: str
    vat: str = ""
    register_number: str = ""
    register: str = ""
    duns: str = ""
    changed_at: datetime | None = None
    by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)

    @property
    def is_empty(self) -> bool:
        return not (self.vat or self.register_number or self.duns)


MatchedBy = Literal["vat", "register", "duns", "name"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company as a provider knows it. `id` is the provider's own."""

    id: str
    name: str
    country: str = ""
    city: str = ""
    register_number: str = ""
    vat: str = ""
    duns: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate, and what speaks for it: an equal number, or only the name."""

    candidate: Candidate
    by: tuple[MatchedBy, ...]


LinkState = Literal["proposed", "agreed", "refused"]

Wanted = Literal["", "search", "report"]
"""What a person ordered to be asked at night: nothing, which company it is, or what is said now."""


@dataclass(frozen=True, slots=True)
class CompanyLink:
    """Which company of a provider an account is: `company` once a person agreed, "" before.

    Refused, the provider knows no such company, and nothing is asked by itself. `wanted` is
    what a person ordered. `in_vain_at` is when it was last asked about at night and had no report
    that could be used.
    """

    creditor: str
    account: str
    provider: str
    state: LinkState
    company: str = ""
    name: str = ""
    proposals: tuple[Proposal, ...] = ()
    wanted: Wanted = ""
    at: datetime | None = None
    by: str = ""
    in_vain_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.provider)


def checked_ids(
    vat: str, register_number: str, register: str, duns: str
) -> tuple[str, str, str, str]:
    """Return identifiers as they are kept; raise CompanyIdNotValid with a pointer."""
    vat, duns = _plain(vat), _plain(duns)
    if vat and not _VAT.fullmatch(vat):
        raise (
            CompanyIdNotValid("A VAT number begins with its country: DE123456789.")
            .told("vat")
            .at("/vat")
        )
    if duns and not _DUNS.fullmatch(duns):
        raise CompanyIdNotValid("A D-U-N-S number has nine digits.").told("duns").at("/duns")
    for name, text in (("register_number", register_number), ("register", register)):
        if len(text) > _TEXT_MAX or (text and not text.isprintable()):
            raise (
                CompanyIdNotValid("This is no entry of a register.").told("register").at(f"/{name}")
            )
    return vat, register_number.strip(), register.strip(), duns


def proposals_of(
    ids: CompanyIds, name: str, country: str, found: Sequence[Candidate]
) -> tuple[Proposal, ...]:
    """Return candidates with what speaks for them, the strongest first; others are left out.

    An equal VAT, register or D-U-N-S number speaks; so does the name, as the matcher folds names,
    in the same country.
    """
    proposals = [Proposal(one, tuple(_speaks(ids, name, country, one))) for one in found]
    ordered = sorted(
        (one for one in proposals if one.by),
        key=lambda one: (one.by == ("name",), -len(one.by), one.candidate.id),
    )
    return tuple(ordered[:CANDIDATES_MAX])


def _speaks(ids: CompanyIds, name: str, country: str, one: Candidate) -> list[MatchedBy]:
    by: list[MatchedBy] = []
    if ids.vat and _plain(one.vat) in (ids.vat, ids.vat[2:]):
        by.append("vat")
    if ids.register_number and _plain(one.register_number) == _plain(ids.register_number):
        by.append("register")
    if ids.duns and _plain(one.duns) == ids.duns:
        by.append("duns")
    if normal(one.name) == normal(name) and one.country in ("", country):
        by.append("name")
    return by


def _plain(text: str) -> str:
    return _PLAIN.sub("", text.upper())
