"""Which record stands under which key, what it is read by, and what that costs.

Costs are for rows up to 1 KB (write) or 4 KB (read); a write inside a transaction costs double, a
strongly consistent query costs one read unit per 4 KB that it reads. A row in a GSI costs one more
write unit per index that it enters, moves in or leaves.
"""

from __future__ import annotations

from typing import Any

from saldo.adapters.dynamo.kinds_accounts import ACCOUNTS
from saldo.adapters.dynamo.kinds_answers import ANSWERS
from saldo.adapters.dynamo.kinds_audit import AUDIT
from saldo.adapters.dynamo.kinds_bank import BANK
from saldo.adapters.dynamo.kinds_cash import CASH
from saldo.adapters.dynamo.kinds_collection import COLLECTION
from saldo.adapters.dynamo.kinds_connectors import CONNECTORS
from saldo.adapters.dynamo.kinds_credit import CREDIT
from saldo.adapters.dynamo.kinds_credit_data import CREDIT_DATA
from saldo.adapters.dynamo.kinds_figures import FIGURES
from saldo.adapters.dynamo.kinds_files import FILES
from saldo.adapters.dynamo.kinds_foresight import FORESIGHT
from saldo.adapters.dynamo.kinds_imports import IMPORTS
from saldo.adapters.dynamo.kinds_inbox import INBOX
from saldo.adapters.dynamo.kinds_intake import INTAKE
from saldo.adapters.dynamo.kinds_invoices import INVOICES
from saldo.adapters.dynamo.kinds_payments import PAYMENTS
from saldo.adapters.dynamo.kinds_people import PEOPLE
from saldo.adapters.dynamo.kinds_portal import PORTAL
from saldo.adapters.dynamo.kinds_reminders import REMINDERS
from saldo.adapters.dynamo.kinds_steps import STEPS
from saldo.adapters.dynamo.kinds_worklist import WORKLIST
from saldo.adapters.dynamo.row_kind import Key, RowKind

__all__ = ["BY_RECORD", "BY_TAG", "Key", "RowKind"]

_KINDS = (
    *ACCOUNTS,
    *INVOICES,
    *FILES,
    *IMPORTS,
    *INBOX,
    *INTAKE,
    *PAYMENTS,
    *BANK,
    *COLLECTION,
    *REMINDERS,
    *PORTAL,
    *PEOPLE,
    *ANSWERS,
    *CONNECTORS,
    *WORKLIST,
    *AUDIT,
    *FIGURES,
    *CASH,
    *CREDIT_DATA,
    *CREDIT,
    *FORESIGHT,
    *STEPS,
)
BY_RECORD: dict[type[Any], RowKind] = {kind.record: kind for kind in _KINDS}
BY_TAG: dict[str, RowKind] = {kind.tag: kind for kind in _KINDS}
assert len(BY_TAG) == len(BY_RECORD) == len(_KINDS), "tags and records are unique"
