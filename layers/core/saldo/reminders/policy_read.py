"""Reading a policy from its JSON data, naming what is wrong and where.

Amounts are decimal texts by currency ("EUR": "10.00"), days whole numbers, times "08:00". A name
that nothing knows is refused: a setting that is spelt wrong would be a setting that does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any, TypeVar, get_args

from saldo.errors import Refusal
from saldo.messages.model import STAGE_MESSAGES, Channel, MessageKind
from saldo.money import parse_amount
from saldo.reminders.policy_model import (
    ANSWERS_BY_DEFAULT,
    Answer,
    AttachInvoice,
    Bundling,
    CountsFrom,
    FeeRule,
    Hours,
    Policy,
    PolicyFee,
    PolicyNotValid,
    Precondition,
    Service,
    Stage,
)

T = TypeVar("T")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_WEEK_DAYS = 7
_DAYS_MAX = 366
_WORDS_MAX = 100


class _Part:
    """One object of the data, read field by field; `place` names it in what is refused."""

    def __init__(self, data: Any, place: str) -> None:
        if not isinstance(data, Mapping):
            raise PolicyNotValid(f"{place} is no object.").told("json")
        self._data, self._place, self._read = data, place, set[str]()

    def has(self, name: str) -> bool:
        return name in self._data

    def take(self, name: str, read: Callable[[Any], T], *default: T) -> T:
        """Return a field as `read` makes it; without a default it must be there."""
        self._read.add(name)
        if name not in self._data or self._data[name] is None:
            if default:
                return default[0]
            raise PolicyNotValid(f"{self._place} lacks {name!r}.").told("lacks", name=name)
        try:
            return read(self._data[name])
        except (ValueError, TypeError, Refusal) as error:
            if isinstance(error, PolicyNotValid):
                raise
            raise PolicyNotValid(
                f"{self._place}: {name} cannot be {self._data[name]!r}: {error}."
            ).told("setting", name=name, value=self._data[name]) from error

    def done(self) -> None:
        """Refuse what nobody asked for."""
        unknown = sorted(set(self._data) - self._read)
        if unknown:
            raise PolicyNotValid(
                f"{self._place} has no setting {', '.join(map(repr, unknown))}."
            ).told("unknown", name=", ".join(unknown))


def policy_from(data: Any, policy_id: str | None = None) -> Policy:
    """Read a policy from its JSON data; raise PolicyNotValid naming what is wrong."""
    part = _Part(data, "The policy")
    found_id = part.take("id", _identifier)
    stages = part.take("stages", _stages)
    hours = part.take("hours", _hours, None)
    policy = Policy(
        policy_id or found_id,
        part.take("version", _count),
        part.take("announces_invoice", _switch),
        stages,
        effective_from=part.take("effective_from", date.fromisoformat, None),
        bundling=part.take("bundling", _one_of(Bundling), "account"),
        minimum_minor=part.take("minimum", _amounts, {}),
        grace_days=part.take("grace_days", _days, 0),
        gap_days_min=part.take("gap_days_min", _days, 0),
        contacts_per_week_max=part.take("contacts_per_week_max", _count, None),
        answers=part.take("answers", _several(Answer), ANSWERS_BY_DEFAULT),
        hours=hours,
        attach_invoice=part.take("attach_invoice", _one_of(AttachInvoice), "link"),
    )
    part.done()
    return policy


def _stages(data: Any) -> tuple[Stage, ...]:
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise TypeError("stages are a list")
    return tuple(_stage(one, place) for place, one in enumerate(data, 1))


def _stage(data: Any, place: int) -> Stage:
    part = _Part(data, f"Stage {place}")
    if part.has("offset_days") == part.has("offset_weeks"):
        raise PolicyNotValid(f"Stage {place} needs either offset_days or offset_weeks.").told(
            "offset", place=place
        )
    weeks = part.has("offset_weeks")
    offset = part.take("offset_weeks" if weeks else "offset_days", _whole)
    offset *= _WEEK_DAYS if weeks else 1
    if abs(offset) > _DAYS_MAX:
        raise PolicyNotValid(f"Stage {place} is more than {_DAYS_MAX} days away.").told(
            "far", place=place
        )
    stage = Stage(
        number=part.take("number", _count),
        offset_days=offset,
        message=part.take("message", _message),
        announces_collection=part.take("announces_collection", _switch, False),  # noqa: FBT003 - a default
        counts_from=part.take("counts_from", _one_of(CountsFrom), "due"),
        channels=part.take("channels", _several(Channel), ("email",)),
        fee=part.take("fee", lambda fee: _fee(fee, place), None),
        interest=part.take("interest", _switch, False),  # noqa: FBT003 - a default
        requires=part.take("requires", _several(Precondition), ()),
        service=part.take("service", _one_of(Service), None),
        needs_release=part.take("needs_release", _switch, False),  # noqa: FBT003 - a default
        hands_over=part.take("hands_over", _switch, False),  # noqa: FBT003 - a default
        handed_to=part.take("handed_to", _words, ""),
        takes_along=part.take("takes_along", _switch, False),  # noqa: FBT003 - a default
        term_days=part.take("term_days", _days, None),
        left_out=part.take("left_out", _switch, False),  # noqa: FBT003 - a default
    )
    part.done()
    _agrees(stage)
    return stage


def _agrees(stage: Stage) -> None:
    """Refuse a stage that contradicts itself."""
    place = f"Stage {stage.number}"
    if not stage.channels:
        raise PolicyNotValid(f"{place} has no channel to go by.").told(
            "channel", place=stage.number
        )
    if "fee" in stage.requires and stage.fee is None:
        raise PolicyNotValid(f"{place} requires a fee that it does not have.").told(
            "requires-fee", place=stage.number
        )
    if "interest" in stage.requires and not stage.interest:
        raise PolicyNotValid(f"{place} requires interest that it does not ask for.").told(
            "requires-interest", place=stage.number
        )
    if stage.hands_over and (stage.fee is not None or stage.interest):
        raise PolicyNotValid(f"{place} hands over and sends nothing that could charge.").told(
            "hands-over-charges", place=stage.number
        )
    if stage.hands_over and not (stage.needs_release or stage.handed_to):
        raise PolicyNotValid(f"{place} hands over by itself and must say handed_to whom.").told(
            "hands-over-to", place=stage.number
        )
    if stage.offset_days < 0 and stage.counts_from == "due" and stage.asks_law:
        raise PolicyNotValid(f"{place} goes before the due date and can charge nothing.").told(
            "before-due", place=stage.number
        )


def _fee(data: Any, place: int) -> FeeRule:
    part = _Part(data, f"The fee of stage {place}")
    fee = FeeRule(
        part.take("kind", _one_of(PolicyFee)),
        part.take("amounts", _amounts, {}),
        part.take("real_cost", _amounts, {}),
    )
    part.done()
    if fee.kind == "reminder-fee" and not fee.amounts:
        raise PolicyNotValid(f"The fee of stage {place} needs amounts: no law gives any.").told(
            "fee-amounts", place=place
        )
    return fee


def _hours(data: Any) -> Hours:
    part = _Part(data, "The hours")
    hours = Hours(
        part.take("from", time.fromisoformat, time(8)),
        part.take("to", time.fromisoformat, time(20)),
        part.take("spread_minutes", _whole, 120),
        part.take("business_days", _switch, True),  # noqa: FBT003 - a default
    )
    part.done()
    minutes = (hours.last.hour - hours.first.hour) * 60 + hours.last.minute - hours.first.minute
    if minutes <= 0 or not 0 <= hours.spread_minutes < minutes:
        raise PolicyNotValid(
            "The hours end before they begin, or are shorter than their spread."
        ).told("hours")
    return hours


def _message(name: Any) -> MessageKind:
    if name not in STAGE_MESSAGES:
        known = ", ".join(STAGE_MESSAGES)
        told = "tells of a fact, when that happens" if name in get_args(MessageKind) else "is none"
        raise PolicyNotValid(f"A stage's message is one of {known}; {name!r} {told}.").told(
            "message"
        )
    return name  # type: ignore[no-any-return]  # just checked against the list of literals


def _identifier(text: Any) -> str:
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise ValueError("an id is made of a-z, 0-9 and -, 40 at most")
    return text


def _whole(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("a whole number is needed")
    return number


def _count(number: Any) -> int:
    if _whole(number) < 1:
        raise ValueError("it is at least 1")
    return int(number)


def _days(number: Any) -> int:
    if not 0 <= _whole(number) <= _DAYS_MAX:
        raise ValueError(f"it is between 0 and {_DAYS_MAX} days")
    return int(number)


def _words(text: Any) -> str:
    if not isinstance(text, str) or len(text) > _WORDS_MAX:
        raise ValueError(f"it is a text of up to {_WORDS_MAX} characters")
    return text.strip()


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("it is true or false")
    return value


def _amounts(data: Any) -> dict[str, int]:
    if not isinstance(data, Mapping):
        raise TypeError("amounts stand by currency")
    found = {str(code): parse_amount(text, str(code)) for code, text in data.items()}
    if any(minor <= 0 for minor in found.values()):
        raise ValueError("an amount is above zero")
    return found


def _one_of(literal: Any) -> Callable[[Any], Any]:
    known = get_args(literal)

    def read(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"known are {', '.join(known)}")
        return value

    return read


def _several(literal: Any) -> Callable[[Any], Any]:
    one = _one_of(literal)

    def read(values: Any) -> Any:
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise TypeError("a list is needed")
        if len(set(values)) != len(values):
            raise ValueError("one stands there twice")
        return tuple(one(value) for value in values)

    return read
