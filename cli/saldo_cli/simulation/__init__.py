"""A deterministic world in which everything outside fails on purpose."""
