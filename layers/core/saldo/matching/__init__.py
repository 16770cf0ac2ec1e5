"""Matching: which money on the bank account pays for what, and how sure that is. Pure."""
