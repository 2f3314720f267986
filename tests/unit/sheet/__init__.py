"""What the sheet is to show, and what has to change for it, decided without a sheet."""
