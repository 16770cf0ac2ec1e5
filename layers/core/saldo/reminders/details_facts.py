"""Which messages a change of details, a question or an answer calls for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from saldo.accounts.model import Account
from saldo.contacts.model import DetailsChange
from saldo.inbox.model import Mail, mail_key
from saldo.messages.model import MessageKind
from saldo.reminders.fact import Fact, Message, step_of
from saldo.store import Store


class DetailsFacts:
    """Reads what payers said about themselves, and what was asked and answered."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def told_by(self) -> Mapping[str, Callable[[Fact, Account], Sequence[Message]]]:
        """What tells of each type of event."""
        return {
            "contact.confirm_asked": self._confirm_asked,
            "account.corrected": self._corrected,
            "thread.asked": self._asked,
            "thread.answered": self._answered,
        }

    def _confirm_asked(self, fact: Fact, account: Account) -> list[Message]:
        """The new address alone is written to, and hears nothing of the account but its name."""
        del account
        change = self._store.get(
            DetailsChange, fact.creditor, fact.account, str(fact.data["change"])
        )
        if change is None:
            return []
        facts = {"to": fact.data["email"], "name": change.contact_name}
        return [
            Message(
                step_of("contact-confirm", change.id), "contact-confirm", change.id, facts=facts
            )
        ]

    def _corrected(self, fact: Fact, account: Account) -> list[Message]:
        """The address that was used until now is told, as long as it works: whoever reads there
        must learn of it if it was somebody else who changed it.
        """
        changes = {one["field"]: one for one in fact.data["changes"]}
        about = str(fact.data["change"])
        facts: dict[str, object] = {"fields": list(changes)}
        mail = changes.get("email")
        if mail is not None:
            facts["email"] = mail["after"]
            change = self._store.get(DetailsChange, fact.creditor, fact.account, about)
            old = _working(change, mail["before"]) if change else None
            if old is not None:
                facts |= {"to": old, "name": (changes.get("name") or {}).get("before") or ""}
        del account
        # One change is told when it is made, when its address is confirmed, and when it ends.
        step = step_of("contact-changed", fact.id)
        return [Message(step, "contact-changed", about, facts=facts)]

    def _asked(self, fact: Fact, account: Account) -> list[Message]:
        """Who wrote a mail gets no receipt: nobody proved to be the sender, and two machines that
        acknowledge each other's mails never end (RFC 3834, 2).
        """
        del account
        if fact.data.get("mail"):
            return []
        return [_about_entry("question-received", fact)]

    def _answered(self, fact: Fact, account: Account) -> list[Message]:
        """What answers a mail goes to who wrote it."""
        del account
        mail = self._mail(fact)
        if mail is None or not mail.from_address:
            return [_about_entry("question-answered", fact)]
        facts = {
            "to": mail.from_address,
            "name": mail.from_name,
            "mail": mail.id,
            "files": list(fact.data["files"]),
        }
        return [replace(_about_entry("mail-reply", fact), facts=facts)]

    def _mail(self, fact: Fact) -> Mail | None:
        answered = fact.data.get("mail")
        if not answered:
            return None
        return self._store.get(Mail, *mail_key(fact.creditor, str(answered)))


def _working(change: DetailsChange, email: str | None) -> str | None:
    """Return the address that was used, if mail to it worked when it was replaced."""
    contacts = (*change.before.contacts, *change.after.contacts)
    works = any(one.email == email and one.email_state == "ok" for one in contacts)
    return email if email and works else None


def _about_entry(text: MessageKind, fact: Fact) -> Message:
    entry, invoice = str(fact.data["entry"]), fact.data["invoice"]
    return Message(step_of(text, entry), text, entry, (str(invoice),) if invoice else ())
