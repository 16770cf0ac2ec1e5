"""Invoices as its callers read them, and the order to leave some alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from saldo.accounts import foreign_ids
from saldo.accounts.foreign_ids import ForeignId
from saldo.accounts.model import Hold
from saldo.accounts.service import InvoiceUnknown, Target
from saldo.clock import iso_instant
from saldo.edge.payt import lists
from saldo.edge.payt.debtors import resolved
from saldo.edge.payt.lists import Look, Row
from saldo.edge.payt.wire import Asked, RecordUnknown, Told, fits, id_of, parts_of, sparse, texts_of
from saldo.edge.v1 import orders, reads
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.refusals import FieldMissing, ParameterNotValid
from saldo.edge.v1.requests import HoldOrder
from saldo.errors import Refusal
from saldo.invoices.history import DeletedInvoice
from saldo.invoices.model import Invoice, NumberTaken
from saldo.money import format_amount
from saldo.reminders.model import Notice

BLOCKED: Final = "Blocked by the ERP."
"""The reason of a hold that was placed here: only such a one is ended here."""
DELETED_FOR: Final = timedelta(days=90)
_ON_REQUEST: Final = frozenset({"invoice_lines", "public_url"})
_REMINDERS: Final = (
    *(f"reminder_{n}_at" for n in range(1, 5)),
    "first_reminder_at",
    "final_reminder_at",
    "latest_reminder_at",
)


def block(order: Ordered, body: Row) -> Row:
    """Keep notices about invoices back until they are resumed."""

    def one(number: str) -> str | None:
        wanted = read(HoldOrder, {"on": "invoice", "number": number, "reason": BLOCKED})
        services = order.services
        orders.place_hold(
            services.accounts, services.store, services.clock, order.creditor, wanted, by=order.by
        )
        return None

    return _each(order, body, one)


def resume(order: Ordered, body: Row) -> Row:
    """Let notices about invoices go again that were blocked here."""

    def one(number: str) -> str | None:
        services, creditor = order.services, order.creditor.id
        found = reads.invoice(services.store, creditor, number)
        paused = [
            hold
            for hold in services.store.list(Hold, creditor, found.account)
            if hold.kind == "pause"
            and hold.ended_at is None
            and number in (hold.invoice, *hold.more_invoices)
        ]
        if any(hold.reason != BLOCKED for hold in paused):
            return "Somebody else paused it: it stays paused until they resume it."
        if paused:
            services.accounts.resume(Target(creditor, invoice=number), by=order.by)
        return None

    return _each(order, body, one)


def _each(order: Ordered, body: Row, do: Callable[[str], str | None]) -> Row:
    numbers = texts_of(body, "invoice_numbers")
    identifiers = texts_of(body, "invoice_identifiers")
    if not numbers and not identifiers:
        raise FieldMissing("'invoice_numbers' or 'invoice_identifiers' is missing.")
    told = Told()
    for number in dict.fromkeys((*numbers, *by_identifier(order, identifiers))):
        try:
            warning = do(number)
        except InvoiceUnknown:
            told.wrong("not_found", number)
        except Refusal as refusal:
            told.wrong(number, refusal.detail)
        else:
            told.done()
            if warning:
                told.warn(number, warning)
    return told.body()


def by_identifier(order: Ordered, identifiers: Sequence[str]) -> list[str]:
    """Return the invoice numbers of identifiers; one that nobody told is taken for a number."""
    store, creditor = order.services.store, order.creditor.id
    known = foreign_ids.numbers_of(store, creditor, "erp-invoice", filter(fits, identifiers))
    return [known.get(one, one) for one in identifiers]


def listed(order: Ordered, asked: Asked) -> Row:
    """Return invoices by number, identifier or debtor, else those that changed.

    Raises CursorNotValid or ParameterNotValid.
    """
    look, fits = Look(order), _filter(asked)

    def rows(some: Iterable[Invoice]) -> list[Row]:
        return _rows(look, [one for one in some if fits(one)], asked)

    named = _named(order, asked)
    if named is not None:
        return lists.answered((rows(_sorted(named, asked)), None), asked, _ON_REQUEST)
    return lists.answered(lists.changed(order, Invoice, asked, rows), asked, _ON_REQUEST)


def shown(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return one invoice; raise RecordUnknown."""
    kind = asked.one.get("identifier_type") or ""
    if kind == "invoice_number":
        numbers: Sequence[str] = (id_,)
    elif kind == "invoice_identifier":
        numbers = by_identifier(order, (id_,))
    else:
        numbers = parts_of(id_, 2)[1:]
    for row in _rows(Look(order), _by_number(order, numbers), asked, is_single=True):
        return sparse(row, asked.only, _ON_REQUEST)
    raise RecordUnknown("There is no invoice of that id.")


def deleted(order: Ordered, asked: Asked) -> Row:
    """Return what was cancelled within ninety days; raise ParameterNotValid or CursorNotValid."""
    now = order.services.clock.now()
    since = since_of(order, asked)
    before = asked.deleted_before

    def rows(some: Sequence[DeletedInvoice]) -> list[Row]:
        fresh = [x for x in some if x.gone_at > now and (before is None or x.at < before)]
        names = _identifiers(order, [one.number for one in fresh])
        return [
            {
                "id": id_of(one.account, one.number),
                "administration_id": one.creditor,
                "debtor_id": id_of(one.account),
                "invoice_number": one.number,
                "origin_identifier": names.get(one.number, one.number),
                "deleted_at": iso_instant(one.at),
            }
            for one in fresh
        ]

    return lists.answered(lists.changed(order, DeletedInvoice, asked, rows, since), asked)


def since_of(order: Ordered, asked: Asked) -> Any:
    """Return from when on deletions are asked for, at most ninety days; raise ParameterNotValid."""
    if asked.deleted_after is None:
        raise ParameterNotValid("'deleted_after' is missing.")
    return max(asked.deleted_after, order.services.clock.now() - DELETED_FOR)


def _named(order: Ordered, asked: Asked) -> list[Invoice] | None:
    """Return the invoices that a list was narrowed to, None where it was not."""
    numbers = asked.names("invoice_numbers")
    identifiers, ids = asked.names("invoice_identifiers"), asked.names("ids")
    if numbers is not None or identifiers is not None or ids is not None:
        wanted = [*(numbers or ()), *by_identifier(order, identifiers or ())]
        wanted += [parts_of(one, 2)[1] for one in ids or ()]
        return list(_by_number(order, wanted))
    accounts = [*(asked.names("debtor_numbers") or ())]
    accounts += resolved(order, asked.names("debtor_identifiers") or ())
    accounts += [part for one in asked.names("debtor_ids") or () for part in parts_of(one, 1)]
    is_named = any(
        asked.names(name) is not None
        for name in ("debtor_numbers", "debtor_identifiers", "debtor_ids")
    )
    if is_named:
        store, creditor = order.services.store, order.creditor.id
        return [
            one for name in dict.fromkeys(accounts) for one in store.list(Invoice, creditor, name)
        ]
    cases = asked.names("credit_case_ids")
    if cases is None:
        return None
    found: list[str] = []
    for one in cases:
        account, case = parts_of(one, 2)
        found += order.services.cases.get(order.creditor.id, account, case).invoices
    return list(_by_number(order, found))


def _by_number(order: Ordered, numbers: Iterable[str]) -> Iterable[Invoice]:
    store, creditor = order.services.store, order.creditor.id
    keys = [(creditor, "invoice", number) for number in dict.fromkeys(numbers) if fits(number)]
    taken = store.get_many(NumberTaken, keys)
    places = [(creditor, taken[key].account, key[2]) for key in keys if key in taken]
    found = store.get_many(Invoice, places)
    return [found[place] for place in places if place in found]


def _sorted(some: list[Invoice], asked: Asked) -> list[Invoice]:
    by = asked.one.get("order", "")
    key, _, way = by.rpartition("_")
    if key == "invoice_date":
        return sorted(some, key=lambda one: one.issued_on, reverse=way == "desc")
    if key == "due_date":
        return sorted(some, key=lambda one: one.due_on, reverse=way == "desc")
    return some


def _filter(asked: Asked) -> Callable[[Invoice], bool]:
    paid = asked.flag("paid")
    least, most = (_decimal(asked, f"book_amount_total_{end}") for end in ("gte", "lte"))
    after = asked.updated_after

    def fits(one: Invoice) -> bool:
        total = Decimal(format_amount(one.amount_minor, one.currency))
        return (
            (paid is None or paid != one.is_open)
            and (least is None or total >= least)
            and (most is None or total <= most)
            and (after is None or one.updated_at is None or one.updated_at > after)
        )

    return fits


def _decimal(asked: Asked, name: str) -> Decimal | None:
    text = asked.one.get(name)
    try:
        found = Decimal(text) if text else None
    except InvalidOperation:
        found = Decimal("NaN")
    if found is not None and not found.is_finite():
        raise ParameterNotValid(f"{name!r} must be a number.")
    return found


def _identifiers(order: Ordered, numbers: Iterable[str]) -> dict[str, str]:
    keys = [(order.creditor.id, "erp-number", number) for number in dict.fromkeys(numbers)]
    found = order.services.store.get_many(ForeignId, keys)
    return {key[2]: one.numbers[0] for key, one in found.items()}


def _rows(
    look: Look, some: Sequence[Invoice] | Iterable[Invoice], asked: Asked, is_single: bool = False
) -> list[Row]:
    invoices = list(some)
    names = _identifiers(look.order, [one.number for one in invoices])
    rows = []
    for one in invoices:
        row = _row(look, one, names.get(one.number, one.number))
        if is_single or any(asked.wants(name) for name in _REMINDERS):
            row |= _reminded(look, one)
        if asked.wants("invoice_lines"):
            row["invoice_lines"] = _lines(look, one)
        rows.append(row)
    return rows


def _row(look: Look, found: Invoice, identifier: str) -> Row:
    def amount(minor: int) -> str:
        return format_amount(minor, found.currency)

    # What is closed is not held, and whoever had it is done: only open invoices cost a look.
    case = look.case_of(found.account, found.number) if found.is_open else None
    plan = look.plan_of(found.account, found.number) if found.is_open else None
    pauses = [
        hold
        for hold in (look.holds(found.account) if found.is_open else ())
        if hold.kind == "pause" and found.number in (hold.invoice, *hold.more_invoices)
    ]
    case_id = id_of(found.account, case.id) if case else None
    plan_id = id_of(found.account, plan.id) if plan else None
    opened = iso_instant(case.opened_at) if case else None
    principal = amount(found.parts.principal)
    return {
        "id": id_of(found.account, found.number),
        "administration_id": found.creditor,
        "debtor_id": id_of(found.account),
        "debtor_number": found.account,
        "invoice_number": found.number,
        "invoice_identifier": identifier,
        "invoice_date": found.issued_on.isoformat(),
        "due_date": found.due_on.isoformat(),
        "payment_date": found.closed_on.isoformat() if found.closed_on else None,
        "currency_code": found.currency,
        "category": None,
        "description": found.description or None,
        "order_number": found.order_reference,
        "purchase_order_number": found.order_reference,
        "payment_method": "unknown",
        "total_amount": amount(found.amount_minor),
        "open_amount": principal,
        "book_total_amount": amount(found.amount_minor),
        "book_open_amount": principal,
        "administration_costs_total": amount(found.charged_minor),
        "administration_costs_open": amount(found.costs_open_minor + found.interest_open_minor),
        "active_credit_case_id": case_id,
        "credit_case_id": case_id,
        "active_payment_plan_id": plan_id,
        "payment_plan_id": plan_id,
        "paused_at": iso_instant(min(one.placed_at for one in pauses)) if pauses else None,
        "paused_by_user": any(one.reason != BLOCKED for one in pauses),
        "debt_collection_at": opened,
        "bailiff_at": opened if case and case.kind == "bailiff" else None,
        "updated_at": iso_instant(found.updated_at) if found.updated_at else None,
    }


def _reminded(look: Look, found: Invoice) -> Row:
    """Return when an invoice was sent and reminded, as its notices say."""
    sent: dict[str, str] = {}
    for notice in look.order.services.store.list(Notice, found.creditor, found.account):
        covered = any(item.invoice == found.number for item in notice.items)
        if not covered or notice.tells_of_money or notice.state in ("claimed", "failed"):
            continue
        sent.setdefault(notice.step, iso_instant(notice.created_at))
        if notice.message == "final-notice":
            sent["final"] = iso_instant(notice.created_at)
    steps = sorted((step for step in sent if step.isdecimal()), key=int)
    reminders = [sent[step] for step in steps]
    row: Row = {f"reminder_{n}_at": at for n, at in enumerate(reminders[:4], 1)}
    return {
        **dict.fromkeys(_REMINDERS),
        **row,
        "first_reminder_at": reminders[0] if reminders else None,
        "latest_reminder_at": reminders[-1] if reminders else None,
        "final_reminder_at": sent.get("final"),
        "sent_at": sent.get("invoice"),
    }


def _lines(look: Look, found: Invoice) -> list[Row]:
    kept = look.order.services.invoice_lines.of(found.creditor, found.account, found.number)
    return [
        {
            "description": line.text,
            "line_order": place,
            "product_quantity": line.quantity,
            "product_unit": line.unit,
            "product_price": line.unit_price,
            "vat_percentage": line.tax_rate,
            "vat_rate_code": None,
            "vat_amount": None,
            "total_excl_tax_amount": format_amount(line.amount_minor, found.currency),
            "total_incl_tax_amount": None,
        }
        for place, line in enumerate(kept, 1)
    ]
