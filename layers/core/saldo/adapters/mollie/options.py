"""What an installation chooses about Mollie."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Options:
    """What an installation may choose.

    `organisation_token` reads settlements, which an API key may not. `methods` limits what the
    hosted page offers. `mandate_callback_url` hears of first payments; `mandate_minor` EUR cents
    is what those move: 1 is the least that iDEAL takes. `hosted_at` is where the pages live.
    """

    organisation_token: str | None = field(default=None, repr=False)
    methods: tuple[str, ...] = ()
    mandate_callback_url: str | None = None
    mandate_minor: int = 1
    hosted_at: str = "https://www.mollie.com"
