"""What others know about a debtor's credit, beside what its own payments say."""
