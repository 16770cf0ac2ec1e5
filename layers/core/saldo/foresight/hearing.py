"""What the bus tells: which accounts are looked at anew, and by which keepers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.foresight.keepers import AccountKeeper, no_memory

HEARD: Final = frozenset(
    {
        "account.changed",
        "account.corrected",
        "account.steered",
        "call.logged",
        "case.changed",
        "case.opened",
        "credit.report_changed",
        "credit_note.applied",
        "dispute.opened",
        "dispute.rejected",
        "dispute.settled",
        "dispute.withdrawn",
        "erp_order.taken",
        "hold.ended",
        "hold.placed",
        "insolvency.noticed",
        "invoice.changed",
        "invoice.charged",
        "invoice.closed",
        "invoice.discounted",
        "invoice.issued",
        "invoice.reopened",
        "invoice.withdrawn",
        "invoice.written_off",
        "notice.bounced",
        "notice.delivered",
        "notice.failed",
        "notice.sent",
        "paid_claim.confirmed",
        "paid_claim.made",
        "paid_claim.unfounded",
        "paid_claim.withdrawn",
        "payment.allocated",
        "payment.chargeback_reversed",
        "payment.charged_back",
        "payment.deallocated",
        "payment.schedule_ended",
        "payment.scheduled",
        "payment.settled",
        "payment.transferred",
        "plan.agreed",
        "plan.cancelled",
        "plan.finished",
        "plan.missed",
        "privacy.erasure_asked",
        "privacy.lifted",
        "promise.broken",
        "promise.given",
        "promise.kept",
        "promise.part_kept",
        "promise.withdrawn",
        "refund.done",
        "refund.failed",
        "refund.promised",
        "transfer.announced",
    }
)
"""Facts that a keeper may listen to: the bus sends these, and nothing else, to the queue."""

Looked = set[tuple[int, str, str]]
"""Which keeper looked at which account since the facts at hand are known to have happened."""


class ForesightHearing:
    """Has every keeper look at the accounts that facts are about.

    `begin` is told of each account before they do: what happened so far is what they are to see.
    """

    def __init__(
        self,
        keepers: Sequence[AccountKeeper],
        begin: Callable[[str, str], None] = no_memory,
    ) -> None:
        self._keepers, self._begin = tuple(keepers), begin

    def hear(self, type_: str, creditor: str, account: str, looked: Looked | None = None) -> int:
        """Take one fact; return how many keepers wrote something.

        Whoever takes several facts at once keeps `looked`: all of them were written before the
        first is read here, so that one look at an account serves them all. A keeper that fails
        keeps the others from nothing; its error is raised when all have looked.
        """
        if account.startswith(WHOLE_CREDITOR):
            return 0
        seen = looked if looked is not None else set()
        changed = 0
        failed: Exception | None = None
        self._begin(creditor, account)
        for place, keeper in enumerate(self._keepers):
            key = (place, creditor, account)
            if type_ not in keeper.heard or key in seen:
                continue
            try:
                changed += keeper.refresh(creditor, account)
                seen.add(key)
            except Exception as error:  # noqa: BLE001 - not the others' fault; raised below
                failed = failed or error
        if failed is not None:
            raise failed
        return changed
