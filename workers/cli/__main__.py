"""Lets `python -m workers.cli` do what `frontdesk` does."""

from workers.cli import main

main()
