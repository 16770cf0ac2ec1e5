"""Sending views by mail: each mailing to each person once.

A view that is due is claimed with a row for every mail and its next time, in one transaction; then
the mails are queued. What a crash left unqueued is found by its work entry. A mail whose sending
began and whose end nobody saw is never sent again: a report is no reminder, and comes again by its
schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from typing import Final, Protocol

from saldo.accounts.model import Creditor
from saldo.accounts.service import CreditorUnknown
from saldo.clock import Clock
from saldo.figures.answer import Reports, ReportTable
from saldo.figures.exports import csv_of, paper_of
from saldo.figures.kept import MailState, ReportMail
from saldo.figures.readers import as_seen_by
from saldo.figures.speech import FigureSpeech
from saldo.figures.views import Format, ReportView, ViewBusy, may_see, next_time, recipients
from saldo.messages.formats import date_text
from saldo.messages.model import Attachment, Mailer, MailRejected, MailThrottled, OutgoingMail
from saldo.people.model import User
from saldo.people.rights import grant_of, rights_of
from saldo.reports.paper import PaperTypesetter
from saldo.store import CommitConflict, Put, Store

TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
_QUEUED_AFTER: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ReportJob:
    """Asks for one mail to be sent."""

    creditor: str
    view: str
    due: str
    to: str


class ReportQueue(Protocol):
    """Takes jobs."""

    def put(self, jobs: Sequence[ReportJob]) -> None: ...


class People(Protocol):
    """Tells who works here."""

    def find(self, email: str) -> User | None: ...


Workbook = Callable[[ReportTable, str, str], bytes]
"""Makes a workbook of a report, its title and a language."""


class ReportMailings:
    """Finds the views that are due, and queues their mails."""

    def __init__(self, store: Store, clock: Clock, queue: Callable[[], ReportQueue]) -> None:
        self._store, self._clock, self._queue = store, clock, queue

    def queue_due(self, creditors: Iterable[Creditor]) -> int:
        """Queue the mails of all that is due; return how many."""
        return sum(self._queue_due(creditor) for creditor in creditors)

    def send_now(self, view: ReportView, to: Sequence[str], once: str = "") -> int:
        """Send a view besides its schedule; return to how many people.

        `once` names the order: the same again sends nothing more. Without one it is the second that
        does. Raises ViewNotValid, or ViewBusy where it was just sent in this second.
        """
        now = self._clock.now()
        # The schedule may be due in this very second.
        due = f"by hand {once or now.strftime('%Y-%m-%dT%H:%M:%SZ')}"
        mails = [
            ReportMail(view.creditor, view.id, due, one, now, version=1)
            for one in recipients(to, "/to")
        ]
        try:
            self._store.commit([Put(mail) for mail in mails])
        except CommitConflict:
            if once:
                return len(mails)  # pressed twice; what a crash kept from the queue is found there
            raise ViewBusy("It is just being sent.") from None
        self._put(mails)
        return len(mails)

    def _queue_due(self, creditor: Creditor) -> int:
        now = self._clock.now()
        waiting = self._store.work(ReportMail, "report-mail", creditor.id, now - _QUEUED_AFTER)
        found = self._store.get_many(ReportMail, waiting)
        mails = [mail for mail in found.values() if mail.work_entry]  # the index may lag
        due = self._store.work(ReportView, "report", creditor.id, now)
        for view in self._store.get_many(ReportView, due).values():
            mails += self._claim(view, creditor, now)
        self._put(mails)
        return len(mails)

    def _claim(self, view: ReportView, creditor: Creditor, now: datetime) -> list[ReportMail]:
        if view.mailing is None or view.next_at is None or view.next_at > now:
            return []
        due = view.next_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        mails = [
            ReportMail(view.creditor, view.id, due, to, now, version=1) for to in view.mailing.to
        ]
        later = next_time(view.mailing, now, creditor.time_zone)
        moved = replace(view, next_at=later, version=view.version + 1)
        try:
            self._store.commit([Put(moved, expect=view.version), *(Put(mail) for mail in mails)])
        except CommitConflict:
            return []  # another run claimed it
        return mails

    def _put(self, mails: Sequence[ReportMail]) -> None:
        if mails:
            self._queue().put([ReportJob(m.creditor, m.view, m.due, m.to) for m in mails])


class ReportSender:
    """Writes and sends one mail."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        reports: Reports,
        people: People,
        mailer: Mailer,
        typesetter: Callable[[], PaperTypesetter],
        workbook: Workbook,
    ) -> None:
        self._store, self._clock, self._reports = store, clock, reports
        self._people, self._mailer = people, mailer
        self._typesetter, self._workbook = typesetter, workbook

    def send(self, job: ReportJob) -> ReportMail | None:
        """Send what a job asks for, once; return what became of it, None where it was done before.

        Raises what the mailer does where it may be tried again (MailThrottled).
        """
        mail = self._store.get(ReportMail, job.creditor, job.view, job.due, job.to)
        if mail is None or mail.state != "claimed":
            return None
        view = self._store.get(ReportView, job.creditor, job.view)
        reader = self._people.find(job.to)
        if view is None or reader is None or not _may_read(reader, view):
            return self._move(mail, "dropped")
        written = self._write(view, reader)
        started = self._move(mail, "sending")
        if started is None:
            return None
        try:
            id_ = self._mailer.send(written)
        except MailRejected:
            return self._move(started, "refused")
        except MailThrottled:
            self._move(started, "claimed")  # it did not leave, and the job comes again
            raise
        return self._move(started, "sent", id_)

    def files(
        self, creditor: Creditor, title: str, table: ReportTable, format_: Format, language: str
    ) -> bytes:
        """Return a report as a file."""
        if format_ == "csv":
            return csv_of(table)
        if format_ == "xlsx":
            return self._workbook(table, title, language)
        return self._typesetter().pdf(paper_of(creditor, title, table, language))

    def _write(self, view: ReportView, reader: User) -> OutgoingMail:
        creditor = self._store.get(Creditor, view.creditor)
        if creditor is None:
            raise CreditorUnknown(f"There is no creditor {view.creditor!r}.")
        say = FigureSpeech(reader.language)
        asked = as_seen_by(reader, view.creditor, view.asked)
        table = self._reports.make(creditor.id, creditor.time_zone, asked)
        on = date_text(table.today, reader.language)
        lines = (
            say("mail.greeting", name=reader.name),
            say("mail.text", title=view.title, creditor=creditor.name, date=on),
        )
        formats = view.mailing.formats if view.mailing else ("pdf",)
        return OutgoingMail(
            reader.name,
            reader.email,
            creditor.name,
            creditor.reply_to,
            say("mail.subject", title=view.title, date=on),
            "\n\n".join(lines) + "\n",
            "".join(f"<p>{escape(line)}</p>" for line in lines),
            reader.language,
            {"report": view.id},
            self._clock.now(),
            attachments=tuple(
                Attachment(
                    f"{file_name(view.asked.report, table)}.{one}",
                    TYPES[one],
                    self.files(creditor, view.title, table, one, reader.language),
                )
                for one in formats
            ),
        )

    def _move(self, mail: ReportMail, state: MailState, id_: str = "") -> ReportMail | None:
        new = replace(mail, state=state, provider_message_id=id_, version=mail.version + 1)
        try:
            self._store.commit([Put(new, expect=mail.version)])
        except CommitConflict:
            return None
        return new


def file_name(report: str, table: ReportTable) -> str:
    """Return what a report's file is called, without its ending."""
    return f"{report}-{table.today.isoformat()}"


def _may_read(reader: User, view: ReportView) -> bool:
    """Tell whether somebody may read a view now: who left, or has another role, gets it no more."""
    grant = grant_of(reader, view.creditor)
    if grant is None or "reports:read" not in rights_of(reader, view.creditor):
        return False
    return may_see(view, grant.role)
