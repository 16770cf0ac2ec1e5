"""Settings: changed on their pages, seen in the books, and told who changed them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import BankDetails, Creditor
from saldo.connectors.model import Connection
from saldo.events import Event
from saldo.people.rights import Role
from saldo.reconciliation.model import WebhookSubscription
from saldo.store import Put
from saldo.wiring import services
from saldo.worklist.effort import WorkTarget
from tests.books import CREDITOR, Books, ListQueue
from tests.functions.clerk import Clerk, Office, office_of

IBAN = "DE02120300000000202051"


@pytest.fixture
def deliveries() -> ListQueue:
    return ListQueue()


@pytest.fixture
def office(deliveries: ListQueue) -> Iterator[Office]:
    books = Books()
    books.open_creditor()
    books.open_account()
    with office_of(
        books,
        providers={"sandbox": books.provider, "mollie": books.provider},
        delivery_queue=deliveries,
    ) as made:
        yield made


@pytest.fixture
def owner(office: Office) -> Clerk:
    return office.clerk("owner", name="Olga")


def creditor(office: Office) -> Creditor:
    return office.services.accounts.creditor(CREDITOR)


def told(office: Office, type_: str) -> list[Event]:
    return [one for one in office.books.events("~") if one.type == type_]


def test_the_company_moves_and_everybody_can_see_who_said_so(office: Office, owner: Clerk) -> None:
    owner.open("settings/creditor").press(
        "settings/creditor",
        name="Musterwerk SE",
        address="Neue Straße 2\n\n10117 Berlin",
        reply_to="buchhaltung@musterwerk.example",
        sms_from="+49 151 1234567",
        discount_tolerance_days="3",
    )
    assert "Saved." in owner.said
    now = creditor(office)
    assert (now.name, now.address) == ("Musterwerk SE", ("Neue Straße 2", "10117 Berlin"))
    assert now.reply_to == "buchhaltung@musterwerk.example"
    assert (now.sms_from, now.discount_tolerance_days) == ("+491511234567", 3)
    change = told(office, "creditor.changed")[-1]
    assert change.data["by"] == owner.user.email
    fields = {one["field"]: (one["before"], one["after"]) for one in change.data["changes"]}
    assert fields["name"] == ("Musterwerk GmbH", "Musterwerk SE")
    assert "version" not in fields and "country" not in fields


def test_saving_what_is_there_already_changes_nothing(office: Office, owner: Clerk) -> None:
    before = creditor(office)
    owner.open("settings/creditor").press("settings/creditor")
    owner.open("settings/payers").press("settings/payers")
    owner.open("settings/sending").press("settings/sending")
    assert "Saved." in owner.said
    assert creditor(office) == before
    assert [one.data["change"] for one in told(office, "creditor.changed")] == ["added"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("country", "Deutschland"),
        ("time_zone", "Berlin"),
        ("brand_colour", "green"),
        ("reply_to", "nobody"),
        ("privacy_url", "http://musterwerk.example"),
        ("sms_from", "0151 1234567890"),
        ("name", ""),
        ("discount_tolerance_days", "31"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_typed(
    office: Office, owner: Clerk, field: str, typed: str
) -> None:
    before = creditor(office)
    changed = {"imprint": "Kept in the field", field: typed}
    owner.open("settings/creditor").press("settings/creditor", **changed)
    assert owner.status == 400
    assert 'role="alert"' in owner.html and "Kept in the field" in owner.html
    assert creditor(office) == before


def test_payers_get_other_rules(office: Office, owner: Clerk) -> None:
    owner.open("settings/payers").press(
        "settings/payers",
        part_min="",
        promise_days_max="21",
        plan_instalments_max="12",
        plan_least="25.50",
        plan_needs_mandate="1",
    )
    rules = creditor(office).payer_rules
    assert rules.part_min_minor is None
    assert (rules.promise_days_max, rules.plan_instalments_max) == (21, 12)
    assert (rules.plan_least_minor, rules.plan_needs_mandate) == (2550, True)
    assert rules.claim_business_days_max == 5
    owner.open("settings/payers").press("settings/payers", plan_instalments_max="1")
    assert owner.status == 400
    owner.open("settings/payers").press("settings/payers", promise_days_max="a week")
    assert "has to be whole" in owner.said


def test_holidays_are_left_out_and_sending_is_stopped(office: Office, owner: Clerk) -> None:
    owner.open("settings/sending").press(
        "settings/sending",
        sending=[],
        notices_per_day_max="200",
        fresh_within_hours="26",
        blackout_days="2026-12-24..2026-12-26\n2027-01-01",
    )
    now = creditor(office)
    assert not now.sending
    assert (now.notices_per_day_max, now.fresh_within_hours) == (200, 26)
    assert now.blackout_days == (
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 26),
        date(2027, 1, 1),
    )
    owner.open("settings/sending")
    assert "2026-12-24..2026-12-26\n2027-01-01" in owner.html
    owner.press("settings/sending", blackout_days="Christmas")
    assert owner.status == 400 and "Christmas" in owner.html


def test_going_live_waits_for_a_person_who_lets_the_first_run_go(
    office: Office, owner: Clerk
) -> None:
    office.books.accounts.change_creditor(CREDITOR, state="shadow")
    owner.open("settings/sending").press(
        "settings/sending", state="live", first_run_needs_release="1"
    )
    assert creditor(office).awaits_release
    owner.open("settings/sending").press("settings/release")
    now = creditor(office)
    assert not now.awaits_release
    assert now.first_run_released_by == owner.user.email


def test_where_money_goes_needs_the_password_again_and_a_true_iban(
    office: Office, owner: Clerk
) -> None:
    owner.open("settings/bank").press("settings/bank", iban="DE00 1203 0000 0000 2020 51")
    assert owner.status == 400 and creditor(office).bank is None
    owner.open("settings/bank").press("settings/bank", iban="DE02 1203 0000 0000 2020 51")
    assert creditor(office).bank == BankDetails(IBAN, "Musterwerk GmbH")
    change = told(office, "creditor.changed")[-1].data["changes"]
    assert [one["field"] for one in change] == ["bank"]
    office.books.clock.advance(timedelta(minutes=11))
    owner.open("settings/bank").press("settings/bank-remove")
    assert "Is it you?" in owner.said
    assert creditor(office).bank is not None


def test_a_key_is_shown_once_and_works_until_it_is_revoked(office: Office, owner: Clerk) -> None:
    owner.open("settings/keys").press("settings/keys", name="ERP", scopes=["invoices:write"])
    found = re.search(r"saldo_[\w-]+", owner.html)
    assert found is not None
    key = services().accounts.authenticate(found[0], "invoices:write")
    (made,) = told(office, "key.created")
    assert made.data == {
        "key": key.id,
        "name": "ERP",
        "scopes": ["invoices:write"],
        "by": owner.user.email,
    }
    owner.open("settings/keys")
    assert "saldo_" not in owner.html
    owner.press("settings/key-revoke")
    assert "opens nothing any more" in owner.said
    (one,) = services().accounts.keys(CREDITOR)
    assert one.revoked_at is not None
    assert told(office, "key.revoked")[0].data["by"] == owner.user.email
    assert not owner.open("settings/keys").has_form("settings/key-revoke")


def test_a_key_without_a_name_or_anything_to_do_is_none(owner: Clerk) -> None:
    owner.open("settings/keys").press("settings/keys", name="")
    assert "Say what the key is for." in owner.said
    owner.open("settings/keys").press("settings/keys", name="ERP")
    assert owner.status == 400
    assert services().accounts.keys(CREDITOR) == []


def test_an_endpoint_hears_of_payments_and_hears_again(
    office: Office, owner: Clerk, deliveries: ListQueue
) -> None:
    owner.open("settings/webhooks").press(
        "settings/webhooks", url="https://erp.example/saldo?token=hush", events=["creditor."]
    )
    assert "whsec_" in owner.html
    (one,) = office.books.store.list(WebhookSubscription, CREDITOR)
    assert one.events == ("creditor.",)
    (added,) = told(office, "webhook.changed")
    assert added.data["host"] == "erp.example" and "hush" not in str(added.data)
    office.books.clock.advance(timedelta(minutes=1))
    owner.open("settings/webhooks").press("settings/webhook-replay", hours="48")
    assert "being told again" in owner.said
    assert [job.payload["type"] for job in deliveries.take()] == ["creditor.changed"]
    owner.open("settings/webhooks").press("settings/webhook-end")
    (one,) = office.books.store.list(WebhookSubscription, CREDITOR)
    assert not one.active
    assert [e.data["change"] for e in told(office, "webhook.changed")] == ["added", "ended"]
    owner.open("settings/webhooks").press("settings/webhooks", url="https://10.0.0.1/in")
    assert owner.status == 400 and "10.0.0.1" in owner.html


def test_a_connection_that_failed_is_tried_again(office: Office, owner: Clerk) -> None:
    later = office.books.clock.now() + timedelta(days=1)
    office.books.store.commit(
        [Put(Connection(
            CREDITOR, "exact", "exact", {"division": "7"}, state="refused",
            why="The ERP does not know us.", enabled=False, next_at=later, version=1,
        ))]
    )  # fmt: skip
    owner.open("settings/connections")
    assert "The ERP does not know us." in owner.said and "Off" in owner.said
    owner.press("settings/connection-resume")
    now = office.services.connections.get(CREDITOR, "exact")
    assert now.enabled and now.next_at == office.books.clock.now()
    owner.open("settings/connections").press("settings/connection-stop")
    assert not office.services.connections.get(CREDITOR, "exact").enabled


def test_another_provider_takes_payments_if_it_is_set_up(office: Office, owner: Clerk) -> None:
    owner.open("settings/providers").press("settings/providers")
    assert creditor(office).provider == "mollie"
    form = {"form": owner.csrf, "back": "at/musterwerk/settings/providers", "provider": "adyen"}
    owner.send("settings/providers", **form)
    assert owner.status == 400 and creditor(office).provider == "mollie"


def test_customers_come_to_people_by_rule(office: Office, owner: Clerk) -> None:
    typed: dict[str, Any] = {
        "when-0": "letter=A-C; country=DE",
        "collector-0": "Anna@musterwerk.example",
        "branch-1": "Kiel",
        "field-sales": "rep",
    }
    owner.open("settings/desks").press("settings/desks", **typed)
    assert "The lists follow" in owner.said
    desk = office.services.desks.of(CREDITOR, "10001")
    assert (desk.collector, desk.branch) == ("anna@musterwerk.example", "Kiel")
    assert office.services.desks.rules(CREDITOR).fields == {"sales": "rep"}
    owner.open("settings/desks").press("settings/desks", **{"when-0": "country"})
    assert owner.status == 400 and "country=DE,AT" in owner.said


def test_what_is_urgent_is_for_the_company_to_say(office: Office, owner: Clerk) -> None:
    typed = {"points-dispute": "75", "back-call": "3", "snooze_days_max": "30"}
    owner.open("settings/work").press("settings/work", **typed)
    rules = office.services.work_rules.of(CREDITOR)
    assert (rules.points, rules.back_after_days) == ({"dispute": 75}, {"call": 3})
    assert rules.snooze_days_max == 30


def test_a_target_is_set_for_a_colleague(office: Office, owner: Clerk) -> None:
    owner.open("settings/targets").press(
        "settings/targets", closed_day="20", promised_week="1500.00"
    )
    (target,) = office.books.store.list(WorkTarget, CREDITOR)
    assert target.person == owner.user.email and target.closed_day == 20
    assert target.promised_week is not None and target.promised_week.minor == 1_500_00


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_others_look_and_change_nothing(office: Office, role: Role) -> None:
    clerk = office.clerk(role)
    for part in ("creditor", "payers", "sending", "bank", "keys", "webhooks", "providers"):
        clerk.open(f"settings/{part}")
        assert clerk.status == 200, part
        assert ">Save<" not in clerk.html, part
    assert "Make the key" not in clerk.open("settings/keys").said
