"""One folder per vendor, format or AWS service."""
