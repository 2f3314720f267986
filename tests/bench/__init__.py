"""Measures Frontdesk against the naive way to stream a model to a browser."""
