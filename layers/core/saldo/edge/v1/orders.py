"""Pauses and webhooks as ERPs order them: the same order twice is one."""

from __future__ import annotations

from datetime import date

from saldo.accounts.model import WHOLE_CREDITOR, Creditor, Hold, HoldKind
from saldo.accounts.service import Accounts, Target
from saldo.clock import Clock, local_day
from saldo.collection.cases import Cases
from saldo.edge.v1 import reads
from saldo.edge.v1.records import check_until, target_of
from saldo.edge.v1.refusals import WebhookExists
from saldo.edge.v1.requests import HoldOrder, HoldsQuery, WebhookOrder
from saldo.edge.v1.webhook_url import check_webhook_url
from saldo.reconciliation.model import WebhookSubscription
from saldo.reconciliation.webhooks import Webhooks
from saldo.store import Store


def place_hold(
    accounts: Accounts, store: Store, clock: Clock, creditor: Creditor, order: HoldOrder, by: str
) -> tuple[Hold, bool]:
    """Hold a target, and tell whether that was new: an equal hold that lasts is answered again.

    Raises Invalid, AccountUnknown or InvoiceUnknown.
    """
    target = _found(store, target_of(order, creditor.id))
    check_until(order.until, local_day(clock.now(), creditor.time_zone))
    for hold in store.list(Hold, creditor.id, target.account):
        if (
            hold.kind == order.kind
            and hold.ended_at is None
            and hold.invoice == target.invoice
            and hold.reason == order.reason
            and hold.until == order.until
        ):
            return hold, False
    placed = accounts.place(target, order.kind, order.reason, by, order.until, order.owner)
    return placed, True


def end_holds(
    accounts: Accounts, store: Store, cases: Cases, target: Target, kind: HoldKind, by: str
) -> list[Hold]:
    """End the holds of a kind on exactly a target.

    Raises what `Accounts.resume` does, or CaseInTheWay while somebody else still collects it.
    """
    if kind == "legal-case" and target.invoice is not None:
        found = _found(store, target)
        cases.require_over(found.creditor, found.account, target.invoice)
    return accounts.resume(target, by, kind)


def holds_on(store: Store, clock: Clock, creditor: Creditor, query: HoldsQuery) -> list[Hold]:
    """Return the holds that bear on a target, those above it included; the oldest first.

    Raises Invalid, AccountUnknown or InvoiceUnknown.
    """
    target = _found(store, target_of(query, creditor.id))
    today = local_day(clock.now(), creditor.time_zone)
    found = list(store.list(Hold, creditor.id, WHOLE_CREDITOR))
    if target.account != WHOLE_CREDITOR:
        found += store.list(Hold, creditor.id, target.account)
    return sorted(
        (
            hold
            for hold in found
            if (target.invoice is None or hold.invoice is None or _covers(hold, target.invoice))
            and (query.ended or _lasts(hold, today))
        ),
        key=lambda hold: hold.placed_at,
    )


def subscribe(
    webhooks: Webhooks, creditor: str, order: WebhookOrder, by: str, *, is_local: bool
) -> WebhookSubscription:
    """Add an endpoint; raise WebhookAddressNotAllowed or WebhookExists."""
    url = check_webhook_url(order.url, is_local=is_local)
    if any(known.active and known.url == url for known in webhooks.subscriptions(creditor)):
        raise WebhookExists("There is already a webhook at that address.").at("/url")
    return webhooks.subscribe(creditor, url, tuple(dict.fromkeys(order.events)), by)


def _covers(hold: Hold, invoice: str) -> bool:
    return invoice in (hold.invoice, *hold.more_invoices)


def _lasts(hold: Hold, today: date) -> bool:
    return hold.ended_at is None and (hold.until is None or today < hold.until)


def _found(store: Store, target: Target) -> Target:
    """Return the target with its account; raise AccountUnknown or InvoiceUnknown."""
    if target.invoice is not None:
        account = reads.invoice(store, target.creditor, target.invoice).account
        return Target(target.creditor, account, target.invoice)
    if target.account != WHOLE_CREDITOR:
        reads.account(store, target.creditor, target.account)
    return target
