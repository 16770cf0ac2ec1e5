"""The mails to our own people: an invitation, and a link for a new password.

They are no messages to debtors: neither a creditor's shadow nor its stopped sending keeps them
back, for somebody waits for them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files

from saldo.accounts.model import INSTALLATION, Creditor
from saldo.clock import Clock
from saldo.messages.model import Mailer, OutgoingMail
from saldo.people.links import LIFE_OF, PasswordLinks, PersonJob
from saldo.people.model import User
from saldo.store import Store

_SENDER = "Saldo"
_HTML = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title>'
    '</head><body style="margin:0;padding:24px;background:#f3f5f4;color:#141c1a;'
    'font:16px/1.5 -apple-system,Segoe UI,Roboto,sans-serif"><div style="max-width:560px;'
    'margin:0 auto;padding:32px;background:#fff;border-radius:12px">{body}</div></body></html>'
)
_BUTTON = (
    '<p style="margin:24px 0"><a href="{url}" style="display:inline-block;padding:12px 20px;'
    'border-radius:8px;background:#1f5f5b;color:#fff;font-weight:600;text-decoration:none">'
    "{label}</a></p>"
)


def mail_page(language: str, subject: str, body: str) -> str:
    """Return the HTML of a mail to our people; `body` is HTML, `subject` text."""
    return _HTML.format(language=language, subject=escape(subject), body=body)


def mail_button(url: str, label: str) -> str:
    """Return the HTML of a button in such a mail."""
    return _BUTTON.format(url=escape(url), label=escape(label))


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return the words of a language, by name."""
    path = files("saldo.people") / "texts" / f"{language}.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


class PeopleMails:
    """Writes and sends them."""

    def __init__(
        self, store: Store, clock: Clock, links: PasswordLinks, mailer: Mailer, public_url: str
    ) -> None:
        self._store, self._clock = store, clock
        self._links, self._mailer, self._public_url = links, mailer, public_url

    def send(self, job: PersonJob) -> str | None:
        """Send what a job asks for; return the mail service's id.

        None where nobody is behind the address, or it came too late. Raises what the mailer does.
        """
        made = self._links.link_for(job)
        if made is None:
            return None
        token, user = made
        url = f"{self._public_url}/console/sign-in/link/{token}"
        return self._mailer.send(self._mail(job, user, url))

    def _mail(self, job: PersonJob, user: User, url: str) -> OutgoingMail:
        words = texts(user.language)
        names = ", ".join(self._companies(user))
        life = LIFE_OF[job.kind]
        values = {
            "name": user.name,
            "email": user.email,
            "by": job.by if "@" in job.by else words["invitation.by"],
            "companies": words["at"].format(names=names) if names else "",
            "days": life.days,
            "minutes": int(life.total_seconds()) // 60,
        }

        def said(key: str) -> str:
            return words[key].format(**values)

        parts = [said("greeting"), said(f"{job.kind}.text")]
        after = [said(f"{job.kind}.after"), said(f"{job.kind}.not_you")]
        subject = said(f"{job.kind}.subject")
        body = "".join(
            (
                *(f"<p>{escape(part)}</p>" for part in parts),
                mail_button(url, said(f"{job.kind}.button")),
                *(f'<p style="color:#55615e">{escape(part)}</p>' for part in after),
            )
        )
        return OutgoingMail(
            user.name,
            user.email,
            _SENDER,
            None,
            subject,
            "\n\n".join((*parts, url, *after)) + "\n",
            mail_page(user.language, subject, body),
            user.language,
            {"person": job.kind},
            self._clock.now(),
        )

    def _companies(self, user: User) -> list[str]:
        keys = [(grant.creditor,) for grant in user.grants if grant.creditor != INSTALLATION]
        return [one.name for one in self._store.get_many(Creditor, keys[:5]).values()]
