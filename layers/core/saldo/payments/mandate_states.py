"""What becomes of a mandate by what a provider tells. Pure.

A mandate only goes forward: requested, pending, active, ended. So events in any order, and any of
them twice, end in the same state.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.payments.agreements import NEVER_GIVEN, Mandate, MandateRef, MandateState
from saldo.payments.told import MandateTold

PROVIDER: Final = "provider"
_RANK: Final[dict[MandateState, int]] = {"requested": 0, "pending": 1, "active": 2, "ended": 3}


def after(
    mandate: Mandate, told: MandateTold, known: MandateRef | None, now: datetime
) -> Mandate | None:
    """Return the mandate after what was told, None if that is nothing new.

    `known` is what is kept under the provider's id of the mandate: an end that was told before
    anybody knew whose mandate it was stands there, and counts now.
    """
    if mandate.state == "ended" and mandate.ended_by != NEVER_GIVEN:
        return _given_too_late(mandate, told)
    if told.state == "ended":
        return None if _is_another(mandate, told) else _ended(mandate, told.reason, now)
    if mandate.state != "ended" and _RANK[told.state] <= _RANK[mandate.state]:
        return None
    if _is_another(mandate, told):
        return None
    given = replace(
        mandate,
        provider_mandate=told.mandate_id,
        customer_id=told.customer_id or mandate.customer_id,
    )
    if known is not None and known.ended_at is not None:
        return _ended(given, known.ended_reason, now)
    return replace(
        given,
        state=told.state,
        ended_at=None,
        ended_by=None,
        ended_reason=None,
        following=True,
        version=mandate.version + 1,
    )


def is_ours_to_revoke(mandate: Mandate) -> bool:
    """Tell whether the provider has yet to hear that a mandate was ended from our side."""
    by_us = mandate.ended_by not in (None, PROVIDER, NEVER_GIVEN)
    return mandate.state == "ended" and by_us and mandate.provider_mandate is not None


def _is_another(mandate: Mandate, told: MandateTold) -> bool:
    """A payer may have gone through the page twice: the first mandate that we heard of is ours."""
    return mandate.provider_mandate not in (None, told.mandate_id)


def _given_too_late(mandate: Mandate, told: MandateTold) -> Mandate | None:
    """What was revoked here and given after all has to be revoked at the provider, too."""
    if told.state == "ended" or mandate.ended_by == PROVIDER:
        return None
    if mandate.provider_mandate is not None:
        return None
    return replace(
        mandate,
        provider_mandate=told.mandate_id,
        customer_id=told.customer_id,
        following=True,
        version=mandate.version + 1,
    )


def _ended(mandate: Mandate, reason: str | None, now: datetime) -> Mandate:
    return replace(
        mandate,
        state="ended",
        ended_at=now,
        ended_by=PROVIDER,
        ended_reason=reason,
        following=True,
        version=mandate.version + 1,
    )
