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

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"5\..",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "Nothing is trained in this lesson.",
    ),
    (
        r"5\.1",
        r"(.*) == 0(.*) → \1 <=? 0\2|"
        r"if a > 0 and b > 0: → if a (> 0 and b (> -1|>= 0|!= 0)|!= 0 and b > 0):",
        "A length is never negative, and codes of length 0 come out right by the formula.",
    ),
    (
        r"5\.1",
        r"(.*product ==) 0 (.*) → \1 -?1 \2",
        "Where a code has length 0, the next condition holds too.",
    ),
    (
        r"5\.1",
        r"(.*) ([<>]) (1e-\d|0\.99999)(.*) → \1 \2= \3\4|"
        r"(if not plane or plane) < 1e-5 \* b: → \5 (<|<=|==|is) .*",
        "The formula after this condition is exact enough on either side of it.",
    ),
    (
        r"5\.1",
        r".*(-1\.0|1\.0).* → .* 2\.0.*",
        "A cosine leaves [−1, 1] only by rounding.",
    ),
    (
        r"5\.1",
        r".*reshape\(-1.* → .*reshape\(- 2.*",
        "NumPy takes any negative size for the unknown one.",
    ),
    (
        r"5\.1",
        r".*axis=-1.* → .*axis=\+?1.*",
        "It has two axes, so the last one is axis 1.",
    ),
    (
        r"5\.2",
        r".*\[0\].* → .*\[ -1\].*",
        "It has one entry.",
    ),
    (
        r"5\.2",
        r"(.*verbose=)0(.*) → \1 -?1\2",
        "It changes what is printed alone.",
    ),
    (
        r"5\.2",
        r".*logits > 0.* → .*logits >= 0.*",
        "Both forms of the sigmoid are 1/2 at 0.",
    ),
    (
        r"5\.3",
        r".*\[0\]\).* → .*\[ -1\]\).*",
        "It has one axis.",
    ),
    (
        r"5\.3",
        r".*\(-1, 1\).* → .*\(- 2, 1\).*",
        "NumPy takes any negative size for the unknown one.",
    ),
    (
        r"5\.4",
        r".*distance < least.* → .*<= least.*",
        "Two distances are never equal to the last digit.",
    ),
    (
        r"5\.4",
        r".*k=1\).* → .*k= 2\)",
        "Only the first of them is returned.",
    ),
    (
        r"5\.4",
        r".*\[0\].* → .*\[ -1\].*",
        "It has one entry.",
    ),
    (
        r"5\.6",
        r".*center \+ .* → .*center - .*",
        "Minus a root is a root of the same covariance.",
    ),
    (
        r"5\.6",
        r".* - center.* → .* \+ center.*",
        "The deviations of the other factor add up to 0, so what is added to this one drops out.",
    ),
    (
        r"5\.6",
        r".*keepdims=True.* → .*keepdims=False.*",
        "NumPy aligns shapes from the right, and the first axis is the one that is gone.",
    ),
)
