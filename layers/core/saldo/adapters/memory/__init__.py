"""Adapters that keep everything in this process: for tests, replays and simulations."""
