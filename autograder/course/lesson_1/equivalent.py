"""Mutants of lesson 1's answers that are right too, by their form."""

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"1\.1",
        r" → eps = tf\.stop_gradient\(eps\)",
        "The noise has no parameters: no gradient is taken with respect to it.",
    ),
    (
        r"1\.1",
        r".*@tf\.function.* → ",
        "Compiling changes the speed alone.",
    ),
    (
        r"1\.2",
        r" → tensor = tf\.stop_gradient\(tensor\)",
        "Only its shape is used.",
    ),
    (
        r"1\.[34]",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "What is asked for are the numbers; 1.1 and 1.2 ask for their gradients.",
    ),
    (
        r"1\.[23]",
        r".*(centre|mean) \+ .* → .*(centre|mean) - .*",
        "The noise is symmetric.",
    ),
    (
        r"1\.2",
        r".*inputs\[0\].* → .*inputs\[ -?1\].*",
        "Both inputs have the same shape.",
    ),
    (
        r"1\.2",
        r"(self\.base = .*\.integers\().* → \1.*|"
        r"self\.calls = 0 → self\.calls = -?1|"
        r"self\.calls \+= 1 → .* 2|"
        r"self\.calls = tf\.Variable\(0, .* → .*tf\.Variable\( -?1, .*|"
        r".*self\.calls\.assign_add\(1\).* → .*assign_add\( 2\).*",
        "Another stream, which the seed fixes just as well.",
    ),
    (
        r"1\.2",
        r"self\.calls = tf\.Variable\(0, trainable=False\) → .*trainable=True\)",
        "No gradient reaches a count.",
    ),
)
