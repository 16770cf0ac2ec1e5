"""Figures about receivables. Pure."""
