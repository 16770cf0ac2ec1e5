"""Saldo: collects a company's receivables from its own AWS account."""
