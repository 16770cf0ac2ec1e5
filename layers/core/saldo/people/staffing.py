"""Letting people in and out: the books and the identity provider together.

The provider is told first where somebody is let in, and last where somebody is let out: a crash
between the two leaves nobody in who should be out, and what was begun can be done again.
"""

from __future__ import annotations

from collections.abc import Iterable

from saldo.people.links import PasswordLinks
from saldo.people.model import Grant, User
from saldo.people.ports import Identity
from saldo.people.users import PersonExists, Users, WorksElsewhere
from saldo.portal.sign_in import readable_address


class Staffing:
    """Invites people, and lets them in no more."""

    def __init__(self, identity: Identity, users: Users, links: PasswordLinks) -> None:
        self._identity, self._users, self._links = identity, users, links

    def invite(
        self,
        email: str,
        name: str,
        language: str = "en",
        grants: Iterable[Grant] = (),
        *,
        by: str,
        mail: bool = True,
    ) -> User:
        """Write somebody down and send them a link to set their password with.

        Raises AddressNotReadable, PersonExists, PersonNotValid, CreditorUnknown or
        IdentityUnavailable.
        """
        address = readable_address(email)
        if self._users.find(address) is not None:
            raise PersonExists(f"Somebody works here as {address.lower()!r} already.").at("/email")
        subject = self._identity.create(address)
        user = self._users.add(subject, address, name, language, grants, by=by)
        if mail:
            self._links.invite(user, by=by)
        return user

    def invite_again(self, user: User, *, by: str) -> User:
        """Send another link to set a password with.

        Whom the identity provider does not know (any more) is made known to it first: after the
        books were restored beside a new pool, everybody is invited again and keeps their roles.
        """
        subject = self._identity.create(user.email)
        if subject != user.id:
            user = self._users.move(user, subject, by=by)
        self._links.invite(user, by=by)
        return user

    def disable(self, user: User, *, by: str, creditor: str | None = None) -> User:
        """Let somebody in no more, at once. `creditor` names the one that decides it, None for
        whoever runs the installation.

        Raises WorksElsewhere, OwnRights or LastOwner.
        """
        self._require_alone(user, creditor)
        done = self._users.disable(user.id, by=by)
        self._identity.switch(user.email, enabled=False)
        return done

    def enable(self, user: User, *, by: str, creditor: str | None = None) -> User:
        """Let somebody in again, with what they were granted; raises as `disable` does."""
        self._require_alone(user, creditor)
        self._identity.switch(user.email, enabled=True)
        return self._users.enable(user.id, by=by)

    def forget_app(self, user: User, *, by: str, creditor: str | None = None) -> User:
        """Take somebody's authenticator app away, as after a lost telephone, and end their
        sessions; raises as `disable` does.
        """
        self._require_alone(user, creditor)
        self._identity.forget_totp(user.email)
        return self._users.end_sessions(user.id, by=by)

    def _require_alone(self, user: User, creditor: str | None) -> None:
        if creditor is not None and any(grant.creditor != creditor for grant in user.grants):
            raise WorksElsewhere(
                "This person has roles elsewhere too. Take the role here away instead."
            )
