"""Telling the ERP what happened: outgoing webhooks."""
