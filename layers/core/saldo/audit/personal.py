"""Which fields of an event about an account may hold what a person said, or who they are.

These alone may be erased; everything else of an event stays for good: what happened, when, to which
number, for how much.
"""

from __future__ import annotations

from typing import Final

from saldo.events import Event

_WORDS: Final = frozenset(
    {
        "changes",
        "email",
        "failure",
        "from",
        "name",
        "number",
        "outcome",
        "reason",
        "sender",
        "subject",
        "text",
        "title",
        "to",
        "whom",
    }
)

_ONLY_IN: Final = {
    "note": frozenset({"promise.given"}),
    "after": frozenset({"credit.report_changed"}),
    "before": frozenset({"credit.report_changed"}),
    "court": frozenset({"insolvency.noticed"}),
    "number": frozenset({"call.logged", "insolvency.noticed"}),
    "to": frozenset({"contact.disowned"}),
    "user": frozenset({"portal.user_changed"}),
}
"""Names that mean something else in other types of event."""

_CODES: Final = {
    "reason": frozenset({"optout.given", "optout.taken_back", "dispute.opened"}),
    "outcome": frozenset({"call.logged", "payment.schedule_ended", "task.closed", "work.done"}),
}
"""Types in which the name holds one of a few codes, and no words."""

ALL_NAMES: Final = _WORDS | frozenset(_ONLY_IN)


def is_personal(event_type: str, name: str) -> bool:
    """Tell whether a field may hold words of a person, or who they are."""
    if name in _ONLY_IN:
        return event_type in _ONLY_IN[name]
    return name in _WORDS and event_type not in _CODES.get(name, frozenset())


def personal_names(event: Event) -> tuple[str, ...]:
    """Return the fields of an event that may be erased and hold something, in order."""
    return tuple(
        name for name in sorted(event.data) if is_personal(event.type, name) and event.data[name]
    )
