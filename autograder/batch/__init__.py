"""A whole class in one command: what `bvae grade` collects, hands to the grader and keeps."""
