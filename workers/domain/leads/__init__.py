"""What a lead is made of: what a visitor says about themselves, and what becomes of it."""
