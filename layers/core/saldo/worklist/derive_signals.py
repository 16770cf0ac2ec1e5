"""What of the signs about an account is work now. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from saldo.connectors.model import ErpOrder, ItemLink
from saldo.reminders.model import Notice
from saldo.worklist.facts import AccountFacts, amount, sums
from saldo.worklist.model import Cause
from saldo.worklist.signals import WorkSignal


def differing(facts: AccountFacts) -> Iterator[Cause]:
    """Yield what the signs about an account are still of."""
    for one in facts.differing:
        if one.link is not None:
            yield _differs(one.signal, one.link)
        elif one.order is not None:
            yield _refused(one.signal, one.order)
        elif one.notice is not None:
            yield _unknown(one.signal, one.notice)


def _differs(signal: WorkSignal, link: ItemLink) -> Cause:
    return Cause(
        "differs",
        f"differs-{signal.connection}-{signal.ref}",
        "differs",
        "compare-books",
        signal.at,
        (link.number,),
        {
            "connection": signal.connection,
            "there": amount(link.there_minor, link.currency),
            "here": amount(link.agreed_minor, link.currency),
        },
        sums([(link.currency, link.there_minor - link.agreed_minor)]),
    )


def _refused(signal: WorkSignal, order: ErpOrder) -> Cause:
    return Cause(
        "differs",
        f"order-{signal.connection}-{signal.ref}",
        "erp-refused",
        "compare-books",
        signal.at,
        (order.number,) if order.number else (),
        {"connection": signal.connection, "order": order.id, "reason": order.why},
        sums([(order.currency, order.amount_minor)]),
    )


def _unknown(signal: WorkSignal, notice: Notice) -> Cause:
    """Nobody can tell whether a message left; sending it again is a person's decision."""
    return Cause(
        "stage",
        f"notice-{notice.id}",
        "notice-unknown",
        "check-message",
        signal.at,
        tuple(item.invoice for item in notice.items),
        {"step": notice.step, "channel": notice.channel, "day": notice.planned_for.isoformat()},
        sums((item.currency, item.open_minor) for item in notice.items),
    )
