"""How people want an account collected, over what the ERP and the segments say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from saldo.accounts.service import AccountUnknown
from saldo.accounts.steering import AccountBusy, Wish
from saldo.edge.v1 import examples, render
from saldo.edge.v1.answers import Account
from saldo.edge.v1.fields import Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.operation import AUTH, BODY, Operation, Reply
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Reason
from saldo.reminders.policy_model import PolicyUnknown


class SteeringBody(Body):
    """What a person decided."""

    account: Annotated[Number, Field(description="The account's number.")]
    policy: Annotated[
        Number | None,
        Field(description="Its reminder policy. Null: what the ERP or the segments say."),
    ] = None
    follow_up: Annotated[
        Literal["automatic", "manual"] | None,
        Field(description="Whether people follow up. Null: what the ERP says."),
    ] = None
    reason: Annotated[Reason, Field(description="Why; it stands on the account's timeline.")]


def steer(order: Ordered, body: Any) -> Account:
    """Take the decision. Raises Invalid, PolicyUnknown, AccountUnknown or AccountBusy."""
    sent = read(SteeringBody, body)
    services, creditor = order.services, order.creditor.id
    if sent.policy is not None:
        try:
            services.policies.require(creditor, sent.policy)
        except PolicyUnknown as unknown:
            raise unknown.at("/policy") from None
    is_manual = None if sent.follow_up is None else sent.follow_up == "manual"
    wish = Wish(sent.policy, is_manual)
    return render.account(
        services.steerings.steer(creditor, sent.account, wish, sent.reason, order.by)
    )


STEERING_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "steerAccount",
        "POST",
        "/v1/accounts/steering",
        "Accounts",
        "Say how an account is collected",
        "A person's word goes before what the ERP pushed and the segments say, and a push leaves "
        "it as it is. It counts from the next plan on.",
        "accounts:write",
        (Reply(200, "The account, as it is now.", Account, {"now": examples.ACCOUNT}),),
        (*AUTH, *BODY, PolicyUnknown, AccountUnknown, AccountBusy),
        body=SteeringBody,
        body_example={
            "account": "D-1042",
            "policy": "plain-2-18-34",
            "reason": "Agreed on the telephone: the usual stages, but no letter.",
        },
        repeat="Repeating is harmless: the same again changes nothing.",
    ),
)
