"""Who is told by mail what changes on an account or a case, and the morning's list."""
