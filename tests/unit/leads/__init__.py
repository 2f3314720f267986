"""What visitors say, and what is read in it."""
