"""Stories of setting a policy: what is wrong with it is named, what it changes is shown first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.table import table_definition
from saldo.adapters.dynamo.store import DynamoStore
from saldo.reminders.policy import (
    PolicyNotValid,
    policy_from,
    policy_named,
    supplied_policies,
)
from saldo.reminders.policy_book import PolicyBook, PolicyIdTaken, PolicyVersionTaken
from saldo.reminders.policy_effect import effect_on
from saldo.reminders.policy_show import policy_data
from saldo.reminders.policy_trial import PolicyTrials
from saldo_cli import cloud as clouds
from saldo_cli.commands import _common
from saldo_cli.main import main
from tests.books import CREDITOR, Books

TODAY = date(2026, 12, 10)


def named(name: str) -> str:
    return "every-3-weeks" if name == "every-n-weeks" else name


def own(**changes: Any) -> dict[str, Any]:
    stages = [
        {"number": 1, "offset_days": 3, "message": "reminder-1"},
        {"number": 2, "offset_days": 14, "message": "final-notice"},
    ]
    return {"id": "own", "version": 1, "announces_invoice": True, "stages": stages} | changes


@pytest.mark.parametrize("name", sorted(supplied_policies()))
def test_every_supplied_policy_reads_back_as_it_is_shown(name: str) -> None:
    policy = policy_named(named(name))
    assert policy_from(json.loads(json.dumps(policy_data(policy)))) == policy


@pytest.mark.parametrize("name", sorted(supplied_policies() - {"plain-2-18-34", "every-n-weeks"}))
def test_ready_made_policies_begin_with_a_friendly_notice_and_keep_daylight(name: str) -> None:
    policy = policy_named(name)
    assert policy.is_before_due(1)
    assert policy.stages[0].message == "friendly-notice"
    assert policy.hours is not None
    assert policy.contacts_per_week_max is not None
    assert policy.bundling == "account"
    assert policy.stages[-1].needs_release


def test_a_dutch_consumer_pays_no_costs_before_the_14_day_letter() -> None:
    stages = policy_named("nl-consumer").stages
    letter = next(s.number for s in stages if s.message == "nl-14-day-letter")
    assert all(stage.fee is None for stage in stages[:letter])
    (charging,) = [s for s in stages if s.fee]
    assert "fourteen-day-letter" in charging.requires


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"stages": []}, "needs 1 to 12 stages"),
    ({"gap": 3}, "no setting 'gap'"),
    ({"version": "one"}, "version cannot be 'one'"),
    ({"version": True}, "version cannot be True"),
    ({"grace_days": -1}, "grace_days cannot be -1"),
    ({"bundling": "customer"}, "known are account, invoice"),
    ({"minimum": {"EUR": "5,00"}}, "minimum cannot be"),
    ({"minimum": {"EUR": "-5.00"}}, "an amount is above zero"),
    ({"grace_days": 20}, "in which two stages end"),
    ({"hours": {"from": "20:00", "to": "08:00"}}, "end before they begin"),
    ({"effective_from": "tomorrow"}, "effective_from cannot be"),
    ({"id": "Own Policy"}, "an id is made of"),
]

WRONG_STAGES: list[tuple[dict[str, Any], str]] = [
    ({"message": "reminder-9"}, "one of friendly-notice, .*'reminder-9' is none"),
    ({"offset_weeks": 1}, "either offset_days or offset_weeks"),
    ({"channels": ["email", "pigeon"]}, "known are email"),
    ({"channels": []}, "no channel"),
    ({"channels": ["email", "email"]}, "twice"),
    ({"requires": ["fee"]}, "requires a fee that it does not have"),
    ({"requires": ["interest"]}, "requires interest"),
    ({"counts_from": "previous"}, "no stage before it"),
    ({"fee": {"kind": "reminder-fee"}}, "needs amounts"),
    ({"offset_days": -3, "interest": True}, "before the due date"),
    ({"offset_days": 4000}, "more than 366 days"),
    ({"number": 2}, "not numbered"),
    ({"interest": "yes"}, "interest cannot be 'yes'"),
    ({"tone": "rude"}, "no setting 'tone'"),
]


@pytest.mark.parametrize(("changes", "said"), WRONG)
def test_what_is_wrong_with_a_policy_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(PolicyNotValid, match=said):
        policy_from(own(**changes))


@pytest.mark.parametrize(("changes", "said"), WRONG_STAGES)
def test_what_is_wrong_with_a_stage_is_named(changes: dict[str, Any], said: str) -> None:
    stage = {"number": 1, "offset_days": 3, "message": "reminder-1"} | changes
    with pytest.raises(PolicyNotValid, match=said):
        policy_from(own(stages=[stage]))


def test_stages_that_overlap_are_refused() -> None:
    stages = [
        {"number": 1, "offset_days": 14, "message": "reminder-1"},
        {"number": 2, "offset_days": 14, "message": "reminder-2"},
    ]
    with pytest.raises(PolicyNotValid, match="do not follow"):
        policy_from(own(stages=stages))


def test_an_own_policy_is_versioned_and_never_edited() -> None:
    books = Books()
    books.open_creditor(policy="own")
    book = PolicyBook(books.store, books.clock)
    book.put(CREDITOR, own(), "anna", TODAY)
    book.put(CREDITOR, own(version=2, grace_days=9), "anna", TODAY + timedelta(days=5))
    assert book.named(CREDITOR, "own", TODAY).version == 1
    assert book.named(CREDITOR, "own", TODAY + timedelta(days=5)).grace_days == 9
    with pytest.raises(PolicyVersionTaken):
        book.put(CREDITOR, own(version=2), "anna", TODAY)
    with pytest.raises(PolicyIdTaken):
        book.put(CREDITOR, own(id="de-business"), "anna", TODAY)


def test_a_changed_policy_says_what_it_repeats_and_what_it_skips() -> None:
    books = Books()
    books.begin(books.invoice(due_on=date(2026, 12, 1), already_sent=True))
    books.day(date(2026, 12, 3))
    (item,) = books.open_items()
    old = policy_named("plain-2-18-34")
    longer = policy_from(
        own(
            stages=[
                {"number": 1, "offset_days": 2, "message": "final-notice"},
                {"number": 2, "offset_days": 18, "message": "reminder-1"},
            ]
        )
    )
    effect = effect_on(item, old, longer, TODAY)
    assert (effect.stages_sent, effect.repeats, effect.skips) == (1, True, ("final-notice",))
    assert effect_on(item, old, old, TODAY).is_silent


def test_a_policy_that_would_remind_everybody_at_once_says_so() -> None:
    books = Books()
    due = date(2026, 12, 1)
    books.begin(*(books.invoice(f"RE-{n}", due_on=due, already_sent=True) for n in range(3)))
    books.push(books.invoice("LATER", due_on=date(2027, 3, 1), already_sent=True))
    books.clock.move_to(datetime(2026, 12, 5, 9, tzinfo=UTC))
    books.day(date(2026, 12, 5))  # the first reminder went, the second is due on the 19th
    books.clock.move_to(datetime(2026, 12, 10, 9, tzinfo=UTC))
    creditor = books.accounts.creditor(CREDITOR)
    trials = PolicyTrials(books.store, PolicyBook(books.store, books.clock))
    today = books.clock.now().date()
    at_once = [
        {"number": 1, "offset_days": 1, "message": "reminder-1"},
        {"number": 2, "offset_days": 3, "message": "reminder-2"},
    ]
    trial = trials.of(creditor, policy_from(own(stages=at_once)), today)
    assert (trial.at_once, trial.open_items) == (3, 4)
    far = [{**at_once[0]}, {**at_once[1], "offset_days": 30}]
    assert trials.of(creditor, policy_from(own(stages=far)), today).at_once == 0
    later = policy_from(own(stages=far, effective_from="2027-01-02"))
    assert trials.of(creditor, later, today).at_once == 0  # due by the old one, too, by then


def test_a_stage_that_a_change_brings_forward_comes_on_its_new_day() -> None:
    books = Books()
    books.begin(books.invoice(due_on=date(2026, 12, 1), already_sent=True))
    books.clock.move_to(datetime(2026, 12, 3, 9, tzinfo=UTC))
    assert len(books.day(date(2026, 12, 3))) == 1  # the next of plain-2-18-34 is on 19 December
    books.clock.move_to(datetime(2026, 12, 7, 9, tzinfo=UTC))
    assert books.run.sweep(books.clock.now()) == 0
    stages = [
        {"number": 1, "offset_days": 2, "message": "reminder-1"},
        {"number": 2, "offset_days": 9, "message": "reminder-2"},
    ]
    book = PolicyBook(books.store, books.clock)
    book.put(CREDITOR, own(stages=stages), "anna", date(2026, 12, 7))
    books.accounts.change_creditor(CREDITOR, by="anna", policy="own")
    assert books.run.sweep(books.clock.now()) == 1
    assert books.run.sweep(books.clock.now()) == 0  # everybody was looked at
    assert [books.run.plan_account(job).claimed for job in books.plans.take()] == [[]]
    books.clock.move_to(datetime(2026, 12, 10, 9, tzinfo=UTC))
    assert books.run.sweep(books.clock.now()) == 1
    (job,) = books.plans.take()
    (notice,) = books.run.plan_account(job).claimed
    assert (notice.message, notice.planned_for) == ("reminder-2", date(2026, 12, 10))


def test_a_version_that_holds_from_a_later_day_has_everybody_looked_at_then() -> None:
    books = Books()
    books.open_creditor(policy="own")
    book = PolicyBook(books.store, books.clock)
    book.put(CREDITOR, own(), "anna", TODAY)
    book.put(CREDITOR, own(version=2, grace_days=9), "anna", TODAY + timedelta(days=5))
    for day, then in ((-1, {0, 5}), (0, {5}), (4, {5}), (5, set[int]())):
        books.clock.move_to(datetime(2026, 12, 10, 9, tzinfo=UTC) + timedelta(days=day))
        books.run.sweep(books.clock.now())
        waits = {TODAY + timedelta(days=one) for one in then}
        assert set(books.accounts.creditor(CREDITOR).looks_due) == waits


@pytest.fixture
def on_a_stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    with mock_aws():
        boto3.client("dynamodb", "eu-central-1").create_table(
            TableName="saldo", **table_definition()
        )
        outputs = {
            "TableName": "saldo",
            "BusName": "saldo",
            "PublicUrl": "https://pay.example",
            "AccountQueueUrl": "https://sqs.example/account",
            "SendQueueUrl": "https://sqs.example/send",
        }
        cloud = clouds.Cloud("saldo", "eu-central-1", outputs)
        monkeypatch.setattr(_common, "open_cloud", lambda stack: cloud)
        books = Books(DynamoStore("saldo", "eu-central-1"))
        books.clock.move_to(datetime.now(UTC))
        due_on = datetime.now(UTC).date() - timedelta(days=3)
        books.begin(books.invoice(due_on=due_on, already_sent=True))
        books.plan()
        yield books


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_nothing_is_put_in_force_before_its_effect_was_shown(
    on_a_stack: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "own.json"
    file.write_text(json.dumps(own()), "utf-8")
    code, shown = run(capsys, "policy", "put", str(file))
    assert (code, shown["open_items"], shown["changed"]) == (1, 1, 1)
    assert run(capsys, "policy", "list")[1]["own"] == []
    assert main(["policy", "try", str(file)]) == 0
    assert "1 of 1 open items" in capsys.readouterr().out
    code, done = run(capsys, "policy", "put", str(file), "--yes")
    assert (code, done["put"]) == (0, True)
    assert [row["id"] for row in run(capsys, "policy", "list")[1]["own"]] == ["own"]
    assert run(capsys, "policy", "show", "own")[1]["stages"][1]["message"] == "final-notice"
    assert main(["creditor", "set", CREDITOR, "--policy", "own"]) == 0
    assert main(["creditor", "set", CREDITOR, "--policy", "nobodys"]) == 1


def test_why_tells_of_an_account_and_of_one_day(
    on_a_stack: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    today = datetime.now(UTC).date()
    on_a_stack.push(on_a_stack.invoice("RE-2", due_on=today + timedelta(days=9)))
    code, told = run(capsys, "why", "10001")
    assert (code, told["account"]) == (0, "10001")
    assert [one["invoice"]["number"] for one in told["invoices"]] == ["RE-1", "RE-2"]
    assert "Stage 1 was sent" in told["invoices"][0]["past"][0]["sentence"]
    assert told["invoices"][1]["next"]["sentence"]
    (decided,) = on_a_stack.why.invoice(CREDITOR, "RE-1").past
    assert len(run(capsys, "why", "RE-1", "--on", decided.day)[1]["past"]) == 1
    assert main(["why", "RE-1", "--on", "2026-01-01"]) == 0
    assert "Nothing was decided about it on 2026-01-01." in capsys.readouterr().out
    assert main(["why", "RE-9"]) == 1
    assert "no invoice and no account 'RE-9'" in capsys.readouterr().err


def test_the_shadow_report_tells_each_step_once(
    on_a_stack: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    books, today = on_a_stack, datetime.now(UTC).date()
    books.accounts.change_creditor(CREDITOR, state="shadow")
    due_on = today - timedelta(days=4)
    books.push(books.invoice("RE-2", due_on=due_on, already_sent=True))
    books.plan(today)
    books.plan(today + timedelta(days=1))
    code, report = run(capsys, "report", "shadow")
    assert (code, report["accounts"]) == (0, 1)
    assert [(one["invoice"], one["step"], one["on"]) for one in report["steps"]] == [
        ("RE-2", "1", today.isoformat())
    ]
    assert main(["report", "shadow", "--to", "2026-01-01"]) == 0
    assert "Nothing would have gone." in capsys.readouterr().out
    assert main(["report", "shadow", "--from", "2026-02-01", "--to", "2026-01-01"]) == 2
