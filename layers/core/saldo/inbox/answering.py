"""Answers to mails: written by a person, sent once, as an answer to that very mail.

The answer is an entry of the account's conversation; the fact that it was written claims its mail,
as with every other message, so that no repeat sends it twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from saldo.accounts.model import Account, Creditor
from saldo.accounts.service import account_in
from saldo.files.model import FileUnknown
from saldo.files.service import Files
from saldo.inbox.model import (
    AnswerOptedOut,
    Mail,
    MailNotFiled,
    NobodyToAnswer,
    NotLiveYet,
    mail_of,
)
from saldo.reminders.optouts import OptOuts
from saldo.store import Store
from saldo.threads.model import ThreadEntry
from saldo.threads.service import Threads, Words


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers. `id` makes a repeat safe; `files` are ids of the account's files.

    `with_document` sends the document of the invoice that the mail is about (or `invoice`). `seen`
    is how many entries the conversation had when its writer looked at it, None for unsaid.
    """

    id: str
    text: str
    by: str
    invoice: str | None = None
    files: tuple[str, ...] = ()
    with_document: bool = False
    seen: int | None = None


class Answers:
    """Answers mails."""

    def __init__(self, store: Store, threads: Threads, files: Files, opt_outs: OptOuts) -> None:
        self._store, self._threads = store, threads
        self._files, self._opt_outs = files, opt_outs

    def answer(self, creditor: Creditor, mail: str, answer: Answer) -> ThreadEntry:
        """Answer a mail; the same again is answered, not doubled.

        Raises MailUnknown, MailNotFiled, NobodyToAnswer, NotLiveYet, AnswerOptedOut, FileUnknown,
        or what `Threads.answer` does.
        """
        known = mail_of(self._store, creditor.id, mail)
        account = self._account(creditor, known)
        if not known.from_address:
            raise NobodyToAnswer("The mail does not say who wrote it.")
        if creditor.state != "live":
            raise NotLiveYet("Nothing is sent before the creditor goes live.")
        opted = self._opt_outs.of(account, "email", known.from_address, "payments")
        if opted is not None:
            raise AnswerOptedOut(f"{known.from_address} wants no mail any more ({opted.reason}).")
        invoice = answer.invoice or known.invoice
        words = Words(
            answer.id,
            answer.text,
            answer.by,
            invoice,
            self._sent_with(account, invoice, answer),
            known.id,
            answer.seen,
        )
        return self._threads.answer(creditor, account.number, words)

    def _account(self, creditor: Creditor, mail: Mail) -> Account:
        if mail.state != "filed" or mail.account is None:
            raise MailNotFiled("Say first which account the mail belongs to.")
        return account_in(self._store, creditor.id, mail.account)

    def _sent_with(self, account: Account, invoice: str | None, answer: Answer) -> tuple[str, ...]:
        """Return the ids of the files that go with an answer, each of which exists."""
        files = [self._files.get(account.creditor, account.number, one).id for one in answer.files]
        if answer.with_document:
            document = self._files.document(account.creditor, account.number, invoice or "")
            if document is None:
                raise FileUnknown("The creditor gave no document of this invoice.").at("/invoice")
            files.append(document.id)
        return tuple(dict.fromkeys(files))
