"""A receivables ledger, lived through day by day."""
