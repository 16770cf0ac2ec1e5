"""What asks ERPs, and tells them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from saldo.wired.intake import IntakeParts

if TYPE_CHECKING:
    from saldo.adapters.aws.secrets import ProviderSecrets
    from saldo.connectors.orders import Orders
    from saldo.connectors.ports import Transport
    from saldo.connectors.runs import Runs
    from saldo.connectors.service import Connections
    from saldo.erp_calls import ErpCalls


class ConnectorParts(IntakeParts):
    """What asks ERPs, and tells them."""

    @cached_property
    def connections(self) -> Connections:
        from saldo.connectors.service import Connections

        return Connections(self.store, self.clock, self.accounts)

    @cached_property
    def erp_orders(self) -> Orders:
        from saldo.connectors.orders import Orders

        return Orders(self.store, self.clock, self.ids)

    @cached_property
    def connector_runs(self) -> Runs:
        from saldo.connectors.papers import Papers
        from saldo.connectors.runs import Runs
        from saldo.connectors.take import Taking
        from saldo.erp_parts import Wiring

        secrets = self.erp_secrets
        wiring = Wiring(
            self.store,
            self.clock,
            lambda: self.erp_transport,
            secrets.parts if secrets is not None else None,
            lambda: self.bay,
            allow_http=self.settings.is_local,
            public_url=self.settings.public_url,
        )
        taking = Taking(self.store, self.clock, self.ids, self.intake, self.treasury)
        return Runs(
            self.store,
            self.clock,
            self.ids,
            self.accounts,
            self.erp_orders,
            taking,
            Papers(self.store, self.files),
            wiring.connect,
        )

    @cached_property
    def erp_calls(self) -> ErpCalls:
        from saldo.erp_calls import ErpCalls

        return ErpCalls(self.connections, self.erp_secrets, self.start_connection)

    def start_connection(self, creditor: str, name: str) -> None:
        """Have a connection run at once, in a function of its own."""
        from saldo.adapters.aws.clients import client_without_retries
        from saldo.adapters.aws.functions import Started

        lambdas = client_without_retries("lambda", self.settings.region)
        function = Started(lambdas, self.settings.connect_function)
        function.start({"creditor": creditor, "connection": name})

    @cached_property
    def erp_transport(self) -> Transport:
        from saldo.adapters.http.transport import UrllibTransport
        from saldo.erp_parts import ANSWER_BYTES_MAX, TIMEOUT_SECONDS

        return UrllibTransport(TIMEOUT_SECONDS, response_bytes_max=ANSWER_BYTES_MAX)

    @cached_property
    def erp_secrets(self) -> ProviderSecrets | None:
        if not self.settings.erp_secret:
            return None
        from saldo.adapters.aws.clients import client
        from saldo.adapters.aws.secrets import ProviderSecrets, from_secrets_manager

        manager = client("secretsmanager", self.settings.region)
        return ProviderSecrets(from_secrets_manager(manager, self.settings.erp_secret), self.clock)
