"""Faults that the desk survives, each with the test that fails once its mechanism is gone."""
