"""The portal: signing in by a link, all accounts in one place, and who else may look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.remind import app as remind
from saldo.accounts.corrections import corrected
from saldo.accounts.model import Account, Contact
from saldo.codec import encode
from saldo.messages.model import MailThrottled
from saldo.payments.links import LinkExpired
from saldo.portal.addresses import contact_writes
from saldo.portal.model import PortalAddress, PortalUser, SignInLink
from saldo.store import Put
from saldo.wiring import services
from tests.books import ACCOUNT, CREDITOR, Books
from tests.functions.visitor import EMAIL, GROUP, LEASING, PORTAL, Portal, Visitor, portal_of

OTHER = "cfo@kanzlei.example"


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def portal(books: Books) -> Iterator[Portal]:
    with portal_of(books) as found:
        yield found


def account_url(visitor: Visitor, name: str = "Beispiel AG") -> str:
    """Return the address of an account, as the overview links to it."""
    listed = re.findall(
        r'href="([^"]*/accounts/[^"]*)">.*?<strong>(.*?)</strong>', visitor.html, re.S
    )
    return str(next(address for address, seen in listed if seen == name))


def invite(portal: Portal, role: str, email: str = OTHER) -> Visitor:
    """The owner invites somebody, who signs in."""
    owner = portal.signed_in()
    owner.open(account_url(owner))
    place = owner.url.partition("?")[0]
    owner.press(f"{place}/users", press="invite", email=email, role=role)
    assert "Invited. The person gets an e-mail in a moment." in owner.said
    assert portal.post() == [PORTAL]
    return portal.signed_in(email)


def test_dealer_and_leasing_stand_in_one_overview(portal: Portal) -> None:
    seen = portal.signed_in()
    assert "Your accounts 2 accounts" in seen.said
    assert "Musterwerk GmbH" in seen.said
    assert "Musterwerk Leasing GmbH Beispiel AG Fuhrpark Account L-7" in seen.said
    assert "€169.00 2 open invoices" in seen.said
    assert f"Signed in as {EMAIL}" in seen.said
    assert list(seen.cookies) == [f"__Host-saldo-{GROUP}"]


def test_currencies_are_never_added_together(books: Books, portal: Portal) -> None:
    books.push(books.invoice("CH-1", 7000, currency="CHF"))
    seen = portal.signed_in().said
    assert "€169.00 2 open invoices" in seen
    assert re.search(r"CHF ?70.00 1 open invoice", seen)


def test_a_stranger_gets_the_same_page_and_no_mail(books: Books, portal: Portal) -> None:
    known, stranger = portal.ask(), portal.ask("nobody@elsewhere.example")
    assert (known.status, known.url, known.html) == (
        stranger.status,
        stranger.url,
        stranger.html,
    )
    assert [job.email for job in portal.queue.jobs] == [EMAIL, "nobody@elsewhere.example"]
    assert len(portal.post()) == 1
    (mail,) = books.postbox.mails
    assert (mail.to_address, mail.from_name) == (EMAIL, "Musterwerk GmbH")


def test_asking_writes_as_much_for_a_stranger_as_for_a_customer(
    books: Books, portal: Portal
) -> None:
    def written(email: str) -> int:
        before = len(list(books.store.everything()))
        portal.ask(email)
        return len(list(books.store.everything())) - before

    written("first@elsewhere.example")  # the network's own count is new once
    assert written(EMAIL) == written("nobody@elsewhere.example") > 0


def test_upper_case_and_spaces_make_no_difference(portal: Portal) -> None:
    portal.ask(f" {EMAIL.upper()} ")
    assert len(portal.post()) == 1


def test_what_is_no_address_is_said_at_its_field(portal: Portal) -> None:
    seen = portal.ask("ap at beispiel")
    assert seen.status == 400
    assert seen.said.count("Please write the address like this") == 2
    assert 'value="ap at beispiel"' in seen.html
    assert portal.queue.jobs == []


def test_the_mail_that_opens_links_by_itself_signs_nobody_in(portal: Portal) -> None:
    portal.ask()
    (link,) = portal.post()
    scanner = portal.visitor().open(link)
    assert scanner.cookies == {}
    person = portal.visitor().open(link)
    assert "One more click" in person.said
    person.press(link)
    assert "Your accounts" in person.said


def test_a_link_signs_in_once(portal: Portal) -> None:
    portal.ask()
    (link,) = portal.post()
    first, second = portal.visitor().open(link), portal.visitor().open(link)
    first.press(link)
    assert "Your accounts" in first.said
    second.press(link)
    assert (second.status, second.cookies) == (410, {})
    assert "This link does not sign anybody in (any more)." in second.said
    assert second.open(link).status == 410


def test_a_link_is_too_old_after_a_quarter_of_an_hour(books: Books, portal: Portal) -> None:
    portal.ask()
    (link,) = portal.post()
    waiting = portal.visitor().open(link)
    books.clock.advance(timedelta(minutes=15))
    assert waiting.press(link).status == 410
    assert waiting.cookies == {}


def test_a_link_that_was_made_up_tells_what_an_old_one_tells(books: Books, portal: Portal) -> None:
    portal.ask()
    (link,) = portal.post()
    books.clock.advance(timedelta(minutes=20))
    old = portal.visitor().open(link)
    made_up = portal.visitor().open(f"{PORTAL}/sign-in/{'A' * 22}")
    assert (old.status, old.html) == (made_up.status, made_up.html)


def test_a_link_opens_its_own_portal_alone(books: Books, portal: Portal) -> None:
    books.open_creditor(id="stranger", name="Fremde GmbH")
    portal.ask()
    (link,) = portal.post()
    assert portal.visitor().open(link.replace(GROUP, "stranger")).status == 410


def test_nobody_asks_for_a_link_when_the_mail_waited_too_long(books: Books, portal: Portal) -> None:
    portal.ask()
    books.clock.advance(timedelta(minutes=16))
    assert portal.post() == []
    assert not [one for one in books.store.everything() if isinstance(one, SignInLink)]


def test_three_links_a_quarter_of_an_hour_and_nobody_is_told(books: Books, portal: Portal) -> None:
    answers = {(seen.status, seen.html) for seen in (portal.ask() for _ in range(5))}
    assert len(answers) == 1
    assert len(portal.queue.jobs) == 3
    books.clock.advance(timedelta(minutes=15))
    portal.ask()
    assert len(portal.queue.jobs) == 4


def test_one_network_cannot_try_addresses_for_ever(books: Books, portal: Portal) -> None:
    for number in range(20):
        assert portal.ask(f"guess-{number}@beispiel.example").status == 200
    seen = portal.ask("guess-20@beispiel.example")
    assert seen.status == 429
    assert "That was often in a row" in seen.said
    assert len(portal.queue.jobs) == 20
    books.clock.advance(timedelta(minutes=15))
    assert portal.ask("guess-21@beispiel.example").status == 200


def test_who_is_idle_for_half_an_hour_is_signed_out(books: Books, portal: Portal) -> None:
    seen = portal.signed_in()
    for _ in range(3):  # pages that are opened keep it alive
        books.clock.advance(timedelta(minutes=20))
        assert "Your accounts" in seen.open(PORTAL).said
    books.clock.advance(timedelta(minutes=31))
    assert "You are not signed in any more." in seen.open(PORTAL).said
    assert seen.cookies == {}


def test_nobody_stays_signed_in_for_more_than_twelve_hours(books: Books, portal: Portal) -> None:
    seen = portal.signed_in()
    for _ in range(35):
        books.clock.advance(timedelta(minutes=20))
        assert "Your accounts" in seen.open(PORTAL).said
    books.clock.advance(timedelta(minutes=20))
    assert "Your accounts" not in seen.open(PORTAL).said


def test_signing_out_ends_the_session_on_the_server_too(portal: Portal) -> None:
    seen = portal.signed_in()
    kept = dict(seen.cookies)
    seen.press(f"{PORTAL}/sign-out")
    assert seen.cookies == {}
    seen.cookies = kept
    assert "Your accounts" not in seen.open(PORTAL).said


def test_a_form_from_elsewhere_changes_nothing(books: Books, portal: Portal) -> None:
    seen = portal.signed_in()
    seen.open(account_url(seen))
    place = seen.url.partition("?")[0]
    order = {"press": "invite", "email": OTHER, "role": "owner"}
    forged = replace(seen).press(f"{place}/users", without_key=True, **order)
    assert forged.status == 403
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert replace(seen).press(f"{place}/users", headers=elsewhere, **order).status == 403
    assert list(books.store.list(PortalUser, CREDITOR, ACCOUNT)) == []


def test_a_strangers_link_is_not_pressed_in_somebodys_name(portal: Portal) -> None:
    portal.ask()
    (link,) = portal.post()
    seen = portal.visitor().open(link)
    seen.press(link, headers={"sec-fetch-site": "cross-site"})
    assert (seen.status, seen.cookies) == (403, {})


def test_the_owner_pays_by_a_link_that_lives_two_hours(books: Books, portal: Portal) -> None:
    seen = portal.signed_in()
    seen.open(account_url(seen))
    seen.press(f"{seen.url.partition('?')[0]}/open")
    assert seen.status == 200
    assert "Pay everything: €169.00" in seen.said
    token = seen.url.partition("/p/")[2].partition("?")[0]
    assert services().links.open(token).link.scope == "account"
    books.clock.advance(timedelta(hours=2))
    with pytest.raises(LinkExpired):
        services().links.open(token)


def test_an_account_shows_open_and_paid_and_what_was_agreed(books: Books, portal: Portal) -> None:
    books.pay("RE-2", 5000)
    seen = portal.signed_in()
    seen.open(account_url(seen))
    assert "Open in EUR €119.00" in seen.said
    assert "Settled invoices" in seen.said
    assert "RE-2 Paid" in seen.said
    assert "Payments Received on" in seen.said
    assert "Contacts" in seen.said
    assert EMAIL in seen.said


def test_somebody_invited_to_pay_sees_that_account_and_pays(portal: Portal) -> None:
    seen = invite(portal, "payer")
    assert "Your accounts 1 account" in seen.said
    assert "Leasing" not in seen.said.partition("Signed in")[0].partition("Your accounts")[2]
    seen.open(account_url(seen))
    assert EMAIL not in seen.said, "contacts are the owners' business"
    seen.press(f"{seen.url.partition('?')[0]}/open")
    assert "Pay everything: €169.00" in seen.said


def test_an_invited_reader_looks_and_cannot_pay(books: Books, portal: Portal) -> None:
    seen = invite(portal, "reader")
    url = account_url(seen)
    place = seen.open(url).url.partition("?")[0]
    assert "You can look at this account." in seen.said
    assert "Pay or answer" not in seen.said and "I have a question" not in seen.said
    seen.press(f"{place}/open")
    assert "€169.00" in seen.said and "You cannot pay with it." in seen.said
    assert "<form" not in seen.html
    # Whoever asks for more than their role may gets no further.
    seen.open(url).press(f"{place}/open", to="question")
    assert seen.url.partition("?")[0].rpartition("/p/")[2].count("/") == 0
    token = seen.url.partition("/p/")[2].partition("?")[0]
    assert services().links.open(token).link.rights == ("read",)


@pytest.mark.parametrize("role", ["reader", "payer"])
def test_everybody_invited_fetches_documents(portal: Portal, role: str) -> None:
    seen = invite(portal, role)
    seen.open(account_url(seen))
    seen.press(f"{seen.url.partition('?')[0]}/open", to="documents")
    assert "Your documents" in seen.said and "Statement of account" in seen.said
    link = seen.url.partition("/documents")[0]
    status, headers, _ = portal.browser.get(f"{link}/documents/statement.csv")
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/csv")


def test_who_may_answer_reads_and_continues_the_conversation(portal: Portal) -> None:
    seen = invite(portal, "payer")
    seen.open(account_url(seen))
    seen.press(f"{seen.url.partition('?')[0]}/open", to="question")
    assert "What would you like to know?" in seen.said


def test_only_an_owner_invites(books: Books, portal: Portal) -> None:
    seen = invite(portal, "payer")
    seen.open(account_url(seen))
    place = seen.url.partition("?")[0]
    seen.html = seen.html.replace(f'action="{PORTAL}/sign-out"', f'action="{place}/users"')
    order = {"press": "invite", "email": "third@elsewhere.example", "role": "owner"}
    assert seen.press(f"{place}/users", **order).status == 403
    assert len(list(books.store.list(PortalUser, CREDITOR, ACCOUNT))) == 1


def test_who_is_removed_is_signed_out_at_once(books: Books, portal: Portal) -> None:
    guest = invite(portal, "payer")
    url = account_url(guest)
    owner = portal.signed_in()
    owner.open(account_url(owner))
    place = owner.url.partition("?")[0]
    (user,) = books.store.list(PortalUser, CREDITOR, ACCOUNT)
    assert user.state == "active"
    owner.press(f"{place}/users", press="remove", user=user.id)
    assert "Removed." in owner.said
    assert OTHER not in owner.said
    assert "You are not signed in any more." in guest.open(url).said
    portal.ask(OTHER)
    assert portal.post() == []
    assert "portal.user_changed" in books.event_types()


def test_who_was_removed_can_be_invited_again(books: Books, portal: Portal) -> None:
    test_who_is_removed_is_signed_out_at_once(books, portal)
    assert "Your accounts" in invite(portal, "reader").said


def test_a_role_that_is_changed_holds_at_once(books: Books, portal: Portal) -> None:
    guest = invite(portal, "payer")
    guest.open(account_url(guest))
    owner = portal.signed_in()
    owner.open(account_url(owner))
    place = owner.url.partition("?")[0]
    (user,) = books.store.list(PortalUser, CREDITOR, ACCOUNT)
    owner.press(f"{place}/users", press="role", user=user.id, role="reader")
    assert "Changed." in owner.said
    guest.press(f"{place}/open")
    assert "You cannot pay with it." in guest.said


def test_nobody_is_invited_twice_nor_a_contact(portal: Portal) -> None:
    invite(portal, "payer")
    owner = portal.signed_in()
    owner.open(account_url(owner))
    place = owner.url.partition("?")[0]
    for email in (OTHER, EMAIL):
        owner.press(f"{place}/users", press="invite", email=email, role="reader")
        assert owner.status == 409
        assert owner.said.count("This address has access already.") == 2
        assert f'value="{email}"' in owner.html


def test_another_customers_account_is_nowhere(books: Books, portal: Portal) -> None:
    books.open_account("10002", "ap@other.example")
    other = portal.signed_in("ap@other.example")
    url = account_url(other)
    seen = portal.signed_in()
    assert seen.open(url).status == 404
    assert seen.html == seen.open(f"{PORTAL}/accounts/{'0' * 20}").html


def test_a_new_contact_may_look_and_the_old_one_no_more(books: Books, portal: Portal) -> None:
    seen = portal.signed_in()
    known = books.store.get(Account, CREDITOR, ACCOUNT)
    assert known is not None
    books.clock.advance(timedelta(minutes=1))
    books.intake.put_accounts([replace(known, contacts=(Contact("Neu", "neu@beispiel.example"),))])
    assert "10001" not in seen.open(PORTAL).said
    assert "L-7" in seen.said, "the other company still knows them"
    assert "10001" in portal.signed_in("neu@beispiel.example").said
    lookups = [one for one in books.store.everything() if isinstance(one, PortalAddress)]
    assert len(lookups) == 2


def test_an_address_that_a_payer_corrected_opens_nothing_before_the_erp_says_it(
    books: Books, portal: Portal
) -> None:
    """Whoever holds a pay link can correct the address: that must not let them in."""
    known = books.store.get(Account, CREDITOR, ACCOUNT)
    assert known is not None
    mine = (Contact("Jemand", "somebody@elsewhere.example"),)
    changed = replace(corrected(known, contacts=mine), version=known.version + 1)
    books.store.commit([Put(changed, expect=known.version), *contact_writes(known, changed)])
    portal.ask("somebody@elsewhere.example")
    assert portal.post() == []
    assert "10001" in portal.signed_in().said, "whom the ERP named still sees it"
    books.clock.advance(timedelta(minutes=1))
    books.intake.put_accounts([replace(known, contacts=mine)])
    assert "10001" in portal.signed_in("somebody@elsewhere.example").said


def test_who_says_to_be_somebody_else_sees_nothing(books: Books, portal: Portal) -> None:
    known = books.store.get(Account, CREDITOR, ACCOUNT)
    assert known is not None
    wrong: tuple[Contact, ...] = tuple(
        replace(one, email_state="wrong-person") for one in known.contacts
    )
    changed = replace(known, contacts=wrong, version=known.version + 1)
    books.store.commit([Put(changed, expect=known.version), *contact_writes(known, changed)])
    assert "10001" not in portal.signed_in().said


def test_a_link_leaves_in_shadow_too_but_not_when_all_sending_is_stopped(
    books: Books, portal: Portal
) -> None:
    """Who asks is not reminded of anything; the installation's switch is for emergencies."""
    books.accounts.change_creditor(CREDITOR, state="shadow", sending=False)
    portal.ask()
    assert len(portal.post()) == 1
    books.accounts.switch_sending(False)
    portal.ask()
    assert portal.post() == []


def test_a_creditor_without_a_group_has_a_portal_of_its_own(books: Books, portal: Portal) -> None:
    services().portals.move(LEASING, None)
    seen = portal.visitor().open(f"{PORTAL.replace(GROUP, LEASING)}")
    assert "Musterwerk Leasing GmbH" in seen.said
    assert "Your accounts 1 account" in portal.signed_in().said


def test_the_mail_leaves_by_the_queue_of_all_mail(books: Books, portal: Portal) -> None:
    portal.ask()
    (job,) = portal.queue.take()
    body = json.dumps(encode(job))
    record = {"messageId": "1", "receiptHandle": "1", "body": body}
    assert remind.send({"Records": [record]}, None) == {"batchItemFailures": []}
    (mail,) = books.postbox.mails
    assert mail.tags == {"portal": GROUP}
    assert "works for 15 minutes" in mail.text
    assert "Musterwerk Leasing GmbH" in mail.text


def test_mail_that_the_service_does_not_take_now_is_tried_again(
    books: Books, portal: Portal
) -> None:
    portal.ask()
    (job,) = portal.queue.take()
    record = {"messageId": "1", "receiptHandle": "1", "body": json.dumps(encode(job))}
    books.postbox.fails.append(MailThrottled("busy"))
    failed = remind.send({"Records": [record]}, None)
    assert failed == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert remind.send({"Records": [record]}, None) == {"batchItemFailures": []}
    assert len(books.postbox.mails) == 1


def test_a_portal_that_is_none_tells_nothing(portal: Portal) -> None:
    seen = portal.visitor().open(PORTAL.replace(GROUP, "nobodys"))
    assert seen.status == 404
    assert "There is nothing here" in seen.said
    assert "Musterwerk" not in seen.said


def test_the_cookie_is_the_only_thing_kept_and_it_is_hashed(books: Books, portal: Portal) -> None:
    seen = portal.signed_in()
    (secret,) = seen.cookies.values()
    assert secret not in repr(list(books.store.everything()))
    assert seen.headers["cache-control"] == "no-store"
    assert seen.headers["referrer-policy"] == "no-referrer"


def test_pages_of_pay_links_set_no_cookie(books: Books, portal: Portal) -> None:
    link = books.links.create(CREDITOR, "RE-1")
    assert portal.visitor().open(link).cookies == {}


def test_an_ended_session_is_forgotten_by_the_table(books: Books, portal: Portal) -> None:
    from saldo.adapters.dynamo.rows import attributes_of

    portal.signed_in()
    kinds = {
        type(one).__name__: attributes_of(one)["ttl"]
        for one in books.store.everything()
        if hasattr(one, "gone_at")
    }
    assert set(kinds) == {"SignInLink", "PortalSession", "Tally"}
    assert min(kinds.values()) > books.clock.now().timestamp()


def _pay_links(books: Books) -> list[object]:
    return [one for one in books.store.everything() if type(one).__name__ == "PayLink"]
