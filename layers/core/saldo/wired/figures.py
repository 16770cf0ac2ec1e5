"""Figures that are kept day by day, and the reports that are made of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.people import PeopleParts

if TYPE_CHECKING:
    from saldo.figures.answer import Reports, ReportTable
    from saldo.figures.counting import FigureCounter
    from saldo.figures.ends import DayEnds
    from saldo.figures.mailing import ReportMailings, ReportQueue, ReportSender
    from saldo.figures.placing import Placing
    from saldo.figures.verify import FigureCheck
    from saldo.figures.views import ReportViews
    from saldo.reports.paper import PaperTypesetter


class FigureParts(PeopleParts):
    """Figures that are kept day by day, and the reports that are made of them."""

    @cached_property
    def figure_counter(self) -> FigureCounter:
        from saldo.figures.counting import FigureCounter

        return FigureCounter(self.store)

    @cached_property
    def figure_check(self) -> FigureCheck:
        from saldo.figures.verify import FigureCheck

        return FigureCheck(self.store, self.figure_counter)

    @cached_property
    def figure_places(self) -> Placing:
        from saldo.figures.placing import Placing

        return Placing(self.store, self.figure_counter)

    @cached_property
    def day_ends(self) -> DayEnds:
        from saldo.figures.ends import DayEnds

        return DayEnds(self.store, self.clock)

    @cached_property
    def reports(self) -> Reports:
        from saldo.figures.answer import Reports
        from saldo.reminders.prices import assumed_prices

        return Reports(self.store, self.clock, assumed_prices)

    @cached_property
    def report_views(self) -> ReportViews:
        from saldo.figures.views import ReportViews

        return ReportViews(self.store, self.clock, self.ids)

    @cached_property
    def report_queue(self) -> ReportQueue:
        from saldo.adapters.aws.queues import JobQueue

        return JobQueue(self._sqs(), self.settings.report_queue)

    @cached_property
    def report_mailings(self) -> ReportMailings:
        from saldo.figures.mailing import ReportMailings

        return ReportMailings(self.store, self.clock, lambda: self.report_queue)

    @cached_property
    def report_sender(self) -> ReportSender:
        """Writes reports as files; workbooks and papers need the layer `documents`."""
        from saldo.figures.mailing import ReportSender

        def workbook(table: ReportTable, title: str, language: str) -> bytes:
            from saldo.adapters.sheets.report import workbook as written

            return written(table, title, language)

        def typesetter() -> PaperTypesetter:
            return self.papers

        return ReportSender(
            self.store, self.clock, self.reports, self.users, self.mailer, typesetter, workbook
        )
