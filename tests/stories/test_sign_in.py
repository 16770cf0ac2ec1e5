"""Signing in to the console: passwords, codes, invitations, and who is kept out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saldo.accounts.model import Installation
from saldo.adapters.memory.identity import MemoryIdentity
from saldo.people.entry import (
    BY_ADDRESS_AND_NETWORK,
    BY_NETWORK,
    CODES,
    Asked,
    ConsoleEntry,
    Entered,
    Outcome,
    ProvenAgain,
    TooManySignIns,
)
from saldo.people.links import PasswordLinks, PasswordLinkSpent, PersonJob
from saldo.people.mails import PeopleMails, texts
from saldo.people.model import Grant, SignInStep, User
from saldo.people.ports import ChallengeOver, NotProven, PasswordNotGood, SecondFactorThere
from saldo.people.sessions import SessionOver, Sessions, Signed
from saldo.people.staffing import Staffing
from saldo.people.totp import code_at
from saldo.people.users import PersonExists, Users, WorksElsewhere
from saldo.portal.limits import Limits
from saldo.portal.sign_in import AddressNotReadable
from saldo.store import Put
from tests.books import CREDITOR, Books, ListQueue

OLGA, CLARA = "olga@example.com", "clara@example.com"
PASSWORD, OTHER = "Correct-Horse-9", "Battery-Staple-7"
OFFICE, AWAY = "192.0.2.10", "198.51.100.7"


class House:
    """The people of a creditor, its identity provider, and the mail to them."""

    def __init__(self) -> None:
        self.books = books = Books()
        books.open_creditor()
        self.identity = MemoryIdentity(books.clock, books.ids)
        self.users = Users(books.store, books.clock, books.ids)
        self.sessions = Sessions(books.store, books.clock, books.ids)
        limits = Limits(books.store, books.clock)
        self.entry = ConsoleEntry(
            books.store,
            books.clock,
            books.ids,
            self.identity,
            self.users,
            self.sessions,
            limits,
        )
        self.queue = ListQueue()
        self.links = PasswordLinks(
            books.store,
            books.clock,
            books.ids,
            self.identity,
            self.users,
            self.entry,
            limits,
            self.queue,
        )
        self.mails = PeopleMails(
            books.store, books.clock, self.links, books.postbox, "https://pay.example"
        )
        self.staffing = Staffing(self.identity, self.users, self.links)
        self.staffing.invite(OLGA, "Olga", "de", [Grant(CREDITOR, "owner")], by="cli", mail=False)
        self.identity.set_password(OLGA, PASSWORD)

    def hire(self, email: str = CLARA, role: str = "collector") -> User:
        grant = Grant(CREDITOR, role)  # type: ignore[arg-type]  # one of the roles
        return self.staffing.invite(email, "Clara", "en", [grant], by=OLGA)

    def token(self) -> str:
        """Let the queued mail go out, and return the link's token of the last one."""
        for job in self.queue.take():
            assert self.mails.send(job)
        text = self.books.postbox.mails[-1].text
        return next(
            line.rpartition("/")[2] for line in text.splitlines() if "/sign-in/link/" in line
        )

    def join(self, email: str = CLARA) -> Entered:
        """Hire somebody, who chooses a password by the link of the invitation."""
        self.hire(email)
        return entered(self.links.use(self.token(), PASSWORD, OFFICE))

    def with_app(self, inside: Entered) -> str:
        """Set up an authenticator app for who is in; return its secret."""
        asked = self.entry.set_up_app(self.of(inside), PASSWORD, OFFICE)
        self.entry.answer(asked.token, self.code(asked.app_secret))
        return asked.app_secret

    def of(self, inside: Entered) -> Signed:
        return self.sessions.of(inside.secret)

    def code(self, secret: str) -> str:
        return code_at(secret, self.books.clock.now())


@pytest.fixture
def house() -> House:
    return House()


def entered(outcome: Outcome) -> Entered:
    assert isinstance(outcome, Entered)
    return outcome


def asked(outcome: Outcome) -> Asked:
    assert isinstance(outcome, Asked)
    return outcome


def test_somebody_invited_chooses_a_password_and_is_in(house: House) -> None:
    inside = house.join()
    assert house.of(inside).user.email == CLARA
    mail = house.books.postbox.mails[-1]
    assert (mail.to_address, mail.language, mail.subject) == (CLARA, "en", "Invitation to Saldo")
    assert f"{OLGA} has invited you to work with Saldo at Musterwerk GmbH" in mail.text
    again = entered(house.entry.sign_in(CLARA, PASSWORD, OFFICE))
    assert house.of(again).user.state == "active"


def test_the_link_of_an_invitation_works_once_and_a_week(house: House) -> None:
    house.hire()
    token = house.token()
    assert house.links.look(token)[1].email == CLARA
    with pytest.raises(PasswordNotGood):
        house.links.use(token, "short", OFFICE)
    house.links.use(token, PASSWORD, OFFICE)
    with pytest.raises(PasswordLinkSpent):
        house.links.use(token, OTHER, OFFICE)
    house.staffing.invite_again(house.users.by_email(CLARA), by=OLGA)
    late = house.token()
    house.books.clock.advance(timedelta(days=7))
    with pytest.raises(PasswordLinkSpent):
        house.links.look(late)


def test_a_wrong_password_a_stranger_and_somebody_gone_are_told_alike(house: House) -> None:
    house.join()
    house.identity.create("in-the-pool-alone@example.com")
    house.identity.set_password("in-the-pool-alone@example.com", PASSWORD)
    house.staffing.disable(house.users.by_email(CLARA), by=OLGA)
    said = set()
    for email, password in (
        (OLGA, OTHER),
        ("nobody@example.com", PASSWORD),
        (CLARA, PASSWORD),
        ("in-the-pool-alone@example.com", PASSWORD),
        (OLGA, ""),
        (OLGA, "x" * 300),
    ):
        with pytest.raises(NotProven) as refused:
            house.entry.sign_in(email, password, OFFICE)
        said.add((refused.value.code, refused.value.detail))
    assert len(said) == 1


def test_who_tries_passwords_is_stopped_and_locks_nobody_out_elsewhere(house: House) -> None:
    for _ in range(BY_ADDRESS_AND_NETWORK.most):
        with pytest.raises(NotProven):
            house.entry.sign_in(OLGA, OTHER, AWAY)
    with pytest.raises(TooManySignIns):
        house.entry.sign_in(OLGA, PASSWORD, AWAY)
    entered(house.entry.sign_in(OLGA, PASSWORD, OFFICE))
    house.books.clock.advance(timedelta(minutes=30))
    entered(house.entry.sign_in(OLGA, PASSWORD, AWAY))


def test_a_network_that_tries_many_addresses_is_stopped(house: House) -> None:
    for number in range(BY_NETWORK.most):
        with pytest.raises(NotProven):
            house.entry.sign_in(f"guess-{number}@example.com", OTHER, AWAY)
    with pytest.raises(TooManySignIns):
        house.entry.sign_in("one-more@example.com", OTHER, AWAY)


def test_with_an_app_the_code_is_asked_for_and_counts_as_the_way(house: House) -> None:
    secret = house.with_app(house.join())
    step = asked(house.entry.sign_in(CLARA, PASSWORD, OFFICE))
    assert (step.kind, step.app_secret) == ("totp", "")
    assert house.entry.step(step.token).email == CLARA
    with pytest.raises(NotProven):
        house.entry.answer(step.token, "000000")
    inside = entered(house.entry.answer(step.token, house.code(secret)))
    assert inside.session.way == "totp"
    with pytest.raises(ChallengeOver):
        house.entry.answer(step.token, house.code(secret))
    kept = [row for row in house.books.store.everything() if isinstance(row, SignInStep)]
    assert kept == [], "what the provider gave for the step is gone with it"


def test_codes_cannot_be_tried_out(house: House) -> None:
    secret = house.with_app(house.join())
    step = asked(house.entry.sign_in(CLARA, PASSWORD, OFFICE))
    for _ in range(5):
        with pytest.raises(NotProven):
            house.entry.answer(step.token, "000000")
    with pytest.raises(ChallengeOver):
        house.entry.answer(step.token, house.code(secret))


def test_who_has_the_password_gets_no_million_guesses_at_the_code(house: House) -> None:
    secret = house.with_app(house.join())
    tried = 0
    for network in range(5):
        step = asked(house.entry.sign_in(CLARA, PASSWORD, f"192.0.2.{network}"))
        for _ in range(5):
            with pytest.raises((NotProven, TooManySignIns)) as refused:
                house.entry.answer(step.token, "000000")
            tried += refused.type is NotProven
    assert tried == CODES.most
    house.books.clock.advance(timedelta(hours=1))
    step = asked(house.entry.sign_in(CLARA, PASSWORD, OFFICE))
    entered(house.entry.answer(step.token, house.code(secret)))


def test_a_step_that_waits_too_long_is_over(house: House) -> None:
    house.with_app(house.join())
    step = asked(house.entry.sign_in(CLARA, PASSWORD, OFFICE))
    house.books.clock.advance(timedelta(minutes=10))
    with pytest.raises(ChallengeOver):
        house.entry.step(step.token)
    with pytest.raises(ChallengeOver):
        house.entry.step("")


def test_an_installation_that_insists_leads_new_people_through_an_app(house: House) -> None:
    house.identity.needs_totp = True
    house.hire()
    step = asked(house.links.use(house.token(), PASSWORD, OFFICE))
    assert step.kind == "totp-setup"
    assert step.app_secret
    assert house.entry.step(step.token).app_secret == step.app_secret
    inside = entered(house.entry.answer(step.token, house.code(step.app_secret)))
    assert house.of(inside).user.email == CLARA


def test_a_temporary_password_is_replaced_on_the_way_in(house: House) -> None:
    house.hire()
    house.identity.set_temporary(CLARA, "Temporary-Pass-1")
    step = asked(house.entry.sign_in(CLARA, "Temporary-Pass-1", OFFICE))
    with pytest.raises(PasswordNotGood):
        house.entry.answer(step.token, "short")
    entered(house.entry.answer(step.token, PASSWORD))
    entered(house.entry.sign_in(CLARA, PASSWORD, OFFICE))


def test_a_second_app_is_not_set_up_beside_the_first(house: House) -> None:
    inside = house.join()
    house.with_app(inside)
    with pytest.raises(SecondFactorThere):
        house.entry.set_up_app(house.of(inside), PASSWORD, OFFICE)


def test_a_lost_telephone_is_made_up_for_and_ends_sessions(house: House) -> None:
    inside = house.join()
    house.with_app(inside)
    house.books.clock.advance(timedelta(seconds=1))
    house.staffing.forget_app(house.users.by_email(CLARA), by=OLGA, creditor=CREDITOR)
    with pytest.raises(SessionOver):
        house.of(inside)
    entered(house.entry.sign_in(CLARA, PASSWORD, OFFICE))


def test_who_is_in_proves_again_who_they_are(house: House) -> None:
    inside = house.join()
    house.books.clock.advance(timedelta(minutes=11))
    signed = house.of(inside)
    assert not signed.session.is_proven(house.books.clock.now())
    with pytest.raises(NotProven):
        house.entry.prove(signed, OTHER, OFFICE)
    assert isinstance(house.entry.prove(signed, PASSWORD, OFFICE), ProvenAgain)
    assert house.of(inside).session.is_proven(house.books.clock.now())


def test_proving_again_takes_the_code_too(house: House) -> None:
    inside = house.join()
    secret = house.with_app(inside)
    house.books.clock.advance(timedelta(minutes=11))
    step = asked(house.entry.prove(house.of(inside), PASSWORD, OFFICE))
    assert not house.of(inside).session.is_proven(house.books.clock.now())
    assert isinstance(house.entry.answer(step.token, house.code(secret)), ProvenAgain)
    assert house.of(inside).session.is_proven(house.books.clock.now())


def test_a_proof_for_a_session_that_ended_meanwhile_is_none(house: House) -> None:
    inside = house.join()
    secret = house.with_app(inside)
    step = asked(house.entry.prove(house.of(inside), PASSWORD, OFFICE))
    house.sessions.close(inside.secret)
    with pytest.raises(SessionOver):
        house.entry.answer(step.token, house.code(secret))


def test_a_new_password_signs_out_everywhere_else(house: House) -> None:
    here = house.join()
    elsewhere = entered(house.entry.sign_in(CLARA, PASSWORD, AWAY))
    house.books.clock.advance(timedelta(minutes=1))
    with pytest.raises(NotProven):
        house.entry.change_password(house.of(here), OTHER, OTHER, OFFICE)
    fresh = house.entry.change_password(house.of(here), PASSWORD, OTHER, OFFICE)
    for old in (here, elsewhere):
        with pytest.raises(SessionOver):
            house.of(old)
    assert house.of(fresh).user.email == CLARA
    entered(house.entry.sign_in(CLARA, OTHER, OFFICE))


def test_a_new_password_is_no_proof_for_whom_the_app_is_asked_too(house: House) -> None:
    here = house.join()
    house.with_app(here)
    house.books.clock.advance(timedelta(minutes=11))
    assert not house.of(here).session.is_proven(house.books.clock.now())
    fresh = house.entry.change_password(house.of(here), PASSWORD, OTHER, OFFICE)
    assert not house.of(fresh).session.is_proven(house.books.clock.now())
    asked(house.entry.prove(house.of(fresh), OTHER, OFFICE))


def test_a_forgotten_password_is_replaced_by_a_link(house: House) -> None:
    inside = house.join()
    house.books.clock.advance(timedelta(minutes=1))
    house.links.ask(f" {CLARA.upper()}", OFFICE)
    fresh = entered(house.links.use(house.token(), OTHER, OFFICE))
    assert house.of(fresh).user.email == CLARA
    with pytest.raises(SessionOver):
        house.of(inside)
    assert "A new password for Saldo" in house.books.postbox.mails[-1].subject


def test_a_new_password_takes_the_links_of_before_their_power(house: House) -> None:
    house.hire()
    first = house.token()
    house.staffing.invite_again(house.users.by_email(CLARA), by=OLGA)
    second = house.token()
    house.books.clock.advance(timedelta(minutes=1))
    house.links.use(second, PASSWORD, OFFICE)
    with pytest.raises(PasswordLinkSpent):
        house.links.look(first)


def test_asking_for_a_link_does_the_same_for_every_address(house: House) -> None:
    house.links.ask(OLGA, OFFICE)
    house.links.ask("nobody@example.com", OFFICE)
    known, unknown = house.queue.take()
    assert isinstance(known, PersonJob)
    assert house.mails.send(known) is not None
    assert house.mails.send(unknown) is None
    with pytest.raises(AddressNotReadable):
        house.links.ask("no address", OFFICE)


def test_an_address_gets_three_links_a_quarter_of_an_hour(house: House) -> None:
    for _ in range(5):
        house.links.ask(OLGA, OFFICE)
    assert len(house.queue.take()) == 3
    house.books.clock.advance(timedelta(minutes=15))
    house.links.ask(OLGA, OFFICE)
    assert len(house.queue.take()) == 1


def test_a_link_ordered_long_ago_is_not_sent_any_more(house: House) -> None:
    house.links.ask(OLGA, OFFICE)
    (job,) = house.queue.take()
    house.books.clock.advance(timedelta(hours=1))
    assert house.mails.send(job) is None


def test_nothing_leaves_while_the_installation_is_switched_off(house: House) -> None:
    house.hire()
    house.books.store.commit([Put(Installation(sending=False, version=1), expect=None)])
    (job,) = house.queue.take()
    assert house.mails.send(job) is None


def test_who_is_let_in_no_more_sets_no_password_by_an_old_link(house: House) -> None:
    house.hire()
    token = house.token()
    house.staffing.disable(house.users.by_email(CLARA), by=OLGA)
    with pytest.raises(PasswordLinkSpent):
        house.links.use(token, PASSWORD, OFFICE)
    house.links.ask(CLARA, OFFICE)
    (job,) = house.queue.take()
    assert house.mails.send(job) is None


def test_letting_somebody_in_again_gives_back_what_was_granted(house: House) -> None:
    house.join()
    clara = house.users.by_email(CLARA)
    house.staffing.disable(clara, by=OLGA)
    house.staffing.enable(clara, by=OLGA)
    inside = entered(house.entry.sign_in(CLARA, PASSWORD, OFFICE))
    assert house.of(inside).user.grants == (Grant(CREDITOR, "collector"),)


def test_one_creditor_alone_does_not_lock_out_who_works_for_two(house: House) -> None:
    house.books.open_creditor(id="musterwerk-leasing", name="Musterwerk Leasing")
    house.join()
    clara = house.users.grant(
        house.users.by_email(CLARA).id, Grant("musterwerk-leasing", "sales"), by="cli"
    )
    with pytest.raises(WorksElsewhere):
        house.staffing.disable(clara, by=OLGA, creditor=CREDITOR)
    house.staffing.disable(clara, by="cli")


def test_beside_a_new_pool_everybody_is_invited_again_and_keeps_the_role(house: House) -> None:
    inside = house.join()
    before = house.users.by_email(CLARA)
    house.identity.people.clear()  # the books were restored into a stack with a pool of its own
    with pytest.raises(NotProven):
        house.entry.sign_in(CLARA, PASSWORD, OFFICE)
    moved = house.staffing.invite_again(before, by="cli")
    assert moved.id != before.id
    assert house.users.by_email(CLARA) == moved
    assert [one.email for one in house.users.all()].count(CLARA) == 1
    fresh = entered(house.links.use(house.token(), OTHER, OFFICE))
    assert house.of(fresh).user.grants == before.grants
    with pytest.raises(SessionOver):
        house.of(inside)
    assert house.staffing.invite_again(house.of(fresh).user, by="cli").id == moved.id


def test_nobody_is_invited_twice(house: House) -> None:
    house.hire()
    with pytest.raises(PersonExists):
        house.hire("Clara@Example.com")
    with pytest.raises(AddressNotReadable):
        house.hire("clara")


def test_the_words_of_mails_are_there_in_every_language() -> None:
    assert texts("de").keys() == texts("en").keys() == texts("nl").keys()
