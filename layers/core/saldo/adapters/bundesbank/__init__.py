"""The Bundesbank's web service of time series."""
