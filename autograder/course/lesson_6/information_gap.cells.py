# %% 6.2 variant: partition instead of a sort
# Only the two largest have to be in place.
def mig(information, entropies):
    padded = np.pad(information, ((1, 0), (0, 0)))
    two = np.partition(padded, -2, axis=0)[-2:]
    some = np.flatnonzero(entropies)
    return np.mean(np.diff(two, axis=0)[0, some] / entropies[some])


# %% 6.2 variant: a row of zeros, and a sort
# The zeros are the rival of a single latent.
def mig(information, entropies):
    padded = np.vstack([information, np.zeros((1, np.shape(information)[1]))])
    ordered = np.sort(padded, axis=0)[::-1]
    known = np.asarray(entropies) > 0
    return float(np.mean((ordered[0] - ordered[1])[known] / np.asarray(entropies)[known]))


# %% 6.2 variant: a loop over the factors
# Plain lists and Python's sort.
def mig(information, entropies):
    gaps = []
    for k, entropy in enumerate(entropies):
        if entropy == 0:
            continue
        known = [*sorted((float(row[k]) for row in information), reverse=True), 0.0]
        gaps.append((known[0] - known[1]) / float(entropy))
    return sum(gaps) / len(gaps)


# %% 6.2 variant: TensorFlow's top_k over the transposed matrix
# The latents are on the last axis, where top_k looks.
def mig(information, entropies):
    known = tf.boolean_mask(tf.transpose(information), entropies > 0)
    known = tf.pad(known, [[0, 0], [0, 1]])
    two = tf.math.top_k(known, 2).values
    return tf.reduce_mean((two[:, 0] - two[:, 1]) / entropies[entropies > 0])


# %% 6.2 variant: a masked mean, divided first
# Shares of the entropy, before anything is compared.
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


# %% 6.2 rewrite: only the largest
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
