"""What the pages around signing in share: how they are shown, what was typed, where they lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from chalice.app import Response

from saldo.edge.forms import Fields
from saldo.edge.http import status_of
from saldo.edge.metrics import count
from saldo.errors import Refusal
from saldo.people.entry import Asked, Entered, Outcome
from saldo.people.ports import PasswordNotGood
from saldo.people.sessions import Signed
from saldo.wiring import services

if TYPE_CHECKING or __package__:
    from functions.console import base
    from functions.console.pages import Around, render
    from functions.console.refused import problem_text
    from functions.console.words import Words
else:  # in Lambda this folder is the root of the code
    import base
    from pages import Around, render
    from refused import problem_text
    from words import Words

SECRET_MAX: Final = 300
PLACE_MAX: Final = 2000


class PasswordsDiffer(PasswordNotGood):
    """The password and its repetition are not the same."""

    code = "passwords-differ"


def go_on(outcome: Outcome, words: Words, to: str, signed: Signed | None = None) -> Response:
    if isinstance(outcome, Asked):
        return step_page(outcome, words, to)
    if isinstance(outcome, Entered):
        if base.secret() and signed is None:
            services().console_sessions.close(base.secret())  # whoever was in at this browser
        return base.redirect(inside(to), {"Set-Cookie": base.cookie(outcome.secret)})
    return base.redirect(inside(to))


def step_page(asked: Asked, words: Words, to: str, refusal: Refusal | None = None) -> Response:
    code = ""
    if asked.kind == "totp-setup":
        from saldo.adapters.qr.codes import svg
        from saldo.people.totp import app_address

        code = svg(app_address(asked.app_secret, asked.email, "Saldo"))
    return page_of(
        f"sign_in_{asked.kind.replace('-', '_')}.html", words, refusal, asked=asked, to=to, qr=code
    )


def page_of(
    template: str,
    words: Words,
    refusal: Refusal | None = None,
    form_key: str = "",
    **values: Any,
) -> Response:
    """Return a page of its own, without the menu."""
    problem = ""
    if refusal is not None:
        count(base.metrics, "SignInsRefused")
        base.logger.info("sign-in refused", extra={"code": refusal.code, "template": template})
        problem = problem_text(words, refusal)
    has_directory = services().directory is not None
    shown = {
        "has_directory": has_directory,
        "user": None,
        "creditor": None,
        "problem": problem,
        **values,
    }
    around = Around(base.root(), base.here(), form_key)
    return base.html(render(template, words, around, shown), status_of(refusal) if refusal else 200)


def sent() -> tuple[Fields, Words]:
    """Return what was typed and the language of the page; raise FormNotOurs for another site's."""
    base.require_own_site()
    fields = base.typed()
    return fields, base.language(fields.one("lang", 10) or None)


def typed(fields: Fields, name: str) -> str:
    """Return a password as it was typed: spaces around it are part of it."""
    return next(iter(fields.values.get(name, ())), "")[:SECRET_MAX]


def chosen(fields: Fields) -> str:
    """Return a new password; raise PasswordsDiffer."""
    chosen = typed(fields, "new")
    if chosen != typed(fields, "again"):
        raise PasswordsDiffer("The two passwords differ.")
    return chosen


def place(to: str) -> str:
    """Return an address below the console to go on to, "" for anything else."""
    is_ours = (to.startswith("at/") or to == "me") and to.isascii()
    return to if is_ours and to.isprintable() and ".." not in to and "\\" not in to else ""


def inside(to: str) -> str:
    if to == "me":
        return f"{base.root()}/sign-in/me?told=saved"
    return f"{base.root()}/{to}" if to else base.root()


def network() -> str:
    """Return where the request comes from: it is counted by its hash and forgotten."""
    request: Any = base.app.current_request
    return str(request.context.get("identity", {}).get("sourceIp", ""))
