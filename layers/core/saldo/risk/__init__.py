"""Risk: how accounts have paid so far, and what that lets one expect."""
