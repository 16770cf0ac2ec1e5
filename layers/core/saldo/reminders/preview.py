"""Who would get what on a day, by which channel and in which words, or why not.

A preview asks the planner as a run would, drafts its messages and writes them out. It has no way to
write to the books and none to send. It rests on the facts of now: what is paid, promised or sent
between now and that day changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import account_in
from saldo.clock import Clock, local_day, local_midnight
from saldo.errors import Invalid
from saldo.ids import SeededIds
from saldo.invoices.model import Invoice
from saldo.messages.model import Channel, Renderer
from saldo.reminders.booking import charge_writes
from saldo.reminders.breaker import is_stopped
from saldo.reminders.bundles import Bundle, bundles_of
from saldo.reminders.channels.compose import ASKS_FOR_TRANSFER, compose
from saldo.reminders.channels.port import Address
from saldo.reminders.channels.purposes import purpose_of
from saldo.reminders.channels.route import routed_to
from saldo.reminders.channels.words import NoWords, words_of
from saldo.reminders.draft import draft
from saldo.reminders.due_pages import Place, due_from
from saldo.reminders.holds import AccountFacts
from saldo.reminders.model import Decision, Notice, Outcome
from saldo.reminders.optouts import OptOuts
from saldo.reminders.policy import Policy
from saldo.reminders.policy_model import PolicyNotValid
from saldo.reminders.preview_model import (
    Asked,
    KeptBack,
    Previewed,
    PreviewPage,
    Words,
    WouldGo,
)
from saldo.reminders.references import reference_for
from saldo.reminders.run import ReminderRun
from saldo.reminders.subject import Moot, Subject
from saldo.reminders.subjects import Subjects
from saldo.reminders.why_words import held_because, knows, step_name
from saldo.store import EVER, Store

DAYS_AHEAD_MAX = 366

MESSAGES_MAX = 50
"""So many messages of one account are shown; of the others it is said how many they are."""

LOOKED_AT_MAX = 250
"""So many accounts are looked at for one page, some 30 ms each: it has fewer items than were asked
for where few of them get anything."""

KEPT_BACK_MAX = 200
"""So many items of one account that get nothing are shown, likewise."""

_DRAFT_ID = "0" * 26
"""Stands where the notice's id will be, so the same preview gives the same reference."""

_LINK = "preview"
"""Stands where the pay link's secret will be; it opens nothing."""


class PreviewDay(Invalid):
    """A preview is of today or a day up to a year ahead: `why` tells of days gone by."""

    code = "preview-day"


class Preview:
    """Previews a creditor's accounts, one after another."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        run: ReminderRun,
        opt_outs: OptOuts,
        renderer: Renderer,
        pay_address: Callable[[str], str],
    ) -> None:
        self._store, self._clock, self._run = store, clock, run
        self._opt_outs, self._renderer = opt_outs, renderer
        self._pay_address = pay_address
        self._subjects = Subjects(store)

    def account(self, creditor: Creditor, number: str, day: date, *, texts: bool) -> Previewed:
        """Preview one account, due or not. Raises AccountUnknown or PreviewDay."""
        self._check(creditor, day)
        found = account_in(self._store, creditor.id, number)
        return self._of(found, day, texts)

    def all(
        self, creditor: Creditor, day: date, *, texts: bool, behind: Place | None = None
    ) -> Iterator[tuple[Place, Previewed]]:
        """Yield the accounts that a run on `day` looks at, as they are read, with their places.

        After a policy or the segments changed that is every account, whenever it was to be looked
        at before. Left out are accounts without anything open and, of those that are looked at for
        the change alone, whoever is due for nothing. Raises PreviewDay.
        """
        for place, previewed in self._looked_at(creditor, day, texts, behind):
            if previewed is not None:
                yield place, previewed

    def _looked_at(
        self, creditor: Creditor, day: date, texts: bool, behind: Place | None
    ) -> Iterator[tuple[Place, Previewed | None]]:
        """Yield every account that is looked at, None where there is nothing to show of it."""
        self._check(creditor, day)
        until = local_midnight(day + timedelta(days=1), creditor.time_zone)
        last = EVER[1] if creditor.looks_at_all(day) else until
        for place, account in due_from(self._store, creditor.id, last, behind):
            previewed = self._of(account, day, texts)
            is_due = place.due_at < until
            yield place, previewed if _tells(previewed, is_due=is_due) else None

    def page(
        self, creditor: Creditor, day: date, *, texts: bool, behind: Place | None, limit: int
    ) -> PreviewPage:
        """Return up to `limit` accounts behind a place, of LOOKED_AT_MAX that are looked at. Raises
        PreviewDay.
        """
        found: list[Previewed] = []
        last, is_anew = behind, creditor.looks_at_all(day)
        every = self._looked_at(creditor, day, texts, behind)
        for count, (place, previewed) in enumerate(every):
            if count == LOOKED_AT_MAX or (previewed is not None and len(found) == limit):
                return PreviewPage(tuple(found), last, is_anew)
            if previewed is not None:
                found.append(previewed)
            last = place
        return PreviewPage(tuple(found), None, is_anew)

    def _check(self, creditor: Creditor, day: date) -> None:
        today = local_day(self._clock.now(), creditor.time_zone)
        if not today <= day <= today + timedelta(days=DAYS_AHEAD_MAX):
            raise PreviewDay(f"A preview is of a day from {today} to a year ahead, not of {day}.")

    def _of(self, account: Account, day: date, texts: bool) -> Previewed:
        try:
            facts = self._run.facts(account.creditor, account.number, day=day)
            assert facts is not None, "accounts are not removed"
            policy = self._run.policy_of(facts, day)
        except PolicyNotValid as refusal:
            return Previewed(account.number, account.name, "", problem=refusal.detail)
        stopped_by = _stops(facts)
        facts, decisions = self._run.decide(let_go(facts), policy, day, "run")
        look = _Look(facts, policy, day, decisions, stopped_by, texts, self._clock.now())
        messages: list[WouldGo] = []
        kept = [_kept_back(d) for d in decisions if d.outcome not in ("send", "done")]
        bundles = bundles_of(decisions)
        for bundle in bundles[:MESSAGES_MAX]:
            made = self._message(look, bundle)
            if isinstance(made, WouldGo):
                messages.append(made)
            else:
                kept += [_unsent(d, made) for d in bundle.decisions]
        return Previewed(
            account.number,
            account.name,
            policy.id,
            tuple(messages),
            tuple(kept[:KEPT_BACK_MAX]),
            max(0, len(bundles) - MESSAGES_MAX),
            max(0, len(kept) - KEPT_BACK_MAX),
        )

    def _message(self, look: _Look, bundle: Bundle) -> WouldGo | str:
        """Return what a bundle becomes, or the reason for which its message cannot go."""
        notice = draft(
            look.facts, look.policy, look.day, bundle, look.decisions, _DRAFT_ID, look.now
        )
        subject = self._subjects.of(notice)
        if not isinstance(subject, Subject):
            return subject.reason if isinstance(subject, Moot) else "still-being-booked"
        routed = routed_to(self._opted_out, look.facts.account, notice)
        if isinstance(routed, str):
            return routed
        notice, address, passed = routed
        subject = replace(subject, invoices=_charged(look, bundle, subject.invoices))
        is_down = is_stopped(look.facts.creditor, notice.channel)
        items = (*notice.items, *notice.also)
        return WouldGo(
            notice.message,
            notice.step,
            notice.channel,
            address.to,
            address.name,
            bundle.first.facts["currency"],
            sum(item.open_minor - item.disputed_minor for item in items),
            tuple(_asked(item.invoice, notice, bundle) for item in notice.items),
            len(notice.also),
            passed,
            (*look.stopped_by, *(("mail-stopped",) if is_down else ())),
            self._words(look, notice, address, subject) if look.texts else None,
        )

    def _opted_out(self, account: Account, channel: Channel, to: str) -> str | None:
        found = self._opt_outs.of(account, channel, to, purpose_of(tells_of_money=False))
        return found.reason if found else None

    def _words(self, look: _Look, notice: Notice, address: Address, subject: Subject) -> Words:
        numbers = tuple(invoice.number for invoice in subject.invoices)
        wants = notice.message in ASKS_FOR_TRANSFER
        told = (
            reference_for(notice.creditor, notice.account, numbers, notice.id, look.now)
            if wants
            else None
        )
        composed = compose(
            look.facts.creditor,
            look.facts.account,
            address,
            notice,
            subject,
            look.facts.holds,
            self._pay_address(_LINK),
            told.reference if told else None,
        )
        rendered = words_of(self._renderer, notice.message, composed.context)
        if isinstance(rendered, NoWords):
            return Words("", "", "", (rendered.reason,))
        return Words(rendered.subject, rendered.text, rendered.html, rendered.problems)


@dataclass(frozen=True, slots=True)
class _Look:
    """What the messages of one account are made from."""

    facts: AccountFacts
    policy: Policy
    day: date
    decisions: tuple[Decision, ...]
    stopped_by: tuple[str, ...]
    texts: bool
    now: datetime


def _tells(previewed: Previewed, *, is_due: bool) -> bool:
    """Tell whether a preview has something to say of an account."""
    if previewed.messages or previewed.problem:
        return True
    return any(is_due or kept.outcome != "not-yet" for kept in previewed.kept_back)


def _stops(facts: AccountFacts) -> tuple[str, ...]:
    """Return the switches that keep every message back, whatever the account says."""
    return tuple(
        name
        for name, is_on in (
            ("shadow", facts.creditor.state == "shadow"),
            ("first-run", facts.creditor.awaits_release),
            ("sending-off", not facts.creditor.sending),
            ("sending-off-everywhere", not facts.installation_sends),
        )
        if is_on
    )


def let_go(facts: AccountFacts) -> AccountFacts:
    """Return the facts as if every switch were on, and with the whole day ahead.

    Somebody who is about to go live wants to read what would go then.
    """
    creditor = replace(facts.creditor, state="live", sending=True, first_run_needs_release=False)
    return replace(facts, creditor=creditor, installation_sends=True, at=None)


def _charged(look: _Look, bundle: Bundle, invoices: Sequence[Invoice]) -> tuple[Invoice, ...]:
    """Return the invoices with what this message would charge; nothing of it is booked."""
    lines = {d.invoice: d.charges for d in bundle.decisions if d.charges}
    evidence = look.facts.evidence or {}
    ids = SeededIds(0)
    return tuple(
        charge_writes(
            invoice,
            evidence[invoice.number].charged,
            lines[invoice.number],
            _DRAFT_ID,
            look.day,
            look.now,
            ids,
        )[0]
        if invoice.number in lines
        else invoice
        for invoice in invoices
    )


def _asked(invoice: str, notice: Notice, bundle: Bundle) -> Asked:
    item = next(one for one in notice.items if one.invoice == invoice)
    decision = next(d for d in bundle.decisions if d.invoice == invoice)
    refused = (
        f"{line['kind']}: {str(line['why']).rstrip('.')}"
        for line in decision.facts.get("refused", ())
    )
    return Asked(
        invoice, item.stage, item.open_minor, item.disputed_minor, item.charges, tuple(refused)
    )


def _kept_back(decision: Decision) -> KeptBack:
    if knows(decision.reason):
        why = held_because(decision.reason, decision.facts)
        sentence = f"{step_name(decision.step)} is due and held back: {why}."
    else:
        sentence = f"{step_name(decision.step)} is not due before {decision.wake_on}."
    return _back(decision, decision.outcome, decision.reason, sentence)


def _unsent(decision: Decision, reason: str) -> KeptBack:
    """Tell of an item whose message no channel takes."""
    sentence = f"{step_name(decision.step)} is due, and no channel reaches the debtor ({reason})."
    return _back(decision, "hold", reason, sentence)


def _back(decision: Decision, outcome: Outcome, reason: str, sentence: str) -> KeptBack:
    facts = decision.facts
    return KeptBack(
        decision.invoice,
        outcome,
        decision.step,
        reason,
        sentence,
        int(facts["open_minor"]),
        str(facts["currency"]),
        decision.wake_on,
    )
