"""Remittance advices: what payers say that a payment covers."""
