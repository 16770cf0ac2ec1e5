"""Saldo with one thing wrong at a time: the simulator must notice each.

A promise is often kept by two guards at once. Where taking one away changes nothing that anybody
can see, the mutant takes both, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from saldo.edge import jobs
from saldo.events import Event
from saldo.invoices import intake
from saldo.invoices.changes import InvoiceWrites
from saldo.invoices.model import Credit, CreditNote, Invoice, NumberTaken, OpenItem
from saldo.ledger.model import JournalEntry
from saldo.messages.model import MailOutcomeUnknown, MailThrottled
from saldo.payments import reversals
from saldo.payments.model import Payment, ProviderEventSeen
from saldo.payments.reversals import Reversals
from saldo.payments.settle import Settlement
from saldo.payments.stuck import StuckPayments
from saldo.reconciliation.model import WebhookDelivery
from saldo.reconciliation.relay import Relay
from saldo.reconciliation.webhooks import Webhooks
from saldo.reminders import plan as planning
from saldo.reminders import run as runs
from saldo.reminders.model import Claim, Notice
from saldo.reminders.run import ReminderRun
from saldo.reminders.send import NoticeSender
from saldo.store import Check, Delete, Put, Wake, Write
from saldo_cli.simulation.ports import FaultyStore, OutOfReach, TooBusy

Patch = pytest.MonkeyPatch
Rewrite = Callable[[Sequence[Write]], list[Write]]

MUTANTS: dict[str, Callable[[Patch], None]] = {}


def mutant(apply: Callable[[Patch], None]) -> Callable[[Patch], None]:
    """Add a mutant under its function's name."""
    MUTANTS[apply.__name__] = apply
    return apply


@dataclass
class Rewriting:
    """A store whose commits are changed on their way."""

    store: Any
    rewrite: Rewrite

    def commit(self, writes: Sequence[Write]) -> None:
        changed = self.rewrite(writes)
        if changed:
            self.store.commit(changed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def rewrite_commits_of(patch: Patch, service: type[Any], rewrite: Rewrite) -> None:
    """Change every commit that a service makes."""
    build = service.__init__

    def init(self: Any, store: Any, *more: Any, **named: Any) -> None:
        build(self, Rewriting(store, rewrite), *more, **named)

    patch.setattr(service, "__init__", init)


def unconditional(*kinds: type[Any]) -> Rewrite:
    """Return a rewrite that puts records of these kinds whatever is there."""
    return lambda writes: [
        replace(w, expect=None) if isinstance(w, Put) and isinstance(w.record, kinds) else w
        for w in writes
    ]


def without(*kinds: type[Any]) -> Rewrite:
    """Return a rewrite that leaves writes, or records, of these kinds out."""
    return lambda writes: [
        w
        for w in writes
        if not isinstance(w, kinds) and not isinstance(getattr(w, "record", None), kinds)
    ]


# reminders


@mutant
def the_claim_has_no_condition(patch: Patch) -> None:
    """Neither the claim nor the item's version is checked: one of them alone is enough."""
    rewrite_commits_of(patch, ReminderRun, unconditional(Claim, OpenItem))


@mutant
def the_planner_does_not_check_the_accounts_version(patch: Patch) -> None:
    """Nor the item's, which would notice a payment of the very same invoice."""

    def rewrite(writes: Sequence[Write]) -> list[Write]:
        return unconditional(OpenItem)(without(Check)(writes))

    rewrite_commits_of(patch, ReminderRun, rewrite)


@mutant
def the_planner_forgets_holds(patch: Patch) -> None:
    patch.setattr(runs, "plan", lambda *a: planning.plan(*a, rules=()))


@mutant
def the_sender_forgets_pauses(patch: Patch) -> None:
    patch.setattr(NoticeSender, "_is_paused", lambda *a: False)


@mutant
def a_payment_does_not_wake_its_account(patch: Patch) -> None:
    """Nor does a claim check its item's version, which changes with a payment of that invoice."""
    rewrite_commits_of(patch, Settlement, without(Wake))
    rewrite_commits_of(patch, ReminderRun, unconditional(OpenItem))


@mutant
def a_new_invoice_does_not_wake_its_account(patch: Patch) -> None:
    rewrite_commits_of(patch, intake.Intake, without(Wake))


@mutant
def the_mail_leaves_before_it_is_marked(patch: Patch) -> None:
    move = NoticeSender._move

    def moved(self: Any, notice: Notice, state: str, *more: Any, **changes: Any) -> Any:
        if state != "sending":
            return move(self, notice, state, *more, **changes)  # type: ignore[arg-type]
        started = replace(notice, state="sending", version=notice.version + 1)
        found = {"attempt", "to", "language", "subject", "content_hash"} & changes.keys()
        started = replace(started, **{name: changes[name] for name in found})
        self._mailer.send(_mail(notice, changes["to"]))
        return move(self, notice, "sent", *more, event_type="notice.sent", **changes) and None

    patch.setattr(NoticeSender, "_move", moved)


def _mail(notice: Notice, to: str) -> Any:
    from saldo.messages.model import OutgoingMail

    tags = {"notice": notice.id, "creditor": notice.creditor, "attempt": "1", "correlation": "none"}
    return OutgoingMail("", to, "", None, "", "", "", "de", tags, notice.created_at)


@mutant
def the_sender_does_not_mark_what_it_sends(patch: Patch) -> None:
    move = NoticeSender._move

    def moved(self: Any, notice: Notice, state: str, *more: Any, **changes: Any) -> Any:
        marked = "claimed" if state == "sending" else state
        return move(self, notice, marked, *more, **changes)  # type: ignore[arg-type]

    patch.setattr(NoticeSender, "_move", moved)


@mutant
def a_mail_of_unknown_outcome_is_sent_again(patch: Patch) -> None:
    hand_over = NoticeSender._hand_over

    def handed(self: Any, started: Notice, mail: Any) -> Any:
        mailer = self._mailer

        class Impatient:
            def send(self, mail: Any) -> str:
                try:
                    return str(mailer.send(mail))
                except MailOutcomeUnknown as error:
                    raise MailThrottled("try again") from error

        self._mailer = Impatient()
        try:
            return hand_over(self, started, mail)
        finally:
            self._mailer = mailer

    patch.setattr(NoticeSender, "_hand_over", handed)


@mutant
def a_lost_send_is_queued_again(patch: Patch) -> None:
    """The tidying takes a send without an answer for a claim that was forgotten."""
    send = NoticeSender.send

    def sent(self: Any, job: Any) -> Any:
        notice = self._store.get(Notice, job.creditor, job.account, job.notice)
        if notice is not None and notice.state == "sending":
            self._move(notice, "claimed")
        return send(self, job)

    patch.setattr(NoticeSender, "send", sent)


@mutant
def forgotten_claims_are_not_queued_again(patch: Patch) -> None:
    patch.setattr(
        NoticeSender, "tidy", lambda self: {"requeued": 0, "unknown": 0, "oldest_seconds": 0}
    )


@mutant
def late_delivery_events_lower_a_state(patch: Patch) -> None:
    from saldo.reminders import feedback

    class Rising(dict[Any, int]):
        """Whatever is asked for first ranks above what is asked for next."""

        asked = 0

        def __getitem__(self, key: Any) -> int:
            self.asked -= 1
            return self.asked

    patch.setattr(feedback, "_RANK", Rising())


# money


@mutant
def settles_without_looking_at_event_or_payment(patch: Patch) -> None:
    """Three guards keep a payment from being booked twice: the event's id, the payment's state and
    the journal's key. Any one of them is enough; here all are gone.
    """
    settled = Settlement._settled

    def again(self: Any, payment: Payment, told: Any) -> Any:
        return settled(self, replace(payment, state="open"), told)

    def rewrite(writes: Sequence[Write]) -> list[Write]:
        changed: list[Write] = []
        for write in writes:
            if isinstance(write, Put) and isinstance(write.record, JournalEntry):
                again = replace(write.record, cause_id=f"{write.record.cause_id}#{id(write)}")
                changed.append(replace(write, record=again))
            else:
                changed.append(write)
        return unconditional(ProviderEventSeen, Credit)(changed)

    get = FaultyStore.get

    def forgetful(self: Any, kind: Any, *key: str) -> Any:
        return None if kind is ProviderEventSeen else get(self, kind, *key)

    patch.setattr(Settlement, "_settled", again)
    patch.setattr(FaultyStore, "get", forgetful)
    rewrite_commits_of(patch, Settlement, rewrite)


@mutant
def settles_a_settled_payment(patch: Patch) -> None:
    """The journal's key stops it from being booked twice; the provider never gets its answer."""
    settled = Settlement._settled

    def again(self: Any, payment: Payment, told: Any) -> Any:
        return settled(self, replace(payment, state="open"), told)

    patch.setattr(Settlement, "_settled", again)


@mutant
def projections_are_written_by_themselves(patch: Patch) -> None:
    projections = (Invoice, OpenItem, Credit)
    build = Settlement.__init__

    @dataclass
    class Split:
        store: Any

        def commit(self, writes: Sequence[Write]) -> None:
            later = [w for w in writes if isinstance(getattr(w, "record", None), projections)]
            now = [w for w in writes if w not in later]
            self.store.commit(now)
            if later:
                self.store.commit(later)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.store, name)

    def init(self: Any, store: Any, *more: Any) -> None:
        build(self, Split(store), *more)

    patch.setattr(Settlement, "__init__", init)


@mutant
def the_open_item_is_forgotten(patch: Patch) -> None:
    change = InvoiceWrites.change

    def changed(self: Any, *a: Any, **k: Any) -> list[Write]:
        return [
            w
            for w in change(self, *a, **k)
            if not (isinstance(w, (Put, Delete)) and isinstance(w.record, OpenItem))
        ]

    patch.setattr(InvoiceWrites, "change", changed)


@mutant
def invoices_change_whatever_their_version(patch: Patch) -> None:
    """Nor is the open item's version checked, which changes with every payment."""
    change = InvoiceWrites.change

    def changed(self: Any, *a: Any, **k: Any) -> list[Write]:
        loose = unconditional(Invoice, OpenItem)(change(self, *a, **k))
        return [replace(w, expect=None) if isinstance(w, Delete) else w for w in loose]

    patch.setattr(InvoiceWrites, "change", changed)


@mutant
def what_is_paid_too_much_is_dropped(patch: Patch) -> None:
    rewrite_commits_of(patch, Settlement, without(Credit))


@mutant
def nobody_looks_for_stuck_payments(patch: Patch) -> None:
    from collections import Counter

    patch.setattr(StuckPayments, "look", lambda self: Counter())


@mutant
def an_intent_is_given_up_at_once(patch: Patch) -> None:
    """Whatever the provider knows."""
    give_up = StuckPayments._give_up
    build = StuckPayments.__init__

    def hasty(self: Any, *a: Any) -> None:
        build(self, *a)
        self._settlement = type(
            "Nobody",
            (),
            {
                "look_up": lambda _, p: give_up(
                    self, replace(p, created_at=p.created_at.replace(year=2000))
                )
            },
        )()

    patch.setattr(StuckPayments, "__init__", hasty)


@mutant
def another_event_is_another_chargeback(patch: Patch) -> None:
    patch.setattr(reversals, "_names", lambda told: {told.event_id})


@mutant
def a_chargeback_before_its_payment_is_passed_over(patch: Patch) -> None:
    told = Reversals.chargeback_told

    def passed_over(self: Any, event: Any) -> str:
        found = self._find(event)
        return "nothing-new" if found and found.state != "settled" else told(self, event)

    patch.setattr(Reversals, "chargeback_told", passed_over)


# the ERP


@mutant
def numbers_may_be_used_twice(patch: Patch) -> None:
    """Neither looked up before nor put if absent."""
    get_many = FaultyStore.get_many

    def forgetful(self: Any, kind: Any, keys: Any) -> Any:
        return {} if kind is NumberTaken else get_many(self, kind, keys)

    patch.setattr(FaultyStore, "get_many", forgetful)
    rewrite_commits_of(patch, intake.Intake, unconditional(NumberTaken))


@mutant
def a_repeated_credit_note_is_booked_again(patch: Patch) -> None:
    """Known by nothing: not by its number, its record or its journal entry."""
    get = FaultyStore.get

    def forgetful(self: Any, kind: Any, *key: str) -> Any:
        if kind is CreditNote or (kind is NumberTaken and key[1] == "credit-note"):
            return None
        return get(self, kind, *key)

    def rewrite(writes: Sequence[Write]) -> list[Write]:
        changed: list[Write] = []
        for write in writes:
            record = getattr(write, "record", None)
            if isinstance(record, JournalEntry) and record.cause_kind == "credit-note":
                changed.append(Put(replace(record, cause_id=f"{record.cause_id}#{id(write)}")))
            else:
                changed.append(write)
        return unconditional(NumberTaken, CreditNote, Credit)(changed)

    patch.setattr(FaultyStore, "get", forgetful)
    rewrite_commits_of(patch, intake.Intake, rewrite)


# messages


@mutant
def dead_letters_are_thrown_away(patch: Patch) -> None:
    patch.setattr(jobs, "dead_letter", lambda *a: None)


@mutant
def failed_messages_count_as_handled(patch: Patch) -> None:
    each = jobs.each_message

    def handled(*a: Any) -> dict[str, Any]:
        each(*a)
        return {"batchItemFailures": []}

    from functions.reconcile import app as reconcile
    from functions.relay import app as relay
    from functions.remind import app as remind

    for module in (reconcile, relay, remind):
        patch.setattr(module, "each_message", handled)


@mutant
def events_count_as_told_before_the_bus_has_them(patch: Patch) -> None:
    relay = Relay.publish

    def early(self: Any, events: Sequence[Event]) -> list[Event]:
        # What the books call told is not told again: else the stream's repeat would heal it.
        fresh = [
            e for e in events if not (found := self._store.get(Event, *e.key)) or not found.relayed
        ]
        for event in fresh:
            self._store.commit([Put(replace(event, relayed=True), expect=None)])
        return relay(self, fresh)

    patch.setattr(Relay, "publish", early)


@mutant
def nobody_republishes(patch: Patch) -> None:
    patch.setattr(Relay, "republish", lambda self: (0, 0))
    publish = Relay.publish

    def once(self: Any, events: Sequence[Event]) -> list[Event]:
        try:
            return publish(self, events)
        except (OutOfReach, TooBusy):
            return []  # the stream believes that all went well

    patch.setattr(Relay, "publish", once)


@mutant
def a_webhook_counts_as_delivered_before_it_is_posted(patch: Patch) -> None:
    deliver = Webhooks.deliver

    def early(self: Any, job: Any, attempt: int) -> Any:
        key = (job.creditor, job.subscription, job.event)
        if self._store.get(WebhookDelivery, *key) is None:
            done = WebhookDelivery(*key, "delivered", attempt, self._clock.now(), "204")
            self._store.commit([Put(done, expect=None)])
            endpoint = self.subscriptions(job.creditor)[0]
            answer = self._transport.post(endpoint.url, {"webhook-id": job.event}, b"")
            if answer.status != 204:
                return deliver(self, job, attempt)
        return deliver(self, job, attempt)

    patch.setattr(Webhooks, "deliver", early)
