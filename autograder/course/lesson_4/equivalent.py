"""Mutants of lesson 4's solutions that are right answers too."""

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"4\.[12]",
        r"(.*(?:Dense|Conv2D)\()\d+(.*) → \1 \d+\2",
        "The width of a hidden layer is the learner's choice.",
    ),
    (
        r"4\.1",
        r"(.*strides=)2(.*) → \1 \d+\2",
        "How far a hidden convolution steps is the learner's choice.",
    ),
    (
        r"4\.1",
        r"(.*clip\(log_var, )(.*) → \1(.*)",
        "So far out the place of the bound makes no difference.",
    ),
    (
        r"4\.1",
        r".*split\(both, 2, axis=-1\) → .*axis=\+1\)",
        "It has two axes, so the last one is axis 1.",
    ),
    (
        r"4\.1",
        r".*Rescaling\(.* → .*Rescaling\(.*",
        "How the pixels are scaled on their way in is the learner's choice.",
    ),
    (
        r"4\.1",
        r".*2 \* keras\.ops\.log\(s \+ 1e-6\).* → .*(3 \*|2 -) keras\.ops\.log\(s \+ 1e-6\).*",
        "Either way it may be any number, and the layer below learns which.",
    ),
    (
        r"4\.2",
        r" → latent_dim = tf\.stop_gradient\(latent_dim\)",
        "It is the size of a layer.",
    ),
    (
        r"4\.2",
        r"\+ self\.paper(.*) → - self\.paper\1",
        "A learned bias may be added or subtracted.",
    ),
    (
        r"4\.2",
        r"(.*clip\(p, 1e-6, )1 - 1e-6\) → \1[1] // 1e-6\)",
        "Above, the clip matters only beyond a logit of 16, where a probability rounds to 1.",
    ),
    (
        r"4\.3",
        r"(.*batch_size=)(?:128|500)(.*) → \1 \d+\2",
        "The batch size is the learner's choice.",
    ),
    (
        r"4\.3",
        r"(.*verbose=)0(.*) → \1 -?1\2",
        "Whether Keras draws a progress bar changes no number.",
    ),
    (
        r"4\.3",
        r" → (beta|images|epochs) = tf\.stop_gradient\(\w+\)",
        "It is a number or data: no gradient is taken with respect to it.",
    ),
    (
        r"4\.3",
        r"(.*)prefetch\(1\)(.*) → \1prefetch\( \d+\)\2",
        "How many batches are made ready ahead changes the speed alone.",
    ),
    (
        r"4\.[45]",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "Nothing is trained through this.",
    ),
    (
        r"4\.4",
        r"(.*) >=?( .*) → \1 >=?\2",
        "At the threshold itself the rate is 0 either way.",
    ),
    (
        r"4\.5",
        r".*reshape\(.*-1.* → .*reshape\(.*- 2.*",
        "NumPy takes any negative size for the unknown one.",
    ),
    (
        r"4\.5",
        r".*strict=True.* → .*strict=False.*",
        "Both have one entry per image.",
    ),
    (
        r"4\.5",
        r".*axis=-1.* → .*axis=\+?1.*",
        "It has two axes, so the last one is axis 1.",
    ),
    (
        r"4\.6",
        r" → (\w+) = tf\.stop_gradient\(\1\)",
        "It is a setting: no gradient is taken with respect to it.",
    ),
    (
        r"4\.6",
        r"if epoch >= epochs: → if epoch > epochs:",
        "At the end of the rise both branches give `end`.",
    ),
    (
        r"4\.6",
        r"(.*)mean > free(.*) → \1mean >= free\2",
        "At the floor itself both are the same number.",
    ),
    (
        r"4\.6",
        r"(.*clip\(epoch / epochs, )0\.0(.*) → \1-1\.0\2",
        "No share of the rise is below 0.",
    ),
)
