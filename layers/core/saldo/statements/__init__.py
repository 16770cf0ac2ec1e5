"""Bank statements as data: what was booked, by whom, what for, and whether it adds up."""
