"""What money is expected to come when, what came of it, and what would change it."""
