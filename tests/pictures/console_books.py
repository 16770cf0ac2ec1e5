"""The books that the console's pictures show: a month of a small seller."""

from __future__ import annotations

from datetime import date, timedelta

from saldo.accounts.agreed import CreditLimit
from saldo.accounts.model import Contact, Creditor, PostalAddress
from saldo.collection.cases import HandOver, Status
from saldo.collection.dispute_orders import DisputeOrder
from saldo.collection.model import Instalment
from saldo.collection.promises import PromiseOrder
from saldo.credit_data.ports import Told
from saldo.credit_data.report import AgencyScore, Cover, Insolvency
from saldo.credit_data.scales import CREDITREFORM, CREDITSAFE, points_of
from saldo.edge.v1 import credit
from saldo.edge.v1.bank import change_account
from saldo.edge.v1.money import Ordered
from saldo.steps.model import DrawSheet, StepSheet
from saldo.steps.tally import Result, summed
from saldo.steps.tally import one as one_case
from saldo.store import Put
from saldo.threads.service import Words
from saldo.wiring import services
from saldo.worklist.desk_model import DeskRule, DeskRules
from tests.books import ACCOUNT, CREDITOR, Books
from tests.statements_made import IBAN

COLLECTOR = "collector@musterwerk.example"
TODAY = date(2026, 11, 21)
_NAMES = ("Autohaus Beispiel GmbH", "Muster Maschinenbau KG", "Beispiel Bouw B.V.", "Example Ltd")
_PAID = ((-6, 268), (-2, 233), (3, 201), (5, 170), (12, 139), (8, 108), (19, 76), (24, 42), (16, 6))
"""Paid invoices: days beyond terms, and how many days ago."""

_PAID_BY_ANOTHER = (
    (2, 80),
    (4, 73),
    (1, 60),
    (6, 52),
    (3, 45),
    (2, 31),
    (7, 24),
    (4, 17),
    (3, 10),
    (1, 3),
)


def sample_books() -> Books:
    """Return the books of a seller with a few customers, late and prompt ones."""
    books = Books()
    books.open_creditor(address=("Musterstraße 1", "10115 Berlin"))
    books.open_account(
        contacts=(
            Contact("Buchhaltung", "ap@beispiel.example", "+49 30 1234567"),
            Contact("Einkauf", "einkauf@beispiel.example", role="purchasing"),
        ),
        address=PostalAddress(("Beispielweg 7",), "20095", "Hamburg", "DE"),
        credit_limit=CreditLimit(1_500_00, "EUR"),
        labels=("key-customer",),
    )
    for place, name in enumerate(_NAMES):
        books.open_account(number=f"2000{place}", name=name)
    for number in range(1, 7):
        due = TODAY - timedelta(days=22 * number - 40)
        _push(books, f"RE-2026-{4700 + number}", ACCOUNT, due, 23_800 + 17_850 * number)
    for place in range(len(_NAMES)):
        due = TODAY - timedelta(days=9 * place)
        _push(books, f"RE-2026-48{place}0", f"2000{place}", due, 119_00 * (place + 1))
    for place, (late, ago) in enumerate(_PAID):
        minor = 11_900 + 5_950 * place
        _push_paid(books, f"RE-2026-46{place:02}", ACCOUNT, minor, late, ago)
    for place, (late, ago) in enumerate(_PAID_BY_ANOTHER):
        minor = 20_825 + 11_900 * (place % 4)
        _push_paid(books, f"RE-2026-45{place:02}", "20000", minor, late, ago)
    return books


def _push_paid(
    books: Books, number: str, account: str, minor: int, late_days: int, ago_days: int
) -> None:
    paid_on = TODAY - timedelta(days=ago_days)
    _push(books, number, account, paid_on - timedelta(days=late_days), minor)
    books.pay(number, minor, on=paid_on)


def _push(books: Books, number: str, account: str, due: date, minor: int) -> None:
    issued = due - timedelta(days=14)
    invoice = books.invoice(
        number, minor, account=account, due_on=due, issued_on=issued, already_sent=True
    )
    assert books.push(invoice)[0].status == "accepted"


def live(books: Books) -> None:
    """Let a day at the office have been, with the services that are installed."""
    creditor = books.accounts.creditor(CREDITOR)
    _look_after()
    _agree(creditor)
    _plan_and_case(creditor, books)
    _ask(creditor)
    _bank(creditor)
    services().work_proof.rebuild(CREDITOR)
    services().figure_check.rebuild(CREDITOR, books.clock.now().date())
    _limits(creditor)
    _hear_of_credit()
    _learn(books)
    services().foresight_sweep.run()


def _limits(creditor: Creditor) -> None:
    """Insure a debtor, hear of an order, and let orders wait while too much is owed."""
    order = Ordered(services(), creditor, "owner@musterwerk.example")
    about = {"account": ACCOUNT, "currency": "EUR"}
    cover = {"amount": "1000.00", "insurer": "Beispiel Kreditversicherung"}
    why = {"reason": "Letter of the insurer, 3 November.", "valid_until": "2027-06-30"}
    credit.set_limit(order, {**about, "kind": "insured", **cover, **why})
    told = [{"id": "SO-3381", "amount": "420.00", "currency": "EUR"}]
    credit.tell_orders(order, {"account": ACCOUNT, "orders": told})
    credit.put_rules(order, {"block": {"over_limit": True, "overdue": {"days": 30, "invoices": 1}}})
    credit.propose(order, about)


def _hear_of_credit() -> None:
    """Hear of some debtors from an agency, an insurer and a register."""
    day = TODAY - timedelta(days=3)
    told = (
        (ACCOUNT, "creditsafe", Told(day, score=_score("B", CREDITSAFE), state="active")),
        (ACCOUNT, "insurer", Told(day, cover=Cover(75_000_00, "EUR", "granted"))),
        ("20001", "agency", Told(day, score=_score("312", CREDITREFORM))),
        ("20002", "creditsafe", Told(day, score=_score("D", CREDITSAFE))),
        ("20003", "register", Told(day, insolvency=Insolvency("opened", day, "AG Musterstadt"))),
    )
    for account, source, one in told:
        services().credit_reports.take(CREDITOR, account, source, one, "owner@musterwerk.example")


def _score(value: str, scale: str) -> AgencyScore:
    return AgencyScore(value, scale, "", points_of(value, scale))


def _learn(books: Books) -> None:
    """Let a comparison have told of two notices, and calls have been seen with payment."""
    first, second = "plain-2-18-34:1:reminder-1", "plain-2-18-34:2:reminder-2"
    arms = {
        f"{first}|email|sent": _paid_after(180, 6),
        f"{first}|email|held-out": _paid_after(55, 13),
        f"{second}|email|sent": _paid_after(200, 10),
        f"{second}|email|held-out": _paid_after(100, 10),
    }
    mails, calls = _paid_after(80, 14), _paid_after(34, 5)
    seen = ((first, "email|1|9-12|more", mails), ("call", "call|1|9-12|more", calls))
    sheets = [
        Put(StepSheet(CREDITOR, "2026-09", step, {at: numbers}, 1)) for step, at, numbers in seen
    ]
    books.store.commit([Put(DrawSheet(CREDITOR, "T1", arms, 1)), *sheets])
    services().step_nights.refresh_creditor(books.accounts.creditor(CREDITOR), TODAY)


def _paid_after(count: int, days: int) -> list[int]:
    return summed(one_case(Result(10 * days + n % 3, (30,))) for n in range(count)).numbers()


def _look_after() -> None:
    """Say who looks after whom, and write down what was said on the telephone."""
    rules = DeskRules(CREDITOR, (DeskRule({}, COLLECTOR),))
    services().desks.set_rules(rules, "owner@musterwerk.example")
    services().notes.add(
        CREDITOR,
        ACCOUNT,
        "N-1",
        COLLECTOR,
        "Pays on the 15th, whatever the terms say. Mrs Example in accounts is the one to call.",
        pinned=True,
    )


def _agree(creditor: Creditor) -> None:
    """Note a promise and a dispute."""
    services().promises.give(
        creditor,
        PromiseOrder("Z-1", ("RE-2026-4703",), None, date(2026, 11, 27), COLLECTOR, ""),
    )
    services().disputes.open(
        creditor,
        DisputeOrder(
            "R-1",
            "RE-2026-4704",
            "quantity",
            "Two of the ten boxes were missing.",
            COLLECTOR,
            COLLECTOR,
            10_00,
            (),
            None,
        ),
    )


def _plan_and_case(creditor: Creditor, books: Books) -> None:
    """Let the customer propose a plan, and an agency tell of a case."""
    parts = (
        Instalment(date(2026, 12, 10), 300_00),
        Instalment(date(2027, 1, 10), books.invoice_now("RE-2026-4702").open_minor - 300_00),
    )
    services().proposals.propose(
        creditor.id, ACCOUNT, "PL-1", ["RE-2026-4702"], parts, None, "payer"
    )
    who = "Inkasso Beispiel GmbH"
    services().cases.open(creditor, HandOver("C-1", ("RE-2026-4706",), "agency", who, COLLECTOR))
    told = Status("T-1", "part-paid", date(2026, 11, 20), who, 50_00, "First instalment came.")
    services().cases.tell(creditor.id, ACCOUNT, "C-1", told)


def _ask(creditor: Creditor) -> None:
    """Let two customers ask something on their pages."""
    for place, text in (("20001", "Can we pay half now?"), ("20002", "Which order is this for?")):
        services().threads.ask(creditor, place, Words(f"Q-{place}", text, "payer"), f"link-{place}")


def _bank(creditor: Creditor) -> None:
    """Let a statement come: one entry finds its invoice, one is likely, one fits nobody."""
    office = Ordered(services(), creditor, COLLECTOR, by_person=True)
    change_account(office, {"id": IBAN, "currency": "EUR"})
    entries = (
        (11900, "RE-2026-4800", "Autohaus Beispiel GmbH"),
        (23800, "Rechnung Maschinenbau", "Muster Maschinenbau KG"),
        (4200, "Danke", "Unbekannt GmbH"),
    )
    lines = "".join(
        f":61:2611201120C{minor // 100},{minor % 100:02}NTRFNONREF//B{place}\n"
        f":86:166?00GUTSCHRIFT?20SVWZ+{text}?32{name}?31DE02500105170137075030\n"
        for place, (minor, text, name) in enumerate(entries)
    )
    total = sum(minor for minor, _, _ in entries)
    statement = (
        f":20:STARTUMS\n:25:{IBAN}\n:28C:1/1\n:60F:C261119EUR0,00\n{lines}"
        f":62F:C261120EUR{total // 100},{total % 100:02}\n-\n"
    )
    services().statement_files.push(CREDITOR, statement.encode(), COLLECTOR, IBAN)
