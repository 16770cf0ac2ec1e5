"""Debtors as ERPs send them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from saldo.edge.v1.fields import (
    NOT_BLANK,
    PRINTABLE,
    Amount,
    Country,
    Currency,
    Email,
    Language,
    Number,
    Phone,
    Region,
    TimeZone,
)
from saldo.edge.v1.requests import Body, Description, Name, Reference, Word

CONTACTS_MAX = 20
LABELS_MAX = 50
CUSTOM_MAX = 50
ADDRESS_LINES_MAX = 5

ContactName = Annotated[str, StringConstraints(min_length=1, max_length=120), PRINTABLE, NOT_BLANK]
Role = Annotated[str, StringConstraints(min_length=1, max_length=40), PRINTABLE, NOT_BLANK]
CustomName = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
CustomText = Annotated[str, StringConstraints(strict=True, max_length=300), PRINTABLE]
AddressLine = Annotated[str, StringConstraints(min_length=1, max_length=100), PRINTABLE, NOT_BLANK]
PolicyName = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]


class AddressRecord(Body):
    """Where letters go; the addressee's name is not part of it."""

    lines: Annotated[
        list[AddressLine],
        Field(
            min_length=1,
            max_length=ADDRESS_LINES_MAX,
            description="Street and house number, and what stands above them, as printed.",
        ),
    ]
    postal_code: Annotated[
        str,
        StringConstraints(min_length=1, max_length=16),
        PRINTABLE,
        NOT_BLANK,
        Field(description="As the country writes it."),
    ]
    city: Annotated[Word, Field(description="The town.")]
    country: Annotated[
        Country | None, Field(description="ISO 3166 alpha-2. Default: the account's.")
    ] = None


class ContactRecord(Body):
    """Somebody at the debtor's. Mail goes to the first contact with a working address."""

    name: Annotated[ContactName, Field(description="A person or a department.")]
    email: Annotated[Email | None, Field(description="ASCII; domains in punycode.")] = None
    phone: Annotated[Phone | None, Field(description="For people to call.")] = None
    role: Annotated[Role, Field(description="What the contact is for.")] = "billing"
    address: Annotated[
        AddressRecord | None,
        Field(description="Where letters to this contact go. Default: the account's address."),
    ] = None


class TermsRecord(Body):
    """What was agreed about paying."""

    net_days: Annotated[
        int | None,
        Field(strict=True, ge=0, le=366, description="Days from the invoice to its due date."),
    ] = None
    text: Annotated[Description, Field(description="The terms as you print them.")] = ""


class CreditLimitRecord(Body):
    """So much the debtor may owe."""

    amount: Annotated[Amount, Field(description="A positive decimal text.", examples=["5000.00"])]
    currency: Annotated[Currency, Field(description="ISO 4217.")]


class AccountRecord(Body):
    """A debtor, whole: what is left out takes its default, also when the account is there."""

    number: Annotated[Number, Field(description="The debtor's number in the ERP: the natural key.")]
    name: Annotated[Name, Field(description="The debtor's name as it stands on letters.")]
    kind: Annotated[
        Literal["business", "consumer"],
        Field(description="The law treats the two differently: default, interest, flat sums."),
    ]
    country: Annotated[
        Country | None, Field(description="ISO 3166 alpha-2. Default: the creditor's.")
    ] = None
    language: Annotated[
        Language | None,
        Field(description="Of mails and pages, ISO 639-1. Default: the creditor's."),
    ] = None
    time_zone: Annotated[
        TimeZone | None,
        Field(description="IANA name; days begin there. Default: the creditor's."),
    ] = None
    contacts: Annotated[
        list[ContactRecord],
        Field(
            default_factory=list,
            max_length=CONTACTS_MAX,
            description="In the order in which they are tried.",
        ),
    ]
    region: Annotated[
        Region | None,
        Field(description="ISO 3166-2, of its country: holidays and contact hours differ there."),
    ] = None
    address: Annotated[AddressRecord | None, Field(description="Where letters go.")] = None
    reference: Annotated[
        Reference | None, Field(description="The debtor's own reference, quoted in letters.")
    ] = None
    size: Annotated[Word | None, Field(description="Your word for it; segments go by it.")] = None
    industry: Annotated[Word | None, Field(description="Your word for it; segments go by it.")] = (
        None
    )
    risk_class: Annotated[
        Word | None, Field(description="Your word for it; segments go by it.")
    ] = None
    labels: Annotated[
        list[Word],
        Field(
            default_factory=list,
            max_length=LABELS_MAX,
            description="Your words; segments go by any.",
        ),
    ]
    follow_up: Annotated[
        Literal["automatic", "manual"],
        Field(description="`manual`: people get tasks, the debtor no messages."),
    ] = "automatic"
    policy: Annotated[
        PolicyName | None,
        Field(description="Its reminder policy, whatever the segments say. Default: theirs."),
    ] = None
    payment_terms: Annotated[
        TermsRecord | None, Field(description="Shown; every invoice brings its own due date.")
    ] = None
    credit_limit: Annotated[CreditLimitRecord | None, Field(description="Shown.")] = None
    parent: Annotated[
        Number | None,
        Field(description="The account that this one belongs to; it must be there already."),
    ] = None
    custom: Annotated[
        dict[CustomName, CustomText],
        Field(
            default_factory=dict,
            max_length=CUSTOM_MAX,
            description="Fields of your own, texts by name: shown.",
        ),
    ]
