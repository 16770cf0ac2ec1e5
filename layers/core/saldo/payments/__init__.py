"""Pay links, payments through providers, and their settlement."""
