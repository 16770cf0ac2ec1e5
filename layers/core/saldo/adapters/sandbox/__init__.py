"""The sandbox payment provider, seen from our side: no real money."""
