"""Buttons that are read aloud by a fuller name: who speaks to the page says what stands there."""

from __future__ import annotations

import pytest

from functions.pay.payer.words import languages, texts_of

FULLER = {
    "cancel_this": "cancel",
    "revoke_this": "revoke",
    "portal.change_role_of": "portal.change_role",
    "portal.remove_this": "portal.remove",
    "transfer.press_this": "transfer.press",
}


@pytest.mark.parametrize("language", languages())
def test_the_name_of_a_button_has_the_words_on_it(language: str) -> None:
    """WCAG 2.2, 2.5.3."""
    texts = texts_of(language)
    taken_back = [one for one in texts if one.endswith(".take_back") and one[:6] != "answer"]
    assert len(taken_back) > 3
    fuller = FULLER | dict.fromkeys(taken_back, "answer.take_back")
    lacking = {
        name: texts[name]
        for name, seen in fuller.items()
        if texts[seen].lower() not in texts[name].lower()
    }
    assert lacking == {}
