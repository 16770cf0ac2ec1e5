"""What takes payers' mails, and answers them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.connectors import ConnectorParts

if TYPE_CHECKING:
    from saldo.inbox.answering import Answers
    from saldo.inbox.replies import ReplyTexts
    from saldo.inbox.service import Inbox
    from saldo.inbox.taking import InboundPost
    from saldo.portal.limits import Limits
    from saldo.threads.service import Threads


class InboxParts(ConnectorParts):
    """What takes payers' mails, and answers them."""

    if TYPE_CHECKING:

        @cached_property
        def threads(self) -> Threads: ...

        @cached_property
        def limits(self) -> Limits: ...

    @cached_property
    def inbound_post(self) -> InboundPost:
        from saldo.inbox.finding import Finder
        from saldo.inbox.taking import InboundPost

        return InboundPost(
            self.store,
            self.clock,
            self.ids,
            Finder(self.store, self.accounts),
            self.threads,
            self.files,
            lambda: self.file_store,
            self.limits,
        )

    @cached_property
    def inbox(self) -> Inbox:
        from saldo.inbox.service import Inbox

        return Inbox(
            self.store, self.clock, self.ids, self.threads, self.files, lambda: self.file_store
        )

    @cached_property
    def mail_answers(self) -> Answers:
        from saldo.inbox.answering import Answers

        return Answers(self.store, self.threads, self.files, self.opt_outs)

    @cached_property
    def reply_texts(self) -> ReplyTexts:
        from saldo.inbox.replies import ReplyTexts

        return ReplyTexts(self.store, self.clock)
