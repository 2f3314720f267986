"""Tests in a real browser, against a stub desk behind a real socket."""
