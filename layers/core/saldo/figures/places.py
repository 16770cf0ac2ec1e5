"""Where accounts count: read once for as many accounts as are counted together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from saldo.accounts.model import Account, Creditor
from saldo.figures.model import Place
from saldo.reminders.segments import policy_id_of
from saldo.store import Store
from saldo.worklist.desk_model import AccountDesk, DeskRules, desk_of

Owner = tuple[str, str]

_NOWHERE: Final = Place()


def places_of(store: Store, owners: Iterable[Owner]) -> dict[Owner, Place]:
    """Return where accounts count now: a get for each creditor and its rules, and in batches one
    for each account and its desk.
    """
    wanted = list(dict.fromkeys(owners))
    ids = sorted({creditor for creditor, _ in wanted})
    creditors = {id_: store.get(Creditor, id_) for id_ in ids}
    rules = {id_: store.get(DeskRules, id_) for id_ in ids}
    accounts = store.get_many(Account, wanted)
    said = store.get_many(AccountDesk, wanted)
    return {
        owner: _place(
            creditors[owner[0]], accounts.get(owner), said.get(owner), rules[owner[0]], owner
        )
        for owner in wanted
    }


def _place(
    creditor: Creditor | None,
    account: Account | None,
    said: AccountDesk | None,
    rules: DeskRules | None,
    owner: Owner,
) -> Place:
    if creditor is None or account is None:
        return _NOWHERE
    desk = desk_of(*owner, account, said, rules)
    return Place(
        branch=desk.branch or "",
        country=account.country,
        collector=desk.collector or "",
        segment=policy_id_of(creditor, account),
        kind=account.kind,
    )
