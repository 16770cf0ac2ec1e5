"""What others know about debtors' credit, and the risk of all accounts side by side."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.worklist import WorklistParts

if TYPE_CHECKING:
    from saldo.connectors.ports import Transport
    from saldo.credit_data.book import CreditData
    from saldo.credit_data.files import ReportFiles
    from saldo.credit_data.keep import RiskKeeper
    from saldo.credit_data.providers import Providers
    from saldo.credit_data.refresh import ReportRefresher
    from saldo.credit_data.sums import RiskSummer
    from saldo.credit_data.take import CreditReports


class CreditDataParts(WorklistParts):
    """Reports about accounts, whom to ask for them, and a sheet of risk for each."""

    @cached_property
    def risk_keeper(self) -> RiskKeeper:
        from saldo.credit_data.keep import RiskKeeper

        return RiskKeeper(self.store, self.clock, self.ids)

    @cached_property
    def risk_summer(self) -> RiskSummer:
        from saldo.credit_data.sums import RiskSummer

        return RiskSummer(self.store, self.clock)

    @cached_property
    def credit_data(self) -> CreditData:
        from saldo.credit_data.book import CreditData

        return CreditData(self.store)

    @cached_property
    def credit_reports(self) -> CreditReports:
        from saldo.credit_data.take import CreditReports

        return CreditReports(self.store, self.clock, self.ids, self.risk_keeper)

    @cached_property
    def credit_files(self) -> ReportFiles:
        from saldo.credit_data.files import ReportFiles

        return ReportFiles(self.credit_reports, self.tables)

    @cached_property
    def credit_transport(self) -> Transport:
        from saldo.adapters.http.transport import UrllibTransport
        from saldo.credit_data_parts import ANSWER_BYTES_MAX, TIMEOUT_SECONDS

        return UrllibTransport(TIMEOUT_SECONDS, response_bytes_max=ANSWER_BYTES_MAX)

    @cached_property
    def credit_providers(self) -> Providers:
        from saldo.credit_data.providers import Providers
        from saldo.credit_data_parts import PROVIDERS, BureauWiring

        secrets = self.erp_secrets
        wiring = BureauWiring(
            self.store,
            self.clock,
            lambda: self.credit_transport,
            secrets.parts if secrets is not None else None,
            allow_http=self.settings.is_local,
        )
        return Providers(
            self.store, self.clock, self.ids, self.credit_reports, wiring.connect, PROVIDERS
        )

    @cached_property
    def report_refresher(self) -> ReportRefresher:
        from saldo.credit_data.refresh import ReportRefresher

        return ReportRefresher(self.store, self.clock, self.credit_providers)
