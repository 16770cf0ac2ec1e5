"""People of a creditor, as its API sees and changes them, and what waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Amount, _Instant
from saldo.edge.v1.fields import Amount
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Name
from saldo.errors import Refusal
from saldo.money import format_amount, parse_amount
from saldo.people.approval import TWO_DIGITS, Approval, ApprovalKind, ApprovalState, limit_text
from saldo.people.model import Grant, Language, User, UserState
from saldo.people.rights import Role, grant_of
from saldo.people.users import BRANCHES_MAX, NAME_LENGTH_MAX, PersonUnknown, role_of

if TYPE_CHECKING:
    from saldo.wiring import Services

Email = Annotated[str, Field(min_length=3, max_length=254, description="Upper or lower case.")]
Branches = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=80)]],
    Field(max_length=BRANCHES_MAX, description="Accounts of these branches alone; empty for all."),
]


class Invitation(Body):
    """Somebody who is to work with the console."""

    email: Email
    name: Annotated[Name, Field(max_length=NAME_LENGTH_MAX)]
    role: Role
    language: Language = "en"
    branches: Branches = []  # noqa: RUF012 - pydantic copies it


class RoleOrder(Body):
    """The role that somebody has from now on."""

    email: Email
    role: Role
    branches: Branches = []  # noqa: RUF012 - pydantic copies it


class PersonOrder(Body):
    """Somebody who works here."""

    email: Email


Limit = Annotated[
    Amount | None,
    Field(description="Up to which amount one person is enough, a day and account. Null: any."),
]


class LimitsOrder(Body):
    """Above which amounts a second person is needed, in whatever currency is owed or was paid."""

    write_off: Limit
    refund: Limit
    credit_limit: Annotated[
        Limit,
        Field(
            description="Up to which a person lets an account owe more alone, by a limit or a "
            "cover. Left out: as it is."
        ),
    ] = None


class LimitsAnswer(TypedDict):
    """Above which amounts a second person is needed."""

    write_off: _Amount | None
    refund: _Amount | None
    credit_limit: _Amount | None


class PersonAnswer(TypedDict):
    """Somebody who works here, as the creditor sees them."""

    email: str
    name: str
    language: Language
    state: Annotated[
        UserState,
        Field(description="invited until they signed in; disabled: let in no more."),
    ]
    role: Annotated[Role | None, Field(description="Null for nothing at this creditor.")]
    branches: list[str]
    signed_in_at: _Instant | None


class PersonList(TypedDict):
    """Everybody who has a role at the creditor, by name."""

    items: list[PersonAnswer]


class ApprovalAnswer(TypedDict):
    """An order that waits for a second person, or waited for one."""

    id: str
    kind: ApprovalKind
    account: str
    subject: Annotated[
        str, Field(description="The invoice's number, the payment's id, or a limit's currency.")
    ]
    amount: _Amount
    currency: str
    reason: str
    asked_by: str
    asked_at: _Instant
    expires_at: _Instant
    state: ApprovalState
    decided_by: str | None
    decided_at: _Instant | None
    why: Annotated[str | None, Field(description="Why it was declined, or what refused it.")]


class ApprovalList(TypedDict):
    """What waits, the oldest first."""

    items: list[ApprovalAnswer]


@dataclass(frozen=True, slots=True)
class Chief:
    """Who changes people: one creditor, under this name; nothing elsewhere is theirs to change."""

    services: Services
    creditor: str
    by: str


def listed(chief: Chief) -> PersonList:
    """Return everybody who has a role at the creditor."""
    found = chief.services.users.at(chief.creditor)
    return {"items": [person(one, chief.creditor) for one in found]}


def invite(chief: Chief, sent: Any) -> PersonAnswer:
    """Invite somebody. Raises AddressNotReadable, PersonExists or PersonNotValid."""
    order = read(Invitation, sent)
    made = chief.services.staffing.invite(
        order.email,
        order.name,
        order.language,
        [Grant(chief.creditor, order.role, tuple(order.branches))],
        by=chief.by,
    )
    return person(made, chief.creditor)


def invite_again(chief: Chief, sent: Any) -> PersonAnswer:
    """Send somebody of the creditor another link; raise PersonUnknown."""
    found = mine(chief, read(PersonOrder, sent).email)
    return person(chief.services.staffing.invite_again(found, by=chief.by), chief.creditor)


def grant(chief: Chief, sent: Any) -> PersonAnswer:
    """Give somebody a role at the creditor, in place of one that they have.

    Raises PersonUnknown, PersonNotValid, OwnRights or LastOwner.
    """
    order = read(RoleOrder, sent)
    users = chief.services.users
    given = Grant(chief.creditor, role_of(order.role), tuple(order.branches))
    done = users.grant(users.by_email(order.email).id, given, by=chief.by)
    return person(done, chief.creditor)


def revoke(chief: Chief, sent: Any) -> PersonAnswer:
    """Take somebody's role at the creditor away; raise PersonUnknown, OwnRights or LastOwner."""
    users = chief.services.users
    found = users.by_email(read(PersonOrder, sent).email)
    return person(users.revoke(found.id, chief.creditor, by=chief.by), chief.creditor)


def disable(chief: Chief, sent: Any) -> PersonAnswer:
    """Let somebody in no more. Raises PersonUnknown, WorksElsewhere, OwnRights or LastOwner."""
    found = mine(chief, read(PersonOrder, sent).email)
    done = chief.services.staffing.disable(found, by=chief.by, creditor=chief.creditor)
    return person(done, chief.creditor)


def enable(chief: Chief, sent: Any) -> PersonAnswer:
    """Let somebody in again. Raises PersonUnknown, WorksElsewhere or OwnRights."""
    found = mine(chief, read(PersonOrder, sent).email)
    done = chief.services.staffing.enable(found, by=chief.by, creditor=chief.creditor)
    return person(done, chief.creditor)


def forget_app(chief: Chief, sent: Any) -> PersonAnswer:
    """Take somebody's authenticator app away. Raises PersonUnknown or WorksElsewhere."""
    found = mine(chief, read(PersonOrder, sent).email)
    done = chief.services.staffing.forget_app(found, by=chief.by, creditor=chief.creditor)
    return person(done, chief.creditor)


def approvals(services: Services, creditor: str) -> ApprovalList:
    """Return what waits for a second person."""
    return {"items": [approval(one) for one in services.four_eyes.open(creditor)]}


def limits(services: Services, creditor: str) -> LimitsAnswer:
    """Return above which amounts a second person is needed."""
    rule = services.four_eyes.rule(creditor)
    return {
        "write_off": limit_text(rule.write_off_minor),
        "refund": limit_text(rule.refund_minor),
        "credit_limit": limit_text(rule.credit_limit_minor),
    }


def set_limits(chief: Chief, sent: Any) -> LimitsAnswer:
    """Say above which amounts a second person is needed; raise LimitNotValid."""
    order = read(LimitsOrder, sent)
    chief.services.four_eyes.set_rule(
        chief.creditor,
        write_off_minor=_minor(order.write_off, "/write_off"),
        refund_minor=_minor(order.refund, "/refund"),
        credit_limit_minor=_minor(order.credit_limit, "/credit_limit")
        if "credit_limit" in order.model_fields_set
        else "kept",
        by=chief.by,
    )
    return limits(chief.services, chief.creditor)


def _minor(amount: str | None, pointer: str) -> int | None:
    try:
        return None if amount is None else parse_amount(amount, TWO_DIGITS)
    except Refusal as refusal:
        raise refusal.at(pointer)  # noqa: B904 - the same refusal, only pointing


def mine(chief: Chief, email: str) -> User:
    """Return somebody who has a role at the creditor; raise PersonUnknown, for others' people too.

    Whoever has a role at every creditor is the installation's, not one creditor's.
    """
    found = chief.services.users.by_email(email)
    if not any(one.creditor == chief.creditor for one in found.grants):
        raise PersonUnknown(f"Nobody works here as {found.email!r}.").at("/email")
    return found


def person(user: User, creditor: str) -> PersonAnswer:
    """Return somebody as a creditor sees them: what they are elsewhere is not told."""
    own = next((one for one in user.grants if one.creditor == creditor), None)
    granted = own or grant_of(user, creditor)
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "state": user.state,
        "role": granted.role if granted else None,
        "branches": list(granted.branches) if granted else [],
        "signed_in_at": iso_instant(user.signed_in_at) if user.signed_in_at else None,
    }


def approval(found: Approval) -> ApprovalAnswer:
    """Return what waits, or waited, for a second person."""
    return {
        "id": found.id,
        "kind": found.kind,
        "account": found.account,
        "subject": found.subject,
        "amount": format_amount(found.amount_minor, found.currency),
        "currency": found.currency,
        "reason": found.reason,
        "asked_by": found.asked_by,
        "asked_at": iso_instant(found.asked_at),
        "expires_at": iso_instant(found.expires_at),
        "state": found.state,
        "decided_by": found.decided_by or None,
        "decided_at": iso_instant(found.decided_at) if found.decided_at else None,
        "why": found.why or None,
    }
