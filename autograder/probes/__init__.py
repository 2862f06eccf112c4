"""Questions about layers and models, asked beside the learner's code; they return plain values."""
