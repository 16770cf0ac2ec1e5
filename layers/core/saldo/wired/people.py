"""Who works here, and how they sign in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.connectors import ConnectorParts

if TYPE_CHECKING:
    from saldo.people.colleagues import Colleagues
    from saldo.people.entry import ConsoleEntry
    from saldo.people.four_eyes import FourEyes
    from saldo.people.kept_forms import KeptForms
    from saldo.people.links import PasswordLinks, PersonQueue
    from saldo.people.mails import PeopleMails
    from saldo.people.ports import Directory, Identity
    from saldo.people.sessions import Sessions
    from saldo.people.single_sign_on import SingleSignOn
    from saldo.people.staffing import Staffing
    from saldo.people.users import Users
    from saldo.portal.limits import Limits


class PeopleParts(ConnectorParts):
    """Who works here, and how they sign in."""

    @cached_property
    def limits(self) -> Limits:
        from saldo.portal.limits import Limits

        return Limits(self.store, self.clock)

    @cached_property
    def users(self) -> Users:
        from saldo.people.users import Users

        return Users(self.store, self.clock, self.ids)

    @cached_property
    def colleagues(self) -> Colleagues:
        from saldo.people.colleagues import Colleagues

        return Colleagues(self.users)

    @cached_property
    def console_sessions(self) -> Sessions:
        from saldo.people.sessions import Sessions

        return Sessions(self.store, self.clock, self.ids)

    @cached_property
    def kept_forms(self) -> KeptForms:
        from saldo.people.kept_forms import KeptForms

        return KeptForms(self.store, self.clock, self.ids)

    @cached_property
    def identity(self) -> Identity:
        """Who proves who somebody is: a user pool, or memory where none is set."""
        if not self.settings.user_pool:
            from saldo.adapters.memory.identity import MemoryIdentity

            return MemoryIdentity(self.clock, self.ids)
        from saldo.adapters.aws.clients import client_without_retries
        from saldo.adapters.cognito.identity import CognitoIdentity

        return CognitoIdentity(
            client_without_retries("cognito-idp", self.settings.region),
            self.settings.user_pool,
            self.settings.user_pool_client,
        )

    @cached_property
    def console_entry(self) -> ConsoleEntry:
        from saldo.people.entry import ConsoleEntry

        return ConsoleEntry(
            self.store,
            self.clock,
            self.ids,
            self.identity,
            self.users,
            self.console_sessions,
            self.limits,
        )

    @cached_property
    def directory(self) -> Directory | None:
        """The company's own directory, None where none is set up."""
        if not (self.settings.directory_url and self.settings.directory_client):
            return None
        from saldo.adapters.cognito.directory import CognitoDirectory
        from saldo.adapters.http.transport import UrllibTransport

        return CognitoDirectory(
            UrllibTransport(),
            self.settings.directory_url,
            self.settings.directory_client,
            self.settings.directory_name,
            f"{self.settings.public_url}/console/sign-in/callback",
        )

    @cached_property
    def single_sign_on(self) -> SingleSignOn | None:
        if self.directory is None:
            return None
        from saldo.people.single_sign_on import SingleSignOn

        return SingleSignOn(
            self.store,
            self.clock,
            self.ids,
            self.directory,
            self.users,
            self.console_sessions,
        )

    @cached_property
    def person_queue(self) -> PersonQueue:
        """Mail to our people goes through the queue of all mail, whose consumer keeps the pace."""
        return self._mail_queue()

    @cached_property
    def password_links(self) -> PasswordLinks:
        from saldo.people.links import PasswordLinks

        return PasswordLinks(
            self.store,
            self.clock,
            self.ids,
            self.identity,
            self.users,
            self.console_entry,
            self.limits,
            self.person_queue,
        )

    @cached_property
    def people_mails(self) -> PeopleMails:
        from saldo.people.mails import PeopleMails

        return PeopleMails(
            self.store, self.clock, self.password_links, self.mailer, self.settings.public_url
        )

    @cached_property
    def staffing(self) -> Staffing:
        from saldo.people.staffing import Staffing

        return Staffing(self.identity, self.users, self.password_links)

    @cached_property
    def four_eyes(self) -> FourEyes:
        from saldo.people.four_eyes import FourEyes

        return FourEyes(self.store, self.clock, self.ids)
