"""Letters as PDF, by Typst."""
