"""Mandates: asked for on a hosted page, told of by callbacks, ended by either side.

What is planned on a mandate follows its state, each payment in a transaction of its own; until all
did, the mandate says so itself (`following`) and is found by its work entry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from saldo.accounts.model import Creditor
from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.errors import Conflict, Unavailable
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.payments.agreements import NEVER_GIVEN, Consent, Mandate, MandateRef
from saldo.payments.checkout import AttemptNotValid
from saldo.payments.links import Opened, PayLinks
from saldo.payments.mandate_states import after, is_ours_to_revoke
from saldo.payments.ports import PaymentProvider
from saldo.payments.scheduled import MandateUnknown, Schedule, may_use
from saldo.payments.told import (
    FindsMandates,
    MandateRequest,
    Mandates,
    MandateTold,
    RevokesMandates,
)
from saldo.store import CommitConflict, Put, Store, Write

MandateOutcome = Literal["pending", "active", "ended", "nothing-new", "unknown"]

LOOK_AFTER: Final = timedelta(minutes=15)
"""A mandate that nobody told of for this long is looked up where the provider can be asked."""

NEVER_GIVEN_AFTER: Final = timedelta(days=7)
"""A mandate page that led to nothing for so long is given up; providers close theirs sooner."""

_ATTEMPT: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_ATTEMPTS_MAX: Final = 8


class MandatesNotOffered(Conflict):
    """The creditor's payment provider keeps no mandates."""

    code = "mandates-not-offered"


class MandateBusy(Unavailable):
    """The mandate is being changed by many at once; the event will come again."""

    code = "mandate-busy"


class MandateBook:
    """Keeps the mandates of all accounts."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        links: PayLinks,
        providers: Mapping[str, PaymentProvider],
        schedule: Schedule,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._links, self._providers, self._schedule = links, providers, schedule

    def offers(self, creditor: Creditor) -> bool:
        """Tell whether the creditor's payers can give mandates."""
        try:
            return isinstance(self._providers.get(creditor.provider), Mandates)
        except Unavailable:
            return False  # a page is shown all the same; paying at once may work by another way

    def request(
        self, opened: Opened, attempt: str, consent: Consent, language: str, *, token: str
    ) -> Mandate:
        """Write the intent, have the provider make its page, and return the mandate with its
        `hosted_url`, where the payer is to be sent; they come back to
        `/p/{token}/mandate-return?mandate={id}`.

        `attempt` is an id as `Checkout.new_attempt` makes it and becomes the mandate's; the same
        attempt leads to the same page, and one that was given meanwhile is returned as it is.
        Raises AttemptNotValid, MandatesNotOffered, MandateBusy or ProviderUnavailable.
        """
        if not _ATTEMPT.fullmatch(attempt):
            raise AttemptNotValid("Open the page again.")
        provider: object = self._providers.get(opened.creditor.provider)
        if not isinstance(provider, Mandates):
            raise MandatesNotOffered("No mandate can be given here.")
        mandate = self._intend(opened, attempt, consent)
        if mandate.hosted_url is not None:
            return mandate
        contact = opened.account.mail_contact()
        hosted = provider.request_mandate(
            MandateRequest(
                idempotency_key=mandate.id,
                customer_reference=opened.account.number,
                customer_name=opened.account.name,
                customer_email=(contact.email if contact else None) or "",
                language=language,
                return_url=f"{self._links.address(token)}/mandate-return?mandate={mandate.id}",
                description=opened.creditor.name,
                callback_url=self._links.callback_address(mandate.provider),
            )
        )
        return self._record_page(mandate, hosted.flow_id, hosted.hosted_url)

    def come_back(self, opened: Opened, mandate: str) -> Mandate:
        """The payer came back from the provider's page: ask the provider where it can tell, and
        return the mandate as it stands. Raises MandateUnknown.
        """
        link = opened.link
        found = self._store.get(Mandate, link.creditor, link.account, mandate)
        if found is None or not may_use(opened, found):
            raise MandateUnknown("There is no such mandate.")
        try:
            self._look_up(found)
        except Unavailable:
            return found  # the callback tells, or the next look
        return self._now(found)

    def told(self, told: MandateTold) -> MandateOutcome:
        """Book what a provider tells of a mandate, in whatever order and however often.

        Raises MandateBusy or ScheduleBusy: the provider tells again then.
        """
        for _ in range(_ATTEMPTS_MAX):
            known = self._store.get(MandateRef, told.provider, told.mandate_id)
            mandate = self._found(told, known)
            if mandate is None and (told.state != "ended" or known is not None):
                return "unknown"
            try:
                if mandate is None:
                    # Whose it is may be told later; its end must not be forgotten by then.
                    self._store.commit([Put(_waiting_end(told))])
                    return "unknown"
                new = after(mandate, told, known, self._clock.now())
                if new is not None:
                    self._store.commit(self._moved(mandate, new, told, known))
            except CommitConflict:
                continue
            self._follow(new or mandate)
            return "nothing-new" if new is None else _outcome(mandate, new)
        raise MandateBusy("The mandate is being booked by others; send the event again.")

    def of(self, creditor: str, account: str) -> list[Mandate]:
        """Return the mandates of an account, oldest first, ended ones included."""
        found = self._store.list(Mandate, creditor, account)
        return sorted(found, key=lambda one: (one.created_at, one.id))

    def chargeable(self, opened: Opened) -> list[Mandate]:
        """Return the mandates that may be charged for what a link shows, newest first."""
        link = opened.link
        every = reversed(self.of(link.creditor, link.account))
        return [one for one in every if one.is_chargeable and may_use(opened, one)]

    def revoke(self, creditor: str, account: str, mandate: str, by: str, reason: str) -> Mandate:
        """End a mandate here, and at the provider where it can; revoking again is harmless.

        What was planned on it is ended too; what is being charged already goes on. `by` is "payer"
        or somebody's name. Raises MandateUnknown or MandateBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            found = self._store.get(Mandate, creditor, account, mandate)
            if found is None:
                raise MandateUnknown("There is no such mandate.")
            if found.state == "ended":
                return found
            ended = self._ended(found, by, reason)
            if ended is not None:
                # It is ended here and never charged; what fails now is done by the next look.
                with suppress(Unavailable):
                    self._follow(ended)
                return self._now(ended)
        raise MandateBusy("The mandate keeps changing; try again.")

    def look(self, accounts: Accounts) -> Counter[str]:
        """Bring on every mandate that waits: look it up, let what is planned on it follow, or give
        it up; return how many of which.
        """
        done: Counter[str] = Counter()
        until = self._clock.now() - LOOK_AFTER
        for creditor in accounts.creditors():
            for key in self._store.work(Mandate, "mandate", creditor.id, until):
                found = self._store.get(Mandate, *key)
                if found is not None and found.work_entry is not None:
                    try:
                        done[self._brought_on(found)] += 1
                    except Unavailable:
                        done["no-answer"] += 1
        return done

    def _brought_on(self, mandate: Mandate) -> str:
        if mandate.following:
            self._follow(mandate)
            return "followed"
        if self._look_up(mandate):
            return "looked-up"
        if self._clock.now() - mandate.created_at < NEVER_GIVEN_AFTER:
            return "waiting"
        ended = self._ended(mandate, NEVER_GIVEN, "The mandate was never given.")
        if ended is not None:
            self._follow(ended)
        return "given-up"

    def _look_up(self, mandate: Mandate) -> bool:
        """Ask the provider about a mandate that was requested; tell whether it knew more."""
        provider: object = self._providers.get(mandate.provider)
        if mandate.state != "requested" or mandate.flow_id is None:
            return False
        if not isinstance(provider, FindsMandates):
            return False
        told = provider.find_mandate(mandate.flow_id)
        if told is None:
            return False
        self.told(replace(told, flow_id=mandate.flow_id, reference=mandate.id))
        return True

    def _intend(self, opened: Opened, attempt: str, consent: Consent) -> Mandate:
        link, name = opened.link, opened.creditor.provider
        known = self._store.get(Mandate, link.creditor, link.account, attempt)
        if known is None:
            now = self._clock.now()
            mandate = Mandate(
                link.creditor, link.account, attempt, name, "requested", consent, now, version=1
            )
            ref = MandateRef(name, attempt, link.creditor, link.account, attempt)
            told = self._event("mandate.requested", mandate, language=consent.language)
            try:
                self._store.commit([Put(mandate), Put(ref), Put(told)])
            except CommitConflict:
                # Another click was faster, or somebody reused an attempt that is not theirs.
                known = self._store.get(Mandate, *mandate.key)
            else:
                return mandate
        if known is None or known.state == "ended" or known.consent.link_hash != link.token_hash:
            raise AttemptNotValid("Open the page again.")
        return known

    def _record_page(self, mandate: Mandate, flow_id: str, hosted_url: str) -> Mandate:
        for _ in range(_ATTEMPTS_MAX):
            current = self._now(mandate)
            if current.hosted_url is not None:
                return current  # a second click was faster
            new = replace(
                current, flow_id=flow_id, hosted_url=hosted_url, version=current.version + 1
            )
            ref = MandateRef(
                mandate.provider, flow_id, mandate.creditor, mandate.account, mandate.id
            )
            try:
                self._store.commit([Put(new, expect=current.version), Put(ref, expect=None)])
            except CommitConflict:
                continue  # a callback was faster; the page is recorded on what it wrote
            return new
        raise MandateBusy("The mandate keeps changing; try again.")

    def _found(self, told: MandateTold, known: MandateRef | None) -> Mandate | None:
        names = [name for name in (told.reference, told.flow_id) if name]
        for ref in (known, *(self._store.get(MandateRef, told.provider, n) for n in names)):
            if ref is not None and ref.mandate:
                return self._store.get(Mandate, ref.creditor, ref.account, ref.mandate)
        return None

    def _moved(
        self, old: Mandate, new: Mandate, told: MandateTold, known: MandateRef | None
    ) -> list[Write]:
        writes: list[Write] = [Put(new, expect=old.version)]
        if new.provider_mandate == told.mandate_id and (known is None or not known.mandate):
            ref = MandateRef(new.provider, told.mandate_id, new.creditor, new.account, new.id)
            writes.append(Put(ref, expect=None if known else 0))
        if new.state != old.state:
            writes.append(Put(self._state_event(new)))
        return writes

    def _ended(self, mandate: Mandate, by: str, reason: str) -> Mandate | None:
        """End a mandate as it was read; None when it was changed meanwhile."""
        new = replace(
            mandate,
            state="ended",
            ended_at=self._clock.now(),
            ended_by=by,
            ended_reason=reason,
            following=True,
            version=mandate.version + 1,
        )
        try:
            self._store.commit([Put(new, expect=mandate.version), Put(self._state_event(new))])
        except CommitConflict:
            return None
        return new

    def _follow(self, mandate: Mandate) -> None:
        """Let everything follow the mandate's state, and note that it did.

        Raises ScheduleBusy or ProviderUnavailable; then the next look goes on.
        """
        current = self._now(mandate)
        if not current.following:
            return
        self._schedule.follow(current)
        if is_ours_to_revoke(current):
            provider: object = self._providers.get(current.provider)
            if isinstance(provider, RevokesMandates) and current.provider_mandate:
                provider.revoke_mandate(current.provider_mandate, current.customer_id)
        followed = replace(current, following=False, version=current.version + 1)
        try:
            self._store.commit([Put(followed, expect=current.version)])
        except CommitConflict:
            return  # it moved on: whoever moved it follows

    def _now(self, mandate: Mandate) -> Mandate:
        found = self._store.get(Mandate, *mandate.key)
        assert found is not None, "mandates are never deleted"
        return found

    def _state_event(self, mandate: Mandate) -> Event:
        if mandate.state == "ended":
            return self._event(
                "mandate.ended", mandate, by=mandate.ended_by, reason=mandate.ended_reason
            )
        return self._event("mandate.active", mandate, state=mandate.state)

    def _event(self, type_: EventType, mandate: Mandate, **more: str | None) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            type_,
            mandate.creditor,
            mandate.account,
            mandate=mandate.id,
            provider=mandate.provider,
            **more,
        )


def _waiting_end(told: MandateTold) -> MandateRef:
    return MandateRef(told.provider, told.mandate_id, "", "", "", told.occurred_at, told.reason)


def _outcome(old: Mandate, new: Mandate) -> MandateOutcome:
    if new.state == old.state:
        return "nothing-new"
    assert new.state != "requested", "a mandate only goes forward"
    return new.state
