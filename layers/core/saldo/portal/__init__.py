"""The payers' portal, and what staff of the creditor may see of an invoice."""
