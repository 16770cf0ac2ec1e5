"""What the pages about instalments and about payments made show, as plain data.

Amounts are minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from saldo.collection.instalments import RHYTHMS

from .shown import Frame
from .shown_aside import SavedMandate
from .shown_choices import ChoiceRow

BY_HAND = "hand"
NEW_MANDATE = "new"
"""Stand in the form where a saved mandate's id could: the payer pays each, or gives a new one."""


@dataclass(frozen=True, slots=True)
class WishedFor:
    """What stands in the fields, as it was typed; `way` is how the instalments are paid."""

    count: str
    rhythm: str
    day: str
    way: str


@dataclass(frozen=True, slots=True)
class InstalmentsPage:
    """The wish for instalments: at most `most`, each at least `least_minor`, the first due within
    `days`, the last by `latest`. `error` is the code of the refusal that it met.
    """

    frame: Frame
    id: str
    rows: tuple[ChoiceRow, ...]
    wished: WishedFor
    most: int
    least_minor: int
    currency: str
    days: tuple[date, date]
    latest: date
    mandates: tuple[SavedMandate, ...] = ()
    can_give: bool = False
    by_hand: bool = True
    error: str = ""
    rhythms: tuple[str, ...] = RHYTHMS


@dataclass(frozen=True, slots=True)
class InstalmentsOfferPage:
    """The instalments that a wish comes to, before they are agreed or proposed: `parts` are days
    and amounts. `at_once` says that the creditor agrees without looking; else reminders rest up to
    and including `rests_until` while it decides. `consent` is the exact text that is agreed to, ""
    without a mandate; `mark` is the fingerprint of all that is shown. `is_changed` says that
    something is not as it was shown before, `mail_follows` that the decision comes by mail.
    """

    frame: Frame
    id: str
    invoices: tuple[str, ...]
    wished: WishedFor
    currency: str
    total_minor: int
    parts: tuple[tuple[date, int], ...]
    at_once: bool
    mark: str
    rests_until: date | None = None
    consent: str = ""
    consent_language: str = ""
    provider: str = ""
    is_changed: bool = False
    error: str = ""
    mail_follows: bool = False

    @property
    def kind(self) -> Literal["hand", "new", "saved"]:
        """How the instalments are paid."""
        if self.wished.way == BY_HAND:
            return "hand"
        return "new" if self.wished.way == NEW_MANDATE else "saved"


@dataclass(frozen=True, slots=True)
class PaidPage:
    """What the payer says to have paid already, before it is sent. `days` are the first and the
    last that may be named; reminders would rest for `business_days`. At most `files_max` proofs of
    `megabytes` together. `error` is the code of the refusal that it met.
    """

    frame: Frame
    id: str
    rows: tuple[ChoiceRow, ...]
    days: tuple[date, date]
    day: str
    amount: str
    how: str
    text: str
    hows: tuple[str, ...]
    business_days: int
    files_max: int
    megabytes: int
    error: str = ""
