"""What the API answers about what helps."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.steps.model import Against, Basis, CandidateKind, SuggestionKind, SuggestionState


class MoneyWorth(TypedDict):
    """What earlier payment is worth."""

    amount: _Amount
    currency: str


class CandidateAnswer(TypedDict):
    """Something that could be done next."""

    kind: CandidateKind
    detail: Annotated[str, Field(description="A channel, weekday (0 Monday), hours or stage.")]
    basis: Annotated[
        Basis, Field(description="Only `effect`, told by lot, says what the step does.")
    ]
    against: Against
    days_sooner: Annotated[float | None, Field(description="Below zero: later.")]
    low: float | None
    high: float | None
    cases: int
    own_cases: Annotated[int, Field(description="Of this account.")]
    worth: list[MoneyWorth]
    says: Annotated[str, Field(description="The same in English words.")]


class StepAnswer(TypedDict):
    """The next best step of an account; `best` null where nothing is open."""

    account: str
    made_on: _Day | None
    best: CandidateAnswer | None
    reason: str
    why: str
    planned_step: str
    planned_on: _Day | None
    pays: Annotated[str, Field(description="The weekday on which it mostly pays, in words.")]
    candidates: list[CandidateAnswer]


class SpanAnswer(TypedDict):
    """A figure with its interval of 95 %."""

    value: float
    low: float
    high: float


class EffectAnswer(TypedDict):
    """What a comparison by lot told of a stage by a channel."""

    step: str
    channel: str
    verdict: Literal["helps", "harms", "none", "not-known"]
    sent: Annotated[int, Field(description="Accounts that got the notice on its day.")]
    waited: int
    days_sooner: SpanAnswer | None
    paid_within_7_days: Annotated[
        SpanAnswer | None, Field(description="The difference of the shares.")
    ]
    says: str


class CorrelationAnswer(TypedDict):
    """How steps of a kind were followed by payment: no effect, whoever they were taken with."""

    step: str
    part: Annotated[str, Field(description="all, channel, weekday, hours or size.")]
    value: str
    cases: int
    mean_days: float
    paid_within_7_days: SpanAnswer


class EffectsAnswer(TypedDict):
    """What is known of steps, and what was only seen."""

    comparison: str | None
    effects: list[EffectAnswer]
    correlations: list[CorrelationAnswer]


class SuggestionAnswer(TypedDict):
    """A change of a policy that figures speak for."""

    id: str
    kind: SuggestionKind
    policy: str
    stage: int
    message: str
    detail: str
    basis: Basis
    says: str
    evidence: dict[str, Any]
    made_at: _Instant
    state: SuggestionState
    decided_at: _Instant | None
    decided_by: str
    reason: str
    made_policy: str
    made_version: int


class SuggestionsAnswer(TypedDict):
    """The open ones first."""

    items: list[SuggestionAnswer]


class RunningAnswer(TypedDict):
    """A comparison that runs."""

    id: str
    share_percent: int
    delay_days: int
    rest_months: int
    since: _Day


class HoldOutAnswer(TypedDict):
    """The comparison by lot, and what money costs."""

    running: RunningAnswer | None
    cost_of_money: Annotated[dict[str, str], Field(description="Percent a year, as said.")]
    assumed_cost: Annotated[str, Field(description="For every other currency.")]
