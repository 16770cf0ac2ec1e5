"""Work is shared out by proposal: from whoever has too much to whoever has room, and fits."""

from __future__ import annotations

from saldo.worklist.balance import MOVES_MAX, Colleague, Movable, Stays, proposed
from saldo.worklist.model import KINDS
from saldo.worklist.phases import PHASES, Phase, phase_closed, phase_of
from saldo.worklist.workload import Load, PhaseLoad, team_sum

ANNA, BEN, CEM = (f"{name}@musterwerk.example" for name in ("anna", "ben", "cem"))


def load(
    who: str, items: int, *, per_day: float | None = 5, closed: int = 0, away: bool = False
) -> Load:
    phases = (PhaseLoad("reminders", items), PhaseLoad("disputes", 0, closed=closed))
    return Load(who, phases, per_day=per_day, is_away=away)


def colleague(
    who: str,
    items: int,
    *,
    branches: tuple[str, ...] = (),
    languages: tuple[str, ...] = ("de",),
    per_day: float | None = 5,
    closed: int = 0,
    away: bool = False,
) -> Colleague:
    return Colleague(
        who, load(who, items, per_day=per_day, closed=closed, away=away), branches, languages
    )


def account(
    number: int,
    who: str = ANNA,
    *,
    items: int = 1,
    phase: Phase = "reminders",
    branch: str | None = None,
    language: str = "de",
    stays: Stays | None = None,
) -> Movable:
    name = f"Beispiel {number} GmbH"
    return Movable(f"{number}", name, who, items, phase, branch, language, (), stays)


def twenty(**more: object) -> list[Movable]:
    return [account(20_000 + number, **more) for number in range(20)]  # type: ignore[arg-type]


def test_who_has_four_times_as_much_gives_until_both_have_about_the_same() -> None:
    found = proposed([colleague(ANNA, 20), colleague(BEN, 4)], twenty())
    assert {(one.giver, one.taker) for one in found.moves} == {(ANNA, BEN)}
    given = len(found.moves)
    assert 4 + given <= 15 and 20 - given <= 15
    assert found.moves[0].reasons[0].code == "too-much"
    assert found.moves[0].reasons[0].facts == {"days": 4.0, "middle": 2.4, "taker_days": 0.8}


def test_nothing_moves_where_everybody_has_about_the_same() -> None:
    assert proposed([colleague(ANNA, 11), colleague(BEN, 9)], twenty()).moves == ()
    assert proposed([colleague(ANNA, 3), colleague(BEN, 1)], twenty()).moves == ()
    assert proposed([], []).moves == ()


def test_who_closes_twice_as_many_a_day_has_room_for_twice_as_many() -> None:
    fast = colleague(ANNA, 20, per_day=10)
    assert proposed([fast, colleague(BEN, 10, per_day=5)], twenty()).moves == ()


def test_who_knows_the_customer_keeps_them_and_who_was_named_by_hand_too() -> None:
    accounts = [account(1, stays="knows-customer"), account(2, stays="by-hand"), *twenty()]
    found = proposed([colleague(ANNA, 22), colleague(BEN, 2)], accounts)
    assert {"1", "2"}.isdisjoint(one.account for one in found.moves)
    assert found.stays == {"knows-customer": 1, "by-hand": 1}


def test_a_branch_stays_with_those_who_may_see_it() -> None:
    north = twenty(branch="North")
    people = [colleague(ANNA, 20), colleague(BEN, 0, branches=("South",))]
    found = proposed(people, north)
    assert found.moves == ()
    assert found.stays == {"nobody-fits": 20}
    people.append(colleague(CEM, 0, branches=("North",)))
    assert {one.taker for one in proposed(people, north).moves} == {CEM}


def test_what_its_collector_does_not_see_goes_to_whoever_does_however_much_waits_there() -> None:
    people = [
        colleague(ANNA, 2, branches=("South",)),
        colleague(BEN, 30, branches=("North",)),
        colleague(CEM, 0, branches=("South",)),
    ]
    accounts = [
        account(1, branch="North", stays="by-hand"),
        account(2, branch="South"),
        account(3, branch="West"),
    ]
    found = proposed(people, accounts)
    (moved,) = found.moves
    assert (moved.account, moved.giver, moved.taker) == ("1", ANNA, BEN)
    assert [why.code for why in moved.reasons] == ["unseen", "language", "branch"]
    assert found.stays == {"nobody-fits": 1}
    people[0] = colleague(ANNA, 2, branches=("South",), away=True)
    assert proposed(people, accounts).moves == (), "who covers her sees it"


def test_a_list_of_somebody_who_left_is_shared_out() -> None:
    left = Colleague("left@musterwerk.example", load("left@musterwerk.example", 40), works=False)
    people = [left, colleague(ANNA, 1), colleague(BEN, 3)]
    many = [account(number, left.person) for number in range(40)]
    found = proposed(people, many)
    assert len(found.moves) == MOVES_MAX
    assert {one.taker for one in found.moves} == {ANNA, BEN}
    assert {one.reasons[0].code for one in found.moves} == {"not-here"}
    assert proposed([left], many).moves == ()


def test_whoever_is_away_gets_nothing_and_loses_nothing() -> None:
    people = [colleague(ANNA, 20), colleague(BEN, 0, away=True)]
    assert proposed(people, twenty()).moves == ()
    people = [colleague(ANNA, 20, away=True), colleague(BEN, 0)]
    assert proposed(people, twenty()).moves == ()


def test_a_customer_goes_to_somebody_of_their_language_first() -> None:
    people = [
        colleague(ANNA, 20),
        colleague(BEN, 0, languages=("de",)),
        colleague(CEM, 2, languages=("nl",)),
    ]
    found = proposed(people, [account(10_001, language="nl"), account(10_002), *twenty()])
    takers = {one.account: one.taker for one in found.moves}
    assert (takers["10001"], takers["10002"]) == (CEM, BEN)
    (first,) = [one for one in found.moves if one.account == "10001"]
    assert "language" in [reason.code for reason in first.reasons]


def test_a_dispute_goes_to_whoever_closed_most_of_them() -> None:
    people = [colleague(ANNA, 20), colleague(BEN, 0), colleague(CEM, 2, closed=7)]
    found = proposed(people, [account(1, phase="disputes"), *twenty()])
    (first,) = [one for one in found.moves if one.account == "1"]
    assert first.taker == CEM
    assert {"phase": "disputes", "closed": 7} in [reason.facts for reason in first.reasons]


def test_a_proposal_is_of_so_many_accounts_at_most() -> None:
    many = [account(number) for number in range(300)]
    assert len(proposed([colleague(ANNA, 300), colleague(BEN, 0)], many).moves) == MOVES_MAX


def test_every_kind_of_work_has_a_phase_and_so_has_every_event_that_closes() -> None:
    assert {phase_of(kind) for kind in KINDS} == set(PHASES)
    assert phase_closed("work.done", {"kind": "over-limit"}) == "credit"
    assert phase_closed("task.closed", {"kind": "call"}) == "reminders"
    assert phase_closed("thread.answered", {}) == "answers"


def test_the_team_s_sum_names_nobody() -> None:
    found = team_sum([load(ANNA, 20, closed=2), load(BEN, 4, closed=3)])
    assert (found.person, found.items) == ("", 24)
    disputes = found.in_phase("disputes")
    assert disputes is not None and disputes.closed == 5
    assert found.outcome.collected is None
