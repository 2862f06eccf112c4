"""Mutants of lesson 0's solutions that are right answers too: (exercise, "old → new") → why."""

_PLACEHOLDER = "Its result is never used: `np.where` picks 0 in those places."

EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "0.1",
        "return ink.reshape(-1, 28, 28, 1) → return ink.reshape(- 2, 28, 28, 1)",
    ): "NumPy takes any negative length as the one to be worked out.",
    (
        "0.2",
        "safe = np.where(grey, x, 0.5) → safe = np.where(grey, x, 1.5)",
    ): _PLACEHOLDER,
    (
        "0.2",
        "safe = np.where(grey, x, 0.5) → safe = np.where(grey, x, -0.5)",
    ): _PLACEHOLDER,
    (
        "0.2",
        "grey = (x > 0) & (x < 1) → grey = (x != 0) & (x < 1)",
    ): "Pixels lie in [0, 1]: one that is not 0 is above 0.",
    (
        "0.2",
        "grey = (x > 0) & (x < 1) → grey = (x > 0) & (x != 1)",
    ): "Pixels lie in [0, 1]: one that is not 1 is below 1.",
}

# Points that a shortcut does deserve: exercise id → how many, and why.
DESERVED: dict[str, tuple[float, str]] = {
    "0.1": (1.0, "two of its tests are shape and dtype, which a shortcut gets for free"),
}
