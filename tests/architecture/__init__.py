"""Holds the code to the bounds that keep it readable and the processes apart."""
