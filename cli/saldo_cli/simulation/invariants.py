"""What must hold at the end of every run, whatever went wrong in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from saldo.accounts.model import Account, Hold
from saldo.events import Event
from saldo.invoices.model import Credit, OpenItem
from saldo.ledger.verify import verify
from saldo.reconciliation.model import WebhookSubscription
from saldo.reminders.model import AWAITING, Notice, NoticeRef
from saldo.reminders.policy import policy_named
from saldo_cli.simulation.actors import Cast
from saldo_cli.simulation.invariants_agreements import AGREEMENT_CHECKS
from saldo_cli.simulation.invariants_bank import BANK_CHECKS
from saldo_cli.simulation.invariants_money import MONEY_CHECKS
from saldo_cli.simulation.outcome import NOBODYS, every, owners
from saldo_cli.simulation.outside import GOOD_ENDPOINT
from saldo_cli.simulation.people import CREDITOR, POLICY
from saldo_cli.simulation.schedules import is_lasting
from saldo_cli.simulation.story import Misplace, Poison
from saldo_cli.simulation.world import WHOLE_DAYS, World

Check = Callable[[World, Cast], Iterator[str]]


def the_verifier_agrees(world: World, cast: Cast) -> Iterator[str]:
    """The operators' own verifier finds nothing either: the same promise on another path."""
    del cast
    for found in verify(world.books, world.clock.now().date()):
        what = f"{found.balance.what} {found.balance.detail}"
        yield f"the verifier finds {what} off by {found.off_by_minor}"


def no_notice_twice(world: World, cast: Cast) -> Iterator[str]:
    """No invoice, episode and step was mailed twice; nothing was mailed without a claim."""
    del cast
    mailed: Counter[tuple[str, int, str]] = Counter()
    for mail in world.post_office.taken:
        ref = world.books.get(NoticeRef, mail.notice)
        notice = world.books.get(Notice, ref.creditor, ref.account, ref.notice) if ref else None
        if notice is None:
            yield f"a mail left without a claim: {mail.notice}"
            continue
        for item in notice.items:
            mailed[item.invoice, item.episode, notice.step] += 1
    for key, times in mailed.items():
        if times > 1:
            yield f"notice {key} was mailed {times} times"


def notices_come_to_an_end(world: World, cast: Cast) -> Iterator[str]:
    """Every claim was sent, withdrawn, refused, or is a person's task; none is forgotten."""
    del cast
    taken = {mail.notice for mail in world.post_office.taken}
    for notice in every(world.books, Notice, *owners(world.books)):
        if notice.state in AWAITING:
            yield f"notice {notice.step} on {notice.invoice} is still {notice.state}"
        if notice.id in taken and notice.state in ("withdrawn", "unknown"):
            yield f"a mail was taken, but its notice ended {notice.state}"


def delivery_events_are_heard(world: World, cast: Cast) -> Iterator[str]:
    """What the mail service told is what the notice says, in whatever order it came."""
    del cast
    ends = {"Delivery": "delivered", "Bounce": "bounced", "Complaint": "complained"}
    fates = {debtor.email: ends[debtor.fate] for debtor in world.story.debtors}
    for mail in world.post_office.taken:
        ref = world.books.get(NoticeRef, mail.notice)
        notice = world.books.get(Notice, ref.creditor, ref.account, ref.notice) if ref else None
        if notice is not None and notice.state != fates[mail.address]:
            yield f"a mail to {mail.address} was {fates[mail.address]}; its notice: {notice.state}"


def nothing_leaves_during_a_pause(world: World, cast: Cast) -> Iterator[str]:
    """A pause of the whole creditor that a claim just missed keeps its mail back all the same."""
    del cast
    for mail in world.post_office.taken:
        for hold in world.watch.missed_pauses[mail.notice]:
            now = world.books.get(Hold, *hold.key)
            if now is None or now.ended_at is None or mail.at < now.ended_at:
                yield f"a mail left although its creditor was paused before the claim ({hold.id})"


def nobody_is_forgotten(world: World, cast: Cast) -> Iterator[str]:
    """Whoever still owes at the end has heard of every stage, unless something holds it back."""
    del cast
    if world.days < WHOLE_DAYS:
        return
    last = len(policy_named(POLICY).stages)
    dead = {debtor.number for debtor in world.story.debtors if debtor.fate != "Delivery"}
    held = {credit.account for credit in every(world.books, Credit, *owners(world.books))} | dead
    for item in every(world.books, OpenItem, *owners(world.books)):
        if item.account not in held and item.stage != last:
            yield f"{item.number} is still owed and only stage {item.stage} was sent"


def nothing_refused_is_lost(world: World, cast: Cast) -> Iterator[str]:
    """What no function could take stands in its dead-letter queue, with the reason."""
    del cast
    kept = Counter((letter.queue, letter.body) for letter in world.dead if letter.reason)
    for action in world.story.actions:
        if isinstance(action, Poison) and not kept[action.queue, action.body]:
            yield f"a message was lost: {action}"
    for letter in world.dead:
        if not letter.reason:
            yield f"a message was set aside without a reason, in {letter.queue}: {letter.body[:60]}"
        elif not is_lasting(world, letter):
            yield f"a message is still set aside in {letter.queue}: {letter.reason}"
    for queue in world.queues.values():
        if len(queue):
            yield f"{len(queue)} messages are still in the {queue.name} queue"


def everybody_hears_of_everything(world: World, cast: Cast) -> Iterator[str]:
    """Every event went over the bus, to every endpoint that wants it or to the dead letters."""
    del cast
    dead = " ".join(letter.body for letter in world.dead)
    endpoints = list(world.books.list(WebhookSubscription, CREDITOR))
    for event in _events(world):
        if not event.relayed:
            yield f"event {event.type} never came to the bus"
        for endpoint in endpoints:
            if event.creditor != CREDITOR or not endpoint.wants(event.type):
                continue
            good = endpoint.url == GOOD_ENDPOINT
            if event.id not in world.endpoints.delivered if good else event.id not in dead:
                yield f"event {event.type} never came to {endpoint.url}"


def _events(world: World) -> Iterator[Event]:
    months = {f"2026{month:02}" for month in range(3, 8)}
    accounts = [a.number for a in world.books.list(Account, CREDITOR)]
    places = [*((CREDITOR, account) for account in (*accounts, "~")), *NOBODYS]
    for place in places:
        for month in sorted(months):
            yield from world.books.list(Event, *place, month)


def the_api_answered(world: World, cast: Cast) -> Iterator[str]:
    """Whoever goes on asking gets an answer, and what is wrong is refused for its own reason."""
    for what in cast.gave_up:
        yield f"never done: {what}"
    wrong = {
        str(a): "number-belongs-elsewhere" for a in world.story.actions if isinstance(a, Misplace)
    }
    for what, code in cast.refused:
        if wrong.get(what) != code:
            yield f"refused ({code}): {what}"
    refused = {what for what, _ in cast.refused}
    for what in wrong:
        if what not in refused:
            yield f"was not refused: {what}"


def nothing_unexpected(world: World, cast: Cast) -> Iterator[str]:
    """No function met an error of our own making, and no notice was claimed that must not be."""
    del cast
    yield from world.unexpected
    yield from world.watch.violations


def the_table_holds_what_memory_holds(world: World, cast: Cast) -> Iterator[str]:
    """Over the real adapter: table and memory took and refused the same, and hold the same."""
    del cast
    if world.table is not None:
        yield from world.table.compare()


CHECKS: tuple[Check, ...] = (
    *MONEY_CHECKS,
    *AGREEMENT_CHECKS,
    *BANK_CHECKS,
    the_verifier_agrees,
    no_notice_twice,
    notices_come_to_an_end,
    delivery_events_are_heard,
    nothing_leaves_during_a_pause,
    nobody_is_forgotten,
    nothing_refused_is_lost,
    everybody_hears_of_everything,
    the_api_answered,
    nothing_unexpected,
    the_table_holds_what_memory_holds,
)
"""Add a function here and it is asked after every run."""


def broken(world: World, cast: Cast) -> list[str]:
    """Return every promise that a run broke."""
    return [sentence for check in CHECKS for sentence in check(world, cast)]
