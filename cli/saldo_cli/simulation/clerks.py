"""The creditor's own people and machines: the desk, the till, the treasury."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from saldo.invoices.model import Invoice
from saldo.ledger.charges import Fact
from saldo.payments.allocate import Grounds
from saldo.payments.model import Payment
from saldo.payments.refunds import RefundOrder
from saldo.payments.treasury import CounterPayment
from saldo_cli.simulation.bank import NAME as BANK
from saldo_cli.simulation.bank import Callbacks
from saldo_cli.simulation.deeds import AtCounter, Charge, PayOut, Reallocate, Stray
from saldo_cli.simulation.orders import Orders
from saldo_cli.simulation.people import CREDITOR, Patience
from saldo_cli.simulation.story import GiveBack
from saldo_cli.simulation.world import World

if TYPE_CHECKING:
    from saldo_cli.simulation.actors import Cast

ANNA = Grounds("anna", "as agreed with the customer")


class Clerks:
    """Does what people at the creditor's do about money, each until there is an answer."""

    def __init__(self, world: World, cast: Cast, patience: Patience, orders: Orders) -> None:
        self._world, self._cast, self._patience = world, cast, patience
        self._orders = orders
        self._write_offs: dict[str, int] = {}
        self.charged: dict[tuple[str, str], tuple[str, int]] = {}
        """What was booked, by kind and id: the invoice and the minor units."""

    def does(self) -> dict[type[Any], Callable[[Any], None]]:
        """Return what is done about which action."""
        return {
            Charge: self._charge,
            AtCounter: self._take_at_counter,
            Stray: self._stray,
            Reallocate: self._reallocate,
            PayOut: self._pay_out,
            GiveBack: self._give_back,
        }

    def _charge(self, action: Charge) -> None:
        charges = self._world.services.charges
        books = {
            "fee": charges.add_fee,
            "interest": charges.add_interest,
            "discount": lambda fact: charges.take_discount(fact, {"19": fact.amount_minor // 7}),
            "write-off": charges.write_off,
        }[action.kind]

        def once() -> bool:
            minor = self._minor(action)
            if minor == 0:
                return True
            on = action.at.date()
            reason = f"{action.kind} as agreed"
            fact = Fact(action.id, CREDITOR, action.invoice, minor, on, "anna", reason)
            code = self._orders.once("charges", lambda: books(fact))
            if code == "":
                self.charged[action.kind, action.id] = (action.invoice, minor)
            return code == ""

        self._patience.until_done(str(action), once)()
        for seconds in action.again_seconds:
            self._world.agenda.after(seconds, self._patience.until_done(str(action), once))

    def _minor(self, action: Charge) -> int:
        """Return how much goes: what a clerk decided once stays, however often it is ordered."""
        if action.kind != "write-off":
            return action.minor
        if action.id not in self._write_offs:
            account = self._world.story.pushes()[action.invoice].account
            found = self._world.books.get(Invoice, CREDITOR, account, action.invoice)
            self._write_offs[action.id] = min(action.minor, found.open_minor if found else 0)
        return self._write_offs[action.id]

    def _take_at_counter(self, action: AtCounter) -> None:
        day = action.at.date()
        taken = CounterPayment(
            action.id, CREDITOR, (action.invoice,), action.minor, "EUR", day, "cash"
        )
        tell = partial(self._orders.take_at_counter, str(action), taken)
        tell()
        for seconds in action.again_seconds:
            self._world.agenda.after(seconds, tell)

    def _stray(self, action: Stray) -> None:
        provider_id = self._world.bank.stray(
            action.label, action.minor, Callbacks(action.callbacks_seconds)
        )
        self._cast.attempts[action.label] = f"{BANK}:{provider_id}"
        if action.moved_after is None:
            return
        move = self._patience.until_done(str(action), partial(self._moved, action))
        self._world.agenda.after(action.moved_after.total_seconds(), move)

    def _moved(self, action: Stray) -> bool:
        """Move money from suspense once; done with it when it is no longer there."""
        wanted = self._cast.attempts[action.label]
        shards = (f"~suspense~{shard}" for shard in range(8))
        on_suspense = (p for shard in shards for p in self._world.books.list(Payment, "*", shard))
        held = next((p for p in on_suspense if p.id == wanted), None)
        if held is None:
            return False
        if held.moved_to is not None:
            return True
        treasury = self._world.services.treasury
        code = self._orders.once(
            "transfer",
            lambda: treasury.transfer(
                held.account, held.id, CREDITOR, action.account, [action.invoice], ANNA
            ),
        )
        return code in ("", "not-on-suspense")

    def _reallocate(self, action: Reallocate) -> None:
        allocator = self._world.services.settlement.allocator
        attempt, account = self._cast.attempts[action.pay], self._owner(action.pay)
        source = f"payment#{attempt}"

        def allocate() -> None:
            self._orders.until_done(
                f"{action}: the second half",
                "allocation",
                lambda: allocator.allocate(CREDITOR, account, source, [action.onto], ANNA),
                "credit-unknown",
            )

        def take_back() -> bool:
            code = self._orders.once(
                "allocation",
                lambda: allocator.take_back(CREDITOR, account, source, action.invoice, ANNA),
            )
            if code in ("", "allocation-unknown"):
                allocate()
                return True
            return False

        self._patience.until_done(str(action), take_back)()

    def _pay_out(self, action: PayOut) -> None:
        self._world.bank.pay_out(last=action.last)

    def _give_back(self, action: GiveBack) -> None:
        """An operator orders a refund, and orders it again until there is an answer."""
        attempt = self._cast.attempts.get(action.pay, "")
        self._world.bank.refunds_fail = action.fails
        self._world.bank.refund_callbacks = Callbacks(() if action.lost else (4.0, 30.0))
        order = RefundOrder(
            f"refund-{action.pay}",
            CREDITOR,
            self._owner(action.pay),
            attempt,
            action.minor,
            Grounds("anna", "paid too much"),
        )
        self._orders.until_done(
            str(action),
            "refund",
            lambda: self._world.services.refunds.refund(order),
            "nothing-to-refund",
            "payment-unknown",
        )

    def _owner(self, pay: str) -> str:
        return self._world.story.owner_of(pay)
