# %% 6.1 variant: histogram2d for every pair
# NumPy cuts the codes itself; edges half-way between the labels keep these apart.
def mutual_information(codes, factors, bins):
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    for k in range(factors.shape[1]):
        values, label = np.unique(factors[:, k], return_inverse=True)
        for j in range(codes.shape[1]):
            counts, _, _ = np.histogram2d(codes[:, j], label, bins=(bins, len(values)))
            p = counts / len(codes)
            product = np.outer(p.sum(axis=1), p.sum(axis=0))
            seen = p > 0
            matrix[j, k] = np.sum(p[seen] * np.log(p[seen] / product[seen]))
    return matrix


# %% 6.1 variant: edges and digitize, one-hot tables
# Inner edges only, so that the largest code needs no care; a matrix product counts.
def mutual_information(codes, factors, bins):
    rows = []
    for code in codes.T:
        edges = np.linspace(code.min(), code.max(), bins + 1)
        member = np.eye(bins)[np.digitize(code, edges[1:-1])]
        row = []
        for factor in factors.T:
            value = (factor[:, None] == np.unique(factor)).astype(float)
            p = member.T @ value / len(code)
            product = member.mean(axis=0)[:, None] * value.mean(axis=0)
            # An empty cell has the ratio 1 and the weight 0.
            ratio = np.divide(p, product, out=np.ones_like(p), where=p > 0)
            row.append((p * np.log(ratio)).sum())
        rows.append(row)
    return np.array(rows)


# %% 6.1 variant: dictionaries of counts, row by row
# No arrays: every pair of bin and value is a key.
def mutual_information(codes, factors, bins):
    import math
    from collections import Counter

    n = len(codes)

    def place(code, low, high):
        return min(int((code - low) / (high - low) * bins), bins - 1)

    def information(code, factor):
        low, high = min(code), max(code)
        places = [place(c, low, high) for c in code]
        both = Counter(zip(places, factor))
        first, second = Counter(places), Counter(factor)
        return sum(
            count / n * math.log(count * n / (first[b] * second[v]))
            for (b, v), count in both.items()
        )

    columns = [[float(v) for v in column] for column in np.transpose(factors)]
    latents = [[float(c) for c in column] for column in np.transpose(codes)]
    return [[information(code, factor) for factor in columns] for code in latents]


# %% 6.1 variant: TensorFlow, with 0 · log 0 taken for 0
# Counts by a matrix product of one-hot tables; xlogy settles the empty cells.
def mutual_information(codes, factors, bins):
    codes = tf.cast(codes, tf.float64)
    low, high = tf.reduce_min(codes, axis=0), tf.reduce_max(codes, axis=0)
    places = tf.minimum(tf.cast((codes - low) / (high - low) * bins, tf.int32), bins - 1)
    columns = []
    for factor in np.transpose(factors):
        label = np.unique(factor, return_inverse=True)[1]
        value = tf.one_hot(label, int(label.max()) + 1, dtype=tf.float64)
        member = tf.one_hot(places, bins, dtype=tf.float64)
        p = tf.einsum("njb,nk->jbk", member, value) / len(label)
        of_bin = tf.reduce_sum(p, axis=2, keepdims=True)
        of_value = tf.reduce_sum(p, axis=1, keepdims=True)
        own = tf.math.xlogy(p, p) - tf.math.xlogy(p, of_bin) - tf.math.xlogy(p, of_value)
        columns.append(tf.reduce_sum(own, axis=[1, 2]))
    return tf.stack(columns, axis=1)


# %% 6.1 variant: what is left of a factor's entropy inside the bins
# H(v) less the mean of H(v) over the bins.
def mutual_information(codes, factors, bins):
    def entropy(labels):
        p = np.unique(labels, return_counts=True)[1] / len(labels)
        return -np.sum(p * np.log(p))

    def left(place, factor):
        rows = [place == b for b in np.unique(place)]
        return sum(np.mean(row) * entropy(factor[row]) for row in rows)

    span = np.ptp(codes, axis=0)
    places = np.floor((codes - codes.min(axis=0)) / span * bins).clip(max=bins - 1)
    return np.array([[entropy(f) - left(p, f) for f in factors.T] for p in places.T])


# %% 6.1 rewrite: bits, not nats
# Entropies to base 2.
def mutual_information(codes, factors, bins):
    def entropy(*labels):
        p = np.unique(np.stack(labels), axis=1, return_counts=True)[1] / len(codes)
        return np.sum(p * np.log2(1 / p))

    places = [np.digitize(c, np.linspace(c.min(), c.max(), bins + 1)[1:-1]) for c in codes.T]
    labels = [np.unique(f, return_inverse=True)[1] for f in factors.T]
    return np.array([[entropy(p) + entropy(v) - entropy(p, v) for v in labels] for p in places])


# %% 6.1 rewrite: one range for all latents
# The range is given to histogram2d, and it is that of the whole table.
def mutual_information(codes, factors, bins):
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    span = float(codes.min()), float(codes.max())
    for j, k in np.ndindex(*matrix.shape):
        values, label = np.unique(factors[:, k], return_inverse=True)
        edges = np.linspace(*span, bins + 1), np.arange(len(values) + 1) - 0.5
        p = np.histogram2d(codes[:, j], label, bins=edges)[0] / len(codes)
        product = p.sum(1, keepdims=True) * p.sum(0, keepdims=True)
        matrix[j, k] = np.sum(p[p > 0] * np.log(p[p > 0] / product[p > 0]))
    return matrix


# %% 6.1 rewrite: one bin too few
# So many edges, and a bin between every two of them.
def mutual_information(codes, factors, bins):
    rows = []
    for code in codes.T:
        edges = np.linspace(code.min(), code.max(), bins)
        place = np.clip(np.searchsorted(edges, code, side="right") - 1, 0, bins - 2)
        row = []
        for factor in factors.T:
            label = np.unique(factor, return_inverse=True)[1]
            p = np.zeros((bins, label.max() + 1))
            for pair in zip(place, label):
                p[pair] += 1 / len(code)
            product = np.outer(p.sum(axis=1), p.sum(axis=0))
            row.append(sum(p[c] * np.log(p[c] / product[c]) for c in zip(*np.nonzero(p))))
        rows.append(row)
    return np.array(rows)


# %% 6.1 rewrite: factors cut into bins too
# histogram2d with a whole number cuts both sides.
def mutual_information(codes, factors, bins):
    matrix = []
    for code in codes.T:
        for factor in factors.T:
            p = np.histogram2d(code, factor, bins=bins)[0] / len(code)
            product = p.sum(axis=1)[:, None] * p.sum(axis=0)
            with np.errstate(divide="ignore", invalid="ignore"):
                matrix.append(np.nansum(p * np.log(p / product)))
    return np.reshape(matrix, (codes.shape[1], factors.shape[1]))


# %% 6.1 rewrite: empty cells give NaN
# The textbook's sum over all cells.
def mutual_information(codes, factors, bins):
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    for j in range(len(matrix)):
        for k in range(len(matrix[0])):
            values, label = np.unique(factors[:, k], return_inverse=True)
            p = np.histogram2d(codes[:, j], label, bins=[bins, len(values)])[0]
            p /= p.sum()
            both = p.sum(axis=1, keepdims=True) @ p.sum(axis=0, keepdims=True)
            matrix[j, k] = (p * (np.log(p) - np.log(both))).sum()
    return matrix


# %% 6.1 rewrite: the bias taken off
# Entropies, and then Miller's correction.
def mutual_information(codes, factors, bins):
    n = len(codes)

    def information(place, label):
        joint = np.zeros((bins, label.max() + 1))
        np.add.at(joint, (place, label), 1.0)
        p = joint / n
        terms = tf.math.xlogy(p, p) - tf.math.xlogy(p, np.outer(p.sum(axis=1), p.sum(axis=0)))
        used, values = np.count_nonzero(p.sum(axis=1)), len(p[0])
        return np.sum(terms) - (used - 1) * (values - 1) / (2 * n)

    low, high = codes.min(axis=0), codes.max(axis=0)
    places = np.minimum((codes - low) * bins / (high - low), bins - 1).astype(int)
    labels = [np.unique(f, return_inverse=True)[1] for f in factors.T]
    return np.array([[information(p, v) for v in labels] for p in places.T])


# %% 6.2 variant: partition in the place of a sort
# Only the two largest have to be in place.
def mig(information, entropies):
    padded = np.pad(information, ((1, 0), (0, 0)))
    two = np.partition(padded, -2, axis=0)[-2:]
    some = np.flatnonzero(entropies)
    return np.mean(np.diff(two, axis=0)[0, some] / entropies[some])


# %% 6.2 variant: a loop over the factors
# Plain lists and the sort of Python.
def mig(information, entropies):
    gaps = []
    for k, entropy in enumerate(entropies):
        if entropy == 0:
            continue
        known = [*sorted((float(row[k]) for row in information), reverse=True), 0.0]
        gaps.append((known[0] - known[1]) / float(entropy))
    return sum(gaps) / len(gaps)


# %% 6.2 variant: TensorFlow's top_k over the turned matrix
# The latents on the last axis, where top_k looks.
def mig(information, entropies):
    known = tf.boolean_mask(tf.transpose(information), entropies > 0)
    known = tf.pad(known, [[0, 0], [0, 1]])
    two = tf.math.top_k(known, 2).values
    return tf.reduce_mean((two[:, 0] - two[:, 1]) / entropies[entropies > 0])


# %% 6.2 variant: a masked mean, divided first
# Shares of the entropy before anything is compared.
def mig(information, entropies):
    shares = np.ma.masked_invalid(information / np.where(entropies > 0, entropies, np.nan))
    ranked = np.sort(shares.filled(-1.0), axis=0)
    second = ranked[-2] if len(ranked) > 1 else np.zeros(len(entropies))
    return float((ranked[-1] - second)[entropies > 0].mean())


# %% 6.2 variant: keras.ops and weights
# Factors without an entropy get the weight 0.
def mig(information, entropies):
    ops = keras.ops
    best = ops.max(information, axis=0)
    rival = ops.where(
        ops.arange(len(information))[:, None] == ops.argmax(information, axis=0), 0.0, information
    )
    gaps = best - ops.max(rival, axis=0)
    weight = np.asarray(entropies > 0, dtype="float64")
    return ops.sum(weight * gaps / np.where(weight > 0, entropies, 1.0)) / weight.sum()


# %% 6.2 rewrite: not divided by the entropy
# Two largest numbers by partition, and their difference.
def mig(information, entropies):
    two = np.partition(np.pad(information, ((1, 0), (0, 0))), -2, axis=0)[-2:]
    return (two[1] - two[0])[entropies != 0].mean()


# %% 6.2 rewrite: the largest alone
# How well is each factor known at all?
def mig(information, entropies):
    scores = [max(column) / h for column, h in zip(information.T, entropies) if h > 0]
    return sum(scores) / len(scores)


# %% 6.2 rewrite: a factor of one value counts as 0
# A guarded division over all factors.
def mig(information, entropies):
    ranked = np.sort(np.vstack([0 * entropies, information]), axis=0)
    gaps = ranked[-1] - ranked[-2]
    shares = np.divide(gaps, entropies, out=np.zeros(len(gaps)), where=entropies > 0)
    return shares.mean()


# %% 6.2 rewrite: mean gap over mean entropy
# Nats known without a rival, out of all nats there are.
def mig(information, entropies):
    total = 0.0
    for column in information.T:
        first, second = sorted([*column, 0.0])[-1:-3:-1]
        total += first - second
    return total / np.sum(entropies)


# %% 6.2 rewrite: the gap between factors
# Row by row, with the entropy of the factor that the latent knows best.
def mig(information, entropies):
    scores = []
    for row in information:
        second, first = sorted([0.0, *row])[-2:]
        scores.append((first - second) / entropies[list(row).index(first)])
    return np.mean(scores)


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


# %% 6.3 variant: keras.ops, the correction put in afterwards
# The variance by n, made right by n / (n − 1).
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
# np.cov divides by n − 1 unless told otherwise.
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


# %% 6.4 variant: a transpose, turned back
# The listing with its third line repaired.
faulty_line_6_4 = 3


def mig_of_codes(codes, factors, bins):
    n, latents = codes.shape
    by_latent = codes.T
    information = mutual_information(by_latent.T, factors, bins)
    counts = [np.unique(column, return_counts=True)[1] for column in factors.T]
    entropies = np.array([-np.sum(c / n * np.log(c / n)) for c in counts])
    return mig(information, entropies)


# %% 6.4 variant: axes moved by TensorFlow
# Entropies of a list of Counters.
def mig_of_codes(codes, factors, bins):
    from collections import Counter

    by_latent = tf.transpose(codes)
    information = mutual_information(np.stack(list(by_latent), axis=1), factors, bins)
    entropies = []
    for column in np.asarray(factors).T:
        shares = np.array(list(Counter(column.tolist()).values())) / len(column)
        entropies.append(float(np.sum(-shares * np.log(shares))))
    return mig(information, np.array(entropies))


faulty_line_6_4 = 3


# %% 6.4 variant: one latent at a time
# Every row of the matrix is asked for by itself.
faulty_line_6_4 = 2 + 1


def mig_of_codes(codes, factors, bins):
    rows = [
        mutual_information(codes[:, j : j + 1], factors, bins)[0] for j in range(codes.shape[1])
    ]
    shares = [np.unique(column, return_counts=True)[1] / len(codes) for column in factors.T]
    return mig(np.array(rows), np.array([np.sum(p * np.log(1 / p)) for p in shares]))


# %% 6.4 variant: the entropy as what a factor shares with itself
# A factor's labels as codes, in so many bins that no two share one.
def mig_of_codes(codes, factors, bins):
    labels = np.stack([np.unique(f, return_inverse=True)[1] for f in factors.T], axis=1)
    own = mutual_information(labels.astype(float), labels, 1000)
    return mig(mutual_information(codes, factors, bins), np.diag(own))


faulty_line_6_4 = 3


# %% 6.4 rewrite: still a reshape
# A view of another shape, and the last axis first again.
def mig_of_codes(codes, factors, bins):
    mixed = np.transpose(tf.reshape(codes, (codes.shape[1], -1)))
    shares = [np.unique(column, return_counts=True)[1] / len(codes) for column in factors.T]
    entropies = np.array([np.sum(p * np.log(1 / p)) for p in shares])
    return mig(mutual_information(mixed, factors, bins), entropies)


faulty_line_6_4 = 3


# %% 6.4 rewrite: entropies in bits
# The information by 6.1, the entropies as other books write them.
def mig_of_codes(codes, factors, bins):
    entropies = []
    for column in factors.T:
        p = np.array([np.mean(column == value) for value in set(column.tolist())])
        entropies.append(-(p * np.log(p)).sum() / np.log(2))
    return mig(mutual_information(codes, factors, bins), np.array(entropies))


faulty_line_6_4 = 3


# %% 6.4 rewrite: the largest possible entropy
# A normalised score, by the number of values.
def mig_of_codes(codes, factors, bins):
    values = np.array([len(set(column.tolist())) for column in factors.T])
    return mig(mutual_information(codes, factors, bins), np.log(values))


faulty_line_6_4 = 3


# %% 6.4 rewrite: not divided by the entropy
# Ones in the place of the entropies.
def mig_of_codes(codes, factors, bins):
    return mig(mutual_information(codes, factors, bins), np.ones(factors.shape[1]))


faulty_line_6_4 = 3


# %% 6.4 rewrite: the information is blamed
# Repaired where the table is turned for the second time.
def mig_of_codes(codes, factors, bins):
    shares = [np.unique(column, return_counts=True)[1] / len(codes) for column in factors.T]
    entropies = np.array([np.sum(p * np.log(1 / p)) for p in shares])
    return mig(mutual_information(codes, factors, bins), entropies)


faulty_line_6_4 = 4
