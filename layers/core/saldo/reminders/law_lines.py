"""Which fee and interest lines a stage may carry, and which fact is missing for the others. Pure.

Never a silent yes: what is not evidenced is refused, naming the fact (`saldo.law.packs`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from saldo.invoices.model import OpenItem
from saldo.law.facts import (
    Allowed,
    DefaultBegan,
    Evidence,
    FeeKind,
    FourteenDayLetter,
    MissingFact,
)
from saldo.law.packs import LawUnknown, collection_costs, default_began, fee_allowed
from saldo.messages.told import ChargeLine
from saldo.reminders.accrued import interest_since
from saldo.reminders.evidence import LETTER, ClaimEvidence, ToldNotice
from saldo.reminders.holds import AccountFacts
from saldo.reminders.policy_model import FeeRule, Stage

_WAITS: Final = frozenset({"letter-term-running"})
"""Refusals that only time cures: nobody has to look."""

_EURO: Final = "EUR"


@dataclass(slots=True)
class Judged:
    """The lines that are allowed, the refused ones and the grounds of both, as plain facts.

    `missing` is what the stage itself requires and lacks; `waits` says that only time is lacking.
    """

    charges: list[ChargeLine] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    missing: MissingFact | None = None

    @property
    def waits(self) -> bool:
        return self.missing is not None and self.missing.code in _WAITS

    def refuse(self, kind: FeeKind, why: MissingFact) -> None:
        refused = self.told.setdefault("refused", [])
        refused.append({"kind": kind, "missing": why.code, "why": why.sentence})


def judge(facts: AccountFacts, item: OpenItem, stage: Stage, today: date) -> Judged:
    """Say what `stage` may charge on `item` today, and whether what it requires is evidenced."""
    assert facts.evidence is not None, "the evidence was gathered"
    found, judged = facts.evidence[item.number], Judged()
    country, debtor = facts.account.country, facts.account.kind
    try:
        began = default_began(country, debtor, found.default_facts, facts.calendar)
    except LawUnknown as unknown:
        began = MissingFact("law-unknown", f"{unknown}")
    if isinstance(began, DefaultBegan):
        judged.told["default"] = {
            "on": began.on.isoformat(),
            "because": began.because,
            "law": began.law,
        }
    if "default" in stage.requires:
        judged.missing = _not_in_default(began, today)
    if isinstance(began, MissingFact) and began.code == "law-unknown":
        _refuse_all(judged, stage, began)
        return judged
    case = _Case(facts, item, found, began if isinstance(began, DefaultBegan) else None, today)
    if stage.fee is not None:
        _fee(case, stage, stage.fee, judged)
    elif "fourteen-day-letter" in stage.requires:
        answer = _by_letter(case)
        judged.missing = judged.missing or (answer if isinstance(answer, MissingFact) else None)
    if stage.interest:
        why = _interest(case, judged)
        if why and "interest" in stage.requires:
            judged.missing = judged.missing or why
    return judged


@dataclass(frozen=True, slots=True)
class _Case:
    facts: AccountFacts
    item: OpenItem
    found: ClaimEvidence
    began: DefaultBegan | None
    today: date

    def evidence(self, **more: Any) -> Evidence:
        charged = self.found.charged
        kinds: set[FeeKind] = set(charged.fees) if charged else set()  # type: ignore[arg-type]  # written by us
        return Evidence(
            on=self.today,
            claim=self.item.number,
            principal_minor=self.found.invoice.parts.principal,
            currency=self.item.currency,
            default=self.began,
            arose_on=self.found.invoice.issued_on,
            unpaid_until=self.today,
            letters=tuple(_letter(n) for n in self.found.notices if n.message == LETTER),
            charged=frozenset(kinds),
            **more,
        )

    def allowed(self, kind: FeeKind, **more: Any) -> Allowed | MissingFact:
        account = self.facts.account
        return fee_allowed(
            kind, account.country, account.kind, self.evidence(**more), self.facts.calendar
        )


def _fee(case: _Case, stage: Stage, rule: FeeRule, judged: Judged) -> None:
    account = case.facts.account
    by_letter = (
        rule.kind == "collection-costs" and account.country == "NL" and account.kind == "consumer"
    )
    if by_letter:
        answer, minor = _by_letter(case), _named(case)
    else:
        amount = _amount(case, rule)
        minor = amount if isinstance(amount, int) else 0
        answer = (
            amount
            if isinstance(amount, MissingFact)
            else case.allowed(
                rule.kind,
                amount_minor=amount,
                real_cost_minor=rule.real_cost.get(case.item.currency),
            )
        )
    if isinstance(answer, MissingFact):
        judged.refuse(rule.kind, answer)
        if {"fee", "fourteen-day-letter"} & set(stage.requires):
            judged.missing = judged.missing or answer
        return
    if by_letter and (first := _first_of_letter(case)) != case.item.number:
        judged.told["charged_with"] = first
        return
    judged.charges.append(ChargeLine(rule.kind, minor, answer.law))
    judged.told.setdefault("charges", []).append(
        {"kind": rule.kind, "minor": minor, "law": answer.law, "because": answer.because}
    )


def _amount(case: _Case, rule: FeeRule) -> int | MissingFact:
    """Return what the rule charges in minor units: its own amount, else the law's."""
    if rule.amounts:
        own = rule.amounts.get(case.item.currency)
        return own or MissingFact("amount", f"The policy has no amount in {case.item.currency}.")
    if case.item.currency != _EURO:
        return MissingFact("currency", f"The law names euros, the invoice {case.item.currency}.")
    principal = case.found.invoice.parts.principal
    if principal <= 0:
        return MissingFact("principal", "Nothing is open of the claim itself.")
    account = case.facts.account
    costs = collection_costs(
        account.country, account.kind, [principal], arose_on=case.found.invoice.issued_on
    )
    if isinstance(costs, MissingFact):
        return costs
    return costs.total_minor or MissingFact("not-owed", f"Nothing is due ({costs.law}).")


def _by_letter(case: _Case) -> Allowed | MissingFact:
    """Judge the costs that a Dutch consumer's 14-day letter named."""
    letter = _last_letter(case.found)
    if letter is not None and _first_of_letter(case) is None:
        return MissingFact(
            "letter-claims-changed",
            "Of what the 14-day letter names, something was paid or is contested: a person says "
            "what is due (art. 6:96 (7) BW).",
        )
    return case.allowed("collection-costs", amount_minor=_named(case))


def _named(case: _Case) -> int:
    letter = _last_letter(case.found)
    return letter.announced.amount_minor if letter and letter.announced else 0


def _first_of_letter(case: _Case) -> str | None:
    """Return the claim that bears the costs of its letter: the first; None if any has changed."""
    letter = _last_letter(case.found)
    if letter is None or not letter.claims:
        return None
    still = {item.number: _principal(item) for item in case.facts.items}
    if any(still.get(claim.id) != claim.principal_minor for claim in letter.claims):
        return None
    return letter.claims[0].id


def _principal(item: OpenItem) -> int:
    return item.open_minor - item.costs_open_minor - item.interest_open_minor


def _last_letter(found: ClaimEvidence) -> ToldNotice | None:
    return next((n for n in reversed(found.notices) if n.message == LETTER), None)


def _letter(notice: ToldNotice) -> FourteenDayLetter:
    """The texts name the consequences and the term as the law wants it: `messages/texts`."""
    return FourteenDayLetter(
        notice.sent_on,
        notice.claims,
        notice.left_out,
        notice.announced.amount_minor if notice.announced else None,
        states_consequences=True,
        term_from_day_after_receipt=True,
        received_on=notice.received_on,
    )


def _interest(case: _Case, judged: Judged) -> MissingFact | None:
    answer = case.allowed("interest")
    if isinstance(answer, MissingFact):
        judged.refuse("interest", answer)
        return answer
    assert case.began is not None, "interest is allowed from default on alone"
    account = case.facts.account
    due = interest_since(
        case.found, case.began.on, case.today, country=account.country, debtor=account.kind
    )
    if isinstance(due, MissingFact):
        judged.refuse("interest", due)
        return due
    if due.minor > 0:
        judged.charges.append(
            ChargeLine("interest", due.minor, answer.law, due.percent, due.first, case.today)
        )
        judged.told.setdefault("charges", []).append(
            {
                "kind": "interest",
                "minor": due.minor,
                "law": answer.law,
                "because": answer.because,
                "booked_before_minor": due.booked_minor,
                "segments": list(due.segments),
            }
        )
    return None


def _not_in_default(began: DefaultBegan | MissingFact, today: date) -> MissingFact | None:
    if isinstance(began, MissingFact):
        return began
    if today >= began.on:
        return None
    return MissingFact("default-not-begun", f"Default begins on {began.on} only ({began.law}).")


def _refuse_all(judged: Judged, stage: Stage, why: MissingFact) -> None:
    if stage.fee is not None:
        judged.refuse(stage.fee.kind, why)
    if stage.interest:
        judged.refuse("interest", why)
    if stage.requires:
        judged.missing = judged.missing or why
