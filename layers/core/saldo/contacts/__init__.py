"""Whom and where to write to, as payers say it: corrections of their details, and wrong people."""
