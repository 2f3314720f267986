"""The workers: answer turns, sweep, expire, and build the knowledge base."""
