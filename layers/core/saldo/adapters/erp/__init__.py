"""ERPs: one folder per vendor behind `saldo.connectors.ports.Connector`."""
