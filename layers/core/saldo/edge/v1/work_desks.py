"""Who looks after an account, over the API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.edge.v1 import reads
from saldo.edge.v1.fields import PRINTABLE, Email
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query
from saldo.edge.v1.work import Place
from saldo.worklist.desk_model import RULES_MAX, AccountDesk, DeskRules, rules_from

Branch = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200), PRINTABLE]


class DeskQuery(Query):
    """Whose desk."""

    account: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            description="The account's number, percent-encoded; `~`: the creditor as a whole.",
        ),
    ]


class DeskRecord(Body):
    """Who looks after an account; what is null or left out goes by the rules."""

    account: Place
    collector: Annotated[Email | None, Field(description="Who collects.")] = None
    sales: Annotated[Email | None, Field(description="Whose customer it is.")] = None
    branch: Annotated[Branch | None, Field(description="The branch that it belongs to.")] = None


class DeskRuleRecord(Body):
    """Accounts that are looked after by the same people."""

    when: Annotated[
        dict[str, str | list[str]],
        Field(
            max_length=20,
            description="Facts of an account, each with a value or several: those of segments, "
            "`letter` (the first of its name, or a range such as `A-F`), `custom.<field>`. Empty: "
            "every account, and what concerns the creditor as a whole.",
        ),
    ] = {}  # noqa: RUF012 - pydantic copies it
    collector: Annotated[Email | None, Field(description="Who collects.")] = None
    sales: Annotated[Email | None, Field(description="Whose customers they are.")] = None
    branch: Annotated[Branch | None, Field(description="Their branch.")] = None


class DeskRulesRecord(Body):
    """By which rules people look after accounts."""

    rules: Annotated[
        list[DeskRuleRecord],
        Field(
            max_length=RULES_MAX,
            description="The first that matches and names a part decides that part.",
        ),
    ]
    fields: Annotated[
        dict[str, str],
        Field(
            max_length=3,
            description="Your own fields of accounts that say `collector`, `sales` or `branch` "
            "outright, before any rule.",
        ),
    ] = {}  # noqa: RUF012 - pydantic copies it


class DeskAnswer(TypedDict):
    """Who looks after an account, by hand and by rule."""

    account: str
    collector: str | None
    sales: str | None
    branch: str | None


class DeskRuleAnswer(TypedDict):
    """A rule."""

    when: dict[str, list[str]]
    collector: str | None
    sales: str | None
    branch: str | None


class DeskRulesAnswer(TypedDict):
    """The rules of a creditor."""

    rules: list[DeskRuleAnswer]
    fields: dict[str, str]


def of(order: Ordered, account: str) -> DeskAnswer:
    """Return who looks after an account; raise AccountUnknown."""
    if account != WHOLE_CREDITOR:
        reads.account(order.services.store, order.creditor.id, account)
    return desk(order.services.desks.of(order.creditor.id, account))


def put(order: Ordered, body: Any) -> DeskAnswer:
    """Say who looks after an account; raises what `Desks.put` does."""
    sent = read(DeskRecord, body)
    return desk(
        order.services.desks.put(
            order.creditor.id,
            sent.account,
            order.by,
            collector=sent.collector,
            sales=sent.sales,
            branch=sent.branch,
        )
    )


def rules(order: Ordered) -> DeskRulesAnswer:
    """Return the creditor's rules."""
    return rules_answer(order.services.desks.rules(order.creditor.id))


def put_rules(order: Ordered, body: Any) -> DeskRulesAnswer:
    """Keep rules in place of those before. Raises Invalid, DeskRulesNotValid or DeskBusy."""
    sent = read(DeskRulesRecord, body)
    plain = sent.model_dump(exclude_none=True)
    new = rules_from(order.creditor.id, plain)
    return rules_answer(order.services.desks.set_rules(new, order.by))


def desk(found: AccountDesk) -> DeskAnswer:
    """Render a desk."""
    return {
        "account": found.account,
        "collector": found.collector,
        "sales": found.sales,
        "branch": found.branch,
    }


def rules_answer(found: DeskRules) -> DeskRulesAnswer:
    """Render rules."""
    return {
        "rules": [
            {
                "when": one.when,
                "collector": one.collector,
                "sales": one.sales,
                "branch": one.branch,
            }
            for one in found.rules
        ],
        "fields": found.fields,
    }
