"""Ids sort by time; secrets are as long as promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from saldo.clock import iso_instant, local_day, local_midnight, local_noon, parse_instant
from saldo.ids import RandomIds, SeededIds, fingerprint, shard_of

AT = datetime(2026, 11, 21, tzinfo=UTC)


def test_ulids_sort_by_time_and_are_26_long() -> None:
    made = [RandomIds().ulid(AT + timedelta(milliseconds=n)) for n in range(50)]
    assert made == sorted(made)
    assert {len(m) for m in made} == {26}


def test_a_ulid_of_a_known_instant() -> None:
    """The first ten characters are the time, as https://github.com/ulid/spec has it."""
    assert SeededIds(1).ulid(datetime.fromtimestamp(1469918176.385, UTC))[:10] == "01ARYZ6S41"


def test_tokens_carry_128_bits() -> None:
    tokens = {RandomIds().token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(t) for t in tokens} == {22}


def test_hashes_and_shards_never_change() -> None:
    assert fingerprint("a").startswith("ca978112ca1bbdca")
    assert [shard_of(f"{n}", 4) for n in range(6)] == [shard_of(f"{n}", 4) for n in range(6)]
    assert {shard_of(f"{n}", 4) for n in range(100)} == {"0", "1", "2", "3"}


def test_days_of_a_place() -> None:
    assert local_midnight(AT.date(), "Europe/Berlin") == AT - timedelta(hours=1)
    assert local_noon(AT.date(), "America/New_York").hour == 17
    assert local_day(AT - timedelta(minutes=30), "Europe/Berlin") == AT.date()
    assert parse_instant(iso_instant(AT)) == AT
