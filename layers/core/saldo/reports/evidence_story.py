"""The index of an evidence pack: every message, and what happened when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, get_args

from saldo.events import Event, EventType
from saldo.reports.evidence_facts import Facts, Message, proof_of
from saldo.reports.evidence_paper import Cell, Column, Line, Section, Style, cell, lines
from saldo.reports.evidence_speech import Speech, is_told, listed

Times = Mapping[str, Sequence[datetime | None]]


def messages(facts: Facts, speech: Speech) -> Section:
    """Tell of every message: what, to whom, how it fared, and how its words are proven."""
    columns = (
        Column("", right=True),
        Column(speech.say("column", "message"), 5),
        Column(speech.say("column", "state"), 3),
    )
    numbers, times = facts.message_numbers, _times(facts)
    rows = tuple(
        (
            cell(numbers[one.notice.id]),
            _message(one, speech),
            _fared(one, times.get(one.notice.id, {}), numbers, speech),
        )
        for one in facts.messages
    )
    note = speech.say("note", "messages") if rows else ""
    return Section(speech.say("head", "messages"), note, columns, rows)


def _message(message: Message, speech: Speech) -> Cell:
    notice, paper = message.notice, message.paper
    kind = speech.say("message", notice.message)
    channel = speech.say("channel", notice.channel)
    ids = [("id", notice.id), ("service", notice.provider_message_id)]
    hash_ = paper.letter.sha256 if paper else notice.content_hash
    told: list[Line | tuple[str, Style]] = [
        (f"{kind} ({channel})", "strong"),
        (notice.subject or "", "plain"),
        (listed([item.invoice for item in notice.items], speech), "small"),
        (f"{speech.say('label', 'to')} {notice.to}" if notice.to else "", "small"),
    ]
    for word, value in [*ids, ("hash", hash_)]:
        told.append(Line(value or "", "code", speech.say("label", word)))
    return lines(*told)


def _fared(message: Message, at: Times, numbers: dict[str, int], speech: Speech) -> Cell:
    notice, paper = message.notice, message.paper
    told: list[tuple[str, Style]] = [(speech.say("state", notice.state), "strong")]
    left = at.get("notice.sent", [None])[0]
    arrived = notice.delivered_at or at.get("notice.delivered", [None])[0]
    for name, when in (("sent", left), ("delivered", arrived)):
        if when is not None:
            told.append((speech.say("label", name, at=speech.at(when)), "small"))
    told.append((_opened(message, speech), "small"))
    if paper and paper.letter.printed_on:
        day = speech.day(paper.letter.printed_on)
        told.append((speech.say("label", "printed", day=day), "small"))
    if paper and paper.letter.returned_on:
        day = speech.day(paper.letter.returned_on)
        told.append((speech.say("label", "returned", day=day), "small"))
    if notice.replaces:
        other = numbers.get(notice.replaces, "–")
        told.append((speech.say("label", "replaces", number=other), "small"))
    proof = proof_of(message)
    told.append((speech.say("proof", proof), "strong" if proof == "differs" else "small"))
    return lines(*told)


def _opened(message: Message, speech: Speech) -> str:
    """Return when a person opened the message's link, else when a program did."""
    opening = message.opening
    if opening is not None and opening.first_at is not None:
        word = "opened" if opening.days <= 1 else "opened_often"
        at, count = speech.at(opening.first_at), opening.days
        return speech.say("label", word, at=at, count=count)
    if opening is not None and opening.machine_at is not None:
        return speech.say("label", "opened_by_machine", at=speech.at(opening.machine_at))
    return ""


def story(facts: Facts, speech: Speech) -> Section:
    """Tell what happened, in the order in which it did."""
    columns = (Column(speech.say("column", "when")), Column(speech.say("column", "what"), 1))
    numbers = facts.message_numbers
    rows = tuple(
        (cell(speech.at(one.at)), cell(_told(one, numbers, speech)))
        for one in sorted(facts.events, key=_order)
        if is_told(one.type)
    )
    note = speech.say("note", "story") if rows else ""
    return Section(speech.say("head", "story"), note, columns, rows)


_TYPES: Final = get_args(EventType)


def _order(event: Event) -> tuple[datetime, int, str]:
    """Order by time; what happened at one instant as types stand in their list: sent, delivered."""
    return (event.at, _TYPES.index(event.type), event.id)


def _told(event: Event, numbers: dict[str, int], speech: Speech) -> str:
    number = numbers.get(str(event.data.get("notice")), "–")
    by_machine = "_by_machine" if event.data.get("opened_by") == "machine" else ""
    return speech.happened(event.type + by_machine, event.data, number=number)


def _times(facts: Facts) -> Mapping[str, Times]:
    """Return by message and type of event when it happened, first things first."""
    found: dict[str, dict[str, list[datetime]]] = {}
    for event in facts.events:
        notice = event.data.get("notice")
        if isinstance(notice, str):
            found.setdefault(notice, {}).setdefault(event.type, []).append(event.at)
    for times in found.values():
        for instants in times.values():
            instants.sort()
    return found
