"""Whatever somebody sets leaves an event that says who did it, in the transaction of the change.

A new kind of record is either among SETTINGS, with a way to set it, or among the others: the first
test finds the one that nobody thought of. `test_writes_told.py` does the same for what the API and
the console write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from saldo.accounts.model import Account, Creditor
from saldo.adapters.dynamo.kinds import BY_RECORD
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import FixedClock
from saldo.credit.rules import CreditRules
from saldo.edge.v1.money import Ordered
from saldo.events import Event, EventType
from saldo.figures.ask import Asked
from saldo.ids import SeededIds
from saldo.messages.text_record import MessageText
from saldo.settings import Settings
from saldo.store import Record
from saldo.watchers.service import WatchOrder
from saldo.wiring import Services
from saldo.worklist.desk_model import rules_from
from saldo.worklist.rules import rules_of
from tests.books import START
from tests.events import check_events
from tests.imported import MAPPING

OLGA, ANNA, BEN = (f"{name}@musterwerk.example" for name in ("olga", "anna", "ben"))
TODAY = date(2026, 11, 21)

Sets = Callable[[Services, Creditor], object]


def _policy(s: Services, owner: Creditor) -> None:
    from saldo.edge.v1 import policies

    found = policies.one(Ordered(s, owner, OLGA), "plain-2-18-34")["policy"]
    s.policies.put(owner.id, {**found, "id": "own"}, OLGA, TODAY)


def _text(s: Services, owner: Creditor) -> None:
    body = "Ihre Rechnung"
    s.own_texts.put(MessageText(owner.id, "reminder-1", "de", "subject", 0, body, OLGA, START))


def _watcher(s: Services, owner: Creditor) -> None:
    number, language = "10001", "de"
    account = Account(
        owner.id, number, "Beispiel AG", "business", "DE", language, "Europe/Berlin", ()
    )
    s.intake.put_accounts([account])
    s.watchers.add(owner.id, WatchOrder(number, "account", "", BEN, "sales"), OLGA)


SETTINGS: dict[str, tuple[EventType, Sets]] = {
    "Absence": (
        "work.handed_over",
        lambda s, o: s.absences.hand_over(o, ANNA, BEN, TODAY, TODAY + timedelta(days=9), OLGA),
    ),
    "AccountDesk": (
        "desk.changed",
        lambda s, o: s.desks.put(o.id, "~", OLGA, collector=ANNA, sales=None, branch=None),
    ),
    "ApiKey": (
        "key.created",
        lambda s, o: s.accounts.create_key(o.id, "ERP", ["accounts:read"], OLGA),
    ),
    "BankAccount": (
        "setting.changed",
        lambda s, o: s.bank_entries.accounts.change(
            o.id, "DE02120300000000202051", by=OLGA, late_after_days=2
        ),
    ),
    "Connection": (
        "setting.changed",
        lambda s, o: s.connections.set(o.id, "main", system="werbas", settings={}, by=OLGA),
    ),
    "CreditDataRules": (
        "credit_data.rules_changed",
        lambda s, o: s.credit_providers.set_rules(o.id, {"refresh_days": 30}, OLGA),
    ),
    "CreditRules": (
        "credit_rules.changed",
        lambda s, o: s.credit_rules.put(CreditRules(o.id, block_insolvency=True), OLGA),
    ),
    "Creditor": (
        "creditor.changed",
        lambda s, o: s.accounts.change_creditor(o.id, by=OLGA, policy="plain-14"),
    ),
    "DeskRules": (
        "desk.changed",
        lambda s, o: s.desks.set_rules(rules_from(o.id, {"rules": [{"collector": ANNA}]}), OLGA),
    ),
    "FourEyesRule": (
        "approval.limits_set",
        lambda s, o: s.four_eyes.set_rule(o.id, write_off_minor=1, refund_minor=None, by=OLGA),
    ),
    "Installation": ("sending.switched", lambda s, _: s.accounts.switch_sending(False, OLGA)),
    "IntakeRules": (
        "setting.changed",
        lambda s, o: s.intake_rules.change(o.id, by=OLGA, due_days=14),
    ),
    "Mailbox": ("setting.changed", lambda s, o: s.intake_rules.new_address(o.id, OLGA)),
    "MappingVersion": (
        "setting.changed",
        lambda s, o: s.mappings.set(o.id, "tills", MAPPING, OLGA),
    ),
    "MessageText": ("text.put", _text),
    "MorningWish": ("setting.changed", lambda s, o: s.mornings.set(o.id, ANNA, on=True, by=OLGA)),
    "PolicyRow": ("policy.put", _policy),
    "PortalGroup": ("creditor.changed", lambda s, o: s.portals.move(o.id, "werke", OLGA)),
    "ReplyText": (
        "setting.changed",
        lambda s, o: s.reply_texts.put(o.id, "thanks", "de", "Dank", "Danke!", OLGA),
    ),
    "ReportView": (
        "setting.changed",
        lambda s, o: s.report_views.save(o.id, o.time_zone, "Aging", Asked("aging"), OLGA),
    ),
    "StaffLink": ("setting.changed", lambda s, o: s.staff_links.create(o.id, "desk", by=OLGA)),
    "User": ("user.changed", lambda s, _: s.users.add("sub-1", ANNA, "Anna", by=OLGA)),
    "Watcher": ("watcher.added", _watcher),
    "WebhookSubscription": (
        "webhook.changed",
        lambda s, o: s.webhooks.subscribe(o.id, "https://erp.example/in", ["payment."], OLGA),
    ),
    "WorkRules": (
        "work.rules_changed",
        lambda s, o: s.work_rules.put(rules_of(o.id, {"snooze_days_max": 30}), OLGA),
    ),
    "WorkTarget": (
        "setting.changed",
        lambda s, o: s.efforts.set_target(o.id, ANNA, OLGA, calls_day=5),
    ),
}

ELSEWHERE = {
    "OptOut": "tests of opt-outs: optout.given and optout.taken_back",
    "PortalUser": "tests of the portal: portal.user_changed",
    "StepRules": "tests of next steps",
}
"""Settings whose events are held against them where their service is tested."""

_OTHERS = """
AccessSeen Account AccountCash AccountSheet AccountWord Advice Allocation ApiKeyEntry
Approval AuditCheck AuditEntry AuditHead AuditMark BankEntry BankStatement BehaviourSheet
BlockedAccount BuyerLink Call Case CashHead CashSheet CashSnapshot CashWeek ChargesMade
ChildAccount Claim CompanyIds CompanyLink ConsoleSession ContactLog ContestedBill
CopyRequest Counted Credit CreditNote CreditReport CreditSheet DecisionRecord DeletedInvoice
DetailsChange DirectoryStep Dispute Draw DrawSheet Erasure ErpOrder Event EventCounted
ForecastMonth ForeignId FreshData Grant Hold Import Invoice InvoiceCorrection InvoiceLines
ItemForecast ItemLink JournalEntry KeptForm KeptWords KnownSender Lesson Letter LetterBatch
LinkOpening Logo Mail MailDay Mandate MandateRef NightProgress Note Notice NoticeRef
NumberTaken OpenItem OpenOrder OrderedAlone PaidClaim Pass PasswordLink PayLink Payment
PaymentRef PaymentReference PayoutArrival PayoutCursor PayoutNews PayoutRecord PlacedBy Plan
PortalAddress PortalSession PrivacyExport Promise ProviderEventSeen ProviderFee ProviderRef
Ranked
Receipt Refund RefundRef RemittanceAdvice ReportMail RequestsMade RiskPlace RiskSheet
RiskSums ScheduledPayment SentMail ServiceStop Sheet SignInLink SignInStep Snapshot
StaffLinkEntry StandingOut StepOutcome StepSheet StepSummary StoredFile StoredModel
Suggestion Tally Task Thread ThreadEntry Upload Usage UserEmail WebhookDelivery WorkDay
WorkItem WorkPlace WorkSignal WorkTally WrittenMessage WatchLink WatchNews
"""
FACTS_AND_FIGURES = frozenset(_OTHERS.split())
"""What happened, what is made from it, and what finds it: no setting."""


def test_every_kind_of_record_is_a_setting_or_none() -> None:
    kinds = {kind.__name__ for kind in BY_RECORD}
    unknown = kinds - SETTINGS.keys() - ELSEWHERE.keys() - FACTS_AND_FIGURES
    assert not unknown, "does somebody set it? then with an event, and a line in SETTINGS"
    assert not SETTINGS.keys() & FACTS_AND_FIGURES
    assert SETTINGS.keys() <= kinds


class Watched:
    """Services over a memory that keeps what each transaction wrote."""

    def __init__(self) -> None:
        self.commits: list[tuple[Record, ...]] = []
        self.services = Services(
            Settings(public_url="https://pay.musterwerk.example"),
            store=MemoryStore(on_commit=self._committed),
            clock=FixedClock(START),
            ids=SeededIds(3),
        )
        self.owner = self.services.accounts.create_creditor(
            Creditor("musterwerk", "Musterwerk GmbH", "DE", "de", "Europe/Berlin", "plain-2-18-34")
        )

    def _committed(self, records: Sequence[Record]) -> None:
        check_events(records)
        self.commits.append(tuple(records))


@pytest.mark.parametrize("kind", SETTINGS)
def test_who_set_it_stands_in_the_event_of_the_same_transaction(kind: str) -> None:
    type_, sets = SETTINGS[kind]
    watched = Watched()
    watched.commits.clear()
    sets(watched.services, watched.owner)
    wrote = [one for one in watched.commits if kind in {type(r).__name__ for r in one}]
    assert wrote, "nothing was set"
    for commit in wrote:
        told = [one for one in commit if isinstance(one, Event)]
        assert [(one.type, one.data["by"]) for one in told] == [(type_, OLGA)]


def test_what_changed_is_told_with_its_values_before_and_after() -> None:
    watched = Watched()
    s, id_ = watched.services, watched.owner.id
    s.connections.set(id_, "main", system="werbas", settings={"folder": "op"}, by=OLGA)
    s.connections.set(id_, "main", enabled=False, by=ANNA)
    told = [one.data for one in s.store.list(Event, id_) if one.type == "setting.changed"]
    assert [(one["change"], one["by"]) for one in told] == [("added", OLGA), ("changed", ANNA)]
    assert told[1]["changes"] == [{"field": "enabled", "before": True, "after": False}]
    s.connections.set(id_, "main", by=BEN)
    assert len(told) == 2, "due at once is no setting"


def test_an_address_for_documents_is_told_of_without_its_secret() -> None:
    watched = Watched()
    address = watched.services.intake_rules.new_address(watched.owner.id, OLGA)
    told = [one for commit in watched.commits for one in commit if isinstance(one, Event)][-1]
    assert told.data["changes"] == [{"field": "mailbox", "before": False, "after": True}]
    assert address not in str(told.data)
