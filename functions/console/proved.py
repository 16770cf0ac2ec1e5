"""What was typed before somebody had to prove who they are: kept, and shown to be confirmed.

Where the password is asked for again, the form that was sent does nothing; what was typed is kept
for some minutes (`saldo.people.kept_forms`). Whoever proved it comes to a page that says what is
about to be done, and presses once more: only that form, with the session's key, does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from saldo.edge.form_key import FIELD
from saldo.people.sessions import Signed

if TYPE_CHECKING or __package__:
    from functions.console.pages import BACK
    from functions.console.screen import Page, Visit
    from functions.console.sign_in_pages import PLACE_MAX, place
else:  # in Lambda this folder is the root of the code
    from pages import BACK
    from screen import Page, Visit
    from sign_in_pages import PLACE_MAX, place

KEPT: Final = "kept"
"""The field and the parameter that name a kept form; it opens nothing to another session."""

SHOWN: Final[tuple[str, ...]] = (
    "number",
    "invoice",
    "amount",
    "reason",
    "why",
    "account_holder",
    "iban",
    "bic",
    "creditor_identifier",
    "provider",
    "name",
    "email",
    "role",
    "branches",
    "language",
    "scopes",
    "url",
    "events",
    "write_off",
    "refund",
    "credit_limit",
)
"""The fields that a person typed or chose, in the order in which they are shown."""

_LEFT_EMPTY: Final[dict[str, dict[str, str]]] = {
    "account/write-off": {"amount": "all"},
    "payment/refund": {"amount": "all"},
    "users/invite": {"branches": "every_branch"},
    "users/grant": {"branches": "every_branch"},
    "approvals/limits": dict.fromkeys(("write_off", "refund", "credit_limit"), "any_amount"),
}
"""Fields that mean more when nothing stands in them, by form, with the text that says so."""

_VALUE_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Proved:
    """A form that waits to be confirmed: where it goes, what is shown of it, what it carries."""

    action: str
    back: str
    shown: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]


def form_of(visit: Visit, act: str) -> str:
    """Return the name of a form: those of two creditors are two."""
    return f"{visit.creditor.id}/{visit.screen}/{act}"


def way_back(visit: Visit, signed: Signed, act: str) -> str:
    """Return where a proof leads back to: to what was typed, else to the form's own page.

    A form without anything typed (a button) is pressed again on its page, which says what it is
    about.
    """
    back = place(visit.fields.one(BACK, PLACE_MAX))
    typed = {
        name: tuple(many)
        for name, many in visit.fields.values.items()
        if name not in (FIELD, BACK, KEPT)
    }
    if not _said(visit, act, typed):
        return back
    kept = visit.services.kept_forms.keep(signed, form_of(visit, act), back, typed)
    if kept is None:
        return back
    return f"at/{visit.creditor.id}/{visit.screen}/{act}?{KEPT}={kept}"


def proved_page(visit: Visit, signed: Signed, act: str) -> Page:
    """Show what is about to be done; raise KeptFormGone."""
    id_ = visit.query(KEPT)
    kept = visit.services.kept_forms.of(signed, form_of(visit, act), id_)
    typed = {name: tuple(many) for name, many in kept.fields.items()}
    fields = tuple((name, one) for name, many in typed.items() for one in many)
    shown = Proved(
        f"{visit.screen}/{act}", kept.back, _said(visit, act, typed), (*fields, (KEPT, id_))
    )
    return Page("proved.html", {"p": shown, "key": f"{visit.screen}.{act}"})


def _said(visit: Visit, act: str, typed: dict[str, tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    """Return what is to be read of a form: what was typed, and what was left empty and means all
    of something.
    """
    empty = _LEFT_EMPTY.get(f"{visit.screen}/{act}", {})
    found = []
    for name in SHOWN:
        text = ", ".join(one for one in typed.get(name, ()) if one)
        found.append((name, text or (visit.t(f"proved.{empty[name]}") if name in empty else "")))
    return tuple((visit.t(f"proved.{name}"), text[:_VALUE_MAX]) for name, text in found if text)
