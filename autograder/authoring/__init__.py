"""Tools for authors: a new exercise, the course's address, files derived from the notebooks."""
