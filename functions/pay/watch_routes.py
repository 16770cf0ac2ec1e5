"""The page by which somebody who watches an account or a case stops its mails, `/watch/{link}`.

It tells nothing of what is watched: whoever forwards a mail gives away no more than its words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chalice.app import Response

from saldo.edge.form_key import require_form_key
from saldo.edge.forms import UPLOAD_FORM, read_fields
from saldo.edge.http import header, raw_body, status_of
from saldo.errors import Refusal
from saldo.watchers.model import Watcher
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.pay import base
    from functions.pay.payer import pages, watch
    from functions.pay.payer.shown import Frame
else:  # in Lambda this folder is the root of the code
    import base
    from payer import pages, watch
    from payer.shown import Frame

_ONE_CLICK: Final = ("List-Unsubscribe", "One-Click")
"""What a mail program posts by itself (RFC 8058, 3.2)."""


def as_page(refusal: Refusal) -> Response:
    around = Frame(base.language("en"), services().settings.public_url)
    return base.page(pages.watch_page(around, "spent"), status_of(refusal))


@base.route("GET", "/watch/{link}", as_page)
def ask_to_stop_watching(link: str) -> Response:
    """Ask whether the mails shall end; mail programs open links, so this ends none."""
    watcher = services().watchers.stop(link, look=True)
    kind = "ask" if watcher.ended_at is None else "done"
    return base.page(pages.watch_page(_frame(watcher, link), kind))


@base.route("POST", "/watch/{link}", as_page, [*base.FORM_TYPES, UPLOAD_FORM])
def stop_watching(link: str) -> Response:
    """End the mails: by the button of the page, or by the mail program's own (RFC 8058)."""
    watcher = services().watchers.stop(link, look=True)
    fields = read_fields(raw_body(base.app), header(base.app, "content-type") or "")
    if fields.one(_ONE_CLICK[0]) != _ONE_CLICK[1]:
        require_form_key(link, fields.key)
    services().watchers.stop(link)
    return base.page(pages.watch_page(replace(_frame(watcher, link), here=""), "done"))


def _frame(watcher: Watcher, link: str) -> Frame:
    creditor = services().accounts.creditor(watcher.creditor)
    return watch.frame(services(), creditor, link, base.language(watcher.language))
