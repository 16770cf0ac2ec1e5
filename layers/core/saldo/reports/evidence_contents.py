"""The index of an evidence pack as a judge or a lawyer reads it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from saldo.reports.evidence_claims import charged, claims, interest, parties, rates
from saldo.reports.evidence_facts import Facts
from saldo.reports.evidence_paper import Column, Index, Section, cell
from saldo.reports.evidence_said import cases, credits_, disputes, payments, plans, promises
from saldo.reports.evidence_speech import Speech, listed
from saldo.reports.evidence_story import messages, story


def index_of(facts: Facts, files: Mapping[str, bytes]) -> Index:
    """Return the index of a pack with these files, in the creditor's language."""
    creditor, account = facts.creditor, facts.account
    speech = Speech(creditor.language, creditor.time_zone)
    kind, numbers = _kind(facts), [invoice.number for invoice in facts.invoices]
    place = {
        "invoice": listed(numbers, speech),
        "count": len(numbers),
        "account": account.number,
        "name": account.name,
    }
    as_of = _last(facts)
    sections = (
        parties(facts, speech),
        *claims(facts, speech),
        interest(facts, speech),
        rates(facts, speech),
        charged(facts, speech),
        messages(facts, speech),
        payments(facts, speech),
        credits_(facts, speech),
        promises(facts, speech),
        disputes(facts, speech),
        plans(facts, speech),
        cases(facts, speech),
        story(facts, speech),
        Section(speech.say("head", "check"), speech.say("note", "check")),
        _files(files, speech),
    )
    return Index(
        speech.language,
        creditor.name,
        speech.say("title", kind, **place),
        speech.plain(
            "lead",
            creditor=creditor.name,
            about=speech.say("about", kind, **place),
            as_of=speech.day(as_of),
            zone=creditor.time_zone,
        ),
        speech.plain("nothing"),
        speech.plain("page"),
        as_of,
        tuple(section for section in sections if section is not None),
    )


def _kind(facts: Facts) -> str:
    if facts.is_whole:
        return "account"
    return "invoice" if len(facts.invoices) == 1 else "invoices"


def _last(facts: Facts) -> date:
    """Return the creditor's day of the last fact."""
    zone = ZoneInfo(facts.creditor.time_zone)
    days = [event.at.astimezone(zone).date() for event in facts.events]
    days += [invoice.issued_on for invoice in facts.invoices]
    return max(days, default=date(2000, 1, 1))


def _files(files: Mapping[str, bytes], speech: Speech) -> Section:
    rows = tuple(
        (cell(name, "code"), cell(hashlib.sha256(files[name]).hexdigest(), "code"))
        for name in sorted(files)
    )
    columns = (Column(speech.say("column", "file"), 1), Column(speech.say("column", "hash")))
    return Section(speech.say("head", "files"), "", columns, rows)
