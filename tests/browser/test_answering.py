"""Payers answer instead of paying: what they say has its effect at once, and is kept or not."""

from __future__ import annotations

from datetime import date, timedelta

from tests.browser import flows
from tests.browser.hands import FilePayload
from tests.browser.seller import ACCOUNT, DUE, REMINDED, Seller
from tests.browser.settings import in_every_setting
from tests.browser.visit import Visit
from tests.unit.files.hostile import JPEG, PDF

SAID = REMINDED[0] - timedelta(days=1)
"""When payers answer here: the day before they would be reminded."""
PHOTO: FilePayload = {"name": "Foto 1.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
PROOF: FilePayload = {"name": "Beleg.pdf", "mimeType": "application/pdf", "buffer": PDF}
LINES = [
    {"ref": "1", "text": "Filter", "quantity": "2", "amount": "50.00", "tax_rate": "19"},
    {"ref": "2", "text": "Lieferung", "quantity": "1", "amount": "50.00", "tax_rate": "19"},
]


def owing(seller: Seller, visit: Visit) -> str:
    """An invoice is overdue; its page is open by the link of its mail."""
    seller.invoice()
    assert seller.day(SAID) == []
    link = seller.link_in(seller.mails()[0])
    visit.open(link)
    return link


@in_every_setting
def test_a_promise_is_kept(seller: Seller, visit: Visit) -> None:
    owing(seller, visit)
    day = SAID + timedelta(days=10)
    flows.begin(visit, "promise")
    visit.look("promise")
    flows.promise(visit, day + timedelta(days=200))
    visit.sees('.errors a[href="#day"]')
    assert visit.at('input[name="day"]').input_value() == str(day + timedelta(days=200))
    visit.look("day-too-late")
    flows.promise(visit, day)
    visit.says(visit.t("told.promise"), visit.t.date(day))
    visit.look("promised")
    assert seller.kinds()[-1] == "promise-confirmed"
    for on in (REMINDED[0], day):
        assert seller.day(on) == [], "what was promised is waited for"
    visit.open(seller.link_in(seller.mails()[-1]))
    visit.look("waiting")
    flows.pay_now(visit)
    assert seller.open_amount() == "0.00"
    assert len(seller.events("promise.kept")) == 1
    assert seller.day(REMINDED[1]) == []


@in_every_setting
def test_a_promise_is_broken_and_reminders_resume(seller: Seller, visit: Visit) -> None:
    link = owing(seller, visit)
    day = SAID + timedelta(days=6)
    flows.begin(visit, "promise")
    flows.promise(visit, day)
    visit.says(visit.t("told.promise"))
    kinds = [kind for n in range(12) for kind in seller.day(SAID + timedelta(days=n))]
    assert len(seller.events("promise.broken")) == 1
    assert kinds == ["promise-broken", "reminder-1"]
    visit.open(link)
    visit.says(visit.t("status.overdue"))
    visit.look("broken")


@in_every_setting
def test_a_promise_is_taken_back_and_reminders_go_on(seller: Seller, visit: Visit) -> None:
    owing(seller, visit)
    flows.begin(visit, "promise")
    flows.promise(visit, SAID + timedelta(days=10))
    visit.says(visit.t("told.promise"))
    flows.take_back(visit)
    visit.says(visit.t("told.promise-withdrawn"))
    visit.look("taken-back")
    assert seller.day(REMINDED[0]) == ["reminder-1"]


@in_every_setting
def test_a_plan_is_proposed_approved_and_an_instalment_missed(seller: Seller, visit: Visit) -> None:
    link = owing(seller, visit)
    first = date(2026, 12, 10)
    flows.begin(visit, "instalments")
    visit.look("instalments")
    flows.by_instalments(visit, first)
    visit.says(visit.t.date(first), visit.t.amount(3966, "EUR"))
    visit.look("schedule")
    visit.press('button[value="agree"]')
    visit.says(visit.t("told.instalments-proposed"))
    visit.look("proposed")
    assert seller.kinds()[-1] == "plan-proposed"
    assert seller.day(REMINDED[0]) == [], "while it is decided nobody is reminded"
    (plan,) = seller.call("GET", f"/v1/plans?account={ACCOUNT}")["items"]
    seller.call("POST", "/v1/plans/approve", {"account": ACCOUNT, "id": plan["id"]})
    visit.open(link)
    visit.sees("table.plan")
    visit.says(visit.t("status.plan"), visit.t("plan_next_amount"))
    visit.look("agreed")
    visit.press('form button.first[value="part"]')
    flows.decide(visit)
    assert seller.open_amount() == "79.34"
    visit.open(link)
    visit.says(visit.t("plan_paid"))
    visit.look("one-paid")
    assert seller.day(first + timedelta(days=1)) == [], "it came: nobody is reminded"
    second = date.fromisoformat(plan["instalments"][1]["due_on"])
    kinds = [kind for n in range(6) for kind in seller.day(second + timedelta(days=n))]
    assert len(seller.events("plan.missed")) == 1
    assert any(kind.startswith("reminder") for kind in kinds), kinds
    visit.open(link)
    visit.look("one-missed")


@in_every_setting
def test_a_line_is_disputed_and_the_rest_is_reminded_meanwhile(
    seller: Seller, visit: Visit
) -> None:
    seller.invoice(lines=LINES)
    assert seller.day(SAID) == []
    link = seller.link_in(seller.mails()[0])
    visit.open(link)
    flows.begin(visit, "dispute")
    visit.look("dispute")
    visit.press(flows.SUBMIT)
    visit.sees('.errors a[href="#reason"]')
    visit.look("no-reason")
    visit.choose('select[name="reason"]', "not-delivered")
    visit.write('textarea[name="text"]', "Es fehlt die Lieferung.")
    visit.tick('input[name="part"][value="lines"]')
    visit.tick('label.item:has-text("Lieferung") input[name="line"]')
    visit.attach('input[name="files"]', PHOTO)
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.dispute"), visit.t.amount(5950, "EUR"))
    asked = visit.at("form button.first").inner_text()
    assert asked == visit.t("pay", amount=visit.t.amount(5950, "EUR")), "the rest alone"
    visit.look("disputed")
    assert seller.kinds()[-1] == "dispute-received"
    (file,) = seller.call("GET", f"/v1/files?account={ACCOUNT}")["items"]
    assert (file["name"], file["content_type"]) == ("Foto 1.jpg", "image/jpeg")
    assert seller.day(REMINDED[0]) == ["reminder-1"]
    reminder = seller.mails()[-1]
    rest = visit.t.amount(5950, "EUR")
    assert rest in reminder.text and visit.t.amount(11900, "EUR") not in reminder.text
    (dispute,) = seller.call("GET", f"/v1/disputes?account={ACCOUNT}")["items"]
    settled = {
        "account": ACCOUNT,
        "id": dispute["id"],
        "agreed": "59.50",
        "currency": "EUR",
        "credit_note": True,
        "text": "Sie haben recht.",
    }
    seller.call("POST", "/v1/disputes/settle", settled)
    note = {
        "number": "G-1",
        "invoice": "RE-1",
        "issued_on": REMINDED[0].isoformat(),
        "currency": "EUR",
        "amount": "59.50",
    }
    seller.call("POST", "/v1/credit-notes", {"records": [note]})
    visit.open(link)
    visit.says(visit.t("answer.state.dispute-settled"))
    visit.look("settled")
    assert "dispute-closed" in seller.kinds()
    assert seller.open_amount() == "59.50"
    flows.pay_now(visit)
    assert seller.open_amount() == "0.00"


@in_every_setting
def test_a_payment_that_was_made_is_looked_for_and_not_found(seller: Seller, visit: Visit) -> None:
    link = owing(seller, visit)
    flows.begin(visit, "paid")
    visit.look("paid")
    visit.write_day('input[name="day"]', DUE)
    visit.tick('input[name="how"] >> nth=0')
    visit.attach('input[name="files"]', PROOF)
    visit.press(flows.SUBMIT)
    visit.says(visit.t("told.paid"), visit.t("answer.state.paid-sought"))
    visit.look("looked-for")
    assert seller.day(REMINDED[0]) == []
    (claim,) = seller.call("GET", f"/v1/paid-claims?account={ACCOUNT}")["items"]
    assert claim["files"]
    words = "Es kam kein Geld an."
    order = {"account": ACCOUNT, "id": claim["id"], "text": words}
    seller.call("POST", "/v1/paid-claims/unfounded", order)
    assert words in seller.mails()[-1].text
    visit.open(link)
    visit.says(visit.t("answer.state.paid-unfounded"))
    visit.look("not-found")
    kinds = [kind for n in range(1, 9) for kind in seller.day(REMINDED[0] + timedelta(days=n))]
    assert "reminder-1" in kinds
