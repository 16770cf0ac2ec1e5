"""Pay links: made for a notice, for paper, or for the ERP; opened by whoever holds them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import InvoiceUnknown
from saldo.clock import Clock
from saldo.errors import Forbidden, Gone, NotFound
from saldo.ids import Ids, fingerprint
from saldo.invoices.model import Invoice, NumberTaken
from saldo.payments.model import ALL_RIGHTS, LINK_LIFE, LinkRight, LinkScope, PayLink, Payment
from saldo.store import CommitConflict, Put, Store


class LinkUnknown(NotFound):
    """The link opens nothing. Says no more than an expired one, so that guessing tells nothing."""

    code = "link-unknown"


class LinkExpired(Gone):
    """The link opened something once; a newer notice carries a fresh one."""

    code = "link-expired"


class LinkDisowned(Gone):
    """Whoever holds the link said that it does not concern them: it shows nothing any more."""

    code = "link-disowned"


class LinkNotFor(Forbidden):
    """The link was made for less than this."""

    code = "link-not-for"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link shows; `invoice` is the one in front, if the link names one."""

    link: PayLink
    creditor: Creditor
    account: Account
    invoice: Invoice | None

    def may(self, right: LinkRight) -> bool:
        """Tell whether the link was made for this."""
        return right in self.link.rights

    def require(self, right: LinkRight) -> None:
        """Raise LinkNotFor unless the link was made for this."""
        if not self.may(right):
            raise LinkNotFor("This link was made for less. Use the one in your latest message.")


class PayLinks:
    """Makes and opens pay links."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, public_url: str) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._public_url = public_url.rstrip("/")

    def prepare(
        self,
        creditor: str,
        account: str,
        invoice: str,
        notice: str | None = None,
        scope: LinkScope = "invoice",
        rights: tuple[LinkRight, ...] = ALL_RIGHTS,
    ) -> tuple[str, PayLink]:
        """Return a new link's address and its record, which the caller commits."""
        token, now = self._ids.token(), self._clock.now()
        link = PayLink(
            fingerprint(token),
            creditor,
            account,
            invoice,
            now,
            now + LINK_LIFE,
            notice,
            scope=scope,
            rights=rights,
            version=1,
        )
        return self.address(token), link

    def prepare_confirming(self, creditor: str, account: str, notice: str) -> tuple[str, PayLink]:
        """Return the address of a link that only confirms, and its record, for the caller to
        commit.
        """
        address, link = self.prepare(creditor, account, "", notice, "confirm", rights=())
        return self.confirm_address(address.rpartition("/")[2]), link

    def lend(
        self,
        creditor: str,
        account: str,
        invoice: str,
        rights: tuple[LinkRight, ...],
        life: timedelta,
    ) -> str:
        """Make a short-lived link to an account for somebody who is signed in; return its address.

        `invoice` stands in front, "" for none in particular.
        """
        address, link = self.prepare(creditor, account, invoice, scope="account", rights=rights)
        self._store.commit([Put(replace(link, expires_at=link.created_at + life), expect=None)])
        return address

    def create(
        self,
        creditor: str,
        invoice: str,
        scope: LinkScope = "invoice",
        rights: tuple[LinkRight, ...] = ALL_RIGHTS,
    ) -> str:
        """Make a link for an invoice and return its address; raise InvoiceUnknown.

        Scope "account" opens everything that stands open on the invoice's account, it in front.
        """
        taken = self._store.get(NumberTaken, creditor, "invoice", invoice)
        if taken is None:
            raise InvoiceUnknown(f"There is no invoice {invoice!r}.")
        address, link = self.prepare(creditor, taken.account, invoice, scope=scope, rights=rights)
        # Nobody else draws this token. What stands there already is this very write, whose answer
        # was lost and which was sent again underneath.
        with suppress(CommitConflict):
            self._store.commit([Put(link)])
        return address

    def address(self, token: str) -> str:
        """Return where a token opens."""
        return f"{self._public_url}/p/{token}"

    def confirm_address(self, token: str) -> str:
        """Return where a token confirms a mail address."""
        return f"{self.address(token)}/confirm"

    def callback_address(self, provider: str) -> str:
        """Return where a provider reports to."""
        return f"{self._public_url}/callbacks/{provider}"

    def find(self, token: str) -> PayLink:
        """Return the record of a link that opens something.

        Raises LinkUnknown, LinkDisowned or LinkExpired.
        """
        link = self._store.get(PayLink, fingerprint(token))
        if link is None or link.scope == "confirm":
            raise LinkUnknown("This link opens nothing.")
        return self._living(link)

    def confirming(self, token: str) -> Opened:
        """Return whose new mail address a token confirms: it opens nothing else.

        Raises LinkUnknown or LinkExpired.
        """
        link = self._store.get(PayLink, fingerprint(token))
        if link is None or link.scope != "confirm":
            raise LinkUnknown("This link opens nothing.")
        return self._opened(self._living(link))

    def _living(self, link: PayLink) -> PayLink:
        if link.disowned_at is not None:
            raise LinkDisowned("This link shows nothing any more.")
        if link.revoked_at is not None or link.expires_at <= self._clock.now():
            raise LinkExpired("This link has expired.")
        return link

    def open(self, token: str) -> Opened:
        """Return what a token shows; raise LinkUnknown, LinkDisowned or LinkExpired."""
        return self._opened(self.find(token))

    def _opened(self, link: PayLink) -> Opened:
        creditor = self._store.get(Creditor, link.creditor)
        account = self._store.get(Account, link.creditor, link.account)
        key = (link.creditor, link.account, link.invoice)
        invoice = self._store.get(Invoice, *key) if link.invoice else None
        assert creditor, "a link points at what exists"
        assert account, "a link points at what exists"
        assert invoice or not link.invoice, "a link points at what exists"
        return Opened(link, creditor, account, invoice)

    def payment(self, opened: Opened, payment: str) -> Payment | None:
        """Return one attempt to pay, if it came by this very link."""
        link = opened.link
        found = self._store.get(Payment, link.creditor, link.account, payment)
        return found if found and found.link_hash == link.token_hash else None

    def revoke(self, token: str) -> None:
        """Close a link for good; closing it again is harmless. Raises LinkUnknown."""
        link = self._store.get(PayLink, fingerprint(token))
        if link is None:
            raise LinkUnknown("This link opens nothing.")
        if link.revoked_at is None:
            ended = replace(link, revoked_at=self._clock.now(), version=link.version + 1)
            self._store.commit([Put(ended, expect=link.version)])
