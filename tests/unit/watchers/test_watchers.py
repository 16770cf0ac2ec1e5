"""Bystanders of a case: told by mail, once per event, no more than they may know, until it ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from saldo.accounts.model import Account
from saldo.accounts.service import AccountUnknown
from saldo.messages.model import MailOutcomeUnknown, MailThrottled
from saldo.people.rights import Role
from saldo.watchers.model import FAMILIES, TYPES, WatchJob, WatchNews
from saldo.watchers.news import next_morning
from saldo.watchers.service import (
    TooManyWatchers,
    WatcherNotValid,
    WatcherUnknown,
    WatchLinkUnknown,
    WatchOrder,
)
from saldo.watchers.words import LANGUAGES, texts
from saldo.worklist.hearing import OF_ACCOUNTS, OF_MONEY
from saldo.worklist.model import KINDS
from tests.watched import ACCOUNT, ANNA, CREDITOR, LAWYER, OLGA, WatchBooks


@pytest.fixture
def books() -> WatchBooks:
    made = WatchBooks()
    made.begin(made.invoice("RE-1", 119000))
    return made


def test_somebody_outside_hears_of_a_dispute_without_a_name_or_an_amount(
    books: WatchBooks,
) -> None:
    books.watch()
    books.contested()
    assert books.tell_watchers() == 1
    (mail,) = books.mails()
    assert (mail.to_address, mail.from_name) == (LAWYER, "Musterwerk GmbH")
    assert "A dispute was opened (invoice RE-1)" in mail.text
    assert "Next: the dispute is looked into." in mail.text
    for said in (mail.text, mail.html, mail.subject):
        for secret in ("Beispiel AG", "pieces", "1,190", "1190", OLGA, "/console/"):
            assert secret not in said
    assert "Musterwerk GmbH named you as “lawyer”" in mail.text


def test_one_of_our_people_hears_the_name_and_the_amount(books: WatchBooks) -> None:
    books.person(ANNA, "collector")
    books.watch(ANNA, why="account manager", language="de")
    books.contested()
    books.tell_watchers()
    (mail,) = books.mails()
    assert "Kunde: Beispiel AG" in mail.text
    assert "Eine Reklamation wurde eröffnet (Rechnung RE-1), 1.190,00\u00a0€" in mail.text
    assert f"/console/at/{CREDITOR}/account?number={ACCOUNT}" in mail.text
    assert "pieces" not in mail.text, "nobody's own words"


@pytest.mark.parametrize(
    ("role", "branches"), [("collector", ("Hamburg",)), ("sales", ())], ids=["branch", "sales"]
)
def test_who_may_not_see_the_account_hears_as_somebody_outside(
    books: WatchBooks, role: Role, branches: tuple[str, ...]
) -> None:
    books.person(ANNA, role, *branches)
    books.watch(ANNA)
    books.contested()
    books.tell_watchers()
    (mail,) = books.mails()
    assert "Beispiel AG" not in mail.text and "1,190" not in mail.text


def test_sales_hear_of_their_own_customers(books: WatchBooks) -> None:
    books.person(ANNA, "sales")
    books.parts.desks.put(CREDITOR, ACCOUNT, OLGA, collector=None, sales=ANNA, branch=None)
    books.watch(ANNA)
    books.contested()
    books.tell_watchers()
    assert "Beispiel AG" in books.mails()[0].text


def test_an_event_that_comes_three_times_is_told_once(books: WatchBooks) -> None:
    books.watch()
    books.contested()
    books.tell_watchers()
    books.tell_watchers(again=True)
    assert books.tell_watchers(again=True) == 0
    books.queue.put([WatchJob(books.parts.watchers.of(CREDITOR, ACCOUNT)[0].id, CREDITOR, ACCOUNT)])
    assert len(books.mails()) == 1


def test_what_the_mail_service_may_have_sent_is_not_sent_again(books: WatchBooks) -> None:
    watcher = books.watch()
    books.contested()
    books.tell_watchers()
    books.postbox.fails.append(MailOutcomeUnknown("The line broke."))
    with pytest.raises(MailOutcomeUnknown):
        books.mails()
    books.queue.put([WatchJob(watcher.id, CREDITOR, ACCOUNT)])
    assert books.mails() == []


def test_what_surely_did_not_leave_is_sent_when_it_can_be(books: WatchBooks) -> None:
    watcher = books.watch()
    books.contested()
    books.tell_watchers()
    books.postbox.fails.append(MailThrottled("Slow down."))
    with pytest.raises(MailThrottled):
        books.mails()
    books.queue.put([WatchJob(watcher.id, CREDITOR, ACCOUNT)])
    assert len(books.mails()) == 1


def test_a_job_that_was_lost_is_queued_again_by_the_hour(books: WatchBooks) -> None:
    books.watch()
    books.contested()
    books.tell_watchers()
    books.queue.take()
    assert books.parts.watch_news.due(CREDITOR) == 1
    assert len(books.mails()) == 1
    assert books.parts.watch_news.due(CREDITOR) == 0


def test_a_day_s_news_come_together_in_the_morning(books: WatchBooks) -> None:
    books.watch(pace="daily", language="nl")
    books.contested()
    books.disputes.reject(CREDITOR, ACCOUNT, "D-1", ANNA, "As delivered.")
    books.tell_watchers()
    assert books.mails() == []
    assert books.parts.watch_news.due(CREDITOR) == 0, "not before the morning"
    books.clock.advance(timedelta(hours=24))
    books.parts.watch_news.due(CREDITOR)
    (mail,) = books.mails()
    assert "Er is een betwisting geopend" in mail.text
    assert "De betwisting is afgewezen" in mail.text


def test_more_news_than_one_mail_holds_all_come(books: WatchBooks) -> None:
    watcher = books.watch(pace="daily")
    hear, data = books.parts.watch_news.hear, {"invoice": "RE-1"}
    for number in range(200):
        books.clock.advance(timedelta(seconds=1))
        id_ = books.ids.ulid(books.clock.now())
        assert hear("notice.sent", CREDITOR, ACCOUNT, id_, books.clock.now(), data) == 1, number
    books.clock.advance(timedelta(hours=24))
    sizes = []
    while books.parts.watch_news.due(CREDITOR):
        (mail,) = books.mails()
        sizes.append(mail.text.count("- "))
    assert sizes == [90, 90, 20]
    assert {one.state for one in books.store.list(WatchNews, CREDITOR, ACCOUNT, watcher.id)} == {
        "sent"
    }


def test_who_stopped_the_mails_is_not_looked_for_every_hour(books: WatchBooks) -> None:
    watcher = books.watch(pace="daily")
    books.contested()
    books.tell_watchers()
    books.parts.watchers.stop(watcher.token)
    books.clock.advance(timedelta(hours=24))
    assert books.parts.watch_news.due(CREDITOR) == 1
    assert books.mails() == []
    assert books.parts.watch_news.due(CREDITOR) == 0


@pytest.mark.parametrize("how", ["disabled", "revoked"])
def test_a_colleague_who_left_hears_nothing_any_more(books: WatchBooks, how: str) -> None:
    books.person(ANNA, "collector")
    books.watch(ANNA)
    books.contested()
    books.tell_watchers()
    users = books.parts.users
    if how == "disabled":
        users.disable(f"sub-{ANNA}", by=OLGA)
    else:
        users.revoke(f"sub-{ANNA}", CREDITOR, by=OLGA)
    assert books.mails() == []
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == []
    ended = [one.data["ended"] for one in books.all_events() if one.type == "watcher.ended"]
    assert ended == ["left"]


def test_somebody_outside_stays_so_whatever_they_are_elsewhere(books: WatchBooks) -> None:
    books.person(ANNA, "collector")
    books.parts.users.revoke(f"sub-{ANNA}", CREDITOR, by=OLGA)
    books.watch(ANNA, why="works for the insurer now")
    books.contested()
    books.tell_watchers()
    assert "Beispiel AG" not in books.mails()[0].text


def test_a_form_that_comes_twice_at_the_same_moment_names_one(books: WatchBooks) -> None:
    store, commit = books.store, books.store.commit

    def racing(writes: Any) -> None:
        store.commit = commit  # type: ignore[method-assign]
        books.watch()
        commit(writes)

    store.commit = racing  # type: ignore[method-assign]
    made = books.watch()
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == [made]
    assert [one.type for one in books.all_events()].count("watcher.added") == 1


def test_whoever_was_ended_can_be_named_again_and_hears_of_what_is_new(books: WatchBooks) -> None:
    books.parts.watchers.stop(books.watch().token)
    books.clock.advance(timedelta(hours=1))
    again = books.watch()
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == [again]
    books.contested()
    assert (books.tell_watchers(), len(books.mails())) == (1, 1)
    assert books.parts.watchers.stop(again.token).ended == "link"


def test_an_end_that_broke_off_is_made_up_for_by_the_event_s_repeat(books: WatchBooks) -> None:
    books.contested()
    books.watch(kind="dispute", subject="D-1")
    books.clock.advance(timedelta(minutes=1))
    books.disputes.reject(CREDITOR, ACCOUNT, "D-1", ANNA, "As delivered.")
    store, commit = books.store, books.store.commit

    def breaking(writes: Any) -> None:
        commit(writes)
        if any(isinstance(getattr(one, "record", None), WatchNews) for one in writes):
            raise ConnectionError("The function died here.")

    store.commit = breaking  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        books.tell_watchers()
    store.commit = commit  # type: ignore[method-assign]
    assert books.tell_watchers(again=True) == 0
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == []


def test_whoever_watches_a_dispute_hears_of_it_alone_and_it_ends_with_it(
    books: WatchBooks,
) -> None:
    books.contested()
    books.watch(kind="dispute", subject="D-1")
    books.clock.advance(timedelta(minutes=1))
    books.promise(date(2026, 11, 28))
    books.disputes.reject(CREDITOR, ACCOUNT, "D-1", ANNA, "As delivered.")
    assert books.tell_watchers() == 1
    (mail,) = books.mails()
    assert "The dispute was rejected" in mail.text and "promised" not in mail.text
    assert "you get no more mails about it" in mail.text
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == []
    ended = [one for one in books.all_events() if one.type == "watcher.ended"]
    assert [one.data["ended"] for one in ended] == ["over"]


def test_chosen_families_alone_are_told(books: WatchBooks) -> None:
    books.watch(families=("payments",))
    books.contested()
    assert books.tell_watchers() == 0


def test_the_link_of_the_mail_stops_them_by_one_click(books: WatchBooks) -> None:
    watcher = books.watch()
    books.contested()
    books.tell_watchers()
    (mail,) = books.mails()
    assert mail.unsubscribe_url is not None and mail.unsubscribe_url in mail.text
    token = mail.unsubscribe_url.rpartition("/")[2]
    assert books.parts.watchers.stop(token, look=True).ended_at is None
    assert books.parts.watchers.stop(token).ended == "link"
    assert books.parts.watchers.stop(token).ended == "link", "again is harmless"
    books.clock.advance(timedelta(minutes=1))
    books.disputes.reject(CREDITOR, ACCOUNT, "D-1", ANNA, "As delivered.")
    books.tell_watchers()
    books.queue.put([WatchJob(watcher.id, CREDITOR, ACCOUNT)])
    assert books.mails() == []
    with pytest.raises(WatchLinkUnknown):
        books.parts.watchers.stop("guessed")


def test_nothing_leaves_while_all_sending_is_off_or_the_account_is_to_be_erased(
    books: WatchBooks,
) -> None:
    books.watch()
    books.contested()
    books.tell_watchers()
    books.accounts.switch_sending(False)
    assert books.mails() == []
    books.accounts.switch_sending(True)
    books.change_account(restricted_at=books.clock.now())
    books.parts.watch_news.due(CREDITOR)
    assert books.mails() == []


def test_naming_somebody_again_changes_how_they_are_told(books: WatchBooks) -> None:
    first = books.watch()
    second = books.watch(pace="daily", families=("disputes",))
    assert (second.id, second.pace, second.families) == (first.id, "daily", ("disputes",))
    assert books.watch(pace="daily", families=("disputes",)) == second
    told = [one for one in books.all_events() if one.type == "watcher.added"]
    assert {one.data["pace"] for one in told} == {"at-once", "daily"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ""},
        {"email": "nobody"},
        {"kind": "dispute"},
        {"kind": "dispute", "subject": "D-9"},
        {"kind": "weather"},
        {"subject": "D-1"},
        {"families": ()},
        {"families": ("gossip",)},
        {"pace": "hourly"},
        {"language": "fr"},
        {"why": " "},
        {"why": "x" * 81},
    ],
)
def test_what_cannot_be_watched_is_refused(books: WatchBooks, wrong: dict[str, object]) -> None:
    email = str(wrong.pop("email", LAWYER))
    with pytest.raises((WatcherNotValid, ValueError, Exception)) as refusal:
        books.watch(email, **wrong)
    assert refusal.value.code in ("watcher-not-valid", "desk-not-valid")  # type: ignore[attr-defined]
    assert books.parts.watchers.of(CREDITOR, ACCOUNT) == []


def test_an_account_has_so_many_watchers_at_most(books: WatchBooks) -> None:
    for number in range(20):
        books.watch(f"w{number}@recht.example")
    with pytest.raises(TooManyWatchers):
        books.watch()
    with pytest.raises(AccountUnknown):
        books.parts.watchers.add(
            CREDITOR, WatchOrder("nobody", "account", "", LAWYER, "lawyer"), OLGA
        )
    with pytest.raises(WatcherUnknown):
        books.parts.watchers.end(CREDITOR, ACCOUNT, "nobody", OLGA)


def test_every_event_and_kind_of_work_has_words_in_every_language() -> None:
    assert set(TYPES.values()) == set(FAMILIES)
    heard = {*OF_ACCOUNTS, *OF_MONEY} | {"notice.sent"}
    assert set(TYPES) <= heard, "the rule of the work list's queue brings them"
    for language in LANGUAGES:
        known = texts(language)
        assert known.keys() == texts("en").keys()
        assert {f"event.{one}" for one in TYPES} <= known.keys()
        assert {f"kind.{one}" for one in KINDS} <= known.keys(), "say it in watchers/texts"


def test_a_morning_is_seven_o_clock_where_the_creditor_is(books: WatchBooks) -> None:
    now = books.clock.now()  # 09:00 UTC on a Saturday
    assert next_morning(now, "Europe/Berlin").isoformat() == "2026-11-22T06:00:00+00:00"
    assert next_morning(now, "America/New_York").isoformat() == "2026-11-21T12:00:00+00:00"


def waits(books: WatchBooks) -> list[WatchNews]:
    return [one for one in books.store.list(WatchNews, CREDITOR) if one.state == "waits"]


def test_the_account_s_row_is_not_touched_by_watching(books: WatchBooks) -> None:
    before = books.store.get(Account, CREDITOR, ACCOUNT)
    books.watch()
    assert books.store.get(Account, CREDITOR, ACCOUNT) == before
