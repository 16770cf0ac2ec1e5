"""Rows of watchers, and of who wants the list of the morning."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.watchers.model import MorningWish, Watcher, WatchLink, WatchNews

WATCHERS = (
    RowKind(
        Watcher,
        "watcher",
        "A",
        2,
        "WATCH",
        "Who is told of what changes here? One query, 1 RU, per event of a family that can be "
        "watched.",
    ),
    RowKind(
        WatchLink,
        "watch-link",
        "K#*#watch",
        1,
        "K",
        "Whose mails does this link stop? One get, 1 RU, when somebody presses it.",
    ),
    RowKind(
        WatchNews,
        "watch-news",
        "A",
        2,
        "NEWS",
        "What was a watcher told, and what waits? One put, 4 WU (with the index), per event and "
        "watcher; one query per mail. Forgotten after 60 days.",
    ),
    RowKind(
        MorningWish,
        "morning-wish",
        "C",
        1,
        "MORNING",
        "Who wants the list by mail? One query, 1 RU, per creditor and hour.",
    ),
)
