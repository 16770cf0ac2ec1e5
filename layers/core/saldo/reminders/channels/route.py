"""By which channel a message goes in the end, before anybody sends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from saldo.accounts.model import Account
from saldo.messages.model import Channel
from saldo.reminders.channels.addresses import address_of
from saldo.reminders.channels.port import Address
from saldo.reminders.channels.purposes import channels_left
from saldo.reminders.model import Notice
from saldo.reminders.preview_model import Passed

OptedOut = Callable[[Account, Channel, str], str | None]
"""Says why reminders by a channel to an address were opted out of, None where they were not."""


def routed_to(
    opted_out: OptedOut, account: Account, notice: Notice
) -> tuple[Notice, Address, tuple[Passed, ...]] | str:
    """Return the notice by the channel that reaches the debtor, and the ones passed over.

    As the sender would find it; the reason where no channel is left.
    """
    passed: list[Passed] = []
    while True:
        address = address_of(notice.channel, account)
        why = opted_out(account, notice.channel, address.to) if address else None
        if address is not None and why is None:
            return notice, address, tuple(passed)
        reason = f"opted-out-{why}" if why else "no-working-address"
        passed.append(Passed(notice.channel, reason))
        order = channels_left(notice.message, notice.fallbacks, notice.channel)
        left = [c for c in order if address_of(c, account) is not None]
        if not left:
            return reason
        notice = replace(notice, channel=left[0], fallbacks=tuple(left[1:]))
