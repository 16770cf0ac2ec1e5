"""The key that every form carries: another site cannot know it, so it cannot press our buttons.

The pages have no cookies that a browser would send along by itself, and whoever knows a link's
token may press its buttons anyway. The key keeps that so where a token becomes known without its
page: an address that was logged, or guessed from a history.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from saldo.errors import Forbidden

FIELD: Final = "form"
"""The name of the field that carries the key."""


class FormNotOurs(Forbidden):
    """The form does not come from the page that the link opens."""

    code = "form-not-ours"


def form_key(secret: str) -> str:
    """Return the key of the forms that go with a secret: a link's token, or a session's."""
    digest = hmac.new(secret.encode(), b"saldo form", hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:15]).decode()


def require_form_key(secret: str, sent: str) -> None:
    """Raise FormNotOurs unless a form carries its key."""
    if not hmac.compare_digest(form_key(secret).encode(), sent.encode()):
        raise FormNotOurs("This form does not come from our page. Please open the link again.")
