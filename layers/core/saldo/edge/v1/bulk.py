"""Many records in one call: each is taken or refused by itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from saldo.edge.v1.fields import NUMBER_CHARACTERS_MAX
from saldo.edge.v1.parse import inside, read, records_of
from saldo.edge.v1.refusals import RecordsCount
from saldo.edge.v1.requests import PayLinkRecord
from saldo.errors import Refusal
from saldo.invoices.intake import Result

if TYPE_CHECKING:
    from saldo.edge.v1.answers import BulkAnswer, BulkResult, PayLinkResult, PayLinksAnswer
    from saldo.payments.links import PayLinks

D = TypeVar("D")

QR_RECORDS_MAX = 100
"""A QR code takes some ten milliseconds of a processor, and a call has 29 seconds."""


def push(
    body: Any,
    read: Callable[[Any], D],
    take: Callable[[Sequence[D]], Sequence[Result]],
    id_field: str = "number",
) -> BulkAnswer:
    """Read every record, hand the good ones to `take`, and answer for each in its place.

    Raises what is wrong with the body as a whole.
    """
    records = records_of(body)
    results: list[BulkResult | None] = [None] * len(records)
    good: list[D] = []
    places: list[int] = []
    for index, record in enumerate(records):
        try:
            good.append(read(record))
        except Refusal as refusal:
            results[index] = _refused(index, _id(record, id_field), refusal)
        else:
            places.append(index)
    for index, taken in zip(places, take(good) if good else (), strict=True):
        if taken.refusal is not None:
            results[index] = _refused(index, taken.id, taken.refusal)
        else:
            results[index] = {"index": index, "id": taken.id, "status": taken.status}
    every = [result for result in results if result is not None]
    assert len(every) == len(records), "every record has its result"
    return _answer(every)


def pay_links(body: Any, creditor: str, links: PayLinks) -> PayLinksAnswer:
    """Make a pay link per record, and answer for each in its place.

    Raises what is wrong with the body as a whole; RecordsCount also for more than a hundred records
    with a QR code among them, which take their time.
    """
    _check_qr_count(body)
    made: list[tuple[str, PayLinkRecord]] = []

    def take(wanted: Sequence[PayLinkRecord]) -> list[Result]:
        results: list[Result] = []
        for record in wanted:
            try:
                made.append((links.create(creditor, record.invoice, record.scope), record))
            except Refusal as refusal:
                results.append(Result(record.invoice, "refused", refusal.at("/invoice")))
            else:
                results.append(Result(record.invoice, "accepted"))
        return results

    answer = push(body, partial(read, PayLinkRecord), take, "invoice")
    addresses = iter(made)
    results: list[PayLinkResult] = []
    for result in answer["results"]:
        link = cast("PayLinkResult", {**result, "invoice": result["id"]})
        if result["status"] == "accepted":
            _show(link, *next(addresses))
        results.append(link)
    return {"success": answer["success"], "counts": answer["counts"], "results": results}


def _check_qr_count(body: Any) -> None:
    records = records_of(body)
    with_qr = any(isinstance(record, dict) and record.get("qr") for record in records)
    if with_qr and len(records) > QR_RECORDS_MAX:
        raise RecordsCount(
            f"A call with QR codes carries 1 to {QR_RECORDS_MAX} records; these are {len(records)}."
        ).at("/records")


def _show(link: PayLinkResult, url: str, record: PayLinkRecord) -> None:
    """Put a link's address, and its QR code if one is wanted, into its result."""
    link["url"] = url
    if record.qr is None:
        return
    from saldo.adapters.qr import codes  # most links are made for no paper

    if record.qr == "svg":
        link["qr_svg"] = codes.svg(url)
    else:
        link["qr_png"] = b64encode(codes.png(url)).decode()


def _refused(index: int, id_: str | None, refusal: Refusal) -> BulkResult:
    return {
        "index": index,
        "id": id_,
        "status": "refused",
        "problem": {
            "code": refusal.code,
            "detail": refusal.detail,
            "pointer": inside(refusal, f"/records/{index}"),
        },
    }


def _id(record: Any, field: str) -> str | None:
    """Return the number of a record that could not be read, if it has one worth showing."""
    number = record.get(field) if isinstance(record, dict) else None
    return number[:NUMBER_CHARACTERS_MAX] if isinstance(number, str) else None


def _answer(results: list[BulkResult]) -> BulkAnswer:
    ends = [result["status"] for result in results]
    return {
        "success": "refused" not in ends,
        "counts": {
            "accepted": ends.count("accepted"),
            "unchanged": ends.count("unchanged"),
            "refused": ends.count("refused"),
        },
        "results": results,
    }
