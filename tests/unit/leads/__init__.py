"""Tests of reading messages and of the flow that follows."""
