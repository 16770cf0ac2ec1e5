"""Queue, stream and schedule handlers with events as AWS sends them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from functions.reconcile import app as reconcile
from functions.relay import app as relay
from functions.remind import app as remind
from saldo.codec import encode
from saldo.events import Event
from saldo.payments.told import Payout, PayoutLine
from saldo.reconciliation.webhooks import ATTEMPTS_MAX, Answer
from saldo.reminders.ports import PlanJob
from saldo.settings import Settings
from saldo.wiring import Services, install
from tests.books import ACCOUNT, CREDITOR, Books, ListQueue
from tests.functions.sqs import bus_event, sqs_event, stream_event


@dataclass
class Bus:
    taken: list[Event] = field(default_factory=list)
    refuses: int = 0

    def publish(self, events: Sequence[Event]) -> list[Event]:
        if self.refuses:
            self.refuses -= 1
            return list(events)
        self.taken.extend(events)
        return []


@dataclass
class Endpoint:
    answers: list[Answer] = field(default_factory=list)
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, headers: Any, body: bytes) -> Answer:
        self.posts.append((url, dict(headers), body))
        return self.answers.pop(0) if self.answers else Answer(204, "")


@dataclass
class Kept:
    """Dead letters and pauses, as they were asked for."""

    letters: list[tuple[str, str]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def put(self, body: str, reason: str) -> None:
        self.letters.append((body, reason))

    def hide(self, receipt_handle: str, seconds: int) -> None:
        self.hidden.append(seconds)


class Installed(Services):
    kept: Kept

    def dead_letters(self, url: str) -> Any:
        return self.kept


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice())
    return books


@pytest.fixture
def parts(books: Books) -> Iterator[Any]:
    parts: Any = Installed(
        Settings(),
        store=books.store,
        clock=books.clock,
        ids=books.ids,
        run=books.run,
        sender=books.sender,
        payer_messages=books.payer_messages,
        feedback=books.feedback,
        bus=Bus(),
        relay_queue=ListQueue(),
        delivery_queue=ListQueue(),
        webhook_transport=Endpoint(),
        kept=Kept(),
    )
    parts.__dict__["delivery_pauses"] = parts.kept
    parts.settings = Settings(is_local=True)
    install(parts)
    yield parts
    install(None)


def test_the_sweep_takes_its_day_from_the_schedule(parts: Any, books: Books) -> None:
    books.plan(phase="fact")
    books.clock.advance(timedelta(hours=2))
    scheduled = {"kind": "reminders", "scheduled_time": "2026-12-03T11:00:00Z"}
    assert remind.sweep(scheduled, None)["queued"] == 1
    assert books.plans.take() == [PlanJob(CREDITOR, ACCOUNT, "run", date(2026, 12, 3))]


@pytest.mark.parametrize("literal", ["<aws.scheduler.scheduled-time>", None])
def test_a_placeholder_that_nobody_filled_means_now(
    parts: Any, books: Books, literal: str | None
) -> None:
    books.plan(phase="fact")
    books.clock.advance(timedelta(hours=2))
    assert remind.sweep({"scheduled_time": literal}, None)["queued"] == 0


def test_a_plan_job_and_its_send_job(parts: Any, books: Books) -> None:
    job = encode(PlanJob(CREDITOR, ACCOUNT, "fact"))
    assert remind.plan_accounts(sqs_event(job, job), None) == {"batchItemFailures": []}
    (send,) = books.sends.take()
    assert remind.send(sqs_event(encode(send), encode(send)), None) == {"batchItemFailures": []}
    assert len(books.postbox.mails) == 1


def test_a_settled_payment_is_confirmed_once(parts: Any, books: Books) -> None:
    books.pay()
    (settled,) = [e for e in books.events() if e.type == "payment.settled"]
    remind.plan_accounts(sqs_event(bus_event(settled), bus_event(settled)), None)
    steps = {n.id: n.step for n in books.notices()}
    assert [s for job in books.sends.jobs if (s := steps[job.notice]).startswith("paid-")] != []
    assert len([s for s in steps.values() if s.startswith("paid-")]) == 1


@pytest.mark.parametrize(
    "body", ["no json", "[]", "{}", '{"creditor": 1}', '{"detail-type": "x", "detail": {}}']
)
def test_what_is_no_job_is_kept_with_the_reason(parts: Any, body: str) -> None:
    assert remind.plan_accounts(sqs_event(body), None) == {"batchItemFailures": []}
    ((kept, reason),) = parts.kept.letters
    assert kept == body
    assert reason.startswith("MessageNotReadable: ")


def test_a_neighbour_of_a_bad_message_is_handled(parts: Any, books: Books) -> None:
    job = encode(PlanJob(CREDITOR, ACCOUNT, "fact"))
    remind.plan_accounts(sqs_event("bad", job), None)
    assert len(books.sends.jobs) == 1


def test_a_message_that_keeps_failing_is_kept_at_last(parts: Any, books: Books) -> None:
    job = encode(PlanJob(CREDITOR, ACCOUNT, "fact"))

    def fails(creditor: str) -> None:
        raise RuntimeError("out of luck")

    books.accounts.creditor = fails  # type: ignore[method-assign]
    failed = remind.plan_accounts(sqs_event(job), None)
    assert failed == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert remind.plan_accounts(sqs_event(job, receives=5), None) == {"batchItemFailures": []}
    assert parts.kept.letters[0][1] == "RuntimeError: out of luck"


def test_a_bounce_told_by_ses(parts: Any, books: Books) -> None:
    books.plan(phase="fact")
    books.deliver()
    (notice,) = books.notices()
    told = {
        "eventType": "Bounce",
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": "AP@beispiel.example",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
            ],
            "timestamp": "2026-11-21T09:00:05.000Z",
        },
        "mail": {
            "timestamp": "2026-11-21T09:00:00.000Z",
            "messageId": "ses-1",
            "tags": {"notice": [notice.id], "ses:configuration-set": ["saldo"]},
        },
    }
    envelope = {"Type": "Notification", "Message": json.dumps(told)}
    assert remind.feedback(sqs_event(envelope, envelope), None) == {"batchItemFailures": []}
    assert [n.state for n in books.notices()] == ["bounced"]
    assert books.plan(date(2026, 12, 3)).held == {"address-bounced": 1}


def test_the_greeting_of_ses_is_no_dead_letter(parts: Any) -> None:
    greeting = "Successfully validated SNS topic for Amazon SES event publishing."
    assert remind.feedback(sqs_event(greeting), None) == {"batchItemFailures": []}
    assert parts.kept.letters == []


def test_tidying_tells_the_age_of_the_oldest(parts: Any, books: Books) -> None:
    books.plan(phase="fact")
    books.clock.advance(timedelta(minutes=20))
    assert remind.tidy({}, None) == {"requeued": 1, "unknown": 0, "oldest_seconds": 1200}


def test_the_relay_marks_what_the_bus_took(parts: Any, books: Books) -> None:
    events = books.events()
    account = books.store.get(type(events[0]), *events[0].key)
    assert relay.relay(stream_event(events), None) == {"relayed": len(events)}
    assert [e.id for e in parts.bus.taken] == [e.id for e in events]
    assert account is not None and all(e.relayed for e in books.events())


def test_what_the_bus_never_takes_goes_to_the_relay_queue(parts: Any, books: Books) -> None:
    parts.bus.refuses = 3
    events = books.events()
    assert relay.relay(stream_event(events), None) == {"relayed": 0}
    queued = parts.relay_queue.take()
    assert [e.id for e in queued] == [e.id for e in events]
    assert relay.republish(sqs_event(*(encode(e) for e in queued)), None) == {
        "batchItemFailures": []
    }
    assert all(e.relayed for e in books.events())


def test_what_the_stream_lost_is_published_by_schedule(parts: Any, books: Books) -> None:
    assert relay.republish({}, None) == {"published": 0, "remaining": 0}
    books.clock.advance(timedelta(minutes=16))
    told = [*books.events(), *books.events("~")]
    assert relay.republish({}, None) == {"published": len(told), "remaining": 0}


def subscribe(parts: Any, *events: str) -> Any:
    return parts.webhooks.subscribe(CREDITOR, "http://erp.example/hooks", events)


def test_an_event_fans_out_to_those_who_want_it(parts: Any, books: Books) -> None:
    subscribe(parts, "payment.")
    every = subscribe(parts)
    events = [bus_event(e) for e in books.events() if e.type == "invoice.issued"]
    reconcile.fan_out(sqs_event(*events), None)
    assert [job.subscription for job in parts.delivery_queue.take()] == [every.id]


def test_a_delivery_is_signed_and_happens_once(parts: Any, books: Books) -> None:
    endpoint = subscribe(parts)
    told = next(bus_event(e) for e in books.events() if e.type == "invoice.issued")
    reconcile.fan_out(sqs_event(told), None)
    jobs = [encode(job) for job in parts.delivery_queue.take()]
    reconcile.deliver(sqs_event(*jobs, *jobs), None)
    ((url, headers, body),) = parts.webhook_transport.posts
    assert url == "http://erp.example/hooks"
    key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{digest}"
    assert json.loads(body)["data"]["invoice"] == "RE-1"


def test_a_failing_endpoint_is_tried_with_growing_gaps_then_kept(parts: Any, books: Books) -> None:
    subscribe(parts)
    told = next(bus_event(e) for e in books.events() if e.type == "invoice.issued")
    reconcile.fan_out(sqs_event(told), None)
    (job,) = parts.delivery_queue.take()
    parts.webhook_transport.answers = [Answer(500, "down")] * ATTEMPTS_MAX
    for attempt in range(1, ATTEMPTS_MAX):
        failed = reconcile.deliver(sqs_event(encode(job), receives=attempt), None)
        assert failed["batchItemFailures"] != []
    assert parts.kept.hidden == sorted(set(parts.kept.hidden))
    last = reconcile.deliver(sqs_event(encode(job), receives=ATTEMPTS_MAX), None)
    assert last == {"batchItemFailures": []}
    assert "the last answer was 500 down" in parts.kept.letters[0][1]


def test_the_nightly_look_at_the_books(parts: Any, books: Books) -> None:
    books.pay()
    assert reconcile.verify_ledger({}, None) == {"differences": 0}


def test_payouts_by_schedule(
    parts: Any,
    books: Books,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A payout is booked; what another system sold over the same account is told, and alarms."""
    payment = books.pay()
    lines = tuple(
        PayoutLine("payment", f"l-{id_}", id_, None, gross, 0, gross, "EUR")
        for id_, gross in ((f"pp-{payment}", 11900), ("pp-theirs", 5000))
    )
    paid = [Payout("po-1", 16900, "EUR", books.clock.now().date(), lines)]
    monkeypatch.setattr(books.provider, "payouts", lambda since: paid, raising=False)
    parts.__dict__["settlement"] = books.settlement
    parts.__dict__["providers"] = {"sandbox": books.provider}
    assert reconcile.fetch_payouts({}, None) == {"booked": 1}
    (found,) = [record for record in caplog.records if record.message == "a payout differs"]
    assert (found.__dict__["difference"], found.__dict__["line"]) == ("not-ours", "l-pp-theirs")
    written = capsys.readouterr().out.splitlines()
    (gauges,) = [json.loads(text) for text in written if "_aws" in text]
    assert gauges["PayoutDifferences"] == [1.0]
    assert gauges["PayoutsBooked"] == [1.0]


def test_tending_by_schedule(parts: Any, books: Books) -> None:
    from functions.pay import app as pay

    books.start_payment()
    parts.__dict__["settlement"] = books.settlement
    parts.__dict__["providers"] = {"sandbox": books.provider}
    books.clock.advance(timedelta(minutes=20))
    (payment,) = books.payments()
    books.provider.states[f"pp-{payment.id}"] = books.told(payment.id)
    assert pay.tend({}, None) == {"payments settled": 1}
    assert books.open_items() == []
