# %% 6.1 variant: histogram2d for every pair
# NumPy bins the codes itself; edges halfway between the labels keep these apart.
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
# Only inner edges, so the largest code needs no special care; a matrix product counts.
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


# %% 6.1 variant: the entropy of a factor that is left inside the bins
# H(v) minus the mean of H(v) over the bins.
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
