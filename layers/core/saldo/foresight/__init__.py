"""Foresight kept up to date: what facts and time change about what is expected of accounts."""
