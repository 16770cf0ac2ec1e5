"""Reminders with one thing wrong at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from saldo.invoices import intake
from saldo.invoices.model import OpenItem
from saldo.messages.model import MailOutcomeUnknown, MailThrottled
from saldo.payments.settle import Settlement
from saldo.reminders import plan as planning
from saldo.reminders.clearance import Clearance
from saldo.reminders.model import Claim, Notice
from saldo.reminders.notice_states import NoticeStates
from saldo.reminders.run import ReminderRun
from saldo.reminders.send import NoticeSender
from saldo.store import Check, Wake, Write
from tests.simulation.mutants.made import (
    Patch,
    mutant,
    rewrite_commits_of,
    unconditional,
    without,
)


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
    plan = planning.plan
    patch.setattr(planning, "plan", lambda *a: plan(*a, rules=()))


@mutant
def the_sender_forgets_pauses(patch: Patch) -> None:
    patch.setattr(Clearance, "_is_paused", lambda *a: False)


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
    move = NoticeStates.move

    def moved(self: Any, notice: Notice, state: str, *more: Any, **changes: Any) -> Any:
        if state == "sending":
            return replace(notice, state="sending", **changes)  # what follows it is written
        return move(self, notice, state, *more, **changes)  # type: ignore[arg-type]

    patch.setattr(NoticeStates, "move", moved)


@mutant
def the_sender_does_not_mark_what_it_sends(patch: Patch) -> None:
    move = NoticeStates.move

    def moved(self: Any, notice: Notice, state: str, *more: Any, **changes: Any) -> Any:
        marked = "claimed" if state == "sending" else state
        return move(self, notice, marked, *more, **changes)  # type: ignore[arg-type]

    patch.setattr(NoticeStates, "move", moved)


@mutant
def a_mail_of_unknown_outcome_is_sent_again(patch: Patch) -> None:
    hand_over = NoticeSender._hand_over

    def handed(self: Any, whole: Any, parcel: Any, carrier: Any) -> Any:
        class Impatient:
            def hand_over(self, parcel: Any) -> Any:
                try:
                    return carrier.hand_over(parcel)
                except MailOutcomeUnknown as error:
                    raise MailThrottled("try again") from error

        return hand_over(self, whole, parcel, Impatient())

    patch.setattr(NoticeSender, "_hand_over", handed)


@mutant
def a_lost_send_is_queued_again(patch: Patch) -> None:
    """The tidying takes a send without an answer for a claim that was forgotten."""
    send = NoticeSender.send

    def sent(self: Any, job: Any) -> Any:
        notice = self._store.get(Notice, job.creditor, job.account, job.notice)
        if notice is not None and notice.state == "sending":
            self._states.move(notice, "claimed")
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
