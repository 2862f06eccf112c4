"""One submission: bytes in, a result as plain data out."""
