"""A whole class in one command: what `bvae grade` collects, passes to the grader and keeps."""
