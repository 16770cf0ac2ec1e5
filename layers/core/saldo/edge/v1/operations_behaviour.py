"""The operations about how accounts pay, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.edge.v1 import behaviour
from saldo.edge.v1.operation import AUTH, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.invoices.intake import AccountRestricted
from saldo.risk.keep import BehaviourBusy

BEHAVIOUR: dict[str, Any] = {
    "account": "D-1042",
    "name": "Beispiel AG",
    "as_of": "2026-11-22",
    "sentence": "Pays 9 days late on average, 6 days later than in the year before; large invoices "
    "later than small ones; kept 3 of 4 promises.",
    "behaviour": "late",
    "trend": "worse",
    "trend_since": "2026-11-09",
    "change_days": 6.1,
    "paid_late": "mostly",
    "promises_kept": "mixed",
    "invoices": 41,
    "days_mean": 9.2,
    "days_median": 8,
    "days_spread": 6.4,
    "share_late": 0.829,
    "share_reminded": 0.146,
    "days_mean_large": 15.5,
    "days_mean_small": 6.2,
    "amounts": [{"currency": "EUR", "paid": "48790.00", "late": "41236.50", "share_late": 0.845}],
    "stages": [{"stage": 0, "invoices": 35}, {"stage": 1, "invoices": 6}],
    "months": [
        {"month": "2026-09", "invoices": 3, "days_mean": 8.0, "share_late": 0.667},
        {"month": "2026-10", "invoices": 4, "days_mean": 14.5, "share_late": 1.0},
    ],
    "promises": {"kept": 3, "part_kept": 1, "broken": 0, "open": 0},
    "disputes": {"opened": 2, "upheld": 1, "turned_down": 1},
    "exception": None,
    "signs": [],
}

BEHAVIOUR_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getBehaviour",
        "GET",
        "/v1/behaviour",
        "Foresight",
        "How an account pays",
        "In a sentence and in figures: how late, how that changed, how many promises it kept, how "
        "many disputes it was right in, and whether what it owes late now is an exception. Of what "
        "was due in the last twelve months and is paid, or in 24 where that is too little. Facts "
        "change it within seconds, and every night looks at all.",
        "collection:read",
        (Reply(200, "How it pays.", behaviour.BehaviourAnswer, {"late": BEHAVIOUR}),),
        (*AUTH, ParameterNotValid, AccountUnknown, AccountRestricted, BehaviourBusy),
        query=behaviour.BehaviourQuery,
    ),
    Operation(
        "listBehaviour",
        "GET",
        "/v1/behaviour/list",
        "Foresight",
        "Accounts that pay otherwise than they did, or are late once",
        "By number. Ask with `after` for the next page until it is null.",
        "collection:read",
        (
            Reply(
                200,
                "A page.",
                behaviour.StandingOutPage,
                {"worse": {"items": [BEHAVIOUR], "after": None}},
            ),
        ),
        (*AUTH, ParameterNotValid),
        query=behaviour.StandingOutQuery,
    ),
)
