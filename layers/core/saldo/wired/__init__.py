"""The parts of an installation, by concept; `saldo.wiring` puts them together."""
