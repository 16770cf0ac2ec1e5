"""The mails of the portal: a link to sign in, and an invitation.

They are no reminders: neither a creditor's shadow nor its stopped sending keeps them back, for
somebody sits in front of the page and waits. What tells of them is the log, not the timeline.
"""

from __future__ import annotations

from saldo.accounts.model import Creditor
from saldo.accounts.switch import installation_sends
from saldo.clock import Clock, local_day
from saldo.messages.model import Mailer, MessageContext, OutgoingMail, Renderer, Sender
from saldo.messages.told import ToldPortal
from saldo.portal.groups import Portal, Portals, PortalUnknown
from saldo.portal.model import LINK_LIFE, address_hash
from saldo.portal.sign_in import PortalJob, SignIn
from saldo.portal.users import Membership, PortalUsers
from saldo.store import Store


class PortalMails:
    """Writes and sends them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        portals: Portals,
        users: PortalUsers,
        sign_in: SignIn,
        renderer: Renderer,
        mailer: Mailer,
        public_url: str,
    ) -> None:
        self._store, self._clock = store, clock
        self._portals, self._users, self._sign_in = portals, users, sign_in
        self._renderer, self._mailer, self._public_url = renderer, mailer, public_url

    def send(self, job: PortalJob) -> str | None:
        """Send what a job asks for to whom it is known; return the mail service's id.

        None where nobody is behind the address, or it came too late. Raises what the mailer does.
        """
        try:
            portal = self._portals.find(job.portal)
        except PortalUnknown:
            return None
        found = self._users.memberships(portal, address_hash(job.email))
        if not found:
            return None
        address = f"{self._public_url}/portal/{portal.id}"
        if job.kind == "invitation":
            return self._invite(job, portal, found, address)
        made = self._sign_in.link_for(job)
        if made is None:
            return None
        names = tuple(dict.fromkeys(one.creditor.name for one in found))
        told = ToldPortal(names, int(LINK_LIFE.total_seconds()) // 60)
        return self._mail(job, portal, found[0], f"{address}/sign-in/{made[0]}", told)

    def _invite(
        self, job: PortalJob, portal: Portal, found: tuple[Membership, ...], address: str
    ) -> str | None:
        mine = next(
            (
                one
                for one in found
                if (one.account.creditor, one.account.number) == (job.creditor, job.account)
            ),
            None,
        )
        if mine is None or not installation_sends(self._store):
            return None
        told = ToldPortal((mine.creditor.name,), 0, mine.account.name)
        return self._mail(job, portal, mine, address, told, mine.creditor)

    def _mail(
        self,
        job: PortalJob,
        portal: Portal,
        who: Membership,
        address: str,
        told: ToldPortal,
        by: Creditor | None = None,
    ) -> str:
        face, now = by or portal.face, self._clock.now()
        sender = Sender(face.name, face.address, face.imprint, face.brand_colour, face.reply_to)
        context = MessageContext(
            sender,
            who.account.name,
            who.name,
            job.language,
            who.account.kind,
            (),
            address,
            local_day(now, who.account.time_zone),
            portal=told,
            creditor=face.id,
        )
        words = self._renderer.render("portal-link", context)
        return self._mailer.send(
            OutgoingMail(
                who.name,
                # The address that is kept, never the one that was typed: they differ in case only.
                who.email,
                face.name,
                face.reply_to,
                words.subject,
                words.text,
                words.html,
                job.language,
                {"portal": portal.id},
                now,
            )
        )
