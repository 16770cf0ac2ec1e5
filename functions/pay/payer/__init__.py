"""The payer's pages: words, what a page shows, what a form says."""
