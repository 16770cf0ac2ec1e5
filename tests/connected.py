"""Books that are connected to a stand-in for an ERP, and verbs to tell a story with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from infra.local.erps import exact, karmak, snelstart
from infra.local.erps.fake import FakeErp
from saldo.adapters.erp.exact.api import LIMITS as EXACT_LIMITS
from saldo.adapters.erp.exact.api import ExactApi, Keys
from saldo.adapters.erp.exact.connector import ExactConnector
from saldo.adapters.erp.files.settlements import SettlementFile
from saldo.adapters.erp.karmak.connector import LIMITS as KARMAK_LIMITS
from saldo.adapters.erp.karmak.connector import Dealer, KarmakConnector
from saldo.adapters.erp.karmak.connector import Keys as KarmakKeys
from saldo.adapters.erp.karmak.views import Columns
from saldo.adapters.erp.snelstart.api import LIMITS as SNELSTART_LIMITS
from saldo.adapters.erp.snelstart.api import Keys as SnelStartKeys
from saldo.adapters.erp.snelstart.api import SnelStartApi
from saldo.adapters.erp.snelstart.connector import SnelStartConnector
from saldo.adapters.memory.bay import MemoryBay
from saldo.adapters.memory.files import MemoryFiles
from saldo.connectors.budget import Limits
from saldo.connectors.grants import Grants
from saldo.connectors.meter import Meter
from saldo.connectors.model import Connection, ErpOrder, ItemLink
from saldo.connectors.orders import Orders
from saldo.connectors.papers import Papers
from saldo.connectors.ports import Connector
from saldo.connectors.runs import Report, Runs
from saldo.connectors.service import Connections
from saldo.connectors.take import Taking
from saldo.events import Event
from saldo.files.service import Files
from saldo.payments.treasury import Treasury
from tests.books import CREDITOR, Books

NAME = "main"


@dataclass
class Connected:
    """Books with one connection, and the parts that run it."""

    books: Books
    erp: FakeErp
    connect: Callable[[Connection], Connector]
    heard: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        books = self.books
        self.shelf = MemoryFiles()
        treasury = Treasury(books.store, books.clock, books.ids, books.settlement)
        self.orders = Orders(books.store, books.clock, books.ids)
        taking = Taking(books.store, books.clock, books.ids, books.intake, treasury)
        self.files = Files(books.store, books.clock, books.ids, lambda: self.shelf)
        papers = Papers(books.store, self.files)
        self.connections = Connections(books.store, books.clock, books.accounts)
        self.runs = Runs(
            books.store,
            books.clock,
            books.ids,
            books.accounts,
            self.orders,
            taking,
            papers,
            self.connect,
        )

    def run(self, **more: bool) -> Report:
        """Run the connection, after a quarter of an hour and what the bus told meanwhile."""
        self.books.clock.advance(timedelta(minutes=15))
        self.hear()
        report = self.runs.run(CREDITOR, NAME, **more)
        self.hear()
        return report

    def start_and_settle(self, number: str, minor: int) -> str:
        """Have the payer pay by card, in the currency of the invoice."""
        books = self.books
        payment = books.start_payment(number)
        currency = self.link(number).currency
        told = books.told(payment, minor=minor, currency=currency)
        assert books.settlement.settle(told) == "settled"
        return payment

    def hear(self) -> None:
        """Tell the outbox every event of the creditor, as the bus would: once each."""
        for one in list(self.books.store.everything()):
            if isinstance(one, Event) and one.id not in self.heard:
                self.heard.add(one.id)
                self.orders.hear(one.type, one.creditor, one.account, one.data)

    def state(self) -> str:
        return self.connections.get(CREDITOR, NAME).state

    def link(self, number: str) -> ItemLink:
        found = self.books.store.get(ItemLink, CREDITOR, NAME, number)
        assert found is not None
        return found

    def told(self) -> list[ErpOrder]:
        return list(self.books.store.list(ErpOrder, CREDITOR, NAME))

    def news(self) -> list[Event]:
        """The events of connections and orders, the oldest first."""
        found = [
            one
            for one in self.books.store.everything()
            if isinstance(one, Event) and one.type.startswith(("connection.", "erp_order."))
        ]
        return sorted(found, key=lambda one: one.id)


def exact_connected(
    limits: Limits = EXACT_LIMITS, call_address: str = ""
) -> tuple[Connected, exact.ExactErp]:
    """Books that are connected to Exact Online, with consent given."""
    books = _books()
    erp = exact.ExactErp(now=books.clock.now)
    keys = Keys(exact.CLIENT_ID, exact.CLIENT_SECRET, "https://app.example/back")

    def connect(connection: Connection) -> ExactConnector:
        grants, meter = connection_parts(books, connection, limits)
        api = ExactApi(exact.BASE_URL, exact.DIVISION, keys, grants, meter, erp)
        accounts = (exact.guid("gl-debtors"), exact.guid("gl-discount"))
        return ExactConnector(api, "20", *accounts, call_address)

    world = Connected(books, erp, connect)
    world.connections.set(CREDITOR, NAME, system="exact", settings={"division": exact.DIVISION})
    world.connections.authorise(CREDITOR, NAME, code=erp.code)
    return world, erp


def snelstart_connected() -> tuple[Connected, snelstart.SnelStartErp]:
    """Books that are connected to SnelStart."""
    books = _books()
    erp = snelstart.SnelStartErp(now=books.clock.now)
    keys = SnelStartKeys(snelstart.SUBSCRIPTION, snelstart.KOPPELSLEUTEL)

    def connect(connection: Connection) -> SnelStartConnector:
        grants, meter = connection_parts(books, connection, SNELSTART_LIMITS)
        api = SnelStartApi(keys, grants, meter, erp, snelstart.BASE_URL, snelstart.AUTH_URL)
        return SnelStartConnector(api, snelstart.JOURNAL, "grootboek-korting")

    world = Connected(books, erp, connect)
    world.connections.set(CREDITOR, NAME, system="snelstart", settings={})
    return world, erp


def karmak_connected(
    invoice_view: str = "",
) -> tuple[Connected, karmak.KarmakErp, MemoryBay]:
    """Books that are connected to Karmak Fusion, on a Saturday night at the dealer's place."""
    books = Books()
    books.clock.move_to(datetime(2026, 11, 22, 4, tzinfo=UTC))
    books.open_creditor(country="US", language="en", time_zone="America/Chicago")
    erp, bay = karmak.KarmakErp(now=books.clock.now), MemoryBay()
    named = karmak.KEYS
    keys = KarmakKeys(named["Client_ID"], named["Client_Secret"], named["Account"], named["User"])
    dealer = Dealer("USD", "America/Chicago", Columns(), invoice_view)

    def connect(connection: Connection) -> KarmakConnector:
        grants, meter = connection_parts(books, connection, KARMAK_LIMITS)
        file = SettlementFile(bay, CREDITOR, NAME, books.clock.now(), "csv")
        return KarmakConnector(keys, dealer, grants, meter, erp, file, karmak.BASE_URL)

    world = Connected(books, erp, connect)
    world.connections.set(CREDITOR, NAME, system="karmak", settings={})
    return world, erp, bay


def _books() -> Books:
    books = Books()
    books.open_creditor(country="NL", language="nl", time_zone="Europe/Amsterdam")
    return books


def connection_parts(books: Books, connection: Connection, limits: Limits) -> tuple[Grants, Meter]:
    """The grant and the meter of a connection."""
    place = (connection.creditor, connection.name)
    return (
        Grants(books.store, books.clock, *place),
        Meter(books.store, books.clock, *place, limits),
    )
