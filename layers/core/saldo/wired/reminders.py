"""What plans, explains and claims notices, and takes what comes back."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.collection import CollectionParts

if TYPE_CHECKING:
    from saldo.reminders.breaker import Breaker
    from saldo.reminders.by_risk_trial import ByRisk
    from saldo.reminders.feedback import NoticeFeedback
    from saldo.reminders.foresee import Foresight
    from saldo.reminders.forgotten import ForgottenAccounts
    from saldo.reminders.inbound.book import InboundMails
    from saldo.reminders.inbound.sms import InboundSms
    from saldo.reminders.openings import Openings
    from saldo.reminders.optouts import OptOuts
    from saldo.reminders.payer_messages import PayerMessages
    from saldo.reminders.policy_book import PolicyBook
    from saldo.reminders.policy_trial import PolicyTrials
    from saldo.reminders.run import ReminderRun
    from saldo.reminders.services_by_hand import ServicesByHand
    from saldo.reminders.tasks import Tasks
    from saldo.reminders.why import Why


class ReminderParts(CollectionParts):
    """What plans, explains and claims notices, and takes what comes back."""

    @cached_property
    def run(self) -> ReminderRun:
        from saldo.adapters.public_holidays.calendars import PublicHolidays
        from saldo.reminders.run import ReminderRun

        return ReminderRun(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.plan_queue,
            self.send_queue,
            PublicHolidays(),
        )

    @cached_property
    def services_by_hand(self) -> ServicesByHand:
        from saldo.reminders.services_by_hand import ServicesByHand

        return ServicesByHand(self.store, self.clock, self.ids)

    @cached_property
    def policies(self) -> PolicyBook:
        from saldo.reminders.policy_book import PolicyBook

        return PolicyBook(self.store, self.clock)

    @cached_property
    def policy_trials(self) -> PolicyTrials:
        from saldo.reminders.policy_trial import PolicyTrials

        return PolicyTrials(self.store, self.policies)

    @cached_property
    def by_risk(self) -> ByRisk:
        from saldo.reminders.by_risk_trial import ByRisk

        return ByRisk(self.store, self.clock, self.policies, self.accounts)

    @cached_property
    def forgotten(self) -> ForgottenAccounts:
        from saldo.reminders.forgotten import ForgottenAccounts

        return ForgottenAccounts(self.store, self.clock, self.run)

    @cached_property
    def tasks(self) -> Tasks:
        from saldo.reminders.tasks import Tasks

        return Tasks(self.store, self.clock, self.ids, self.feedback)

    @cached_property
    def opt_outs(self) -> OptOuts:
        from saldo.reminders.optouts import OptOuts

        return OptOuts(self.store, self.clock, self.ids)

    @cached_property
    def openings(self) -> Openings:
        from saldo.reminders.openings import Openings

        return Openings(self.store, self.clock, self.ids, self.links)

    @cached_property
    def inbound_mails(self) -> InboundMails:
        from saldo.reminders.inbound.book import InboundMails

        return InboundMails(self.store, self.clock, self.feedback, self.opt_outs)

    @cached_property
    def inbound_sms(self) -> InboundSms:
        from saldo.reminders.inbound.sms import InboundSms

        return InboundSms(self.accounts, self.opt_outs)

    @cached_property
    def breaker(self) -> Breaker:
        from saldo.reminders.breaker import Breaker

        return Breaker(self.store, self.clock, self.ids)

    @cached_property
    def payer_messages(self) -> PayerMessages:
        from saldo.reminders.payer_messages import PayerMessages

        return PayerMessages(self.store, self.clock, self.ids, self.accounts, self.send_queue)

    @cached_property
    def feedback(self) -> NoticeFeedback:
        from saldo.reminders.feedback import NoticeFeedback

        queue = self.send_queue if self.settings.send_queue else None
        return NoticeFeedback(self.store, self.clock, self.ids, queue)

    @cached_property
    def why(self) -> Why:
        from saldo.reminders.why import Why

        return Why(self.store, self.clock, self.accounts, self.run)

    @cached_property
    def foresight(self) -> Foresight:
        from saldo.reminders.foresee import Foresight

        return Foresight(self.store, self.clock, self.run, self.opt_outs)
