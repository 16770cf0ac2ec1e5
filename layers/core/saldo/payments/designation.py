"""What a payer sets out to pay: which invoices of the account, in which order, and how much.

What is charged is exactly what is designated. No means of payment costs the payer anything on top:
§270a BGB forbids it for SEPA transfers, direct debits and consumers' cards, and Saldo does it for
none. Currencies never mix in one payment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from saldo.accounts.payer_rules import PayerRules
from saldo.errors import Conflict, Invalid
from saldo.invoices.discounts import Discount, discount_on
from saldo.invoices.model import OpenItem
from saldo.money import format_amount
from saldo.payments.model import Payment, PromisedDiscount

INVOICES_MAX = 1000
"""One payment designates so many invoices at most: their numbers must fit into one row."""


class NothingOpen(Conflict):
    """What the payer wants to pay was settled meanwhile; there is nothing to pay."""

    code = "nothing-open"


class ChoiceChanged(Conflict):
    """What stands open is not what the payer saw when choosing."""

    code = "choice-changed"


class NothingChosen(Invalid):
    """The payer wants to pay chosen invoices and chose none."""

    code = "nothing-chosen"


class TooManyChosen(Invalid):
    """The payer chose more invoices than one payment carries."""

    code = "too-many-chosen"


class CurrenciesMixed(Invalid):
    """The payer chose invoices in several currencies for one payment."""

    code = "currencies-mixed"


class AmountNotPayable(Invalid):
    """The payer asked to pay an amount that cannot be paid."""

    code = "amount-not-payable"


class AmountBelowMinimum(Invalid):
    """The part payment is smaller than the creditor accepts."""

    code = "amount-below-minimum"


class PartNotAllowed(Invalid):
    """The creditor takes no part payments; all that stands open may always be paid."""

    code = "part-not-allowed"


@dataclass(frozen=True, slots=True)
class AgreedPart:
    """What an instalment plan asks for next on its invoices together: as small a part as that may
    be paid, whatever the creditor's least part is.
    """

    plan: str
    next_minor: int


@dataclass(frozen=True, slots=True)
class Payable:
    """An open invoice as its payer may pay it; amounts in minor units of `currency`.

    `coming_minor` of what stands open is on its way already. `arranged` says that the rest is
    agreed otherwise (a payment on a later day, a plan, an announced transfer): such an invoice is
    paid now only if the payer chooses it by name. `part` is what a plan agrees to for it.
    `discount` is what may be kept back today; it needs the whole to be paid at once.
    `contested_minor` of what stands open is not asked for until it is clear; `charges_minor` of it
    are fees and interest.
    """

    number: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    open_minor: int
    coming_minor: int = 0
    arranged: bool = False
    part: AgreedPart | None = None
    discount: Discount | None = None
    contested_minor: int = 0
    charges_minor: int = 0

    @property
    def discount_minor(self) -> int:
        """What is kept back by paying this invoice now: nothing once a part is on its way, paid by
        a plan, or contested.
        """
        in_parts = self.coming_minor or self.contested_minor or self.part is not None
        return 0 if self.discount is None or in_parts else self.discount.amount_minor

    @property
    def payable_minor(self) -> int:
        """What paying this invoice means: what is not on its way yet, less a discount that runs; if
        all of it is on its way, and the payer chooses it all the same, all that stands open.
        """
        return (self.open_minor - self.coming_minor or self.open_minor) - self.discount_minor

    @property
    def asked_minor(self) -> int:
        """What is asked for now: not what is contested, unless nothing else is left; then choosing
        it by name pays it all the same.
        """
        return max(0, self.payable_minor - self.contested_minor) or self.payable_minor

    @property
    def is_contested(self) -> bool:
        """Whether all is contested that is not on its way."""
        return 0 < self.open_minor - self.coming_minor <= self.contested_minor

    @property
    def is_waiting(self) -> bool:
        """Whether it is left out when everything is paid, so that nobody pays twice."""
        return self.arranged or self.coming_minor == self.open_minor or self.is_contested


@dataclass(frozen=True, slots=True)
class Wish:
    """What a payer asks for.

    `invoices` are chosen by number; None asks for everything in `currency` that nothing is
    underway for. `amount_minor` None pays it whole. `seen_minor` is the sum that the payer was
    shown: another one now is refused.
    """

    invoices: tuple[str, ...] | None = None
    currency: str | None = None
    amount_minor: int | None = None
    seen_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Designation:
    """Invoices in the order in which they are paid, and what is paid on them together: that much
    less than is owed as the `discounts` say.
    """

    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    discounts: tuple[PromisedDiscount, ...] = ()


def payables(
    items: Sequence[OpenItem],
    payments: Iterable[Payment],
    arranged: Iterable[str] = (),
    day: date | None = None,
) -> list[Payable]:
    """Return what may be paid, by due date. `arranged` are numbers agreed upon otherwise. Cash
    discounts are those of `day`, none without one.

    What is on its way is spread over the invoices of each payment in their own order.
    """
    coming: dict[str, int] = {}
    left = {item.number: (item.currency, item.open_minor) for item in items}
    for payment in payments:
        if payment.state != "processing":
            continue
        amount = payment.amount_minor
        for number in payment.invoices:
            currency, most = left.get(number, ("", 0))
            if currency == payment.currency:
                taken = min(amount, most - coming.get(number, 0))
                coming[number] = coming.get(number, 0) + taken
                amount -= taken
    agreed = frozenset(arranged)
    found = [
        Payable(
            item.number,
            item.issued_on,
            item.due_on,
            item.currency,
            item.amount_minor,
            item.open_minor,
            coming.get(item.number, 0),
            item.number in agreed,
            discount=discount_on(item, day) if day else None,
            charges_minor=item.costs_open_minor + item.interest_open_minor,
        )
        for item in items
    ]
    return sorted(found, key=lambda one: (one.due_on, one.number))


def everything(open_: Sequence[Payable], currency: str) -> list[Payable]:
    """Return what "pay all" pays, in the order of paying: of those that are contested in part the
    oldest one, for a payment pays all of its invoices whole but the last.
    """
    wanted = [one for one in open_ if one.currency == currency and not one.is_waiting]
    in_part = [one for one in _in_order(wanted) if one.contested_minor]
    return _in_order(one for one in wanted if one not in in_part[1:])[:INVOICES_MAX]


def asked_of(wanted: Sequence[Payable]) -> int:
    """Return what paying these means: without what is contested of one of them. Of several it is
    not left out, as their payer named them and one payment pays them one after another.
    """
    in_part = sum(1 for one in wanted if one.contested_minor)
    return sum(one.asked_minor if in_part == 1 else one.payable_minor for one in wanted)


def least_part(full_minor: int, rules: PayerRules) -> int | None:
    """Return the smallest part payment of a sum, None where no part but all may be paid."""
    if rules.part_min_minor is None:
        return None
    share = -(-full_minor * rules.part_min_percent // 100)
    least = max(1, rules.part_min_minor, share)
    return least if least < full_minor else None


def designate(open_: Sequence[Payable], wish: Wish, rules: PayerRules) -> Designation:
    """Return the invoices and the amount that a wish comes to.

    Raises NothingOpen, ChoiceChanged, NothingChosen, TooManyChosen, CurrenciesMixed,
    AmountNotPayable, AmountBelowMinimum or PartNotAllowed.
    """
    wanted = wanted_of(open_, wish)
    currency = wanted[0].currency
    full, asked = sum(one.payable_minor for one in wanted), asked_of(wanted)
    if wish.seen_minor is not None and wish.seen_minor != asked:
        raise ChoiceChanged("What stands open has changed; look at it again.")
    minor = asked if wish.amount_minor is None else wish.amount_minor
    if not 0 < minor <= full:
        most = format_amount(full, currency)
        raise AmountNotPayable(f"Choose an amount up to {most} {currency}.").at("/amount")
    if minor < full and minor != asked and minor < _agreed_minor(wanted, full):
        _check_part(minor, full, currency, rules)
    discounts = _discounts(wanted) if minor in (asked, full) else ()
    return Designation(tuple(one.number for one in wanted), currency, minor, discounts)


def without_discounts(open_: Iterable[Payable]) -> list[Payable]:
    """Return what is open as whoever pays on a later day pays it: nobody knows when it comes."""
    return [replace(one, discount=None) for one in open_]


def designated(payment: Payment) -> Designation:
    """Return what a payment was begun for."""
    return Designation(payment.invoices, payment.currency, payment.amount_minor, payment.discounts)


def asks_again(open_: Sequence[Payable], wish: Wish, before: Designation) -> bool:
    """Tell whether a wish is the one that `before` came of, whatever was paid since.

    `open_` is what stands open without that payment. Where neither the wish nor what its payer saw
    names a sum, it is for all: no less than stands open now. Raises NothingOpen.
    """
    own = [one for one in open_ if one.number in before.invoices]
    if not own:
        raise NothingOpen("What you chose is already settled.")
    if wish.currency not in (None, before.currency):
        return False
    if before.discounts and set(before.discounts) - set(_discounts(own)):
        return False  # what was promised then is over
    named = wish.seen_minor if wish.amount_minor is None else wish.amount_minor
    if wish.invoices is not None:
        chosen = set(wish.invoices) == set(before.invoices)
    else:
        numbers = {one.number for one in everything(open_, before.currency)}
        chosen = named is not None or numbers == set(before.invoices)
    if named is None:
        return chosen and before.amount_minor >= asked_of(own)
    return chosen and named == before.amount_minor


def _discounts(wanted: Iterable[Payable]) -> tuple[PromisedDiscount, ...]:
    return tuple(
        PromisedDiscount(one.number, one.discount_minor, one.discount.term.until)
        for one in wanted
        if one.discount is not None and one.discount_minor
    )


def _agreed_minor(wanted: Sequence[Payable], full_minor: int) -> int:
    """Return the part that a plan for all of `wanted` agrees to, `full_minor` without one."""
    part = wanted[0].part
    if part is None or part.next_minor <= 0 or any(one.part != part for one in wanted):
        return full_minor
    return part.next_minor


def wanted_of(open_: Sequence[Payable], wish: Wish) -> list[Payable]:
    """Return the invoices that a wish names, in the order in which they are paid; at least one.

    Raises NothingOpen, ChoiceChanged, NothingChosen, TooManyChosen or CurrenciesMixed.
    """
    if wish.invoices is None:
        currency = wish.currency or (open_[0].currency if open_ else "")
        wanted = everything(open_, currency)
        if not wanted:
            raise NothingOpen("Nothing is left to pay, or it is on its way.")
        return wanted
    chosen = frozenset(wish.invoices)
    if not chosen:
        raise NothingChosen("Choose an invoice.").at("/invoice")
    if len(chosen) > INVOICES_MAX:
        raise TooManyChosen(f"Choose at most {INVOICES_MAX} invoices at once.").at("/invoice")
    wanted = _in_order(one for one in open_ if one.number in chosen)
    if not wanted:
        raise NothingOpen("What you chose is already settled.")
    if len(wanted) < len(chosen):
        raise ChoiceChanged("Some of what you chose is settled meanwhile.")
    if len({one.currency for one in wanted}) > 1:
        raise CurrenciesMixed("Pay one currency at a time.").at("/invoice")
    return wanted


def _in_order(wanted: Iterable[Payable]) -> list[Payable]:
    """The oldest first, and last those of which a part is on its way or contested: otherwise this
    payment would use up on them what another one is going to pay, or what nobody asks for.
    """
    return sorted(
        wanted,
        key=lambda one: (
            one.contested_minor > 0,
            one.coming_minor > 0,
            one.due_on,
            one.number,
        ),
    )


def _check_part(minor: int, full: int, currency: str, rules: PayerRules) -> None:
    least = least_part(full, rules)
    if least is None:
        raise PartNotAllowed("Only the whole sum can be paid.").at("/amount")
    if minor < least:
        text = format_amount(least, currency)
        raise AmountBelowMinimum(f"Pay at least {text} {currency}.").at("/amount")
