"""Mutants of lesson 4's solutions that are right answers too: (exercise, "old → new") → why."""

_WIDTH = "The width of a hidden layer is the learner's choice."
_BATCH = "The batch size is the learner's choice."
_SPEECH = "Whether Keras draws a progress bar changes no number."


def _other_numbers(batch_size: int) -> list[tuple[tuple, str]]:
    """What a mutant puts in place of a batch size and of `verbose`, and why that is allowed."""
    batches = [((f" {number}", 0), _BATCH) for number in (batch_size - 1, batch_size + 1)]
    return batches + [((batch_size, f" {number}"), _SPEECH) for number in (1, -1)]


EQUIVALENT: dict[tuple[str, str], str] = {
    **{
        (
            exercise_id,
            f'x = keras.layers.Dense(256, activation="gelu")({source}) → '
            f'x = keras.layers.Dense( {width}, activation="gelu")({source})',
        ): _WIDTH
        for exercise_id, source in (("4.1", "x"), ("4.2", "z"), ("4.2", "x"))
        for width in (255, 257)
    },
    **{
        ("4.3", f"{line.format(128, 0)} → {line.format(*changed)}"): reason
        for line in ("model.fit(images, batch_size={}, epochs=epochs, verbose={})",)
        for changed, reason in _other_numbers(128)
    },
    **{
        ("4.3", f"{line.format(500, 0)} → {line.format(*changed)}"): reason
        for line in (
            "figures = model.evaluate(images, batch_size={}, verbose={}, return_dict=True)",
        )
        for changed, reason in _other_numbers(500)
    },
}

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"4\.[12]",
        r"(.*(?:Dense|Conv2D)\()\d+(.*) → \1 \d+\2",
        _WIDTH,
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
        r"(.*batch_size=)500(.*) → \1 \d+\2",
        _BATCH,
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
)
