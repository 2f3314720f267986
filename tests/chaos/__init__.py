"""A whole desk of processes under visitors and a monkey with a seed, held to its word in the end."""
