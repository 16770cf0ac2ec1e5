"""What helps: what came of past steps, comparisons by lot, and the next best step of an account."""
