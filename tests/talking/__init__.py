"""Made-up visitors who talk to a desk: each knows what it has said, and so what the desk must have kept."""
