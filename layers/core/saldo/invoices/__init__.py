"""Invoices, credit notes and what stands open."""
