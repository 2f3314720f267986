"""Readers of the kinds of documents a company has, each of which returns Markdown."""
