"""The commands on an installation in this process: what they do, say and answer."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from saldo.accounts.model import Creditor
from saldo.clock import FixedClock
from saldo_cli.main import main
from tests.replay.conftest import LocalStack


class Shell:
    """Types commands and reads what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = main(words)
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *words: str) -> Any:
        code, out, err = self(*words, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def saldo(stack: LocalStack, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def acme(saldo: Shell) -> Shell:
    saldo("creditor", "create", "acme", "--name", "Acme GmbH", "--state", "live")
    return saldo


def push(
    saldo: Shell, tmp_path: Path, kind: str, *records: dict[str, Any], key: str | None = None
) -> tuple[int, str, str]:
    secret = key or saldo.json("key", "create", "acme")["secret"]
    file = tmp_path / f"{kind}.json"
    file.write_text(json.dumps(list(records)), "utf-8")
    return saldo("push", kind, str(file), "--api-key", secret)


def account(number: str = "A1") -> dict[str, Any]:
    return {
        "number": number,
        "name": "Example Trading Ltd",
        "kind": "business",
        "contacts": [{"name": "AP", "email": "ap@example-trading.example"}],
    }


def invoice(number: str, due_on: date, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "account": "A1",
        "issued_on": (due_on - timedelta(days=14)).isoformat(),
        "due_on": due_on.isoformat(),
        "currency": "EUR",
        "amount": "119.00",
        **more,
    }


# creditors, keys, sending


def test_a_creditor_begins_in_shadow_and_is_told_how_to_go_live(saldo: Shell) -> None:
    code, out, _ = saldo("creditor", "create", "acme", "--name", "Acme GmbH")
    assert code == 0
    assert "saldo creditor set acme --state live" in out
    assert saldo.json("creditor", "show", "acme")["name"] == "Acme GmbH"
    assert "shadow" in saldo("creditor", "list")[1]


def test_settings_are_changed_one_by_one(acme: Shell) -> None:
    acme(
        "creditor",
        "set",
        "acme",
        "--notices-per-day-max",
        "5",
        "--policy",
        "every-3-weeks",
        "--sending",
        "off",
        "--address",
        "Acme GmbH",
        "--address",
        "10115 Berlin",
    )
    found = acme.json("creditor", "show", "acme")
    assert found["notices_per_day_max"] == 5
    assert found["policy"] == "every-3-weeks"
    assert found["sending"] is False
    assert found["address"] == ["Acme GmbH", "10115 Berlin"]
    assert found["state"] == "live", "what was not named stays"
    acme("creditor", "set", "acme", "--notices-per-day-max", "none")
    assert "notices_per_day_max" not in acme.json("creditor", "show", "acme")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("creditor", "create", "acme", "--name", "Again"), 1, "already there"),
        (("creditor", "create", "Acme!", "--name", "X"), 2, "is no id"),
        (("creditor", "create", "~", "--name", "X"), 2, "is no id"),
        (("creditor", "set", "acme"), 2, "Nothing to change"),
        (("creditor", "set", "acme", "--policy", "harsh"), 1, "There is no policy 'harsh'"),
        (("creditor", "set", "acme", "--time-zone", "Mars/Base"), 2, "is no time zone"),
        (("creditor", "set", "acme", "--country", "Germany"), 2, "two letters"),
        (("creditor", "set", "acme", "--brand-colour", "red"), 2, "a colour such as"),
        (("creditor", "set", "acme", "--reply-to", "nobody"), 2, "a mail address"),
        (("creditor", "set", "acme", "--notices-per-day-max", "-1"), 2, "neither a whole number"),
        (("creditor", "set", "nobody", "--state", "live"), 1, "There is no creditor 'nobody'"),
        (("creditor", "show", "nobody"), 1, "There is no creditor 'nobody'"),
        (("key", "create", "nobody"), 1, "There is no creditor 'nobody'"),
        (("key", "create", "acme", "--scope", "everything"), 1, "everything"),
        (("key", "revoke", "acme", "01X"), 1, "has no key '01X'"),
        (("why", "X1"), 1, "There is no invoice and no account 'X1'"),
        (("link", "X1"), 1, "There is no invoice 'X1'"),
        (("pause", "--account", "X1", "--reason", "x"), 1, "There is no account 'X1'"),
        (("resume",), 1, "Nothing is paused there"),
        (("webhook", "add", "ftp://erp.example"), 1, "https"),
        (("webhook", "remove", "01X"), 1, "There is no webhook '01X'"),
        (("push", "invoices", "x.csv"), 2, "An API key is needed"),
        (("run", "reminders", "--creditor", "nobody"), 1, "There is no creditor 'nobody'"),
    ],
)
def test_refusals_are_one_plain_sentence(
    acme: Shell, words: tuple[str, ...], code: int, said: str
) -> None:
    ended, out, err = acme(*words)
    assert (ended, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(
    acme: Shell, tmp_path: Path
) -> None:
    made = acme.json("key", "create", "acme", "--name", "erp", "--scope", "accounts:write")
    assert made["secret"].startswith("saldo_")
    listed = acme.json("key", "list", "acme")
    assert listed == [{k: v for k, v in made.items() if k != "secret"}]
    assert push(acme, tmp_path, "accounts", account(), key=made["secret"])[0] == 0
    assert acme("key", "revoke", "acme", made["id"])[0] == 0
    code, _, err = push(acme, tmp_path, "accounts", account("A2"), key=made["secret"])
    assert code == 1
    assert "401" in err


def test_sending_is_switched_for_the_whole_installation(acme: Shell) -> None:
    assert "off" in acme("sending", "off")[1]
    assert acme.json("sending", "show") == {"sending": False}
    assert acme.json("sending", "on") == {"sending": True}


def test_the_only_creditor_need_not_be_named_but_one_of_two_must(acme: Shell) -> None:
    assert acme.json("webhook", "list") == []
    acme("creditor", "create", "zenith", "--name", "Zenith Ltd")
    code, _, err = acme("webhook", "list")
    assert code == 2
    assert "Several creditors" in err
    assert acme.json("webhook", "list", "--creditor", "zenith") == []


def test_without_any_creditor_the_way_to_one_is_told(saldo: Shell) -> None:
    code, _, err = saldo("why", "1")
    assert code == 2
    assert "saldo creditor create" in err


# pushing


def test_a_push_says_what_was_taken_and_why_the_rest_was_not(acme: Shell, tmp_path: Path) -> None:
    assert push(acme, tmp_path, "accounts", account())[0] == 0
    good = invoice("2026/1", date(2026, 12, 1))
    bad = invoice("2", date(2026, 12, 1), amount="1.005")
    code, out, _ = push(acme, tmp_path, "invoices", good, bad)
    assert code == 1
    assert "2 invoices: 1 accepted, 1 refused." in out
    assert "/records/1/amount" in out
    code, out, _ = push(acme, tmp_path, "invoices", good)
    assert code == 0
    assert "1 unchanged" in out


def test_an_address_where_nobody_answers_ends_with_3(
    acme: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("saldo_cli.transport.ATTEMPTS_MAX", 1)
    file = tmp_path / "a.json"
    file.write_text('[{"number": "1"}]', "utf-8")
    code, _, err = acme(
        "push", "accounts", str(file), "--api-key", "x", "--url", "http://127.0.0.1:9"
    )
    assert code == 3
    assert "http://127.0.0.1:9 does not answer" in err


# reminders


@pytest.fixture
def overdue(acme: Shell, tmp_path: Path) -> Shell:
    """Invoice 7 of acme: due on 10 December, sent by the ERP."""
    push(acme, tmp_path, "accounts", account())
    push(acme, tmp_path, "invoices", invoice("7", date(2026, 12, 10), already_sent=True))
    return acme


def test_a_run_sends_the_schedules_event_and_says_what_happened(
    overdue: Shell, stack: LocalStack
) -> None:
    code, out, _ = overdue("run", "reminders", "--as-of", "2026-12-12")
    assert code == 0
    assert "1 stage 1 reminder" in out
    assert stack.events == [
        {
            "kind": "reminders",
            "scheduled_time": "2026-12-12T11:00:00.000000Z",
        }
    ], "noon in Berlin"
    report = overdue.json("run", "reminders", "--as-of", "2026-12-12", "--creditor", "acme")
    assert report["creditors"][0]["claimed"] == {}
    assert stack.events[-1]["creditor"] == "acme"
    assert len(stack.world.mails.mails) == 1


def test_the_three_stages_go_at_2_18_and_34_days_and_then_no_more(
    overdue: Shell, stack: LocalStack
) -> None:
    stages = []
    for days in range(46):
        day = date(2026, 12, 10) + timedelta(days=days)
        (report,) = overdue.json("run", "reminders", "--as-of", day.isoformat())["creditors"]
        stages += [(days, step, count) for step, count in report["claimed"].items()]
    assert stages == [(2, "1", 1), (18, "2", 1), (34, "3", 1)]


def test_a_manual_creditor_is_left_out_unless_named(overdue: Shell) -> None:
    overdue("creditor", "set", "acme", "--schedule", "manual")
    code, out, _ = overdue("run", "reminders", "--as-of", "2026-12-12")
    assert (code, out) == (0, "No creditor runs by schedule; name one with --creditor.\n")
    report = overdue.json("run", "reminders", "--as-of", "2026-12-12", "--creditor", "acme")
    assert report["creditors"][0]["claimed"] == {"1": 1}


def test_shadow_and_a_switched_off_installation_hold_and_say_so(overdue: Shell) -> None:
    overdue("creditor", "set", "acme", "--state", "shadow")
    assert "the creditor is in shadow" in overdue("run", "reminders", "--as-of", "2026-12-12")[1]
    overdue("sending", "off")
    held = overdue.json("run", "reminders", "--as-of", "2026-12-13")["creditors"][0]["held"]
    assert held == {"sending-off-everywhere": 1}


def test_a_paused_invoice_is_held_explained_and_goes_when_resumed(overdue: Shell) -> None:
    overdue("pause", "--invoice", "7", "--reason", "being looked into", "--by", "a clerk")
    report = overdue.json("run", "reminders", "--as-of", "2026-12-12")
    assert report["creditors"][0]["held"] == {"pause": 1}
    told = overdue("why", "7")[1]
    assert "a clerk paused it: being looked into" in told
    assert overdue("resume", "--invoice", "7")[0] == 0
    report = overdue.json("run", "reminders", "--as-of", "2026-12-13")
    assert report["creditors"][0]["claimed"] == {"1": 1}
    assert "Stage 1 was sent" in overdue("why", "7")[1]


def test_a_pay_link_opens_the_invoice(overdue: Shell, stack: LocalStack) -> None:
    url = overdue.json("link", "7")["url"]
    status, _, page = stack.world.request("GET", url, {}, None)
    assert status == 200
    assert "119" in page.decode()


def test_a_webhook_is_added_listed_without_its_secret_and_removed(overdue: Shell) -> None:
    made = overdue.json("webhook", "add", "https://erp.example/saldo", "--event", "payment.")
    assert made["secret"].startswith("whsec_")
    (listed,) = overdue.json("webhook", "list")
    assert "secret" not in listed
    assert listed["events"] == ["payment."]
    assert overdue("webhook", "remove", made["id"])[0] == 0
    assert overdue.json("webhook", "list")[0]["active"] is False


# the demonstration


def test_the_sample_company_is_seeded_and_a_second_time_changes_nothing(
    saldo: Shell, stack: LocalStack, clock: FixedClock
) -> None:
    hook = "https://erp.example/webhooks"
    first = saldo.json("demo", "seed", "--webhook-url", hook)
    assert first["due_on"] == (clock.now().date() + timedelta(days=10)).isoformat()
    mails = stack.world.mails.mails
    assert {m.to_address for m in mails} == {
        "rechnungen@beispiel-maschinenbau.example",
        "erika@mustermann.example",
        "ap@example-trading.example",
        "sam@sample.example",
    }
    assert {m.language for m in mails} == {"de", "en"}
    assert stack.world.request("GET", first["pay_link"], {}, None)[0] == 200
    before = len(mails)
    again = saldo.json("demo", "seed", "--public-url", stack.public_url, "--erp-url", hook)
    assert len(mails) == before
    assert again["webhook_secret"] == first["webhook_secret"]
    assert again["api_key"] != first["api_key"]
    held = stack.services.accounts.creditor("musterwerk")
    assert isinstance(held, Creditor)
    assert held.state == "live"


def test_the_sample_that_is_due_in_ten_days_is_reminded_twelve_days_from_now(
    saldo: Shell, clock: FixedClock
) -> None:
    saldo("demo", "seed")
    day = clock.now().date() + timedelta(days=12)
    claimed = saldo.json("run", "reminders", "--as-of", day.isoformat())["creditors"][0]["claimed"]
    assert claimed["1"] >= 2
    assert "Stage 1 was sent" in saldo("why", "2026-1001")[1]
