"""What an ERP says is taken into the books: through the same intake as everything that is pushed.

An item's link remembers what both sides told of it. What stands open there beyond or below that is
news: it was paid there, deleted there, or needs a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from saldo.accounts.model import Account, Contact, Creditor
from saldo.clock import Clock
from saldo.connectors.disputed import DisputedThere
from saldo.connectors.hearing import Hearing
from saldo.connectors.model import Connection, ItemLink
from saldo.connectors.ports import ErpAccount, ErpItem, ErpNonsense, Looked, Unread
from saldo.ids import Ids
from saldo.invoices.intake import RECORDS_MAX, Intake
from saldo.invoices.model import Invoice, NumberTaken
from saldo.money import AMOUNT_MINOR_MAX, CURRENCY_DECIMALS
from saldo.payments.treasury import Treasury
from saldo.store import CommitConflict, Put, Store

NUMBER_CHARACTERS_MAX: Final = 60
NAME_CHARACTERS_MAX: Final = 200
LANGUAGES: Final = frozenset({"de", "en", "fr", "nl"})
"""The languages that messages are written in; for another one the creditor's is taken."""

VANISHED_FREE: Final = 20
"""So many items may leave the list of what stands open at once without a second thought."""

VANISHED_SHARE_MAX: Final = 4
"""Beyond that, a quarter of what stood open: an answer that lacks more is not believed."""


@dataclass
class Taken:
    """What became of records, by outcome, and those that could not be taken."""

    done: Counter[str] = field(default_factory=Counter)
    unread: list[Unread] = field(default_factory=list)


class Taking:
    """Takes what an ERP says into the books."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, intake: Intake, treasury: Treasury
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._intake = intake
        self._disputed = DisputedThere(store, clock, ids)
        self._hearing = Hearing(store, clock, ids, intake, treasury)

    def accounts(self, creditor: Creditor, found: Sequence[ErpAccount], taken: Taken) -> None:
        """Add and change accounts; what the ERP does not say stays as it is here."""
        records = []
        for one in found:
            if not one.number or len(one.number) > NUMBER_CHARACTERS_MAX or not one.name.strip():
                taken.unread.append(Unread(one.ref, "the account lacks a number or a name"))
                continue
            records.append(self._account(creditor, one))
        for start in range(0, len(records), RECORDS_MAX):
            for result in self._intake.put_accounts(records[start : start + RECORDS_MAX]):
                taken.done[f"accounts-{result.status}"] += 1

    def _account(self, creditor: Creditor, one: ErpAccount) -> Account:
        old = self._store.get(Account, creditor.id, one.number)
        country = (one.country or "").upper()
        if len(country) != 2 or not country.isalpha():
            country = old.country if old else creditor.country
        before = old.pushed if old and old.pushed else old
        language = (one.language or "")[:2].lower()
        if language not in LANGUAGES:
            language = before.language if before else creditor.language
        others = tuple(c for c in (before.contacts if before else ()) if c.role != "billing")
        contacts = before.contacts if before else ()
        if one.email or one.phone:
            contacts = (Contact(one.name.strip(), one.email, one.phone), *others)
        base = old or Account(
            creditor.id, one.number, "", "business", country, language, creditor.time_zone
        )
        return replace(
            base,
            name=one.name.strip()[:NAME_CHARACTERS_MAX],
            country=country,
            language=language,
            contacts=contacts,
            address=one.address or (before.address if before else None),
            pushed=None,
        )

    def items(
        self, connection: Connection, creditor: Creditor, found: Sequence[ErpItem], taken: Taken
    ) -> None:
        """Issue what is new, and hear what was paid there of what is known."""
        keys = {(creditor.id, connection.name, one.number) for one in found}
        links = self._store.get_many(ItemLink, keys)
        new: list[ErpItem] = []
        for one in found:
            why = _not_readable(one)
            if why is not None:
                taken.unread.append(Unread(one.ref, why))
                continue
            link = links.get((creditor.id, connection.name, one.number))
            if link is not None:
                outcome = self._known(creditor, link, one)
                taken.done[outcome] += 1
                if outcome == "items-moved":
                    taken.unread.append(Unread(one.ref, "its account or currency is another now"))
            elif one.open_minor > 0:
                new.append(one)
            else:
                taken.done["items-not-open"] += 1
        self._issue(connection, creditor, new, taken)

    def _issue(
        self, connection: Connection, creditor: Creditor, new: Sequence[ErpItem], taken: Taken
    ) -> None:
        """Issue items as invoices over what stands open of them now."""
        if not new:
            return
        self._missing_accounts(creditor, new, taken)
        numbers = self._store.get_many(
            NumberTaken, [(creditor.id, "invoice", one.number) for one in new]
        )
        fresh: list[ErpItem] = []
        for one in new:
            before = numbers.get((creditor.id, "invoice", one.number))
            if before is None:
                fresh.append(one)
            elif before.account == one.account:
                self._link(connection, one)  # pushed before: agreed as both stand now
                taken.done["items-adopted"] += 1
            else:
                taken.unread.append(Unread(one.ref, f"its number is account {before.account}'s"))
        sent = connection.settings.get("send_invoices") == "yes"
        for start in range(0, len(fresh), RECORDS_MAX):
            chunk = fresh[start : start + RECORDS_MAX]
            invoices = [_invoice(creditor, one, already_sent=not sent) for one in chunk]
            for one, result in zip(chunk, self._intake.put_invoices(invoices), strict=True):
                if result.refusal is not None:
                    taken.unread.append(Unread(one.ref, result.refusal.detail))
                    continue
                self._link(connection, one)
                taken.done["items-new"] += 1

    def _missing_accounts(self, creditor: Creditor, new: Sequence[ErpItem], taken: Taken) -> None:
        """Add accounts that the ERP names in its items alone."""
        named = {one.account: one for one in new}
        known = self._store.get_many(Account, [(creditor.id, number) for number in named])
        missing = [
            ErpAccount(one.account_ref, number, one.account_name or number)
            for number, one in named.items()
            if (creditor.id, number) not in known
        ]
        self.accounts(creditor, missing, taken)

    def _link(self, connection: Connection, one: ErpItem) -> None:
        link = ItemLink(
            connection.creditor,
            connection.name,
            one.number,
            one.ref,
            one.account,
            one.account_ref,
            one.booking_ref,
            one.currency,
            one.due_on,
            one.open_minor,
            one.open_minor,
            wants_paper=connection.settings.get("documents") == "yes",
            version=1,
        )
        try:
            self._store.commit([Put(link)])
        except CommitConflict:
            return  # linked by a worker whose lease had run out
        self._follow_dispute(link, one)

    def _known(self, creditor: Creditor, link: ItemLink, one: ErpItem) -> str:
        if one.currency != link.currency or one.account != link.account:
            return "items-moved"
        if one.due_on != link.due_on:
            link = self._new_due_date(link, one)
        link = self._follow_dispute(link, one)
        return self._hearing.hear(creditor, link, one.open_minor)

    def _follow_dispute(self, link: ItemLink, one: ErpItem) -> ItemLink:
        if not self._disputed.follow(link, is_disputed=one.is_disputed):
            return link
        return self._hearing.change(link, lambda now: replace(now, is_disputed=one.is_disputed))

    def _new_due_date(self, link: ItemLink, one: ErpItem) -> ItemLink:
        """Correct the due date: the ERP's, which it did not have before."""
        old = self._store.get(Invoice, link.creditor, link.account, link.number)
        if old is not None and one.due_on >= old.issued_on and one.due_on != old.due_on:
            self._intake.put_invoices([replace(old, due_on=one.due_on)])
        return self._hearing.change(link, lambda now: replace(now, due_on=one.due_on))

    def gone(
        self,
        connection: Connection,
        creditor: Creditor,
        seen: frozenset[str],
        look: Callable[[ItemLink], Looked],
        *,
        is_confirmed: bool,
    ) -> Counter[str]:
        """Hear of every item that stood open and is not in the ERP's whole list any more.

        Each is asked for by itself before anything is concluded: lists move while they are read.
        Raises ErpNonsense when too many are missing at once, unless a person confirmed it.
        """
        links = [
            one
            for one in self._store.list(ItemLink, creditor.id, connection.name)
            if one.there_minor > 0
        ]
        missing = [one for one in links if one.number not in seen]
        if not is_confirmed and len(missing) > max(VANISHED_FREE, len(links) // VANISHED_SHARE_MAX):
            raise ErpNonsense(
                f"{len(missing)} of {len(links)} open items are gone at once. If that is right, "
                "run `saldo connector run --accept-gone`."
            )
        done: Counter[str] = Counter()
        for one in missing:
            looked = look(one)
            known = one
            if looked.was_deleted:
                known = self._hearing.change(one, lambda now: replace(now, is_deleted=True))
            done[self._hearing.hear(creditor, known, looked.open_minor)] += 1
        return done

    def deleted(self, connection: Connection, creditor: Creditor, refs: Sequence[str]) -> None:
        """Note of the items that the ERP deleted that they were; others may be anybody's."""
        wanted = frozenset(refs)
        if not wanted:
            return
        for one in list(self._store.list(ItemLink, creditor.id, connection.name)):
            if one.ref in wanted:
                self._hearing.change(one, lambda now: replace(now, is_deleted=True))


def _not_readable(one: ErpItem) -> str | None:
    if not 0 < len(one.number) <= NUMBER_CHARACTERS_MAX:
        return "its number is missing or too long"
    if one.currency not in CURRENCY_DECIMALS:
        return f"its currency {one.currency[:10]!r} is unknown"
    if abs(one.open_minor) > AMOUNT_MINOR_MAX:
        return "its amount is too large"
    if not 0 < len(one.account) <= NUMBER_CHARACTERS_MAX:
        return "its account has no number"
    return None


def _invoice(creditor: Creditor, one: ErpItem, *, already_sent: bool) -> Invoice:
    return Invoice(
        creditor=creditor.id,
        account=one.account,
        number=one.number,
        issued_on=one.issued_on,
        due_on=max(one.due_on, one.issued_on),
        currency=one.currency,
        amount_minor=one.open_minor,
        open_minor=one.open_minor,
        description=one.description[:200],
        order_reference=one.order_reference,
        already_sent=already_sent,
    )
