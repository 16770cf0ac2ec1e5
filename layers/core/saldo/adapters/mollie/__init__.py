"""Mollie: iDEAL, cards, bank transfers and SEPA debits, by the official client."""
