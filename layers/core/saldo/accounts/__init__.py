"""Creditors, the accounts of their debtors, holds on them, and the keys of their systems."""
