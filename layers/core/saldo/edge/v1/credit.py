"""Limits, exposure, order blocks and terms over the API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from saldo.accounts.service import account_in
from saldo.credit.limit_book import CoverWish
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

BLOCKED_MAX = 200

OrderId = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=64), PRINTABLE, NOT_BLANK
]
Insurer = Annotated[str, StringConstraints(min_length=1, max_length=120), PRINTABLE, NOT_BLANK]
AccountNumber = Annotated[Number, Field(description="The account's number.")]
Why = Annotated[Reason, Field(description="Why; it stands on the account's timeline.")]


class OwnLimitOrder(Body):
    """How much an account may owe."""

    account: AccountNumber
    currency: Currency
    amount: Annotated[
        Amount | None,
        Field(description="Zero or more. Null: what your ERP says was agreed counts again."),
    ]
    reason: Why


class CoverOrder(Body):
    """What a credit insurer covers."""

    account: AccountNumber
    currency: Currency
    amount: Annotated[Amount | None, Field(description="Null: it is insured no more.")]
    insurer: Annotated[Insurer | None, Field(description="Needed with an amount.")] = None
    valid_until: Annotated[
        Day | None, Field(description="The last day that is covered; null: until told otherwise.")
    ] = None
    reference: Annotated[Reference | None, Field(description="The policy's number.")] = None
    reason: Why


class ProposalOrder(Body):
    """For which currency a limit is to be proposed."""

    account: AccountNumber
    currency: Currency


class ProposalDecision(Body):
    """What a person makes of a proposal."""

    account: AccountNumber
    proposal: Annotated[OrderId, Field(description="Its id.")]
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
    """A person's word that orders wait."""

    account: AccountNumber
    reason: Why
    until: Annotated[
        Day | None, Field(description="The first day on which orders go again; null: open.")
    ] = None


class ReleaseOrder(Body):
    """A person's word that orders go."""

    account: AccountNumber
    reason: Why
    until: Annotated[
        Day | None,
        Field(
            description="From this day on your rules count again; null: as soon as what they say "
            "now is over."
        ),
    ] = None


class TermsDecision(Body):
    """What a person makes of shorter terms."""

    account: AccountNumber
    apply: Flag
    reason: Why


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
    """Set what an account may owe; raises what `LimitBook.set_own` does."""
    sent = read(OwnLimitOrder, body)
    minor = None if sent.amount is None else amount_of(sent.amount, sent.currency)
    word = Word(order.by, sent.reason)
    place = (order.creditor.id, sent.account)
    order.services.credit_limits.set_own(*place, sent.currency, minor, word)
    return of(order, sent.account)


def insure(order: Ordered, body: Any) -> answers.CreditAnswer:
    """Keep what is insured; raises what `LimitBook.insure` does."""
    sent = read(CoverOrder, body)
    limits, word = order.services.credit_limits, Word(order.by, sent.reason)
    place = (order.creditor.id, sent.account)
    if sent.amount is None:
        limits.uninsure(*place, sent.currency, word)
    else:
        wish = CoverWish(
            sent.currency,
            amount_of(sent.amount, sent.currency),
            sent.insurer or "",
            sent.valid_until,
            sent.reference or "",
        )
        limits.insure(*place, wish, word)
    return of(order, sent.account)


def propose(order: Ordered, body: Any) -> answers.ProposalAnswer:
    """Propose a limit; raises what `LimitBook.propose` does."""
    sent = read(ProposalOrder, body)
    place = (order.creditor.id, sent.account)
    limits = order.services.credit_limits
    return answers.proposal(limits.propose(*place, sent.currency, Word(order.by)))


def decide(order: Ordered, body: Any) -> answers.CreditAnswer:
    """Agree to a proposal or put it aside; raises what `LimitBook.agree` does."""
    sent = read(ProposalDecision, body)
    limits, word = order.services.credit_limits, Word(order.by, sent.reason)
    act = limits.agree if sent.agree else limits.decline
    act(order.creditor.id, sent.account, sent.proposal, word)
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
    """Have orders wait; raises what `CreditBook.block` does."""
    sent = read(BlockOrder, body)
    book = order.services.credit
    book.block(order.creditor.id, sent.account, sent.reason, order.by, sent.until)
    return of(order, sent.account)


def release(order: Ordered, body: Any) -> answers.CreditAnswer:
    """Let orders go; raises what `CreditBook.release` does."""
    sent = read(ReleaseOrder, body)
    book = order.services.credit
    book.release(order.creditor.id, sent.account, sent.reason, order.by, sent.until)
    return of(order, sent.account)


def decide_terms(order: Ordered, body: Any) -> answers.CreditAnswer:
    """Let shorter terms count, or not; raises what `CreditBook.decide_terms` does."""
    sent = read(TermsDecision, body)
    word = Word(order.by, sent.reason)
    book = order.services.credit
    book.decide_terms(order.creditor.id, sent.account, word, apply=sent.apply)
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
