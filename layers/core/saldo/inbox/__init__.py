"""Mails of payers: read, put to their account, and answered in the account's conversation."""
