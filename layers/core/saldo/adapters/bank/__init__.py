"""Bank statements in the banks' formats: one module per format, all yielding the same rows."""
