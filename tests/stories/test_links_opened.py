"""Stories of pay links that are looked at: by people, by scanners, and by scanners in disguise."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from saldo.accounts.model import Account
from saldo.payments.links import LinkExpired, LinkUnknown
from saldo.payments.model import PayLink
from saldo.reminders.agents import is_browser, is_known_machine
from saldo.reminders.feedback import Feedback
from saldo.reminders.model import Notice
from saldo.reminders.opening import LinkOpening
from saldo.reminders.openings import Openings
from saldo.reports.evidence import EvidencePacks
from saldo.store import Write
from tests.books import ACCOUNT, CREDITOR, Books
from tests.carriers import Shelf
from tests.stories.test_evidence import ReadIndex

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
SCANNER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) BarracudaCentral/1.0"
HOUR = timedelta(hours=1)


class Reminded(Books):
    """Books in which the customer got the invoice by mail a moment ago."""

    def __init__(self) -> None:
        super().__init__()
        self.begin(self.invoice())
        self.plan(), self.deliver()
        (self.notice,) = self.notices()
        (mail,) = self.postbox.mails
        self.secret = mail.text.rpartition("/")[2]
        self.openings = Openings(self.store, self.clock, self.ids, self.links)

    @property
    def link(self) -> PayLink:
        return self.links.find(self.secret)

    def shown(self, agent: str = PHONE, **more: Any) -> bool:
        return self.openings.shown(self.secret, agent, **more)

    def opening(self) -> LinkOpening | None:
        return self.store.get(LinkOpening, CREDITOR, ACCOUNT, self.notice.id)

    def told(self) -> list[dict[str, Any]]:
        return [e.data for e in self.events() if e.type == "link.opened"]

    def fate(self) -> str:
        return " ".join(one.sentence for one in self.why.invoice(CREDITOR, "RE-1").past)


@pytest.fixture
def books() -> Reminded:
    return Reminded()


def test_a_customer_looks_and_everybody_can_see_when(books: Reminded) -> None:
    books.clock.advance(HOUR)
    assert books.shown()
    (told,) = books.told()
    assert (told["notice"], told["step"], told["channel"]) == (books.notice.id, "invoice", "email")
    assert (told["opened_by"], told["how"], told["invoice"]) == ("person", "shown", "RE-1")
    assert "its link opened on 2026-11-21)" in books.fate()


def test_reloading_all_day_is_written_once_and_again_the_next_day(books: Reminded) -> None:
    for _ in range(5):
        books.clock.advance(HOUR)
        assert books.shown()
    assert len(books.told()) == 1
    books.clock.advance(timedelta(days=2))
    books.shown()
    first, second = books.told()
    assert second["first_opened_at"] == first["first_opened_at"]
    opening = books.opening()
    assert opening is not None and opening.days == 2
    assert "its link opened on 2026-11-21, last on 2026-11-23)" in books.fate()


def test_a_page_that_is_only_fetched_tells_nothing_of_people(books: Reminded) -> None:
    books.clock.advance(HOUR)
    books.openings.fetched(books.link, PHONE)
    assert books.opening() is None and books.told() == []


def test_scanners_that_say_who_they_are_are_kept_once_as_machines(books: Reminded) -> None:
    for _ in range(3):
        books.openings.fetched(books.link, SCANNER)
        books.clock.advance(HOUR)
        assert not books.shown(SCANNER)
        books.openings.acted(books.link, SCANNER)
    (told,) = books.told()
    assert (told["opened_by"], told["how"]) == ("machine", "known-machine")
    assert told["first_opened_at"] is None
    assert "its link opened by a machine only" in books.fate()


def test_a_person_counts_after_the_scanner_did_not(books: Reminded) -> None:
    books.openings.fetched(books.link, SCANNER)
    books.clock.advance(HOUR)
    books.shown()
    assert [told["opened_by"] for told in books.told()] == ["machine", "person"]
    books.clock.advance(timedelta(days=1))
    books.openings.fetched(books.link, SCANNER)
    assert len(books.told()) == 2, "a machine after a person is no news"


def test_a_scanner_under_a_browsers_name_comes_at_once(books: Reminded) -> None:
    books.clock.advance(timedelta(seconds=4))
    assert not books.shown()
    (told,) = books.told()
    assert (told["opened_by"], told["how"]) == ("machine", "at-once")
    books.clock.advance(timedelta(minutes=1))
    assert books.shown(), "the customer reads the mail a minute later"


def test_a_mail_that_was_kept_waiting_is_scanned_when_it_arrives(books: Reminded) -> None:
    books.clock.advance(3 * HOUR)
    books.feedback.record(Feedback(books.notice.id, "delivered", books.clock.now()))
    books.clock.advance(timedelta(seconds=5))
    assert not books.shown()
    books.clock.advance(timedelta(minutes=2))
    assert books.shown()


def test_who_presses_a_button_is_a_person_even_without_pictures_and_at_once(
    books: Reminded,
) -> None:
    assert not books.shown("Lynx/2.9.0 libwww-FM/2.14")
    books.openings.acted(books.link, "Lynx/2.9.0 libwww-FM/2.14")
    assert [(told["opened_by"], told["how"]) for told in books.told()] == [
        ("machine", "known-machine"),
        ("person", "acted"),
    ]


def test_a_browser_that_fetches_ahead_shows_nobody_anything(books: Reminded) -> None:
    books.clock.advance(HOUR)
    assert not books.shown(ahead=True)
    assert books.told() == []


def test_looking_neither_wakes_the_planner_nor_touches_the_notice(books: Reminded) -> None:
    """The notice may be on its way into another state at this very moment, which must not fail."""
    keys = (Notice, *books.notice.key), (Account, CREDITOR, ACCOUNT)
    before = [books.store.get(*key) for key in keys]
    books.clock.advance(HOUR)
    books.shown()
    assert [books.store.get(*key) for key in keys] == before


def test_two_tabs_at_the_same_instant_are_one_opening(
    books: Reminded, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.clock.advance(HOUR)
    commit, others = books.store.commit, [True]

    def late(writes: list[Write]) -> None:
        if others.pop() if others else False:
            books.shown()
        commit(writes)

    monkeypatch.setattr(books.store, "commit", late)
    assert books.shown()
    assert len(books.told()) == 1


def test_a_link_that_the_erp_asked_for_tells_without_a_notice(books: Reminded) -> None:
    token = books.token()
    assert books.openings.shown(token, PHONE), "nobody mailed it, so that no scanner got it from us"
    (told,) = books.told()
    assert (told["notice"], told["channel"], told["invoice"]) == (None, None, "RE-1")
    assert books.opening() is None


def test_the_evidence_pack_tells_it_with_the_message(books: Reminded) -> None:
    books.openings.fetched(books.link, SCANNER)
    books.clock.advance(HOUR)
    books.shown()
    packs = EvidencePacks(books.store, books.clock, Shelf(), ReadIndex())
    creditor = books.accounts.creditor(CREDITOR)
    with zipfile.ZipFile(io.BytesIO(packs.of_invoice(creditor, "RE-1").content)) as pack:
        (message,) = json.loads(pack.read("messages.json"))
        kinds = [event["type"] for event in json.loads(pack.read("timeline.json"))]
    assert message["opened"] == {
        "first_at": "2026-11-21T10:00:00.000000Z",
        "last_at": "2026-11-21T10:00:00.000000Z",
        "days": 1,
        "machine_at": "2026-11-21T09:00:00.000000Z",
    }
    assert kinds.count("link.opened") == 2


def test_links_that_open_nothing_tell_nothing(books: Reminded) -> None:
    with pytest.raises(LinkUnknown):
        books.openings.shown("no-such-token", PHONE)
    books.links.revoke(books.secret)
    with pytest.raises(LinkExpired):
        books.shown()
    assert books.told() == []


def test_nothing_of_who_looked_is_kept(books: Reminded) -> None:
    books.clock.advance(HOUR)
    books.openings.fetched(books.link, SCANNER)
    books.shown()
    kept = repr(list(books.store.everything()))
    for part in ("Mozilla", "iPhone", "Barracuda"):
        assert part not in kept


BROWSERS = (
    PHONE,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Linux; Android 6.0; CUBOT MAX Build/MRA58K) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Chrome/72.0.3626.121 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/111.0.0.0 "
    "Mobile Safari/537.36 (Ecosia android@111.0.5563.116)",
    "Mozilla/5.0 (Linux; Android 16; Pixel 10 Build/CP1A.260305.018; wv) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Version/4.0 Chrome/146.0.7680.174 Mobile Safari/537.36 MetaIAB Facebook",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.1; WOW64; Trident/6.0; SLCC2)",
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
)
MACHINES = (
    "",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
    "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "WhatsApp/2.23.20.0 A",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "HeadlessChrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "python-requests/2.34.2",
    "curl/8.9.1",
)


@pytest.mark.parametrize("agent", BROWSERS)
def test_what_people_use_is_a_browser(agent: str) -> None:
    assert is_browser(agent) and not is_known_machine(agent)


@pytest.mark.parametrize("agent", MACHINES)
def test_what_machines_call_themselves_is_none(agent: str) -> None:
    assert not is_browser(agent)


def test_each_kind_of_machine_has_a_source() -> None:
    from saldo.reminders import agents

    table = json.loads((Path(agents.__file__).parent / "machines.json").read_text("utf-8"))
    assert table["checked_on"]
    for entry in table["patterns"]:
        assert entry["pattern"] == entry["pattern"].lower() and entry["what"]
        assert entry["source"].startswith("https://")
