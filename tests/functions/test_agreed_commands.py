"""At the command line: drift, snapshots, a day's settlements, and events told once more."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from standardwebhooks import Webhook

from saldo.reconciliation.replay import Past, WebhookOff
from saldo.reconciliation.webhooks import Answer, Webhooks
from saldo.settlements import day as days
from saldo_cli.main import main
from tests.books import ACCOUNT, CREDITOR, Books, ListQueue
from tests.functions import test_money_commands as money
from tests.functions.test_money_commands import run, said

books = money.books


def items(tmp_path: Path, *rows: str) -> str:
    path = tmp_path / "open-items.csv"
    path.write_text("\n".join(("invoice,account,currency,open,text", *rows)), "utf-8")
    return str(path)


def test_drift_is_the_exit_code(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    same = items(tmp_path, f"RE-1,{ACCOUNT},EUR,119.00,a", f"RE-2,{ACCOUNT},EUR,50.00,b")
    code, text = said(capsys, "drift", same)
    assert (code, text.strip()) == (0, "✓ 2 items agree.")
    other = items(tmp_path, f"RE-1,{ACCOUNT},EUR,118.00,a", f"RE-7,{ACCOUNT},EUR,5.00,c")
    code, told = run(capsys, "drift", other)
    assert code == 1
    kinds = {one["invoice"]: one["kind"] for one in told["differences"]}
    assert kinds == {"RE-1": "amount", "RE-2": "closed-there", "RE-7": "unknown-here"}
    as_body = tmp_path / "open.json"
    as_body.write_text(
        json.dumps({"items": [{"number": "RE-1", "account": ACCOUNT, "currency": "EUR"}]}), "utf-8"
    )
    code, text = said(capsys, "drift", str(as_body))
    assert code == 1
    assert "Item 1 of open.json: 'open' is missing." in text


def test_a_snapshot_is_taken_and_confirmed(
    books: Books, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = items(tmp_path, f"RE-1,{ACCOUNT},EUR,119.00,a")
    code, shown = run(capsys, "snapshot", "take", file)
    assert code == 0
    assert [one["invoice"] for one in shown["vanished"]] == ["RE-2"]
    code, text = said(capsys, "snapshot", "confirm", shown["id"], "--by", "anna")
    assert (code, "1 closed, 0 kept." in text) == (0, True)
    assert books.invoice_now("RE-2").withdrawn is not None
    assert main(["snapshot", "confirm", "nobody"]) == 1


def test_a_days_settlements_are_written(
    books: Books,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(days, "_LAG", timedelta(days=-3))  # the day of the test is not over
    money.take(capsys)
    today = today_in_berlin()
    for form, more in (
        ("csv", ()),
        ("camt054", ()),
        ("datev", ("--consultant", "1001", "--client", "7")),
    ):
        out = tmp_path / form
        arguments = ("--day", today, "--format", form, "--out", str(out), *more)
        code, told = run(capsys, "export", "settlements", *arguments)
        assert code == 0
        assert {one["ledger_account"]: one["amount"] for one in told["totals"]} == {
            "customer-credit": "-11.00",
            "provider-clearing": "130.00",
            "receivable": "-119.00",
        }
        assert b"RE-1" in out.read_bytes()
    code, text = said(capsys, "export", "settlements", "--day", today, "--format", "datev")
    assert (code, "--consultant" in text) == (2, True)


def today_in_berlin() -> str:
    return datetime.now(ZoneInfo("Europe/Berlin")).date().isoformat()


class Endpoint:
    """An ERP's endpoint, which checks every signature."""

    def __init__(self) -> None:
        self.secret, self.heard = "", list[str]()

    def post(self, url: str, headers: object, body: bytes) -> Answer:
        assert isinstance(headers, dict)
        self.heard.append(Webhook(self.secret).verify(body, headers)["id"])
        return Answer(204, "")


def test_events_are_told_once_more_under_their_ids() -> None:
    books, endpoint, queue = Books(), Endpoint(), ListQueue()
    books.clock.move_to(datetime.now(UTC))  # the library compares the signature's time with ours
    webhooks = Webhooks(books.store, books.clock, books.ids, queue, endpoint, allow_http=False)
    made = webhooks.subscribe("musterwerk", "https://erp.example/saldo", ["invoice."])
    endpoint.secret = made.secret
    assert len(base64.b64decode(made.secret.removeprefix("whsec_"))) == 32
    books.begin(books.invoice())
    books.clock.advance(timedelta(seconds=20))
    issued = next(event for event in books.events() if event.type == "invoice.issued")
    past = Past(books.store, queue)
    everything = past.between(CREDITOR, books.clock.now() - timedelta(hours=1), books.clock.now())
    assert past.replay(CREDITOR, made.id, everything) == (1, None)
    for again in (1, 2):
        if again == 2:
            past.replay(CREDITOR, made.id, [past.event(CREDITOR, issued.id)])
        for job in queue.take():
            assert webhooks.deliver(job, attempt=1) is not None
    assert endpoint.heard == [issued.id, issued.id]
    # Asked for more than one call tells, it says where to go on.
    books.push(books.invoice("RE-2"), books.invoice("RE-3"))
    books.clock.advance(timedelta(seconds=20))
    some = past.between(CREDITOR, books.clock.now() - timedelta(hours=1), books.clock.now())
    told, left = past.replay(CREDITOR, made.id, some, most=1)
    assert (told, left) == (1, books.events()[-1].at)
    webhooks.unsubscribe(CREDITOR, made.id)
    with pytest.raises(WebhookOff):
        past.replay(CREDITOR, made.id, [])


def test_the_command_queues_them(books: Books, capsys: pytest.CaptureFixture[str]) -> None:
    cloud = money._common.open_cloud("saldo")
    queue = ListQueue()
    cloud.services.__dict__["delivery_queue"] = queue
    made = cloud.services.webhooks.subscribe(CREDITOR, "https://erp.example/saldo", ["invoice."])
    start = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    code, told = run(capsys, "webhook", "replay", made.id, "--from", start, "--to", end)
    assert (code, told) == (0, {"queued": 2, "left_from": None})
    assert {job.payload["type"] for job in queue.take()} == {"invoice.issued"}
    one = next(event.id for event in books.events() if event.type == "invoice.issued")
    code, told = run(capsys, "webhook", "replay", made.id, "--event", one)
    assert (code, told["queued"], [job.event for job in queue.take()]) == (0, 1, [one])
    assert main(["webhook", "replay", made.id]) == 2
    assert main(["webhook", "replay", made.id, "--event", "none"]) == 1
