"""The mails to watchers, and the list of the morning to our own people.

They are no messages to debtors: neither a creditor's shadow nor its stopped sending keeps them
back. Where all sending of the installation is off, nothing leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote, urlencode

from saldo.accounts.model import Account, Creditor
from saldo.accounts.switch import installation_sends
from saldo.clock import Clock
from saldo.messages.model import Mailer, MailRejected, MailThrottled, OutgoingMail
from saldo.people.mails import mail_button, mail_page
from saldo.people.users import Users
from saldo.store import Store
from saldo.watchers.care import sees_account
from saldo.watchers.model import Watcher, WatchJob, WatchNews
from saldo.watchers.mornings import Mornings, Waiting
from saldo.watchers.news import News
from saldo.watchers.words import WatchWords
from saldo.worklist.desks import Desks

_QUIET = 'style="color:#55615e"'


class WatchMails:
    """Writes and sends them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        news: News,
        mornings: Mornings,
        users: Users,
        desks: Desks,
        mailer: Mailer,
        public_url: str,
    ) -> None:
        self._store, self._clock, self._mailer = store, clock, mailer
        self._waiting, self._mornings = news, mornings
        self._users, self._desks, self._public_url = users, desks, public_url

    def send(self, job: WatchJob) -> str | None:
        """Send what a job asks for; return the mail service's id, None for nothing to send.

        What was begun is never begun again, but where the mail surely did not leave
        (MailThrottled). Raises what the mailer does.
        """
        if not installation_sends(self._store):
            return None
        if not job.watch:
            return self._morning(job)
        account = self._store.get(Account, job.creditor, job.account)
        owner = self._store.get(Creditor, job.creditor)
        if account is None or owner is None or account.restricted_at is not None:
            return None
        claimed = self._waiting.claim(job)
        if claimed is None:
            return None
        watcher, news = claimed
        try:
            sent = self._mailer.send(self._news_mail(owner, account, watcher, news))
        except (MailThrottled, MailRejected) as refusal:
            self._waiting.sent(news, left=isinstance(refusal, MailRejected))
            raise
        self._waiting.sent(news, left=True)
        return sent

    def _news_mail(
        self, owner: Creditor, account: Account, watcher: Watcher, news: Sequence[WatchNews]
    ) -> OutgoingMail:
        inside = sees_account(self._users, self._desks, account, watcher.email)
        words = WatchWords(watcher.language, owner.time_zone)
        what = words.what(watcher)
        lines = [words.line(one, inside=inside) for one in news]
        opening = [words("greeting"), words("intro", creditor=owner.name, what=what)]
        if inside:
            opening.append(words("customer", name=account.name))
        after = [words("over") if watcher.ended == "over" else words.next(news[-1])]
        stop = f"{self._public_url}/watch/{watcher.token}"
        reason = words("why", by=watcher.by if inside else owner.name, why=watcher.why)
        open_it = self._address(watcher) if inside else ""
        text = [*opening, *(f"- {one}" for one in lines), *after]
        text += [f"{words('open_it')}: {open_it}"] if open_it else []
        text += [f"{reason} {words('stop_how')} {stop}"]
        body = "".join(
            (
                *(f"<p>{escape(one)}</p>" for one in opening),
                f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in lines)}</ul>",
                *(f"<p>{escape(one)}</p>" for one in after),
                mail_button(open_it, words("open_it")) if open_it else "",
                f"<p {_QUIET}>{escape(reason)} {_link(stop, words('stop'))}</p>",
            )
        )
        subject = words("subject", what=what)
        return OutgoingMail(
            "",
            watcher.email,
            "Saldo" if inside else owner.name,
            None if inside else owner.reply_to,
            subject,
            "\n\n".join(text) + "\n",
            mail_page(watcher.language, subject, body),
            watcher.language,
            {"watch": watcher.kind},
            self._clock.now(),
            unsubscribe_url=stop,
        )

    def _address(self, watcher: Watcher) -> str:
        query = urlencode({"number": watcher.account}, quote_via=quote)
        return f"{self._public_url}/console/at/{watcher.creditor}/account?{query}"

    def _morning(self, job: WatchJob) -> str | None:
        waiting = self._mornings.claim(job)
        if waiting is None:
            return None
        return self._mailer.send(self._morning_mail(waiting))

    def _morning_mail(self, waiting: Waiting) -> OutgoingMail:
        user, owner = waiting.user, waiting.creditor
        words = WatchWords(user.language, owner.time_zone)
        lines = []
        for item, is_new in waiting.items:
            name = item.name or words("whole")
            told = words("morning.line", kind=words.kind(item.kind), name=name)
            stake = ", ".join(words.amount(m.minor, m.currency) for m in item.cause.stake)
            new = words("morning.new") if is_new else ""
            lines.append(f"{told}{f', {stake}' if stake else ''}{new}")
        left = waiting.total - len(lines)
        opening = [
            words("morning.greeting", name=user.name),
            words("morning.intro", creditor=owner.name),
        ]
        after = [words("morning.more", n=left)] if left > 0 else []
        url = f"{self._public_url}/console/at/{owner.id}/today"
        reason = words("morning.why")
        text = [*opening, *(f"- {one}" for one in lines), *after]
        text += [f"{words('morning.open')}: {url}", reason]
        body = "".join(
            (
                *(f"<p>{escape(one)}</p>" for one in opening),
                f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in lines)}</ul>",
                *(f"<p>{escape(one)}</p>" for one in after),
                mail_button(url, words("morning.open")),
                f"<p {_QUIET}>{escape(reason)}</p>",
            )
        )
        subject = words.count("morning.subject", waiting.total)
        return OutgoingMail(
            user.name,
            user.email,
            "Saldo",
            None,
            subject,
            "\n\n".join(text) + "\n",
            mail_page(user.language, subject, body),
            user.language,
            {"watch": "morning"},
            self._clock.now(),
        )


def _link(url: str, label: str) -> str:
    return f'<a href="{escape(url)}">{escape(label)}</a>'
