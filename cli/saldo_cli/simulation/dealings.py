"""Payers and the creditor agree on things: scheduled payments, instalment plans, transfers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from saldo.accounts.model import Account
from saldo.accounts.service import InvoiceUnknown
from saldo.clock import local_day
from saldo.collection.model import Instalment
from saldo.invoices.model import Invoice
from saldo.payments.agreements import Consent, ConsentKind, Mandate
from saldo.payments.links import Opened
from saldo.payments.treasury import CounterPayment
from saldo_cli.simulation.deals import Agree, Announce, Given, Schedule
from saldo_cli.simulation.orders import Orders
from saldo_cli.simulation.people import CREDITOR
from saldo_cli.simulation.world import World

_AT_THE_PAGE_SECONDS = 45
_OVER = ("nothing-open", "choice-changed", "mandate-ended", "attempt-not-valid")
"""What somebody is told who comes too late, and takes for an answer."""


class Dealings:
    """Does what is agreed. `ids` are the schedules', plans' and mandates' by the story's labels."""

    def __init__(self, world: World, orders: Orders) -> None:
        self._world, self._orders = world, orders
        self.ids: dict[str, str] = {}
        self.cancelled: set[str] = set()
        """Scheduled payments that their payers were told are cancelled."""
        self.revoked: dict[str, datetime] = {}
        """Mandates that their payers were told are revoked, and when they were."""
        self._tokens: dict[str, str] = {}
        self._instalments: dict[str, tuple[Instalment, ...]] = {}

    def does(self) -> dict[type[Any], Callable[[Any], None]]:
        """Return what is done about which action."""
        return {Schedule: self._schedule, Agree: self._agree, Announce: self._announce}

    def _opened(self, key: str, invoice: str) -> Opened:
        links = self._world.services.links
        if key not in self._tokens:
            self._tokens[key] = links.create(CREDITOR, invoice).rpartition("/")[2]
        return links.open(self._tokens[key])

    def _give_mandate(
        self,
        action: Schedule | Agree,
        then: Callable[[], None],
        opens: Callable[[], Opened],
    ) -> None:
        """Ask for a mandate under the story's id; once its page is there, give it and go on."""
        world, id_ = self._world, self.ids[action.label]
        world.bank.debits.prepared[id_] = (action.fate, action.callbacks_seconds)

        def ask() -> None:
            opened = opens()
            kind: ConsentKind = "plan" if isinstance(action, Agree) else "once"
            given_at, link = world.clock.now(), opened.link.token_hash
            consent = Consent("I agree.", "en", given_at, link, kind)
            token = self._tokens[action.label]
            world.services.mandates.request(opened, id_, consent, "en", token=token)

        def page_is_there() -> None:
            then()
            given = action.given if isinstance(action, Schedule) else "active"
            self._go_through_the_page(id_, given)

        self._orders.until_done(
            f"{action}: the mandate", "mandate", ask, *_OVER, then=page_is_there
        )

    def _go_through_the_page(self, id_: str, given: Given) -> None:
        agenda, debits = self._world.agenda, self._world.bank.debits
        if given == "never":
            return
        agenda.after(_AT_THE_PAGE_SECONDS, lambda: debits.give(id_, given))
        if given == "pending":
            agenda.after(86_400, lambda: debits.give(id_, "active"))

    def _schedule(self, action: Schedule) -> None:
        self.ids[action.label] = self._orders.ulid(action.at)
        agenda, id_ = self._world.agenda, self.ids[action.label]
        opens = partial(self._opened, action.label, action.invoice)

        def schedule() -> None:
            self._orders.until_done(
                str(action),
                "schedule",
                lambda: self._world.services.schedule.schedule(
                    opens(), id_, [action.invoice], action.minor, action.charge_on, id_
                ),
                *_OVER,
                "charge-day-not-valid",
            )

        self._give_mandate(action, schedule, opens)
        if action.asks_back:
            agenda.after(_AT_THE_PAGE_SECONDS + 5, lambda: self._come_back(opens, id_))
        self._ends(action)

    def _come_back(self, opens: Callable[[], Opened], id_: str) -> None:
        book = self._world.services.mandates
        self._orders.once("mandate-return", lambda: book.come_back(opens(), id_))

    def _ends(self, action: Schedule) -> None:
        services, id_ = self._world.services, self.ids[action.label]
        account = self._account(action.invoice)
        after = self._world.agenda.after

        def cancel() -> None:
            self._orders.until_done(
                f"{action}: cancelling",
                "schedule",
                lambda: services.schedule.cancel(CREDITOR, account, id_, "payer", "no longer"),
                "schedule-too-late",
                "scheduled-payment-unknown",
                then=lambda: self.cancelled.add(id_),
            )

        def revoke() -> None:
            self._orders.until_done(
                f"{action}: revoking",
                "mandate",
                lambda: services.mandates.revoke(CREDITOR, account, id_, "payer", "no longer"),
                "mandate-unknown",
                then=lambda: self.revoked.update({id_: self._world.clock.now()}),
            )

        if action.cancelled_after is not None:
            after(action.cancelled_after.total_seconds(), cancel)
        if action.revoked_after is not None:
            after(action.revoked_after.total_seconds(), revoke)
        if action.ended_after is not None:
            after(action.ended_after.total_seconds(), lambda: self._world.bank.debits.end(id_))

    def _agree(self, action: Agree) -> None:
        self.ids[action.label] = self._orders.ulid(action.at)
        opens = partial(self._opened, action.label, action.invoice)
        if not action.mandate:
            self._order_plan(action, None)
            return
        id_ = self.ids[action.label]
        order = partial(self._order_plan, action, id_)
        self._give_mandate(action, lambda: self._world.agenda.after(3600, order), opens)

    def _order_plan(self, action: Agree, mandate: str | None) -> None:
        services, account = self._world.services, self._account(action.invoice)
        plan = f"plan-{action.label}"

        def agree() -> None:
            services.plans.agree(
                CREDITOR,
                account,
                [action.invoice],
                self._parts(action, account),
                mandate,
                "anna",
                plan=plan,
            )

        def pays() -> None:
            if mandate is None:
                self._bring(action)

        self._orders.until_done(
            str(action), "agree", agree, "plan-not-valid", "mandate-unknown", *_OVER, then=pays
        )
        if action.cancelled_after is not None:
            self._world.agenda.after(
                action.cancelled_after.total_seconds(),
                lambda: self._orders.until_done(
                    f"{action}: taking it back",
                    "agree",
                    lambda: services.plans.cancel(CREDITOR, account, plan, "anna", "broken off"),
                    "plan-unknown",
                ),
            )

    def _parts(self, action: Agree, account: str) -> tuple[Instalment, ...]:
        """Return the instalments: equal parts of what stood open when they were first spoken of."""
        if action.label not in self._instalments:
            invoice = self._world.books.get(Invoice, CREDITOR, account, action.invoice)
            owner = self._world.books.get(Account, CREDITOR, account)
            if invoice is None or owner is None:
                raise InvoiceUnknown("The ERP could not tell of the invoice yet.")
            today = local_day(self._world.clock.now(), owner.time_zone)
            share, rest = divmod(invoice.open_minor, len(action.days))
            self._instalments[action.label] = tuple(
                Instalment(today + timedelta(days=day), share + (rest if number == 0 else 0))
                for number, day in enumerate(action.days)
            )
        return self._instalments[action.label]

    def _bring(self, action: Agree) -> None:
        """The payer brings instalments to the counter, each on the morning of its day."""
        agenda = self._world.agenda
        for number, part in enumerate(self._instalments[action.label][: action.kept], 1):
            taken = CounterPayment(
                f"{action.label}-{number}",
                CREDITOR,
                (action.invoice,),
                part.amount_minor,
                "EUR",
                part.due_on,
                "cash",
            )
            days = action.days[number - 1]
            at = action.at.replace(hour=11, minute=number) + timedelta(days=days)
            agenda.at(at, partial(self._orders.take_at_counter, str(action), taken))

    def _announce(self, action: Announce) -> None:
        services = self._world.services
        opens = partial(self._opened, f"announce {action.invoice}", action.invoice)
        self._orders.until_done(
            str(action),
            "announce",
            lambda: services.announced.announce(opens(), [action.invoice]),
            "transfer-announced-before",
            *_OVER,
        )

    def _account(self, invoice: str) -> str:
        return self._world.story.pushes()[invoice].account

    def mandates(self) -> list[Mandate]:
        """Return every mandate in the books."""
        return [
            mandate
            for debtor in self._world.story.debtors
            for mandate in self._world.books.list(Mandate, CREDITOR, debtor.number)
        ]
