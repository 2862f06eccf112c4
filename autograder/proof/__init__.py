"""The proof of the tests: every right answer passes, every wrong one fails and is named."""
