"""The in-process installation keeps the promises of what it stands for."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import yaml

from saldo.accounts.model import Account, Contact, Creditor
from saldo.clock import FixedClock
from saldo.invoices.model import Invoice
from saldo.payments.model import Payment
from saldo.reconciliation.webhooks import ATTEMPTS_MAX, Answer
from saldo_cli import transport
from saldo_cli.in_process import PLANNED_ON, PUBLIC_URL, World
from saldo_cli.payer import Payer, PaymentNotMade
from saldo_cli.problems import Unreachable
from saldo_cli.transport import KeepAliveTransport
from tests.conftest import ROOT

HOOK = "https://erp.example/hook"


@pytest.fixture
def link(world: World) -> str:
    """The pay link of an open invoice of 119.00 EUR."""
    services = world.services
    services.accounts.create_creditor(
        Creditor("acme", "Acme GmbH", "DE", "de", "Europe/Berlin", "plain-2-18-34", state="live")
    )
    contact = Contact("AP", "ap@one.example")
    services.intake.put_accounts(
        [Account("acme", "A1", "One Ltd", "business", "DE", "en", "Europe/Berlin", (contact,))]
    )
    services.intake.put_invoices(
        [Invoice("acme", "A1", "7", date(2026, 11, 20), date(2026, 12, 4), "EUR", 119_00, 119_00)]
    )
    world.pump()
    return services.links.create("acme", "7")


def test_paying_through_link_provider_and_callback_settles_and_confirms(
    world: World, link: str
) -> None:
    Payer(world).pay(link, date(2026, 11, 22))
    world.pump()
    invoice = world.services.store.get(Invoice, "acme", "A1", "7")
    assert invoice is not None
    assert (invoice.open_minor, invoice.closed_on) == (0, date(2026, 11, 22))
    (payment,) = world.services.store.list(Payment, "acme", "A1")
    assert payment.state == "settled"
    assert [mail.tags["creditor"] for mail in world.mails.mails] == ["acme", "acme"]
    assert world.dead.messages == []


def test_a_settled_invoice_offers_nothing_to_pay(world: World, link: str) -> None:
    Payer(world).pay(link, date(2026, 11, 22))
    with pytest.raises(PaymentNotMade, match="nothing to pay"):
        Payer(world).pay(link, date(2026, 11, 22))
    with pytest.raises(PaymentNotMade, match="answered 404"):
        Payer(world).pay(f"{PUBLIC_URL}/p/no-such-token-0000000", date(2026, 11, 22))


def test_a_failing_endpoint_is_tried_again_as_time_goes_by_and_then_set_aside(
    world: World, link: str, clock: FixedClock
) -> None:
    world.webhooks.answers[HOOK] = Answer(500, "out of order")
    world.services.webhooks.subscribe("acme", HOOK, ["payment.settled"])
    Payer(world).pay(link, date(2026, 11, 22))
    world.pump()
    assert len(world.webhooks.deliveries) == 1, "the gap is not over"
    for _ in range(3 * ATTEMPTS_MAX):
        clock.advance(timedelta(hours=9))
        world.pump()
    assert len(world.webhooks.deliveries) == ATTEMPTS_MAX
    ((_, reason),) = world.dead.messages
    assert "500 out of order" in reason


def test_an_endpoint_that_recovers_gets_the_event_with_the_same_id(
    world: World, link: str, clock: FixedClock
) -> None:
    world.webhooks.answers[HOOK] = Answer(500, "")
    world.services.webhooks.subscribe("acme", HOOK, ["payment.settled"])
    Payer(world).pay(link, date(2026, 11, 22))
    world.pump()
    del world.webhooks.answers[HOOK]
    clock.advance(timedelta(minutes=1))
    world.pump()
    clock.advance(timedelta(days=2))
    world.pump()
    ids = [headers["webhook-id"] for _, headers, _ in world.webhooks.deliveries]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_the_world_hands_the_planner_what_the_templates_rule_does() -> None:
    template = (ROOT / "template.yaml").read_text("utf-8")
    loader = type("Loader", (yaml.SafeLoader,), {})
    loader.add_multi_constructor("!", lambda _loader, _suffix, node: node.value)
    resources = yaml.load(template, loader)["Resources"]
    patterns = [
        set(resource["Properties"]["EventPattern"]["detail-type"])
        for resource in resources.values()
        if resource["Type"] == "AWS::Events::Rule"
        and "detail-type" in resource["Properties"]["EventPattern"]
    ]
    assert PLANNED_ON in patterns


def test_a_foreign_address_is_not_reached_and_an_unknown_path_is_refused(world: World) -> None:
    with pytest.raises(ConnectionError):
        world.request("GET", "https://elsewhere.example/", {}, None)
    assert world.request("GET", f"{PUBLIC_URL}/v2/none", {}, None)[0] == 403


# the transport of the deployed replay


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[int]]]:
    """A server that answers with the statuses it is given, 0 for hanging up, then 200."""
    monkeypatch.setattr(transport, "_PAUSE_SECONDS", 0.001)
    moods: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            mood = moods.pop(0) if moods else 200
            if mood == 0:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(mood)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/x?y=1", moods
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("bad", [[], [0], [503, 429], [0, 502]])
def test_busy_and_broken_answers_are_asked_for_again(
    moody: tuple[str, list[int]], bad: list[int]
) -> None:
    url, moods = moody
    moods += bad
    with KeepAliveTransport() as http:
        assert http.request("GET", url, {}, None)[0] == 200
        assert http.request("GET", url, {}, None)[0] == 200, "the connection stays usable"


def test_a_server_that_stays_busy_shows_its_last_answer_and_one_that_hangs_up_is_out_of_reach(
    moody: tuple[str, list[int]],
) -> None:
    url, moods = moody
    with KeepAliveTransport() as http:
        moods += [503] * transport.ATTEMPTS_MAX
        assert http.request("GET", url, {}, None)[0] == 503
        moods += [0] * transport.ATTEMPTS_MAX
        with pytest.raises(Unreachable, match="does not answer"):
            http.request("GET", url, {}, None)
        with pytest.raises(Unreachable, match="no address"):
            http.request("GET", "file:///etc/passwd", {}, None)
