"""What is kept of the list against what it should be: which items come, change and go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from saldo.store import Delete, Put, Write
from saldo.worklist.model import LATER, Cause, WorkItem, WorkRules, WorkTally
from saldo.worklist.rank import places_of, points_of, tally_key


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose items they are: the account's name, who looks after it, and its branch."""

    creditor: str
    account: str
    name: str
    collector: str | None
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An item before and after; None where there was or will be none."""

    old: WorkItem | None
    new: WorkItem | None


def changes(
    kept: Iterable[WorkItem],
    causes: Iterable[Cause],
    owner: Owner,
    rules: WorkRules | None,
    now: datetime,
) -> list[Change]:
    """Return what must change so that the kept items are those of the causes.

    An item ends with its cause. What a person said about it stays: whom it was given to, until when
    it was put off, with what it was closed. It shows again when that time has come, or when the
    cause became another one meanwhile (a dispute that is overdue now).
    """
    there = {one.id: one for one in kept}
    wanted = {one.id: one for one in causes}
    found = [
        Change(there.get(id_), _item(there.get(id_), cause, owner, rules, now))
        for id_, cause in wanted.items()
    ]
    gone = [Change(one, None) for id_, one in there.items() if id_ not in wanted]
    return [*gone, *(one for one in found if one.old != one.new)]


def _item(
    kept: WorkItem | None, cause: Cause, owner: Owner, rules: WorkRules | None, now: datetime
) -> WorkItem:
    points = points_of(cause, rules)
    if kept is None:
        since = cause.since or now
        return WorkItem(
            owner.creditor,
            owner.account,
            cause,
            owner.name,
            since,
            points,
            owner.collector,
            branch=owner.branch,
        )
    is_back = kept.state != "open" and (
        kept.back_at is None or kept.back_at <= now or kept.cause.why != cause.why
    )
    return replace(
        kept,
        cause=cause,
        name=owner.name,
        since=cause.since or kept.since,
        points=points,
        collector=owner.collector,
        branch=owner.branch,
        state="open" if is_back else kept.state,
        back_at=None if is_back else kept.back_at,
    )


def writes_of(change: Change) -> list[Write]:
    """Return what keeps one change: the item by its version, and its places on lists."""
    old, new = change.old, change.new
    writes: list[Write] = []
    if new is None:
        assert old is not None, "a change has one side at least"
        writes.append(Delete(old, expect=old.version))
    else:
        version = old.version if old is not None else 0
        new = replace(new, version=version + 1)
        writes.append(Put(new, expect=version))
    before = {place.key: place for place in places_of(old)} if old is not None else {}
    after = {place.key: place for place in places_of(new)} if new is not None else {}
    writes += [Delete(place, expect=None) for key, place in before.items() if key not in after]
    writes += [Put(place, expect=None) for place in after.values()]
    return writes


def tally_writes(some: Iterable[Change], there: Mapping[tuple[str, ...], WorkTally]) -> list[Write]:
    """Return what keeps the counts of the lists that the changes touch; `there` are those kept."""
    after: dict[tuple[str, str, str], WorkTally] = {}
    for change in some:
        for item, by in ((change.old, -1), (change.new, 1)):
            if item is None or item.state == "done":
                continue
            key = tally_key(item)
            tally = after.get(key) or there.get(key) or WorkTally(*key)
            after[key] = counted(tally, item, by)
    return [
        Put(replace(tally, version=tally.version + 1), expect=tally.version)
        for key, tally in after.items()
        if tally != (there.get(key) or WorkTally(*key))
    ]


def counted(tally: WorkTally, item: WorkItem, by: int) -> WorkTally:
    """Return a count with an item more (1) or less (-1)."""
    is_later = item.hidden_until is not None
    if item.branch:
        of_branch = tally.branches.get(item.branch, {})
        more = _more(of_branch, LATER if is_later else item.kind, by)
        others = {name: one for name, one in tally.branches.items() if name != item.branch}
        kept = {**others, item.branch: more} if more else others
        tally = replace(tally, branches=dict(sorted(kept.items())))
    if is_later:
        return replace(tally, later=tally.later + by)
    return replace(tally, now=_more(tally.now, item.kind, by))


def _more(counts: Mapping[str, int], name: str, by: int) -> dict[str, int]:
    """Return counts with `by` more under a name; what is zero is left out."""
    left = counts.get(name, 0) + by
    others = {one: count for one, count in counts.items() if one != name}
    return dict(sorted({**others, name: left}.items())) if left else others


def touched(some: Iterable[Change]) -> list[tuple[str, ...]]:
    """Return the keys of the counts that the changes touch."""
    return list(
        dict.fromkeys(
            tally_key(item)
            for change in some
            for item in (change.old, change.new)
            if item is not None and item.state != "done"
        )
    )
