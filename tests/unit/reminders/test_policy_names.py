"""A policy is named by what exists, and its stages name messages that a stage can send."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from saldo.messages.model import STAGE_MESSAGES, MessageKind
from saldo.reminders.policy import policy_named, supplied_policies
from saldo.reminders.policy_model import PolicyNotValid
from saldo.reminders.policy_read import policy_from


def policy_with(message: str) -> dict[str, Any]:
    stage = {"number": 1, "offset_days": 2, "message": message}
    return {"id": "own", "version": 1, "announces_invoice": False, "stages": [stage]}


@pytest.mark.parametrize("message", sorted(set(get_args(MessageKind)) - set(STAGE_MESSAGES)))
def test_a_text_that_tells_of_a_fact_is_no_stages_message(message: str) -> None:
    with pytest.raises(PolicyNotValid) as refused:
        policy_from(policy_with(message))
    assert f"{message!r} tells of a fact" in str(refused.value)
    assert ", ".join(STAGE_MESSAGES) in str(refused.value)


def test_a_message_that_nobody_wrote_is_refused_with_those_there_are() -> None:
    with pytest.raises(PolicyNotValid, match=r"one of friendly-notice, .*; 'dunning-9' is none\."):
        policy_from(policy_with("dunning-9"))


@pytest.mark.parametrize("message", STAGE_MESSAGES)
def test_every_stage_message_may_be_named(message: MessageKind) -> None:
    assert policy_from(policy_with(message)).stages[0].message == message


def test_the_supplied_policies_name_stage_messages() -> None:
    for name in supplied_policies():
        policy = policy_named("every-2-weeks" if name == "every-n-weeks" else name)
        assert {stage.message for stage in policy.stages} <= set(STAGE_MESSAGES)
