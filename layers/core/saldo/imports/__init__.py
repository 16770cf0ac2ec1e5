"""Tables become accounts, invoices and credit notes: mappings as data, and imports by steps."""
