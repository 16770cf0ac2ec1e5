"""Stories of reminders: who hears when, and who does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account
from saldo.accounts.service import Target
from saldo.messages.model import MailOutcomeUnknown, MailRejected, MailThrottled
from saldo.reminders.feedback import Feedback
from saldo.reminders.ports import PlanJob, SendJob
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


@pytest.fixture
def books() -> Books:
    books = Books()
    books.begin(books.invoice(due_on=DUE))
    books.plan(phase="fact")
    books.deliver()
    return books


def test_the_invoice_is_mailed_at_once_and_once(books: Books) -> None:
    assert [m.subject for m in books.postbox.mails] == ["invoice RE-1 11900 EUR"]
    books.plan(phase="fact")
    books.plan(date(2026, 11, 22))
    assert books.deliver() == []


def test_stages_at_2_18_and_34_days(books: Books) -> None:
    sent = {d: s for d in range(-5, 60) if (s := books.day(after(d)))}
    assert sent == {
        2: ["reminder-1 RE-1 11900 EUR"],
        18: ["reminder-2 RE-1 11900 EUR"],
        34: ["reminder-3 RE-1 11900 EUR"],
    }
    assert [n.announces_collection for n in books.notices() if n.step == "3"] == [True]


def test_paid_after_the_second_reminder_gets_no_third(books: Books) -> None:
    assert books.day(after(2)) and books.day(after(18))
    books.pay()
    assert [books.day(after(d)) for d in range(19, 60)] == [[]] * 41


def test_a_part_payment_is_no_payment(books: Books) -> None:
    payment = books.start_payment(amount_minor=1900)
    books.settlement.settle(books.told(payment, minor=1900))
    assert books.day(after(2)) == ["reminder-1 RE-1 10000 EUR"]


def test_after_a_gap_only_the_next_stage_goes_and_the_following_keeps_its_distance(
    books: Books,
) -> None:
    assert books.day(after(40)) == ["reminder-1 RE-1 11900 EUR"]
    assert [d for d in range(41, 80) if books.day(after(d))] == [56, 72]


def test_facts_do_not_remind(books: Books) -> None:
    books.plan(after(40), phase="fact")
    assert books.deliver() == []


def test_two_planners_at_once_claim_once(books: Books) -> None:
    job = PlanJob(CREDITOR, ACCOUNT, "run", after(2))
    books.run.plan_account(job)
    books.run.plan_account(job)
    assert len([n for n in books.notices() if n.step == "1"]) == 1


def test_customer_pays_while_the_reminder_is_being_written(books: Books) -> None:
    """The payment lands between the planner's reads and its claim: the claim must fail."""
    load = books.run._facts_of

    def pays_meanwhile(account: Account, day: date):  # type: ignore[no-untyped-def]
        found = load(account, day)
        if books.invoice_now().is_open:
            books.pay()
        return found

    books.run._facts_of = pays_meanwhile  # type: ignore[method-assign]
    assert books.plan(after(2)).claimed == []
    assert [n.step for n in books.notices()] == ["invoice"]


def test_customer_pays_after_the_claim_and_the_mail_stays_here(books: Books) -> None:
    books.plan(after(2))
    books.pay()
    books.deliver()
    assert [n.state for n in books.notices() if n.step == "1"] == ["withdrawn"]
    assert len(books.postbox.mails) == 1


def test_the_same_send_job_twice_sends_once(books: Books) -> None:
    books.plan(after(2))
    (job,) = books.sends.take()
    books.sender.send(job)
    books.sender.send(job)
    assert len(books.postbox.mails) == 2


def test_a_lost_answer_is_never_sent_again_by_itself(books: Books) -> None:
    books.plan(after(2))
    books.postbox.fails.append(MailOutcomeUnknown("no answer"))
    (job,) = books.sends.jobs
    books.deliver()
    books.sender.send(job)
    assert len(books.postbox.mails) == 1
    books.clock.advance(timedelta(hours=25))
    assert books.sender.tidy()["unknown"] == 1
    assert [n.state for n in books.notices() if n.step == "1"] == ["unknown"]


def test_a_delivery_event_completes_a_send_whose_answer_was_lost(books: Books) -> None:
    books.plan(after(2))
    books.postbox.fails.append(MailOutcomeUnknown("no answer"))
    books.deliver()
    (notice,) = [n for n in books.notices() if n.step == "1"]
    books.feedback.record(Feedback(notice.id, "delivered", books.clock.now(), message_id="ses-9"))
    assert [n.state for n in books.notices() if n.step == "1"] == ["delivered"]


def test_a_busy_mail_service_is_tried_again(books: Books) -> None:
    books.plan(after(2))
    (job,) = books.sends.take()
    books.postbox.fails.append(MailThrottled("busy"))
    with pytest.raises(MailThrottled):
        books.sender.send(job)
    books.sender.send(job)
    assert len(books.postbox.mails) == 2


def test_a_mail_that_is_refused_for_good_has_failed(books: Books) -> None:
    books.plan(after(2))
    books.postbox.fails.append(MailRejected("no such thing"))
    books.deliver()
    assert [n.state for n in books.notices() if n.step == "1"] == ["failed"]
    assert "notice.failed" in books.event_types()


def test_a_forgotten_claim_is_queued_again(books: Books) -> None:
    books.plan(after(2))
    books.sends.take()
    books.clock.advance(timedelta(minutes=11))
    assert books.sender.tidy()["requeued"] == 1
    books.deliver()
    assert len(books.postbox.mails) == 2


@pytest.mark.parametrize(
    "target",
    [Target(CREDITOR), Target(CREDITOR, ACCOUNT), Target(CREDITOR, invoice="RE-1")],
    ids=["creditor", "account", "invoice"],
)
def test_pause_keeps_back_and_resume_lets_go(books: Books, target: Target) -> None:
    books.accounts.pause(target, "waiting for the parcel", "anna")
    assert books.plan(after(2)).held == {"pause": 1}
    books.accounts.resume(target, "anna")
    assert books.day(after(3)) == ["reminder-1 RE-1 11900 EUR"]


def test_a_pause_with_an_end_ends_by_itself(books: Books) -> None:
    books.accounts.pause(Target(CREDITOR, ACCOUNT), "holiday", "anna", until=after(5))
    assert [d for d in range(2, 10) if books.day(after(d))] == [5]


def test_money_on_its_way_keeps_back_until_it_fails(books: Books) -> None:
    payment = books.start_payment()
    books.settlement.settle(books.told(payment, "processing"))
    assert books.plan(after(2)).held == {"payment-on-its-way": 1}
    books.settlement.settle(books.told(payment, "failed"))
    assert books.day(after(3)) == ["reminder-1 RE-1 11900 EUR"]


def test_credit_that_could_cover_the_item_keeps_back(books: Books) -> None:
    books.push(books.invoice("RE-0", 1000, due_on=date(2026, 11, 30)))
    payment = books.start_payment("RE-0")
    books.settlement.settle(books.told(payment, minor=13000))
    assert books.plan(after(2)).held == {"customer-credit": 1}


def test_a_bounced_address_is_not_written_to_again_until_corrected(books: Books) -> None:
    (notice,) = books.notices()
    books.feedback.record(
        Feedback(notice.id, "bounced", books.clock.now(), "ap@beispiel.example", permanent=True)
    )
    assert books.plan(after(2)).held == {"address-bounced": 1}
    books.open_account(email="neu@beispiel.example")
    assert books.day(after(3)) == ["reminder-1 RE-1 11900 EUR"]


def test_a_bounce_after_the_delivery_counts_and_a_late_delivery_after_it_does_not(
    books: Books,
) -> None:
    (notice,) = books.notices()
    at = books.clock.now()
    books.feedback.record(Feedback(notice.id, "delivered", at))
    books.feedback.record(Feedback(notice.id, "bounced", at, permanent=True))
    assert books.feedback.record(Feedback(notice.id, "delivered", at)) is None
    assert [n.state for n in books.notices()] == ["bounced"]


def test_in_shadow_everything_is_planned_and_nothing_sent() -> None:
    books = Books()
    books.open_creditor(state="shadow")
    books.open_account()
    books.push(books.invoice(due_on=DUE))
    assert books.plan(after(2)).held == {"shadow": 1}
    assert books.notices() == []
    explained = books.why.invoice(CREDITOR, "RE-1")
    assert "in shadow" in explained.past[0].sentence


def test_sending_switched_off_for_one_and_for_all(books: Books) -> None:
    books.accounts.change_creditor(CREDITOR, sending=False)
    assert books.plan(after(2)).held == {"sending-off": 1}
    books.accounts.change_creditor(CREDITOR, sending=True)
    books.accounts.switch_sending(sends=False)
    assert books.plan(after(2)).held == {"sending-off-everywhere": 1}


def test_the_daily_cap_spreads_over_days() -> None:
    books = Books()
    books.open_creditor(notices_per_day_max=2)
    books.open_account()
    books.push(*(books.invoice(f"RE-{n}", due_on=DUE, already_sent=True) for n in range(5)))
    assert [len(books.day(after(d))) for d in (2, 3, 4, 5)] == [2, 2, 1, 0]


def test_a_manual_creditor_sends_in_ordered_runs_alone() -> None:
    books = Books()
    books.open_creditor(schedule="manual")
    books.open_account()
    books.push(books.invoice(due_on=DUE))
    assert books.plan(phase="fact").claimed == []
    books.run.sweep(books.clock.now())
    assert books.plans.take() == []
    books.run.sweep(books.clock.now(), CREDITOR)
    assert len(books.plans.take()) == 1


def test_an_invoice_that_the_erp_mailed_is_not_mailed_again() -> None:
    books = Books()
    books.begin(books.invoice(due_on=DUE, already_sent=True))
    assert books.plan(phase="fact").claimed == []
    assert books.day(after(2)) == ["reminder-1 RE-1 11900 EUR"]


def test_an_invoice_that_comes_late_is_not_reminded_the_same_day() -> None:
    books = Books()
    books.begin(books.invoice(due_on=date(2026, 11, 1), issued_on=date(2026, 10, 1)))
    assert books.day(date(2026, 11, 21)) == ["invoice RE-1 11900 EUR"]
    assert books.day(date(2026, 11, 21)) == []
    assert books.day(date(2026, 11, 23)) == ["reminder-1 RE-1 11900 EUR"]


def test_a_corrected_due_date_starts_the_stages_anew(books: Books) -> None:
    assert books.day(after(2))
    books.push(books.invoice(due_on=after(20)))
    assert [d for d in range(3, 60) if books.day(after(d))] == [22, 38, 54]


def test_the_confirmation_goes_once_however_often_the_event_comes(books: Books) -> None:
    books.pay()
    assert len(books.tell("payment.settled")) == 1
    assert books.tell("payment.settled") == []
    books.deliver()
    assert books.postbox.mails[-1].subject.startswith("payment-received")


def test_the_sweep_finds_due_accounts_and_no_others(books: Books) -> None:
    books.clock.advance(timedelta(hours=2))
    assert books.run.sweep(books.clock.now()) == 0
    books.clock.advance(timedelta(days=12))
    assert books.run.sweep(books.clock.now()) == 1
    account = books.store.get(Account, CREDITOR, ACCOUNT)
    assert account is not None and account.due_at is not None
    assert account.due_at.date() == after(1)  # midnight in Berlin is the evening before in UTC


def test_every_n_weeks() -> None:
    books = Books()
    books.open_creditor(policy="every-2-weeks")
    books.open_account()
    books.push(books.invoice(due_on=DUE, already_sent=True))
    assert [d for d in range(100) if books.day(after(d))] == [14, 28, 42, 56, 70, 84]


def test_why_tells_it_in_sentences(books: Books) -> None:
    books.day(after(2))
    books.accounts.pause(Target(CREDITOR, invoice="RE-1"), "goods are missing", "anna")
    books.day(after(18))
    told = books.why.invoice(CREDITOR, "RE-1")
    assert [t.sentence for t in told.past] == [
        "2026-11-21: The invoice mail was sent by email to ap@beispiel.example (now sent): "
        "119.00 EUR was open and the invoice had not been mailed yet.",
        "2026-12-03: Stage 1 was sent by email to ap@beispiel.example (now sent): 119.00 EUR was "
        "open, due on 2026-12-01, and policy plain-2-18-34 (version 1) sends it 2 days after, so "
        "from 2026-12-03.",
        "2026-12-19: Stage 2 was due and held back: anna paused it: goods are missing.",
    ]
    assert told.next.sentence == "Stage 2 goes on 2026-12-19 if 119.00 EUR is still open then."


def test_a_job_for_nobody_does_nothing(books: Books) -> None:
    assert books.run.plan_account(PlanJob(CREDITOR, "nobody", "run")).claimed == []
    assert books.sender.send(SendJob(CREDITOR, ACCOUNT, "01ARZ3NDEKTSV4RRFFQ69G5FAV")) is None


def test_hundreds_of_facts_about_one_account_are_planned_once() -> None:
    books = Books()
    books.open_creditor()
    books.open_account()
    books.push(*(books.invoice(f"RE-{n}") for n in range(60)))
    at = books.clock.now()
    books.clock.advance(timedelta(seconds=1))
    first = books.run.plan_account(PlanJob(CREDITOR, ACCOUNT, "fact", since=at))
    assert len(first.claimed) == 60
    books.run._facts_of = None  # type: ignore[assignment,method-assign]  # nothing is loaded again
    assert books.run.plan_account(PlanJob(CREDITOR, ACCOUNT, "fact", since=at)).claimed == []


def test_a_planner_that_is_overtaken_goes_on_behind(books: Books) -> None:
    """Another planner claims the first of three items while ours is at it."""
    books.push(books.invoice("RE-2"), books.invoice("RE-3"))
    commit, overtaken = books.store.commit, []

    def commit_behind_another(writes):  # type: ignore[no-untyped-def]
        if len(writes) > 5 and not overtaken:
            overtaken.append(True)
            books.run.plan_account(PlanJob(CREDITOR, ACCOUNT, "run", after(2)))
        commit(writes)

    books.store.commit = commit_behind_another  # type: ignore[method-assign]
    books.plan(after(2))
    books.store.commit = commit  # type: ignore[method-assign]
    steps = [(n.items[0].invoice, n.step) for n in books.notices()]
    assert len(steps) == len(set(steps)) == 4


def test_the_switch_stops_what_is_already_queued_and_lets_it_go_later(books: Books) -> None:
    books.plan(after(2))
    books.accounts.switch_sending(sends=False)
    assert books.deliver() == [None]
    books.clock.advance(timedelta(minutes=11))
    books.accounts.switch_sending(sends=True)
    assert books.sender.tidy()["requeued"] == 1
    books.deliver()
    assert len(books.postbox.mails) == 2
