"""The audit log, and what is asked about personal data."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.worklist import WorklistParts

if TYPE_CHECKING:
    from saldo.audit.access import AccessLog
    from saldo.audit.chain import AuditChain
    from saldo.audit.ports import Anchors
    from saldo.audit.tend import AuditTender
    from saldo.privacy.erase import Eraser
    from saldo.privacy.erasures import Erasures
    from saldo.privacy.exports import PrivacyExports
    from saldo.privacy.ports import PrivacyQueue


class AuditParts(WorklistParts):
    """The audit log, and what is asked about personal data."""

    @cached_property
    def audit_chain(self) -> AuditChain:
        from saldo.audit.chain import AuditChain

        return AuditChain(self.store, self.clock, self.ids)

    @cached_property
    def access_log(self) -> AccessLog:
        from saldo.audit.access import AccessLog

        return AccessLog(self.store, self.clock, self.ids)

    @cached_property
    def anchors(self) -> Anchors:
        """Where heads are kept: a bucket, or in memory where none is set."""
        if not self.settings.audit_bucket:
            from saldo.adapters.memory.anchors import MemoryAnchors

            return MemoryAnchors()
        from saldo.adapters.aws.anchors import S3Anchors
        from saldo.adapters.aws.clients import client

        return S3Anchors(client("s3", self.settings.region), self.settings.audit_bucket)

    @cached_property
    def eraser(self) -> Eraser:
        from saldo.privacy.erase import Eraser

        return Eraser(
            self.store,
            self.clock,
            self.audit_chain,
            lambda: self.file_store,
            lambda: self.outbox,
            lambda: self.case_shelf,
            self.work_keeper.derive,
        )

    @cached_property
    def erasures(self) -> Erasures:
        from saldo.privacy.erasures import Erasures

        return Erasures(self.store, self.clock, self.ids, lambda: self.eraser)

    @cached_property
    def privacy_exports(self) -> PrivacyExports:
        from saldo.privacy.exports import PrivacyExports

        return PrivacyExports(
            self.store, self.clock, self.ids, lambda: self.file_store, lambda: self.outbox
        )

    @cached_property
    def privacy_queue(self) -> PrivacyQueue:
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.privacy_queue)

    @cached_property
    def audit_tender(self) -> AuditTender:
        from saldo.audit.tend import AuditTender

        return AuditTender(self.store, self.clock, self.audit_chain, self.anchors)
