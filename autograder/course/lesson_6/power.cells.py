# %% 6.5 variant: by the interval of 6.3
# A study finds the gain if the lower end of its interval is above 0.
def detectable_difference(spread, n, quantile):
    return quantile * spread * (2 / n) ** 0.5


def study_power(scores, baselines, quantile):
    found = [difference_interval(a, b, quantile)[0] > 0 for a, b in zip(scores, baselines)]
    return np.mean(found)


# %% 6.5 variant: by the claim of 6.3
# Counted one by one.
def detectable_difference(spread, n, quantile):
    variance_of_mean = spread**2 / n
    return quantile * np.sqrt(variance_of_mean + variance_of_mean)


def study_power(scores, baselines, quantile):
    count = 0
    for a, b in zip(scores, baselines):
        low, high = difference_interval(a, b, quantile)
        if allowed_claim(low, high) == "higher":
            count += 1
    return count / len(scores)


# %% 6.5 variant: scores that have the spread
# Two scores at ±s/√2 have the spread s; their interval is that of two seeds.
def detectable_difference(spread, n, quantile):
    two = np.array([-1.0, 1.0]) * spread / np.sqrt(2)
    low, high = difference_interval(two, two, quantile)
    return (high - low) / 2 * np.sqrt(2 / n)


def study_power(scores, baselines, quantile):
    n = scores.shape[1]
    t = (scores.mean(1) - baselines.mean(1)) / np.sqrt(
        (scores.var(1, ddof=1) + baselines.var(1, ddof=1)) / n
    )
    return (t > quantile).sum() / t.size


# %% 6.5 variant: keras.ops
# The variance with divisor n, divided by n − 1.
def detectable_difference(spread, n, quantile):
    return quantile * spread * keras.ops.sqrt(2 / n)


def study_power(scores, baselines, quantile):
    ops = keras.ops
    one, other = ops.convert_to_tensor(scores), ops.convert_to_tensor(baselines)
    squared = (ops.var(one, axis=-1) + ops.var(other, axis=-1)) / (one.shape[-1] - 1)
    gain = ops.mean(one, axis=-1) - ops.mean(other, axis=-1)
    return ops.mean(ops.cast(gain - quantile * ops.sqrt(squared) > 0, "float32"))


# %% 6.5 variant: standard errors by np.std
# Counted with nonzero.
def detectable_difference(spread, n, quantile):
    error = spread / np.sqrt(n)
    return np.sqrt(2) * error * quantile


def study_power(scores, baselines, quantile):
    def errors(x):
        return np.std(x, axis=1, ddof=1) / np.sqrt(np.shape(x)[1])

    low = np.mean(scores - baselines, axis=1) - quantile * np.hypot(
        errors(scores), errors(baselines)
    )
    return np.count_nonzero(low > 0) / len(low)


# %% 6.5 rewrite: one mean only
# The interval of a single mean.
def detectable_difference(spread, n, quantile):
    return quantile * spread / n**0.5


def study_power(scores, baselines, quantile):
    return np.mean([difference_interval(a, b, quantile)[0] > 0 for a, b in zip(scores, baselines)])


# %% 6.5 rewrite: n − 1 where n belongs
# The divisor of the sample variance, once more.
def detectable_difference(spread, n, quantile):
    degrees = n - 1
    error = np.sqrt(spread**2 / degrees + spread**2 / degrees)
    return error * quantile


def study_power(scores, baselines, quantile):
    return np.mean([difference_interval(a, b, quantile)[0] > 0 for a, b in zip(scores, baselines)])


# %% 6.5 rewrite: a loss counts as found
# Whatever is not “cannot tell”.
def detectable_difference(spread, n, quantile):
    return quantile * spread * np.sqrt(2 / n)


def study_power(scores, baselines, quantile):
    claims = [
        allowed_claim(*difference_interval(a, b, quantile)) for a, b in zip(scores, baselines)
    ]
    return sum(claim != "cannot tell" for claim in claims) / len(claims)


# %% 6.5 rewrite: one end is enough for a gain
# The upper end is asked.
def detectable_difference(spread, n, quantile):
    return quantile * spread * np.sqrt(2 / n)


def study_power(scores, baselines, quantile):
    ends = np.array([difference_interval(a, b, quantile) for a, b in zip(scores, baselines)])
    return np.mean(ends[:, 1] > 0)


# %% 6.5 rewrite: variances with divisor n
# NumPy's own default.
def detectable_difference(spread, n, quantile):
    return quantile * spread * np.sqrt(2 / n)


def study_power(scores, baselines, quantile):
    errors = np.hypot(scores.std(axis=1), baselines.std(axis=1)) / scores.shape[1] ** 0.5
    gains = np.mean(scores, 1) - np.mean(baselines, 1)
    return (gains > quantile * errors).mean()


# %% 6.5 rewrite: a number of studies
# A loop that counts.
def detectable_difference(spread, n, quantile):
    return quantile * spread * np.sqrt(2 / n)


def study_power(scores, baselines, quantile):
    found = 0
    for a, b in zip(scores, baselines):
        if difference_interval(a, b, quantile)[0] > 0:
            found += 1
    return found
