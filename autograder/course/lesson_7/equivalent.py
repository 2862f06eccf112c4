"""Mutants of lesson 7's solutions that are right answers too."""

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"7\.1",
        r" → codes = tf\.stop_gradient\(codes\)",
        "Decoded codes are looked at; nothing is trained through them.",
    ),
    (
        r"7\.1",
        r" → kl = tf\.stop_gradient\(kl\)",
        "Here it only enters the logs.",
    ),
    (
        r"7\.1",
        r"(.*Dense\()\d+(.*) → \1 \d+\2",
        "The width of a hidden layer is the learner's choice.",
    ),
)
