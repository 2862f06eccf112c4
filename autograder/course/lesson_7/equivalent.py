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
    (
        r"7\.3",
        r".*input_shape\[-1\].* → .*input_shape\[\+1\].*",
        "A batch of codes has two axes, so the last one is axis 1.",
    ),
    (
        r"7\.4",
        r"(.*\[None\]\)\[0\]\))\[0\] → \1\[ -1\]",
        "In a batch of one image the first is the last.",
    ),
    (
        r"7\.4",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "The result is a picture: nothing is trained through it.",
    ),
)
