"""Whole desks, from the command or the socket to the answer."""
