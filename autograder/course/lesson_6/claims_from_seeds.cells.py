# %% 6.3 variant: NumPy's std and its ddof
# Standard errors first, their squares added.
def difference_interval(scores, baseline, quantile):
    errors = [np.std(s, ddof=1) / np.sqrt(len(s)) for s in (scores, baseline)]
    half = quantile * np.hypot(*errors)
    middle = np.mean(scores) - np.mean(baseline)
    return middle + half * np.array([-1, 1])


def allowed_claim(low, high):
    if low > 0:
        return "higher"
    elif high < 0:
        return "lower"
    else:
        return "cannot tell"


# %% 6.3 variant: sums of squares by hand
# Each mean with its own squared standard error.
def mean_and_error(numbers):
    n = len(numbers)
    mean = sum(numbers) / n
    return mean, sum((x - mean) ** 2 for x in numbers) / (n * (n - 1))


def difference_interval(scores, baseline, quantile):
    (one, first), (other, second) = mean_and_error(scores), mean_and_error(baseline)
    half = quantile * (first + second) ** 0.5
    return one - other - half, one - other + half


def allowed_claim(low, high):
    if low * high > 0:
        return "higher" if high > 0 else "lower"
    return "cannot tell"


# %% 6.3 variant: keras.ops, with the correction afterwards
# The variance with divisor n, corrected by n / (n − 1).
def difference_interval(scores, baseline, quantile):
    ops = keras.ops
    squared = ops.var(scores) / (len(scores) - 1) + ops.var(baseline) / (len(baseline) - 1)
    half = quantile * ops.sqrt(squared)
    middle = ops.mean(scores) - ops.mean(baseline)
    return [middle - half, middle + half]


def allowed_claim(low, high):
    signs = {np.sign(low), np.sign(high)}
    return {(1.0,): "higher", (-1.0,): "lower"}.get(tuple(signs), "cannot tell")


# %% 6.3 variant: the covariance function
# np.cov divides by n − 1 by default.
def difference_interval(scores, baseline, quantile):
    squared = float(np.cov(scores)) / len(scores) + float(np.cov(baseline)) / len(baseline)
    ends = [
        np.average(scores) - np.average(baseline) + side * quantile * squared**0.5
        for side in (-1, 1)
    ]
    return tuple(ends)


def allowed_claim(low, high):
    return "higher" if low > 0 else "lower" if high < 0 else "cannot tell"


# %% 6.3 rewrite: divided by n, not by n − 1
# TensorFlow's variance divides by n.
def difference_interval(scores, baseline, quantile):
    squares = [tf.math.reduce_variance(s) / len(s) for s in (scores, baseline)]
    half = quantile * tf.sqrt(squares[0] + squares[1])
    middle = tf.reduce_mean(scores) - tf.reduce_mean(baseline)
    return middle - half, middle + half


def allowed_claim(low, high):
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "cannot tell"


# %% 6.3 rewrite: two intervals laid end to end
# From the end of one interval to the end of the other.
def difference_interval(scores, baseline, quantile):
    ends = []
    for s in (scores, baseline):
        half = quantile * np.std(s, ddof=1) / len(s) ** 0.5
        ends.append((np.mean(s) - half, np.mean(s) + half))
    return ends[0][0] - ends[1][1], ends[0][1] - ends[1][0]


def allowed_claim(low, high):
    return "higher" if low > 0 else "lower" if high < 0 else "cannot tell"


# %% 6.3 rewrite: one spread for both
# The textbook's two-sample t interval.
def difference_interval(scores, baseline, quantile):
    n, m = len(scores), len(baseline)
    inside = np.sum((scores - scores.mean()) ** 2) + np.sum((baseline - baseline.mean()) ** 2)
    half = quantile * (inside / (n + m - 2) * (n + m) / (n * m)) ** 0.5
    middle = scores.mean() - baseline.mean()
    return middle - half, middle + half


def allowed_claim(low, high):
    if low <= 0 <= high:
        return "cannot tell"
    return "higher" if low > 0 else "lower"


# %% 6.3 rewrite: the spread of seeds, not of means
# How far two single runs lie apart.
def difference_interval(scores, baseline, quantile):
    from statistics import fmean, stdev

    apart = fmean(scores) - fmean(baseline)
    reach = quantile * (stdev(scores) ** 2 + stdev(baseline) ** 2) ** 0.5
    return apart - reach, apart + reach


def allowed_claim(low, high):
    if min(low, high) > 0:
        return "higher"
    if max(low, high) < 0:
        return "lower"
    return "cannot tell"


# %% 6.3 rewrite: 1.96 whatever is given
# Two standard errors, as one learns it for large samples.
def difference_interval(scores, baseline, quantile):
    squared = scores.var(ddof=1) / scores.size + baseline.var(ddof=1) / baseline.size
    middle, half = scores.mean() - baseline.mean(), 1.96 * np.sqrt(squared)
    return middle - half, middle + half


def allowed_claim(low, high):
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "cannot tell"


# %% 6.3 rewrite: the middle decides
# The interval is right; the verdict does not use it.
def difference_interval(scores, baseline, quantile):
    squared = scores.var(ddof=1) / scores.size + baseline.var(ddof=1) / baseline.size
    middle, half = scores.mean() - baseline.mean(), quantile * np.sqrt(squared)
    return middle - half, middle + half


def allowed_claim(low, high):
    middle = (low + high) / 2
    if middle == 0:
        return "cannot tell"
    return "higher" if middle > 0 else "lower"
