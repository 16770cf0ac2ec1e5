"""The ERP, the payers and the operator: each goes on until it has its answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from saldo.accounts.api_keys import ALL_SCOPES
from saldo.accounts.model import BankDetails, Creditor
from saldo.edge.form_key import FIELD, form_key
from saldo.ids import SeededIds
from saldo.payments.ports import ProviderState
from saldo_cli.simulation.bank import NAME as BANK
from saldo_cli.simulation.bank import BankPayment, Callbacks
from saldo_cli.simulation.bank_desk import BankDesk
from saldo_cli.simulation.clerks import Clerks
from saldo_cli.simulation.dealings import Dealings
from saldo_cli.simulation.orders import Orders
from saldo_cli.simulation.outside import BAD_ENDPOINT, GOOD_ENDPOINT
from saldo_cli.simulation.own_bank import IBAN
from saldo_cli.simulation.people import CREDITOR, POLICY, Patience
from saldo_cli.simulation.story import (
    Action,
    Correct,
    Credit,
    Forge,
    Misplace,
    Outcome,
    Pause,
    Pay,
    Poison,
    Push,
    StopSending,
    TakeBack,
    instant,
)
from saldo_cli.simulation.world import World

_ENDS: dict[Outcome, tuple[ProviderState, ProviderState | None]] = {
    "pay": ("settled", None),
    "refuse": ("failed", None),
    "cancel": ("cancelled", None),
    "later": ("processing", "settled"),
    "bounce": ("processing", "failed"),
}
_FORM = {"content-type": "application/x-www-form-urlencoded"}


class Cast:
    """Everybody in a story. `attempts` are the payments by the label that the story gives them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._api: dict[str, str] = {}
        self._ids = SeededIds(int(world.story.seed) + 1)
        self._documents: dict[str, dict[str, Any]] = {}
        self.attempts: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.refused: list[tuple[str, str]] = []
        """What the API refused for good: the action, and the problem's code."""
        self._patience = Patience(world.agenda)
        self.orders = Orders(world, self._patience)
        self.clerks = Clerks(world, self, self._patience, self.orders)
        self.dealings = Dealings(world, self.orders)
        self.bank_desk = BankDesk(world, self, self._patience)

    @property
    def gave_up(self) -> list[str]:
        """What somebody asked for again and again, and never got."""
        return self._patience.gave_up

    def begin(self) -> None:
        """Set a live creditor up, with its key, its endpoints and its debtors."""
        services = self._world.services
        services.accounts.create_creditor(
            Creditor(
                CREDITOR,
                "Acme GmbH",
                "DE",
                "de",
                "Europe/Berlin",
                POLICY,
                state="live",
                provider=BANK,
                bank=BankDetails(IBAN, "Acme GmbH") if self._world.story.has_bank else None,
            )
        )
        secret, _ = services.accounts.create_key(CREDITOR, "erp", ALL_SCOPES)
        self._api = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
        self.bank_desk.open(self._api)
        services.webhooks.subscribe(CREDITOR, GOOD_ENDPOINT)
        if self._world.story.bad_endpoint:
            services.webhooks.subscribe(CREDITOR, BAD_ENDPOINT, ["payment."])
        for debtor in self._world.story.debtors:
            what = f"account {debtor.number}"
            record = {
                "number": debtor.number,
                "name": f"{debtor.number} GmbH",
                "kind": "business",
                "contacts": [{"name": "AP", "email": debtor.email}],
            }
            push = self._patience.until_done(what, partial(self._record, "accounts", record, what))
            self._world.agenda.at(instant(0, 5), push)
        for action in self._world.story.actions:
            self._world.agenda.at(action.at, partial(self._act, action))

    def _act(self, action: Action) -> None:
        does: dict[type[Any], Callable[[Any], None]] = {
            Push: self._issue,
            Correct: self._correct,
            Credit: self._credit,
            Misplace: self._misplace,
            Pay: self._pay,
            TakeBack: self._take_back,
            Pause: self._pause,
            Forge: self._forge,
            Poison: self._poison,
            StopSending: self._stop_sending,
            **self.clerks.does(),
            **self.dealings.does(),
            **self.bank_desk.does(),
        }
        does[type(action)](action)

    def _record(self, kind: str, record: dict[str, Any], what: str) -> bool:
        """Push one record; done with it once it is taken, or refused for a lasting reason."""
        answer = self._post(f"/v1/{kind}", {"records": [record]})
        if answer is None:
            return False
        if "results" not in answer:
            self.refused.append((what, answer.get("code", "")))
            return True
        (result,) = answer["results"]
        if result["status"] != "refused":
            return True
        code = result["problem"]["code"]
        if code in ("busy", "invoice-unknown", "account-unknown"):
            return False
        self.refused.append((what, code))
        return True

    def _post(self, path: str, body: Any) -> dict[str, Any] | None:
        answer = self._world.request("ingest", "POST", path, self._api, json.dumps(body).encode())
        if answer is None:
            return None
        parsed: dict[str, Any] = json.loads(answer[2])
        return {"status": answer[0], **parsed}

    def _push(self, action: Push | Correct | Credit | Misplace, kind: str, record: Any) -> None:
        what = str(action)
        self._patience.until_done(what, lambda: self._record(kind, record, what))()
        for seconds in getattr(action, "again_seconds", ()):
            again = self._patience.until_done(what, lambda: self._record(kind, record, what))
            self._world.agenda.after(seconds, again)

    def _issue(self, action: Push) -> None:
        self._documents[action.invoice] = {
            "number": action.invoice,
            "account": action.account,
            "currency": "EUR",
            "issued_on": action.issued_on.isoformat(),
            "due_on": action.due_on.isoformat(),
            "amount": _text(action.minor),
            "already_sent": action.already_sent,
        }
        self._push(action, "invoices", self._documents[action.invoice])

    def _correct(self, action: Correct) -> None:
        pushed = self._world.story.pushes()[action.invoice]
        due_on = pushed.due_on + timedelta(days=action.due_days)
        self._documents[action.invoice] = {
            **self._documents[action.invoice],
            "due_on": due_on.isoformat(),
            "amount": _text(pushed.minor + action.raise_minor),
        }
        self._push(action, "invoices", self._documents[action.invoice])

    def _misplace(self, action: Misplace) -> None:
        document = {**self._documents[action.invoice], "account": action.account}
        self._push(action, "invoices", document)

    def _credit(self, action: Credit) -> None:
        self._push(
            action,
            "credit-notes",
            {
                "number": action.number,
                "invoice": action.invoice,
                "currency": "EUR",
                "issued_on": action.at.date().isoformat(),
                "amount": _text(action.minor),
            },
        )

    def _pause(self, action: Pause) -> None:
        order = {"on": action.on} | ({"number": action.number} if action.number else {})

        def pause() -> bool:
            return self._post("/v1/holds", {**order, "reason": "asked for it"}) is not None

        def resume() -> bool:
            return self._post("/v1/holds/end", order) is not None

        self._patience.until_done(str(action), pause)()
        self._world.agenda.after(
            action.ends_after.total_seconds(),
            self._patience.until_done(f"the end of: {action}", resume),
        )

    def _stop_sending(self, action: StopSending) -> None:
        def switch(*, sends: bool) -> None:
            self._world.services.accounts.switch_sending(sends)

        switch(sends=False)
        self._world.agenda.after(action.ends_after.total_seconds(), lambda: switch(sends=True))

    def _poison(self, action: Poison) -> None:
        self._world.queues[action.queue].put_body(action.body, twice=False)

    def _forge(self, action: Forge) -> None:
        attempt = self.attempts.get(action.pay)
        found = next((p for p in self._world.bank.payments.values() if p.key == attempt), None)
        if found is None:
            return
        answer = self._world.request(
            "pay.callback",
            "POST",
            f"/callbacks/{BANK}",
            {"bank-signature": "guessed", "content-type": "application/json"},
            self._world.bank.forge(found.id),
        )
        if answer is not None and answer[0] == 200:
            self._patience.gave_up.append("refusing a forged callback")

    def _pay(self, action: Pay) -> None:
        self.attempts[action.label] = self._ids.ulid(action.at)
        self._patience.until_done(str(action), lambda: self._click(action))()
        if action.clicks > 1:
            self._world.agenda.after(0.4, partial(self._click_again, action))
        self._world.agenda.at(action.decided_at, lambda: self._decide(action))

    def _click_again(self, action: Pay) -> None:
        self._click(action)

    def _click(self, action: Pay) -> bool:
        """Open a link and press the button, until the provider's page is there."""
        if action.label not in self.tokens:
            link = {"invoice": action.invoice} | ({"scope": "account"} if action.more else {})
            answer = self._post("/v1/pay-links", {"records": [link]})
            if answer is None or answer["results"][0]["status"] == "refused":
                return False
            self.tokens[action.label] = answer["results"][0]["url"].rpartition("/")[2]
        form = {
            FIELD: form_key(self.tokens[action.label]),
            "attempt": self.attempts[action.label],
            "amount": _text(action.minor),
            "lang": "en",
            "press": "part",
            "invoice": action.invoices,
        }
        answered = self._world.request(
            "pay.start",
            "POST",
            f"/p/{self.tokens[action.label]}/pay",
            _FORM,
            urlencode(form, doseq=True).encode(),
        )
        return answered is not None and answered[0] == 303

    def _decide(self, action: Pay) -> None:
        key = self.attempts[action.label]
        bank = self._world.bank
        found = next((p for p in bank.payments.values() if p.key == key), None)
        if found is None or action.outcome == "abandon":
            return
        callbacks = Callbacks(action.callbacks_seconds)
        first, then = _ENDS[action.outcome]
        bank.decide(found.id, first, action.received_minor, callbacks, action.currency)
        if then is not None:
            self._world.agenda.at(
                action.arrives_at,
                lambda: bank.decide(
                    found.id, then, action.received_minor, callbacks, action.currency
                ),
            )
        if action.back_after is not None:
            self._world.agenda.after(
                action.back_after.total_seconds(), lambda: self._come_back(action)
            )

    def _take_back(self, action: TakeBack) -> None:
        found = self._at_bank(action.pay)
        if found is None or found.state != "settled":
            return
        bank, callbacks = self._world.bank, Callbacks(action.callbacks_seconds)
        bank.take_back(found.id, action.minor, "taken", callbacks, action.other_ids)
        if action.given_again_after is not None:
            self._world.agenda.after(
                action.given_again_after.total_seconds(),
                lambda: bank.take_back(
                    found.id, action.minor, "reversed", callbacks, action.other_ids
                ),
            )

    def _at_bank(self, label: str) -> BankPayment | None:
        key = self.attempts.get(label)
        # Money for nobody known has no key of ours: we call it by the provider's id.
        payments = self._world.bank.payments.values()
        return next((p for p in payments if key in (p.key, f"{BANK}:{p.id}")), None)

    def _come_back(self, action: Pay) -> None:
        """Return from the provider; whoever sees an error does not look again."""
        path = f"/p/{self.tokens[action.label]}/return?payment={self.attempts[action.label]}"
        self._world.request("pay.return", "GET", path, {}, None)


def _text(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"
