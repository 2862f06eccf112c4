"""Lesson 2: what clouds cost."""

from stated.rows import DEFINED, PLOTTED, TIME, Aside, claim, near

PREPARE = """
split_with, split_without = (
    information_and_mismatch(*draws_and_clouds(m)) for m in (with_kl, without_kl)
)
narrow = np.median(np.exp(0.5 * np.asarray(without_kl.encoder(characters.images)[1])))
spread_of_means = np.sort(clouds_mean.var(axis=0))[::-1]
"""

CLAIMS = [
    claim("l2-04", "1 nat is 1.44 bits", "1 / np.log(2)", both=near(1.44), quick=True),
    claim("l2-15", "log 10 = 2.3", "np.log(10)", both=near(2.3), quick=True),
    claim(
        "l2-17",
        "variance 1, 1 and 8 it returns the number 1.414",
        "np.exp(0.5 * np.mean(np.log([1, 1, 8])))",
        both=near(1.414),
        quick=True,
    ),
    claim(
        "l2-20",
        "whose KL is 0.168 nats",
        "0.5 * (0.5**2 + 0.8**2 - 1 - np.log(0.8**2))",
        both=near(0.168),
        quick=True,
    ),
    claim(
        "l2-42a",
        "1.81\nnats",
        "0.5 * (0.1**2 - 1 - np.log(0.1**2))",
        both=near(1.81),
        quick=True,
    ),
    claim("l2-22", "a quarter of q lies there", "np.mean(r < 0)", both=near(0.25, 0.03)),
    claim(
        "l2-35",
        "expect three to six clearly active dimensions, with variances from about 0.1 to\n1.2",
        "[int((spread_of_means > 0.1).sum()), spread_of_means[0]]",
        both=((3, 6), (0.6, 1.3)),
    ),
    claim(
        "l2-35",
        "the others are near 0.01",
        "spread_of_means[6:].tolist()",
        both=((0.0, 0.06),) * 6,
    ),
    claim(
        "l2-41",
        "(about 150 nats per image on KMNIST and 220 on strokes instead of 4 to 5, with σ mostly\n"
        "below 0.01)",
        "[sum(split_without), sum(split_with), narrow]",
        strokes=(near(220, 15), (3.5, 5.5), (0.001, 0.01)),
        kmnist=(near(150, 15), (3.5, 5.5), (0.001, 0.01)),
    ),
]

ASIDES = [
    Aside("l2-00", "costs 3 nats", DEFINED),
    Aside("l2-00", "about 10;", TIME),
    Aside("l2-04", "to base 2", DEFINED),
    Aside("l2-07", "around 1.5", PLOTTED),
    Aside("l2-19a", "two dimensions that carry 3 nats each carry 6 nats together", DEFINED),
    Aside("l2-19a", "the second 3 nats", DEFINED),
    Aside("l2-23", "0.30 ± 0.20 agrees\nwith 0.168, and 0.30 ± 0.01 refutes it", DEFINED),
    Aside("l2-28", "from 4 to 8,192", DEFINED),
    Aside("l2-29", "as 1/√n", DEFINED),
    Aside("l2-30", "a mean of 3", DEFINED),
    Aside("l2-30", "stuck at 7.0 has a span of 0 and is not marked, however large 7.0", DEFINED),
    Aside("l2-34", "from −2 to 2", PLOTTED),
    Aside("l2-35", "say 0.01 or\n0.05", DEFINED),
    Aside("l2-38", "written as 4 acts as 4/M", DEFINED),
]
