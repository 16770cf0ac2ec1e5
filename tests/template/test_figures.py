"""Figures: what the stream tells of, who may write what, and what is kept back for later."""

from __future__ import annotations

import json
from typing import Any

from infra.cfn import Template
from saldo.adapters.dynamo.kinds import BY_RECORD, BY_TAG
from saldo.collection.facts import Dispute, Promise
from saldo.events import Event
from saldo.invoices.model import Invoice
from saldo.ledger.model import JournalEntry
from saldo.payments.provider_fee import ProviderFee
from saldo.reminders.model import Notice


def _actions(template: Template, role: str) -> set[str]:
    (policy,) = template["Resources"][role]["Properties"]["Policies"]
    found: set[str] = set()
    for statement in policy["PolicyDocument"]["Statement"]:
        action: Any = statement["Action"]
        found |= {action} if isinstance(action, str) else set(action)
    return found


def test_the_stream_tells_of_every_row_that_counts_and_of_no_figure(template: Template) -> None:
    """A figure that told of itself would be counted for ever."""
    stream = template["Resources"]["FiguresCountFunction"]["Properties"]["Events"]["TableStream"]
    changes, news = (
        json.loads(one["Pattern"]) for one in stream["Properties"]["FilterCriteria"]["Filters"]
    )
    counted = (Invoice, JournalEntry, Promise, Dispute, Notice, ProviderFee)
    told = changes["dynamodb"]["NewImage"]["t"]["S"]
    assert set(told) == {BY_RECORD[one].tag for one in counted}
    assert changes["eventName"] == ["INSERT", "MODIFY"]
    # The relay's mark of an event is a change, and says nothing new.
    assert news["eventName"] == ["INSERT"]
    assert news["dynamodb"]["NewImage"]["t"]["S"] == [BY_RECORD[Event].tag]
    figures = {
        tag for tag, kind in BY_TAG.items() if kind.record.__module__.startswith("saldo.fig")
    }
    assert len(figures) >= 6
    assert not figures & set(told)


def test_who_only_compares_writes_nothing(template: Template) -> None:
    allowed = _actions(template, "FiguresVerifyRole")
    assert not {one for one in allowed if one.startswith("dynamodb:")} & {
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
    }


def test_the_sender_of_reports_alone_mails_and_typesets(template: Template) -> None:
    functions = ("Count", "Hourly", "Verify", "Send")
    mailing = {
        one for one in functions if "ses:SendRawEmail" in _actions(template, f"Figures{one}Role")
    }
    setting = {
        one
        for one in functions
        if {"Ref": "Documents"}
        in template["Resources"][f"Figures{one}Function"]["Properties"].get("Layers", [])
    }
    assert mailing == setting == {"Send"}
