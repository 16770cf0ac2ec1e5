"""Public holidays of countries and regions, by the `holidays` package (MIT)."""
