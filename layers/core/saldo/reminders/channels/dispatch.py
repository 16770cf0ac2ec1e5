"""The dispatcher: which carrier takes a notice, or which process has it."""

from __future__ import annotations

from saldo.messages.model import Channel
from saldo.reminders.channels.port import Carrier, Carriers
from saldo.reminders.ports import SendJob, SendQueue


class Dispatcher:
    """Knows the carriers of this process; the jobs of other channels go to `elsewhere`.

    Typesetting a letter takes a compiler that sending a mail need not carry, so that letters have
    a function of their own behind a queue of their own.
    """

    def __init__(self, carriers: Carriers, elsewhere: SendQueue | None = None) -> None:
        self._carriers, self._elsewhere = carriers, elsewhere

    def carrier_of(self, job: SendJob, channel: Channel) -> Carrier | None:
        """Return the carrier of `channel`; None after handing the job on to where there is one.

        Where nobody has one the notice stays claimed, and the alarm of late notices tells of it.
        """
        carrier = self._carriers.get(channel)
        if carrier is None and self._elsewhere is not None:
            self._elsewhere.put([job])
        return carrier
