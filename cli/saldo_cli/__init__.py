"""The `saldo` command line."""
