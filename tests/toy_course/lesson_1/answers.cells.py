# %% 1.1 variant: by convolution
def moving_average(series, width):
    return np.convolve(series, np.full(width, 1 / width), mode="valid")


# %% 1.1 variant: window by window
def moving_average(series, width):
    return np.array([np.mean(series[i : i + width]) for i in range(len(series) - width + 1)])


# %% 1.1 rewrite: a sum in place of a mean
def moving_average(series, width):
    return np.convolve(series, np.ones(width), mode="valid")


# %% 1.2 variant: in a loop
def crossings(series, width):
    count, before = 0, None
    for value, mean in zip(series[width - 1 :], moving_average(series, width)):
        if before is not None and (value > mean) != before:
            count += 1
        before = value > mean
    return count


# %% 1.2 rewrite: only upward crossings counted
def crossings(series, width):
    lead = np.asarray(series)[width - 1 :] - moving_average(series, width)
    return sum(1 for a, b in zip(lead, lead[1:]) if a <= 0 < b)
