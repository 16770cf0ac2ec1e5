"""Payment plans, mandates and credit cases: our plans, mandates and cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from saldo.clock import iso_instant
from saldo.collection.facts import Case
from saldo.collection.model import Plan
from saldo.edge.payt import lists
from saldo.edge.payt.debtors import resolved
from saldo.edge.payt.invoices import by_identifier, since_of
from saldo.edge.payt.lists import Row, latest
from saldo.edge.payt.wire import Asked, RecordUnknown, id_of, page, parts_of, sparse, texts_of
from saldo.edge.v1 import collection, reads
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.refusals import FieldMissing, FieldNotValid
from saldo.events import Event
from saldo.invoices.model import Invoice
from saldo.money import format_amount
from saldo.payments.agreements import Mandate

_PLANS: Final = frozenset(
    {"plan.agreed", "plan.proposed", "plan.missed", "plan.finished", "plan.cancelled"}
)
_MANDATES: Final = frozenset({"mandate.active", "mandate.ended"})
_CASES: Final = frozenset({"case.opened", "case.changed"})
_PLAN_ON_REQUEST: Final = frozenset({"public_url"})
_MANDATE_ON_REQUEST: Final = frozenset({"debtor_number"})
_CASE_ON_REQUEST: Final = frozenset({"labels", "open_interest_and_collection_costs"})
REJECTED: Final = "Rejected by the ERP."
DEACTIVATED: Final = "Deactivated by the ERP."


def plans(order: Ordered, asked: Asked) -> Row:
    """Return plans by id or debtor, else those that changed; raise CursorNotValid."""
    ids = asked.names("ids")
    if ids is not None:
        rows = [_plan(order, _plan_of(order, one)) for one in ids]
        return lists.answered((rows, None), asked)
    accounts = _debtors(order, asked)
    if accounts is not None:
        found = [p for name in accounts for p in order.services.plans.of(order.creditor.id, name)]
        return lists.answered(([_plan(order, one) for one in found], None), asked)

    def rows_of(one: Event) -> Iterable[Row]:
        plan = order.services.store.get(Plan, one.creditor, one.account, one.data["plan"])
        return [_plan(order, plan, one.at)] if plan else []

    return lists.answered(lists.told_of(order, asked, _PLANS, rows_of), asked)


def _debtors(order: Ordered, asked: Asked) -> list[str] | None:
    numbers, identifiers = asked.names("debtor_numbers"), asked.names("debtor_identifiers")
    ids = asked.names("debtor_ids")
    if numbers is None and identifiers is None and ids is None:
        return None
    named = [*(numbers or ()), *resolved(order, identifiers or ())]
    return list(dict.fromkeys([*named, *(p for one in ids or () for p in parts_of(one, 1))]))


def plan(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return one plan; raise RecordUnknown."""
    return sparse(_plan(order, _plan_of(order, id_)), asked.only)


def _plan_of(order: Ordered, id_: str) -> Plan:
    account, name = parts_of(id_, 2)
    found = order.services.store.get(Plan, order.creditor.id, account, name)
    if found is None:
        raise RecordUnknown("There is no payment plan of that id.")
    return found


def make_plan(order: Ordered, body: Row) -> Row:
    """Agree a plan; raises what `/v1/plans` refuses.

    It comes without an id of the ERP's: the same terms for the same invoices are one plan.
    """
    numbers = texts_of(body, "invoice_numbers")
    numbers += by_identifier(order, texts_of(body, "invoice_identifiers"))
    if body.get("credit_case_numbers"):
        raise FieldNotValid("'credit_case_numbers': name the invoices of the case instead.")
    if not numbers:
        raise FieldMissing("'invoice_numbers' or 'invoice_identifiers' is missing.")
    terms = body.get("terms")
    if not isinstance(terms, list) or not all(isinstance(one, dict) for one in terms):
        raise FieldMissing("'terms' is missing, or no list of objects.")
    currency = reads.invoice(order.services.store, order.creditor.id, numbers[0]).currency
    instalments = [{"due_on": t.get("due_date"), "amount": _text(t.get("amount"))} for t in terms]
    mark = repr((sorted(numbers), [(one["due_on"], one["amount"]) for one in instalments]))
    wanted = {
        "id": f"erp-{sha256(mark.encode()).hexdigest()[:24]}",
        "invoices": numbers,
        "currency": currency,
        "instalments": instalments,
    }
    made, _ = collection.make_plan(order, wanted)
    return _plan(order, _plan_of(order, id_of(made["account"], made["id"])))


def _text(amount: Any) -> Any:
    """Write a number as it was sent: theirs are numbers here, ours never."""
    is_number = isinstance(amount, int | float) and not isinstance(amount, bool)
    return format(Decimal(repr(amount)), "f") if is_number else amount


def approve(order: Ordered, id_: str) -> Row:
    """Approve a proposed plan; raises what `/v1/plans/approve` refuses."""
    found = _plan_of(order, id_)
    services = order.services
    services.proposals.approve(found.creditor, found.account, found.id, order.by)
    return _plan(order, _plan_of(order, id_))


def reject(order: Ordered, id_: str) -> Row:
    """Decline a proposed plan; raise RecordUnknown, FieldNotValid or PlanBusy."""
    return _ended(order, id_, REJECTED, lambda one: one.state == "proposed")


def deactivate(order: Ordered, id_: str) -> Row:
    """End a plan that is being kept; raise RecordUnknown, FieldNotValid or PlanBusy."""
    return _ended(order, id_, DEACTIVATED, lambda one: one.state in ("active", "missed"))


def _ended(order: Ordered, id_: str, why: str, fits: Callable[[Plan], bool]) -> Row:
    found = _plan_of(order, id_)
    if not fits(found):
        if found.state == "cancelled" and found.ended_reason == why:
            return _plan(order, found)
        raise FieldNotValid(f"The payment plan is {found.state}.")
    order.services.plans.cancel(found.creditor, found.account, found.id, order.by, why)
    return _plan(order, _plan_of(order, id_))


def _plan(order: Ordered, found: Plan, at: datetime | None = None) -> Row:
    rejected = found.state == "cancelled" and found.ended_reason == REJECTED
    ended = iso_instant(found.ended_at) if found.ended_at else None
    created = iso_instant(found.created_at)
    was_proposed = found.state == "proposed" or rejected
    return {
        "id": id_of(found.account, found.id),
        "administration_id": found.creditor,
        "debtor_id": id_of(found.account),
        "payment_terms": _terms(order, found),
        "active": found.state == "active",
        "auto_activated": False,
        "reason": None,
        "rejected_by_user": None,
        "created_at": created,
        "proposed_at": created if was_proposed else None,
        "approved_at": None if was_proposed else created,
        "rejected_at": ended if rejected else None,
        "deactivated_at": None if rejected else ended,
        "updated_at": iso_instant(at or latest(found.created_at, found.ended_at)),
    }


def _terms(order: Ordered, found: Plan) -> list[Row]:
    store = order.services.store
    places = [(found.creditor, found.account, number) for number in found.invoices]
    paid_minor = 0
    if found.state != "proposed":
        paid_minor = found.paid_minor(store.get_many(Invoice, places).values())
    rows = []
    for place, part in enumerate(found.instalments, 1):
        due_minor = max(0, part.amount_minor - max(0, paid_minor))
        paid_minor -= part.amount_minor
        rows.append(
            {
                "id": id_of(found.account, found.id, str(place)),
                "total_amount": format_amount(part.amount_minor, found.currency),
                "amount_due": format_amount(due_minor, found.currency),
                "due_date": part.due_on.isoformat(),
                "payment_date": None,
            }
        )
    return rows


def mandates(order: Ordered, asked: Asked) -> Row:
    """Return mandates by id or debtor, else those that changed; raise CursorNotValid."""
    ids = asked.names("ids")
    if ids is not None:
        return lists.answered(
            ([_mandate(_mandate_of(order, one)) for one in ids], None), asked, _MANDATE_ON_REQUEST
        )
    accounts, store = _debtors(order, asked), order.services.store
    if accounts is not None:
        found = [m for name in accounts for m in store.list(Mandate, order.creditor.id, name)]
        given = [_mandate(one) for one in found if one.state != "requested"]
        return lists.answered((given, None), asked, _MANDATE_ON_REQUEST)

    def rows_of(one: Event) -> Iterable[Row]:
        mandate = store.get(Mandate, one.creditor, one.account, one.data["mandate"])
        return [_mandate(mandate, one.at)] if mandate else []

    page_ = lists.told_of(order, asked, _MANDATES, rows_of)
    return lists.answered(page_, asked, _MANDATE_ON_REQUEST)


def _mandate_of(order: Ordered, id_: str) -> Mandate:
    account, name = parts_of(id_, 2)
    found = order.services.store.get(Mandate, order.creditor.id, account, name)
    if found is None:
        raise RecordUnknown("There is no mandate of that id.")
    return found


def _mandate(found: Mandate, at: datetime | None = None) -> Row:
    return {
        "id": id_of(found.account, found.id),
        "administration_id": found.creditor,
        "debtor_id": id_of(found.account),
        "debtor_number": found.account,
        "bank_account_name": "",
        "bank_account_number": "",
        "mandate_identifier": found.id,
        "mandate_reference": None,
        "provider": found.provider,
        "deactivated_at": iso_instant(found.ended_at) if found.ended_at else None,
        "updated_at": iso_instant(at or latest(found.created_at, found.ended_at)),
    }


def cases(order: Ordered, asked: Asked) -> Row:
    """Return cases by id, else those that changed; raise CursorNotValid."""
    ids = asked.names("ids")
    if ids is not None:
        rows = [_case(order, _case_of(order, one)) for one in ids]
        return lists.answered((rows, None), asked, _CASE_ON_REQUEST)

    def rows_of(one: Event) -> Iterable[Row]:
        case = order.services.store.get(Case, one.creditor, one.account, one.data["case"])
        return [_case(order, case, one.at)] if case else []

    found = lists.told_of(order, asked, _CASES, rows_of)
    return lists.answered(found, asked, _CASE_ON_REQUEST)


def case(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return one case; raise RecordUnknown."""
    return sparse(_case(order, _case_of(order, id_)), asked.only, _CASE_ON_REQUEST)


def _case_of(order: Ordered, id_: str) -> Case:
    account, name = parts_of(id_, 2)
    found = order.services.store.get(Case, order.creditor.id, account, name)
    if found is None:
        raise RecordUnknown("There is no credit case of that id.")
    return found


def _case(order: Ordered, found: Case, at: datetime | None = None) -> Row:
    store = order.services.store
    places = [(found.creditor, found.account, number) for number in found.invoices]
    invoices = list(store.get_many(Invoice, places).values())

    def amount(minor: int) -> str:
        return format_amount(minor, found.currency)

    costs = sum(one.costs_open_minor for one in invoices)
    interest = sum(one.interest_open_minor for one in invoices)
    opened = iso_instant(found.opened_at)
    told = [one.at for one in found.reports]
    return {
        "id": id_of(found.account, found.id),
        "administration_id": found.creditor,
        "debtor_id": id_of(found.account),
        "case_number": found.id,
        "credit_case_number": found.id,
        "currency_code": found.currency,
        "total_amount": amount(found.amount_minor),
        "open_amount": amount(sum(one.open_minor for one in invoices)),
        "debt_collection_costs": amount(costs),
        "interest_costs": amount(interest),
        "open_interest_and_collection_costs": amount(costs + interest),
        "labels": [],
        "active_payment_plan_id": None,
        "payment_plan_id": None,
        "forwarded_to_bailiff_at": opened if found.kind == "bailiff" else None,
        "pre_judicial_at": opened if found.kind in ("lawyer", "court") else None,
        "paused_at": None,
        "deactivated_at": iso_instant(found.ended_at) if found.ended_at else None,
        "started_at": opened,
        "updated_at": iso_instant(at or latest(found.opened_at, found.ended_at, *told)),
    }


def none_deleted(order: Ordered, asked: Asked) -> Row:
    """Return no record: such are ended here, never deleted. Raises ParameterNotValid."""
    since_of(order, asked)
    return page([])
