"""Mutants of lesson 5's solutions that are right answers too: (exercise, "old → new") → why."""

_NOT_NEGATIVE = "A length is never negative."

EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "5.1",
        "if start_length == 0 or end_length == 0: → if start_length <= 0 or end_length == 0:",
    ): _NOT_NEGATIVE,
    (
        "5.1",
        "if start_length == 0 or end_length == 0: → if start_length == 0 or end_length <= 0:",
    ): _NOT_NEGATIVE,
    (
        "5.1",
        "theta = np.arccos(np.clip(np.sum(u * v), -1, 1)) → "
        "theta = np.arccos(np.clip(np.sum(u * v), - 2, 1))",
    ): "A cosine can round below −1 only between opposite codes: there is no shortest arc there, "
    "and the exercise asks for none.",
    (
        "5.1",
        "if np.sin(theta) < 1e-6: → if np.sin(theta) <= 1e-6:",
    ): "The sine of an angle is never exactly 1e-6.",
}
