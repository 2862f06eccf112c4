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

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"0\..",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "Nothing is trained in this lesson.",
    ),
    (
        r"0\.1",
        r".*reshape\(-1.* → .*reshape\(- 2.*",
        "NumPy takes any negative size for the unknown one.",
    ),
    (
        r"0\.1",
        r".*ndim == 3.* → .*ndim <= 3.*",
        "The images have three axes or four.",
    ),
    (
        r"0\.2",
        r".*(<= 0|>= 1|> 0|< 1).* → .*(== 0|== 1|!= 0|!= 1).*",
        "Pixels lie between 0 and 1.",
    ),
    (
        r"0\.2",
        r"(logits = np\.clip\(.*), -40, 40\) → \1, (-40|- (39|41)), (39|40|41)\)",
        "Beyond ±39 the cost of a pixel is 0 in either precision.",
    ),
    (
        r"0\.2",
        r"(shares = tf\.concat\(.*axis=)-1\) → \1(\+?1|- 2)\)",
        "Everything is summed afterwards, along whichever axis it lies.",
    ),
    (
        r"0\.3",
        r"faulty_line_0_3 = 2 \+ 2 → faulty_line_0_3 = 2 \*{1,2} 2",
        "Both are 4.",
    ),
    (
        r"0\.3",
        r".*y, x, 0\] = .* → .*y, x, -1\] = .*",
        "That axis has one entry, so it is the last one too.",
    ),
)
