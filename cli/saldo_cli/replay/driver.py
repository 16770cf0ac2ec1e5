"""What a replay does to an installation: one small protocol, served in process and deployed.

Both push over the API, pay over the pay page and the provider's callback, and run reminders with
the schedule's event; they differ in who carries the requests and how a run is waited for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from saldo.accounts.model import Creditor
from saldo.reminders.policy import Policy
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.policy_show import policy_data
from saldo.wiring import Services
from saldo_cli.erp import ErpClient, Kind
from saldo_cli.payer import Payer
from saldo_cli.problems import CommandProblem
from saldo_cli.replay.evidence import facts_of
from saldo_cli.replay.report import Facts
from saldo_cli.transport import Transport

Plain = dict[str, Any]
SCOPES = ("accounts:write", "invoices:write", "links:write")
_REFUSALS_SHOWN_MAX = 5


class ReplayRefused(CommandProblem):
    """The installation refused records of the ledger; the replay cannot go on without them."""


class Driver(ABC):
    """One installation being lived in, as one creditor."""

    name: str
    """How the report calls it."""

    mail_address = "ap@{}.example"
    """Where an account's mails go, by the account's label: to nobody."""

    def __init__(self, services: Services, transport: Transport, public_url: str) -> None:
        self.services = services
        self._public_url, self._transport = public_url, transport
        self._payer = Payer(transport)
        self.creditor = ""
        self._erp: ErpClient

    def begin(self, creditor: Creditor, own: Policy | None = None) -> None:
        """Create the creditor that the ledger belongs to, with a key and perhaps a policy `own`."""
        self.creditor = creditor.id
        if own is not None:
            services = self.services
            book = PolicyBook(services.store, services.clock)
            book.put(creditor.id, policy_data(own), "replay", services.clock.now().date())
        self.services.accounts.create_creditor(creditor)
        secret, _ = self.services.accounts.create_key(creditor.id, "replay", SCOPES)
        self._erp = ErpClient(self._public_url, secret, self._transport)

    def push_accounts(self, records: Sequence[Plain]) -> None:
        """Push accounts; raise ReplayRefused."""
        self._push("accounts", records)

    def push_invoices(self, records: Sequence[Plain]) -> None:
        """Push invoices; raise ReplayRefused."""
        self._push("invoices", records)

    def _push(self, kind: Kind, records: Sequence[Plain]) -> None:
        refused = [r for r in self._erp.push(kind, records) if r.status == "refused"]
        if refused:
            shown = [f"{r.id}: {r.reason}" for r in refused[:_REFUSALS_SHOWN_MAX]]
            raise ReplayRefused(f"{len(refused)} {kind} were refused.", "\n".join(shown))
        self._settle_down()

    def pay(self, numbers: Sequence[str], on: date) -> None:
        """Pay invoices in full through fresh pay links, with `on` as the provider's day."""
        links = self._erp.pay_links(numbers)
        self._pay_all([links[number] for number in numbers], on)
        self._settle_down()

    def _pay_all(self, links: Sequence[str], on: date) -> None:
        for link in links:
            self._payer.pay(link, on)

    def anything_due(self, at: datetime) -> bool:
        """Tell whether a run at the instant `at` would plan any account."""
        due = self.services.store.due_accounts(self.creditor, at)
        return next(iter(due), None) is not None

    def facts(self, accounts: Sequence[str]) -> Facts:
        """Return what the books and the mails say."""
        return facts_of(self.services.store, self.creditor, accounts, self.mails())

    @abstractmethod
    def start_day(self, at: datetime) -> None:
        """Hear that a new day of the ledger begins; `at` is in its morning."""

    @abstractmethod
    def _settle_down(self) -> None:
        """Let what was just sent take its course, where nobody else does."""

    @abstractmethod
    def run_reminders(self, at: datetime) -> None:
        """Run the reminders of the instant `at` and return when every mail of theirs has left."""

    @abstractmethod
    def finish(self) -> None:
        """Return when nothing of the replay is under way any more."""

    @abstractmethod
    def close(self) -> None:
        """Give back what the driver holds: connections, or this process's wiring."""

    @abstractmethod
    def mails(self) -> list[str] | None:
        """Return the notice of every mail that left, as often as it left; None: nobody can say."""
