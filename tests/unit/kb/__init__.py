"""The knowledge base, from documents on disk to passages found."""
