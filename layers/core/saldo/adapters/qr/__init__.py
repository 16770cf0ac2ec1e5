"""QR codes for paper."""
