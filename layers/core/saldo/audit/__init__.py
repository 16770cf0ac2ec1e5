"""Who did what: an append-only log, each entry holding on to the one before by its hash."""
