"""A payer sets out to pay: the intent is written first, then the provider is called.

The provider is asked for exactly what the payer designated, whatever the means of payment: no
surcharge (§270a BGB; see `designation`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from saldo.clock import Clock
from saldo.errors import Invalid
from saldo.ids import Ids
from saldo.messages.listing import short_list
from saldo.payments.designation import Wish, asks_again, designate, designated
from saldo.payments.links import Opened, PayLinks
from saldo.payments.model import ENDED, Payment, PaymentRef
from saldo.payments.ports import HostedPaymentRequest, PaymentProvider, PaymentRefused
from saldo.payments.standing import Standings
from saldo.payments.telling import payment_event, started_event
from saldo.store import CommitConflict, Put, Store

_log = logging.getLogger(__name__)
_ATTEMPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


class AttemptNotValid(Invalid):
    """The form's attempt id is missing, malformed, used up, or of another link or amount."""

    code = "attempt-not-valid"


class ProviderUnknown(Invalid):
    """No payment provider of that name is set up."""

    code = "provider-unknown"


class Checkout:
    """Starts payments."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        links: PayLinks,
        providers: Mapping[str, PaymentProvider],
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._links, self._providers = links, providers
        self._standings = Standings(store, clock)

    def new_attempt(self) -> str:
        """Return the id that a pay form carries, so that a double click is one payment."""
        return self._ids.ulid(self._clock.now())

    def start(
        self,
        token: str,
        attempt: str,
        language: str,
        amount_minor: int | None = None,
        wish: Wish | None = None,
    ) -> str:
        """Return the address of the provider's page for this attempt to pay.

        `wish` says what is to be paid; without it, it is the link's invoice, or all that its
        account has open. `amount_minor` is in that currency, None for all of it. The same attempt
        leads to the same page. Raises LinkUnknown, LinkExpired, AttemptNotValid, PaymentRefused
        (then the attempt has failed), ProviderUnavailable or a refusal of `designate`; nothing is
        booked in any case.
        """
        opened = self._links.open(token)
        if wish is None:
            link = opened.link
            own = (link.invoice,) if link.scope == "invoice" else None
            wish = Wish(own, amount_minor=amount_minor)
        payment = self._intend(opened, attempt, wish)
        if payment.hosted_url is not None:
            return payment.hosted_url
        try:
            hosted = self._provider(payment.provider).create_payment(
                self._request(opened, payment, language, self._links.address(token))
            )
        except PaymentRefused as refused:
            self._record_refused(payment, refused)
            raise
        self._record_open(
            replace(
                payment,
                state="open",
                provider_id=hosted.provider_id,
                hosted_url=hosted.hosted_url,
                version=payment.version + 1,
            ),
            payment.version,
        )
        return hosted.hosted_url

    def _request(
        self, opened: Opened, payment: Payment, language: str, page: str
    ) -> HostedPaymentRequest:
        alone = opened.invoice if payment.invoices == (opened.link.invoice,) else None
        listed = short_list(payment.invoices, language)
        return HostedPaymentRequest(
            idempotency_key=payment.id,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            reference=listed,
            description=(alone.description if alone else "") or listed,
            language=language,
            return_url=f"{page}/return?payment={payment.id}",
            callback_url=self._links.callback_address(payment.provider),
            creditor_name=opened.creditor.name,
        )

    def _intend(self, opened: Opened, attempt: str, wish: Wish) -> Payment:
        if not _ATTEMPT.fullmatch(attempt):
            raise AttemptNotValid("Open the page again.")
        link, creditor = opened.link, opened.creditor
        known = self._store.get(Payment, link.creditor, link.account, attempt)
        if known is not None:
            return self._intended_before(opened, known, wish)
        wanted = designate(self._standings.of(opened).open_, wish, creditor.payer_rules)
        self._provider(opened.creditor.provider)
        payment = Payment(
            link.creditor,
            link.account,
            attempt,
            opened.creditor.provider,
            wanted.invoices[0],
            wanted.currency,
            wanted.amount_minor,
            "intended",
            self._clock.now(),
            more_invoices=wanted.invoices[1:],
            link_hash=link.token_hash,
            discounts=wanted.discounts,
            version=1,
        )
        ref = PaymentRef(payment.id, payment.creditor, payment.account)
        try:
            self._store.commit([Put(payment), Put(ref)])
        except CommitConflict:
            # Another click was faster, or somebody reused an attempt id that is not theirs.
            known = self._store.get(Payment, *payment.key)
            if known is None:
                raise AttemptNotValid("Open the page again.") from None
            return self._intended_before(opened, known, wish)
        return payment

    def _intended_before(self, opened: Opened, known: Payment, wish: Wish) -> Payment:
        """Return the payment of a repeated click; anything else that carries its id is refused.

        A page that exists is what the payer comes back to, unless nothing is left to pay. Without
        one, the provider may never have heard of the payment: it hears of what is owed now alone.
        """
        if known.link_hash != opened.link.token_hash or known.state in ENDED:
            raise AttemptNotValid("Open the page again.")
        open_ = self._standings.of(opened, without=known.id).open_
        if known.hosted_url is not None and asks_again(open_, wish, designated(known)):
            return known
        if designate(open_, wish, opened.creditor.payer_rules) != designated(known):
            raise AttemptNotValid("Open the page again.")
        return known

    def _record_refused(self, payment: Payment, refused: PaymentRefused) -> None:
        """End an intent that the provider will never make a page for; the payer may try anew."""
        now = self._clock.now()
        # What the provider said addresses whoever set it up, not the payer.
        _log.warning("payment refused: %s: %s: %s", payment.id, refused.why, refused.said)
        failed = replace(
            payment,
            state="failed",
            failure=refused.detail,
            ended_at=now,
            version=payment.version + 1,
        )
        told = payment_event(self._ids, now, "payment.failed", failed)
        with suppress(CommitConflict):  # another click went on, or was refused as well
            self._store.commit([Put(failed, expect=payment.version), Put(told)])

    def _record_open(self, payment: Payment, expect: int) -> None:
        now = self._clock.now()
        told = started_event(self._ids, now, payment)
        try:
            self._store.commit([Put(payment, expect=expect), Put(told)])
        except CommitConflict:
            # A second click or the provider's callback was faster; what they wrote stands.
            return

    def _provider(self, name: str) -> PaymentProvider:
        try:
            return self._providers[name]
        except KeyError:
            raise ProviderUnknown(f"There is no payment provider {name!r}.") from None
