"""Calls: the notice becomes a task with a script, for a person to speak."""

from __future__ import annotations

from saldo.reminders.channels.port import Handed, Parcel
from saldo.reminders.tasks import Task
from saldo.store import Put


class CallCarrier:
    """Makes a task of a notice. Nothing leaves, so nothing can be lost on the way."""

    def hand_over(self, parcel: Parcel) -> Handed:
        notice, address = parcel.notice, parcel.address
        task = Task(
            notice.creditor,
            notice.account,
            notice.id,
            "call",
            parcel.account.name,
            parcel.written_at,
            parcel.written_at,
            script=parcel.rendered.text,
            numbers=address.numbers,
            contact=address.name,
            notice=notice.id,
            version=1,
        )
        return Handed(f"task-{notice.id}", (Put(task),))
