"""A payer sets out to pay: the intent is written first, then the provider is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from saldo.clock import Clock
from saldo.errors import Conflict, Invalid
from saldo.events import event
from saldo.ids import Ids
from saldo.money import format_amount
from saldo.payments.links import Opened, PayLinks
from saldo.payments.model import ENDED, PayLink, Payment, PaymentRef
from saldo.payments.ports import HostedPaymentRequest, PaymentProvider
from saldo.store import CommitConflict, Put, Store

_ATTEMPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


class NothingOpen(Conflict):
    """The invoice was settled meanwhile; there is nothing to pay."""

    code = "nothing-open"


class AmountNotPayable(Invalid):
    """The payer asked to pay an amount that cannot be paid."""

    code = "amount-not-payable"


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

    def new_attempt(self) -> str:
        """Return the id that a pay form carries, so that a double click is one payment."""
        return self._ids.ulid(self._clock.now())

    def start(
        self, token: str, attempt: str, language: str, amount_minor: int | None = None
    ) -> str:
        """Return the address of the provider's page for this attempt to pay.

        `amount_minor` is in the invoice's currency, None for all that stands open. The same attempt
        leads to the same page. Raises LinkUnknown, LinkExpired, NothingOpen,
        AmountNotPayable, AttemptNotValid or ProviderUnavailable; nothing is booked in any case.
        """
        opened = self._links.open(token)
        payment = self._intend(opened, attempt, amount_minor)
        if payment.hosted_url is not None:
            return payment.hosted_url
        hosted = self._provider(payment.provider).create_payment(
            HostedPaymentRequest(
                idempotency_key=payment.id,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                reference=payment.invoice,
                description=opened.invoice.description or payment.invoice,
                language=language,
                return_url=f"{self._links.address(token)}/return?payment={payment.id}",
                callback_url=self._links.callback_address(payment.provider),
                creditor_name=opened.creditor.name,
            )
        )
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

    def _intend(self, opened: Opened, attempt: str, amount_minor: int | None) -> Payment:
        if not _ATTEMPT.fullmatch(attempt):
            raise AttemptNotValid("Open the page again.")
        link, invoice = opened.link, opened.invoice
        minor = invoice.open_minor if amount_minor is None else amount_minor
        known = self._store.get(Payment, link.creditor, link.account, attempt)
        if known is not None:
            return _same_attempt(known, link, minor)
        if not invoice.is_open:
            raise NothingOpen("This invoice is already settled.")
        if not 0 < minor <= invoice.open_minor:
            most = format_amount(invoice.open_minor, invoice.currency)
            raise AmountNotPayable(f"Choose an amount up to {most} {invoice.currency}.").at(
                "/amount"
            )
        self._provider(opened.creditor.provider)
        payment = Payment(
            link.creditor,
            link.account,
            attempt,
            opened.creditor.provider,
            invoice.number,
            invoice.currency,
            minor,
            "intended",
            self._clock.now(),
            link_hash=link.token_hash,
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
            return _same_attempt(known, link, minor)
        return payment

    def _record_open(self, payment: Payment, expect: int) -> None:
        now = self._clock.now()
        told = event(
            self._ids.ulid(now),
            now,
            "payment.started",
            payment.creditor,
            payment.account,
            payment=payment.id,
            invoice=payment.invoice,
            provider=payment.provider,
            amount=format_amount(payment.amount_minor, payment.currency),
            currency=payment.currency,
        )
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


def _same_attempt(known: Payment, link: PayLink, minor: int) -> Payment:
    """Return the payment of a repeated click; anything else that carries its id is refused."""
    if known.link_hash != link.token_hash or known.amount_minor != minor or known.state in ENDED:
        raise AttemptNotValid("Open the page again.")
    return known
