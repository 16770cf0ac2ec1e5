"""Who is written to when, why, and why not."""
