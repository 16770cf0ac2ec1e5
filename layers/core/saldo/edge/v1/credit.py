"""Limits, exposure, order blocks and terms over the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from saldo.accounts.service import account_in
from saldo.credit.keep import Seen
from saldo.credit.limit_book import LIMIT_MINOR_MAX, CoverWish
from saldo.credit.limits import raised_to
from saldo.credit.model import Cover, OwnLimit
from saldo.credit.orders import TOLD_MAX, OrderTold
from saldo.credit.rules import rules_of, told
from saldo.credit.told import Word
from saldo.edge.v1 import credit_answers as answers
from saldo.edge.v1.fields import NOT_BLANK, PRINTABLE, Amount, Currency, Day, Flag, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Query, Reason, Reference
from saldo.edge.v1.requests import Word as ShortWord
from saldo.errors import Refusal
from saldo.money import parse_amount
from saldo.people.four_eyes import Wanted

BLOCKED_MAX = 200

TERMS = "terms"
"""What shorter terms are called among what a person decides about."""

OrderId = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=64), PRINTABLE, NOT_BLANK
]
Insurer = Annotated[str, StringConstraints(min_length=1, max_length=120), PRINTABLE, NOT_BLANK]
AccountNumber = Annotated[Number, Field(description="The account's number.")]
Why = Annotated[Reason, Field(description="Why; it stands on the account's timeline.")]


class LimitOrder(Body):
    """How much an account may owe, or what a credit insurer covers of it."""

    account: AccountNumber
    kind: Annotated[
        Literal["own", "insured"],
        Field(description="`own`: your word; `insured`: what an insurer covers."),
    ] = "own"
    currency: Currency
    amount: Annotated[
        Amount | None,
        Field(
            description="Zero or more. Null takes it away: then what your ERP says was agreed "
            "counts again, or nothing is insured."
        ),
    ]
    insurer: Annotated[Insurer | None, Field(description="Of an insured one.")] = None
    valid_until: Annotated[
        Day | None, Field(description="The last day that is covered; null: until told otherwise.")
    ] = None
    reference: Annotated[Reference | None, Field(description="The policy's number.")] = None
    id: Annotated[
        OrderId | None, Field(description="Yours: where a second person is asked, a repeat is one.")
    ] = None
    reason: Why


class ProposalOrder(Body):
    """For which currency a limit is to be proposed."""

    account: AccountNumber
    currency: Currency


class ProposalDecision(Body):
    """What a person makes of a proposed limit, or of shorter terms."""

    account: AccountNumber
    proposal: Annotated[
        OrderId, Field(description="A proposed limit's id, or `terms` for shorter terms.")
    ]
    agree: Flag
    reason: Why


class OrderRecord(Body):
    """An order that is not invoiced yet."""

    id: Annotated[OrderId, Field(description="Your number of it: told again, it is replaced.")]
    amount: Annotated[
        Amount,
        Field(description="What is still to be invoiced of it, taxes included. 0.00: nothing."),
    ]
    currency: Currency


class OrdersTold(Body):
    """What an account ordered."""

    account: AccountNumber
    orders: Annotated[list[OrderRecord], Field(max_length=TOLD_MAX)]
    all: Annotated[
        Flag, Field(description="These are all: orders that are not named are open no more.")
    ] = False


class BlockOrder(Body):
    """A person's word that orders wait, or that they go."""

    account: AccountNumber
    blocked: Flag
    reason: Why
    until: Annotated[
        Day | None,
        Field(
            description="Of a block: the first day on which orders go again; null: until somebody "
            "lets them go. Of a release: from this day on your rules count again; null: as soon "
            "as what they say now is over."
        ),
    ] = None


class OverdueRecord(Body):
    """When too much is overdue for too long; one of `invoices` and `amount` at least."""

    days: Annotated[int, Field(strict=True, ge=1, le=366, description="Overdue by so many.")]
    invoices: Annotated[
        int | None, Field(strict=True, ge=0, le=1000, description="More than so many.")
    ] = None
    amount: Annotated[Amount | None, Field(description="Or more than this.")] = None
    currency: Currency | None = None


class BlockRulesRecord(Body):
    """When orders wait by themselves. All of it is off until you say so."""

    over_limit: Annotated[Flag, Field(description="While a limit is exceeded.")] = False
    overdue: OverdueRecord | None = None
    insolvency: Annotated[
        Flag, Field(description="While somebody says that the debtor is insolvent.")
    ] = False


class TermsRulesRecord(Body):
    """When terms of new invoices get shorter."""

    net_days: Annotated[int, Field(strict=True, ge=0, le=366, description="0: prepayment.")]
    when: Annotated[
        list[ShortWord],
        Field(min_length=1, max_length=3, description="very-late, broken-promises, over-limit."),
    ]
    broken_promises: Annotated[int, Field(strict=True, ge=1, le=1000)] = 2
    within_days: Annotated[int, Field(strict=True, ge=1, le=366)] = 180
    applies: Annotated[Flag, Field(description="At once, instead of when a person agrees.")] = False


class CreditRulesRecord(Body):
    """Your rules, whole: what is left out is off."""

    limit_is: Annotated[
        ShortWord,
        Field(description="Where there are both, which limit counts: own-first, lower or sum."),
    ] = "own-first"
    covers: Annotated[
        ShortWord,
        Field(
            description="`agreed`: a cover that a person writes down, and that raises what may be "
            "owed above your limit for it, waits for a second person. `at-once`: it does not."
        ),
    ] = "agreed"
    block: BlockRulesRecord | None = None
    terms: TermsRulesRecord | None = None


class BlockedQuery(Query):
    """A page of the list."""

    after: Annotated[Number | None, Field(description="From the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=BLOCKED_MAX, description="Accounts per page.")] = 100


def of(order: Ordered, account: str) -> answers.CreditAnswer:
    """Return the credit of an account as its books are now; raise AccountUnknown."""
    return answers.credit(order.services.credit.look(order.creditor.id, account))


def set_limit(order: Ordered, body: Any) -> answers.CreditAnswer:
    """Set a limit or a cover; raises what `LimitBook.set_own` and `LimitBook.insure` do, and
    SecondPersonNeeded where a person raises what may be owed beyond what one may alone. That an
    account is insured no more waits for nobody.
    """
    sent = read(LimitOrder, body)
    now = order.services.clock.now()
    limits, word = order.services.credit_limits, Word(order.by, sent.reason)
    place = (order.creditor.id, sent.account)
    minor = None if sent.amount is None else amount_of(sent.amount, sent.currency)
    id_ = sent.id or order.services.ids.ulid(now)
    if sent.kind == "own":
        asked = _without_own(order, sent.account, sent.currency) if minor is None else minor
        if asked is not None:
            wish = Raise(sent.account, id_, sent.reason, OwnLimit(sent.currency, asked, "", now))
            _need_two(order, wish, {**body, "id": id_})
        limits.set_own(*place, sent.currency, minor, word)
    elif minor is None:
        limits.uninsure(*place, sent.currency, word)
    else:
        new = Cover(sent.currency, minor, sent.insurer or "", "", now, sent.valid_until)
        _need_two(order, Raise(sent.account, id_, sent.reason, new), {**body, "id": id_})
        cover = CoverWish(
            sent.currency, minor, sent.insurer or "", sent.valid_until, sent.reference or ""
        )
        limits.insure(*place, cover, word)
    return of(order, sent.account)


def propose(order: Ordered, body: Any) -> answers.ProposalAnswer:
    """Propose a limit; raises what `LimitBook.propose` does."""
    sent = read(ProposalOrder, body)
    place = (order.creditor.id, sent.account)
    limits = order.services.credit_limits
    return answers.proposal(limits.propose(*place, sent.currency, Word(order.by)))


@dataclass(frozen=True, slots=True)
class Raise:
    """An own limit or a cover that somebody wants; `id` makes a repeat one."""

    account: str
    id: str
    reason: str
    new: OwnLimit | Cover


def _without_own(order: Ordered, account: str, currency: str) -> int | None:
    """Return what an account may owe once its own limit is taken away, in minor units; None where
    it has none. No limit at all is the highest that there can be.
    """
    limits = order.services.credit.look(order.creditor.id, account).limits
    if limits.sheet.own_limit(currency) is None:
        return None
    agreed = limits.agreed
    if agreed is not None and agreed.currency == currency:
        return agreed.amount_minor
    return LIMIT_MINOR_MAX


def _need_two(order: Ordered, wish: Raise, body: Any) -> None:
    """Let a person raise what may be owed as far as one may alone; raise SecondPersonNeeded beyond
    that. To lower it needs nobody else, nor does a cover where the creditor's rules say so.
    """
    if not order.by_person:
        return
    seen = order.services.credit.look(order.creditor.id, wish.account)
    minor = _raised(seen, wish.new)
    if minor is None:
        return
    currency = wish.new.currency
    wanted = Wanted(
        order.creditor.id,
        "credit-limit",
        wish.id,
        wish.account,
        currency,
        minor,
        currency,
        wish.reason,
        order.by,
        dict(body),
    )
    order.services.four_eyes.check(wanted)


def _raised(seen: Seen, new: OwnLimit | Cover) -> int | None:
    """Return how much may be owed by a new limit, in minor units, None where it is no more than
    before. An own limit counts for itself, too: it stays when the cover beside it ends.
    """
    currency, old = new.currency, seen.limits
    if isinstance(new, Cover):
        if seen.rules.covers == "at-once":
            return None
        return raised_to(old, old.with_cover(new), currency, seen.today)
    if new.amount_minor <= (old.own(currency) or 0):
        return None
    together = raised_to(old, old.with_own(new), currency, seen.today) or 0
    return max(new.amount_minor, together)


def raise_limit(order: Ordered, body: Any) -> answers.CreditAnswer:
    """Carry out what a second person agreed to: a limit that was set, or a proposal."""
    return decide(order, body) if "proposal" in body else set_limit(order, body)


def decide(order: Ordered, body: Any) -> answers.CreditAnswer:
    """Agree to a proposal or put it aside; raises what `LimitBook.agree` and
    `CreditBook.decide_terms` do.
    """
    sent = read(ProposalDecision, body)
    services, word = order.services, Word(order.by, sent.reason)
    place = (order.creditor.id, sent.account)
    if sent.proposal == TERMS:
        services.credit.decide_terms(*place, word, apply=sent.agree)
    else:
        limits = services.credit_limits
        if sent.agree:
            made = limits.proposal(*place, sent.proposal)
            now = services.clock.now()
            new = OwnLimit(made.currency, made.amount_minor, "", now)
            wish = Raise(sent.account, made.id, sent.reason, new)
            _need_two(order, wish, body)
        act = limits.agree if sent.agree else limits.decline
        act(*place, sent.proposal, word)
    return of(order, sent.account)


def orders(order: Ordered, account: str) -> answers.OrdersAnswer:
    """Return the open orders of an account; raise AccountUnknown."""
    account_in(order.services.store, order.creditor.id, account)
    return answers.orders(account, order.services.credit_orders.of(order.creditor.id, account))


def tell_orders(order: Ordered, body: Any) -> answers.OrdersAnswer:
    """Take what an account ordered; raises what `OrderBook.put` does."""
    sent = read(OrdersTold, body)
    named = [
        OrderTold(
            one.id, one.currency, amount_of(one.amount, one.currency, f"/orders/{place}/amount")
        )
        for place, one in enumerate(sent.orders)
    ]
    book = order.services.credit_orders
    kept = book.put(order.creditor.id, sent.account, named, order.by, all_of_them=sent.all)
    return answers.orders(sent.account, kept)


def blocked(order: Ordered, asked: BlockedQuery) -> answers.BlockedPage:
    """Return a page of the accounts whose orders wait."""
    found = order.services.credit.blocked(order.creditor.id, asked.limit, asked.after or "")
    items: list[answers.BlockedAnswer] = []
    for sheet in found:
        block = answers.block(sheet)
        if block is not None:
            items.append({"account": sheet.account, "block": block})
    after = found[-1].account if len(found) == asked.limit else None
    return {"items": items, "after": after}


def block(order: Ordered, body: Any) -> answers.CreditAnswer:
    """Have orders wait, or let them go; raises what `CreditBook.block` and `.release` do."""
    sent = read(BlockOrder, body)
    book = order.services.credit
    act = book.block if sent.blocked else book.release
    act(order.creditor.id, sent.account, sent.reason, order.by, sent.until)
    return of(order, sent.account)


def rules(order: Ordered) -> Any:
    """Return the creditor's rules."""
    return told(order.services.credit_rules.of(order.creditor.id))


def put_rules(order: Ordered, body: Any) -> Any:
    """Keep rules in place of those before; raise CreditRulesNotValid or CreditRulesBusy."""
    sent = read(CreditRulesRecord, body).model_dump(exclude_none=True)
    new = rules_of(order.creditor.id, sent)
    return told(order.services.credit_rules.put(new, order.by))


def amount_of(text: str, currency: str, pointer: str = "/amount") -> int:
    """Read an amount of zero or more as minor units; raise what is wrong with it, pointing."""
    try:
        return parse_amount(text, currency)
    except Refusal as refusal:
        raise refusal.at(pointer) from None
