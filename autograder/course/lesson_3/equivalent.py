"""Mutants of lesson 3's solutions that are right answers too: (exercise, "old → new") → why."""

_GIVEN = "The lesson gives this line and does not ask for it; learners' checks name β themselves."
_NO_SUCH_LAYER = (
    "It matters only to networks with dropout or batch normalisation; the lesson's have neither, "
    "and the exercise does not ask for it."
)
_TWO_WORDS = (
    "There are only two words, “mean” and “sum”, and only “mean” does not come after “mean”."
)

EQUIVALENT: dict[tuple[str, str], str] = {
    **{
        (
            "3.3",
            "def __init__(self, encoder, decoder, beta=4.0, **kwargs): → "
            f"def __init__(self, encoder, decoder, beta= {beta}, **kwargs):",
        ): _GIVEN
        for beta in ("3.0", "5.0")
    },
    **{
        ("3.3", f"{before.format(flag)} → {before.format(not flag)}"): _NO_SUCH_LAYER
        for before, flag in (
            ("def call(self, images, training={}):", False),
            ("mean, log_var = self.encoder(images, training={})", False),
            ("logits = self.decoder(self.sampling((mean, log_var)), training={})", False),
            ("mean, log_var = self.encoder(images, training={})", True),
            ("logits = self.decoder(z, training={})", True),
        )
    },
    **{
        ("3.4", f'if {name} == "mean": → if {name} <= "mean":'): _TWO_WORDS
        for name in ("recon_reduction", "kl_reduction")
    },
}

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"3\.[13]",
        r" → (images|data) = tf\.stop_gradient\(\1\)",
        "The images are data: no gradient is taken with respect to them.",
    ),
    (
        r"3\.[245]",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "The training step in 3.3 takes recon and kl, so nothing is trained through this.",
    ),
    (
        r"3\.3",
        r" → training = tf\.stop_gradient\(training\)",
        "It is a flag, and nothing is trained through it.",
    ),
    (
        r"3\.3",
        r"(.*) \+ (.*tf\.random\.normal.*) → \1 - \2",
        "The noise is symmetric.",
    ),
    (
        r"3\.[15]",
        r".*strict=True.* → .*strict=False.*",
        "Both have one entry per image.",
    ),
    (
        r"3\.1",
        r"(tf\.reduce_sum\(tf\.reduce_sum\(.*\)), -1\), -1\), -1 → \1, .*",
        "The axes that are left are summed in any order.",
    ),
    (
        r"3\.2",
        r".*slice\(i, i \+ 1\).* → .*slice\(i, i \+ 2\).*",
        "Only the first of the slice is taken.",
    ),
    (
        r"3\.2",
        r".*\[0\].* → .*\[ -1\].*",
        "It has one entry.",
    ),
    (
        r"3\.4",
        r".*(==|!=) \Wmean\W.* → .*<=.*|.*(==|!=) \Wsum\W.* → .*<.*",
        "Of the two words, mean comes first in the alphabet.",
    ),
    (
        r"3\.5",
        r"mean, seen = 0\.0, 0 → mean, seen = -?1\.0, 0",
        "The first batch replaces the mean.",
    ),
    (
        r"3\.6",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "The bound is evaluated; nothing is trained through it.",
    ),
    (
        r"3\.6",
        r"for seen in range\(1, (.*) → for seen in range\( 0, \1",
        "The logarithm of 0 beside the first draw takes it out before it is met again.",
    ),
    (
        r"3\.6",
        r"(.*)(axis=-1|\[-1\]|, 0\])(.*) → \1(axis=\+?1|\[\+?1\]|, -1\])\3",
        "The table has two axes, and every draw of an image gives the same sum.",
    ),
)
