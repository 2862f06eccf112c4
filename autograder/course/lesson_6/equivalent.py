"""Mutants of lesson 6's solutions that are right answers too: (exercise, "old → new") → why."""

_NO_NEGATIVE_SHARE = "Neither a share of the images nor an entropy is ever negative."

EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "6.1",
        "seen = joint > 0  # cells without images add nothing → "
        "seen = joint != 0  # cells without images add nothing",
    ): _NO_NEGATIVE_SHARE,
    (
        "6.1",
        "product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True) → "
        "product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=False)",
    ): "A row of sums broadcasts against a column of sums with or without its axis of length 1.",
    (
        "6.2",
        "nothing = np.zeros((1, information.shape[1])) → "
        "nothing = np.zeros(( 2, information.shape[1]))",
    ): "A second latent that knows nothing doesn't change any gap either.",
    (
        "6.5",
        "return (t > quantile).sum() / t.size → return (t >= quantile).sum() / t.size",
    ): "No study lies exactly on the edge; where nothing varies, t is NaN, which is neither.",
    ("6.2", "known = entropies > 0 → known = entropies != 0"): _NO_NEGATIVE_SHARE,
}

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"6\..",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "Nothing is trained in this lesson.",
    ),
    (
        r"6\.[12]",
        r".*(> 0|== 0).* → .*(!= 0|<= 0).*",
        "A probability and an entropy are never negative.",
    ),
    (
        r"6\.1",
        r"(.*label\.max\(\)\) \+) 1(.*) → \1 2\2",
        "One column more, of zeros, adds nothing.",
    ),
    (
        r"6\.1",
        r".*keepdims=True.* → .*keepdims=False.*",
        "The sum over the first axis broadcasts along it without that axis.",
    ),
    (
        r"6\.2",
        r"(.*np\.zeros\(\()1(.*) → \1 2\2|(.*(tf|np)\.pad\().* → \3.*",
        "More rivals that know nothing change no second place.",
    ),
    (
        r"6\.2",
        r"(.*np\.partition\(padded, )-2(.*) → \1- 1\2",
        "So few entries are sorted as a whole.",
    ),
    (
        r"6\.2",
        r"(.*len\(ranked\)) > 1(.*) → \1 != 1\2",
        "There is at least one latent.",
    ),
    (
        r"6\.2",
        r"(shares = .*entropies >) 0(.*) → \1=? (0|-1)\2|"
        r"(ranked = .*filled\()-1\.0(.*) → \4[^()]*\5|"
        r"(.*entropies, )1\.0(.*) → \6 ?2\.0\7",
        "What stands there belongs to factors of entropy 0, which are left out of the mean.",
    ),
    (
        r"6\.2",
        r".*\[0, some\].* → .*\[ -1, some\].*",
        "It has one row.",
    ),
    (
        r"6\.3",
        r".*half \* np.* → .*half / np.*",
        "Both ends are ±1 times the half-width.",
    ),
    (
        r"6\.3",
        r".*high > 0.* → .*high >= 0.*",
        "That an interval does not contain 0 was asked before.",
    ),
    (
        r"6\.5",
        r".* == \"higher\".* → .* is \"higher\".*",
        "Both are the same constant.",
    ),
    (
        r"6\.5",
        r"(.*(?:axis=|shape\[))-1(.*) → \1\+?1\2",
        "A table of studies and seeds has two axes.",
    ),
    (
        r"6\.4",
        r"(.*)j \+ 1(.*) → \1j \+ 2\2|(.*bins\)\[)0(.*) → \3 -1\4",
        "The first row is that of latent j, and the only one.",
    ),
    (
        r"6\.4",
        r"(.*labels, )1000\) → \1 ?(999|1001)\)",
        "With that many bins every label has one of its own.",
    ),
)
