"""One day of one account as a run would live it, in memory alone. Pure.

What is decided, bundled, drafted, routed and charged is asked of the very functions that the real
run asks; here stands only what the books would look like afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from saldo.accounts.model import Hold
from saldo.clock import local_noon
from saldo.ids import SeededIds
from saldo.invoices.model import OpenItem
from saldo.reminders.booking import charge_writes
from saldo.reminders.bundles import Bundle, bundles_of
from saldo.reminders.channels.route import OptedOut, routed_to
from saldo.reminders.claims import told_item
from saldo.reminders.draft import draft
from saldo.reminders.evidence import ClaimEvidence
from saldo.reminders.foresee_model import Happening
from saldo.reminders.gather import told_notice
from saldo.reminders.hand_over import cases_of
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import ChargesMade, Decision, Notice
from saldo.reminders.plan import decide, next_wake
from saldo.reminders.policy import Policy
from saldo.reminders.run import capped, contacted
from saldo.reminders.services import causes
from saldo.store import Put

Room = Callable[[date], bool]
"""Takes one message from what may go on a day; False when nothing of it is left."""

_ID: Final = "0" * 26
_ROUNDS_MAX: Final = 6
"""So often an account is planned on one day at most: each hand-over asks for another plan."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of an account on a day.

    `facts.evidence` stays empty: `evidence` is asked as the books would be. `stopped` are the
    services that the ERP was asked to stop, by name and currency, with the invoices that cause it;
    `let_go` those that a person let go, each with an invoice.
    """

    facts: AccountFacts
    evidence: Mapping[str, ClaimEvidence] = field(default_factory=dict)
    stopped: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    let_go: frozenset[tuple[str, str]] = frozenset()

    def without(self, paid: Sequence[str]) -> Situation:
        """Return the situation after these invoices were paid whole."""
        items = tuple(item for item in self.facts.items if item.number not in paid)
        still_open = {item.number for item in items}
        standing = {
            service: invoices
            for service, invoices in self.stopped.items()
            if not still_open.isdisjoint(invoices)
        }
        return replace(self, facts=replace(self.facts, items=items), stopped=standing)


@dataclass(frozen=True, slots=True)
class Lived:
    """What a day came to: how it leaves the account, what happened, and when to look again."""

    situation: Situation
    happened: tuple[Happening, ...]
    look_on: date | None


def live(situation: Situation, policy: Policy, day: date, room: Room, opted_out: OptedOut) -> Lived:
    """Live a day of reminders; every message is taken to arrive on its day."""
    happened: list[Happening] = []
    for _ in range(_ROUNDS_MAX):
        facts, decisions = _decided(situation, policy, day)
        handed = [d for d in decisions if d.outcome == "hand-over"]
        if not handed:
            break
        for case in cases_of(handed):
            situation = _in_a_case(situation, case, day)
            happened.append(Happening(day, "hand-overs", tuple(d.invoice for d in case)))
    final = {d.invoice: d for d in decisions}
    for bundle in bundles_of(decisions):
        if not room(day):
            final |= {d.invoice: capped(d, day) for d in bundle.decisions}
            continue
        sent = _Sending(situation, facts, policy, day, bundle, decisions)
        situation = sent.after(happened, opted_out)
        facts = contacted(facts, policy, day, bundle)
    happened += [
        Happening(day, "tasks", (d.invoice,), step=d.step)
        for d in final.values()
        if d.outcome == "needs-human"
    ]
    look_on = next_wake(list(final.values()))
    return Lived(situation, tuple(happened), look_on and max(look_on, day + timedelta(days=1)))


def _decided(
    situation: Situation, policy: Policy, day: date
) -> tuple[AccountFacts, tuple[Decision, ...]]:
    evidence = situation.evidence
    return decide(
        situation.facts,
        policy,
        day,
        "run",
        lambda facts: facts.released,
        lambda _, wanted: {number: evidence[number] for number in wanted if number in evidence},
    )


def _in_a_case(situation: Situation, case: Sequence[Decision], day: date) -> Situation:
    """Return the situation with invoices handed over: reached, and held for whoever has them."""
    facts = situation.facts
    numbers = tuple(d.invoice for d in case)
    stages = {d.invoice: d.stage for d in case}
    hold = Hold(
        facts.creditor.id,
        facts.account.number,
        f"case-{numbers[0]}",
        "legal-case",
        numbers[0],
        "handed over",
        "reminders",
        _noon(facts, day),
        more_invoices=numbers[1:],
    )
    items = tuple(
        replace(item, stage=stages[item.number], stage_on=day) if item.number in stages else item
        for item in facts.items
    )
    return replace(situation, facts=replace(facts, items=items, holds=(*facts.holds, hold)))


@dataclass(frozen=True, slots=True)
class _Sending:
    """One message about to go."""

    situation: Situation
    facts: AccountFacts
    policy: Policy
    day: date
    bundle: Bundle
    decisions: Sequence[Decision]

    def after(self, happened: list[Happening], opted_out: OptedOut) -> Situation:
        """Return the situation once it has gone, and note what happened."""
        now = _noon(self.facts, self.day)
        notice = draft(self.facts, self.policy, self.day, self.bundle, self.decisions, _ID, now)
        routed = routed_to(opted_out, self.facts.account, notice)
        numbers = tuple(item.invoice for item in notice.items)
        told = (notice.message, notice.step)
        if isinstance(routed, str):
            happened.append(Happening(self.day, "unreached", numbers, None, *told))
        else:
            notice = routed[0]
            what = notice.channel if self.bundle.first.stage else "invoices"
            happened.append(Happening(self.day, what, numbers, notice.channel, *told))
        stopped = dict(self.situation.stopped)
        for cause in causes(self.policy, self.bundle.decisions, self.situation.let_go):
            service = (cause.service, self.bundle.first.facts["currency"])
            invoices = tuple(d.invoice for d in cause.decisions)
            if service not in stopped:
                happened.append(Happening(self.day, "service-stops", invoices))
            stopped[service] = (*stopped.get(service, ()), *invoices)
        return self._told(notice, now, stopped, has_left=not isinstance(routed, str))

    def _told(
        self,
        notice: Notice,
        now: datetime,
        stopped: Mapping[tuple[str, str], tuple[str, ...]],
        *,
        has_left: bool,
    ) -> Situation:
        """Return the situation with the stages, charges and evidence of a message."""
        by_invoice = {d.invoice: d for d in self.bundle.decisions}
        evidence = dict(self.situation.evidence)
        items: list[OpenItem] = []
        for item in self.situation.facts.items:
            decision = by_invoice.get(item.number)
            if decision is None:
                items.append(item)
                continue
            charged = self._charged(item, decision, evidence, now)
            items.append(told_item(item, charged, decision, self.day))
        if has_left and evidence:
            self._evident(notice, evidence)
        facts = replace(self.situation.facts, items=tuple(items))
        facts = contacted(facts, self.policy, self.day, self.bundle)
        return replace(self.situation, facts=facts, evidence=evidence, stopped=stopped)

    def _charged(
        self,
        item: OpenItem,
        decision: Decision,
        evidence: dict[str, ClaimEvidence],
        now: datetime,
    ) -> OpenItem:
        if not decision.charges:
            return item
        found = evidence[item.number]
        invoice, writes = charge_writes(
            found.invoice, found.charged, decision.charges, _ID, self.day, now, SeededIds(0)
        )
        made = next(
            w.record for w in writes if isinstance(w, Put) and isinstance(w.record, ChargesMade)
        )
        evidence[item.number] = replace(found, invoice=invoice, charged=made)
        return replace(
            item,
            open_minor=invoice.open_minor,
            costs_open_minor=invoice.costs_open_minor,
            interest_open_minor=invoice.interest_open_minor,
        )

    def _evident(self, notice: Notice, evidence: dict[str, ClaimEvidence]) -> None:
        account = self.facts.account
        sent = replace(
            notice,
            state="sent",
            delivered_at=notice.created_at if notice.channel != "letter" else None,
        )
        told = told_notice(sent, account.time_zone, account.country, self.facts.calendar)
        for item in notice.items:
            if (found := evidence.get(item.invoice)) is not None:
                evidence[item.invoice] = replace(found, notices=(*found.notices, told))


def _noon(facts: AccountFacts, day: date) -> datetime:
    return local_noon(day, facts.account.time_zone)
