"""What an author runs: a new exercise, the course's address, what is derived of notebooks."""
