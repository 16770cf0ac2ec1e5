"""Files that come with an answer: checked before anything is done, kept, dropped where the answer
was refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from saldo.edge.forms import Upload
from saldo.errors import Refusal
from saldo.files.model import BYTES_MAX, FILES_MAX, Purpose, StoredFile
from saldo.files.service import check
from saldo.portal.limits import Limit

from .answers import Ask
from .often import TooOften

MEGABYTES: Final = BYTES_MAX // (1024 * 1024)
SENT: Final = Limit("page-files", 8 * FILES_MAX, timedelta(days=1))
"""Files sent about one account: enough for anybody who has something to show."""


@contextmanager
def kept(
    ask: Ask, uploads: Sequence[Upload], purpose: Purpose, about: str, invoice: str | None = None
) -> Iterator[tuple[StoredFile, ...]]:
    """Keep files while an answer is given that they come with (`about` is its id); where it is
    refused, they are forgotten again. The same form sent twice keeps them once.

    Raises FilesTooMany, FilesTooLarge, FileEmpty, FileKindNotTaken, FilesBusy or TooOften.
    """
    check(purpose, [one.data for one in uploads])
    link, services = ask.opened.link, ask.services
    for _ in uploads:
        if not services.limits.take(SENT, f"{link.creditor}#{link.account}"):
            raise TooOften(int(SENT.per.total_seconds()) // 24)
    place = (link.creditor, link.account)
    known = {one.id for one in services.files.of(*place)} if uploads else set()
    files = tuple(
        services.files.keep(
            link.creditor,
            link.account,
            purpose,
            one.name,
            one.content_type,
            one.data,
            ask.by,
            invoice,
            about,
        )
        for one in uploads
    )
    try:
        yield files
    except Refusal:
        services.files.drop([one for one in files if one.id not in known])
        raise
