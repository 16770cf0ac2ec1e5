"""AWS services that carry jobs, events and mail."""
