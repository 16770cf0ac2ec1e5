"""Creditors, accounts, contacts and holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from saldo.accounts.agreed import AgreedTerms, CreditLimit
from saldo.accounts.credit_facts import NO_CREDIT_FACTS, CreditFacts
from saldo.accounts.message_prices import MessagePrices
from saldo.accounts.payer_rules import USUAL_RULES, PayerRules
from saldo.accounts.running_costs import RunningCost
from saldo.ledger.parts import Order
from saldo.risk.behaviour import NOTHING_PAID, DaysBeyondTerms
from saldo.risk.standing import NOTHING_KNOWN, Standing

WHOLE_CREDITOR = "~"
"""Stands in an account's place where a fact concerns the creditor as a whole."""

INSTALLATION = "*"
"""Stands in a creditor's place where a record belongs to the installation."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What holds for every creditor of this deployment: the one switch that stops all sending."""

    sending: bool = True
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (INSTALLATION,)


@dataclass(frozen=True, slots=True)
class Segment:
    """Accounts that one policy is for: those of which every fact in `when` has one of its values.

    `when` maps the name of a fact to its values, all texts: {"kind": ["consumer"], "country":
    ["NL", "BE"]}. `labels` matches when the account bears any of them. An empty `when` is everyone.
    """

    when: dict[str, list[str]] = field(hash=False)
    policy: str


@dataclass(frozen=True, slots=True)
class HoldOut:
    """A comparison by lot that runs: friendly notices wait for some accounts (docs/next-step.md).

    `id` names it and is the key of its draws: whatever else changes, another one begins. For
    `share_percent` of the accounts that come to it (1 to 20) the notice waits `delay_days` (1 to
    14), and no account comes to it again within `rest_months` (1 to 24).
    """

    id: str
    share_percent: int
    delay_days: int
    rest_months: int
    since: date


@dataclass(frozen=True, slots=True)
class BankDetails:
    """The bank account that a creditor's debtors transfer to, in the form that banks print.

    `iban` and `bic` are without spaces. `creditor_identifier` is the creditor's in the SEPA direct
    debit scheme (EPC attribute AT-02), which an announcement of a debit names.
    """

    iban: str
    account_holder: str
    bic: str | None = None
    creditor_identifier: str | None = None


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who is owed: a company with its own ERP, sender, policy and going-live state.

    `state` is "shadow" until somebody goes live: everything is planned and explained, nothing is
    sent. `schedule` "manual" leaves the creditor out of scheduled runs; only a run that names it
    reminds. `notices_per_day_max` caps messages a day, None for no cap. The first of `segments`
    that matches an account names its policy, else it is `policy`. Reminders wait while what the ERP
    or the bank told is older than `fresh_within_hours` (None: however old), and on `blackout_days`.
    `sms_from` is the number in E.164 or the name of up to 11 letters that text messages come from.
    `bank` is where transfers go, None where none are asked for. `logo` names a `Logo`, "" for none;
    `privacy_url` is where the creditor says what it does with personal data.
    With `first_run_needs_release` nothing goes after going live either until a person released it.
    A cash discount is granted `discount_tolerance_days` beyond its last day, which payers are not
    told. `group` names the companies of one seller that share a portal; `portal.groups` alone
    writes it.
    `statements_expected`: reminders wait while a bank statement is missing, see `BankAccount`.
    `mail_stopped_at` says that the circuit breaker stopped mail, `mail_stopped_why` for what.
    `hold_out` is the comparison by lot that runs, None for none.
    `running_costs` are what the creditor says that running this software costs, by their months.
    `message_prices` are what messages cost it, None for what is assumed.
    From each of `looks_due` on, every account is to be planned anew once, as its rules changed.
    """

    id: str
    name: str
    country: str
    language: str
    time_zone: str
    policy: str
    state: Literal["shadow", "live"] = "shadow"
    sending: bool = True
    schedule: Literal["automatic", "manual"] = "automatic"
    notices_per_day_max: int | None = None
    provider: str = "sandbox"
    allocation_order: Order = "costs-interest-principal"
    payer_rules: PayerRules = USUAL_RULES
    reply_to: str | None = None
    address: tuple[str, ...] = ()
    imprint: str = ""
    brand_colour: str = "#1f5f5b"
    segments: tuple[Segment, ...] = ()
    fresh_within_hours: int | None = None
    blackout_days: tuple[date, ...] = ()
    sms_from: str | None = None
    mail_stopped_at: datetime | None = None
    mail_stopped_why: str = ""
    bank: BankDetails | None = None
    logo: str = ""
    privacy_url: str | None = None
    first_run_needs_release: bool = False
    first_run_released_at: datetime | None = None
    first_run_released_by: str = ""
    group: str | None = None
    discount_tolerance_days: int = 0
    statements_expected: bool = False
    hold_out: HoldOut | None = None
    looks_due: tuple[date, ...] = ()
    running_costs: tuple[RunningCost, ...] = ()
    message_prices: MessagePrices | None = None
    created_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.id,)

    def looks_at_all(self, day: date) -> bool:
        """Tell whether a run on `day` looks at every account, whenever its next action is."""
        return any(due <= day for due in self.looks_due)

    def to_look_from(self, day: date) -> Creditor:
        """Return the creditor with every account to be planned anew from `day` on."""
        return replace(self, looks_due=tuple(sorted({*self.looks_due, day})))

    @property
    def awaits_release(self) -> bool:
        """Tell whether the creditor is live, and a person must let the first run go."""
        is_released = self.first_run_released_at is not None
        return self.state == "live" and self.first_run_needs_release and not is_released

    @property
    def feed_entry(self) -> tuple[str, datetime] | None:
        return (INSTALLATION, self.created_at) if self.created_at else None


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where letters go. `lines` are street, house number and whatever stands above them, in the
    order of printing, the addressee not among them; `country` is ISO 3166 alpha-2.
    """

    lines: tuple[str, ...]
    postal_code: str
    city: str
    country: str


EmailState = Literal["ok", "bounced", "complained", "wrong-person"]
PreferredChannel = Literal["email", "letter", "sms"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and whom to write to. `email_state` leaves "ok" when the address bounced for good, its
    owner complained, or said to be somebody else ("wrong-person"); a corrected address starts again
    at "ok". `address` is where letters to this contact go, None for the account's own.
    """

    name: str
    email: str | None = None
    phone: str | None = None
    role: str = "billing"
    email_state: EmailState = "ok"
    address: PostalAddress | None = None


@dataclass(frozen=True, slots=True)
class PushedDetails:
    """What the ERP pushed last, where a payer corrected it (`corrections.py`)."""

    language: str
    contacts: tuple[Contact, ...]
    address: PostalAddress | None


@dataclass(frozen=True, slots=True)
class Steering:
    """What a person decided about how an account is collected: a `policy` and whether people follow
    up (`is_manual`), None where nobody did. Who, when and why stands with it.
    """

    policy: str | None = None
    is_manual: bool | None = None
    by: str = ""
    at: datetime | None = None
    reason: str = ""


NOT_STEERED: Final = Steering()


@dataclass(frozen=True, slots=True)
class Account:
    """A debtor of a creditor, under the number that the ERP gave.

    `version` rises with every fact that changes what is due; `due_at` is the instant of the next
    action, None when nothing is ahead. Both are written by `store.Wake` and the planner alone.

    `size`, `industry`, `risk_class` and `labels` are the creditor's words, which segments go by;
    `policy` names the policy outright. `region` is ISO 3166-2 ("DE-BY"): holidays and contact hours
    differ there. On `follow_up` "manual" people get tasks instead of the debtor getting messages.
    `reference` is what the debtor calls the creditor or itself, quoted in letters. `paid` sums how
    late its invoices were paid so far; the transaction that closes or reopens one changes it.
    `preferred_channel` is the payer's wish: reminders go by it where their stage has it. `pushed`
    is what the ERP said where a payer corrected it, None where nobody did.

    `terms` and `credit_limit` are what was agreed, `parent` the account that this one belongs to,
    `custom` the creditor's own fields, texts by name: shown, and nothing hangs on them. Since
    `restricted_at` it is to be erased: lists for people leave it out. `steering` is what a person
    decided, which goes before `policy` and `follow_up`. `pays` is how it pays, in the words that
    segments ask for; `saldo.risk.keep` alone writes it. `credit` is what is known of its credit,
    in such words; `saldo.credit_data.keep` alone writes it.
    """

    creditor: str
    number: str
    name: str
    kind: Literal["business", "consumer"]
    country: str
    language: str
    time_zone: str
    contacts: tuple[Contact, ...] = ()
    updated_at: datetime | None = None
    due_at: datetime | None = None
    region: str | None = None
    address: PostalAddress | None = None
    size: str | None = None
    industry: str | None = None
    risk_class: str | None = None
    labels: tuple[str, ...] = ()
    follow_up: Literal["automatic", "manual"] = "automatic"
    policy: str | None = None
    reference: str | None = None
    paid: DaysBeyondTerms = NOTHING_PAID
    preferred_channel: PreferredChannel | None = None
    pushed: PushedDetails | None = None
    terms: AgreedTerms | None = None
    credit_limit: CreditLimit | None = None
    parent: str | None = None
    custom: dict[str, str] = field(default_factory=dict, hash=False)
    restricted_at: datetime | None = None
    steering: Steering = NOT_STEERED
    pays: Standing = NOTHING_KNOWN
    credit: CreditFacts = NO_CREDIT_FACTS
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.number)

    @property
    def own_policy(self) -> str | None:
        """The policy that a person or the ERP named outright, None where neither did."""
        return self.steering.policy or self.policy

    @property
    def is_manual(self) -> bool:
        """Tell whether people follow up, instead of messages that go by themselves."""
        said = self.steering.is_manual
        return self.follow_up == "manual" if said is None else said

    @property
    def feed_entry(self) -> tuple[str, datetime] | None:
        return (self.creditor, self.updated_at) if self.updated_at else None

    def mail_contact(self) -> Contact | None:
        """Return the contact that mail goes to: the first with a working address, else None."""
        return next((c for c in self.contacts if c.email and c.email_state == "ok"), None)

    def letter_contact(self) -> tuple[Contact | None, PostalAddress] | None:
        """Return whom and where letters go to: the first contact with an address of its own, else
        nobody in particular at the account's, else None.
        """
        own = next(((c, c.address) for c in self.contacts if c.address), None)
        return own or ((None, self.address) if self.address else None)


HoldKind = Literal[
    "pause",
    "payment-on-its-way",
    "payment-scheduled",
    "transfer-announced",
    "plan",
    "plan-proposed",
    "paid-claim",
    "promise",
    "dispute",
    "question",
    "invoice-copy",
    "hardship",
    "insolvency",
    "legal-case",
    "stale-data",
    "money-unmatched",
    "restricted",
]
"""pause: somebody's order; payment-on-its-way: a provider has the money coming; payment-scheduled:
a mandate will be charged; transfer-announced: the payer says that a transfer comes; plan: an
instalment plan is being kept; plan-proposed: the payer asked for one, and the creditor decides;
paid-claim: the payer says to have paid, and the money is looked for; promise: the payer promised to
pay by a day; dispute: the payer
contests an invoice or a part of it; question: the payer asked something and the policy waits for
the answer; invoice-copy: the payer says that the invoice never came, and reads the copy;
hardship, insolvency: the debtor cannot pay now; legal-case: an
agency, bailiff or court has it; stale-data: what the ERP or the bank told is too old;
money-unmatched: money on the bank account could be for it, and nobody said yet whether it is;
restricted: its erasure was ordered, and what is kept serves nothing else (`saldo.privacy`)."""

PLACED_BY_HAND: tuple[HoldKind, ...] = ("pause", "hardship", "insolvency", "legal-case")
"""The kinds that a person may place and end; the others come and go with the fact behind them."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that keeps notices back: its owner, reason and end stand with it.

    `account` is "~" for the whole creditor; `invoice` None for the whole account, else the hold
    covers it and `more_invoices`. `until` is the first day on which notices may go again, None for
    "until ended by hand". `held_minor` is the part of the invoice that is held, in minor units of
    `currency`, for a dispute about a part of it; None holds it whole. `owner` must see to it, None
    for whoever placed it. `about` are the facts of a reason that nobody wrote: amounts in minor
    units, days as ISO texts; with them it is told in any language.
    """

    creditor: str
    account: str
    id: str
    kind: HoldKind
    invoice: str | None
    reason: str
    placed_by: str
    placed_at: datetime
    until: date | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    more_invoices: tuple[str, ...] = ()
    held_minor: int | None = None
    currency: str | None = None
    owner: str | None = None
    about: dict[str, Any] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    def holds(self, invoice: str, today: date) -> bool:
        """Tell whether notices about `invoice` are kept back on `today`."""
        return (
            self.ended_at is None
            and (self.invoice is None or invoice in (self.invoice, *self.more_invoices))
            and (self.until is None or today < self.until)
        )
