"""What people are to do."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.connectors import ConnectorParts

if TYPE_CHECKING:
    from saldo.figures.answer import Reports
    from saldo.people.colleagues import Colleagues
    from saldo.threads.service import Threads
    from saldo.worklist.absences import Absences
    from saldo.worklist.calls import Calls
    from saldo.worklist.desks import Desks
    from saldo.worklist.effort import Efforts
    from saldo.worklist.hearing import WorkHearing
    from saldo.worklist.keep import WorkKeeper
    from saldo.worklist.notes import Notes
    from saldo.worklist.proof import WorkProof
    from saldo.worklist.rules import WorkRuleBook
    from saldo.worklist.service import WorkList
    from saldo.worklist.sight import Sight
    from saldo.worklist.sweep import WorkSweep
    from saldo.worklist.workloads import Workloads


class WorklistParts(ConnectorParts):
    """What people are to do, who looks after which account, and what they wrote down."""

    if TYPE_CHECKING:

        @cached_property
        def threads(self) -> Threads: ...
        @cached_property
        def reports(self) -> Reports: ...

        @cached_property
        def colleagues(self) -> Colleagues: ...

    @cached_property
    def desks(self) -> Desks:
        from saldo.worklist.desks import Desks

        return Desks(self.store, self.clock, self.ids, self.colleagues)

    @cached_property
    def sight(self) -> Sight:
        """Who may be named for an account."""
        from saldo.worklist.sight import Sight

        return Sight(self.desks, self.colleagues)

    @cached_property
    def work_keeper(self) -> WorkKeeper:
        from saldo.worklist.keep import WorkKeeper

        return WorkKeeper(self.store, self.clock, self.desks)

    @cached_property
    def work_list(self) -> WorkList:
        from saldo.worklist.service import WorkList

        return WorkList(
            self.store,
            self.clock,
            self.ids,
            self.work_keeper,
            self.tasks,
            self.threads,
            self.colleagues,
        )

    @cached_property
    def work_rules(self) -> WorkRuleBook:
        from saldo.worklist.rules import WorkRuleBook

        return WorkRuleBook(self.store, self.clock, self.ids)

    @cached_property
    def absences(self) -> Absences:
        from saldo.worklist.absences import Absences

        return Absences(self.store, self.clock, self.ids, self.colleagues)

    @cached_property
    def efforts(self) -> Efforts:
        from saldo.worklist.effort import Efforts

        return Efforts(self.store, self.clock, self.colleagues)

    @cached_property
    def notes(self) -> Notes:
        from saldo.worklist.notes import Notes

        return Notes(self.store, self.clock, self.ids)

    @cached_property
    def calls(self) -> Calls:
        from saldo.worklist.calls import Calls

        return Calls(self.store, self.clock, self.ids, self.tasks)

    @cached_property
    def work_hearing(self) -> WorkHearing:
        from saldo.worklist.hearing import WorkHearing

        return WorkHearing(self.store, self.work_keeper, self.efforts)

    @cached_property
    def work_sweep(self) -> WorkSweep:
        from saldo.worklist.sweep import WorkSweep

        return WorkSweep(self.accounts, self.work_keeper)

    @cached_property
    def work_proof(self) -> WorkProof:
        from saldo.worklist.proof import WorkProof

        return WorkProof(self.store, self.work_keeper)

    @cached_property
    def workloads(self) -> Workloads:
        from saldo.figures.outcomes import CollectorOutcomes
        from saldo.worklist.workloads import Workloads

        return Workloads(
            self.store,
            self.clock,
            self.desks,
            self.absences,
            self.colleagues,
            CollectorOutcomes(self.reports),
        )
