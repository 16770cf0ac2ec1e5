"""Stories of looking ahead: what would go is shown as it will go, and looking changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account, PostalAddress, Segment
from saldo.accounts.service import AccountUnknown, Target
from saldo.messages.model import MessageContext, MessageKind, Rendered
from saldo.messages.render import JinjaRenderer
from saldo.reminders.optouts import OptOuts
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.preview import Preview, PreviewDay
from saldo.reminders.preview_model import Previewed
from tests.books import ACCOUNT, CREDITOR, Books

DUE = date(2026, 12, 1)
STAGE_1 = date(2026, 12, 3)
STAGES: list[dict[str, Any]] = [
    {"number": 1, "offset_days": 2, "message": "reminder-1", "channels": ["email", "letter"]},
    {
        "number": 2,
        "offset_days": 18,
        "message": "reminder-2",
        "interest": True,
        "fee": {"kind": "flat-sum"},
    },
]


class Remembering:
    """The real words, and what they were asked for."""

    def __init__(self) -> None:
        self.contexts: list[MessageContext] = []

    def render(self, message: MessageKind, context: MessageContext) -> Rendered:
        self.contexts.append(context)
        return JinjaRenderer().render(message, context)


class LookingBooks(Books):
    """Books that can be looked ahead in."""

    def __init__(self) -> None:
        super().__init__()
        self.words = Remembering()
        self.opt_outs = OptOuts(self.store, self.clock, self.ids)
        self.preview = Preview(
            self.store, self.clock, self.run, self.opt_outs, self.words, self.links.address
        )
        self.sender._renderer = self.words  # what leaves is compared with what was shown

    @property
    def books(self) -> list[Any]:
        """Everything that is kept, in an order of its own."""
        return sorted(self.store.everything(), key=lambda r: (type(r).__name__, r.key))

    def look(self, day: date, *, texts: bool = True) -> list[Previewed]:
        creditor = self.accounts.creditor(CREDITOR)
        return [one for _, one in self.preview.all(creditor, day, texts=texts)]

    def look_at(self, account: str, day: date) -> Previewed:
        return self.preview.account(self.accounts.creditor(CREDITOR), account, day, texts=True)

    def told(self, **changes: Any) -> None:
        """Change what the ERP says of the account."""
        found = self.store.get(Account, CREDITOR, ACCOUNT)
        assert found is not None
        assert self.intake.put_accounts([replace(found, **changes)])[0].status == "accepted"


def began(**creditor: Any) -> LookingBooks:
    books = LookingBooks()
    books.open_creditor(policy="own", **creditor)
    data = {"id": "own", "version": 1, "announces_invoice": False, "stages": STAGES}
    PolicyBook(books.store, books.clock).put(CREDITOR, data, "anna", date(2026, 1, 1))
    books.open_account()
    return books


def test_what_is_shown_is_what_goes_word_for_word() -> None:
    books = began()
    for number in ("RE-1", "RE-2"):
        books.push(books.invoice(number, 1_000_000, already_sent=True, due_date_agreed=True))
    for days in (2, 18):
        day = DUE + timedelta(days=days)
        books.clock.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        (shown,) = books.look(day)
        foreseen = books.words.contexts.pop()
        books.day(day)
        written = books.words.contexts.pop()
        assert replace(foreseen, pay_url=written.pay_url, transfer=written.transfer) == written
        (message,) = shown.messages
        assert (message.channel, message.to) == ("email", "ap@beispiel.example")
        assert [item.stage for item in message.items] == [1 if days == 2 else 2] * 2
        assert message.asked_minor == sum(item.asked_minor for item in written.items)
        assert message.words is not None
        assert "RE-1" in message.words.text
    assert [line.kind for line in message.items[0].charges] == ["flat-sum", "interest"]
    assert message.asked_minor > 2_000_000


def test_looking_changes_nothing_and_sends_nothing() -> None:
    books = began()
    books.push(books.invoice("RE-1", 1_000_000, already_sent=True, due_date_agreed=True))
    before = books.books
    for day in (DUE, STAGE_1, DUE + timedelta(days=18), DUE + timedelta(days=200)):
        books.look(day)
    assert books.books == before
    assert (books.sends.jobs, books.postbox.mails) == ([], [])
    assert books.look(STAGE_1) == books.look(STAGE_1)


def test_who_gets_nothing_is_told_why() -> None:
    books = began()
    books.push(books.invoice("RE-1", already_sent=True), books.invoice("RE-2", already_sent=True))
    target = Target(CREDITOR, ACCOUNT, "RE-2")
    books.accounts.pause(target, "We look into it.", "anna")
    (shown,) = books.look(STAGE_1)
    assert [item.invoice for m in shown.messages for item in m.items] == ["RE-1"]
    (kept,) = shown.kept_back
    assert (kept.invoice, kept.outcome, kept.reason) == ("RE-2", "hold", "pause")
    assert kept.sentence == "Stage 1 is due and held back: anna paused it: We look into it."


def test_before_its_day_an_account_is_not_looked_at_but_may_be_asked_about() -> None:
    books = began()
    books.push(books.invoice("RE-1", already_sent=True))
    books.plan()
    assert books.look(date(2026, 11, 30)) == []
    (kept,) = books.look_at(ACCOUNT, date(2026, 11, 30)).kept_back
    assert kept.sentence == "Stage 1 is not due before 2026-12-03."


def test_in_shadow_it_reads_what_would_go_and_that_it_waits() -> None:
    books = began(state="shadow")
    books.push(books.invoice("RE-1", already_sent=True))
    (message,) = books.look(STAGE_1)[0].messages
    assert message.stopped_by == ("shadow",)
    assert message.words is not None
    books.day(STAGE_1)
    assert books.postbox.mails == []


def test_who_opted_out_of_mail_is_shown_the_letter_that_goes_instead() -> None:
    books = began()
    books.push(books.invoice("RE-1", already_sent=True))
    books.told(address=PostalAddress(("Beispielweg 1",), "10115", "Berlin", "DE"))
    books.opt_outs.give(CREDITOR, "email", by="anna", address="ap@beispiel.example")
    (message,) = books.look(STAGE_1)[0].messages
    assert message.channel == "letter"
    assert [(one.channel, one.reason) for one in message.passed] == [("email", "opted-out-asked")]


def test_who_cannot_be_reached_at_all_gets_nothing_and_the_reason() -> None:
    books = began()
    books.push(books.invoice("RE-1", already_sent=True))
    books.opt_outs.give(CREDITOR, "email", by="anna", address="ap@beispiel.example")
    (shown,) = books.look(STAGE_1)
    assert shown.messages == ()
    assert [kept.reason for kept in shown.kept_back] == ["opted-out-asked"]


def test_an_account_whose_policy_is_gone_does_not_spoil_the_others() -> None:
    books = began()
    books.open_account("10002", "b@beispiel.example")
    for number, account in (("RE-1", ACCOUNT), ("RE-2", "10002")):
        books.push(books.invoice(number, account=account, already_sent=True))
    books.told(policy="gone")
    shown = {one.account: one for one in books.look(STAGE_1)}
    assert "gone" in shown[ACCOUNT].problem
    assert len(shown["10002"].messages) == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_page_after_page_shows_everybody_once(limit: int) -> None:
    books = began()
    for index in range(7):
        number = f"2000{index}"
        books.open_account(number, f"a{index}@beispiel.example")
        books.push(books.invoice(f"RE-{index}", account=number, already_sent=True))
        books.plan(account=number)  # all wake at one instant
    creditor = books.accounts.creditor(CREDITOR)
    seen, behind = list[str](), None
    while True:
        page = books.preview.page(creditor, STAGE_1, texts=False, behind=behind, limit=limit)
        assert len(page.items) <= limit
        seen += [one.account for one in page.items]
        behind = page.behind
        if behind is None:
            break
    assert seen == [f"2000{index}" for index in range(7)]


def test_the_page_goes_on_although_its_last_account_moved_meanwhile() -> None:
    books = began()
    for index in range(4):
        number = f"2000{index}"
        books.open_account(number, f"a{index}@beispiel.example")
        books.push(books.invoice(f"RE-{index}", account=number, already_sent=True))
        books.plan(account=number)
    creditor = books.accounts.creditor(CREDITOR)
    first = books.preview.page(creditor, STAGE_1, texts=False, behind=None, limit=2)
    books.plan(STAGE_1, account="20001")
    rest = books.preview.page(creditor, STAGE_1, texts=False, behind=first.behind, limit=9)
    assert [one.account for one in rest.items] == ["20002", "20003"]


def test_a_day_gone_by_and_a_stranger_are_refused() -> None:
    books = began()
    for day in (date(2026, 11, 20), date(2028, 1, 1)):
        with pytest.raises(PreviewDay):
            books.look(day)
    with pytest.raises(AccountUnknown):
        books.look_at("nobody", STAGE_1)


def put_policy(books: LookingBooks, version: int, day: date, **changes: Any) -> None:
    data = {"id": "own", "version": version, "announces_invoice": False, "stages": STAGES}
    PolicyBook(books.store, books.clock).put(CREDITOR, data | changes, "anna", day)


def test_what_a_changed_policy_brings_forward_is_shown_before_the_run_that_sends_it() -> None:
    books = began()
    books.push(books.invoice("RE-1", 1_000_000, already_sent=True))
    for day in (STAGE_1, DUE + timedelta(days=6)):
        books.clock.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        books.day(day)
    assert books.look(day) == [], "stage 2 is on 19 December"
    put_policy(books, 2, day, stages=[STAGES[0], {**STAGES[1], "offset_days": 5}])
    (shown,) = books.look(day)
    assert [message.step for message in shown.messages] == ["2"]
    assert books.run.sweep(books.clock.now()) == 1
    (job,) = books.plans.take()
    (notice,) = books.run.plan_account(job).claimed
    assert [item.stage for item in notice.items] == [2]


def test_other_segments_have_everybody_looked_at_who_falls_under_another_policy() -> None:
    books = began()
    books.push(books.invoice("RE-1", already_sent=True))
    books.plan(DUE)
    sooner = {"id": "sooner", "version": 1, "announces_invoice": False}
    stages = [{**STAGES[0], "offset_days": 1}]
    book = PolicyBook(books.store, books.clock)
    book.put(CREDITOR, sooner | {"stages": stages}, "anna", date(2026, 1, 1))
    books.clock.move_to(datetime(2026, 12, 2, 9, tzinfo=UTC))
    books.run.sweep(books.clock.now())
    books.plans.take()  # everybody was looked at since the policies were put
    assert books.look(date(2026, 12, 2)) == []
    segments = (Segment({"kind": ["business"]}, "sooner"),)
    books.accounts.change_creditor(CREDITOR, by="anna", segments=segments)
    (shown,) = books.look(date(2026, 12, 2))
    assert (shown.policy, len(shown.messages)) == ("sooner", 1)
    assert books.run.sweep(books.clock.now()) == 1
    (job,) = books.plans.take()
    assert len(books.run.plan_account(job).claimed) == 1


def test_who_is_looked_at_anew_and_gets_nothing_does_not_fill_the_list() -> None:
    books = began()
    for number in ("20000", "20001"):
        books.open_account(number, f"a{number}@beispiel.example")
        books.push(books.invoice(f"RE-{number}", account=number, already_sent=True))
        books.plan(account=number)
    put_policy(books, 2, DUE, grace_days=1)
    assert books.look(DUE) == []
    assert len(books.look(DUE + timedelta(days=4))) == 2


@pytest.mark.parametrize("looked_at", [1, 3, 100])
def test_after_a_change_pages_stay_short_however_many_are_looked_at_anew(
    monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr("saldo.reminders.preview.LOOKED_AT_MAX", looked_at)
    books = began()
    for index in range(7):
        number = f"2000{index}"
        books.open_account(number, f"a{index}@beispiel.example")
        due = DUE if index == 4 else DUE + timedelta(days=60)
        books.push(books.invoice(f"RE-{index}", account=number, due_on=due, already_sent=True))
        books.plan(account=number)
    put_policy(books, 2, DUE)
    creditor, pages, behind = books.accounts.creditor(CREDITOR), [], None
    while True:
        page = books.preview.page(creditor, STAGE_1, texts=False, behind=behind, limit=5)
        pages.append([one.account for one in page.items])
        behind = page.behind
        assert page.looks_at_all
        if behind is None:
            break
    assert [number for page in pages for number in page] == ["20004"]
    assert len(pages) >= 7 // looked_at


def test_a_limit_that_holds_from_a_later_day_is_counted_on_that_day() -> None:
    books = began()
    books.push(
        books.invoice("RE-1", already_sent=True),
        books.invoice("RE-2", due_on=DUE + timedelta(days=1), already_sent=True),
    )
    put_policy(books, 2, DUE, contacts_per_week_max=7)
    books.clock.move_to(datetime(2026, 12, 3, 9, tzinfo=UTC))
    assert len(books.day(STAGE_1)) == 1
    put_policy(books, 3, STAGE_1)
    assert len(books.look(STAGE_1 + timedelta(days=1))[0].messages) == 1
    put_policy(books, 4, STAGE_1 + timedelta(days=1), contacts_per_week_max=1)
    (shown,) = books.look(STAGE_1 + timedelta(days=1))
    assert shown.messages == ()
    assert "contact-cap" in {one.reason for one in shown.kept_back}
