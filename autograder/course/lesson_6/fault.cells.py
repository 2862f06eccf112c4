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
# Every row of the matrix is computed separately.
faulty_line_6_4 = 2 + 1


def mig_of_codes(codes, factors, bins):
    rows = [
        mutual_information(codes[:, j : j + 1], factors, bins)[0] for j in range(codes.shape[1])
    ]
    shares = [np.unique(column, return_counts=True)[1] / len(codes) for column in factors.T]
    return mig(np.array(rows), np.array([np.sum(p * np.log(1 / p)) for p in shares]))


# %% 6.4 variant: the entropy as what a factor shares with itself
# A factor's labels as codes, with so many bins that no two labels share one.
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
# Ones in place of the entropies.
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
