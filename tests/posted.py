"""Books whose creditor takes mails: the domain for replies, the inbox, and people who write."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from saldo.adapters.memory.files import MemoryFiles
from saldo.adapters.qr.codes import Codes
from saldo.files.service import Files
from saldo.inbox.answering import Answer, Answers
from saldo.inbox.finding import Finder
from saldo.inbox.model import Mail, MailKind
from saldo.inbox.replies import ReplyTexts
from saldo.inbox.service import Inbox
from saldo.inbox.taking import InboundPost
from saldo.intake.mails import MailNotice
from saldo.messages.model import OutgoingMail
from saldo.messages.render import JinjaRenderer
from saldo.portal.limits import Limits
from saldo.reminders.channels.dispatch import Dispatcher
from saldo.reminders.channels.documents import InvoiceDocuments
from saldo.reminders.channels.mail import MailCarrier
from saldo.reminders.optouts import OptOuts
from saldo.reminders.policy_book import PolicyBook
from saldo.reminders.send import NoticeSender
from saldo.threads.service import Threads
from tests.books import ACCOUNT, CREDITOR, Books

DOMAIN = "replies.musterwerk.example"
CONTACT = "ap@beispiel.example"
STRANGER = "erika@elsewhere.example"
PROVEN = {"dmarc": "PASS", "spf": "PASS", "dkim": "PASS", "virus": "PASS", "spam": "PASS"}
INBOX = f"inbox-{CREDITOR}@{DOMAIN}"


class PostedBooks(Books):
    """A story in which payers write mails."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = MemoryFiles()
        self.limits = Limits(self.store, self.clock)
        self.policies = PolicyBook(self.store, self.clock)
        self.files = Files(self.store, self.clock, self.ids, lambda: self.shelf)
        self.threads = Threads(self.store, self.clock, self.ids, self.policies, self.limits)
        self.opt_outs = OptOuts(self.store, self.clock, self.ids)
        self.post = InboundPost(
            self.store,
            self.clock,
            self.ids,
            Finder(self.store, self.accounts),
            self.threads,
            self.files,
            lambda: self.shelf,
            self.limits,
        )
        self.inbox = Inbox(
            self.store, self.clock, self.ids, self.threads, self.files, lambda: self.shelf
        )
        self.answers = Answers(self.store, self.threads, self.files, self.opt_outs)
        self.reply_texts = ReplyTexts(self.store, self.clock)
        documents = InvoiceDocuments(self.files, self.policies)
        carrier = MailCarrier(self.postbox, Codes(), documents, DOMAIN)
        carriers = {**self.carried.carriers(self.postbox), "email": carrier}
        self.sender = NoticeSender(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.links,
            JinjaRenderer(),
            Dispatcher(carriers),
            self.sends,
        )

    def begin_to_remind(self) -> OutgoingMail:
        """An account is mailed its invoice RE-1; return the mail."""
        self.begin(self.invoice())
        self.plan(phase="fact")
        self.deliver()
        return self.postbox.mails[-1]

    def written(
        self,
        text: str = "Wir zahlen am Freitag.",
        *,
        sender: str = CONTACT,
        to: str = INBOX,
        subject: str = "Ihre Rechnung",
        **headers: str,
    ) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = f"Erika Beispiel <{sender}>"
        mail["To"] = to
        mail["Subject"] = subject
        mail["Message-ID"] = "<m1@beispiel.example>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return mail

    def comes(
        self,
        mail: EmailMessage | bytes,
        *,
        to: str | None = None,
        service_id: str | None = None,
        kind: MailKind = "message",
        verdicts: dict[str, str] | None = None,
    ) -> Mail:
        """A mail comes, proven unless `verdicts` say otherwise."""
        self.clock.advance(timedelta(seconds=5))
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        known = mail["To"] if isinstance(mail, EmailMessage) else INBOX
        now = self.clock.now()
        notice = MailNotice(
            service_id or f"ses-in-{now.isoformat()}",
            ((to or str(known)),),
            "",
            PROVEN if verdicts is None else verdicts,
            now,
        )
        taken = self.post.take(notice, raw, kind)
        assert taken is not None
        return taken

    def answer(self, mail: Mail, text: str = "Vielen Dank.", **more: Any) -> Any:
        """Answer a mail as the bus and the sender would go on; return the mail that left, if one
        did.
        """
        self.clock.advance(timedelta(seconds=5))
        before = len(self.postbox.mails)
        order = Answer(more.pop("id", f"A-{before}"), text, "anna", **more)
        self.answers.answer(self.accounts.creditor(CREDITOR), mail.id, order)
        self.tell("thread.answered")
        self.deliver()
        sent = self.postbox.mails[before:]
        return sent[0] if sent else None


__all__ = ["ACCOUNT", "CONTACT", "CREDITOR", "DOMAIN", "INBOX", "STRANGER", "PostedBooks"]
