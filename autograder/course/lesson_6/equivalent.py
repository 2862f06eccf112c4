"""Mutants of lesson 6's solutions that are right answers too: (exercise, "old → new") → why."""

_NO_NEGATIVE_SHARE = "Neither a share of the images nor an entropy is ever negative."

EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "6.1",
        "seen = joint > 0  # cells without images add nothing → "
        "seen = joint != 0  # cells without images add nothing",
    ): _NO_NEGATIVE_SHARE,
    (
        "6.1",
        "product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True) → "
        "product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=False)",
    ): "A row of sums broadcasts against a column of sums with or without its axis of length 1.",
    (
        "6.2",
        "nothing = np.zeros((1, information.shape[1])) → "
        "nothing = np.zeros(( 2, information.shape[1]))",
    ): "A second latent that knows nothing doesn't change any gap either.",
    ("6.2", "known = entropies > 0 → known = entropies != 0"): _NO_NEGATIVE_SHARE,
}
