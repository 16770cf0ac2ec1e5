"""Messages, notifications and tasks: the conversation with an account, mail that came back, and
what people are to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from saldo.accounts.service import InvoiceUnknown
from saldo.clock import iso_instant, local_day
from saldo.edge.payt import lists
from saldo.edge.payt.debtors import resolved
from saldo.edge.payt.invoices import by_identifier
from saldo.edge.payt.lists import Row, latest
from saldo.edge.payt.wire import Asked, RecordUnknown, fits, id_of, parts_of, sparse
from saldo.edge.v1 import reads, threads
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.refusals import FieldMissing, FieldNotValid
from saldo.events import Event
from saldo.reminders.tasks import Task
from saldo.threads.model import ThreadEntry

_WRITTEN: Final = frozenset({"thread.asked", "thread.answered"})
_BOUNCED: Final = frozenset({"notice.bounced"})
_ON_REQUEST: Final = frozenset({"content"})
_TASK_ON_REQUEST: Final = frozenset({"comments"})


def messages(order: Ordered, asked: Asked) -> Row:
    """Return what was written by either side; raise CursorNotValid."""
    store, creditor = order.services.store, order.creditor.id
    ids, debtors = asked.names("ids"), asked.names("debtor_ids")
    invoices = asked.names("invoice_ids")
    if ids is not None:
        rows = [_message(_entry_of(order, one)) for one in ids]
        return lists.answered((rows, None), asked, _ON_REQUEST)
    if debtors is not None or invoices is not None:
        accounts = [parts_of(one, 1)[0] for one in debtors or ()]
        accounts += [parts_of(one, 2)[0] for one in invoices or ()]
        found = [
            one
            for name in dict.fromkeys(accounts)
            for one in store.list(ThreadEntry, creditor, name)
        ]
        rows = [_message(one) for one in sorted(found, key=lambda one: one.at)]
        if invoices is not None:
            rows = [row for row in rows if row["invoice_id"] in invoices]
        return lists.answered((rows, None), asked, _ON_REQUEST)

    def rows_of(one: Event) -> Iterable[Row]:
        entry = store.get(ThreadEntry, one.creditor, one.account, one.data["entry"])
        return [_message(entry, one.at)] if entry else []

    return lists.answered(lists.told_of(order, asked, _WRITTEN, rows_of), asked, _ON_REQUEST)


def message(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return one message; raise RecordUnknown."""
    return sparse(_message(_entry_of(order, id_)), asked.only, _ON_REQUEST)


def send(order: Ordered, body: Row) -> Row:
    """Write to a debtor; raises what `/v1/threads/reply` refuses.

    It comes without an id of the ERP's: the same words on the same day are one message.
    """
    sent = body.get("message")
    if not isinstance(sent, dict) or not isinstance(sent.get("body"), str):
        raise FieldMissing("'message' with its 'subject' and 'body' is missing.")
    for name in ("email", "cc_email", "bcc_email", "attachments"):
        if sent.get(name):
            raise FieldNotValid(
                f"'{name}': messages go to the debtor's own address, without files."
            )
    services, creditor = order.services, order.creditor
    invoice = body.get("invoice_number") or None
    if invoice is None and body.get("invoice_identifier"):
        (invoice,) = by_identifier(order, [str(body["invoice_identifier"])])
    if invoice is not None and not fits(str(invoice)):
        raise InvoiceUnknown("There is no such invoice.")
    if invoice is not None:
        account = reads.invoice(services.store, creditor.id, str(invoice)).account
    elif body.get("debtor_number"):
        account = str(body["debtor_number"])
    elif body.get("debtor_identifier"):
        (account,) = resolved(order, [str(body["debtor_identifier"])])
    else:
        raise InvoiceUnknown("Name a debtor or an invoice.")
    day = local_day(services.clock.now(), creditor.time_zone)
    text = f"{sent.get('subject') or ''}\n\n{sent['body']}".strip()
    mark = repr((account, invoice, text, day.isoformat()))
    wanted = {
        "account": account,
        "id": f"erp-{sha256(mark.encode()).hexdigest()[:24]}",
        "text": text,
        "invoice": invoice,
    }
    made, _ = threads.reply(order, wanted)
    return _message(_entry_of(order, id_of(account, made["id"])))


def _entry_of(order: Ordered, id_: str) -> ThreadEntry:
    account, name = parts_of(id_, 2)
    found = order.services.store.get(ThreadEntry, order.creditor.id, account, name)
    if found is None:
        raise RecordUnknown("There is no message of that id.")
    return found


def _message(found: ThreadEntry, at: datetime | None = None) -> Row:
    written, is_ours = iso_instant(found.at), found.side == "creditor"
    return {
        "id": id_of(found.account, found.id),
        "administration_id": found.creditor,
        "debtor_id": id_of(found.account),
        "invoice_id": id_of(found.account, found.invoice) if found.invoice else None,
        "credit_case_id": None,
        "sender_type": "creditor" if is_ours else "debtor",
        "subject": None,
        "content": found.text,
        "sent_at": written if is_ours else None,
        "received_at": None if is_ours else written,
        "read_at": iso_instant(found.read_at) if found.read_at else None,
        "read_by_user": None,
        "updated_at": iso_instant(at or latest(found.at, found.read_at)),
    }


def notifications(order: Ordered, asked: Asked) -> Row:
    """Return the mail that came back; raise CursorNotValid."""

    narrowed = (("ids", "id"), ("debtor_ids", "debtor_id"), ("invoice_ids", "invoice_id"))

    def rows_of(one: Event) -> Iterable[Row]:
        row = _notification(one)
        fits_ = all((asked.names(n) is None or row[f] in asked.many[n]) for n, f in narrowed)
        return [row] if fits_ else []

    return lists.answered(lists.told_of(order, asked, _BOUNCED, rows_of), asked)


def notification(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return one piece of mail that came back; raise RecordUnknown."""
    found = order.services.store.get(Event, order.creditor.id, *parts_of(id_, 3))
    if found is None or found.type not in _BOUNCED:
        raise RecordUnknown("There is no notification of that id.")
    return sparse(_notification(found), asked.only)


def _notification(one: Event) -> Row:
    invoice = one.data.get("invoice")
    about = id_of(one.account, invoice) if invoice else None
    return {
        "id": id_of(*one.key[1:]),
        "administration_id": one.creditor,
        "debtor_id": id_of(one.account),
        "invoice_id": about,
        "credit_case_id": None,
        "notification_type": "mail_bounced",
        "resource_type": "invoice" if about else "debtor",
        "details": {"bounce_reason": one.data.get("outcome")},
        "acknowledged_by_user": None,
        "acknowledged_at": None,
        "created_at": iso_instant(one.at),
        "updated_at": iso_instant(one.at),
    }


def tasks(order: Ordered, asked: Asked) -> Row:
    """Return the tasks that are open and due, the longest waiting first; no paging is needed."""
    ids, after = asked.names("ids"), asked.updated_after
    if ids is not None:
        rows = [_task(task_of(order, one)) for one in ids]
    else:
        rows = [_task(one) for one in order.services.tasks.waiting(order.creditor.id)]
    fresh = [row for row in rows if after is None or row["updated_at"] > iso_instant(after)]
    return lists.answered((fresh, None), asked, _TASK_ON_REQUEST)


def task(order: Ordered, asked: Asked, id_: str) -> Row:
    """Return one task; raise RecordUnknown."""
    return sparse(_task(task_of(order, id_)), asked.only, _TASK_ON_REQUEST)


def complete(order: Ordered, id_: str, body: Row) -> Row:
    """Close a task, a call as reached unless it failed; raise RecordUnknown or TaskClosed."""
    found = task_of(order, id_)
    words = (body.get(n) for n in ("completed_status", "completed_status_message", "comment"))
    outcome = "; ".join(str(word) for word in words if word)[:300]
    place, closer = (found.creditor, found.account, found.id), order.services.tasks
    if found.kind == "call":
        reached = body.get("completed_status") != "failed"
        closer.called(*place, order.by, reached=reached, outcome=outcome)
    else:
        closer.done(*place, order.by, outcome)
    return sparse(_task(task_of(order, id_)), None, _TASK_ON_REQUEST)


def task_of(order: Ordered, id_: str) -> Task:
    """Return a task; raise RecordUnknown."""
    account, name = parts_of(id_, 2)
    found = order.services.store.get(Task, order.creditor.id, account, name)
    if found is None:
        raise RecordUnknown("There is no task of that id.")
    return found


def _task(found: Task) -> Row:
    return {
        "id": id_of(found.account, found.id),
        "administration_id": found.creditor,
        "debtor_id": id_of(found.account),
        "invoice_id": id_of(found.account, found.invoice) if found.invoice else None,
        "credit_case_id": None,
        "assigned_to_user": None,
        "subject": found.title,
        "description": found.script or found.reason or None,
        "expiry_date": found.due_at.date().isoformat(),
        "comments": [],
        "completed_at": iso_instant(found.closed_at) if found.closed_at else None,
        "created_at": iso_instant(found.created_at),
        "updated_at": iso_instant(latest(found.created_at, found.closed_at)),
    }
