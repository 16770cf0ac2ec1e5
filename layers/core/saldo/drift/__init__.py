"""Are the ERP's open items and ours still the same? What differs, and why."""
