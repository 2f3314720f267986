"""The local mode: starts, watches and stops everything a desk needs on one computer."""
