"""The routes of all screens: who asks is found out, what they may is checked, and a screen's
function does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, quote

from chalice.app import Response

from saldo.accounts.model import Creditor
from saldo.edge.files import BytesResponse, file_answer
from saldo.edge.forms import Fields
from saldo.edge.http import status_of
from saldo.errors import Refusal
from saldo.people.rights import rights_of
from saldo.people.sessions import SessionOver, Signed
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.console import base
    from functions.console.base import ScreenUnknown, route
    from functions.console.pages import BACK, Around, asset, render
    from functions.console.proved import KEPT, form_of, proved_page, way_back
    from functions.console.refused import problem_text
    from functions.console.screen import (
        Back,
        Bare,
        Elsewhere,
        File,
        NotYours,
        Screen,
        Show,
        Shown,
        Visit,
    )
    from functions.console.screens import ENTRIES, screen_of
    from functions.console.words import languages
else:  # in Lambda this folder is the root of the code
    import base
    from base import ScreenUnknown, route
    from pages import BACK, Around, asset, render
    from proved import KEPT, form_of, proved_page, way_back
    from refused import problem_text
    from screen import Back, Bare, Elsewhere, File, NotYours, Screen, Show, Shown, Visit
    from screens import ENTRIES, screen_of
    from words import languages

_GROUPS: Final = ("day", "books", "steering")
_NOTHING: Final = Fields()


@route("GET", "/console/assets/{name}")
def get_asset(name: str) -> Response:
    """Return a static file; its name changes with its bytes."""
    found = asset(name)
    if found is None:
        raise ScreenUnknown("There is no such file.")
    headers: dict[str, str | list[str]] = {
        "Content-Type": found[0],
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }
    return BytesResponse(found[1], headers=headers)


@route("GET", "/console")
def begin() -> Response:
    """Go on to the creditor of whoever is signed in, or let them choose one."""
    signed = base.signed()
    mine = _creditors(signed)
    if len(mine) == 1 and not base.query("choose"):
        only = mine[0][0]
        return base.redirect(f"{base.root()}/at/{quote(only, safe='')}/{_first_at(signed, only)}")
    values = {
        "user": signed.user,
        "creditor": None,
        "creditors": mine,
        "first": {id_: _first_at(signed, id_) for id_, _ in mine},
        "problem": "",
    }
    words = base.language(signed.user.language)
    return base.html(render("choose.html", words, _around(signed, ""), values))


def _creditors(signed: Signed) -> list[tuple[str, str]]:
    """Return the creditors that somebody has a role at, by id, with their names."""
    named = {grant.creditor for grant in signed.user.grants}
    every = "*" in named
    if not every and len(named) <= 20:
        found = services().store.get_many(Creditor, [(id_,) for id_ in sorted(named)])
        return [(one.id, one.name) for one in found.values()]
    mine = (one for one in services().accounts.creditors() if every or one.id in named)
    return sorted(((one.id, one.name) for one in mine), key=lambda pair: pair[1].casefold())


def _first_at(signed: Signed, creditor: str) -> str:
    """Return the screen that somebody starts with: the first of the menu that they may see."""
    rights = rights_of(signed.user, creditor)
    return next((e.name for e in ENTRIES if e.group != "none" and e.right in rights), "accounts")


@route("GET", "/console/at/{creditor}/{screen}")
def show(creditor: str, screen: str) -> Response:
    """Show a screen."""
    found, visit, signed = _visit(creditor, screen)
    visit.require(found.right)
    return _answer(visit, signed, found.show(visit))


@route("GET", "/console/at/{creditor}/{screen}/{part}")
def show_part(creditor: str, screen: str, part: str) -> Response:
    """Show a part of a screen, or give a file."""
    found, visit, signed = _visit(creditor, screen)
    if part in found.acts and visit.query(KEPT):
        visit.require(found.acts[part].right)
        return _answer(visit, signed, proved_page(visit, signed, part))
    if part not in found.parts:
        raise ScreenUnknown("There is nothing under this address.")
    visit.require(found.parts[part].right)
    return _answer(visit, signed, found.parts[part].show(visit))


@route("POST", "/console/at/{creditor}/{screen}/{part}")
def act(creditor: str, screen: str, part: str) -> Response:
    """Do what a form asks for; where it is refused, show its page again with the reason."""
    fields = base.typed()
    found, visit, signed = _visit(creditor, screen, fields)
    base.require_own_form(signed, fields)
    if part not in found.acts:
        raise ScreenUnknown("There is nothing under this address.")
    asked = found.acts[part]
    visit = replace(visit, act=part)
    visit.require(asked.right)
    if asked.needs_proof and not signed.session.is_proven(visit.now):
        to = quote(way_back(visit, signed, part), safe="")
        return base.redirect(f"{base.root()}/sign-in/prove?to={to}")
    try:
        shown = asked.do(visit)
    except SessionOver:
        raise
    except Refusal as refusal:
        return _refused(found, visit, signed, refusal)
    if fields.one(KEPT):
        visit.services.kept_forms.forget(signed, form_of(visit, part), fields.one(KEPT))
    return _answer(visit, signed, shown)


def _refused(screen: Screen, visit: Visit, signed: Signed, refusal: Refusal) -> Response:
    """Show the page that the form stood on again, with what was typed and why it was refused."""
    path, _, asked = visit.fields.one(BACK, 2000).partition("#")[0].partition("?")
    _, _, below = path.partition(f"at/{visit.creditor.id}/{screen.name}")
    part = screen.parts.get(below.lstrip("/"))
    show_again: Show = part.show if part is not None else screen.show
    try:
        visit.require(part.right if part is not None else screen.right)
        query = parse_qs(asked, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise refusal from None  # no page of ours has such an address
    except Refusal:
        raise refusal from None  # the form's page is not theirs to see
    again = replace(visit, asked={name: tuple(values) for name, values in query.items()})
    try:
        shown = show_again(again)
    except Refusal:
        raise refusal from None  # what the page is about is gone, too
    return _answer(again, signed, shown, refusal, back=visit.fields.one(BACK, 2000))


def _visit(creditor: str, screen: str, fields: Fields = _NOTHING) -> tuple[Screen, Visit, Signed]:
    """Return the screen, who asks for it, and by which session.

    Raises SessionOver, ScreenUnknown, or NotYours where somebody has no role at the creditor,
    whether there is such a creditor or not.
    """
    signed = base.signed()
    rights = rights_of(signed.user, creditor)
    if not rights:
        raise NotYours("You have no role at this creditor.")
    found = screen_of(screen)
    if found is None:
        raise ScreenUnknown("There is no such screen.")
    parts = services()
    visit = Visit(
        services=parts,
        user=signed.user,
        creditor=parts.accounts.creditor(creditor),
        rights=rights,
        now=parts.clock.now(),
        t=base.language(signed.user.language),
        asked=base.asked(),
        fields=fields,
        screen=screen,
        is_fragment=base.is_fragment(),
        root=base.root(),
    )
    return found, visit, signed


def _answer(
    visit: Visit,
    signed: Signed,
    shown: Shown,
    refusal: Refusal | None = None,
    back: str = "",
) -> Response:
    if isinstance(shown, Back):
        to = visit.link(shown.to)
        told = f"{'&' if '?' in to else '?'}told={quote(shown.told)}" if shown.told else ""
        return base.redirect(to + told)
    if isinstance(shown, (Elsewhere, File)):
        _told_as_taken(visit)
    if isinstance(shown, Elsewhere):
        return base.redirect(shown.address)
    if isinstance(shown, Bare):
        return base.bare(shown.html)
    if isinstance(shown, File):
        return file_answer(shown.data, shown.content_type, shown.name)
    values: Mapping[str, Any] = {
        **_frame(visit),
        "problem": problem_text(visit.t, refusal) if refusal else "",
        "typed": visit.typed,
        "told": _told_text(visit),
        **shown.values,
    }
    around = _around(signed, back or base.here())
    text = render(shown.template, visit.t, around, values)
    return base.html(text, status_of(refusal) if refusal else shown.status)


def _told_as_taken(visit: Visit) -> None:
    """Note that somebody took something of an account away as a file."""
    for number in visit.looked_at:
        visit.services.access_log.viewed(visit.creditor.id, number, visit.by, "export")


def _frame(visit: Visit) -> dict[str, Any]:
    """Return what the layout needs: the menu, who is signed in, and how addresses are made."""
    menu = {
        group: [e.name for e in ENTRIES if e.group == group and visit.may(e.right)]
        for group in _GROUPS
    }
    return {
        "visit": visit,
        "user": visit.user,
        "creditor": visit.creditor,
        "zone": visit.creditor.time_zone,
        "today": visit.today,
        "now": visit.now,
        "menu": menu,
        "screen": visit.screen,
        "link": visit.link,
        "may": visit.may,
        "languages": languages(),
        "several": len({grant.creditor for grant in visit.user.grants}) > 1
        or any(grant.creditor == "*" for grant in visit.user.grants),
    }


def _told_text(visit: Visit) -> str:
    key = f"told.{visit.query('told')}"
    return visit.t(key) if visit.t.has(key) else ""


def _around(signed: Signed, here: str) -> Around:
    return Around(base.root(), here, signed.session.csrf)
