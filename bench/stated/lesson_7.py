"""The capstone: six models, each twice."""

from stated.rows import DEFINED, PLOTTED, TIME, Aside, claim, near

# Cells that no row needs.
SKIP = ("l7-16", "l7-20", "l7-25", "l7-26")

PREPARE = """
def row(beta):
    found = [measured[beta, seed] for seed in SEEDS]
    active = [int(np.sum(shares[beta, seed] > 0.1)) for seed in SEEDS]
    return [[kl for kl, _ in found], [recon for _, recon in found], active]
def mean_of(beta):
    return [float(np.mean(column)) for column in row(beta)[:2]]
p = np.clip(train.images.mean(axis=0), 1e-4, 1 - 1e-4)
x = held_out.images
mean_cost = float(np.mean(np.sum(-x * np.log(p) - (1 - x) * np.log(1 - p), axis=(1, 2, 3))))
"""

CLAIMS = [
    claim(
        "l7-10",
        "| strokes, β = 1 | 9 to 13 | 138 to 160 | 6 to 8 |",
        "row(1.0)",
        strokes=((9, 13), (138, 160), (6, 8)),
    ),
    claim(
        "l7-10",
        "| strokes, β = 4 | 2.5 to 4.5 | 170 to 190 | 4 to 7 |",
        "row(4.0)",
        strokes=((2.5, 4.5), (170, 190), (4, 7)),
    ),
    claim(
        "l7-10",
        "| strokes, β = 16 | 0 to 0.6 | 203 to 216 | 0 to 2 |",
        "row(16.0)",
        strokes=((0, 0.6), (203, 216), (0, 2)),
    ),
    claim(
        "l7-10",
        "| KMNIST, β = 1 | 8 to 11 | 255 to 272 | 6 to 8 |",
        "row(1.0)",
        kmnist=((8, 11), (255, 272), (6, 8)),
    ),
    claim(
        "l7-10",
        "| KMNIST, β = 4 | 2.5 to 4.5 | 282 to 297 | 3 to 6 |",
        "row(4.0)",
        kmnist=((2.5, 4.5), (282, 297), (3, 6)),
    ),
    claim(
        "l7-10",
        "| KMNIST, β = 16 | 0.4 to 1.4 | 306 to 318 | 1 or 2 |",
        "row(16.0)",
        kmnist=((0.4, 1.4), (306, 318), (1, 2)),
    ),
    claim("l7-13", "near 543 nats", "784 * np.log(2)", both=near(543, 0.6), quick=True),
    claim(
        "l7-28",
        "fell from 10.9 to 0.2 nats, and the reconstruction cost rose from 149 to 211 nats",
        "[mean_of(1.0)[0], mean_of(16.0)[0], mean_of(1.0)[1], mean_of(16.0)[1]]",
        strokes=(near(10.9, 0.5), near(0.2, 0.15), near(149, 3), near(211, 3)),
    ),
    claim(
        "l7-28",
        "at\nmost 5 nats of reconstruction",
        "max(abs(measured[b, 1][1] - measured[b, 2][1]) for b in BETAS)",
        strokes=(0, 5),
    ),
    claim("l7-29a", "about 213 nats", "mean_cost", strokes=near(213, 2)),
    claim(
        "l7-29a",
        "reached 213 and 208. A model at 213",
        "[measured[16.0, 1][1], measured[16.0, 2][1]]",
        strokes=(near(213, 3), near(208, 3)),
    ),
]

ASIDES = [
    Aside("l7-00", "about 20. With", TIME),
    Aside("l7-04", "layers of 128 to 256", DEFINED),
    Aside("l7-04", "batches of 32", DEFINED),
    Aside("l7-10", "layers of 128", DEFINED),
    Aside("l7-10", "above 0.1 nats", DEFINED),
    Aside("l7-13", "about 500 and no further", "the stuck loss of lesson 4, cell l4-46"),
    Aside("l7-26", "from −2.5 to 2.5", PLOTTED),
    Aside("l7-28", "layers of 128 each way", DEFINED),
    Aside("l7-28", "Adam at 3e-3", DEFINED),
]

# Claims that no row recomputes yet, with the reason.
OPEN = [
    Aside(
        "l7-04", "Adam at 1e-3 to 5e-3 gets far enough in that time; at 1e-4", "needs 30 trainings"
    ),
]
