"""What the files in deploy/ and docker-compose.yml say, held against the code, and run."""
