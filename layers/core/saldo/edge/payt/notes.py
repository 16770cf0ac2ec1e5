"""Notes about debtors, and comments on tasks, which become such notes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from saldo.clock import iso_instant
from saldo.edge.payt import lists
from saldo.edge.payt.lists import Row, latest
from saldo.edge.payt.messages import task_of
from saldo.edge.payt.wire import Asked, RecordUnknown, Told, id_of, parts_of
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.refusals import FieldMissing, FieldNotValid
from saldo.events import Event
from saldo.worklist.notes import TEXT_MAX, Note

_NOTES: Final = frozenset({"note.added"})
_COMMENT: Final = "{title}: {comment}"


def listed(order: Ordered, asked: Asked) -> Row:
    """Return notes by id, debtor or invoice, else those that changed; raise CursorNotValid."""
    ids = asked.names("ids")
    if ids is not None:
        return lists.answered(([_note(_note_of(order, one)) for one in ids], None), asked)
    debtors, invoices = asked.names("debtor_ids"), asked.names("invoice_ids")
    if asked.names("credit_case_ids") is not None:
        return lists.answered(([], None), asked)  # a note is about an account or an invoice
    if debtors is not None or invoices is not None:
        accounts = [parts_of(one, 1)[0] for one in debtors or ()]
        accounts += [parts_of(one, 2)[0] for one in invoices or ()]
        rows = [
            _note(one)
            for name in dict.fromkeys(accounts)
            for one in order.services.notes.of(order.creditor.id, name)
        ]
        if invoices is not None:
            rows = [row for row in rows if row["invoice_id"] in invoices]
        rows.sort(key=lambda row: str(row["updated_at"]))
        return lists.answered((rows, None), asked)

    def rows_of(one: Event) -> Iterable[Row]:
        note = order.services.store.get(Note, one.creditor, one.account, str(one.data["note"]))
        return [_note(note)] if note else []

    return lists.answered(lists.told_of(order, asked, _NOTES, rows_of), asked)


def comment(order: Ordered, id_: str, body: Row) -> Row:
    """Write a comment on a task down as a note on its account; raise RecordUnknown or Invalid."""
    task, said = task_of(order, id_), body.get("comment")
    if said is None or said == "":
        raise FieldMissing("'comment' is missing.")
    if not isinstance(said, str):
        raise FieldNotValid("'comment' must be a text.")
    services, told = order.services, Told()
    text = _COMMENT.format(title=task.title, comment=said)
    if len(text) > TEXT_MAX:
        raise FieldNotValid(f"'comment' is too long: with the task's subject {TEXT_MAX} at most.")
    now = services.clock.now()
    services.notes.add(
        task.creditor, task.account, services.ids.ulid(now), order.by, text, invoice=task.invoice
    )
    told.done()
    return told.body()


def _note_of(order: Ordered, id_: str) -> Note:
    account, name = parts_of(id_, 2)
    found = order.services.store.get(Note, order.creditor.id, account, name)
    if found is None:
        raise RecordUnknown("There is no note of that id.")
    return found


def _note(found: Note) -> Row:
    email = found.by if "@" in found.by else ""
    return {
        "id": id_of(found.account, found.id),
        "administration_id": found.creditor,
        "debtor_id": id_of(found.account),
        "invoice_id": id_of(found.account, found.invoice) if found.invoice else None,
        "credit_case_id": None,
        "from_email_address": None,
        "content": found.text,
        "user": {"id": found.by, "name": found.by, "email_address": email},
        "created_at": iso_instant(found.at),
        "completed_at": None,
        "updated_at": iso_instant(latest(found.at, found.changed_at)),
    }
