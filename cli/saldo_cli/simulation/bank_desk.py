"""The creditor's people with the bank's statements: they send them in, and work through entries."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from saldo.bank_entries.model import WAITING, BankEntry
from saldo.matching.model import Rules
from saldo_cli.simulation.camt import Line
from saldo_cli.simulation.own_bank import IBAN, STRANGER, OwnBank
from saldo_cli.simulation.people import CREDITOR, Patience
from saldo_cli.simulation.transfers import (
    Recall,
    SendStatement,
    Strangers,
    Transfer,
    WorkThrough,
)
from saldo_cli.simulation.world import World

if TYPE_CHECKING:
    from saldo_cli.simulation.actors import Cast

_YEARS = ("2025", "2026", "2027")
_SETTLED = ("entry-not-waiting", "nothing-to-reverse")
"""What somebody is told whose order was carried out before, and its answer lost."""

_NEVER_MIND = ("money-used", "no-proposal", "return-not-possible")


class BankDesk:
    """Does what there is to do with bank statements, each until there is an answer."""

    def __init__(self, world: World, cast: Cast, patience: Patience) -> None:
        self._world, self._cast, self._patience = world, cast, patience
        self.account = OwnBank()
        self._headers: dict[str, str] = {}

    def open(self, headers: dict[str, str]) -> None:
        """Set the bank account up, where the story has one; `headers` are the API key's.

        Nothing is given up by rule: which of several transfers is short hangs on who came first.
        """
        self._headers = headers
        if self._world.story.has_bank:
            rules = Rules(rounding_minor=0, bank_charges_minor_max=0)
            accounts = self._world.services.bank_entries.accounts
            accounts.change(CREDITOR, IBAN, currency="EUR", rules=rules)

    def does(self) -> dict[type[Any], Callable[[Any], None]]:
        """Return what is done about which action."""
        return {
            Transfer: self._transfer,
            Recall: self.account.recall,
            Strangers: self.account.strangers,
            SendStatement: self._send,
            WorkThrough: self._work_through,
        }

    def entries(self) -> list[BankEntry]:
        """Return every entry in the books."""
        lists = (self._world.books.list(BankEntry, CREDITOR, IBAN, year) for year in _YEARS)
        return [entry for found in lists for entry in found]

    def meant_by(self, entry: BankEntry) -> str:
        """Return the label of the transfer that an entry is, or takes back; STRANGER if none."""
        id_ = entry.entry.references.end_to_end_id
        ours = (line for line in self.account.lines if line.label != STRANGER)
        return next((line.label for line in ours if line.end_to_end_id == id_), STRANGER)

    def owner(self, label: str) -> str:
        """Return the account that a transfer is meant for."""
        return self._world.story.owner_of(label)

    def _transfer(self, action: Transfer) -> None:
        owner = self.owner(action.label)
        self.account.transfer(action, f"{owner} GmbH")

    def _send(self, action: SendStatement) -> None:
        data = self.account.statement(action.first_day, action.last_day)
        send = self._patience.until_done(str(action), partial(self._sent, str(action), data))
        send()
        for seconds in action.again_seconds:
            again = self._patience.until_done(str(action), partial(self._sent, str(action), data))
            self._world.agenda.after(seconds, again)

    def _sent(self, what: str, data: bytes) -> bool:
        sent = {**self._headers, "content-type": "application/xml"}
        answer = self._world.request("statement", "POST", "/v1/bank-statements", sent, data)
        if answer is None:
            return False
        told = json.loads(answer[2])
        if answer[0] != 200 or told.get("state") == "refused":
            self._cast.refused.append((what, told.get("code", "refused")))
        return True

    def _work_through(self, action: WorkThrough) -> None:
        found = self.entries()
        if action.reverses:
            for entry in found:
                if entry.state == "matched" and entry.by != "rule":
                    self._order(f"{action}: {entry.id}", "reverse", entry, reason="by mistake")
        # What took money back needs its payment, which the others may become just now.
        for entry in sorted(found, key=lambda one: one.entry.amount_minor, reverse=True):
            if entry.state in WAITING:
                decide = partial(self._decide, action, entry)
                self._world.agenda.after(1 if entry.left_minor > 0 else 2, decide)

    def _decide(self, action: WorkThrough, seen: BankEntry) -> None:
        """Accept what is right, or say what is right."""
        found = self._world.books.get(BankEntry, *seen.key)
        assert found is not None, "entries are never deleted"
        label = self.meant_by(found)
        what = f"{action}: {found.id}"
        if found.state not in WAITING:
            return
        if label and self._is_right(found, label):
            split = partial(self._split, what, found, label)
            # What was proposed may be paid by now: then somebody says anew what it is.
            self._order(what, "accept", found, otherwise=split if action.last else None)
        elif not action.last:
            return
        elif label == STRANGER:
            self._order(what, "ignore", found, reason="owes nothing")
        elif found.left_minor < 0:
            self._return(what, found, label)
        else:
            self._split(what, found, label)

    def _split(self, what: str, entry: BankEntry, label: str) -> None:
        parts = [{"account": self.owner(label), "invoices": self._invoices(label)}]
        self._order(what, "split", entry, parts=parts, reason="asked them")

    def _is_right(self, entry: BankEntry, label: str) -> bool:
        proposal = entry.proposal
        if entry.state != "likely" or proposal is None or proposal.kind != "payment":
            return False
        owner, pushes = self.owner(label), self._world.story.pushes()
        items = [each.item for each in proposal.allocations]
        accounts = {pushes[one].account if one in pushes else owner for one in items}
        return {*accounts, proposal.account or owner} == {owner}

    def _invoices(self, label: str) -> list[str]:
        return list(self.account.transfers[label].invoices)

    def _return(self, what: str, entry: BankEntry, label: str) -> None:
        """Say which payment was taken back: one that came by this transfer, once it is booked."""

        def once() -> bool:
            payments = [
                portion.payment
                for one in self.entries()
                if one.left_minor == 0
                and one.entry.amount_minor > 0
                and self.meant_by(one) == label
                for portion in one.applied
            ]
            if payments:
                self._order(what, "return", entry, payment=payments[0], reason="asked the bank")
            return bool(payments)

        self._patience.until_done(f"{what}: its payment", once)()

    def _order(
        self,
        what: str,
        order: str,
        entry: BankEntry,
        otherwise: Callable[[], None] | None = None,
        **more: Any,
    ) -> None:
        """Order until there is an answer; do `otherwise` if the proposal does not hold any more."""
        body = json.dumps({"id": entry.id, **more}).encode()

        def once() -> bool:
            answer = self._world.request(
                "bank-desk", "POST", f"/v1/bank-entries/{order}", self._headers, body
            )
            if answer is None:
                return False
            code = "" if answer[0] == 200 else json.loads(answer[2]).get("code", "refused")
            if code and code not in (*_SETTLED, *_NEVER_MIND):
                self._cast.refused.append((what, code))
            if code == "no-proposal" and otherwise is not None:
                otherwise()
            return True

        self._patience.until_done(what, once)()


def lines_by_content(lines: list[Line]) -> dict[tuple[Any, ...], int]:
    """Return how often each booking was made."""
    found: dict[tuple[Any, ...], int] = {}
    for line in lines:
        key = (line.day, line.minor, line.end_to_end_id, line.text)
        found[key] = found.get(key, 0) + 1
    return found
