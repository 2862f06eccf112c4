# %% 5.6 variant: the second moment, less the square of the mean
# The symmetric root by eigenvectors.
def fitted_normal(mean, log_var):
    center = mean.mean(axis=0)
    second = mean.T @ mean / len(mean) + np.diag(np.exp(log_var).mean(axis=0))
    return center, second - np.outer(center, center)


def draws_from(center, covariance, eps):
    variances, axes = np.linalg.eigh(covariance)
    root = (axes * np.sqrt(variances)) @ axes.T
    return center + eps @ root


# %% 5.6 variant: np.cov, and one code after the other
# By n − 1, and with the noise as a column.
def fitted_normal(mean, log_var):
    latents = mean.shape[1]
    covariance = np.cov(mean.T).reshape(latents, latents)
    covariance[np.diag_indices(latents)] += np.mean(np.exp(log_var), axis=0)
    return np.mean(mean, axis=0), covariance


def draws_from(center, covariance, eps):
    root = np.linalg.cholesky(covariance)
    return np.array([center + root @ noise for noise in eps])


# %% 5.6 variant: keras.ops and a loop
# Image by image.
def fitted_normal(mean, log_var):
    images = len(mean)
    center = sum(mean) / images
    total = np.zeros((mean.shape[1], mean.shape[1]))
    for m, v in zip(mean, np.exp(log_var)):
        total += np.outer(m - center, m - center) + np.diag(v)
    return center, total / images


def draws_from(center, covariance, eps):
    root = keras.ops.cholesky(keras.ops.convert_to_tensor(covariance))
    return center + np.asarray(keras.ops.matmul(eps, keras.ops.transpose(root)))


# %% 5.6 variant: the singular values of the covariance
# Draws along the axes, and the variances as a sum of matrices.
def fitted_normal(mean, log_var):
    centered = mean - mean.mean(0, keepdims=True)
    between = np.einsum("ni,nj->ij", centered, centered) / mean.shape[0]
    return mean.mean(0), between + np.eye(mean.shape[1]) * np.exp(log_var).mean(0)


def draws_from(center, covariance, eps):
    axes, variances, _ = np.linalg.svd(covariance)
    return center + (eps * np.sqrt(variances)) @ axes.T


# %% 5.6 variant: TensorFlow
# Tensors all the way.
def fitted_normal(mean, log_var):
    mean = tf.convert_to_tensor(mean)
    center = tf.reduce_mean(mean, axis=0)
    off = mean - center
    between = tf.matmul(off, off, transpose_a=True) / tf.cast(tf.shape(mean)[0], mean.dtype)
    return center, between + tf.linalg.diag(tf.reduce_mean(tf.exp(log_var), axis=0))


def draws_from(center, covariance, eps):
    root = tf.linalg.cholesky(covariance)
    return center + tf.linalg.matvec(root, eps)


# %% 5.6 rewrite: the width of the clouds left out
# By a matrix product.
def fitted_normal(mean, log_var):
    off = mean - mean.mean(axis=0)
    return mean.mean(axis=0), off.T @ off / len(mean)


def draws_from(center, covariance, eps):
    return center + eps @ np.linalg.cholesky(covariance).T


# %% 5.6 rewrite: correlations left out
# Latent by latent.
def fitted_normal(mean, log_var):
    latents = range(mean.shape[1])
    total = [np.var(mean[:, j]) + np.mean(np.exp(log_var[:, j])) for j in latents]
    return np.array([np.mean(mean[:, j]) for j in latents]), np.diag(total)


def draws_from(center, covariance, eps):
    return center + eps @ np.linalg.cholesky(covariance).T


# %% 5.6 rewrite: the exponential of the mean log_var
# keras.ops.
def fitted_normal(mean, log_var):
    width = np.asarray(keras.ops.exp(keras.ops.mean(log_var, axis=0)))
    off = mean - mean.mean(axis=0)
    return mean.mean(axis=0), off.T @ off / len(mean) + np.diag(width)


def draws_from(center, covariance, eps):
    return center + eps @ np.linalg.cholesky(covariance).T


# %% 5.6 rewrite: σ in place of σ²
# A square root of the variances.
def fitted_normal(mean, log_var):
    sigma = np.sqrt(np.exp(log_var))
    off = mean - mean.mean(axis=0)
    return mean.mean(axis=0), off.T @ off / len(mean) + np.diag(np.mean(sigma, axis=0))


def draws_from(center, covariance, eps):
    return center + eps @ np.linalg.cholesky(covariance).T


# %% 5.6 rewrite: the root not transposed
# By einsum.
def fitted_normal(mean, log_var):
    off = mean - mean.mean(axis=0)
    within = np.diag(np.exp(log_var).mean(axis=0))
    return mean.mean(axis=0), off.T @ off / len(mean) + within


def draws_from(center, covariance, eps):
    lower = np.linalg.cholesky(covariance)
    return center[None] + np.einsum("nj,jk->nk", eps, lower)


# %% 5.6 rewrite: correlations ignored
# Spreads from the diagonal.
def fitted_normal(mean, log_var):
    off = mean - mean.mean(axis=0)
    within = np.diag(np.exp(log_var).mean(axis=0))
    return mean.mean(axis=0), off.T @ off / len(mean) + within


def draws_from(center, covariance, eps):
    spreads = np.array([covariance[j, j] ** 0.5 for j in range(len(center))])
    return center + spreads * eps


# %% 5.6 rewrite: the center forgotten
# Column by column.
def fitted_normal(mean, log_var):
    off = mean - mean.mean(axis=0)
    within = np.diag(np.exp(log_var).mean(axis=0))
    return mean.mean(axis=0), off.T @ off / len(mean) + within


def draws_from(center, covariance, eps):
    return (np.linalg.cholesky(covariance) @ eps.T).T
