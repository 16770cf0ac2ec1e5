"""Mappings and imports over the API."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any, Final, Literal

from pydantic import Field
from typing_extensions import TypedDict

from saldo.clock import iso_instant
from saldo.edge.v1.requests import Body, Query
from saldo.errors import NotFound, TooLarge
from saldo.imports.fields import FIELDS, PAYMENT_ID
from saldo.imports.mapping import AccountsRule, MappingVersion, NegativeRule
from saldo.imports.model import Import, ImportState
from saldo.imports.service import Imports
from saldo.tables.days import DayForm
from saldo.tables.numbers import Decimal

_ANSWER_BYTES_MAX: Final = 4_500_000
"""Lambda answers with 6 MB at most, and base64 makes four bytes of three."""


class ReportMissing(NotFound):
    """The import is not done, or its report is no longer kept."""

    code = "report-missing"


class ReportTooLarge(TooLarge):
    """The whole report is more than one answer carries: ask for the refused rows."""

    code = "report-too-large"


class ImportReportQuery(Query):
    """Which rows of the report."""

    only: Annotated[
        Literal["refused"] | None, Field(description="`refused`: rows that were refused, alone.")
    ] = None


class MappingBody(Body):
    """What the columns of a source mean: for the description; `mapping_from` reads it."""

    schema_: Annotated[Literal[1], Field(alias="schema", description="The form of this document.")]
    layout: Annotated[
        dict[str, Any],
        Field(description="How files are read: format, encoding, separator, header_line …"),
    ]
    fields: Annotated[
        dict[str, dict[str, Any]],
        Field(description=f"What each field is made of. There are {', '.join(FIELDS)}."),
    ]
    decimal: Annotated[Decimal, Field(description="The decimal mark.")] = ","
    days: Annotated[DayForm, Field(description="The order of day, month and year.")] = "DMY"
    accounts: Annotated[
        AccountsRule, Field(description="Whether rows make and change accounts.")
    ] = "create"
    negative: Annotated[NegativeRule, Field(description="What an amount below zero is.")] = "refuse"
    leave_out: Annotated[
        list[dict[str, Any]] | None, Field(description="Rows that are none: sums, remarks.")
    ] = None
    about: Annotated[str, Field(max_length=300, description="A remark of yours.")] = ""


class MappingAnswer(TypedDict):
    """One version of a source's mapping."""

    source: str
    version: int
    set_at: str
    set_by: str
    mapping: Annotated[dict[str, Any], Field(description="As it was set.")]


class MappingList(TypedDict):
    """The mapping in force of every source."""

    items: list[MappingAnswer]


class ImportCounts(TypedDict):
    """Rows by what became of them; accounts that were made or changed beside them."""

    rows: int
    taken: int
    unchanged: int
    refused: int
    left_out: int
    accounts: int


class ImportAnswer(TypedDict):
    """How far an import is."""

    id: str
    source: str
    mapping: Annotated[int, Field(description="The version of the source's mapping.")]
    name: str
    sha256: str
    size_bytes: int
    by: str
    received_at: str
    state: ImportState
    rows: Annotated[int, Field(description="In the file, as far as known.")]
    counts: ImportCounts
    finished_at: str | None
    code: Annotated[str, Field(description="Why the whole file was refused or failed, or ''.")]
    text: str


class ImportList(TypedDict):
    """Imports, the newest first."""

    items: list[ImportAnswer]


def takes_payments(sent: Any) -> bool:
    """Tell whether a mapping, valid or not, would have rows booked as payments."""
    fields = sent.get("fields") if isinstance(sent, dict) else None
    return isinstance(fields, dict) and PAYMENT_ID in fields


def mapping(found: MappingVersion) -> MappingAnswer:
    """Return a mapping as the API answers it."""
    return {
        "source": found.source,
        "version": found.number,
        "set_at": iso_instant(found.set_at),
        "set_by": found.set_by,
        "mapping": found.data,
    }


def shown(one: Import) -> ImportAnswer:
    """Return an import as the API answers it."""
    counts = one.counts
    return {
        "id": one.id,
        "source": one.source,
        "mapping": one.mapping,
        "name": one.name,
        "sha256": one.sha256,
        "size_bytes": one.size,
        "by": one.by,
        "received_at": iso_instant(one.received_at),
        "state": one.state,
        "rows": one.rows,
        "counts": {
            "rows": counts.rows,
            "taken": counts.taken,
            "unchanged": counts.unchanged,
            "refused": counts.refused,
            "left_out": counts.left_out,
            "accounts": counts.accounts,
        },
        "finished_at": iso_instant(one.finished_at) if one.finished_at else None,
        "code": one.code,
        "text": one.text,
    }


def report(imports: Imports, one: Import, asked: ImportReportQuery) -> bytes:
    """Return the report as CSV; raise ReportMissing or ReportTooLarge."""
    data = imports.report(one)
    if data is None:
        raise ReportMissing("This import has no report (yet).")
    if asked.only is not None:
        data = _only(data, asked.only)
    if len(data) > _ANSWER_BYTES_MAX:
        raise ReportTooLarge("The report is too large for one answer: ask for only=refused.")
    return data


def _only(data: bytes, status: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for number, row in enumerate(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))):
        if number == 0 or row[1] == status:
            writer.writerow(row)
    return out.getvalue().encode("utf-8-sig")
