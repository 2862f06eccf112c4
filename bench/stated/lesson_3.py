"""Lesson 3: the loss and its training step."""

from stated.rows import DEFINED, PLOTTED, Aside, claim, near

# Cells that no row needs.
SKIP = ("l3-31", "l3-35")

PREPARE = """
own = DisentangledVAE(*small_nets(), beta=4.0)
curve = trained(own)
mean_pixel = np.clip(train.mean(axis=0), 1e-3, 1 - 1e-3)
mean_cost = float(np.mean(np.sum(
    -held_out * np.log(mean_pixel) - (1 - held_out) * np.log(1 - mean_pixel), axis=(1, 2, 3)
)))
by_encoder = bounds(clouds, importance_weighted_bound)
by_hand = bounds((mean, log_var), importance_weighted_bound)
clip_at_16 = curves["sigmoid, clip, logarithm"][0].max()
"""

CLAIMS = [
    claim(
        "l3-04",
        "Around 190 nats with a KL near 2 is what to expect on strokes, around 295 nats with a KL "
        "near 2.6 on KMNIST",
        "[history['recon'][-1], history['kl'][-1]]",
        strokes=(near(190, 6), near(2, 0.5)),
        kmnist=(near(295, 5), near(2.6, 0.4)),
    ),
    claim("l3-07", "stops rising at 16", "float(clip_at_16)", both=near(16, 0.2)),
    claim("l3-15", "= 543.4", "784 * np.log(2)", both=near(543.4), quick=True),
    claim(
        "l3-15",
        "about\n215 on strokes and 335 on KMNIST",
        "mean_cost",
        strokes=near(215, 5),
        kmnist=near(335, 5),
    ),
    claim(
        "l3-30",
        "After epoch 1 expect a reconstruction of 270–320\nnats on strokes and 360–410 on KMNIST",
        "[curve['recon'][0], history['recon'][0]]",
        strokes=((270, 320), (270, 320)),
        kmnist=((360, 410), (360, 410)),
    ),
    claim(
        "l3-30",
        "after six epochs 185–205 and 290–305",
        "[curve['recon'][-1], history['recon'][-1]]",
        strokes=((185, 205), (185, 205)),
        kmnist=((290, 305), (290, 305)),
    ),
    claim(
        "l3-30",
        "settles between 1.5 and 3.5",
        "[curve['kl'][-1], history['kl'][-1]]",
        both=((1.5, 3.5), (1.5, 3.5)),
    ),
    claim(
        "l3-46c",
        "their last entries nearly agree",
        "[by_encoder[400] - by_hand[400], by_encoder[1] - by_hand[1], by_hand[1] - by_hand[400]]",
        both=((-0.1, 0.5), (0.1, 3), (-0.05, 1)),
    ),
]

ASIDES = [
    Aside("l3-07", "to 60 nats", DEFINED),
    Aside("l3-07", "near a logit of 16", "the place where the cost stops, in the row above"),
    Aside("l3-07", "At a logit of 60 the true cost is 60 nats", DEFINED),
    Aside("l3-13", "10% ink", DEFINED),
    Aside("l3-15", "from 1 to 16", DEFINED),
    Aside("l3-31", "+ 4 ×", DEFINED),
    Aside("l3-46d", "at p = 0.001", PLOTTED),
]
