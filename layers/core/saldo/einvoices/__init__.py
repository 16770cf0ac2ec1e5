"""Electronic invoices: one record for every syntax, and what is wrong with a document."""
