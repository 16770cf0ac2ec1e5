"""What an installation chooses about Adyen."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Options:
    """What an installation has at Adyen.

    `live_prefix` is the account's own part of the live addresses; None is the test environment.
    `captures_automatically` says whether payments are captured without being asked to. `report_key`
    is the key of a report user, `first_batch` the oldest settlement report worth reading.
    """

    merchant_account: str
    live_prefix: str | None = None
    captures_automatically: bool = True
    report_key: str | None = field(default=None, repr=False)
    first_batch: int = 1
    mandate_currency: str = "EUR"
