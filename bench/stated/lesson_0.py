"""Lesson 0: what guessing costs."""

from stated.rows import DEFINED, PLOTTED, SOURCED, Aside, claim, near

PREPARE = ""

CLAIMS = [
    claim("l0-12", "255 became 0.9961", "255 / 256", both=near(0.9961), quick=True),
    claim(
        "l0-24",
        "lie at 0.69 and 0.50",
        "[np.log(2), -0.8 * np.log(0.8) - 0.2 * np.log(0.2)]",
        both=(near(0.69), near(0.5, 0.005)),
        quick=True,
    ),
    claim("l0-23", "1 nat = 1.44 bits", "1 / np.log(2)", both=near(1.44), quick=True),
    claim(
        "l0-36",
        "the mean image costs\n339.24 and the floor is 82.35",
        "test_split()",
        kmnist=(near(339.24, 0.5), near(82.35)),
    ),
    claim(
        "l0-36",
        "| ½ everywhere | 543.4 | 543.4 |",
        "bills['½ everywhere']",
        both=near(543.4),
    ),
    claim(
        "l0-36",
        "| one grey | 370 to 380 | 330 to 360 |",
        "bills['one grey']",
        kmnist=(370, 380),
        strokes=(330, 360),
    ),
    claim(
        "l0-36",
        "| mean image | 335 to 345 | 205 to 225 |",
        "bills['mean image']",
        kmnist=(335, 345),
        strokes=(205, 225),
    ),
    claim(
        "l0-36",
        "| mean of the class | 313 to 321 | 160 to 185 |",
        "bills['mean of the class']",
        kmnist=(313, 321),
        strokes=(160, 185),
    ),
    claim(
        "l0-36",
        "| floor | 80 to 85 | 70 to 80 |",
        "bills['floor']",
        kmnist=(80, 85),
        strokes=(70, 80),
    ),
    claim(
        "l0-36",
        "compare that with 339 (what anybody gets without looking) and with 82",
        "[bills['mean image'], bills['floor']]",
        kmnist=(near(339, 2), near(82, 1)),
    ),
    claim(
        "l0-36",
        "about 23 of the 257 nats",
        "[bills['mean image'] - bills['mean of the class'], bills['mean image'] - bills['floor']]",
        kmnist=(near(23, 2), near(257, 2)),
    ),
    claim("l0-36", "would read 0.105", "bills['floor'] / 784", kmnist=near(0.105, 0.001)),
    claim(
        "l0-46d",
        "about 110 nats on strokes and 225 on KMNIST",
        "cost",
        strokes=near(110, 6),
        kmnist=near(225, 6),
    ),
    claim(
        "l0-46i",
        "about 82 on KMNIST. The mean image costs\n  about 339",
        "[bills['floor'], bills['mean image']]",
        kmnist=(near(82, 1), near(339, 2)),
    ),
]

PREPARE = '''
def test_split():
    """Cost of the mean image and the floor on all of KMNIST's test split, the split's own mean."""
    if dataset.name != "kmnist":
        return []
    images = whole_test_split().images
    return [mean_cost(images, images.mean(axis=0)), float(reference_bce_floor(images).mean())]
'''

ASIDES = [
    Aside("l0-04", "150 years ago", SOURCED),
    Aside("l0-04", "60,000 for training and 10,000 for", SOURCED),
    Aside("l0-12", "to 255 (full ink)", DEFINED),
    Aside("l0-16", "no room for 300 or −10", DEFINED),
    Aside("l0-16", "0.3 is the grey", DEFINED),
    Aside("l0-16", "from −32768 to 32767", DEFINED),
    Aside("l0-22", "between 1 and 254", PLOTTED),
    Aside("l0-23", "a probability of\n0.8", DEFINED),
    Aside("l0-25", "a loss of 90", DEFINED),
    Aside(
        "l0-36", "ends near 295 nats on KMNIST, in lesson\n  3", "measured in lesson 3, cell l3-04"
    ),
    Aside("l0-46b", "of section\n4", DEFINED),
]
