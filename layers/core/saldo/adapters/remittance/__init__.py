"""The text of remittance advices that come as PDF."""
