"""What messages tell of a claim that was handed over or came back, and of services that go on."""

from __future__ import annotations

from collections.abc import Iterable

from saldo.accounts.model import WHOLE_CREDITOR, Account, Hold
from saldo.clock import local_day
from saldo.collection.facts import NOBODY_NAMED, Case
from saldo.invoices.model import Invoice
from saldo.messages.told import HandOver
from saldo.reminders.fact import step_of
from saldo.reminders.listed_invoices import invoices_of
from saldo.reminders.model import Claim, Notice, NoticeState, ServiceStop
from saldo.reminders.services import ended_meanwhile
from saldo.reminders.subject import Found, Moot, Subject
from saldo.store import Store

_NEVER_LEFT: frozenset[NoticeState] = frozenset({"claimed", "withdrawn", "failed"})


class CaseSubjects:
    """Reads cases and stopped services, as they stand now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def handed_over(self, notice: Notice) -> Found:
        """Tell who has the claim now, while they have it and something is open."""
        case = self._case(notice)
        if case is None or case.is_over:
            return Moot("case-ended")
        still_open = self._open(notice, case.invoices)
        if not still_open:
            return Moot("settled-before-it-left")
        return Subject(still_open, hand_over=self._told(notice, case))

    def returned(self, notice: Notice) -> Found:
        """Tell that the claim is ours again, unless that is no news or nothing may be asked for."""
        case = self._case(notice)
        if case is None or case.state != "withdrawn":
            return Moot("case-goes-on")
        if self._hand_over_was_kept_back(case):
            return Moot("hand-over-not-told")
        still_open = self._open(notice, case.invoices)
        if not still_open:
            return Moot("settled-before-it-left")
        held = self._holds(notice, still_open)
        ours = tuple(i for i in still_open if i.number not in held)
        if not ours:
            return Moot(f"held-{held[still_open[0].number]}")
        return Subject(ours, hand_over=self._told(notice, case))

    def released(self, notice: Notice) -> Found:
        """Tell that a service goes on, if the debtor was told that it stops, and it stands still
        for nothing else. The message says that nothing is left to do: who is let go while something
        is owed hears it from the person who did so.
        """
        service = notice.service
        assert service is not None, "what tells of a service names it"
        every = list(self._store.list(ServiceStop, notice.creditor, notice.account))
        stops = [stop for stop in every if stop.service == service.what]
        mine = next((stop for stop in stops if stop.request == notice.about), None)
        if mine is None or any(stop.released_at is None for stop in stops):
            return Moot("stopped-again")
        over = [mine, *(ended_meanwhile(every, mine) if mine.is_by_hand else ())]
        if not any(self._was_told_of(stop) for stop in over):
            return Moot("stop-not-told")
        numbers = dict.fromkeys(number for stop in over for number in stop.invoices)
        invoices = invoices_of(self._store, notice, numbers)
        by_person = mine.is_by_hand or mine.let_go
        if by_person and any(invoice.is_open for invoice in invoices):
            return Moot("let-go-by-hand")
        return Subject(invoices)

    def holder(self, notice: Notice, invoice: Invoice) -> HandOver:
        """Return who has the claim on an invoice; without a case nobody is named."""
        cases = self._store.list(Case, notice.creditor, notice.account)
        mine = [c for c in cases if invoice.number in c.invoices and not c.is_over]
        return self._told(notice, max(mine, key=lambda c: c.opened_at)) if mine else HandOver()

    def _told(self, notice: Notice, case: Case) -> HandOver:
        # To the debtor a court is dealt with through a lawyer; its own name stands there anyhow.
        kind = "lawyer" if case.kind == "court" else case.kind
        name = "" if case.handed_to == NOBODY_NAMED else case.handed_to
        account = self._store.get(Account, notice.creditor, notice.account)
        assert account is not None, "a notice has its account"
        on = local_day(case.opened_at, account.time_zone)
        return HandOver(kind, name, on, reference=case.reference)

    def _hand_over_was_kept_back(self, case: Case) -> bool:
        """Tell whether our own word of the hand-over never left: then its end is no news either.

        Without any such word (the case is older than going live) the one who had it has written.
        """
        place = (
            case.creditor,
            case.account,
            case.invoices[0],
            "0",
            step_of("handed-over", case.id),
        )
        told = self._notices(self._store.list(Claim, *place))
        return bool(told) and all(one.state in _NEVER_LEFT for one in told)

    def _was_told_of(self, stop: ServiceStop) -> bool:
        for number in stop.invoices:
            claims = self._store.list(Claim, stop.creditor, stop.account, number)
            if any(_stops(one, stop) for one in self._notices(claims)):
                return True
        return False

    def _notices(self, claims: Iterable[Claim]) -> list[Notice]:
        keys = {(claim.creditor, claim.account, claim.notice) for claim in claims}
        return list(self._store.get_many(Notice, list(keys)).values())

    def _holds(self, notice: Notice, invoices: Iterable[Invoice]) -> dict[str, str]:
        """Return which of the invoices are held as a whole, and by what kind of hold."""
        places = (WHOLE_CREDITOR, notice.account)
        holds = [h for place in places for h in self._store.list(Hold, notice.creditor, place)]
        return {
            invoice.number: hold.kind
            for invoice in invoices
            for hold in holds
            if hold.held_minor is None and hold.holds(invoice.number, notice.planned_for)
        }

    def _case(self, notice: Notice) -> Case | None:
        return self._store.get(Case, *notice.key[:2], notice.about or "")

    def _open(self, notice: Notice, numbers: Iterable[str]) -> tuple[Invoice, ...]:
        return tuple(i for i in invoices_of(self._store, notice, numbers) if i.is_open)


def _stops(notice: Notice, stop: ServiceStop) -> bool:
    """Tell whether a notice that left said that the service stops."""
    service = notice.service
    said = service is not None and service.what == stop.service
    return said and notice.message != "service-released" and notice.state not in _NEVER_LEFT
