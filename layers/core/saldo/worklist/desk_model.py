"""Who looks after an account: the record, the creditor's rules, and what they come to. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from saldo.accounts.model import Account, Segment
from saldo.errors import Invalid
from saldo.reminders.segments import FACTS as SEGMENT_FACTS
from saldo.reminders.segments import is_in

DeskPart = Literal["collector", "sales", "branch"]
DESK_PARTS: Final[tuple[DeskPart, ...]] = get_args(DeskPart)

LETTER: Final = "letter"
CUSTOM: Final = "custom."
"""Facts that rules know beside those of segments: the first letter of the account's name, and the
creditor's own fields."""

RULES_MAX: Final = 200
_TEXT_MAX: Final = 200


class DeskRulesNotValid(Invalid):
    """A rule asks for a fact that accounts do not have, or names nobody."""

    code = "desk-rules-not-valid"


class DeskNotValid(Invalid):
    """What was said about a desk is no e-mail address, or no name of a branch."""

    code = "desk-not-valid"


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """Who looks after an account: collector and sales by e-mail address, the branch by its name.

    As a record it holds what a person said, None where the creditor's rules say it; `by` said it
    last. As an answer of `Desks` it holds what both come to. The account "~" stands for what
    concerns the creditor as a whole.
    """

    creditor: str
    account: str
    collector: str | None = None
    sales: str | None = None
    branch: str | None = None
    by: str = ""
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)


@dataclass(frozen=True, slots=True)
class DeskRule:
    """Accounts of which every fact in `when` has one of its values are looked after by these."""

    when: dict[str, list[str]] = field(hash=False)
    collector: str | None = None
    sales: str | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class DeskRules:
    """A creditor's rules, the first that matches and names a part of the desk deciding that part.

    `fields` names the creditor's own field of accounts that says a part outright (the ERP's word),
    before any rule.
    """

    creditor: str
    rules: tuple[DeskRule, ...] = ()
    fields: dict[str, str] = field(default_factory=dict, hash=False)
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)


def desk_of(
    creditor: str,
    number: str,
    account: Account | None,
    said: AccountDesk | None,
    rules: DeskRules | None,
) -> AccountDesk:
    """Return who looks after an account: what a person said, else the ERP's field, else the rules.

    `account` None is the creditor as a whole: rules that ask for nothing apply.
    """

    def part(name: DeskPart) -> str | None:
        by_hand: str | None = getattr(said, name) if said is not None else None
        return by_hand or (_by_rule(name, account, rules) if rules is not None else None)

    by = said.by if said else ""
    return AccountDesk(creditor, number, part("collector"), part("sales"), part("branch"), by)


def _by_rule(part: DeskPart, account: Account | None, rules: DeskRules) -> str | None:
    if account is not None and part in rules.fields:
        told = account.custom.get(rules.fields[part], "").strip()
        if told:
            return told if part == "branch" else told.lower()
    for rule in rules.rules:
        named: str | None = getattr(rule, part)
        if named and (_matches(account, rule) if account is not None else not rule.when):
            return named
    return None


def _matches(account: Account, rule: DeskRule) -> bool:
    of_segment = {fact: values for fact, values in rule.when.items() if fact in SEGMENT_FACTS}
    return is_in(account, Segment(of_segment, "")) and all(
        _own_fact(account, fact) in values
        for fact, values in rule.when.items()
        if fact not in SEGMENT_FACTS
    )


def _own_fact(account: Account, fact: str) -> str:
    if fact == LETTER:
        return first_letter(account.name)
    return account.custom.get(fact.removeprefix(CUSTOM), "")


def first_letter(name: str) -> str:
    """Return the letter that a name is filed under, "#" where it begins with none: Ä with A."""
    plain = unicodedata.normalize("NFKD", name.strip()).upper()
    return plain[:1] if plain[:1].isalpha() else "#"


def person(value: str | None) -> str | None:
    """Return an e-mail address in lower case, None for none; raise DeskNotValid."""
    text = (value or "").strip().lower()
    if not text:
        return None
    before, at, after = text.partition("@")
    if not (before and at and "." in after) or " " in text or len(text) > _TEXT_MAX:
        raise DeskNotValid(f"{value!r} is no e-mail address.")
    return text


def branch_name(value: str | None) -> str | None:
    """Return a branch's name without space around it, None for none; raise DeskNotValid."""
    text = (value or "").strip()
    if len(text) > _TEXT_MAX:
        raise DeskNotValid(f"A branch has a name of {_TEXT_MAX} characters at most.")
    return text or None


def rules_from(creditor: str, data: Any) -> DeskRules:
    """Read {"rules": [{"when": …, "collector": …}, …], "fields": {…}}; raise DeskRulesNotValid.

    The letters of `letter` may be given as ranges: "A-F".
    """
    if not isinstance(data, Mapping) or not set(data) <= {"rules", "fields"}:
        raise DeskRulesNotValid("Desk rules are an object with 'rules' and 'fields'.")
    rules, fields = data.get("rules", []), data.get("fields", {})
    if not isinstance(rules, Sequence) or isinstance(rules, str) or len(rules) > RULES_MAX:
        raise DeskRulesNotValid(f"'rules' is a list of {RULES_MAX} rules at most.")
    is_named = isinstance(fields, Mapping) and all(isinstance(v, str) for v in fields.values())
    if not is_named or not set(fields) <= set(DESK_PARTS):
        raise DeskRulesNotValid(f"'fields' names a field for: {', '.join(DESK_PARTS)}.")
    return DeskRules(
        creditor, tuple(_rule(one, place) for place, one in enumerate(rules, 1)), dict(fields)
    )


def _rule(data: Any, place: int) -> DeskRule:
    if not isinstance(data, Mapping) or not set(data) <= {"when", *DESK_PARTS}:
        raise DeskRulesNotValid(f"Rule {place} has 'when', {', '.join(DESK_PARTS)}, nothing else.")
    named = {part: data[part] for part in DESK_PARTS if data.get(part)}
    if not named or not all(isinstance(value, str) for value in named.values()):
        raise DeskRulesNotValid(f"Rule {place} names nobody.").told("nobody", place=place)
    when = data.get("when", {})
    if not isinstance(when, Mapping):
        raise DeskRulesNotValid(f"Rule {place}: 'when' is an object.")
    facts = {str(fact): _values(fact, value, place) for fact, value in when.items()}
    try:
        people = {part: person(named[part]) for part in named if part != "branch"}
    except DeskNotValid as error:
        raise DeskRulesNotValid(f"Rule {place}: {error.detail}") from None
    return DeskRule(
        facts,
        people.get("collector"),
        people.get("sales"),
        branch_name(named.get("branch")),
    )


def _values(fact: str, value: Any, place: int) -> list[str]:
    if not (fact in SEGMENT_FACTS or fact == LETTER or fact.startswith(CUSTOM)):
        known = ", ".join((*SEGMENT_FACTS, LETTER, f"{CUSTOM}<field>"))
        raise DeskRulesNotValid(f"Rule {place} asks for {fact}. Known: {known}.")
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        raise DeskRulesNotValid(f"Rule {place}: {fact} has one or more values, all texts.")
    return [letter for one in values for letter in _letters(one)] if fact == LETTER else values


def _letters(given: str) -> list[str]:
    first, dash, last = given.strip().upper().partition("-")
    if dash and len(first) == len(last) == 1 and first <= last:
        return [chr(code) for code in range(ord(first), ord(last) + 1)]
    return [first_letter(given)]
