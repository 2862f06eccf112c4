"""What the answers say: verdicts, diagnoses, and what a whole class got wrong."""
