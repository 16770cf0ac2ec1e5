"""Law as data: dated rates with their sources, and small pure functions per country.

Nothing here is legal advice. A value whose source was not read, or that has one weak source, is
shipped as unconfirmed and says so wherever it is used (docs/law.md).
"""
