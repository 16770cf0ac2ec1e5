"""Money on the creditor's bank accounts: statements taken, entries booked, matched and undone."""
