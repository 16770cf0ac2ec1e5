"""Records that are quick to make are as frozen, and as equal, as any other."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, fields, replace

import pytest

from saldo.statements.model import BankCode, Entry, Money, Party, References
from saldo.statements.quick import quick


@pytest.mark.parametrize("record", [Party, References, BankCode, Money, Entry])
def test_every_field_is_set_to_what_was_given(record: type) -> None:
    values = [f"value of {one.name}" for one in fields(record)]
    made = record(*values)
    assert [getattr(made, one.name) for one in fields(record)] == values
    assert made == record(
        **{one.name: value for one, value in zip(fields(record), values, strict=True)}
    )


def test_what_is_left_out_is_its_default() -> None:
    assert Party("Beispiel AG") == Party("Beispiel AG", "", "", "")
    with pytest.raises(TypeError):
        Money(1)  # type: ignore[call-arg]  # the currency is missing


def test_it_is_frozen_copied_and_kept_like_any_other() -> None:
    one = Party("Beispiel AG", "DE02500105170137075030")
    with pytest.raises(FrozenInstanceError):
        one.name = "x"  # type: ignore[misc]  # that is the point
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert replace(one, name="y") == Party("y", one.iban)
    assert hash(one) == hash(replace(one))


def test_what_it_would_leave_out_is_a_mistake_at_once() -> None:
    @dataclass(frozen=True, slots=True)
    class Follows:
        name: str

        def __post_init__(self) -> None: ...

    with pytest.raises(AssertionError):
        quick(Follows)
