"""Agreements and cases with debtors: what keeps the stages of reminders waiting."""
