"""What a learner calls in a notebook, and what is stored next to the notebook."""
