"""What a message can tell beside its invoices: charges, what comes next, how to pay, agreements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

ChargeKind = Literal["interest", "flat-sum", "collection-costs", "reminder-fee"]
"""As the law's packs name them: `saldo.law.facts.FeeKind`."""


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A fee or interest on an invoice, in minor units of the invoice's currency.

    `ground` is the article that allows it, such as "§ 288 (5) BGB"; a line without one is never
    shown, and rendering it is an error. `percent` (such as "11.27"), `first` and `last` tell of
    interest how it was reckoned, where it is one rate over one period. `vat_minor` is the tax
    within the amount.
    """

    kind: ChargeKind
    amount_minor: int
    ground: str
    percent: str | None = None
    first: date | None = None
    last: date | None = None
    vat_minor: int = 0

    def __post_init__(self) -> None:
        assert self.ground, "a charge names the law that allows it"


NextKind = Literal["reminder", "final-notice", "hand-over", "service-stop"]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens next if nothing does, not before the day `on`."""

    kind: NextKind
    on: date


QR_CONTENT_ID: Final = "epc-qr"
"""The Content-ID of the picture of the QR code that goes with a mail, as `cid:epc-qr`."""


@dataclass(frozen=True, slots=True)
class TransferDetails:
    """Where a transfer goes. `reference` is what the payer writes: an RF reference, else a number.

    `qr` says that a code with these details and the amount goes with the message: in a mail as an
    inline picture under QR_CONTENT_ID, in a letter on the sheet. `amount_minor` in `currency` is
    what is to be transferred where that is not the sum of what is listed: an instalment, or what
    is left of something.
    """

    iban: str
    account_holder: str
    bic: str | None = None
    reference: str | None = None
    qr: bool = False
    amount_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncedCosts:
    """What a Dutch consumer will owe once the 14 days have passed unpaid (art. 6:96 (6) BW).

    `amount_minor` is the exact sum, the tax `vat_minor` included; `principal_minor` is what the
    scale ran on: all claims of this letter together. `percent` is of the tax, as "21".
    """

    amount_minor: int
    principal_minor: int
    currency: str = "EUR"
    vat_minor: int = 0
    percent: str | None = None


@dataclass(frozen=True, slots=True)
class HandOver:
    """To whom a claim goes or went; `on` is the day, the earliest one while it is announced."""

    kind: Literal["agency", "bailiff", "lawyer"] = "agency"
    name: str = ""
    on: date | None = None
    contact: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ToldPromise:
    """A promise to pay: so much by this day. `came_minor` of it has come.

    `numbers` are the first few of its invoices, `unlisted` how many more there are.
    """

    amount_minor: int
    currency: str
    by: date
    numbers: tuple[str, ...]
    unlisted: int = 0
    came_minor: int = 0


@dataclass(frozen=True, slots=True)
class ToldDispute:
    """An objection to invoices, or to a part of one (`amount_minor`; None: to all of it).

    `outcome` is None while it is open. "settled": we agree, and what is open says what changed;
    "rejected": the claim stands. `explanation` is a person's own sentence, in any language.
    """

    numbers: tuple[str, ...]
    currency: str
    amount_minor: int | None = None
    unlisted: int = 0
    received_on: date | None = None
    outcome: Literal["settled", "rejected"] | None = None
    open_minor: int = 0
    explanation: str = ""

    @property
    def invoices(self) -> int:
        return len(self.numbers) + self.unlisted


@dataclass(frozen=True, slots=True)
class ToldPaidClaim:
    """What a payer says to have paid on a day; `files` proofs came with it.

    While it is looked for, reminders rest up to and including `rests_until` (None: they go on).
    `open_minor` stands open on its invoices now; `explanation` is a person's own sentence about
    what was found, in any language.
    """

    amount_minor: int
    currency: str
    paid_on: date
    numbers: tuple[str, ...]
    unlisted: int = 0
    files: int = 0
    rests_until: date | None = None
    open_minor: int = 0
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ToldService:
    """What the creditor stops (or takes up again) in the debtor's account, from the day `on`."""

    what: Literal["stop-deliveries", "block-orders"]
    on: date


@dataclass(frozen=True, slots=True)
class ToldPortal:
    """A way into the portal: of which companies, and for how many minutes the link signs in.

    `account` names whose account somebody was invited to; then the link leads to the page where one
    asks to sign in, and signs nobody in by itself.
    """

    companies: tuple[str, ...]
    minutes: int = 0
    account: str = ""


@dataclass(frozen=True, slots=True)
class ToldDetails:
    """What was changed of an account's details: names of `fields` ("language", "channel", "name",
    "email", "phone", "address"). `email` is the new mail address: to itself whole, to the old one
    as a hint. `until` is the last day to confirm it.
    """

    fields: tuple[str, ...]
    email: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ToldReply:
    """An answer to a mail. `subject` is the mail's own without "Re:", `known` whether it goes to a
    contact of the account: nobody else is sent the way to its page.

    `in_reply_to` and `references` are what the answer's headers say, ids without angle brackets.
    """

    answer: str
    subject: str
    question: str
    asked_on: date
    invoice: str = ""
    known: bool = False
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldQuestion:
    """A question and its answer, as they were written; `answer` is "" while there is none, and
    `question` where the creditor wrote first. `invoice` is what it is about, if anything.
    """

    question: str
    asked_on: date | None = None
    invoice: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ToldWords:
    """What a person wrote to the debtor, as it stands. `invoices` are what it is about, if any."""

    subject: str
    text: str
    invoices: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The text in one line, as a text message has it."""
        return " ".join(self.text.split())
