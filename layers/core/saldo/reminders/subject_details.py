"""What messages tell of a payer's details, of questions and of answers."""

from __future__ import annotations

import re
from typing import Final

from saldo.accounts.model import Account
from saldo.clock import local_day
from saldo.contacts.model import DetailsChange
from saldo.inbox.model import Mail, mail_key
from saldo.messages.told import ToldDetails, ToldQuestion, ToldReply
from saldo.reminders.model import Notice
from saldo.reminders.subject import Found, Moot, Subject
from saldo.store import Store
from saldo.threads.model import ThreadEntry

_ANSWERED: Final = re.compile(
    r"\A(?:\s{0,3}(?:re|aw|antw|antwoord|tr|sv|fwd?|wg|doorst)\s?(?:\[\d{1,3}\])?\s?:){1,20}",
    re.IGNORECASE,
)
_QUOTED_MAX: Final = 2_000


class DetailsSubjects:
    """Reads what was said, as it stands now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def to_confirm(self, notice: Notice) -> Found:
        change = self._store.get(DetailsChange, *notice.key[:2], notice.about or "")
        if change is None or not change.awaits_confirmation(notice.created_at):
            return Moot("nothing-to-confirm")
        assert change.confirm_until is not None, "it is awaited"
        until = local_day(change.confirm_until, self._time_zone(notice))
        return Subject(details=ToldDetails(("email",), change.email or "", until))

    def changed(self, notice: Notice) -> Found:
        fields = tuple(str(one) for one in notice.facts.get("fields", ()))
        if not fields:
            return Moot("nothing-to-tell")
        email = str(notice.facts.get("email") or "")
        return Subject(details=ToldDetails(fields, hinted(email) if email else ""))

    def asked(self, notice: Notice) -> Found:
        entry = self._entry(notice)
        if entry is None:
            return Moot("nothing-to-tell")
        day = local_day(entry.at, self._time_zone(notice))
        return Subject(question=ToldQuestion(entry.text, day, entry.invoice or ""))

    def answered(self, notice: Notice) -> Found:
        """With the question that came before it."""
        entry = self._entry(notice)
        if entry is None:
            return Moot("nothing-to-tell")
        before = [
            one
            for one in self._store.list(ThreadEntry, *notice.key[:2])
            if one.side == "payer" and (one.at, one.id) < (entry.at, entry.id)
        ]
        question = max(before, key=lambda one: (one.at, one.id), default=None)
        day = local_day(question.at, self._time_zone(notice)) if question else None
        invoice = entry.invoice or (question.invoice if question else None) or ""
        words = question.text if question else ""
        return Subject(question=ToldQuestion(words, day, invoice, entry.text))

    def replied(self, notice: Notice) -> Found:
        """With the mail that it answers, which may be older than what was written last."""
        entry = self._entry(notice)
        if entry is None or entry.mail is None:
            return Moot("nothing-to-tell")
        mail = self._store.get(Mail, *mail_key(notice.creditor, entry.mail))
        account = self._store.get(Account, notice.creditor, notice.account)
        if mail is None or account is None:
            return Moot("nothing-to-tell")
        contacts = {
            one.email.casefold()
            for one in account.contacts
            if one.email and one.email_state == "ok"
        }
        return Subject(
            reply=ToldReply(
                entry.text,
                bare_subject(mail.subject),
                quoted(mail.text),
                local_day(mail.at, account.time_zone),
                entry.invoice or mail.invoice or "",
                known=mail.from_address.casefold() in contacts,
                in_reply_to=mail.message_id,
                references=tuple(reversed(mail.references)),
            )
        )

    def _entry(self, notice: Notice) -> ThreadEntry | None:
        return self._store.get(ThreadEntry, *notice.key[:2], notice.about or "")

    def _time_zone(self, notice: Notice) -> str:
        account = self._store.get(Account, notice.creditor, notice.account)
        assert account is not None, "a notice has its account"
        return account.time_zone


def bare_subject(subject: str) -> str:
    """Return a subject without the marks of answers in front: "AW: Re: Rechnung" is "Rechnung"."""
    return _ANSWERED.sub("", subject).strip()


def quoted(text: str) -> str:
    """Return so much of a mail as its writer needs to know again what they wrote."""
    return text if len(text) <= _QUOTED_MAX else f"{text[:_QUOTED_MAX].rstrip()} …"


def hinted(email: str) -> str:
    """Return a mail address as a hint: who knows it recognises it, nobody else can write to it."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
