"""All SQL of the product: tables, engine, transactions, repositories and migrations."""
