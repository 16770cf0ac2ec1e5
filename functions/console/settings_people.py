"""Settings of how people share the work: who looks after what, what is urgent, what is aimed at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from saldo.edge.v1 import work_desks, work_team
from saldo.people.rights import rights_of
from saldo.worklist.desk_model import DeskRules
from saldo.worklist.effort import WorkTarget
from saldo.worklist.model import KINDS
from saldo.worklist.rank import BACK_AFTER_DAYS, KIND_POINTS
from saldo.worklist.rules import whole as whole_rules

if TYPE_CHECKING or __package__:
    from functions.console.screen import Back, Shown, Visit
    from functions.console.settings_forms import (
        facts_of,
        facts_text,
        mark,
        page,
        require_seen,
        whole,
    )
else:  # in Lambda this folder is the root of the code
    from screen import Back, Shown, Visit
    from settings_forms import facts_of, facts_text, mark, page, require_seen, whole

ROWS_MAX: Final = 40
_PARTS: Final = ("collector", "sales", "branch")


def desks(visit: Visit) -> Shown:
    """Show who looks after what."""
    found = visit.services.desks.rules(visit.creditor.id)
    rows: list[dict[str, str]] = [
        {
            "when": facts_text(rule.when),
            **{part: getattr(rule, part) or "" for part in _PARTS},
        }
        for rule in found.rules
    ]
    room = max(0, min(2, ROWS_MAX - len(rows)))
    return page(
        visit,
        "desks",
        seen=mark(_said(found)),
        rows=rows + [{"when": "", "collector": "", "sales": "", "branch": ""}] * room,
        fields=found.fields,
        parts=_PARTS,
        too_many=len(rows) > ROWS_MAX,
        people=_people(visit),
    )


def _said(rules: DeskRules) -> object:
    return (rules.rules, rules.fields)


def _people(visit: Visit) -> list[str]:
    return [
        user.email
        for user in visit.services.users.at(visit.creditor.id)
        if "accounts:read" in rights_of(user, visit.creditor.id)
    ]


def save_desks(visit: Visit) -> Shown:
    """Keep who looks after what; a line that names nobody is left out."""
    require_seen(visit, _said(visit.services.desks.rules(visit.creditor.id)))
    rules: list[dict[str, Any]] = []
    for place in range(ROWS_MAX):
        named = {part: visit.form(f"{part}-{place}") for part in _PARTS}
        said = {part: value for part, value in named.items() if value}
        when = visit.form(f"when-{place}", 500)
        if said or when:
            rules.append({"when": facts_of(when), **said})
    fields = {part: visit.form(f"field-{part}", 60) for part in _PARTS}
    body = {"rules": rules, "fields": {part: name for part, name in fields.items() if name}}
    work_desks.put_rules(visit.ordered, body)
    return Back("settings/desks", "settings.desks_saved")


def work(visit: Visit) -> Shown:
    """Show what counts how much on the list of work."""
    rules = whole_rules(visit.services.work_rules.of(visit.creditor.id))
    kinds = sorted(KINDS, key=lambda kind: -rules["points"][kind])
    values = {"rules": rules, "kinds": kinds, "usual": KIND_POINTS, "back": BACK_AFTER_DAYS}
    return page(visit, "work", seen=mark(rules), **values)


def save_work(visit: Visit) -> Shown:
    """Keep what counts how much; what is as usual is not kept."""
    require_seen(visit, whole_rules(visit.services.work_rules.of(visit.creditor.id)))
    points, back = {}, {}
    for kind in KINDS:
        said = whole(visit, f"points-{kind}")
        if said is not None and said != KIND_POINTS[kind]:
            points[kind] = said
        days = whole(visit, f"back-{kind}")
        if days is not None and days != BACK_AFTER_DAYS:
            back[kind] = days
    body: dict[str, Any] = {"points": points, "back_after_days": back}
    most = whole(visit, "snooze_days_max")
    if most is not None:
        body["snooze_days_max"] = most
    work_team.put_rules(visit.ordered, body)
    return Back("settings/work", "settings.saved")


def targets(visit: Visit) -> Shown:
    """Show what people set out to do."""
    found = {one.person: one for one in visit.services.store.list(WorkTarget, visit.creditor.id)}
    people = sorted({*found, *_people(visit)})
    return page(
        visit,
        "targets",
        rows=[
            (who, found.get(who) or WorkTarget(visit.creditor.id, who)) for who in people[:ROWS_MAX]
        ],
        promised={
            who: visit.t.field(one.promised_week.minor, one.promised_week.currency)
            for who, one in found.items()
            if one.promised_week is not None
        },
        may_change=visit.may("collect:manage"),
    )


def save_target(visit: Visit) -> Shown:
    """Keep what one person sets out to do."""
    currency = visit.form("currency", 3) or "EUR"
    body: dict[str, Any] = {
        "person": visit.form("person", 254),
        **{
            name: whole(visit, name) or 0
            for name in ("closed_day", "calls_day", "closed_week", "calls_week")
        },
    }
    amount = visit.amount("promised_week", currency)
    if amount is not None:
        body |= {"promised_week": amount, "currency": currency}
    work_team.set_target(visit.ordered, body)
    return Back("settings/targets", "settings.saved")
