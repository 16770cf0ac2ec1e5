"""Payers pay: everything, a part, by transfer, and once only."""

from __future__ import annotations

from datetime import date, timedelta

from saldo.creditor_reference import invoice_reference
from tests.browser import flows
from tests.browser.seller import BANK, DUE, REMINDED, START, Seller
from tests.browser.settings import in_every_setting
from tests.browser.visit import Visit


@in_every_setting
def test_all_is_paid_at_once(seller: Seller, visit: Visit) -> None:
    for number, amount in (("RE-1", "119.00"), ("RE-2", "50.00"), ("RE/3", "70.00")):
        seller.invoice(number, amount)
    link = seller.link(scope="account")
    visit.open(link)
    visit.says(visit.t.amount(23900, "EUR"), "RE/3")
    visit.look("account")
    visit.press('form.all button[value="all"]')
    flows.decide(visit)
    visit.sees(".medal.paid")
    visit.look("paid")
    assert [seller.open_amount(n) for n in ("RE-1", "RE-2", "RE%2F3")] == ["0.00"] * 3
    visit.press(".outcome a.button")
    visit.says(visit.t("paid_text"))
    visit.misses('button[name="press"]')
    visit.look("nothing-open")
    assert seller.kinds()[-1] == "payment-received"
    assert seller.day(REMINDED[0]) == []


@in_every_setting
def test_a_part_is_paid_and_the_rest_is_reminded(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    link = seller.link_in(seller.mails()[0])
    visit.open(link)
    visit.look("invoice")
    visit.unfold('input[name="amount"]')
    visit.write('input[name="amount"]', "viel")
    visit.press('button[value="part"]')
    visit.sees('.errors a[href="#EUR-amount"]')
    assert visit.at('input[name="amount"]').input_value() == "viel", "nothing typed is lost"
    visit.look("amount-not-readable")
    visit.write('input[name="amount"]', visit.t.field(4000, "EUR"))
    visit.press('button[value="part"]')
    flows.decide(visit)
    visit.sees(".medal.paid")
    visit.look("part-paid")
    assert seller.open_amount() == "79.00"
    visit.open(link)
    visit.says(visit.t.amount(7900, "EUR"))
    visit.look("rest")
    assert seller.day(REMINDED[0]) == ["reminder-1"]
    visit.open(seller.link_in(seller.mails()[-1]))
    visit.look("overdue")
    flows.pay_now(visit)
    assert seller.open_amount() == "0.00"


@in_every_setting
def test_a_transfer_is_scanned_as_it_is_copied(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    assert seller.day(DUE + timedelta(days=1)) == []
    visit.open(seller.link())
    visit.unfold('button[value="bank"]')
    visit.press('button[value="bank"]')
    visit.came_to("/transfer")
    visit.look("transfer")
    reference = invoice_reference("RE-1")
    assert flows.scanned(visit) == [
        *("BCD", "002", "1", "SCT"),
        *(BANK.bic, BANK.account_holder, BANK.iban, "EUR119.00", "", reference),
    ]
    shown = flows.copied(visit)
    assert shown["iban"].replace(" ", "") == BANK.iban
    assert shown["reference"].replace(" ", "") == reference
    visit.says(BANK.account_holder, visit.t.amount(11900, "EUR"))
    visit.press('button[value="transfer"]')
    waits_until = date(2026, 12, 8)
    visit.says(visit.t("wait.transfer-announced_until", date=visit.t.date(waits_until)))
    visit.look("announced")
    assert seller.day(REMINDED[0]) == []
    assert seller.day(waits_until) == []
    assert seller.day(waits_until + timedelta(days=1)) == ["reminder-1"]


@in_every_setting
def test_who_goes_back_after_paying_does_not_pay_twice(seller: Seller, visit: Visit) -> None:
    seller.invoice()
    visit.open(seller.link())
    flows.pay_now(visit)
    visit.sees(".medal.paid")
    visit.page.go_back()
    visit.page.go_back()
    # Pages are not kept, so that the way back shows how it stands now.
    visit.says(visit.t("paid_text"))
    visit.says(visit.t("answers.title_settled"))
    visit.misses('button[name="press"]')
    visit.look("back")
    assert seller.open_amount() == "0.00"
    assert len(seller.events("payment.settled")) == 1


@in_every_setting
def test_what_was_paid_at_the_counter_meanwhile_is_not_paid_again(
    seller: Seller, visit: Visit
) -> None:
    seller.invoice()
    visit.open(seller.link())
    taken = {
        "id": "K-1",
        "invoices": ["RE-1"],
        "amount": "40.00",
        "currency": "EUR",
        "received_on": START.date().isoformat(),
        "method": "cash",
    }
    seller.call("POST", "/v1/payments", taken)
    visit.press("form button.first")
    now = visit.t(
        "error.sum-changed", old=visit.t.amount(11900, "EUR"), new=visit.t.amount(7900, "EUR")
    )
    visit.says(now)
    visit.look("changed-meanwhile")
    flows.pay_now(visit)
    assert seller.open_amount() == "0.00"
    assert [e.data["amount"] for e in seller.events("payment.settled")] == ["40.00", "79.00"]


@in_every_setting
def test_a_cash_discount_is_taken_while_it_runs(seller: Seller, visit: Visit) -> None:
    until = START.date() + timedelta(days=7)
    seller.invoice(discounts=[{"until": until.isoformat(), "percent": "2"}])
    visit.open(seller.link())
    most = visit.t.amount(11662, "EUR")
    visit.says(visit.t("pay", amount=most))
    visit.look("discount")
    flows.pay_now(visit)
    assert seller.open_amount() == "0.00"
    visit.press(".outcome a.button")
    visit.says(visit.t("discount.taken"))
    visit.look("discount-taken")
