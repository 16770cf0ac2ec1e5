"""Sandbox Pay: a payment provider that moves no money, for trying out and for tests."""
