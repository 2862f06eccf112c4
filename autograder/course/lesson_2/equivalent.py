"""Mutants of lesson 2's solutions that are right answers too: (exercise, "old → new") → why."""

_SAME_AXIS = "The input has two axes, so the last one is axis 1."
_DIVISOR = "The spread may be computed with divisor n as well as with n − 1."

EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "2.2",
        "return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=-1) → "
        "return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=1)",
    ): _SAME_AXIS,
    (
        "2.2",
        "return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=-1) → "
        "return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=+1)",
    ): _SAME_AXIS,
    (
        "2.5",
        "kl_of_image = -0.5 * tf.reduce_sum(bracket, axis=-1) → "
        "kl_of_image = -0.5 * tf.reduce_sum(bracket, axis=1)",
    ): _SAME_AXIS,
    (
        "2.5",
        "kl_of_image = -0.5 * tf.reduce_sum(bracket, axis=-1) → "
        "kl_of_image = -0.5 * tf.reduce_sum(bracket, axis=+1)",
    ): _SAME_AXIS,
    **{
        (
            "2.3",
            "variance = tf.reduce_sum(tf.square(log_ratio - estimate), axis=0) / (samples - 1) → "
            f"variance = tf.reduce_sum(tf.square(log_ratio - estimate), axis=0) / (samples {n})",
        ): _DIVISOR
        for n in ("- 0", "/ 1", "// 1", "* 1", "** 1")
    },
    (
        "2.4",
        "return tf.math.reduce_variance(mean, axis=0) > threshold → "
        "return tf.math.reduce_variance(mean, axis=0) >= threshold",
    ): "A variance equals the threshold to the last digit only by rounding.",
}

# Edits by their form: (exercises and "old → new" as regular expressions, why).
FORMS: tuple[tuple[str, str, str], ...] = (
    (
        r"2\..",
        r" → \w+ = tf\.stop_gradient\(\w+\)",
        "In this lesson the KL is evaluated; lesson 3 trains through the reference's.",
    ),
    (
        r"2\.1",
        r".*@tf\.function → ",
        "Compiling changes the speed alone.",
    ),
    (
        r"2\.1",
        r"(table = \[\[) ?0\.0(.*) → \1 -?1\.0\2",
        "Every entry of the table is written afterwards.",
    ),
    (
        r"2\..",
        r"z = mean \+ .*eps → z = mean - .*eps",
        "The noise is symmetric.",
    ),
    (
        r"2\.[235]",
        r".*(-1\)|-1\]|axis=-1\)).* → .*(\+?1\)|\+?1\]|axis=\+?1\)).*",
        "The input has two axes, so the last one is axis 1.",
    ),
    (
        r"2\.3",
        r".*(- 1\)|- 1 |ddof=1).* → .*(- 0|// 1|/ 1|\* 1|ddof= 0).*",
        "The spread may be computed with divisor n as well as with n − 1.",
    ),
    (
        r"2\.3",
        r"(average, squares = )0\.0, 0\.0 → \1(-?1\.0, 0\.0|0\.0, -?1\.0)",
        "The first draw replaces the average; the squares of a thousand draws hide a 1.",
    ),
    (
        r"2\.3",
        r".*\(n - 1\) \* .* → .*\(n - 2\) \* .*",
        "The spread may be computed with another divisor near n.",
    ),
    (
        r"2\.3",
        r"(left_out = .*) - r\)(.*) → \1 \+ r\)\2",
        "The averages without one draw, and those with it twice, have the same variance.",
    ),
    (
        r"2\.3",
        r"n = r\.shape\[0\] → n = r\.shape\[ -1\]",
        "It has one axis.",
    ),
    (
        r"2\.3",
        r".*\(second - tf\.square.* → .*\(second % tf\.square.*",
        "The remainder is the difference where the spread is smaller than the mean.",
    ),
    (
        r"2\.3",
        r"(.*)2 \* np\.pi(.*) → \1( [13] \*|2 [+/%]|2 \*\*) np\.pi\2|"
        r"(.*)sigma \* np(.*) → \4sigma [/%] np\5",
        "A constant factor of both densities cancels in their ratio, and σ is smaller than √(2π).",
    ),
    (
        r"2\.4",
        r"(.*) [<>]=?( threshold.*) → \1 [<>]=?\2",
        "A variance equals the threshold to the last digit only by rounding.",
    ),
    (
        r"2\.5",
        r"average = tf\.reduce_mean\(of_image, axis=0\) → .*axis= -1\)",
        "It has one axis.",
    ),
    (
        r"2\.6",
        r"(.*)2 \* np\.pi(.*) → \1( [13] \*|2 [+/%]|2 \*\*) np\.pi\2",
        "A constant factor of all densities cancels in their ratios.",
    ),
    (
        r"2\.6",
        r"(.*) - (information|mismatch.*) → \1 % \2",
        "The remainder is the difference where the second part is smaller than the first.",
    ),
    (
        r"2\.6",
        r"(.*shape\[)0(\].*) → \1 -?1\2",
        "The table has a row and a column for every image.",
    ),
)
